"""Time one case in this process and print the result as JSON: ``python -m benchmarks.one``."""

import json
import resource
import statistics
import sys
import time

from benchmarks.cases import CASES

BUDGET = 3.0  # seconds of repetition
REPETITIONS = 50
MEMORY = 8 * 1024**3


def peak_mb() -> float:
    """Largest memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, n: int, T: int) -> dict[str, float]:
    """Median seconds of repeated runs after one warm-up (of a single run if it is long)."""
    run = CASES[name][0](n, T)
    start = time.perf_counter()
    run()
    times = [time.perf_counter() - start]
    if times[0] < BUDGET / 2:
        times = []
        end = time.perf_counter() + BUDGET
        while len(times) < REPETITIONS and time.perf_counter() < end:
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
    return {
        "seconds": statistics.median(times),
        "fastest": min(times),
        "runs": len(times),
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))

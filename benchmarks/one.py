"""Time one case in this process and print the result as JSON: ``python -m benchmarks.one``."""

import json
import resource
import statistics
import sys
import time

from benchmarks.cases import CASES, REMEMBERED

BUDGET = 3.0  # seconds of repetition
REPETITIONS = 50
GIGABYTE = 1024**3
MEMORY = 8 * GIGABYTE
# A factorisation reserves far more than it will use, unless it may not: 6 are enough then.
MEMORY_OF_A_MILLION = 6 * GIGABYTE


def peak_mb() -> float:
    """Largest memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, n: int, T: int) -> dict[str, float]:
    """Median seconds of repeated runs after one warm-up.

    The first run is all where it is long, and where the process remembers what it found.
    """
    run = CASES[name][0](n, T)
    start = time.perf_counter()
    run()
    times = [time.perf_counter() - start]
    if times[0] < BUDGET / 2 and name not in REMEMBERED:
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


def main(name: str, n: int, T: int) -> None:
    """Print what one case takes within the limit of memory."""
    memory = MEMORY_OF_A_MILLION if n >= 1_000_000 else MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    print(json.dumps(measure(name, n, T)))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))

"""Run all benchmarks: ``python -m benchmarks``; ``--resume`` keeps what was measured before.

Each case runs in a process of its own, with two threads (one for few regions) and a limit on time
(input included) and on memory (8 GB). A package that is not installed is noted as such.
Writes ``data/benchmarks/timings.csv`` and ``data/benchmarks/machine.csv``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from benchmarks.cases import CASES
from spillover.project import DATA, ROOT

FOLDER = DATA / "benchmarks"
LIMIT = 60  # seconds, for everything but
LONG = {
    ("spillover", 100_000): 240,
    ("spillover", 1_000_000): 900,
    ("one pass over the data", 100_000): 120,
    ("Moran's I, 9,999 permutations", 1_000): 120,
    ("file to report", 500): 180,
    ("file to report", 3_000): 300,
}
FEW = 100  # regions up to which a second thread only costs
PACKAGES = ("spillover", "spreg", "numpy", "scipy", "pandas", "libpysal")


def timed(name: str, n: int, T: int) -> dict:
    """One case in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.one", name, str(n), str(T)]
    threads = "1" if n < FEW else "2"
    environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    row, limit = {"case": name, "N": n, "T": T}, LONG.get((name, n), LIMIT)
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, timeout=limit, capture_output=True, text=True
        )
    except subprocess.TimeoutExpired:
        return row | {"status": f"more than {limit} s"}
    if done.returncode == 0:
        return row | {"status": "ok"} | json.loads(done.stdout.splitlines()[-1])
    return row | {"status": failure(done.stderr)}


def failure(errors: str) -> str:
    """Why a case has no time, in a few words without any path."""
    if any(words in errors for words in ("MemoryError", "Unable to allocate", "cannot allocate")):
        return "more than 8 GB"
    if "ModuleNotFoundError" in errors:
        return "not installed"
    lines = errors.strip().splitlines()
    return lines[-1].split(":")[0] if lines else "stopped by the system"


def versions() -> dict[str, str]:
    """Versions of the packages that are installed."""
    found = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def machine() -> pd.Series:
    """Processor, cores, system and versions."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    facts = {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    return pd.Series(facts | versions(), name="value")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--resume", action="store_true", help="keep the cases already measured")
    resume = parser.parse_args().resume
    FOLDER.mkdir(exist_ok=True)
    table = FOLDER / "timings.csv"
    rows = pd.read_csv(table).to_dict("records") if resume and table.exists() else []
    known = {(row["case"], row["N"], row["T"]) for row in rows}
    machine().rename_axis("what").to_csv(FOLDER / "machine.csv")
    tasks = [(name, *size) for name, (_, sizes) in CASES.items() for size in sizes]
    tasks.sort(key=lambda task: task[1])
    for name, n, T in tqdm([task for task in tasks if task not in known], unit="case"):
        rows.append(timed(name, n, T))
        pd.DataFrame(rows).to_csv(table, index=False, float_format="%.6g")


if __name__ == "__main__":
    main()

"""The same panel, W and model in every package that has one: ``python -m benchmarks.peers``.

The Python peers run in an environment of their own (``make bench`` makes it from ``peers.txt``),
those in R where R has them; what is not there is said. Writes ``data/benchmarks/peers.csv``.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.__main__ import failure
from benchmarks.cases import panel
from benchmarks.one import MEMORY
from spillover.panel import SpatialPanel
from spillover.project import DATA, ROOT

HERE = Path(__file__).parent
PYTHON = ROOT / ".venv-peers" / "bin" / "python"
TABLE = DATA / "benchmarks" / "peers.csv"
SIZES = [(31, 9), (500, 10), (2_000, 10)]
LIMIT = 240  # seconds for one peer at one size
BUDGET, REPETITIONS = 2.0, 50
PEERS = {
    "StatsPAI": "impacts; the imaginary part of W's eigenvalues",
    "spmixw": "a maximum (Bayesian, 5,500 draws); the imaginary part of W's eigenvalues",
    "spreg": "impacts of a Durbin model with standard errors; time effects other than by dummies",
    "splm": "demeaning the lag (W times the demeaned y); impacts of a Durbin model",
    "SDPDmod": "demeaning the lag; an exact log-determinant (rho from a table) and exact impacts "
    "(means of 200 draws)",
}
IN_R = {"splm", "SDPDmod"}


def write_panel(folder: Path, n: int, T: int) -> None:
    """The benchmarks' simulated panel as files that every language reads."""
    y, X, W = panel(n, T)
    period, region = np.divmod(np.arange(T * n), n)
    frame = pd.DataFrame({"region": region, "period": period, "y": y.ravel()})
    frame[["x1", "x2", "x3"]] = X.reshape(T * n, 3)
    frame.sort_values(["region", "period"]).to_csv(folder / "panel.csv", index=False)
    links = W.tocoo()
    row, column = links.coords
    pd.DataFrame({"row": row, "column": column, "weight": links.data}).to_csv(
        folder / "W.csv", index=False
    )


def ours(n: int, T: int) -> dict[str, object]:
    """This package on the same panel, without correction as the peers: seconds and estimates."""
    arrays = panel(n, T)
    times: list[float] = []
    while not times or (len(times) < REPETITIONS and sum(times) < BUDGET):
        start = time.perf_counter()
        fit = SpatialPanel(*arrays).fit("twoways", None, covariance="classic")
        fit.tidy()
        impacts = fit.impacts()
        times.append(time.perf_counter() - start)
    direct = impacts["estimate"].xs("direct", level="impact").iloc[0]
    return {
        "version": version("spillover"),
        "seconds": statistics.median(times),
        "rho": fit.params["rho"],
        "rho_se": fit.std_errors["rho"],
        "x1": fit.params.iloc[0],
        "direct": direct,
    }


def limit_memory() -> None:
    """The limit of the other benchmarks."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def theirs(name: str, folder: Path) -> dict[str, object]:
    """A peer on the files of a folder; a status says why there is no time."""
    program = shutil.which("Rscript") if name in IN_R else str(PYTHON)
    if program is None or not Path(program).exists():
        return {"status": "no R on this machine" if name in IN_R else "not installed"}
    script = HERE / f"peer_models.{'R' if name in IN_R else 'py'}"
    threads = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    try:
        done = subprocess.run(
            [program, str(script), name, str(folder)],
            env=os.environ | threads,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            preexec_fn=limit_memory,
        )
    except subprocess.TimeoutExpired:
        return {"status": f"more than {LIMIT} s"}
    if done.returncode:
        return {"status": failure(done.stderr)}
    return {"status": "ok", **json.loads(done.stdout.splitlines()[-1])}


def main() -> None:
    """Run every package at every size, one after the other on the same data."""
    rows = []
    for n, T in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_panel(folder, n, T)
            mine = {"status": "ok", **ours(n, T)}
            rows.append({"package": "spillover", "N": n, "T": T, "leaves out": "", **mine})
            for peer, leaves_out in PEERS.items():
                found = theirs(peer, folder)
                rows.append({"package": peer, "N": n, "T": T, "leaves out": leaves_out, **found})
                print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table["ratio"] = table["seconds"] / table.groupby("N")["seconds"].transform("first")
    table.to_csv(TABLE, index=False, float_format="%.6g")


if __name__ == "__main__":
    main()

"""A peer's two-way spatial Durbin model on the files of one panel; imports nothing of ours.

``python peer_models.py StatsPAI folder`` reads ``panel.csv`` and ``W.csv``, fits until two seconds
have passed, and prints the median seconds and the estimates as JSON.
"""

import json
import statistics
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

BUDGET, REPETITIONS = 2.0, 50
X = ["x1", "x2", "x3"]


def read(folder):
    """The long frame, sorted by region and period, and the weights."""
    frame = pd.read_csv(folder / "panel.csv")
    links = pd.read_csv(folder / "W.csv")
    n = frame["region"].nunique()
    return frame, sparse.csr_matrix((links["weight"], (links["row"], links["column"])), (n, n))


def statspai(frame, W):
    """Concentrated maximum likelihood; `within` is the lag of the dummy-variable likelihood."""
    import statspai

    def run():
        fit = statspai.spatial_panel(
            frame, "y ~ x1 + x2 + x3", entity="region", time="period", W=W, model="sdm",
            effects="twoways", twoways_lag="within", vce="oim", row_normalize=False,
        )  # fmt: skip
        found = fit.params
        return {"rho": found["rho"], "rho_se": fit.std_errors["rho"], "x1": found["x1"]}

    return run


def spmixw(frame, W):
    """Bayesian, 4,000 draws after 1,500, errors of one variance; effects from the draws."""
    from spmixw import sdm_panel

    n, T = W.shape[0], frame["period"].nunique()
    by_period = frame.sort_values(["period", "region"])
    y, x = by_period["y"].to_numpy(), by_period[X].to_numpy()

    def run():
        fit = sdm_panel(y, x, W, n, T, model=3, rval=0, lflag=0, seed=1)
        spread, direct = fit.rho_draws.std(), fit.direct[0, 0]
        return {"rho": fit.rho, "rho_se": spread, "x1": fit.beta[0], "direct": direct}

    return run


def spreg(frame, W):
    """Region effects, period dummies and W x as regressors; no impacts of a Durbin model."""
    from libpysal.weights import WSP
    from spreg import Panel_FE_Lag

    n, T = W.shape[0], frame["period"].nunique()
    by_period = frame.sort_values(["period", "region"])
    x = by_period[X].to_numpy().reshape(T, n, -1)
    lags = np.stack([W @ each for each in x])
    dummies = np.broadcast_to(np.eye(T)[:, None, 1:], (T, n, T - 1))
    columns = np.concatenate([x, lags, dummies], axis=-1).reshape(T * n, -1)
    w = WSP(W).to_W(silence_warnings=True)
    y = by_period["y"].to_numpy()[:, None]

    def run():
        fit = Panel_FE_Lag(y, columns, w)
        betas = fit.betas.ravel()
        return {"rho": betas[-1], "rho_se": fit.std_err[-1], "x1": betas[0]}

    return run


PEERS = {"StatsPAI": statspai, "spmixw": spmixw, "spreg": spreg}


def main(name, folder):
    """Time one peer and print what it found."""
    warnings.simplefilter("ignore")  # deprecations inside the peers are not what is timed
    run = PEERS[name](*read(Path(folder)))
    times, end = [], time.perf_counter() + BUDGET
    while not times or (len(times) < REPETITIONS and time.perf_counter() < end):
        start = time.perf_counter()
        estimates = run()
        times.append(time.perf_counter() - start)
    found = {key: float(value) for key, value in estimates.items()}
    print(json.dumps({"version": version(name), "seconds": statistics.median(times), **found}))


if __name__ == "__main__":
    main(*sys.argv[1:])

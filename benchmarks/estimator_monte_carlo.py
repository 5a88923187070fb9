"""Bias, calibration and coverage of the panel estimators; about half an hour on one core.

Run from the project's root: ``python benchmarks/estimator_monte_carlo.py``. Writes
``data/simulations/estimator_monte_carlo.csv``; all data are simulated, seeds are in
``spillover.seeds``.
"""

import argparse
from itertools import product

import pandas as pd

from spillover.panel.monte_carlo import (
    Design,
    calibration,
    estimator_draws,
    nearest_neighbour_weights,
)
from spillover.project import DATA
from spillover.seeds import SEEDS

SIZES = ((31, 9), (100, 5))
PROCESSES = (("individual", 0.4), ("time", 0.4), ("twoways", 0.4), ("twoways", -0.4))
NEIGHBOURS = 4
KEYS = ["N", "T", "effects", "rho"]


def cell(N: int, T: int, effects: str, rho: float, replications: int, jobs: int) -> pd.DataFrame:
    """Calibration of every correction for one size and process."""
    W = nearest_neighbour_weights(N, NEIGHBOURS, SEEDS["estimator_monte_carlo_points"])
    design = Design(W, T, rho=rho, effects=effects)
    draws = estimator_draws(design, replications, SEEDS["estimator_monte_carlo"], n_jobs=jobs)
    return calibration(draws, design.truth)


def main() -> None:
    """Run every cell and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    tables = {
        (*size, *process): cell(*size, *process, options.replications, options.jobs)
        for size, process in product(SIZES, PROCESSES)
    }
    target = DATA / "simulations" / "estimator_monte_carlo.csv"
    pd.concat(tables, names=KEYS).reset_index().round(6).to_csv(target, index=False)


if __name__ == "__main__":
    main()

"""Bias, calibration and coverage of the panel estimators; about twenty minutes on one core.

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
    inverse_distance_weights,
    nearest_neighbour_weights,
)
from spillover.project import DATA
from spillover.seeds import SEEDS

SIZES = ((31, 9), (100, 5))
WEIGHTS = {
    "nearest": lambda N: nearest_neighbour_weights(N, 4, SEEDS["estimator_monte_carlo_points"]),
    "distance": lambda N: inverse_distance_weights(N, SEEDS["estimator_monte_carlo_points"]),
}
PROCESSES = (
    ("nearest", "individual", 0.4),
    ("nearest", "time", 0.4),
    ("nearest", "twoways", 0.4),
    ("nearest", "twoways", -0.4),
    ("distance", "twoways", 0.4),
)
KEYS = ["N", "T", "weights", "effects", "process_rho"]


def cell(
    N: int, T: int, weights: str, effects: str, rho: float, replications: int, jobs: int
) -> pd.DataFrame:
    """Calibration of every correction for one size and process."""
    design = Design(WEIGHTS[weights](N), T, rho=rho, effects=effects)
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

"""Bias, calibration and coverage of the panel estimators; about twenty minutes on one core.

All data are simulated. From the project's root: ``python -m spillover.book.estimator_monte_carlo``.
"""

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from spillover.measure.weights import inverse_distance, k_nearest, row_standardise
from spillover.panel.inputs import Weights
from spillover.panel.monte_carlo import Design, calibration, estimator_draws
from spillover.seeds import SEEDS
from spillover.stored import Stored, make

STORED = Stored(
    "simulations/estimator_monte_carlo",
    "spillover.book.estimator_monte_carlo",
    SEEDS["estimator_monte_carlo"],
)
REPLICATIONS = 2000
SIZES = ((31, 9), (100, 5))
WEIGHTS: dict[str, Callable[[pd.DataFrame], Weights]] = {
    "nearest": lambda places: row_standardise(k_nearest(places, 4)),
    "distance": lambda places: row_standardise(inverse_distance(places)).sparse.toarray(),
}
PROCESSES = (
    ("nearest", "individual", 0.4),
    ("nearest", "time", 0.4),
    ("nearest", "twoways", 0.4),
    ("nearest", "twoways", -0.4),
    ("distance", "twoways", 0.4),
)
KEYS = ["N", "T", "weights", "effects", "process_rho"]


CELLS = [(*size, *process) for size, process in product(SIZES, PROCESSES)]


def random_places(N: int, seed: int = SEEDS["estimator_monte_carlo_points"]) -> pd.DataFrame:
    """Places drawn uniformly on a square of 100 by 100 kilometres.

    Parameters
    ----------
    N, seed
        How many, and the seed of their coordinates.

    Returns
    -------
    pandas.DataFrame
        Columns x and y, kilometres.
    """
    points = np.random.default_rng(seed).uniform(high=100, size=(N, 2))
    return pd.DataFrame(points, columns=["x", "y"])


def design(N: int, T: int, weights: str, effects: str, rho: float) -> Design:
    """The process of one cell.

    Parameters
    ----------
    N, T
        Regions and years.
    weights
        One of `WEIGHTS`.
    effects
        Of the process and of the estimation: individual, time or twoways.
    rho
        Spatial coefficient.

    Returns
    -------
    Design
    """
    return Design(WEIGHTS[weights](random_places(N)), T, rho=rho, effects=effects)


def calibrated(process: Design, replications: int) -> pd.DataFrame:
    """Calibration of every correction for one process.

    Parameters
    ----------
    process, replications
        What draws the panels, and how many.

    Returns
    -------
    pandas.DataFrame
        As `spillover.panel.monte_carlo.calibration` returns it.
    """
    draws = estimator_draws(process, replications, SEEDS["estimator_monte_carlo"])
    return calibration(draws, process.truth)


def simulate(replications: int = REPLICATIONS, n_jobs: int = 1) -> pd.DataFrame:
    """Every cell.

    Parameters
    ----------
    replications
        Of each.
    n_jobs
        Processes, -1 for all cores.

    Returns
    -------
    pandas.DataFrame
        A row a correction and parameter, to six decimals.
    """
    processes = inputs()
    tables = Parallel(n_jobs=n_jobs)(
        delayed(calibrated)(process, replications) for process in processes.values()
    )
    named = dict(zip(CELLS, tables, strict=True))
    return pd.concat(named, names=KEYS).reset_index().round(6)


def inputs() -> dict[str, Design]:
    """What the stored results depend on: the process of every cell."""
    return {str(cell): design(*cell) for cell in CELLS}


def stored() -> pd.DataFrame:
    """The stored results."""
    return STORED.read(inputs())


if __name__ == "__main__":
    make("spillover.book.estimator_monte_carlo")

"""Is a finding of the bridge an accident of its parameters? Worlds drawn over stated ranges.

Every world is simulated. From the project's root: ``python -m spillover.paper.bridge.many_worlds``.
"""

import warnings
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import loguniform, norm

from spillover import batches
from spillover.panel.results import BoundaryWarning
from spillover.paper.bridge.cases import (
    LEVEL,
    RAW,
    RIGHT,
    candidates,
    estimates,
    geography,
    verdicts,
)
from spillover.paper.bridge.model_panels import Geography, Process, World, patent_shares
from spillover.seeds import SEEDS
from spillover.stored import make

REPLICATIONS = 120  # worlds in each direction
PANELS = 100
DIRECTIONS = ("outward", "inward")
STARTS = ("personnel", "patents")

# Lowest and highest value, and where they come from. All are drawn evenly in logarithms.
RANGES: dict[str, tuple[float, float, str]] = {
    "mu": (0.05, 0.4, "around the tenth of spending that goes to education, culture, recreation"),
    "sigma": (3.0, 8.0, "around the trade elasticity of 5 in the survey of Head and Mayer (2014)"),
    "beta": (0.4, 0.9, "no estimate known; most of its range"),
    "psi": (0.3, 2.0, "around the inverse of 1.5, Tombe and Zhu (2019) for China"),
    "distance_scale": (200.0, 1500.0, "no estimate known; a neighbouring to a distant capital, km"),
    "digital_level": (0.2, 5.0, "a sixth to five sixths of knowledge leaves"),
    "digital_spread": (0.25, 1.0, "no estimate known"),
    "loudness": (0.2, 5.0, "assumed: measurement error beside what technology moves"),
}


def draw_world(direction: str, rng: np.random.Generator) -> tuple[World, dict[str, Any]]:
    """A world with parameters from `RANGES`, either accounting, either start.

    Worlds in which the starting sizes are not a stable equilibrium are drawn again, and so are
    those in which no equilibrium is found in some year.

    Parameters
    ----------
    direction, rng
        One of `DIRECTIONS`, and what draws the world.

    Returns
    -------
    tuple of World and dict
        The world, and what was drawn, the loudness of the noise too.
    """
    while True:
        drawn: dict[str, Any] = {
            name: loguniform.rvs(low, high, random_state=rng)
            for name, (low, high, _) in RANGES.items()
        }
        accounts, start = rng.choice(["published", "closed"]), rng.choice(STARTS)
        numbers = {name: value for name, value in drawn.items() if name != "loudness"}
        process = Process(**numbers, accounts=str(accounts), direction=direction)
        here = World(place(str(start)), process)
        with suppress(ArithmeticError):
            if here.settled:
                return here, drawn | {"accounts": accounts, "start": start}


@lru_cache
def place(start: str) -> Geography:
    """The provinces, creative people starting with R&D personnel or with patents."""
    real = geography()
    return real if start == "personnel" else replace(real, creative=patent_shares())


def replicate(direction: str, generators: list[np.random.Generator]) -> pd.DataFrame:
    """One world a generator: its parameters, true impact and the verdicts of many panels.

    Parameters
    ----------
    direction, generators
        One of `DIRECTIONS`, and a generator a world.

    Returns
    -------
    pandas.DataFrame
        A row a world.
    """
    return pd.DataFrame([_examine(direction, rng) for rng in generators])


def _examine(direction: str, rng: np.random.Generator) -> dict[str, Any]:
    here, drawn = draw_world(direction, rng)
    noise = drawn["loudness"] * here.movement
    panels = np.array([here.draw(rng, noise) for _ in range(PANELS)])
    row = drawn | {"true direct": here.true_impacts.direct}
    row["own effects < 0"] = int((np.diag(here.matrix) < 0).sum())
    for name in (RIGHT, RAW):
        row |= {f"{name}|{key}": value for key, value in _verdict(here, panels, name).items()}
    return row


def _verdict(here: World, panels: np.ndarray, weights: str) -> dict[str, float]:
    """Shares of panels by what the regression says, and its mean direct impact and rho."""
    W = candidates()[weights]
    with warnings.catch_warnings(action="ignore", category=BoundaryWarning):
        fits = estimates(here.geography.digital, panels, W)
    off = (fits["direct"] - here.true_impacts.direct).abs()
    covered = {"covers direct": (off <= norm.ppf(1 - LEVEL / 2) * fits["direct se"]).mean()}
    return verdicts(fits).mean().to_dict() | covered | fits[["direct", "rho"]].mean().to_dict()


def inputs() -> list:
    """What the stored results depend on: the ranges, the starts and the weights."""
    weights = {name: candidates()[name] for name in (RIGHT, RAW)}
    return [RANGES, PANELS, {start: place(start) for start in STARTS}, weights]


STORED = batches.Simulation(
    "simulations/many_worlds",
    __name__,
    seed=SEEDS["bridge_worlds"],
    digits=5,
    task=replicate,
    cases={direction: direction for direction in DIRECTIONS},
    inputs=inputs,
    replications=REPLICATIONS,
    size=10,
)
simulate, stored = STORED.simulate, STORED.stored


if __name__ == "__main__":
    make("spillover.paper.bridge.many_worlds")

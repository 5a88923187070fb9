"""How often the bootstrap of Hausman's question rejects random effects that are true.

Beside :mod:`spillover.book.sizes_of_tests`, in fewer panels: each takes forty estimates. From the
project's root: ``python -m spillover.book.size_of_bootstrap``.
"""

import warnings

import numpy as np
import pandas as pd

from spillover import batches
from spillover.book.sizes_of_tests import CASES, LEVEL, Case, inputs, random_effects
from spillover.panel import BoundaryWarning, hausman
from spillover.seeds import SEEDS
from spillover.stored import make

REPLICATIONS = 80
DRAWS = 19  # the fewest that give a test of 5% its size: none may reach the statistic


def _replicate(case: Case, generators: list[np.random.Generator]) -> pd.DataFrame:
    """p-values of the bootstrap, each on a panel with random effects."""
    with warnings.catch_warnings(action="ignore", category=BoundaryWarning):
        # The generators' children: their own numbers draw the panels of the other tests.
        p_values = [_p_value(case, rng.spawn(1)[0]) for rng in generators]
    return pd.DataFrame({"p_value": p_values})


def _p_value(case: Case, rng: np.random.Generator) -> float:
    model, seed = random_effects(case.W, rng), int(rng.integers(2**32))
    return hausman(model, "bootstrap", draws=DRAWS, seed=seed).p_value


def sizes(draws: pd.DataFrame) -> pd.Series:
    """Share of panels in which the test rejects, by case."""
    return (draws["p_value"] <= LEVEL).groupby(level="case", sort=False).mean()


STORED = batches.Simulation(
    "simulations/size_of_bootstrap",
    __name__,
    seed=SEEDS["panel_test_sizes"],
    digits=4,
    task=_replicate,
    cases=CASES,
    inputs=inputs,
    replications=REPLICATIONS,
    size=10,
)
simulate, stored = STORED.simulate, STORED.stored


if __name__ == "__main__":
    make("spillover.book.size_of_bootstrap")

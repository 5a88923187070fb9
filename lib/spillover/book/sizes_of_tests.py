"""How often tests at 5% reject what is true, and intervals of 95% hold the truth.

All data are simulated: every panel is drawn from the null hypothesis of the test. From the
project's root: ``python -m spillover.book.sizes_of_tests``.
"""

import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from spillover import batches
from spillover.book.estimator_monte_carlo import WEIGHTS, random_places
from spillover.panel import BoundaryWarning, SpatialPanel, hausman, lm_tests
from spillover.panel.inputs import Weights
from spillover.panel.simulate import simulate_panel
from spillover.seeds import SEEDS
from spillover.stored import make

REPLICATIONS, BATCH = 500, 20
T, REGRESSORS, PERSISTENCE = 9, 5, 0.6
HAUSMAN = ("classic", "robust", "mundlak")
LM = ("lag", "error", "robust lag", "robust error")
COVARIANCES = ("classic", "robust", "clustered")
SLOPE, LEVEL = 1.0, 0.05
NORMAL_95 = 1.959964
SHOWN = {
    "Hausman classic": "Hausman, classic",
    "Hausman classic, undefined": "... without a statistic",
    "Hausman robust": "Hausman, robust",
    "Hausman mundlak": "Mundlak",
    "Hausman mundlak, period effects": "Mundlak, period effects",
    "LM lag, textbook": "LM lag, textbook",
    "LM lag, transformed": "LM lag, transformed",
    "LM error, textbook": "LM error, textbook",
    "LM error, transformed": "LM error, transformed",
    "Wooldridge, white": "serial correlation",
}


@dataclass(frozen=True)
class Case:
    """Weights of a size and density."""

    N: int
    weights: str

    @property
    def W(self) -> Weights:
        """Four nearest neighbours, or inverse distance, of random points."""
        return WEIGHTS[self.weights](random_places(self.N))


CASES = {f"{kind} {N}": Case(N, kind) for N in (31, 200) for kind in ("nearest", "distance")}


def replicate(case: Case, generators: list[np.random.Generator]) -> pd.DataFrame:
    """p-values of every test on a panel of its null, and errors over standard errors.

    Parameters
    ----------
    case, generators
        The weights, and a generator a panel.

    Returns
    -------
    pandas.DataFrame
        A row a panel, a column a test or kind of errors.
    """
    W = case.W
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BoundaryWarning)
        rows = [_effects(W, rng) | _lags(W, rng) | _serial(W, rng) for rng in generators]
    return pd.DataFrame(rows)


def random_effects(W: Weights, rng: np.random.Generator) -> SpatialPanel:
    """A model of a panel whose region effects are independent of the regressors.

    Parameters
    ----------
    W, rng
        The weights, and what draws the panel.

    Returns
    -------
    SpatialPanel
    """
    slopes: dict[str, Any] = {"beta": [SLOPE] * REGRESSORS, "theta": [0.2] * REGRESSORS, "rho": 0.3}
    return _model(simulate_panel(W, T, **slopes, effects="random", rng=rng), W)


def _effects(W: Weights, rng: np.random.Generator) -> dict[str, float]:
    model = random_effects(W, rng)
    found = {f"Hausman {form}": hausman(model, form).p_value for form in HAUSMAN}
    with_periods = hausman(model, "mundlak", period_effects=True)
    return found | {"Hausman mundlak, period effects": with_periods.p_value}


def _lags(W: Weights, rng: np.random.Generator) -> dict[str, float]:
    model = _model(simulate_panel(W, T, [SLOPE, SLOPE], effects="twoways", rng=rng), W)
    tables = {form: lm_tests(model, "twoways", form=form) for form in ("textbook", "transformed")}
    return {
        f"LM {name}, {form}": table.loc[("twoways", name), "p_value"]
        for form, table in tables.items()
        for name in LM
    }


def _serial(W: Weights, rng: np.random.Generator) -> dict[str, float]:
    found, N = {}, W.n if hasattr(W, "n") else len(W)
    for name, persistence in {"white": 0.0, "AR(1)": PERSISTENCE}.items():
        regressor = _persistent(rng, (T, N), 0.6)[..., None]
        frame = simulate_panel(
            W, T, [SLOPE], [0.5], rho=0.3, effects="twoways", X=regressor, rng=rng,
            errors=partial(_persistent, persistence=persistence),
        )  # fmt: skip
        model = _model(frame, W)
        chosen = model.fit()
        found[f"Wooldridge, {name}"] = chosen.serial_correlation.p_value
        fits = {kind: model.fit(covariance=kind) for kind in COVARIANCES} | {"chosen": chosen}
        for kind, fit in fits.items():
            found[f"z {kind}, {name}"] = (fit.params["x1"] - SLOPE) / fit.std_errors["x1"]
    return found


def _model(frame: pd.DataFrame, W: Weights) -> SpatialPanel:
    regressors = [c for c in frame.columns if c != "y"]
    return SpatialPanel.from_formula("y ~ " + " + ".join(regressors), frame, W)


def _persistent(rng: np.random.Generator, shape: tuple[int, int], persistence: float) -> np.ndarray:
    """First-order autoregressive series of variance one, stationary from the start."""
    values = rng.standard_normal(shape)
    for t in range(1, len(values)):
        values[t] = persistence * values[t - 1] + np.sqrt(1 - persistence**2) * values[t]
    return values


def sizes(draws: pd.DataFrame) -> pd.DataFrame:
    """Share of panels in which each test rejects its true null, a column a case.

    A test without a statistic does not reject; ``Hausman classic, undefined`` counts those.
    """
    tests = draws[[c for c in draws.columns if not c.startswith("z ")]]
    rejected = (tests < LEVEL).groupby(level="case", sort=False).mean().T
    undefined = tests["Hausman classic"].isna().groupby(level="case", sort=False).mean()
    rejected.loc["Hausman classic, undefined"] = undefined
    return rejected


def coverage(draws: pd.DataFrame) -> pd.DataFrame:
    """Share of 95% intervals that hold the slope, by kind of errors, a column a case.

    Panels whose rho ends at its bound have no standard errors and are left out.
    """
    z = draws[[c for c in draws.columns if c.startswith("z ")]]
    held = (z.abs() < NORMAL_95).astype(float).where(z.notna())
    held = held.groupby(level="case", sort=False).mean().T
    return held.rename(index=lambda name: name.removeprefix("z "))


def layout(rejected: pd.DataFrame) -> pd.DataFrame:
    """What of :func:`sizes` the book prints, a row a test."""
    heads = {name: f"N = {case.N}, {case.weights}" for name, case in CASES.items()}
    shown = rejected.loc[list(SHOWN)].rename(index=SHOWN, columns=heads)
    return shown.rename_axis(index="test", columns=None)


def between(shares: pd.Series) -> str:
    """Smallest and largest of some shares, in words: "4 to 6%"."""
    return f"{100 * shares.min():.0f} to {100 * shares.max():.0f}%"


def chance(draws: pd.DataFrame) -> float:
    """Standard error of the share of rejections in one case, at the level itself."""
    return float(np.sqrt(LEVEL * (1 - LEVEL) / draws.groupby(level="case").size().min()))


def inputs() -> dict[str, Weights]:
    """What the stored results depend on: the weights of every case."""
    return {name: case.W for name, case in CASES.items()}


STORED = batches.Simulation(
    "simulations/sizes_of_tests",
    __name__,
    seed=SEEDS["panel_test_sizes"],
    digits=4,
    task=replicate,
    cases=CASES,
    inputs=inputs,
    replications=REPLICATIONS,
    size=BATCH,
)
simulate, stored = STORED.simulate, STORED.stored


if __name__ == "__main__":
    make("spillover.book.sizes_of_tests")

"""Effects: what fixed and random effects do to the data, and how many observations they leave.

References
----------
Baltagi, B. H. (2021). Econometric Analysis of Panel Data, 6th edition, chapters 2 and 3.
"""

from __future__ import annotations

import numpy as np

INDIVIDUAL = ("individual", "twoways")
TIME = ("time", "twoways")
ALSO_CALLED = {
    "two-way": "twoways",
    "two-ways": "twoways",
    "twoway": "twoways",
    "both": "twoways",
    "region": "individual",
    "entity": "individual",
    "period": "time",
    "unit": "individual",
    "fe": "individual",
    "year": "time",
    "re": "random",
    "pooled": "none",
}


def effects_name(effects: str | None) -> str:
    """Name of the effects, for what other programs call them too."""
    if effects is None:
        return "none"
    plain = str(effects).lower().replace("_", "-").replace(" ", "-")
    return ALSO_CALLED.get(plain, plain)


def within(values: np.ndarray, effects: str) -> np.ndarray:
    """Remove fixed effects: residuals of a regression on the effects' dummies.

    Parameters
    ----------
    values
        Shape (T, N) or (T, N, k).
    effects
        individual, time or twoways; any other removes nothing.

    Returns
    -------
    numpy.ndarray
        Shaped as the values.
    """
    if effects in INDIVIDUAL:
        values = values - values.mean(axis=0, keepdims=True)
    if effects in TIME:
        values = values - values.mean(axis=1, keepdims=True)
    return values


def between(values: np.ndarray) -> np.ndarray:
    """Region means times the square root of T: within and between squares add to the total."""
    return np.sqrt(len(values)) * values.mean(axis=0)


def quasi_demean(values: np.ndarray, omega: float) -> np.ndarray:
    """Values less a share of their region means, the generalised least squares transformation.

    Parameters
    ----------
    values
        Shape (T, N) or (T, N, k).
    omega
        Weight of the between variation, sigma2 / (sigma2 + T sigma2_mu).

    Returns
    -------
    numpy.ndarray
        Shaped as the values.
    """
    return values - (1 - np.sqrt(omega)) * values.mean(axis=0, keepdims=True)


def free_observations(T: int, N: int, effects: str) -> int:
    """Observations left when the effects are removed.

    Parameters
    ----------
    T, N
        Periods and regions.
    effects
        none, individual, time, twoways or random.

    Returns
    -------
    int
        NT, N(T-1), (N-1)T or (N-1)(T-1).
    """
    return (T - (effects in INDIVIDUAL)) * (N - (effects in TIME))

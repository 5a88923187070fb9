"""Simulated panels with known parameters, and how estimators do on them.

References
----------
LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics, section 2.7.
Elhorst, J. P. (2014). Spatial Econometrics: From Cross-Sectional Data to Spatial Panels, chapter 3.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from spillover.panel.impacts import IMPACTS, impacts_by, scalars
from spillover.panel.inference import solve
from spillover.panel.inputs import EFFECTS, Weights, matrix_and_ids

Slopes: TypeAlias = Sequence[float] | np.ndarray
Errors: TypeAlias = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def _normal(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.standard_normal(shape)


def simulate_panel(
    W: Weights | Sequence[Weights],
    T: int,
    beta: Slopes,
    theta: Slopes | None = None,
    rho: float = 0.0,
    lam: float = 0.0,
    tau: float = 0.0,
    eta: float = 0.0,
    sigma: float = 1.0,
    effects: str = "none",
    effect_size: float = 1.0,
    intercept: float = 0.0,
    X: np.ndarray | None = None,
    errors: Errors = _normal,
    first_period: int = 1,
    *,
    rng: np.random.Generator | int,
) -> pd.DataFrame:
    r"""Draw a panel from a spatial process with known parameters.

    .. math::
        y_t = \rho W y_t + \tau y_{t-1} + \eta W y_{t-1} + X_t \beta + W X_t \theta + \alpha + \mu
        + \xi_t + u_t, \qquad u_t = \lambda W u_t + \sigma \varepsilon_t

    SAR has ``rho``; SEM ``lam``; SDM ``rho`` and ``theta``; SLX ``theta``; SDEM ``lam`` and
    ``theta``; SAC ``rho`` and ``lam``. Fixed effects are correlated with the regressors, so that an
    estimator that ignores them is biased; ``effects="random"`` draws them independently.

    Parameters
    ----------
    W
        N x N weights, or one matrix a period. Its ids name the regions; a matrix without ids
        gets regions 0 to N - 1.
    T
        Number of periods.
    beta, theta
        K slopes of the regressors and of their spatial lags (zero if left out).
    rho, lam
        Spatial dependence of the outcome and of the error.
    tau, eta
        Weight of last period's outcome, own and neighbours'. Before the first period it is zero:
        draw more periods than are needed and leave the first ones out.
    sigma
        Standard deviation of the innovations.
    effects
        One of none, individual, time, twoways, random.
    effect_size
        Standard deviation of the part of the effects that is independent of the regressors.
    intercept
        Level of the outcome before spillovers.
    X
        Regressors of shape (T, N, K); standard normal if left out.
    errors
        Function of (rng, (T, N)) drawing innovations with mean 0 and variance 1.
    first_period
        Label of the first period.
    rng
        Generator or seed.

    Returns
    -------
    pandas.DataFrame
        Long frame indexed by (region, year) with columns ``y, x1, ..., xK``.

    Raises
    ------
    ValueError
        For unknown effects, or theta, X or W of a wrong length.

    Examples
    --------
    Continues the example of :class:`~spillover.panel.SpatialPanel`.

    >>> simulate_panel(ring, T=8, beta=[1.0], rho=0.4, rng=1).head(2).round(3)
                     y     x1
    region year
    0      1     1.378  0.346
           2    -1.384  0.294
    """
    rng = np.random.default_rng(rng)
    matrices, ids = _matrices(W, T)
    N, K = matrices[0].shape[0], len(beta)
    X = rng.standard_normal((T, N, K)) if X is None else np.asarray(X, float)
    lagged = np.zeros(K) if theta is None else np.asarray(theta, float)
    if lagged.shape != (K,) or X.shape != (T, N, K):
        raise ValueError(
            f"{K} slopes need theta of length {K} and X of shape {(T, N, K)}, "
            f"got {lagged.shape} and {X.shape}"
        )
    level = intercept + _draw_effects(X, effects, effect_size, rng)
    shocks = sigma * errors(rng, (T, N))
    y, before = np.empty((T, N)), np.zeros(N)
    for t, M in enumerate(matrices):
        u = solve(M, lam, shocks[t])
        inherited = tau * before + eta * (M @ before)
        y[t] = solve(M, rho, inherited + X[t] @ beta + M @ X[t] @ lagged + level[t] + u)
        before = y[t]
    return _frame(y, X, ids, first_period)


def _draw_effects(X: np.ndarray, effects: str, size: float, rng: np.random.Generator) -> np.ndarray:
    """Region and period effects, shape (T, N).

    Fixed effects contain means of the first regressor, so that they are correlated with it.
    """
    if effects not in EFFECTS:
        raise ValueError(f"effects={effects!r}: choose one of {', '.join(EFFECTS)}")
    T, N = X.shape[:2]
    own, common = size * rng.standard_normal(N), size * rng.standard_normal((T, 1))
    if effects == "random":
        return np.broadcast_to(own, (T, N))
    level = np.zeros((T, N))
    if effects in ("individual", "twoways"):
        level = level + own + X[..., 0].mean(axis=0)
    if effects in ("time", "twoways"):
        level = level + common + X[..., 0].mean(axis=1, keepdims=True)
    return level


def true_impacts(
    W: Weights, beta: Slopes, theta: Slopes | None = None, rho: float = 0.0
) -> pd.DataFrame:
    r"""Average direct, indirect and total impacts of each regressor.

    The average diagonal element, the average row sum, and their difference, of
    :math:`(I - \rho W)^{-1} (\beta_k I + \theta_k W)` (LeSage and Pace 2009, section 2.7).

    Parameters
    ----------
    W
        Weights.
    beta, theta
        K slopes of the regressors and of their spatial lags (zero if left out).
    rho
        Spatial dependence of the outcome.

    Returns
    -------
    pandas.DataFrame
        Indexed ``x1, ..., xK``; columns direct, indirect, total.

    Examples
    --------
    Continues the example of :class:`~spillover.panel.SpatialPanel`.

    >>> true_impacts(ring, beta=[1.0], theta=[0.5], rho=0.4).round(3)
        direct  indirect  total
    x1   1.205     1.295    2.5
    """
    matrix = matrix_and_ids(W)[0]
    lagged = np.zeros(len(beta)) if theta is None else np.asarray(theta, float)
    impacts = impacts_by(np.asarray(beta, float), lagged, rho, *scalars(matrix, rho))
    return pd.DataFrame(impacts, [f"x{k + 1}" for k in range(len(beta))], list(IMPACTS))


def _matrices(W, T: int) -> tuple[list[sparse.csr_array], pd.Index]:
    given = list(W) if isinstance(W, list | tuple) else [W] * T
    if len(given) != T:
        raise ValueError(f"{len(given)} weights matrices for {T} periods")
    matrices, ids = zip(*map(matrix_and_ids, given), strict=True)
    if any(i is not None and not i.equals(ids[0]) for i in ids):
        raise ValueError("the weights of all periods need the same region ids in the same order")
    return list(matrices), pd.RangeIndex(matrices[0].shape[0]) if ids[0] is None else ids[0]


def _frame(y: np.ndarray, X: np.ndarray, ids: pd.Index, first_period: int) -> pd.DataFrame:
    T, _, K = X.shape
    years = range(first_period, first_period + T)
    index = pd.MultiIndex.from_product([ids, years], names=["region", "year"])
    columns = {"y": y, **{f"x{k + 1}": X[..., k] for k in range(K)}}
    return pd.DataFrame({n: v.T.ravel() for n, v in columns.items()}, index=index)

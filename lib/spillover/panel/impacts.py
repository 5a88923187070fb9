r"""Direct, indirect and total impacts, with standard errors.

The effect of regressor k in region j on the outcome of region i is element (i, j) of

.. math:: (I - \rho W)^{-1} (\beta_k I + \theta_k W) .

With :math:`G = W (I - \rho W)^{-1}`, :math:`a(\rho) = \mathrm{tr}\, G / N` and
:math:`b(\rho) = \iota' G \iota / N` its average diagonal element (direct impact) and average row
sum (total impact) are

.. math::
    \beta_k (1 + \rho a) + \theta_k a , \qquad \beta_k (1 + \rho b) + \theta_k b ,

so two smooth functions of one number give every impact, its gradient and its simulation.

References
----------
LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics, sections 2.7 and 5.6.
Elhorst, J. P. (2014). Spatial Econometrics: From Cross-Sectional Data to Spatial Panels, 2.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.polynomial import Chebyshev
from scipy import sparse, special

from spillover.panel.inference import solve
from spillover.panel.inputs import PanelData
from spillover.panel.log_determinant import Floats, LogDeterminant

IMPACTS = ("direct", "indirect", "total")
STANDARD_ERRORS = ("delta", "simulated")
INTERPOLATION_DEGREE = 32
COLUMNS = pd.Index(["estimate", "std_error", "statistic", "p_value", "lower", "upper"])


@dataclass(frozen=True, eq=False)
class Multipliers:
    """The functions a(rho) and b(rho), averaged over periods where W changes.

    Attributes
    ----------
    data
        The panel, for its weights.
    log_determinant
        Of W; None in models without a spatial lag of the outcome.
    """

    data: PanelData
    log_determinant: LogDeterminant | None

    def diagonal(self, rho: Floats) -> Floats:
        """tr G / N, elementwise in rho."""
        if self.log_determinant is None:
            return 0.0 * rho
        return self.log_determinant.trace_g(rho) / self.log_determinant.n

    def diagonal_slope(self, rho: float) -> float:
        """Derivative of tr G / N: tr G^2 / N."""
        if self.log_determinant is None:
            return 0.0
        return self.log_determinant.trace_g2(rho) / self.log_determinant.n

    def row_sum(self, rho: Floats) -> Floats:
        """i'G i / N, elementwise in rho."""
        common = self.data.common_row_sums
        if common is not None:
            return sum(c / (1 - c * rho) for c in common) / len(common)
        if self.log_determinant is None:
            return self._power_sum(0.0, 1) + 0.0 * rho
        if np.ndim(rho):
            return self._interpolated_row_sum(rho, *self.log_determinant.interval)
        return self._power_sum(rho, 1)

    def row_sum_slope(self, rho: float) -> float:
        """Derivative of i'G i / N: i'G^2 i / N."""
        common = self.data.common_row_sums
        if common is not None:
            return sum((c / (1 - c * rho)) ** 2 for c in common) / len(common)
        return self._power_sum(rho, 2)

    def _power_sum(self, rho: float, power: int) -> float:
        sums = []
        for W in self.data.matrices:
            spread = np.ones(self.data.N)
            for _ in range(power):
                spread = W @ solve(W, rho, spread)
            sums.append(spread.mean())
        return float(np.mean(sums))

    def _interpolated_row_sum(self, rho: np.ndarray, low: float, high: float) -> np.ndarray:
        # The distance to the ends of the admissible interval takes out the poles there.
        def without_poles(r: np.ndarray) -> np.ndarray:
            return np.array([self._power_sum(x, 1) * (x - low) * (high - x) for x in r])

        domain = [rho.min(), rho.max() + 1e-12]
        fitted = Chebyshev.interpolate(without_poles, INTERPOLATION_DEGREE, domain)
        return fitted(rho) / ((rho - low) * (high - rho))


def slope_places(labels: Sequence[str], variables: Sequence[str]) -> np.ndarray:
    """Where the slopes of each variable are among the parameters.

    Parameters
    ----------
    labels
        Names of the parameters, in order.
    variables
        Names of the K regressors.

    Returns
    -------
    numpy.ndarray
        Places of beta, theta and rho, -1 if absent, shape (K, 3).
    """
    at = {label: place for place, label in enumerate(labels)}
    terms = ((name, f"W*{name}", "rho") for name in variables)
    return np.array([[at.get(term, -1) for term in three] for three in terms]).reshape(-1, 3)


def with_absent(parameters: np.ndarray, axes: int = 1) -> np.ndarray:
    """Parameters, or their covariances, with a zero at the end: what place -1 finds.

    Parameters
    ----------
    parameters
        Shape (..., p), or (..., p, p) for covariances.
    axes
        How many of the last axes are parameters: 1 or 2.

    Returns
    -------
    numpy.ndarray
        One longer on each of these axes.
    """
    shape = parameters.shape
    padded = np.zeros((*shape[:-axes], *(n + 1 for n in shape[-axes:])))
    present: tuple[Any, ...] = (..., *[slice(-1)] * axes)
    padded[present] = parameters
    return padded


def average_impacts(
    beta: np.ndarray, theta: np.ndarray, rho: Floats, multipliers: Multipliers
) -> np.ndarray:
    """Average impacts, elementwise in draws.

    Parameters
    ----------
    beta, theta
        Coefficients of regressors and of their spatial lags, shape (..., K).
    rho
        Spatial lag parameter, shape (...).
    multipliers
        The functions a(rho) and b(rho).

    Returns
    -------
    numpy.ndarray
        Shape (..., K, 3): direct, indirect, total.
    """
    a = np.asarray(multipliers.diagonal(rho))[..., None]
    b = np.asarray(multipliers.row_sum(rho))[..., None]
    return impacts_by(beta, theta, np.asarray(rho)[..., None], a, b)


def impacts_by(beta, theta, rho, a, b) -> np.ndarray:
    """Direct, indirect and total impacts by the two scalars of the module's formula.

    Parameters
    ----------
    beta, theta, rho, a, b
        Numbers, or arrays of shapes that broadcast.

    Returns
    -------
    numpy.ndarray
        Shape (..., 3).
    """
    direct = beta * (1 + rho * a) + theta * a
    total = beta * (1 + rho * b) + theta * b
    return np.stack([direct, total - direct, total], axis=-1)


def scalars(W: sparse.sparray | np.ndarray, rho: float) -> tuple[float, float]:
    """The scalars a and b of the module's formula for one W, by a dense inverse.

    Parameters
    ----------
    W
        Weights, shape (N, N).
    rho
        Spatial lag parameter.

    Returns
    -------
    tuple of float
        tr G / N and i'G i / N.
    """
    G = solve(W, rho, W if isinstance(W, np.ndarray) else W.toarray())
    return float(np.trace(G) / len(G)), float(G.sum() / len(G))


def impact_gradients(
    beta: np.ndarray, theta: np.ndarray, rho: float, multipliers: Multipliers
) -> np.ndarray:
    """Derivatives of average impacts with respect to (beta, theta, rho).

    Parameters
    ----------
    beta, theta
        Coefficients of regressors and of their spatial lags, shape (K,).
    rho
        Spatial lag parameter.
    multipliers
        The functions a(rho) and b(rho).

    Returns
    -------
    numpy.ndarray
        Shape (K, 3, 3): direct, indirect, total by beta, theta, rho.
    """
    a, b = multipliers.diagonal(rho), multipliers.row_sum(rho)
    direct = gradient(beta, theta, rho, a, multipliers.diagonal_slope(rho))
    total = gradient(beta, theta, rho, b, multipliers.row_sum_slope(rho))
    return np.stack([direct, total - direct, total], axis=1)


def gradient(
    beta: np.ndarray, theta: np.ndarray, rho: Floats, f: Floats, slope: Floats
) -> np.ndarray:
    """Gradient of beta (1 + rho f) + theta f.

    Parameters
    ----------
    beta, theta
        Shape (K,).
    rho
        Spatial lag parameter.
    f, slope
        A function of rho there, a or b of the module's formula, and its derivative.

    Returns
    -------
    numpy.ndarray
        By beta, theta and rho, shape (K, 3).
    """
    ones = np.ones_like(beta)
    return np.stack(
        [(1 + rho * f) * ones, f * ones, beta * (f + rho * slope) + theta * slope], axis=-1
    )


def delta_errors(gradients: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Standard errors by the delta method.

    Parameters
    ----------
    gradients
        As :func:`impact_gradients` returns them.
    covariances
        Covariance of each regressor's (beta, theta, rho), shape (K, 3, 3).

    Returns
    -------
    numpy.ndarray
        Shape (K, 3).
    """
    return np.sqrt(np.einsum("kip,kpq,kiq->ki", gradients, covariances, gradients))


def impact_frame(
    names: Sequence[str],
    estimates: np.ndarray,
    errors: np.ndarray,
    lower: np.ndarray | None = None,
    upper: np.ndarray | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Impacts as a tidy frame.

    Parameters
    ----------
    names
        Of the K regressors.
    estimates, errors, lower, upper, level
        As in :func:`inference_frame`, arrays of shape (K, 3).

    Returns
    -------
    pandas.DataFrame
        Indexed by (variable, impact); columns as in :func:`inference_frame`.
    """
    index = impact_index(tuple(names)).view()
    return inference_frame(estimates, errors, index, lower, upper, level)


def inference_frame(
    estimates: np.ndarray,
    errors: np.ndarray,
    index: pd.Index,
    lower: np.ndarray | None = None,
    upper: np.ndarray | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimates with what follows from their standard errors.

    Parameters
    ----------
    estimates, errors
        Of any one shape; they are flattened.
    index
        A label an estimate.
    lower, upper
        Ends of the intervals, shaped as the estimates; normal intervals if left out.
    level
        Coverage of the normal intervals.

    Returns
    -------
    pandas.DataFrame
        Columns estimate, std_error, statistic, p_value (two-sided, normal), lower, upper.
    """
    if lower is None or upper is None:
        reach = special.ndtri((1 + level) / 2) * errors
        lower, upper = estimates - reach, estimates + reach
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(errors > 0, estimates / errors, np.nan)
    p_value = 2 * special.ndtr(-np.abs(statistic))
    values = [v.ravel() for v in (estimates, errors, statistic, p_value, lower, upper)]
    return pd.DataFrame(np.stack(values, axis=-1), index, COLUMNS.view())


@cache
def impact_index(names: tuple[str, ...]) -> pd.MultiIndex:
    """Index of average impacts by (variable, impact)."""
    return pd.MultiIndex.from_product([names, IMPACTS], names=["variable", "impact"])


def impact_matrix(
    W: sparse.csr_array, regions: pd.Index, beta: float, theta: float, rho: float
) -> pd.DataFrame:
    """Effect of the regressor in the column's region on the outcome of the row's region.

    Parameters
    ----------
    W
        Weights, shape (N, N).
    regions
        Their N names, in the order of W.
    beta, theta, rho
        Coefficients of the regressor and of its spatial lag, spatial lag parameter.

    Returns
    -------
    pandas.DataFrame
        The module's formula, shape (N, N).
    """
    n = W.shape[0]
    effect = solve(W, rho, beta * np.eye(n) + theta * W.toarray())
    return pd.DataFrame(effect, index=regions, columns=regions)


def spread_gradients(
    W: sparse.csr_array, start: np.ndarray, slopes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r"""Effects :math:`(I - \rho W)^{-1}(\beta I + \theta W) s` of a change s, and their gradient.

    With W transposed and s a unit vector these are a row of the impact matrix. Nothing of size
    N x N is needed.

    Parameters
    ----------
    W
        Weights.
    start
        Change of the regressor by region, shape (N,).
    slopes
        beta, theta and rho.

    Returns
    -------
    tuple
        Effects (N,) and their derivatives with respect to beta, theta and rho (N, 3).
    """
    beta, theta, rho = slopes
    own, lagged = solve(W, rho, np.column_stack([start, W @ start])).T
    effect = beta * own + theta * lagged
    return effect, np.column_stack([own, lagged, W @ solve(W, rho, effect)])


def effect_frame(
    values: np.ndarray, gradients: np.ndarray, cov: np.ndarray, index: pd.Index, level: float
) -> pd.DataFrame:
    """Effects with delta-method errors.

    Parameters
    ----------
    values
        One an effect.
    gradients
        Derivatives in the p parameters, shape (effects, p).
    cov
        Covariance of the parameters, shape (p, p).
    index
        A label an effect.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Columns as in :func:`inference_frame`.
    """
    errors = np.sqrt(np.einsum("ip,pq,iq->i", gradients, cov, gradients))
    return inference_frame(values, errors, index, level=level)

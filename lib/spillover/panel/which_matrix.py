r"""Which W? Posterior probabilities of candidate matrices, and a convex combination of them.

With flat priors on the coefficients and on the spatial parameter over its interval, and
:math:`p(\sigma) \propto 1/\sigma`, coefficients and variance integrate out in closed form:

.. math::
    p(y \mid W) \propto \int |S(\rho)|^{T} \, |Z'Z|^{-1/2} \,
    (e(\rho)'e(\rho))^{-(n - k)/2} \, d\rho / \text{length of the interval} ,

with the exact determinant and effects removed as in the estimation. What is left is an integral
over one number.

References
----------
LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics, chapter 6.
Debarsy, N. and LeSage, J. (2022). Bayesian model averaging for spatial autoregressive models based
on convex combinations of different types of connectivity matrices. Journal of Business and Economic
Statistics 40, 547-558.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from spillover.panel.effects import effects_name
from spillover.panel.estimation import bounds
from spillover.panel.impacts import IMPACTS, impact_frame
from spillover.panel.inputs import Weights
from spillover.panel.lee_yu import choose_correction
from spillover.panel.likelihood import OMEGA, Likelihood, filters
from spillover.panel.model import SpatialPanel
from spillover.panel.results import BoundaryWarning, SpatialPanelResults

NODES = 2000
STEP = 1e-4  # of numerical derivatives in the shares
EDGE = 1e-6  # a share closer to zero counts as zero


def matrix_probabilities(
    model: SpatialPanel,
    matrices: Mapping[str, Weights],
    effects: str = "twoways",
    correction: str | None = "auto",
) -> pd.DataFrame:
    """Posterior probability of each candidate matrix, all equally likely beforehand.

    Parameters
    ----------
    model
        A model with one spatial parameter (sar, sdm, sem, sdem); its own W is not used.
    matrices
        Candidates by name, matched by region id.
    effects, correction
        As in :meth:`SpatialPanel.fit`. ``"auto"`` is Lee and Yu's transformation if it exists for
        all candidates, and none otherwise, so that all have the same observations.

    Returns
    -------
    pandas.DataFrame
        Indexed by name: ``probability``, ``log_marginal`` (up to a constant that all share) and
        the posterior mean and standard deviation of the spatial parameter, ``mean`` and ``sd``.

    Raises
    ------
    ValueError
        For a model with another number of spatial parameters.
    """
    effects = effects_name(effects)
    models = {name: model.with_weights(W) for name, W in matrices.items()}
    correction = _shared_correction(list(models.values()), effects, correction)
    rows = {name: _marginal(m.sample(effects, correction).likelihood) for name, m in models.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["log_marginal", "mean", "sd"])
    weight = np.exp(table["log_marginal"] - table["log_marginal"].max())
    table.insert(0, "probability", weight / weight.sum())
    return table.rename_axis("matrix")


def _shared_correction(
    models: list[SpatialPanel], effects: str, correction: str | None
) -> str | None:
    chosen = {choose_correction(correction, effects, m.data) for m in models}
    return chosen.pop() if len(chosen) == 1 and "lee-yu-direct" not in chosen else None


def _marginal(likelihood: Likelihood) -> tuple[float, float, float]:
    """Log marginal likelihood, and mean and standard deviation of the spatial parameter."""
    if len(likelihood.free) != 1 or likelihood.free[0] == OMEGA:
        raise ValueError("the model needs exactly one spatial parameter: sar, sdm, sem or sdem")
    (low,), (high,) = bounds(likelihood)
    nodes, weights = _refined(likelihood, low, high)
    density = _log_density(likelihood, nodes)
    top = density.max()
    mass = weights * np.exp(density - top)
    total = mass.sum()
    mean = (mass * nodes).sum() / total
    sd = np.sqrt((mass * (nodes - mean) ** 2).sum() / total)
    return float(top + np.log(total / (high - low))), float(mean), float(sd)


def _refined(likelihood: Likelihood, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes where the density is not negligible."""
    grid = np.linspace(low, high, NODES)
    density = _log_density(likelihood, grid)
    inside = np.flatnonzero(density > density.max() - 45)
    left, right = grid[max(inside[0] - 1, 0)], grid[min(inside[-1] + 1, NODES - 1)]
    points, weights = np.polynomial.legendre.leggauss(200)
    half = (right - left) / 2
    return left + half * (points + 1), half * weights


def _log_density(likelihood: Likelihood, values: np.ndarray) -> np.ndarray:
    """Log of the integrand, elementwise in the spatial parameter."""
    k, (s,) = likelihood.k, likelihood.free
    psi = np.tile([0.0, 0.0, 1.0], (len(values), 1))
    psi[:, s] = values
    data = likelihood.stacked(1.0) @ filters(psi[:, 0], psi[:, 1], k)
    diagonal = np.abs(np.diagonal(np.linalg.qr(data, mode="r"), axis1=-2, axis2=-1))
    rest = (likelihood.n - k) * np.log(diagonal[:, k])
    return likelihood.jacobian_of(s).value(values) - np.log(diagonal[:, :k]).sum(axis=1) - rest


@dataclass(frozen=True, eq=False)
class Combination:
    """A model whose W is a convex combination of candidates, by maximum likelihood.

    Attributes
    ----------
    fit
        Results at the estimated combination; their standard errors take it as given.
    shares
        Share of each candidate, by name.
    cov
        Covariance of the shares; zero rows where a share is zero.
    """

    fit: SpatialPanelResults
    shares: pd.Series
    cov: pd.DataFrame
    _models: _Mixture

    @property
    def std_errors(self) -> pd.Series:
        """Standard errors of the shares."""
        return pd.Series(np.sqrt(np.diag(self.cov)), self.shares.index, name="std_error")

    @cached_property
    def _inner(self) -> np.ndarray:
        return np.flatnonzero(self.shares.to_numpy() > EDGE)

    def impacts(self, level: float = 0.95) -> pd.DataFrame:
        """Average impacts; errors include those of the shares (delta method)."""
        table, values = self.fit.impacts(), self.shares.to_numpy()
        errors = table["std_error"].to_numpy() ** 2
        if len(self._inner) > 1:
            basis = _basis(len(values), self._inner)
            slopes = np.stack([self._slope(values, d) for d in basis.T], axis=1)
            inner = np.linalg.lstsq(basis, np.linalg.lstsq(basis, self.cov)[0].T)[0]
            errors = errors + np.einsum("ip,pq,iq->i", slopes, inner, slopes)
        shape = (len(self.fit.model.data.names), len(IMPACTS))
        return impact_frame(
            list(self.fit.model.data.names),
            table["estimate"].to_numpy().reshape(shape),
            np.sqrt(errors).reshape(shape),
            level=level,
        )

    def _slope(self, shares: np.ndarray, direction: np.ndarray) -> np.ndarray:
        ends = [
            self._models.fit(shares + h * direction).impacts()["estimate"].to_numpy()
            for h in (STEP, -STEP)
        ]
        return (ends[0] - ends[1]) / (2 * STEP)


def combine_matrices(
    model: SpatialPanel,
    matrices: Mapping[str, Weights],
    effects: str = "twoways",
    correction: str | None = "auto",
) -> Combination:
    r"""Estimate :math:`W = \sum_m \gamma_m W_m` with shares :math:`\gamma` that add up to one.

    Spatial lags of outcome and regressors use the same combination, and impacts are those of the
    combined matrix, lags of a regressor included.

    Parameters
    ----------
    model
        A model of any kind; its own W is not used.
    matrices
        At least two candidates by name, matched by region id.
    effects, correction
        As in :meth:`SpatialPanel.fit`.

    Returns
    -------
    Combination

    Raises
    ------
    ValueError
        For fewer than two candidates.
    """
    if len(matrices) < 2:
        raise ValueError("a combination needs at least two matrices")
    effects = effects_name(effects)
    models = [model.with_weights(W) for W in matrices.values()]
    mixture = _Mixture(models, effects, _shared_correction(models, effects, correction))
    best = min((mixture.climb(start) for start in _starts(len(models))), key=lambda r: r[1])[0]
    names = list(matrices)
    cov = pd.DataFrame(mixture.covariance(best), names, names)
    return Combination(mixture.fit(best), pd.Series(best, names, name="share"), cov, mixture)


@dataclass(frozen=True, eq=False)
class _Mixture:
    """Models that differ in W, and what their combinations are."""

    models: list[SpatialPanel]
    effects: str
    correction: str | None

    def fit(self, shares: np.ndarray) -> SpatialPanelResults:
        first = self.models[0]
        W = sum(g * m.data.W for g, m in zip(shares, self.models, strict=True))
        data = replace(first.data, W=sparse.csr_array(W))
        mixed = first.with_data(data, first.lagged or None)
        with warnings.catch_warnings():  # the search passes through matrices that fit badly
            warnings.simplefilter("ignore", BoundaryWarning)
            return mixed.fit(self.effects, self.correction, "classic")

    def minus_loglik(self, shares: np.ndarray) -> float:
        return -self.fit(np.clip(shares, 0, None)).loglik

    def climb(self, start: np.ndarray) -> tuple[np.ndarray, float]:
        """Shares at a maximum of the likelihood on the simplex, and minus its value."""
        found = optimize.minimize(
            self.minus_loglik,
            start,
            method="SLSQP",
            bounds=[(0, 1)] * len(start),
            constraints={"type": "eq", "fun": lambda g: g.sum() - 1},
            jac="3-point",
            options={"ftol": 1e-10, "finite_diff_rel_step": STEP},
        )
        shares = np.where(found.x < EDGE, 0, found.x)
        return shares / shares.sum(), float(found.fun)

    def covariance(self, shares: np.ndarray) -> np.ndarray:
        """Inverse curvature of the profile likelihood in the shares that are not zero."""
        inner = np.flatnonzero(shares > EDGE)
        basis = _basis(len(shares), inner)
        if not basis.size:
            return np.zeros((len(shares), len(shares)))
        h = min(10 * STEP, shares[inner].min() / 2)
        size = basis.shape[1]
        hessian = np.array([[self._curvature(shares, basis, i, j, h) for j in range(size)]
                            for i in range(size)])  # fmt: skip
        return basis @ np.linalg.inv(hessian) @ basis.T

    def _curvature(self, shares: np.ndarray, basis: np.ndarray, i: int, j: int, h: float) -> float:
        a, b = h * basis[:, i], h * basis[:, j]
        f = self.minus_loglik
        corners = f(shares + a + b) - f(shares + a - b) - f(shares - a + b) + f(shares - a - b)
        return corners / (4 * h**2)


def _basis(size: int, inner: np.ndarray) -> np.ndarray:
    """Directions in which the shares that are not zero can move: columns that add up to zero."""
    basis = np.zeros((size, max(len(inner) - 1, 0)))
    for column, place in enumerate(inner[1:]):
        basis[place, column], basis[inner[0], column] = 1, -1
    return basis


def _starts(size: int) -> list[np.ndarray]:
    """The middle of the simplex, and a point near each of its corners."""
    corners = 0.1 / size + 0.9 * np.eye(size)
    return [np.full(size, 1 / size), *corners]

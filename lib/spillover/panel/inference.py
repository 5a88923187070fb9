r"""Covariance of the estimates: expected and observed information, sandwich and clustered.

Parameters are ordered (beta, free elements of (rho, lambda, omega), sigma2).

The sandwich needs care in spatial models. The score of rho holds the quadratic form
:math:`\varepsilon' G \varepsilon`, whose terms for different regions are correlated: products
:math:`\varepsilon_i \varepsilon_j` occur in the scores of i and of j. Adding squares of scores by
observation or by region, as is often done, hence leaves out tr(G^2). Here every pair of regions
counts once, with weight :math:`(G_{ij} + G_{ji})^2`.

References
----------
Lee, L. F. (2004). Asymptotic distributions of quasi-maximum likelihood estimators for spatial
autoregressive models. Econometrica 72, 1899-1925.
Kelejian, H. H. and Prucha, I. R. (2001). On the asymptotic distribution of the Moran I test
statistic with applications. Journal of Econometrics 104, 219-257.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy import sparse

from spillover.panel.effects import TIME, between, free_observations, quasi_demean, within
from spillover.panel.estimation import Estimate
from spillover.panel.inputs import PanelData
from spillover.panel.likelihood import (
    LAMBDA,
    OMEGA,
    RHO,
    Columns,
    Jacobian,
    Likelihood,
    filters,
    psi_directions,
    residual_coefficients,
    symmetric,
)
from spillover.panel.log_determinant import factorised, small_or_dense

CLASSIC = "classic"
COVARIANCES = ("expected", "observed", "robust", "clustered")
DENSE = 2000  # regions up to which the default covariance is the expected information
DENSE_ON_REQUEST = 10_000
CONDITION = 1e14


@dataclass(frozen=True, eq=False)
class Sample:
    """What the likelihood was computed from.

    Attributes
    ----------
    data
        The panel.
    columns
        Columns that residuals are combinations of, effects not yet removed.
    names
        Names of the columns of Z that are reported; period dummies may follow them.
    removed
        Effects that are removed by demeaning (period dummies may be among the columns instead).
    effects, correction
        As the user asked for them.
    likelihood
        The likelihood that was maximised.
    """

    data: PanelData
    columns: Columns
    names: tuple[str, ...]
    removed: str
    effects: str
    correction: str | None
    likelihood: Likelihood

    def transform(self, values: np.ndarray, omega: float) -> np.ndarray:
        """Values with fixed effects removed, or quasi-demeaned under random effects.

        Parameters
        ----------
        values
            Shape (T, N) or (T, N, k).
        omega
            Weight of the between variation, used under random effects.

        Returns
        -------
        numpy.ndarray
            Shaped as the values.
        """
        if self.effects == "random":
            return quasi_demean(values, omega)
        return within(values, self.removed)

    def errors(self, estimate: Estimate) -> np.ndarray:
        """Filtered residual R (S y - Z beta), fixed effects removed, shape (T, N)."""
        raw = self.columns.combine(residual_coefficients(estimate.psi, estimate.beta))
        return within(raw, self.removed)


class ScoreVariance(Protocol):
    """A rule for the variance of the score, as in :mod:`spillover.panel.spatial_hac`."""

    def score_variance(self, sample: Sample, estimate: Estimate) -> np.ndarray:
        """Variance of the score of (beta, free psi, sigma2).

        Parameters
        ----------
        sample, estimate
            What the likelihood was computed from, and where it is highest.

        Returns
        -------
        numpy.ndarray
            Square, in the order (beta, free elements of (rho, lambda, omega), sigma2).

        Raises
        ------
        ValueError
            For lags out of range.
        """


def solve(W: sparse.sparray | np.ndarray, r: float, b: np.ndarray) -> np.ndarray:
    """Solve with I - r W, by a sparse factorisation if W is large.

    Parameters
    ----------
    W
        Weights, shape (N, N).
    r
        Spatial parameter.
    b
        Right-hand sides, shape (N,) or (N, c).

    Returns
    -------
    numpy.ndarray
        (I - r W)^-1 b, shaped as b.
    """
    if r == 0:
        return b
    if isinstance(W, np.ndarray) or small_or_dense(W):
        dense = W if isinstance(W, np.ndarray) else W.toarray()
        return np.linalg.solve(np.eye(len(dense)) - r * dense, b)
    return factorised(W, r).solve(b)


def covariance(sample: Sample, estimate: Estimate, kind: str | ScoreVariance) -> np.ndarray:
    """Covariance matrix of (beta, free psi, sigma2).

    Parameters
    ----------
    sample, estimate
        What the likelihood was computed from, and where it is highest.
    kind
        One of `COVARIANCES`, or a rule for the variance of the score.

    Returns
    -------
    numpy.ndarray
        Square, in the order of the module.

    Raises
    ------
    ValueError
        For an unknown kind, one that needs N x N arrays too large to hold, or an information
        matrix that cannot be inverted.
    """
    check_covariance(kind, sample)
    if kind == "expected":
        return invert(expected_information(sample, estimate))
    bread = invert(observed_information(sample, estimate))
    if kind == "observed":
        return bread
    if not isinstance(kind, str):
        return bread @ kind.score_variance(sample, estimate) @ bread
    return bread @ score_variance(sample, estimate, by_region=kind == "clustered") @ bread


def check_covariance(kind: str | ScoreVariance, sample: Sample) -> None:
    """Refuse unknown kinds, and kinds that do not suit the model or the size.

    Parameters
    ----------
    kind, sample
        As in :func:`covariance`.

    Raises
    ------
    ValueError
        Naming the kind, and what to use instead.
    """
    if not isinstance(kind, str):
        if sample.effects == "random":
            raise ValueError(f"{kind} errors are for fixed effects: use covariance='clustered'")
        return
    if kind not in COVARIANCES:
        known = ", ".join((CLASSIC, *COVARIANCES, "driscoll-kraay"))
        raise ValueError(f"covariance={kind!r}: choose one of {known}, or a Conley(...)")
    if kind == "robust" and sample.effects == "random":
        raise ValueError("random effects correlate a region's periods: use covariance='clustered'")
    if kind == "expected" and sample.effects == "random" and sample.data.time_varying:
        raise ValueError("random effects with weights by period: use covariance='observed'")
    if kind != "observed":
        check_one_filter(kind, sample)
    spatial = set(sample.likelihood.free) - {OMEGA}
    arrays = kind in ("robust", "clustered") or (kind == "expected" and len(spatial) > 1)
    if arrays and spatial and sample.data.N > DENSE_ON_REQUEST:
        raise ValueError(
            f"covariance={kind!r} needs N x N arrays, too large for N = {sample.data.N}: "
            "use covariance='observed'"
        )


def check_one_filter(kind: str, sample: Sample) -> None:
    """Refuse covariances that take outcome and error to be filtered by the same weights.

    Parameters
    ----------
    kind
        For the message.
    sample
        What the likelihood was computed from.

    Raises
    ------
    ValueError
        If the error has weights of its own.
    """
    if sample.likelihood.own_error_weights:
        raise ValueError(
            f"{kind} errors need one W: where the error has weights of its own use "
            "covariance='observed' or 'driscoll-kraay'"
        )


def default_covariance(sample: Sample) -> str:
    """Expected information where it can be had, observed information elsewhere."""
    spatial = set(sample.likelihood.free) - {OMEGA}
    large = spatial and sample.data.N > DENSE
    impossible = sample.effects == "random" and sample.data.time_varying
    impossible |= sample.likelihood.own_error_weights
    return "observed" if large or impossible else "expected"


def invert(information: np.ndarray) -> np.ndarray:
    """Inverse of an information matrix, scaled to unit diagonal first.

    Raises
    ------
    ValueError
        If the matrix is not positive definite: nothing is repaired.
    """
    diagonal = np.diag(information)
    if not (diagonal > 0).all():
        raise ValueError("the information matrix is not positive definite: no standard errors")
    scale = np.sqrt(np.outer(diagonal, diagonal))
    roots, vectors = np.linalg.eigh(information / scale)
    if roots[0] * CONDITION <= roots[-1]:
        raise ValueError("the information matrix is singular or indefinite: no standard errors")
    return (vectors / roots) @ vectors.T / scale


def observed_information(sample: Sample, estimate: Estimate) -> np.ndarray:
    """Minus the Hessian of the log-likelihood, counting the observations the effects leave.

    Parameters
    ----------
    sample, estimate
        As in :func:`covariance`.

    Returns
    -------
    numpy.ndarray
        Square, in the order of the module.
    """
    likelihood = _for_inference(sample)
    return likelihood.information(estimate.psi, estimate.beta, estimate.sigma2)


def default_information(sample: Sample, estimate: Estimate) -> np.ndarray:
    """The information that :func:`default_covariance` names.

    Parameters
    ----------
    sample, estimate
        As in :func:`covariance`.

    Returns
    -------
    numpy.ndarray
        Square, in the order of the module.
    """
    expected = default_covariance(sample) == "expected"
    return (expected_information if expected else observed_information)(sample, estimate)


def expected_information(sample: Sample, estimate: Estimate) -> np.ndarray:
    """Minus the expected Hessian of the log-likelihood, at the estimates.

    Parameters
    ----------
    sample, estimate
        As in :func:`covariance`.

    Returns
    -------
    numpy.ndarray
        Square, in the order of the module.
    """
    likelihood = _for_inference(sample)
    psi, sigma2, k = estimate.psi, estimate.sigma2, likelihood.k
    parts = _score_parts(sample, estimate)
    flat = np.concatenate([parts.regressors, parts.means], axis=-1).reshape(-1, k + 2)
    full = np.zeros((k + 4, k + 4))
    full[: k + 2, : k + 2] = flat.T @ flat / sigma2
    for a in parts.spatial:
        jacobian = likelihood.jacobian_of(a)
        full[k + a, k + 3] = jacobian.trace_g(psi[a]) / sigma2
        full[k + a, k + OMEGA] = -full[k + a, k + 3] * sigma2 / (psi[OMEGA] * sample.data.T)
        for b in parts.spatial:
            full[k + a, k + b] += _pair_trace(sample, jacobian, psi[a], psi[b])
    full[k + OMEGA, k + OMEGA] = sample.data.N / (2 * psi[OMEGA] ** 2)
    full[k + OMEGA, k + 3] = -sample.data.N / (2 * psi[OMEGA] * sigma2)
    full[k + 3, k + 3] = likelihood.n / (2 * sigma2**2)
    full = symmetric(full)
    kept = _kept(likelihood)
    return full[np.ix_(kept, kept)]


def score_variance(sample: Sample, estimate: Estimate, by_region: bool) -> np.ndarray:
    """Variance of the score if errors are heteroskedastic and not normal.

    Parameters
    ----------
    sample, estimate
        As in :func:`covariance`.
    by_region
        Whether errors are independent over regions only, a region's periods being correlated in
        any way, or over all observations.

    Returns
    -------
    numpy.ndarray
        Square, in the order of the module.
    """
    T, N = sample.data.T, sample.data.N
    own, products = _own_and_products(sample, estimate, by_region)
    size = N / (N - 1) if by_region else T * N / free_observations(T, N, sample.effects)
    return size * (own.T @ own + products)


def separate_scores(sample: Sample, estimate: Estimate) -> tuple[np.ndarray, np.ndarray]:
    """Scores by observation without products of different regions' errors, and their variance.

    Parameters
    ----------
    sample, estimate
        As in :func:`covariance`.

    Returns
    -------
    tuple
        Scores of shape (T, N, p), scaled for the observations that effects take, and the variance
        (p, p) of the products where errors are independent.
    """
    check_one_filter("Conley", sample)
    T, N = sample.data.T, sample.data.N
    own, products = _own_and_products(sample, estimate, by_region=False)
    size = T * N / free_observations(T, N, sample.effects)
    return np.sqrt(size) * own.reshape(T, N, -1), size * products


def period_scores(sample: Sample, estimate: Estimate) -> np.ndarray:
    """Scores of each period with all products of its errors.

    Parameters
    ----------
    sample, estimate
        As in :func:`covariance`.

    Returns
    -------
    numpy.ndarray
        Shape (T, p), in the order of the module.
    """
    likelihood, psi = _for_inference(sample), estimate.psi
    T, k, sigma2 = sample.data.T, likelihood.k, estimate.sigma2
    parts = _score_parts(sample, estimate)
    directions = sample.columns.combine(psi_directions(psi, estimate.beta))
    slopes = np.concatenate([parts.regressors, sample.transform(directions, psi[OMEGA])], axis=-1)
    scores = np.zeros((T, k + 4))
    scores[:, : k + 2] = np.einsum("tnk,tn->tk", slopes, parts.errors) / sigma2
    for s in parts.spatial:
        scores[:, k + s] -= likelihood.jacobian_of(s).trace_g(psi[s]) / T
    squares = (parts.errors**2).sum(axis=1)
    scores[:, k + 3] = squares / (2 * sigma2**2) - likelihood.n / (2 * T * sigma2)
    return scores[:, _kept(likelihood)]


@dataclass(frozen=True, eq=False)
class _ScoreParts:
    """Pieces of the scores, effects removed: arrays of shape (T, N) or (T, N, columns)."""

    errors: np.ndarray
    regressors: np.ndarray
    means: np.ndarray
    spatial: list[int]


def _score_parts(sample: Sample, estimate: Estimate) -> _ScoreParts:
    psi, beta, k = estimate.psi, estimate.beta, len(estimate.beta)
    spatial = [s for s in sample.likelihood.free if s != OMEGA]
    raw_errors = sample.errors(estimate)
    parts = np.zeros((*raw_errors.shape, k + 3))  # regressors, means and errors, transformed as one
    parts[..., :k] = sample.columns.combine(filters(psi[RHO], psi[LAMBDA], k)[:, :k])
    if RHO in spatial:
        slope = sample.columns.combine(psi_directions(psi, beta)[:, RHO])
        parts[..., k + RHO] = slope - _spread(sample.data, psi[RHO], raw_errors)
    parts[..., -1] = raw_errors
    parts = sample.transform(parts, psi[OMEGA])
    return _ScoreParts(parts[..., -1], parts[..., :k], parts[..., k : k + 2], spatial)


def _spread(data: PanelData, r: float, values: np.ndarray) -> np.ndarray:
    """G = W (I - r W)^-1 times each period's values, shape (T, N)."""
    if data.time_varying:
        return np.stack([W @ solve(W, r, v) for W, v in zip(data.W, values, strict=True)])
    return data.lag(solve(data.W, r, values.T).T)


def _pair_trace(sample: Sample, jacobian: Jacobian, r: float, q: float) -> float:
    """tr (G + G') H over the periods that count, G at r and H at q, time effects removed.

    Where G is H the log-determinant knows it, without any N x N array.
    """
    if r != q:
        pairs = zip(_multipliers(sample, r), _multipliers(sample, q), strict=True)
        return jacobian.multiplicity * sum(((A + A.T) * B).sum() for A, B in pairs)
    squares = jacobian.log_determinant.trace_gtg(r, _removes_time_means(sample))
    return jacobian.trace_g2(r) + jacobian.multiplicity * squares


def _multipliers(sample: Sample, r: float) -> list[np.ndarray]:
    """W (I - r W)^-1 as dense arrays, time effects removed, one for each weights matrix."""
    multipliers = [solve(W, r, W.toarray()) for W in sample.data.matrices]
    if _removes_time_means(sample):
        return [M - M.mean(axis=0) for M in multipliers]
    return multipliers


def _removes_time_means(sample: Sample) -> bool:
    return sample.correction == "lee-yu" and sample.effects in TIME


def _own_and_products(
    sample: Sample, estimate: Estimate, by_region: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Scores without products of different regions' errors, and the variance of these products."""
    parts, k = _score_parts(sample, estimate), len(estimate.beta)
    G = {s: _multipliers(sample, estimate.psi[s]) for s in parts.spatial}
    products = np.zeros((k + 4, k + 4))
    for a in parts.spatial:
        for b in parts.spatial:
            pairs = _pairs(G[a], G[b], parts.errors, by_region)
            products[k + a, k + b] = pairs / estimate.sigma2**2
    kept = _kept(sample.likelihood)
    own = _own_scores(parts, G, sample, estimate, by_region)
    return own[:, kept], products[np.ix_(kept, kept)]


def _own_scores(
    parts: _ScoreParts,
    G: dict[int, list[np.ndarray]],
    sample: Sample,
    estimate: Estimate,
    by_region: bool,
) -> np.ndarray:
    """Score contributions without the products of different regions' errors."""
    e, sigma2 = parts.errors, estimate.sigma2
    T, N = e.shape
    k = parts.regressors.shape[-1]
    squares = e**2 - (e**2).mean()
    scores = np.zeros((T, N, k + 4))
    scores[..., :k] = parts.regressors * e[..., None] / sigma2
    scores[..., k : k + 2] = parts.means * e[..., None] / sigma2
    for s in parts.spatial:
        diagonals = np.stack([np.diag(M) for M in G[s]])
        scores[..., k + s] += diagonals * squares / sigma2
    scores[..., k + 3] = squares / (2 * sigma2**2)
    if not by_region:
        return scores.reshape(T * N, -1)
    scores = scores.sum(axis=0)
    if sample.effects == "random":
        region = between(sample.errors(estimate)) ** 2
        scores[:, k + OMEGA] = -(region - region.mean()) / (2 * sigma2)
    return scores


def _pairs(A: list[np.ndarray], B: list[np.ndarray], e: np.ndarray, by_region: bool) -> float:
    """Variance of the products of different regions' errors in two quadratic forms."""
    weights = [[_symmetric(M) for M in matrices] for matrices in (A, B)]
    periods = np.split(e, len(A))  # that share a matrix
    if by_region:
        P, Q = (sum(M * (v.T @ v) for M, v in zip(Ms, periods, strict=True)) for Ms in weights)
        return float(np.vdot(P, Q)) / 2
    terms = zip(*weights, periods, strict=True)
    return sum(float(((v**2 @ (P * Q)) * v**2).sum()) for P, Q, v in terms) / 2


def _symmetric(M: np.ndarray) -> np.ndarray:
    """M + M' with a zero diagonal."""
    both = M + M.T
    np.fill_diagonal(both, 0)
    return both


def _for_inference(sample: Sample) -> Likelihood:
    """The likelihood with the observations that the effects leave (bias-corrected direct only)."""
    like = sample.likelihood
    if sample.correction != "lee-yu-direct" or sample.effects not in ("individual", "twoways"):
        return like
    share = (sample.data.T - 1) / sample.data.T
    jacobians = {
        s: replace(own, multiplicity=own.multiplicity * share) for s, own in like.jacobians.items()
    }
    return replace(like, n=sample.data.N * (sample.data.T - 1), jacobians=jacobians)


def _kept(likelihood: Likelihood) -> list[int]:
    k = likelihood.k
    return [*range(k), *(k + s for s in likelihood.free), k + 3]

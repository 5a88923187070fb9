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

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import bicgstab

from spillover.panel.effects import TIME, between, free_observations, quasi_demean, within
from spillover.panel.estimation import Estimate
from spillover.panel.inputs import PanelData
from spillover.panel.likelihood import (
    LAMBDA,
    OMEGA,
    RHO,
    Columns,
    Likelihood,
    filters,
    psi_directions,
    residual_coefficients,
)

COVARIANCES = ("expected", "observed", "robust", "clustered")
DENSE = 2000  # regions up to which the default covariance may hold N x N arrays
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
        """Values with fixed effects removed, or quasi-demeaned under random effects."""
        if self.effects == "random":
            return quasi_demean(values, omega)
        return within(values, self.removed)

    def errors(self, estimate: Estimate) -> np.ndarray:
        """Filtered residual R (S y - Z beta), fixed effects removed, shape (T, N)."""
        raw = self.columns.combine(residual_coefficients(estimate.psi, estimate.beta))
        return within(raw, self.removed)


def solve(W: sparse.csr_array, r: float, b: np.ndarray) -> np.ndarray:
    """(I - r W)^-1 b for b of shape (N,) or (N, c): dense for small W, iterative for large.

    Raises
    ------
    ValueError
        If the iteration does not converge.
    """
    n = W.shape[0]
    if r == 0:
        return b
    if n <= DENSE:
        return np.linalg.solve(np.eye(n) - r * W.toarray(), b)
    A = sparse.eye_array(n, format="csr") - r * W
    return np.column_stack([_iterate(A, c) for c in b.reshape(n, -1).T]).reshape(b.shape)


def _iterate(A: sparse.csr_array, b: np.ndarray) -> np.ndarray:
    x, failed = bicgstab(A, b, rtol=1e-12, atol=0, maxiter=2000)
    if failed:
        raise ValueError("(I - rho W) x = b could not be solved: rho is too close to its bounds")
    return x


def covariance(sample: Sample, estimate: Estimate, kind: str) -> np.ndarray:
    """Covariance matrix of (beta, free psi, sigma2).

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
    return bread @ score_variance(sample, estimate, by_region=kind == "clustered") @ bread


def check_covariance(kind: str, sample: Sample) -> None:
    """Refuse unknown kinds, and kinds that do not suit the model or the size."""
    if kind not in COVARIANCES:
        raise ValueError(f"covariance={kind!r}: choose one of {', '.join(COVARIANCES)}")
    if kind == "robust" and sample.effects == "random":
        raise ValueError("random effects correlate a region's periods: use covariance='clustered'")
    if kind == "expected" and sample.effects == "random" and sample.data.time_varying:
        raise ValueError("random effects with weights by period: use covariance='observed'")
    spatial = set(sample.likelihood.free) - {OMEGA}
    if kind != "observed" and spatial and sample.data.N > DENSE_ON_REQUEST:
        raise ValueError(
            f"covariance={kind!r} needs N x N arrays, too large for N = {sample.data.N}: "
            "use covariance='observed'"
        )


def default_covariance(sample: Sample) -> str:
    """Expected information where it can be had, observed information elsewhere."""
    spatial = set(sample.likelihood.free) - {OMEGA}
    large = spatial and sample.data.N > DENSE
    impossible = sample.effects == "random" and sample.data.time_varying
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
    """Minus the Hessian of the log-likelihood, counting the observations the effects leave."""
    likelihood = _for_inference(sample)
    return likelihood.information(estimate.psi, estimate.beta, estimate.sigma2)


def expected_information(sample: Sample, estimate: Estimate) -> np.ndarray:
    """Minus the expected Hessian of the log-likelihood, at the estimates."""
    likelihood = _for_inference(sample)
    psi, sigma2, k = estimate.psi, estimate.sigma2, likelihood.k
    parts = _score_parts(sample, estimate)
    flat = np.concatenate([parts.regressors, parts.means], axis=-1).reshape(-1, k + 2)
    full = np.zeros((k + 4, k + 4))
    full[: k + 2, : k + 2] = flat.T @ flat / sigma2
    weight = likelihood.jacobian.multiplicity if likelihood.jacobian else 0
    for a in parts.spatial:
        full[k + a, k + 3] = likelihood.jacobian.trace_g(psi[a]) / sigma2
        full[k + a, k + OMEGA] = -full[k + a, k + 3] * sigma2 / (psi[OMEGA] * sample.data.T)
        for b in parts.spatial:
            pairs = zip(parts.G[a], parts.G[b], strict=True)
            full[k + a, k + b] += weight * sum(((A + A.T) * B).sum() for A, B in pairs)
    full[k + OMEGA, k + OMEGA] = sample.data.N / (2 * psi[OMEGA] ** 2)
    full[k + OMEGA, k + 3] = -sample.data.N / (2 * psi[OMEGA] * sigma2)
    full[k + 3, k + 3] = likelihood.n / (2 * sigma2**2)
    full = np.triu(full) + np.triu(full, 1).T
    kept = _kept(likelihood)
    return full[np.ix_(kept, kept)]


def score_variance(sample: Sample, estimate: Estimate, by_region: bool) -> np.ndarray:
    """Variance of the score, errors independent over observations or only over regions.

    Heteroskedastic and non-normal errors are allowed for; clustered by region also any
    correlation between a region's periods.
    """
    likelihood = _for_inference(sample)
    sigma2, k = estimate.sigma2, likelihood.k
    T, N = sample.data.T, sample.data.N
    parts = _score_parts(sample, estimate)
    own = _own_scores(parts, sample, estimate, by_region)
    full = own.T @ own
    for a in parts.spatial:
        for b in parts.spatial:
            full[k + a, k + b] += (
                _pairs(parts.G[a], parts.G[b], parts.errors, by_region) / sigma2**2
            )
    size = N / (N - 1) if by_region else T * N / free_observations(T, N, sample.effects)
    kept = _kept(likelihood)
    return size * full[np.ix_(kept, kept)]


@dataclass(frozen=True, eq=False)
class _ScoreParts:
    """Pieces of the scores, effects removed: (T, N) arrays and N x N matrices by parameter."""

    errors: np.ndarray
    regressors: np.ndarray
    means: np.ndarray
    spatial: list[int]
    G: dict[int, list[np.ndarray]]


def _score_parts(sample: Sample, estimate: Estimate) -> _ScoreParts:
    psi, beta, k = estimate.psi, estimate.beta, len(estimate.beta)
    spatial = [s for s in sample.likelihood.free if s != OMEGA]
    raw_errors = sample.errors(estimate)
    G = {s: _multipliers(sample.data, psi[s]) for s in spatial}
    means = np.zeros((*raw_errors.shape, 2))
    if RHO in spatial:
        slope = sample.columns.combine(psi_directions(psi, beta)[:, RHO])
        by_period = G[RHO] * (sample.data.T // len(G[RHO]))
        shocks = np.stack([M @ e for M, e in zip(by_period, raw_errors, strict=True)])
        means[..., RHO] = slope - shocks
    regressors = sample.columns.combine(filters(psi[RHO], psi[LAMBDA], k)[:, :k])
    if sample.correction == "lee-yu" and sample.effects in TIME:
        G = {s: [M - M.mean(axis=0) for M in matrices] for s, matrices in G.items()}
    omega = psi[OMEGA]
    return _ScoreParts(
        sample.transform(raw_errors, omega),
        sample.transform(regressors, omega),
        sample.transform(means, omega),
        spatial,
        G,
    )


def _multipliers(data: PanelData, r: float) -> list[np.ndarray]:
    """W (I - r W)^-1 as dense arrays, one for each weights matrix."""
    identity = np.eye(data.N)
    matrices = data.W if data.time_varying else [data.W]
    return [np.linalg.solve(identity - r * M, M) for M in (W.toarray() for W in matrices)]


def _own_scores(parts: _ScoreParts, sample: Sample, estimate: Estimate, by_region: bool):
    """Score contributions without the products of different regions' errors."""
    e, sigma2 = parts.errors, estimate.sigma2
    T, N = e.shape
    k = parts.regressors.shape[-1]
    squares = e**2 - (e**2).mean()
    scores = np.zeros((T, N, k + 4))
    scores[..., :k] = parts.regressors * e[..., None] / sigma2
    scores[..., k : k + 2] = parts.means * e[..., None] / sigma2
    for s in parts.spatial:
        diagonals = np.stack([np.diag(M) for M in parts.G[s]])
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
    T = len(e)
    A, B = (
        [M + M.T - 2 * np.diag(np.diag(M)) for M in matrices] * (T // len(matrices))
        for matrices in (A, B)
    )
    products = [(a * np.outer(v, v), b * np.outer(v, v)) for a, b, v in zip(A, B, e, strict=True)]
    if by_region:
        products = [(sum(p for p, _ in products), sum(q for _, q in products))]
    return sum(float((p * q).sum()) for p, q in products) / 2


def _for_inference(sample: Sample) -> Likelihood:
    """The likelihood with the observations that the effects leave (bias-corrected direct only)."""
    like = sample.likelihood
    if sample.correction != "lee-yu-direct" or sample.effects not in ("individual", "twoways"):
        return like
    share = (sample.data.T - 1) / sample.data.T
    jacobian = like.jacobian and replace(
        like.jacobian, multiplicity=like.jacobian.multiplicity * share
    )
    return replace(like, n=sample.data.N * (sample.data.T - 1), jacobian=jacobian)


def _kept(likelihood: Likelihood) -> list[int]:
    k = likelihood.k
    return [*range(k), *(k + s for s in likelihood.free), k + 3]

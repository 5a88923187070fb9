"""The log-determinant ln|I - rho W| of a spatial model, with the traces that its derivatives are.

With ``G(rho) = W (I - rho W)^-1`` the first derivative of ln|I - rho W| is ``-tr G`` and the
second is ``-tr G^2``; the mean diagonal of ``(I - rho W)^-1 = I + rho G`` is the direct impact of
a spatial lag model. One accurate scalar function hence gives the likelihood, its score and its
curvature.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Floats = NDArray[np.float64]
REAL = 1e-7  # an eigenvalue with a smaller imaginary part (relative to the radius) counts as real


class LogDeterminant:
    """ln|I - rho W| and its derivatives as functions of rho.

    Attributes
    ----------
    n : int
        Number of regions.
    interval : tuple of float
        Open interval around zero in which I - rho W is invertible.
    """

    n: int
    interval: tuple[float, float]

    def value(self, rho: ArrayLike) -> Floats:
        """ln|I - rho W|, elementwise in rho."""
        raise NotImplementedError

    def trace_g(self, rho: ArrayLike) -> Floats:
        """tr G = -d ln|I - rho W| / d rho, elementwise in rho."""
        raise NotImplementedError

    def trace_g2(self, rho: ArrayLike) -> Floats:
        """tr G^2 = d tr G / d rho, elementwise in rho."""
        raise NotImplementedError

    def trace_gtg(self, rho: float) -> float:
        """tr G'G at one rho."""
        raise NotImplementedError

    def trace_inverse(self, rho: ArrayLike) -> Floats:
        """tr (I - rho W)^-1 = N + rho tr G, elementwise in rho."""
        return self.n + np.asarray(rho) * self.trace_g(rho)


class Eigenvalues(LogDeterminant):
    """Exact log-determinant from all eigenvalues of a small W (Ord, 1975)."""

    def __init__(self, W: sparse.sparray) -> None:
        self.n = W.shape[0]
        self._dense = W.toarray()
        self.eigenvalues = np.linalg.eigvals(self._dense)
        self.interval = admissible_interval(self.eigenvalues)

    def value(self, rho: ArrayLike) -> Floats:
        return np.log(np.abs(1 - self._products(rho))).sum(axis=-1)

    def trace_g(self, rho: ArrayLike) -> Floats:
        return (self.eigenvalues / (1 - self._products(rho))).sum(axis=-1).real

    def trace_g2(self, rho: ArrayLike) -> Floats:
        return ((self.eigenvalues / (1 - self._products(rho))) ** 2).sum(axis=-1).real

    def trace_gtg(self, rho: float) -> float:
        G = np.linalg.solve(np.eye(self.n) - rho * self._dense, self._dense)
        return float(np.einsum("ij,ij", G, G))

    def _products(self, rho: ArrayLike) -> NDArray:
        return np.asarray(rho)[..., None] * self.eigenvalues


class Sum(LogDeterminant):
    """Sum over periods of the log-determinants of weights that change over time."""

    def __init__(self, parts: Sequence[LogDeterminant]) -> None:
        self.parts = list(parts)
        self.n = sum(part.n for part in self.parts)
        lower, upper = zip(*(part.interval for part in self.parts), strict=True)
        self.interval = (max(lower), min(upper))

    def value(self, rho: ArrayLike) -> Floats:
        return sum(part.value(rho) for part in self.parts)

    def trace_g(self, rho: ArrayLike) -> Floats:
        return sum(part.trace_g(rho) for part in self.parts)

    def trace_g2(self, rho: ArrayLike) -> Floats:
        return sum(part.trace_g2(rho) for part in self.parts)

    def trace_gtg(self, rho: float) -> float:
        return sum(part.trace_gtg(rho) for part in self.parts)


def log_determinant(W: sparse.sparray | Sequence[sparse.sparray]) -> LogDeterminant:
    """The log-determinant of one weights matrix, or the sum over a list of them.

    Parameters
    ----------
    W : sparse array (N, N), or a list of T of them
        Spatial weights with a zero diagonal; they need be neither symmetric nor row-standardised.
        For a list every method returns the sum over its T matrices, and ``n`` is N T.

    References
    ----------
    Ord, K. (1975). Estimation methods for models of spatial interaction. JASA 70, 120-126.
    """
    if isinstance(W, list | tuple):
        return Sum([log_determinant(each) for each in W])
    return Eigenvalues(sparse.csr_array(W))


def admissible_interval(eigenvalues: ArrayLike) -> tuple[float, float]:
    """Interval around zero free of 1/lambda for every real eigenvalue lambda of W.

    Where no real eigenvalue bounds one side, minus or plus one over the spectral radius does.
    """
    eigenvalues = np.asarray(eigenvalues)
    radius = np.abs(eigenvalues).max()
    if radius == 0:
        raise ValueError("W has no links: every one of its eigenvalues is zero")
    real = eigenvalues.real[np.abs(eigenvalues.imag) <= REAL * radius]
    lowest, highest = min(real, default=0.0), max(real, default=0.0)
    return (
        float(1 / (lowest if lowest < 0 else -radius)),
        float(1 / (highest if highest > 0 else radius)),
    )

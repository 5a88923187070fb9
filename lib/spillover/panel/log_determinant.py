"""The log-determinant ln|I - rho W| of a spatial model, with the traces that its derivatives are.

With ``G(rho) = W (I - rho W)^-1`` the first derivative of ln|I - rho W| is ``-tr G`` and the
second is ``-tr G^2``; the mean diagonal of ``(I - rho W)^-1 = I + rho G`` is the direct impact of
a spatial lag model. One accurate scalar function hence gives the likelihood, its score and its
curvature.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.fft import dct
from scipy.sparse.linalg import LinearOperator, SuperLU, eigs, splu

from spillover.seeds import SEEDS

Floats = NDArray[np.float64]
REAL = 1e-7  # an eigenvalue with a smaller imaginary part (relative to the radius) counts as real
DENSE_UP_TO = 400  # regions up to which all eigenvalues are computed
DENSE_FROM_SHARE = 0.05  # share of links from which factorisation costs more than eigenvalues
PANEL = 2.0  # width of an interpolation panel in the logit variable
TAIL = 1e-12  # last coefficients of an interpolant, relative to its largest
DEGREES = (20, 40, 80, 160)
COARSE_DEGREE, COARSE_REACH = 32, 9.0
DIAGONAL_PIVOTS = {"diag_pivot_thresh": 0.0, "options": {"SymmetricMode": True}}
STEP = 1e-20  # of the complex-step derivative
BEYOND = 1.01  # eigenvalues are searched from this multiple of minus the spectral radius


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

    def coarse(self, rho: ArrayLike) -> Floats:
        """ln|I - rho W| good enough to locate maxima; may cost far less than :meth:`value`."""
        return self.value(rho)

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


class Interpolant(LogDeterminant):
    """Log-determinant of a large sparse W, interpolated between exact sparse factorisations.

    In the variable s = ln((rho - rho_min) / (rho_max - rho)) every real eigenvalue of W is at
    least pi away from the real line, so polynomials in s converge geometrically right up to the
    ends of the interval. The line is cut into panels of equal width; a panel is interpolated at
    Chebyshev points, by a factorisation each, when a rho first falls into it. The degree doubles
    until the last coefficients are of the order of rounding: the interpolant is as exact as the
    factorisations are.

    Attributes
    ----------
    factorisations : int
        How many sparse factorisations were made so far.

    References
    ----------
    Pace, R. K. and LeSage, J. (2009). A sampling approach to estimate the log determinant used in
    spatial likelihood problems. Journal of Geographical Systems 11, 209-225.
    Trefethen, L. N. (2013). Approximation Theory and Approximation Practice, chapters 3 and 8.
    """

    def __init__(self, W: sparse.sparray) -> None:
        self.n = W.shape[0]
        self._factorise = _Factorisation(W)
        self.interval = _sparse_interval(W)
        self._exact: dict[float, float] = {}
        self._panels: dict[int, list[Chebyshev]] = {}
        self._sketch: Chebyshev | None = None

    @property
    def factorisations(self) -> int:
        return len(self._exact)

    def value(self, rho: ArrayLike) -> Floats:
        return self._derivative(rho, 0)

    def coarse(self, rho: ArrayLike) -> Floats:
        if self._sketch is None:
            self._sketch = self._interpolate(-COARSE_REACH, COARSE_REACH, COARSE_DEGREE)
        return self._sketch(np.clip(self._logit(rho), -COARSE_REACH, COARSE_REACH))

    def trace_g(self, rho: ArrayLike) -> Floats:
        return -self._derivative(rho, 1) * self._slope(rho)

    def trace_g2(self, rho: ArrayLike) -> Floats:
        second = self._derivative(rho, 2) * self._slope(rho) ** 2
        return -second - self._derivative(rho, 1) * self._curvature(rho)

    def trace_gtg(self, rho: float) -> float:
        return self._factorise.trace_gtg(rho)

    def _logit(self, rho: ArrayLike) -> Floats:
        low, high = self.interval
        rho = np.asarray(rho, float)
        if not ((low < rho) & (rho < high)).all():
            raise ValueError(f"rho must lie within ({low:.6g}, {high:.6g})")
        return np.log((rho - low) / (high - rho))

    def _slope(self, rho: ArrayLike) -> Floats:
        low, high = self.interval
        return 1 / (np.asarray(rho) - low) + 1 / (high - np.asarray(rho))

    def _curvature(self, rho: ArrayLike) -> Floats:
        low, high = self.interval
        return 1 / (high - np.asarray(rho)) ** 2 - 1 / (np.asarray(rho) - low) ** 2

    def _derivative(self, rho: ArrayLike, order: int) -> Floats:
        """Derivative of the given order with respect to s."""
        s = self._logit(rho)
        panels = np.round(s / PANEL).astype(int)
        result = np.empty_like(s)
        for panel in np.unique(panels):
            here = panels == panel
            result[here] = self._panel(int(panel))[order](s[here])
        return result[()]

    def _panel(self, panel: int) -> list[Chebyshev]:
        """Interpolant on one panel with its first two derivatives."""
        if panel not in self._panels:
            low, high = PANEL * (panel - 0.5), PANEL * (panel + 0.5)
            for degree in DEGREES:
                series = self._interpolate(low, high, degree)
                size = np.abs(series.coef)
                if size[-3:].max() <= TAIL * size.max():
                    break
            else:
                raise ValueError(
                    f"ln|I - rho W| is too rough to interpolate near s = {PANEL * panel}: "
                    "use log_determinant(W, method='dense')"
                )
            self._panels[panel] = [series, series.deriv(), series.deriv(2)]
        return self._panels[panel]

    def _interpolate(self, low: float, high: float, degree: int) -> Chebyshev:
        nodes = np.cos(np.pi * (np.arange(degree + 1) / degree))
        values = [self._at((low + high) / 2 + (high - low) / 2 * x) for x in nodes]
        coefficients = dct(values, type=1) / degree
        coefficients[[0, -1]] /= 2
        return Chebyshev(coefficients, domain=[low, high])

    def _at(self, s: float) -> float:
        """Exact value at one s; nodes that interpolants share are computed once."""
        if s not in self._exact:
            low, high = self.interval
            rho = low + (high - low) / (1 + np.exp(-s))
            self._exact[s] = self._factorise.value(rho)
        return self._exact[s]


class _Factorisation:
    """Sparse factorisations of I - rho W that share one fill-reducing ordering."""

    def __init__(self, W: sparse.sparray) -> None:
        self._identity = sparse.eye_array(W.shape[0], format="csc")
        order = np.argsort(factorised(W, 0.5 / abs(W).sum(axis=1).max()).perm_c)
        self._W = sparse.csc_array(sparse.csr_array(W)[order][:, order])

    def value(self, rho: float) -> float:
        """ln|I - rho W|."""
        matrix = sparse.csc_array(self._identity - rho * self._W)
        factors = splu(matrix, permc_spec="NATURAL", **DIAGONAL_PIVOTS)
        return float(np.log(np.abs(factors.U.diagonal())).sum())

    def trace_gtg(self, rho: float) -> float:
        """tr G'G, from one complex factorisation of twice the size.

        With A = I - rho W the block matrix [A, s W; -s W', A'] has determinant |A|^2 |I + s^2 G'G|.
        At s^2 = ih with h tiny the imaginary part of its logarithm is h tr G'G to rounding.
        """
        A, step = sparse.csc_array(self._identity - rho * self._W), np.sqrt(1j * STEP)
        corners = np.eye(4).reshape(4, 2, 2)
        blocks = (A, step * self._W, -step * self._W.T, A.T)
        pairs = zip(blocks, corners, strict=True)
        matrix = sum(sparse.kron(block, corner, format="csc") for block, corner in pairs)
        factors = splu(sparse.csc_array(matrix), permc_spec="NATURAL", **DIAGONAL_PIVOTS)
        return float(np.angle(factors.U.diagonal()).sum() / STEP)


class Sum(LogDeterminant):
    """Sum over periods of the log-determinants of weights that change over time."""

    def __init__(self, parts: Sequence[LogDeterminant]) -> None:
        self.parts = list(parts)
        self.n = sum(part.n for part in self.parts)
        lower, upper = zip(*(part.interval for part in self.parts), strict=True)
        self.interval = (max(lower), min(upper))

    def value(self, rho: ArrayLike) -> Floats:
        return sum(part.value(rho) for part in self.parts)

    def coarse(self, rho: ArrayLike) -> Floats:
        return sum(part.coarse(rho) for part in self.parts)

    def trace_g(self, rho: ArrayLike) -> Floats:
        return sum(part.trace_g(rho) for part in self.parts)

    def trace_g2(self, rho: ArrayLike) -> Floats:
        return sum(part.trace_g2(rho) for part in self.parts)

    def trace_gtg(self, rho: float) -> float:
        return sum(part.trace_gtg(rho) for part in self.parts)


def log_determinant(
    W: sparse.sparray | Sequence[sparse.sparray], method: str | None = None
) -> LogDeterminant:
    """The log-determinant of one weights matrix, or the sum over a list of them.

    Parameters
    ----------
    W : sparse array (N, N), or a list of T of them
        Spatial weights with a zero diagonal; they need be neither symmetric nor row-standardised.
        For a list every method returns the sum over its T matrices, and ``n`` is N T.
    method : {"dense", "sparse"}, optional
        ``"dense"``: all eigenvalues (:class:`Eigenvalues`), exact at every rho. ``"sparse"``:
        interpolation between exact sparse factorisations (:class:`Interpolant`), without any
        N x N array. If left out: dense for up to 400 regions, and for W of which more than one
        entry in twenty is a link; sparse otherwise. Both agree to rounding.

    Raises
    ------
    ValueError
        For W without links, or an unknown method.

    References
    ----------
    Ord, K. (1975). Estimation methods for models of spatial interaction. JASA 70, 120-126.
    """
    if isinstance(W, list | tuple):
        return Sum([log_determinant(each, method) for each in W])
    W = sparse.csr_array(W)
    if W.count_nonzero() == 0:
        raise ValueError("W has no links: every one of its eigenvalues is zero")
    if method is None:
        method = "dense" if small_or_dense(W) else "sparse"
    if method not in METHODS:
        raise ValueError(f"method={method!r}: choose dense or sparse")
    return METHODS[method](W)


METHODS: dict[str, Callable[[sparse.sparray], LogDeterminant]] = {
    "dense": Eigenvalues,
    "sparse": Interpolant,
}


def small_or_dense(W: sparse.sparray) -> bool:
    """Whether dense algebra is the faster one: few regions, or links between many of them."""
    return W.shape[0] <= DENSE_UP_TO or W.nnz > DENSE_FROM_SHARE * W.shape[0] ** 2


def factorised(W: sparse.sparray, rho: float) -> SuperLU:
    """Sparse factorisation of I - rho W."""
    matrix = sparse.eye_array(W.shape[0], format="csc") - rho * sparse.csc_array(W)
    return splu(sparse.csc_array(matrix), permc_spec="MMD_AT_PLUS_A", **DIAGONAL_PIVOTS)


def admissible_interval(eigenvalues: ArrayLike) -> tuple[float, float]:
    """Interval around zero free of 1/lambda for every real eigenvalue lambda of W.

    Where no real eigenvalue bounds one side, minus or plus one over the spectral radius does.
    """
    eigenvalues = np.asarray(eigenvalues)
    radius = np.abs(eigenvalues).max()
    real = eigenvalues.real[np.abs(eigenvalues.imag) <= REAL * radius]
    lowest, highest = min(real, default=0.0), max(real, default=0.0)
    return (
        float(1 / (lowest if lowest < 0 else -radius)),
        float(1 / (highest if highest > 0 else radius)),
    )


def _sparse_interval(W: sparse.sparray) -> tuple[float, float]:
    """The same interval from few eigenvalues: the largest, and those nearest to its negative."""
    radius = _spectral_radius(W)
    start = BEYOND * radius
    shifted = factorised(W, -1 / start)  # I + W / start
    inverse = LinearOperator(W.shape, matvec=lambda b: shifted.solve(b) / start, dtype=float)
    nearest = eigs(W, k=6, sigma=-start, OPinv=inverse, v0=_start(W), return_eigenvectors=False)
    return admissible_interval(np.append(nearest, radius))


def _spectral_radius(W: sparse.sparray) -> float:
    """Largest eigenvalue of non-negative weights: the row sum if all rows have the same."""
    sums = W.sum(axis=1)
    if np.allclose(sums, sums[0], rtol=1e-12, atol=0):
        return float(sums[0])
    largest = eigs(W, k=1, which="LR", v0=_start(W), return_eigenvectors=False)
    return float(largest[0].real)


def _start(W: sparse.sparray) -> Floats:
    return np.random.default_rng(SEEDS["eigenvalue_search"]).random(W.shape[0])

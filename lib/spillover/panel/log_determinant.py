"""The log-determinant ln|I - rho W| of a spatial model, with the traces that its derivatives are.

With ``G(rho) = W (I - rho W)^-1`` the first derivative of ln|I - rho W| is ``-tr G`` and the
second is ``-tr G^2``; the mean diagonal of ``(I - rho W)^-1 = I + rho G`` is the direct impact of
a spatial lag model. One accurate scalar function hence gives the likelihood, its score and its
curvature.

References
----------
Ord, K. (1975). Estimation methods for models of spatial interaction. Journal of the American
Statistical Association 70, 120-126.
Barry, R. P. and Pace, R. K. (1999). Monte Carlo estimates of the log determinant of large sparse
matrices. Linear Algebra and its Applications 289, 41-54.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any, TypeAlias

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from numpy.polynomial.polynomial import polyval
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.fft import dct
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, SuperLU, eigs, splu

from spillover.seeds import SEEDS

Floats: TypeAlias = Any  # a number, or an array of numbers, as the parameter is
Series: TypeAlias = Chebyshev | Polynomial
Derivatives: TypeAlias = tuple[Series, Series, Series]  # a function and its first two
REAL = 1e-7  # a part of an eigenvalue that is smaller (relative to the radius) counts as zero
DENSE_UP_TO = 400  # regions up to which all eigenvalues are computed
DENSE_FROM_SHARE = 0.05  # share of links from which factorisation costs more than eigenvalues
PANEL = 2.0  # width of an interpolation panel in the logit variable
CIRCLE = 0.015  # radius of a circle around one rho in that variable
CIRCLES_IN_A_PANEL = 2  # that a panel may hold before it is interpolated as a whole
TAIL = 1e-13  # coefficients that an interpolant leaves out, relative to its size
DEGREES = (20, 40, 80, 160)
ON_HALF_A_CIRCLE = (3, 6, 12)  # points there; the other half mirrors them
PROBES, MOMENTS = 32, 200  # of the estimate by moments
COARSE_PROBES, COARSE_MOMENTS = 8, 40  # where it only has to locate maxima
COARSE_REACH = 1 - 1e-9  # share of the interval in which the series converges
WORK = 2e8  # multiplications up to which moments of a squared W are computed exactly
CERTAIN = 3.0  # standard errors of a stated bound
LONGER = 10  # times the length of a series, in a guess at what its tail may hold
# Pivots on the diagonal; columns one by one, since the supernodes of a planar W are small.
DIAGONAL_PIVOTS = {
    "diag_pivot_thresh": 0.0,
    "options": {"SymmetricMode": True},
    "relax": 1,
    "panel_size": 1,
}
STEP = 1e-20  # of the complex-step derivative
ROUGH, FEW = 1e-2, 8  # tolerance and Krylov vectors of a search for the eigenvalues' left edge
BEYOND = 1.01  # the exact search starts this far, in spectral radii, beyond the edge
LEFTMOST = 4  # eigenvalues to find there
RESTARTS = 300  # after which a search for eigenvalues ends
SHY = 1e-13  # relative distance that keeps a factorisation off the spectral radius


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

    def trace_gtg(self, rho: float, demeaned: bool = False) -> float:
        """tr G'G at one rho.

        Parameters
        ----------
        rho
            Where.
        demeaned
            Whether G is taken with its columns' means removed, as time effects remove them.

        Returns
        -------
        float
            The sum of squares of its elements.
        """
        raise NotImplementedError

    def variants(self) -> list[LogDeterminant]:
        """What else an estimate could have been, for :func:`stated_error`; none if it is exact."""
        return []

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

    def trace_gtg(self, rho: float, demeaned: bool = False) -> float:
        G = np.linalg.solve(np.eye(self.n) - rho * self._dense, self._dense)
        return _squares(G, demeaned)

    def _products(self, rho: ArrayLike) -> NDArray:
        return np.asarray(rho)[..., None] * self.eigenvalues


class Moments(LogDeterminant):
    """Log-determinant of a very large W from estimated traces of powers.

    With ``c`` the centre of the eigenvalues, ``d`` their distance from it, ``M = (W - c I) / d``
    and ``y = rho d / (1 - rho c)``,
    ``ln|I - rho W| = N ln(1 - rho c) + ln(1 - y) - sum_k y^k (tr(M^k) - 1) / k``: the largest
    eigenvalue of M is one. The first traces are computed exactly where that is cheap, the others
    estimated from ``v' M^k v`` with random signs v: no factorisation, and a cost that grows with
    the number of links.

    Parameters
    ----------
    W
        Weights with a zero diagonal.
    probes, moments
        Number of vectors of signs, and of traces.
    lowest
        Lowest eigenvalue of W; minus the spectral radius if left out.

    References
    ----------
    Barry, R. P. and Pace, R. K. (1999). Monte Carlo estimates of the log determinant of large
    sparse matrices. Linear Algebra and its Applications 289, 41-54.
    """

    def __init__(
        self,
        W: sparse.sparray,
        probes: int = PROBES,
        moments: int = MOMENTS,
        lowest: float | None = None,
    ) -> None:
        self.n = W.shape[0]
        highest = _spectral_radius(W)
        lowest = -highest if lowest is None else lowest
        self.interval = (1 / lowest, 1 / highest)
        self._centre, self._reach = (highest + lowest) / 2, (highest - lowest) / 2
        centred = sparse.csr_array(W) - self._centre * sparse.eye_array(self.n, format="csr")
        self._M = centred / self._reach
        rng = np.random.default_rng(SEEDS["log_determinant_moments"])
        self._signs = rng.choice([-1.0, 1.0], size=(self.n, probes))
        self._draws = np.empty((moments, probes))
        power = self._signs
        for k in range(moments):
            power = self._M @ power
            self._draws[k] = np.einsum("ip,ip->p", self._signs, power)
        exact = _exact_traces(self._M)
        self._draws[: len(exact)] = exact[:, None]
        self._draws -= 1
        self._probes, self._traces = np.arange(probes), self._draws.mean(axis=1)

    def variants(self) -> list[LogDeterminant]:
        """The estimate without each vector of signs, and with its last two traces over and over."""
        fewer = [np.delete(self._probes, place) for place in self._probes]
        again = np.tile(self._traces[-2:], LONGER * len(self._traces) // 2)
        return [
            *(self._by(probes, self._draws[:, probes].mean(axis=1)) for probes in fewer),
            self._by(self._probes, np.append(self._traces, again)),
        ]

    def _by(self, probes: NDArray[np.intp], traces: Floats) -> Moments:
        """The same by these of the signs and by these traces."""
        other = copy(self)
        vars(other).update(_probes=probes, _traces=traces)
        return other

    def value(self, rho: ArrayLike) -> Floats:
        k = np.arange(1, len(self._traces) + 1)
        y, room = self._y(rho), 1 - np.asarray(rho) * self._centre
        return self.n * np.log(room) + np.log1p(-y) - y * polyval(y, self._traces / k)

    def trace_g(self, rho: ArrayLike) -> Floats:
        y, room = self._y(rho), 1 - np.asarray(rho) * self._centre
        series = (polyval(y, self._traces) + 1 / (1 - y)) * self._reach
        return self.n * self._centre / room + series / room**2

    def trace_g2(self, rho: ArrayLike) -> Floats:
        c, y = self._centre, self._y(rho)
        room = 1 - np.asarray(rho) * c
        k = np.arange(1, len(self._traces))
        first = (polyval(y, self._traces) + 1 / (1 - y)) * self._reach
        second = (polyval(y, k * self._traces[1:]) + 1 / (1 - y) ** 2) * self._reach**2
        return self.n * (c / room) ** 2 + 2 * c * first / room**3 + second / room**4

    def trace_gtg(self, rho: float, demeaned: bool = False) -> float:
        # From the same signs, with (I - rho W)^-1 as a power series.
        room, y = 1 - rho * self._centre, self._y(rho)
        spread = term = self._signs[:, self._probes] / room
        for _ in range(len(self._traces)):
            term = y * (self._M @ term)
            spread = spread + term
        lagged = self._reach * (self._M @ spread) + self._centre * spread
        return _squares(lagged, demeaned) / len(self._probes)

    def _y(self, rho: ArrayLike) -> Floats:
        """The variable of the series, within plus and minus one."""
        rho, (low, high) = np.asarray(rho, float), self.interval
        if not ((low < rho) & (rho < high)).all():
            raise ValueError(f"rho must lie within ({low:.6g}, {high:.6g})")
        return rho * self._reach / (1 - rho * self._centre)


def _exact_traces(M: sparse.csr_array) -> Floats:
    """Traces of the first four powers; of the first two where more would cost too much."""
    across = sparse.csr_array(M.T)
    traces = [M.trace(), (M * across).data.sum()]
    if M.nnz**2 / M.shape[0] <= WORK:
        square = M @ M
        traces += [(square * across).data.sum(), (square * square.T).data.sum()]
    return np.array(traces)


def _squares(values: Floats, demeaned: bool) -> float:
    """Sum of squares, the columns' means removed or not."""
    return float(((values - values.mean(axis=0) if demeaned else values) ** 2).sum())


def stated_error(estimate: Floats, variants: Sequence[Floats]) -> Floats:
    """Bound on what random signs put a number off that was computed from their log-determinant.

    Parameters
    ----------
    estimate, variants
        The number, or an array of them, by the estimate and by each of its
        :meth:`LogDeterminant.variants`.

    Returns
    -------
    float or numpy.ndarray
        What an error of three standard errors makes of the number, to first and second order by
        the jackknife, and what the tail of the series may add.
    """
    *fewer, longer = map(np.asarray, variants)
    n = len(fewer)
    first = np.sqrt(n - 1) * np.std(fewer, axis=0)
    second = (n - 1) * np.abs(np.mean(fewer, axis=0) - estimate)
    return CERTAIN * first + CERTAIN**2 * second + np.abs(longer - estimate)


class Interpolant(LogDeterminant):
    """Log-determinant of a large sparse W, interpolated between exact sparse factorisations.

    In the variable s = ln((rho - rho_min) / (rho_max - rho)) every real eigenvalue of W is at
    least pi away from the real line, so polynomials in s converge geometrically right up to the
    ends of the interval. One rho asks for a polynomial through the values on a small circle around
    it in the complex plane, half of which mirrors the other; many ask for panels of equal width
    that cover them, interpolated at Chebyshev points. Each value takes a factorisation. Their
    number doubles until nothing is left but rounding: the interpolant is as exact as the
    factorisations are. Maxima are located by :class:`Moments`.

    Attributes
    ----------
    factorisations : int
        How many sparse factorisations were made so far.

    References
    ----------
    Pace, R. K. and LeSage, J. (2009). A sampling approach to estimate the log determinant used in
    spatial likelihood problems. Journal of Geographical Systems 11, 209-225.
    Trefethen, L. N. (2013). Approximation Theory and Approximation Practice, chapters 3 and 8.
    Lyness, J. N. and Moler, C. B. (1967). Numerical differentiation of analytic functions. SIAM
    Journal on Numerical Analysis 4, 202-210.
    """

    def __init__(self, W: sparse.sparray) -> None:
        self.n = W.shape[0]
        radius = _spectral_radius(W)
        beyond = _beyond_all(W, radius)
        first = factorised(W, 1 / beyond)
        self.interval = _sparse_interval(W, radius, beyond, first)
        order = np.argsort(first.perm_c)
        ordered = sparse.csr_array(W)[order][:, order]
        self._pattern = sparse.csc_array(sparse.eye_array(self.n, format="csr") - ordered)
        columns = np.repeat(np.arange(self.n), np.diff(self._pattern.indptr))
        self._own = (self._pattern.indices == columns).astype(float)
        self._exact: dict[complex, complex] = {}
        self._panels: dict[int, Derivatives] = {}
        self._circles: list[Derivatives] = []
        self._W = W
        self._sketch: Moments | None = None
        self._squares = float((W.data**2).sum())

    @property
    def factorisations(self) -> int:
        return len(self._exact)

    def value(self, rho: ArrayLike) -> Floats:
        return self._derivative(rho, 0)

    def coarse(self, rho: ArrayLike) -> Floats:
        if self._sketch is None:
            lowest = 1 / self.interval[0]
            self._sketch = Moments(self._W, COARSE_PROBES, COARSE_MOMENTS, lowest)
        low, high = np.multiply(self._sketch.interval, COARSE_REACH)
        return self._sketch.value(np.clip(rho, low, high))

    def trace_g(self, rho: ArrayLike) -> Floats:
        return -self._derivative(rho, 1) * self._slope(rho)

    def trace_g2(self, rho: ArrayLike) -> Floats:
        second = self._derivative(rho, 2) * self._slope(rho) ** 2
        return -second - self._derivative(rho, 1) * self._curvature(rho)

    def trace_gtg(self, rho: float, demeaned: bool = False) -> float:
        # With A = I - rho W it is the derivative of ln|A'A + h W'W| in h, and at an imaginary step
        # ih with h tiny the imaginary part of this logarithm is h tr G'G to rounding. Without the
        # columns' means it is less by 1'GG'1 / N. A'A loses twice the digits of A near the ends of
        # the interval: nine digits are left at a thousandth of its length from them, five at 1e-5.
        W = sparse.csc_array(self._W)
        factors = _factors(rho * (W + W.T) - (rho**2 + 1j * STEP) * (W.T @ W))
        trace = np.angle(factors.U.diagonal()).sum() / STEP
        sums = W.sum(axis=0)
        return float(trace - demeaned * (sums @ factors.solve(sums + 0j).real) / self.n)

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
        if s.ndim == 0:
            return self._around(float(s))[order](s)
        panels = np.round(s / PANEL).astype(int)
        result = np.empty_like(s)
        for panel in np.unique(panels):
            here = panels == panel
            result[here] = self._panel(int(panel))[order](s[here])
        return result

    def _around(self, s: float) -> Derivatives:
        """Interpolant that covers one s: what is there already, or one on a circle around it."""
        for each in self._circles:
            if each[0].domain[0] <= s <= each[0].domain[1]:
                return each
        panel = round(s / PANEL)
        near = [round(np.mean(each[0].domain) / PANEL) for each in self._circles].count(panel)
        if panel not in self._panels and near < CIRCLES_IN_A_PANEL:
            around = self._resolved(self._on_circle(s, points) for points in ON_HALF_A_CIRCLE)
            if around:
                self._circles.append(around)
                return around
        return self._panel(panel)

    def _panel(self, panel: int) -> Derivatives:
        """Interpolant on one panel of equal width."""
        if panel not in self._panels:
            middle = PANEL * panel
            found = self._resolved(self._at_chebyshev_points(middle, each) for each in DEGREES)
            if not found:
                raise ValueError(
                    f"ln|I - rho W| is too rough to interpolate near s = {middle:.3g}: "
                    "use log_determinant(W, method='dense')"
                )
            self._panels[panel] = found
        return self._panels[panel]

    def _resolved(self, candidates: Iterable[Series]) -> Derivatives | None:
        """The first interpolant that leaves nothing but rounding, with two derivatives.

        Coefficients shrink geometrically, from the largest (or the squares of W where ln|I - rho W|
        is near zero) to the last two and on to those left out.
        """
        for series in candidates:
            size = np.abs(series.coef)
            shrunk = size[-2:].max() / max(size.max(), self._squares)
            if shrunk ** (len(size) / (len(size) - 2)) <= TAIL:
                return series, series.deriv(), series.deriv(2)
        return None

    def _on_circle(self, middle: float, points: int) -> Series:
        """Polynomial through the values on a circle around a real middle."""
        turns = np.pi * (np.arange(points) + 0.5) / points
        values = [self._at(middle + CIRCLE * np.exp(1j * turn)) for turn in turns]
        mean = np.exp(-1j * np.outer(np.arange(2 * points), turns)) @ values / points
        return Polynomial(mean.real, domain=[middle - CIRCLE, middle + CIRCLE])

    def _at_chebyshev_points(self, middle: float, degree: int) -> Series:
        nodes = np.cos(np.pi * (np.arange(degree + 1) / degree))
        values = [self._at(middle + PANEL / 2 * x) for x in nodes]
        coefficients = dct(values, type=1) / degree
        coefficients[[0, -1]] /= 2
        return Chebyshev(coefficients, domain=[middle - PANEL / 2, middle + PANEL / 2])

    def _at(self, s: complex) -> complex:
        """Exact value at one s; nodes that interpolants share are computed once."""
        if s not in self._exact:
            low, high = self.interval
            rho = low + (high - low) / (1 + np.exp(-s))
            matrix = sparse.csc_array(self._pattern)  # I - W, of which I - rho W has the entries
            matrix.data = self._own + rho * (matrix.data - self._own)
            pivots = splu(matrix, permc_spec="NATURAL", **DIAGONAL_PIVOTS).U.diagonal()
            self._exact[s] = np.log(pivots * np.sign(pivots.real)).sum()
        return self._exact[s]


class Sum(LogDeterminant):
    """Sum over periods of the log-determinants of weights that change over time."""

    def __init__(self, parts: Sequence[LogDeterminant]) -> None:
        self.parts = list(parts)
        self.n = sum(part.n for part in self.parts)
        lower, upper = zip(*(part.interval for part in self.parts), strict=True)
        self.interval = (max(lower), min(upper))

    def variants(self) -> list[LogDeterminant]:
        return [Sum(parts) for parts in zip(*(each.variants() for each in self.parts), strict=True)]

    def value(self, rho: ArrayLike) -> Floats:
        return sum(part.value(rho) for part in self.parts)

    def coarse(self, rho: ArrayLike) -> Floats:
        return sum(part.coarse(rho) for part in self.parts)

    def trace_g(self, rho: ArrayLike) -> Floats:
        return sum(part.trace_g(rho) for part in self.parts)

    def trace_g2(self, rho: ArrayLike) -> Floats:
        return sum(part.trace_g2(rho) for part in self.parts)

    def trace_gtg(self, rho: float, demeaned: bool = False) -> float:
        return sum(part.trace_gtg(rho, demeaned) for part in self.parts)


def log_determinant(
    W: sparse.sparray | Sequence[sparse.sparray], method: str | None = None
) -> LogDeterminant:
    """The log-determinant of one weights matrix, or the sum over a list of them.

    Parameters
    ----------
    W : sparse array (N, N), or a list of T of them
        Spatial weights with a zero diagonal; they need be neither symmetric nor row-standardised.
    method : {"dense", "sparse", "moments"}, optional
        ``"dense"``: all eigenvalues (:class:`Eigenvalues`), exact at every rho. ``"sparse"``:
        interpolation between exact sparse factorisations (:class:`Interpolant`), without any
        N x N array. If left out: dense for up to 400 regions, and for W of which more than one
        entry in twenty is a link; sparse otherwise. Both agree to rounding. ``"moments"``: an
        estimate with a bound on its error (:class:`Moments`), for a million regions.

    Returns
    -------
    LogDeterminant
        For a list by every method the sum over its T matrices, with ``n`` equal to N T.

    Raises
    ------
    ValueError
        For W without links that close a circle, or an unknown method.

    References
    ----------
    Ord, K. (1975). Estimation methods for models of spatial interaction. JASA 70, 120-126.
    Noda, T. (1971). Note on the computation of the maximal eigenvalue of a non-negative irreducible
    matrix. Numerische Mathematik 17, 382-386.
    """
    if isinstance(W, list | tuple):
        return Sum([log_determinant(each, method) for each in W])
    W = sparse.csr_array(W)
    if connected_components(W, connection="strong", return_labels=False) == W.shape[0]:
        raise ValueError("W has no links that close a circle: every one of its eigenvalues is zero")
    if method is None:
        method = "dense" if small_or_dense(W) else "sparse"
    if method not in METHODS:
        raise ValueError(f"method={method!r}: choose dense, sparse or moments")
    return METHODS[method](W)


METHODS: dict[str, Callable[[sparse.sparray], LogDeterminant]] = {
    "dense": Eigenvalues,
    "sparse": Interpolant,
    "moments": Moments,
}


def small_or_dense(W: sparse.sparray) -> bool:
    """Whether dense algebra is the faster one: few regions, or links between many of them."""
    return W.shape[0] <= DENSE_UP_TO or W.nnz > DENSE_FROM_SHARE * W.shape[0] ** 2


def factorised(W: sparse.sparray, rho: float) -> SuperLU:
    """Sparse factorisation of I - rho W.

    Parameters
    ----------
    W
        Weights, shape (N, N).
    rho
        Spatial parameter.

    Returns
    -------
    scipy.sparse.linalg.SuperLU
        Its ``solve`` applies the inverse.
    """
    return _factors(rho * sparse.csc_array(W))


def _factors(links: sparse.sparray) -> SuperLU:
    """Sparse factorisation of I - links."""
    matrix = sparse.csc_array(sparse.eye_array(links.shape[0], format="csc") - links)
    return splu(matrix, permc_spec="MMD_AT_PLUS_A", **DIAGONAL_PIVOTS)


def admissible_interval(eigenvalues: ArrayLike) -> tuple[float, float]:
    """Interval around zero free of 1/lambda for every real eigenvalue lambda of W.

    Where no real eigenvalue bounds one side, minus or plus one over the spectral radius does.
    """
    eigenvalues = np.asarray(eigenvalues)
    radius = np.abs(eigenvalues).max()
    real = eigenvalues.real[np.abs(eigenvalues.imag) <= REAL * radius]
    real = real[np.abs(real) > REAL * radius]
    lowest, highest = min(real, default=0.0), max(real, default=0.0)
    return (
        float(1 / (lowest if lowest < 0 else -radius)),
        float(1 / (highest if highest > 0 else radius)),
    )


def _beyond_all(W: sparse.sparray, radius: float) -> float:
    """A point to the left of all eigenvalues, near the leftmost, by a rough search from outside."""
    rough = _at_an_edge(W, which="SR", tol=ROUGH, ncv=FEW)
    return max(-BEYOND * radius, min(rough.real, default=-radius) - (BEYOND - 1) * radius)


def _sparse_interval(
    W: sparse.sparray, radius: float, beyond: float, shifted: SuperLU
) -> tuple[float, float]:
    """The same interval from few eigenvalues: the largest, and those nearest to a point beyond all.

    If the nearest is real, it is the lowest real one; else a few more are looked through.
    """
    inverse = LinearOperator(W.shape, matvec=lambda b: -shifted.solve(b) / beyond, dtype=float)
    for count in (1, LEFTMOST):
        nearest = _at_an_edge(W, k=count, sigma=beyond, OPinv=inverse, ncv=FEW * count)
        if len(nearest) and np.abs(nearest.imag).max() <= REAL * radius:
            break
    return admissible_interval(np.append(nearest, radius))


def _spectral_radius(W: sparse.sparray) -> float:
    """Largest eigenvalue of non-negative weights: the row sum if all rows have the same."""
    sums = W.sum(axis=1)
    if np.allclose(sums, sums[0], rtol=1e-12, atol=0):
        return float(sums[0])
    largest = _at_an_edge(W, which="LR").real
    return float(largest[0]) if len(largest) else _radius_from_above(W, float(sums.max()))


def _radius_from_above(W: sparse.sparray, bound: float) -> float:
    """The same by ever better positive vectors: the largest ratio of Wx to x bounds it (Noda)."""
    last, x = np.inf, np.ones(W.shape[0])
    while bound < last * (1 - SHY):
        last = bound
        x = factorised(W, 1 / (bound * (1 + SHY))).solve(x)
        x /= x.max()
        bound = float((W @ x / x).max())
    return last


def _at_an_edge(W: sparse.sparray, **search: Any) -> NDArray:
    """Eigenvalues at an edge of the spectrum; those found where too many crowd for an end."""
    rng = np.random.default_rng(SEEDS["eigenvalue_search"])
    search = {"k": 1, "v0": rng.random(W.shape[0]), "maxiter": RESTARTS} | search
    try:
        return eigs(W, return_eigenvectors=False, **search)
    except ArpackNoConvergence as stop:
        return stop.eigenvalues

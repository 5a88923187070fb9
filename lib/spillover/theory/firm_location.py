"""Where firms settle: the short-run equilibrium of any number of regions as one concave program.

A firm in region i earns, relative to the average firm, the profit

    r_i = sum_j w_j Phi_ij / Delta_j,     Delta_j = sum_i Phi_ij n_i,

with w_j the region's share in spending and n the shares of firms. Firms are mobile, so r_i = 1
where firms are and r_i <= 1 where they are not. These are the Kuhn-Tucker conditions of

    maximise  sum_j w_j ln Delta_j  over the simplex,

whose value exceeds that of any n by at most max_i r_i - 1: every answer carries its certificate.

References
----------
The paper's equations (9), (10) and (20), for N regions.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dposv, dpotrs
from threadpoolctl import ThreadpoolController

Array = np.ndarray

TO_BOUNDARY = 0.9999
SHORT = 0.2  # step of the predictor, as a share of its whole
ITERATIONS = 100
NEWTON_STEPS = 20
CANDIDATES, ROUNDS = 75, 20  # regions looked at first, or joining at once, and how often they may
FIRST_GAP = 1e-2  # among the first candidates; squared each time that others join


@dataclass(frozen=True)
class FirmLocation:
    """Short-run equilibrium of firms.

    Attributes
    ----------
    shares
        n, (N,), non-negative, sums to one; exactly zero in regions without firms.
    access
        Delta, (N,): firms counted by the freeness of trade with which they reach region j.
    relative_profit
        r, (N,): one in every region with firms, at most one elsewhere.
    gap
        Duality gap max r - 1: how far the objective can be from its maximum.
    """

    shares: Array
    access: Array
    relative_profit: Array
    gap: float


def relative_profit(shares: Array, spending: Array, freeness: Array) -> Array:
    """Profit of a firm in each region, in units of the average firm's.

    Parameters
    ----------
    shares
        n, (N,): shares of firms, summing to one.
    spending, freeness
        w and Phi, as in `locate_firms`.

    Returns
    -------
    numpy.ndarray
        r, (N,).
    """
    return freeness @ (spending / _access(shares, freeness))


def objective(shares: Array, spending: Array, freeness: Array) -> float:
    """The function that firms' shares maximise.

    Parameters
    ----------
    shares
        n, (N,): shares of firms, summing to one.
    spending, freeness
        w and Phi, as in `locate_firms`.

    Returns
    -------
    float
        sum_j w_j ln Delta_j.
    """
    return float(spending @ np.log(_access(shares, freeness)))


def locate_firms(
    spending: Array, freeness: Array, start: Array | None = None, tolerance: float = 1e-11
) -> FirmLocation:
    """Find the shares of firms that make profits equal wherever firms are.

    Parameters
    ----------
    spending
        w, (N,): shares of regions in expenditure, positive, summing to one.
    freeness
        Phi, (N, N): freeness of trade from row to column, one on the diagonal.
    start
        Shares at a nearby solution; used when its set of regions with firms is still right.
    tolerance
        Largest duality gap accepted.

    Returns
    -------
    FirmLocation

    Raises
    ------
    ArithmeticError
        If the duality gap stays above the tolerance.

    Notes
    -----
    Primal-dual interior point (Mehrotra's predictor and corrector), then Newton steps on the
    regions left with firms, which make the corners exact zeros. Of many regions few have firms:
    the interior point looks at a few hundred, and those join where a firm would earn more. The
    program is that of maximum-likelihood mixture weights and of the growth-optimal portfolio.
    """
    found = start is not None and _polish(start, start > 0, spending, freeness, tolerance)
    return found or _from_scratch(spending, freeness, tolerance)


def response(location: FirmLocation, spending: Array, freeness: Array, change: Array) -> Array:
    """Change in shares of firms when spending shares change, regions without firms staying empty.

    Parameters
    ----------
    location
        The equilibrium from which they change.
    spending, freeness
        w and Phi, as in `locate_firms`.
    change
        (N, M): M directions of change of w, each column summing to zero.

    Returns
    -------
    numpy.ndarray
        (N, M): change of n along each direction.
    """
    settled = location.shares > 0
    reach = freeness[settled] / location.access
    moved = np.zeros_like(change)
    moved[settled] = cho_solve(_curvature(reach, spending), reach @ change)
    return moved


def _curvature(reach: Array, spending: Array) -> tuple[Array, bool]:
    return cho_factor((reach * spending) @ reach.T, overwrite_a=True)


def _access(shares: Array, freeness: Array) -> Array:
    """Delta; of regions without firms nothing is read."""
    held = shares > 0
    return shares[held] @ freeness[held]


def _from_scratch(spending: Array, freeness: Array, tolerance: float) -> FirmLocation:
    # Between hundreds of small steps NumPy's threads and SciPy's would wait for each other.
    with _linear_algebra().limit(limits=1, user_api="blas"):
        shares = _among_candidates(spending, freeness, tolerance / 10)
        rough = _evaluate(shares / shares.sum(), spending, freeness)
        settled = rough.shares > 1 - rough.relative_profit
        found = _polish(rough.shares, settled, spending, freeness, tolerance) or rough
    if not found.gap <= tolerance:
        raise ArithmeticError(
            f"firms' shares: duality gap {found.gap:.1e} is above the tolerance {tolerance:.1e}"
        )
    return found


@cache
def _linear_algebra() -> ThreadpoolController:
    """The threads of this process's libraries, looked for once."""
    return ThreadpoolController()


def _evaluate(shares: Array, spending: Array, freeness: Array) -> FirmLocation:
    access = _access(shares, freeness)
    profit = freeness @ (spending / access)
    return FirmLocation(shares, access, profit, float(profit.max() - 1))


def _polish(
    shares: Array, settled: Array, spending: Array, freeness: Array, tolerance: float
) -> FirmLocation | None:
    """Newton steps for equal profits in the settled regions; None if that set is not right."""
    shares = np.where(settled, shares, 0.0)
    for _ in range(NEWTON_STEPS):
        access = _access(shares, freeness)
        excess = freeness @ (spending / access) - 1
        settled = (shares > 0) | (excess > tolerance)
        if np.abs(excess[settled]).max() < tolerance / 100:
            break
        try:
            reach = freeness[settled] / access
            step = cho_solve(_curvature(reach, spending), excess[settled])
        except np.linalg.LinAlgError:
            return None
        shares[settled] = np.maximum(shares[settled] + step, 0)
        if not 0.5 < shares.sum() < 2:
            return None
    found = _evaluate(shares / shares.sum(), spending, freeness)
    return found if found.gap <= tolerance else None


def _among_candidates(spending: Array, freeness: Array, tolerance: float) -> Array:
    """Shares, up to scale; zero in regions that were never looked at or lost all firms."""
    size = len(spending)
    chosen, goal = np.arange(0, size, -(-size // CANDIDATES)), FIRST_GAP
    for _ in range(ROUNDS):
        if len(chosen) > size / 2:
            break
        shares = np.zeros(size)
        found = _interior_point(spending, freeness[chosen], goal)
        shares[chosen] = found / found.sum()
        profit = relative_profit(shares, spending, freeness)
        if profit.max() - 1 < tolerance:
            return shares
        held = np.flatnonzero((shares > 0) & (shares > 1 - profit))
        best = np.argsort(-profit)[: max(CANDIDATES, len(held))]
        chosen, goal = np.union1d(held, best[profit[best] > 1]), max(goal**2, tolerance)
    return _interior_point(spending, freeness, tolerance)


def _interior_point(spending: Array, freeness: Array, tolerance: float) -> Array:
    """Shares, up to scale, at the end of the barrier path."""
    size = len(freeness)
    x, slack = np.full(size, 1 / size), np.ones(size)
    for _ in range(ITERATIONS):
        access = x @ freeness
        reach = freeness * (np.sqrt(spending) / access)
        profit = freeness @ (spending / access)
        if profit.max() * x.sum() - 1 < tolerance:
            break
        infeasible = slack - 1 + profit
        hessian = reach @ reach.T
        hessian.flat[:: size + 1] += slack / x
        factor, dx, failed = dposv(hessian.T, infeasible - slack, overwrite_a=True)
        if failed:
            raise np.linalg.LinAlgError("the barrier's curvature is not positive definite")
        dslack = -slack - slack / x * dx
        target = _target(x, slack, dx, dslack)
        dx, _ = dpotrs(factor, infeasible - slack + target / x)
        dslack = (target - slack * dx) / x - slack
        x = x + TO_BOUNDARY * _longest_step(x, dx) * dx
        slack = slack + TO_BOUNDARY * _longest_step(slack, dslack) * dslack
    return x


def _target(x: Array, slack: Array, dx: Array, dslack: Array) -> Array:
    """What x times slack is to become: closer to the centre, less the predictor's second order."""
    primal, dual = _longest_step(x, dx), _longest_step(slack, dslack)
    now = x @ slack / len(x)
    after = (x + primal * dx) @ (slack + dual * dslack) / len(x)
    # A predictor that can hardly move says nothing of the second order: the search would go round.
    corrected = dx * dslack if min(primal, dual) > SHORT else 0.0
    return now * (after / now) ** 3 - corrected


def _longest_step(value: Array, change: Array) -> float:
    """Largest step in (0, 1] that keeps every positive value non-negative."""
    return 1 / max(1.0, (-change / value).max())

"""Equilibria of a one-dimensional migration model, their stability, and how both change.

A model is any function ``gap(share)``, vectorised over shares in [0, 1]: the utility gap between
East and West. A family of models is a function of one parameter that returns such a gap. People
move to the better region, d lambda/dt = lambda (1 - lambda) gap(lambda).

References
----------
Kuznetsov, Y. A. (2004). Elements of Applied Bifurcation Theory, 3rd edition.
Fujita, M., Krugman, P. and Venables, A. (1999). The Spatial Economy, for break and sustain points.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from scipy.optimize import bisect, brentq, minimize_scalar
from scipy.special import expit, logit

Array = np.ndarray
Gap = Callable[[Array], Array]
Family = Callable[[float], Gap]

TOLERANCE = 1e-14
SCAN = 401
SLOPE_STEP = 1e-5
MOST_POINTS = 1000  # of a branch that is followed


@dataclass(frozen=True)
class RestPoint:
    """A share at which nobody wants to move.

    Attributes
    ----------
    share
        The East's, in [0, 1].
    stable
        Whether people come back when pushed.
    """

    share: float
    stable: bool


def with_tastes(gap: Gap, psi: float) -> Gap:
    """The gap less the pull on people who like places differently.

    Parameters
    ----------
    gap
        Utility gap by share.
    psi
        Scale of tastes, in units of the gap.

    Returns
    -------
    callable
        The gap less psi ln[share/(1 - share)], by share; infinite in the corners.
    """

    def pull(share: Array) -> Array:
        share = np.asarray(share, float)
        return gap(share) - psi * logit(share)

    return pull


def slope(gap: Gap, share: float) -> float:
    """Derivative of the gap, by a central difference.

    Parameters
    ----------
    gap
        Utility gap by share.
    share
        Where, at least 1e-5 from 0 and 1.

    Returns
    -------
    float
        In units of the gap, a share of one being one.
    """
    low, high = gap(np.array([share - SLOPE_STEP, share + SLOPE_STEP]))
    return float(high - low) / (2 * SLOPE_STEP)


def rest_points(gap: Gap) -> list[RestPoint]:
    """All equilibria that a scan of 400 shares can tell apart, each located to 1e-12.

    Parameters
    ----------
    gap
        Utility gap; at 0 and 1 it may be infinite (tastes for places rule corners out). Two
        interior equilibria closer than a step of the scan may be missed.

    Returns
    -------
    list of RestPoint
        From West to East; stable and unstable ones alternate. A share within 1e-16 of one is
        reported as one.

    Raises
    ------
    ArithmeticError
        If the gap is not a number somewhere, or zero everywhere.

    Notes
    -----
    An interior equilibrium is stable where the gap falls through zero; a corner is an
    equilibrium where the gap points outwards, and then stable. The first and the last cell of the
    scan are searched like all others, in log-odds where the gap is infinite at their end.
    """
    grid = _scan()
    signs = np.sign(gap(grid))
    told = np.flatnonzero(signs)
    if np.isnan(signs).any() or not len(told):
        raise ArithmeticError("the gap is not a number, or zero, at every share of the scan")
    first, last = signs[told[[0, -1]]]
    found = [RestPoint(0.0, bool(first < 0))] if signs[0] == 0 or first < 0 else []
    for left, right in pairwise(told):
        if signs[left] != signs[right]:
            stable = bool(signs[left] > signs[right])
            found.append(RestPoint(_root(gap, grid[left], grid[right]), stable))
    if signs[-1] == 0 or last > 0:
        found.append(RestPoint(1.0, bool(last > 0)))
    check_alternating(found)
    return found


def _root(gap: Gap, low: float, high: float) -> float:
    """Where the gap changes sign between two shares, of which one may be a corner."""
    if not np.isinf(gap(np.array([low, high]))).any():
        return float(brentq(lambda share: _at(gap, share), low, high, xtol=TOLERANCE))

    def by_odds(odds: float) -> float:
        return _at(gap, expit(odds))

    inner, way = (logit(high), -1) if low == 0 else (logit(low), 1)
    sign, outer = np.sign(by_odds(inner)), inner + way
    while np.sign(by_odds(outer)) == sign:
        outer = 2 * outer
    return float(expit(bisect(by_odds, *sorted((inner, outer)), xtol=TOLERANCE)))


def _at(function: Gap, where: float) -> float:
    return float(function(np.array([where]))[0])


def check_alternating(found: list[RestPoint]) -> None:
    """Refuse rest points of which two neighbours are both stable, or both unstable."""
    if any(one.stable == other.stable for one, other in pairwise(found)):
        raise ArithmeticError("stable and unstable rest points do not alternate: one was missed")


def diagram(family: Family, values: Array) -> pd.DataFrame:
    """Rest points over a range of the parameter.

    Parameters
    ----------
    family, values
        Gap by parameter, and parameters, (n,).

    Returns
    -------
    pandas.DataFrame
        A row a rest point: columns parameter, share, stable.
    """
    rows = [
        (value, point.share, point.stable)
        for value in values
        for point in rest_points(family(value))
    ]
    return pd.DataFrame(rows, columns=["parameter", "share", "stable"])


def break_point(family: Family, low: float, high: float) -> float:
    """Parameter at which the symmetric equilibrium gains or loses stability, to 1e-10.

    Parameters
    ----------
    family
        Gap by parameter.
    low, high
        Parameters that bracket the break.

    Returns
    -------
    float
        Where the slope of the gap at one half is zero.

    Raises
    ------
    ValueError
        If the slope of the gap has the same sign at both ends of the bracket.
    """
    return _zero(lambda value: slope(family(value), 0.5), low, high, "break point")


def sustain_point(family: Family, low: float, high: float) -> float:
    """Parameter at which full agglomeration in the East stops being an equilibrium, to 1e-10.

    Parameters
    ----------
    family
        Gap by parameter.
    low, high
        Parameters that bracket the point.

    Returns
    -------
    float
        Where the gap at one is zero.

    Raises
    ------
    ValueError
        If the gap at one has the same sign at both ends of the bracket.
    """
    return _zero(lambda value: _at(family(value), 1.0), low, high, "sustain point")


def fold_points(found: pd.DataFrame, family: Family) -> list[float]:
    """Parameters at which a stable and an unstable rest point meet and vanish.

    Parameters
    ----------
    found
        A `diagram` of the family: its grid brackets the folds.
    family
        Gap by parameter.

    Returns
    -------
    list of float
        Parameters, in the order of the diagram.

    Notes
    -----
    At a fold both the gap and its slope are zero: there the extreme value that the gap takes
    between the two rest points passes through zero. Solving for that also finds folds at a kink.
    Where a pair merges with a third rest point (a pitchfork) nothing folds.
    """
    groups = [(value, group) for value, group in found.groupby("parameter")]
    folds = []
    for one, other in pairwise(groups):
        more, fewer = sorted((one, other), key=lambda each: -len(each[1]))
        shares = more[1]["share"].to_numpy()
        for start in _vanishing(shares, fewer[1]["share"].to_numpy()):
            sign = -1 if more[1]["stable"].iloc[start] else 1
            extreme = _extreme_between(family, shares, start, sign)
            if extreme(more[0]) * extreme(fewer[0]) < 0:
                folds.append(brentq(extreme, *sorted((more[0], fewer[0])), xtol=TOLERANCE))
    return folds


def _vanishing(more: Array, fewer: Array) -> tuple[int, ...]:
    """Positions at which pairs of neighbours are taken out to leave something close to fewer."""
    pairs, odd = divmod(len(more) - len(fewer), 2)
    if odd or not pairs:
        return ()

    def misfit(starts: tuple[int, ...]) -> float:
        left = np.delete(more, [*starts, *(start + 1 for start in starts)])
        return float(np.abs(left - fewer).sum()) if len(left) == len(fewer) else np.inf

    return min(combinations(range(len(more) - 1), pairs), key=misfit)


def _extreme_between(
    family: Family, shares: Array, start: int, sign: int
) -> Callable[[float], float]:
    """Highest (sign 1) or lowest gap around two neighbouring rest points, by the parameter."""
    walls = np.concatenate([[0.0], shares, [1.0]])
    low, high = walls[start : start + 2].mean(), walls[start + 2 : start + 4].mean()
    grid = np.linspace(low, high, SCAN)

    def extreme(value: float) -> float:
        gap = family(value)
        k = int(np.clip((sign * gap(grid)).argmax(), 1, SCAN - 2))
        best = minimize_scalar(
            lambda share: -sign * _at(gap, share),
            bounds=(grid[k - 1], grid[k + 1]),
            method="bounded",
            options={"xatol": TOLERANCE},
        )
        return -sign * best.fun

    return extreme


def follow(
    residual: Callable[[float, float], float],
    start: tuple[float, float],
    towards: float = 1.0,
    step: float = 0.01,
    within: tuple[float, float] = (0.0, 1.0),
) -> pd.DataFrame:
    """Follow a branch residual(parameter, share) = 0 around its turning points.

    Parameters
    ----------
    residual
        The utility gap as a function of parameter and share.
    start
        A parameter and a share near the branch.
    towards
        Sign of the first step in the parameter.
    step
        Arc length between points.
    within
        Range of the parameter; the branch ends when it leaves, or the share leaves (0, 1).

    Returns
    -------
    pandas.DataFrame
        Columns parameter, share, stable, in the order in which the branch runs.

    Notes
    -----
    Pseudo-arclength continuation: a step along the tangent, then Newton steps at right angles
    to it until the residual is below 1e-11.
    """
    here = _correct(residual, np.array(start), np.array([1.0, 0.0]))
    direction = _tangent(residual, here, np.array([towards, 0.0]))
    rows = []
    for _ in range(MOST_POINTS):
        rows.append((*here, _partials(residual, here)[1] < 0))
        here = _correct(residual, here + step * direction, direction)
        if not (within[0] <= here[0] <= within[1] and 0 < here[1] < 1):
            break
        direction = _tangent(residual, here, direction)
    return pd.DataFrame(rows, columns=["parameter", "share", "stable"])


def _partials(residual: Callable, here: Array) -> Array:
    steps = 1e-6 * np.eye(2)
    return np.array([(residual(*(here + s)) - residual(*(here - s))) / 2e-6 for s in steps])


def _tangent(residual: Callable, here: Array, last: Array) -> Array:
    across = _partials(residual, here)
    along = np.array([across[1], -across[0]]) / np.hypot(*across)
    return along if along @ last >= 0 else -along


def _correct(residual: Callable, guess: Array, direction: Array) -> Array:
    """Newton's method in the line through the guess at right angles to the direction."""
    here = guess.copy()
    for _ in range(30):
        off = residual(*here)
        if abs(off) < 1e-11:
            return here
        matrix = np.vstack([_partials(residual, here), direction])
        here = here - np.linalg.solve(matrix, [off, direction @ (here - guess)])
    raise ArithmeticError(f"branch lost near parameter {guess[0]:.4g}, share {guess[1]:.4g}")


def _scan() -> Array:
    """Shares from 0 to 1 that straddle one half and crowd towards the corners."""
    even = np.linspace(0, 1, 2 * (SCAN // 2))
    return np.sin(np.pi / 2 * even) ** 2


def _zero(function: Callable[[float], float], low: float, high: float, what: str) -> float:
    ends = function(low), function(high)
    if np.sign(ends[0]) == np.sign(ends[1]):
        raise ValueError(f"{what}: no change of sign between {low:g} and {high:g}")
    return float(brentq(function, low, high, xtol=1e-10))

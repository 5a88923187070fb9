"""Equilibria of a one-dimensional migration model, their stability, and how both change.

A model is any function ``gap(share)``, vectorised over shares in [0, 1]: the utility gap between
East and West. A family of models is a function of one parameter that returns such a gap. People
move to the better region, d lambda/dt = lambda (1 - lambda) gap(lambda).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

Array = np.ndarray
Gap = Callable[[Array], Array]
Family = Callable[[float], Gap]

TOLERANCE = 1e-12
SCAN = 401
SLOPE_STEP = 1e-5


@dataclass(frozen=True)
class RestPoint:
    """A share at which nobody wants to move, and whether people come back when pushed."""

    share: float
    stable: bool


def slope(gap: Gap, share: float, step: float = SLOPE_STEP) -> float:
    """Central difference of the gap."""
    low, high = gap(np.array([share - step, share + step]))
    return float(high - low) / (2 * step)


def rest_points(gap: Gap, scan: int = SCAN) -> list[RestPoint]:
    """All equilibria that a scan of [0, 1] can tell apart, each located to 1e-12.

    Parameters
    ----------
    gap
        Utility gap; at 0 and 1 it may be infinite (tastes for places rule corners out).
    scan
        Points of the scan; two interior equilibria closer than 1/scan may be missed.

    Notes
    -----
    An interior equilibrium is stable where the gap falls through zero; a corner is an
    equilibrium where the gap points outwards, and then stable.
    """
    shares = _scan(scan)
    values = gap(shares)
    found = [RestPoint(0.0, True)] if np.isfinite(values[0]) and values[0] < 0 else []
    inside = np.flatnonzero(np.sign(values[1:-2]) != np.sign(values[2:-1])) + 1
    for k in inside:
        root = brentq(
            lambda share: float(gap(np.array([share]))[0]), *shares[[k, k + 1]], xtol=TOLERANCE
        )
        found.append(RestPoint(float(root), bool(values[k] > values[k + 1])))
    if np.isfinite(values[-1]) and values[-1] > 0:
        found.append(RestPoint(1.0, True))
    return found


def diagram(family: Family, values: Array, scan: int = SCAN) -> pd.DataFrame:
    """Rest points over a range of the parameter: one row each, with its stability.

    Returns
    -------
    pandas.DataFrame
        Columns parameter, share, stable.
    """
    rows = [
        (value, point.share, point.stable)
        for value in values
        for point in rest_points(family(value), scan)
    ]
    return pd.DataFrame(rows, columns=["parameter", "share", "stable"])


def break_point(
    family: Family, low: float, high: float, share: float = 0.5, tolerance: float = 1e-10
) -> float:
    """Parameter at which the equilibrium at ``share`` gains or loses stability, by bisection.

    Raises
    ------
    ValueError
        If the slope of the gap has the same sign at both ends of the bracket.
    """
    return _zero(lambda value: slope(family(value), share), low, high, tolerance, "break point")


def sustain_point(
    family: Family, low: float, high: float, corner: float = 1.0, tolerance: float = 1e-10
) -> float:
    """Parameter at which full agglomeration in one corner stops being an equilibrium.

    Raises
    ------
    ValueError
        If the gap at the corner has the same sign at both ends of the bracket.
    """
    return _zero(
        lambda value: float(family(value)(np.array([corner]))[0]),
        low,
        high,
        tolerance,
        "sustain point",
    )


def fold_points(found: pd.DataFrame, family: Family, tolerance: float = 1e-8) -> list[float]:
    """Parameters at which the number of rest points changes, by bisection on that number.

    Parameters
    ----------
    found
        A `diagram` of the family: its grid brackets the changes.

    Notes
    -----
    Two rest points about to merge are told apart down to the spacing d of the scan, so a fold
    is located with an error of the order d^2.
    """
    counts = found.groupby("parameter").size()
    changes = np.flatnonzero(np.diff(counts.to_numpy()))
    return [_change(family, *counts.index[[k, k + 1]], tolerance) for k in changes]


def _change(family: Family, low: float, high: float, tolerance: float) -> float:
    count = len(rest_points(family(low)))
    while high - low > tolerance:
        middle = (low + high) / 2
        if len(rest_points(family(middle))) == count:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def follow(
    residual: Callable[[float, float], float],
    start: tuple[float, float],
    towards: float = 1.0,
    step: float = 0.01,
    steps: int = 1000,
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
        Range of the parameter; the branch ends when it or the share leaves (0, 1).

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
    for _ in range(steps):
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


def _scan(points: int) -> Array:
    """Shares from 0 to 1 that straddle one half and crowd towards the corners."""
    even = np.linspace(0, 1, 2 * (points // 2))
    return np.sin(np.pi / 2 * even) ** 2


def _zero(
    function: Callable[[float], float], low: float, high: float, tolerance: float, what: str
) -> float:
    ends = function(low), function(high)
    if np.sign(ends[0]) == np.sign(ends[1]):
        raise ValueError(f"{what}: no change of sign between {low:g} and {high:g}")
    return float(brentq(function, low, high, xtol=tolerance))

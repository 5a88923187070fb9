"""Migration in time: speeds, paths and basins of d lambda/dt = lambda (1 - lambda) gap.

References
----------
Fujita, M., Krugman, P. and Venables, A. (1999). The Spatial Economy, chapter 5.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from spillover.theory.arguments import increasing, shares
from spillover.theory.bifurcation import Gap, rest_points

EDGE = 1e-12


def speed(gap: Gap, share: ArrayLike) -> np.ndarray:
    """Speed of migration d lambda/dt = lambda (1 - lambda) gap(lambda).

    Parameters
    ----------
    gap
        Utility gap by share.
    share
        Shares in [0, 1], of any shape.

    Returns
    -------
    numpy.ndarray
        Shaped as the shares; zero in the corners.
    """
    share = np.asarray(share, float)
    inside = np.clip(share, EDGE, 1 - EDGE)
    moving = (share > 0) & (share < 1)
    return np.where(moving, inside * (1 - inside) * gap(inside), 0.0)


def paths(gap: Gap, start: ArrayLike, times: ArrayLike) -> pd.DataFrame:
    """Paths of migration.

    Parameters
    ----------
    gap
        Utility gap as a function of the share.
    start
        Initial shares in [0, 1], one path each.
    times
        Increasing times, the first being that of `start`.

    Returns
    -------
    pandas.DataFrame
        Shares, times down, one column for each initial share.

    Raises
    ------
    ValueError
        If a share lies outside [0, 1] or times do not increase.
    """
    start, times = np.atleast_1d(shares("start", start)), increasing("times", times)
    found = solve_ivp(
        lambda _, share: speed(gap, share),
        times[[0, -1]],
        start,
        t_eval=times,
        method="LSODA",
        rtol=1e-8,
        atol=1e-10,
    )
    return pd.DataFrame(found.y.T, index=pd.Index(times, name="time"), columns=start)


def basins(gap: Gap) -> pd.DataFrame:
    """Which shares end where.

    Returns
    -------
    pandas.DataFrame
        One row a stable rest point: columns ``rest_point``, ``start``, ``end``, ``length``;
        the basin is the interval from start to end, bounded by unstable rest points.
    """
    points = rest_points(gap)
    walls = [0.0, *(each.share for each in points if not each.stable), 1.0]
    rows = [
        (low, high, each.share)
        for low, high in pairwise(walls)
        for each in points
        if each.stable and low <= each.share <= high
    ]
    frame = pd.DataFrame(rows, columns=["start", "end", "rest_point"])
    frame["length"] = frame["end"] - frame["start"]
    return frame[["rest_point", "start", "end", "length"]]

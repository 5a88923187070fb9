"""Which standard deviations of Moran's I a weights matrix permits."""

from collections.abc import Iterable

import numpy as np
from scipy import optimize

from spillover.audit.intervals import Interval
from spillover.measure.autocorrelation import Moments


def moran_sd_range(W: np.ndarray) -> Interval:
    """Every standard deviation of I that some variable can have under randomisation.

    The kurtosis of n numbers lies between 1 and n - 2 + 1 / (n - 1).
    """
    intercept, slope = Moments.of(W).line
    n = len(W)
    ends = [max(intercept - slope * kurtosis, 0.0) for kurtosis in (1, n - 2 + 1 / (n - 1))]
    return Interval.hull(np.sqrt(ends))


def implied_kurtosis(W: np.ndarray, sd: float) -> float:
    """Kurtosis of the variable that gives I this standard deviation under W."""
    intercept, slope = Moments.of(W).line
    return (intercept - sd**2) / slope


def one_line_through(boxes: Iterable[tuple[Interval, Interval]]) -> bool:
    """Whether some straight line passes through every box (x interval, y interval).

    For each slope the intercepts that serve all boxes form an interval; its width is concave in
    the slope on either side of zero, so a search over slopes decides. Steep lines are found by
    exchanging the axes.
    """
    boxes = list(boxes)
    return any(
        _widest(sign, pairs) >= 0
        for pairs in (boxes, [(y, x) for x, y in boxes])
        for sign in (1, -1)
    )


def _widest(sign: int, boxes: list[tuple[Interval, Interval]]) -> float:
    """Largest width, over slopes from 0 to sign, of the interval of intercepts."""

    def width(size: float) -> float:
        left = [y - x * (sign * size) for x, y in boxes]
        return min(i.high for i in left) - max(i.low for i in left)

    found = optimize.minimize_scalar(lambda s: -width(s), bounds=(0, 1), method="bounded")
    return max(width(found.x), width(0.0), width(1.0))

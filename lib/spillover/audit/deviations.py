"""Standard deviation of Moran's I under a weights matrix, and the largest I it permits."""

from collections.abc import Iterable

import numpy as np
from scipy import optimize

from spillover.audit.intervals import Interval


def moran_variance(W: np.ndarray) -> tuple[float, float]:
    """Variance of I under randomisation as a line in kurtosis: intercept and (falling) slope.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981), Spatial Processes, p. 21, formula for sampling without
    replacement.
    """
    n = len(W)
    S0, S1 = W.sum(), ((W + W.T) ** 2).sum() / 2
    S2 = ((W.sum(axis=0) + W.sum(axis=1)) ** 2).sum()
    below = (n - 1) * (n - 2) * (n - 3) * S0**2
    intercept = n * ((n**2 - 3 * n + 3) * S1 - n * S2 + 3 * S0**2) / below - 1 / (n - 1) ** 2
    slope = ((n**2 - n) * S1 - 2 * n * S2 + 6 * S0**2) / below
    return float(intercept), float(slope)


def moran_sd_normal(W: np.ndarray) -> float:
    """Standard deviation of I if the variable is normal."""
    n = len(W)
    S0, S1 = W.sum(), ((W + W.T) ** 2).sum() / 2
    S2 = ((W.sum(axis=0) + W.sum(axis=1)) ** 2).sum()
    return float(
        np.sqrt((n**2 * S1 - n * S2 + 3 * S0**2) / ((n**2 - 1) * S0**2) - 1 / (n - 1) ** 2)
    )


def moran_sd_range(W: np.ndarray) -> Interval:
    """Every standard deviation of I that some variable can have under randomisation.

    The kurtosis of n numbers lies between 1 and n - 2 + 1 / (n - 1).
    """
    intercept, slope = moran_variance(W)
    n = len(W)
    ends = [max(intercept - slope * kurtosis, 0.0) for kurtosis in (1, n - 2 + 1 / (n - 1))]
    return Interval.hull(np.sqrt(ends))


def implied_kurtosis(W: np.ndarray, sd: float) -> float:
    """Kurtosis of the variable that gives I this standard deviation under W."""
    intercept, slope = moran_variance(W)
    return (intercept - sd**2) / slope


def moran_ceiling(W: np.ndarray) -> float:
    """Largest Moran's I that any variable can have under W.

    References
    ----------
    de Jong, P., Sprenger, C. and van Veen, F. (1984), On extreme values of Moran's I and
    Geary's c, Geographical Analysis 16(1).
    """
    n = len(W)
    centre = np.eye(n) - 1 / n
    symmetric = centre @ (W + W.T) @ centre / 2
    return float(np.linalg.eigvalsh(symmetric)[-1] * n / W.sum())


def moran_i(x: np.ndarray, W: np.ndarray) -> float:
    """Moran's I of a variable."""
    z = x - x.mean()
    return float(len(W) / W.sum() * (z @ W @ z) / (z @ z))


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

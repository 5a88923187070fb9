"""Arithmetic on what rounding leaves open.

A figure printed as 0.597 stands for any value from 0.5965 to 0.5975. Every check carries that
interval along, so that a contradiction is one that no unrounded figure could repair.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import special


@dataclass(frozen=True)
class Interval:
    """All values that a printed figure, or what is computed from it, can stand for."""

    low: float
    high: float

    @classmethod
    def printed(cls, text: str) -> "Interval":
        """Interval of a printed figure: half a unit of its last digit on either side."""
        digits = text.strip().partition(".")[2]
        half = 0.5 * 10.0 ** -len(digits)
        return cls(float(text) - half, float(text) + half)

    @classmethod
    def hull(cls, values: Iterable[float]) -> "Interval":
        """Smallest interval that holds all values."""
        values = list(values)
        return cls(min(values), max(values))

    @property
    def middle(self) -> float:
        """Midpoint: the printed figure itself."""
        return (self.low + self.high) / 2

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value."""
        return self.low, self.high

    def as_printed(self) -> str:
        """Figure with the decimals of `printed`, also where the last of them is zero."""
        return f"{self.middle:.{round(-np.log10(self.high - self.low))}f}"

    def __add__(self, other: "Interval | float") -> "Interval":
        other = _interval(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low)

    def __sub__(self, other: "Interval | float") -> "Interval":
        return self + -_interval(other)

    def __mul__(self, other: "Interval | float") -> "Interval":
        other = _interval(other)
        return Interval.hull(a * b for a in (self.low, self.high) for b in (other.low, other.high))

    def __truediv__(self, other: "Interval | float") -> "Interval":
        other = _interval(other)
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError(f"the divisor [{other.low}, {other.high}] may be zero")
        return self * Interval(1 / other.high, 1 / other.low)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> "Interval":
        return _interval(other) - self

    def __rtruediv__(self, other: float) -> "Interval":
        return _interval(other) / self

    def __abs__(self) -> "Interval":
        ends = abs(self.low), abs(self.high)
        return Interval(0.0 if self.low <= 0 <= self.high else min(ends), max(ends))

    def meets(self, other: "Interval | float") -> bool:
        """Whether the two have a value in common."""
        return self.distance(other) == 0

    def distance(self, other: "Interval | float") -> float:
        """How far apart the two are at their closest, zero if they meet."""
        other = _interval(other)
        slack = 1e-9 * max(abs(self.low), abs(self.high), abs(other.low), abs(other.high))
        apart = max(self.low - other.high, other.low - self.high)
        return float(apart) if apart > slack else 0.0

    def widened(self, by: float) -> "Interval":
        """The interval with ``by`` more on either side."""
        return Interval(self.low - by, self.high + by)


def _interval(value: "Interval | float") -> Interval:
    return value if isinstance(value, Interval) else Interval(value, value)


def ratio(top: Interval, below: Interval) -> Interval:
    """``|top| / below`` where ``below`` cannot be negative.

    Parameters
    ----------
    top
        Of any sign.
    below
        Not negative, but may be rounded to zero.

    Returns
    -------
    Interval
        Without an upper end where ``below`` may be zero.
    """
    size, low = abs(top), max(below.low, 0.0)
    return Interval(size.low / below.high, size.high / low if low > 0 else np.inf)


def two_sided(statistic: Interval, df: float = np.inf) -> Interval:
    """Two-sided p-values of a statistic known up to rounding.

    Parameters
    ----------
    statistic
        z or t, of any sign.
    df
        Degrees of freedom of Student's t, for those who use it, infinite for the normal
        distribution.

    Returns
    -------
    Interval
        Normal at the least, Student's at the most.
    """
    size = abs(statistic)
    tail = special.ndtr(-size.low) if np.isinf(df) else special.stdtr(df, -size.low)
    return Interval(float(2 * special.ndtr(-size.high)), float(2 * tail))


def one_sided(statistic: Interval) -> Interval:
    """One-sided (upper) normal p-values of a z statistic known up to rounding."""
    return Interval(float(special.ndtr(-statistic.high)), float(special.ndtr(-statistic.low)))

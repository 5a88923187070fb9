"""Do the published tables agree with themselves? Arithmetic on what rounding leaves open.

A figure printed as 0.597 stands for any value from 0.5965 to 0.5975. Every check carries that
interval along, so that a contradiction is one that no unrounded figure could repair.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from spillover.datasets import PAPER

REGIONS, YEARS = 31, 9
CONTROLS = (
    "cultural demand",
    "cultural endowment",
    "policy documents",
    "cultural budget",
    "GDP per head",
    "urbanisation",
)
REGRESSORS = 1 + len(CONTROLS)
LEVELS = {"***": 0.01, "**": 0.05, "*": 0.10, "": 1.0}
WEIGHTS = ("rd_personnel", "rd_capital")


@dataclass(frozen=True)
class Interval:
    """All values that a printed figure can stand for."""

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
        other = _interval(other)
        return self.low <= other.high and other.low <= self.high


def _interval(value: "Interval | float") -> Interval:
    return value if isinstance(value, Interval) else Interval(value, value)


@cache
def published(name: str) -> pd.DataFrame:
    """A table of the paper as text, so that the number of printed digits is kept."""
    return pd.read_csv(PAPER / f"{name}.csv", dtype=str, keep_default_na=False)


def two_sided(statistic: Interval) -> Interval:
    """Two-sided normal p-values of a z statistic known up to rounding."""
    size = abs(statistic)
    return Interval(2 * stats.norm.sf(size.high), 2 * stats.norm.sf(size.low))


def one_sided(statistic: Interval) -> Interval:
    """One-sided (upper) normal p-values of a z statistic known up to rounding."""
    return Interval(stats.norm.sf(statistic.high), stats.norm.sf(statistic.low))


def stars_for(p_value: float) -> str:
    """Stars by the paper's note: *** 1, ** 5, * 10 per cent."""
    return next((stars for stars, level in LEVELS.items() if p_value < level), "")


def possible_stars(p_values: Interval) -> set[str]:
    """Every number of stars that some p-value of the interval earns."""
    found = {stars_for(p_values.low), stars_for(p_values.high)}
    between = {s for s, level in LEVELS.items() if p_values.low < level <= p_values.high}
    return found | between


@cache
def moran_table() -> pd.DataFrame:
    """Table 3, cell by cell: what z and I imply.

    Returns
    -------
    pandas.DataFrame
        Indexed by (year, weights, variable): ``moran_i``, ``z``, ``p_two``, ``p_one`` and ``sd``
        as `Interval`; the printed ``stars``; ``agrees_two`` and ``agrees_one``, whether the
        stars fit a two-sided or one-sided test. ``sd`` is the standard deviation of I implied by
        ``z = (I - E I) / sd`` with ``E I = -1 / (N - 1)``.
    """
    table = published("table3_moran").copy()
    table["year"] = table["year"].astype(int)
    table[["moran_i", "z"]] = table[["moran_i", "z"]].map(Interval.printed)
    table["p_two"], table["p_one"] = table["z"].map(two_sided), table["z"].map(one_sided)
    for side in ("two", "one"):
        fits = [
            s in possible_stars(p) for s, p in zip(table["stars"], table[f"p_{side}"], strict=True)
        ]
        table[f"agrees_{side}"] = fits
    table["sd"] = (table["moran_i"] + 1 / (REGIONS - 1)) / table["z"]
    return table.set_index(["year", "weights", "variable"])


def one_sd_fits_all(weights: str, variable: str) -> bool:
    """Whether one standard deviation could serve all years, as it must under normality."""
    sd = moran_table().xs((weights, variable), level=("weights", "variable"))["sd"]
    return max(s.low for s in sd) <= min(s.high for s in sd)


@cache
def coefficient_table() -> pd.DataFrame:
    """Table 4: both readings of the figures in parentheses.

    Returns
    -------
    pandas.DataFrame
        Indexed by (weights, term): ``estimate`` and ``parentheses`` as `Interval`, ``stars``,
        ``z`` if the parentheses hold standard errors, ``as_standard_error`` and ``as_p_value``:
        whether the stars fit that reading.
    """
    table = published("table4_sdm")
    rows = table[table["in_parentheses"] != ""].drop(columns="in_parentheses")
    return _both_readings(rows.assign(parentheses=table["in_parentheses"]), ["weights", "term"])


@cache
def effects_table() -> pd.DataFrame:
    """Table 5, as `coefficient_table`; indexed by (weights, effect)."""
    table = published("table5_effects").rename(columns={"in_parentheses": "parentheses"})
    return _both_readings(table, ["weights", "effect"])


def _both_readings(table: pd.DataFrame, index: list[str]) -> pd.DataFrame:
    out = table.set_index(index)
    out[["estimate", "parentheses"]] = out[["estimate", "parentheses"]].map(Interval.printed)
    out["z"] = out["estimate"] / out["parentheses"]
    out["p_value"] = out["z"].map(two_sided)
    out["as_standard_error"] = [
        s in possible_stars(p) for s, p in zip(out["stars"], out["p_value"], strict=True)
    ]
    out["as_p_value"] = [
        s in possible_stars(p) for s, p in zip(out["stars"], out["parentheses"], strict=True)
    ]
    return out


def parts_and_total(weights: str) -> tuple[Interval, Interval]:
    """Direct plus indirect, and the total, of Table 5."""
    effect = effects_table()["estimate"][weights]
    return effect["direct"] + effect["indirect"], effect["total"]


def correlation_of_parts(weights: str) -> float:
    """Correlation of direct and indirect effect implied by the three standard errors."""
    error = effects_table()["parentheses"][weights].map(lambda interval: interval.middle)
    covariance = (error["total"] ** 2 - error["direct"] ** 2 - error["indirect"] ** 2) / 2
    return float(covariance / error["direct"] / error["indirect"])


@cache
def specification_table(df: int = REGRESSORS) -> pd.DataFrame:
    """The second Table 5 under ``df`` restrictions.

    Returns
    -------
    pandas.DataFrame
        Indexed by (test, null, weights): ``statistic`` as `Interval`, ``stars``, ``p_value``,
        ``agrees`` (stars fit ``df`` restrictions), ``largest_df`` (the most restrictions at which
        the printed stars would still be earned).
    """
    table = published("table5b_specification_tests").set_index(["test", "null", "weights"])
    table["statistic"] = table["statistic"].map(Interval.printed)
    middle = table["statistic"].map(lambda interval: interval.middle)
    table["p_value"] = stats.chi2.sf(middle, df)
    table["agrees"] = [
        s == stars_for(p) for s, p in zip(table["stars"], table["p_value"], strict=True)
    ]
    table["largest_df"] = [
        _largest_df(x, LEVELS[s]) for x, s in zip(middle, table["stars"], strict=True)
    ]
    return table


def _largest_df(statistic: float, level: float) -> int:
    df = np.arange(1, 200)
    return int(df[stats.chi2.sf(statistic, df) < level].max(initial=0))


def wald_of_focus_alone(weights: str) -> Interval:
    """Square of the z of W*dig: the Wald statistic of SDM -> SAR if only dig were lagged.

    A joint Wald statistic is at least that of each single restriction, so the joint one of
    the paper must not be smaller; and if it is larger, other regressors were lagged too.
    """
    z = coefficient_table().loc[(weights, "W*dig"), "z"]
    return z * z


def wald_if_likelihood_were_normal(likelihood_ratio: float, n: int = REGIONS * YEARS) -> float:
    """Wald statistic that goes with a likelihood ratio in a linear model with ``n`` observations.

    ``LR = n ln(1 + W / n)`` when only the variance is unknown beside the coefficients; a guide to
    how far apart the two statistics should be at this sample size.
    """
    return float(n * np.expm1(likelihood_ratio / n))

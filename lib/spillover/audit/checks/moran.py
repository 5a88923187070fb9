"""Moran's I by year: what I and z imply together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spillover.audit.checks.stars import CUT_OFF, ROUNDED_FIRST, THREE_DECIMALS
from spillover.audit.findings import Finding, Place, check
from spillover.audit.intervals import Interval, one_sided, two_sided
from spillover.audit.printed import Printed, counted
from spillover.audit.rules import LADDERS, possible_stars
from spillover.audit.tables import CompleteMoranRow, Moran, Paper

MARGIN = 0.05  # by which deviations of one W differ with the variable's kurtosis
LEAST_P, PERMUTED, SKEW = 0.001, 999, 1.5  # least p, number of permutations, factor on p
LEAST_Z, MOST_UNITS = 1.0, 200
SIDES = {"two-sided": two_sided, "one-sided": one_sided}
PERMUTATIONS = "p-values come from permutations, which z does not tell"


@check("moran-p", "p-values and stars of Moran's I follow from z")
def p_of_z(paper: Paper) -> Iterable[Finding]:
    """z gives a p-value by the normal distribution, one-sided or two-sided alike in the whole
    paper."""
    told = {moran: moran.complete for moran in paper.morans}
    side, ladder = _convention([row for rows in told.values() for row in rows])
    for moran, rows in told.items():
        if re.search("perm|pseudo", moran.p_kind.casefold()):
            words = "p-values come from permutations."
            yield Place("moran-p", moran.label, "all years").cannot(words)
            continue
        starred = any(_stars(row) for row in rows)
        printed = [row.p_value for row in rows if row.p_value]
        # The least share of 999 permutations is 0.001.
        permuted = bool(printed) and all(p.value >= LEAST_P for p in printed)
        for row in rows:
            if row.p_value or starred:
                yield _p_finding(moran, row, side, ladder, permuted)


def _convention(rows: list[CompleteMoranRow]) -> tuple[str, tuple[float, ...]]:
    """Side of the test and levels of the stars that contradict the fewest rows."""
    options = [(side, ladder) for ladder in LADDERS for side in SIDES]
    wrong = {o: sum(bool(_faults(row, *o)) for row in rows) for o in options}
    return min(options, key=wrong.__getitem__)


def _by_permutation(p: float, printed: Printed) -> bool:
    """Whether a share of permutations, skewed as they are, could differ so from the normal p."""
    blur = 3 * np.sqrt(p / PERMUTED)
    return Interval(p / SKEW - blur, p * SKEW + blur + LEAST_P).meets(printed.rounded)


def _faults(row: CompleteMoranRow, side: str, ladder, cut: bool = False) -> str:
    z = row.z.cut if cut else row.z.rounded
    p = SIDES[side](z)
    if row.p_value and not p.meets(row.p_value.cut if cut else row.p_value.rounded):
        return "p"
    stars = _stars(row)
    if (stars or not row.p_value) and stars not in possible_stars(p, ladder):
        return "stars"
    return ""


def _stars(row: CompleteMoranRow) -> int:
    return counted(row.i.stars or row.z.stars or (row.p_value.stars if row.p_value else "")) or 0


def _p_finding(
    moran: Moran, row: CompleteMoranRow, side: str, ladder, permutations: bool
) -> Finding:
    p = SIDES[side](row.z.rounded)
    where = Place("moran-p", moran.label, row.year)
    words = f"z {row.z.text} has a {side} p of {p.middle:.4g}; printed {_shown(row)}."
    fault = _faults(row, side, ladder)
    if not fault:
        return where.agrees(words)
    gap = p.distance(row.p_value.rounded) if row.p_value else 1.0
    if not _faults(row, side, ladder, cut=True):
        return where.only_if(words, gap, "in p", CUT_OFF)
    if fault == "stars" and _stars(row) in possible_stars(p.widened(THREE_DECIMALS), ladder):
        return where.only_if(words, gap, "stars", ROUNDED_FIRST)
    if fault == "p" and permutations and row.p_value and _by_permutation(p.middle, row.p_value):
        return where.only_if(words, gap, "in p", PERMUTATIONS)
    readings = (PERMUTATIONS, "a digit of z or p is a slip")
    return where.disagrees(words, gap, "in p" if fault == "p" else "stars", *readings)


def _shown(row: CompleteMoranRow) -> str:
    stars = row.i.stars or row.z.stars
    p = f"p {row.p_value.bound}{row.p_value.text}" if row.p_value else ""
    return " and ".join(filter(None, [p, f"{len(stars)} stars" if stars else ""])) or "no star"


@check("moran-sign", "z has the sign of I less its expectation")
def sign(paper: Paper) -> Iterable[Finding]:
    """z is (I - E I) / sd with E I = -1/(N - 1), a number between -0.5 and zero."""
    for moran in paper.morans:
        for row in moran.complete:
            yield _sign(paper, moran, row)


def _sign(paper: Paper, moran: Moran, row: CompleteMoranRow) -> Finding:
    N = paper.panel.stated[0]
    expected = Interval(-1 / (N - 1), -1 / (N - 1)) if N and N > 2 else Interval(-0.5, 0.0)
    above = row.i.rounded - expected
    words = f"Moran's I {row.i.text}, z {row.z.text}."
    where = Place("moran-sign", moran.label, row.year)
    z = row.z.rounded
    if (above.high >= 0 and z.high >= 0) or (above.low <= 0 and z.low <= 0):
        return where.agrees(words)
    return where.disagrees(words, 1.0, "signs", "one of the two signs is a slip")


# One matrix for all years ----------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """I and z of the years that tell something about the standard deviation."""

    years: tuple[str, ...]
    i: tuple[Interval, ...]
    z: tuple[Interval, ...]

    def deviations(self, expected: float) -> list[Interval]:
        """Implied standard deviations, (I - E I) / z."""
        return [abs(i - expected) / abs(z) for i, z in zip(self.i, self.z, strict=True)]

    def spread(self, expected: ArrayLike) -> np.ndarray:
        """By which factor the implied deviations differ at the least, for each expectation."""
        ends = np.array([interval.ends for interval in self.i]) - np.expand_dims(expected, (-1, -2))
        size, z = np.abs(ends), np.array([abs(interval).ends for interval in self.z])
        smallest = np.where(ends.prod(axis=-1) <= 0, 0.0, size.min(axis=-1))
        least, most = smallest / z[:, 1], size.max(axis=-1) / z[:, 0]
        low = most.min(axis=-1)
        return np.divide(least.max(axis=-1), low, out=np.full_like(low, np.inf), where=low > 0)


def telling(moran: Moran) -> Series | None:
    """Years with a z far enough from zero, None if there are fewer than three."""
    rows = [
        row for row in moran.complete if abs(row.z.value) >= LEAST_Z and abs(row.z.rounded).low > 0
    ]
    if len(rows) < 3:
        return None
    return Series(
        tuple(r.year for r in rows),
        tuple(r.i.rounded for r in rows),
        tuple(r.z.rounded for r in rows),
    )


def implied_units(series: Series) -> tuple[int, int] | None:
    """Fewest and most units, of 4 to `MOST_UNITS`, under which one W could serve all years."""
    units = np.arange(4, MOST_UNITS + 1)
    fits = units[series.spread(-1 / (units - 1)) <= 1 + MARGIN]
    return (int(fits[0]), int(fits[-1])) if len(fits) else None


@check("moran-units", "One W and the printed units explain all years")
def units(paper: Paper) -> Iterable[Finding]:
    """I - E I over z is the standard deviation of I, which depends on W and hardly on the
    variable. If W stays, all years share it within five per cent, and that tells the units, since
    E I = -1/(N - 1). A hint, never an alarm: kurtosis moves the deviation too."""
    for moran in paper.morans:
        series = telling(moran)
        if series is None:
            continue
        N = paper.panel.N
        yield _one_matrix(moran, series, N if N and N > 3 else None)


def _one_matrix(moran: Moran, series: Series, N: int | None) -> Finding:
    where = Place("moran-units", moran.label, "all years")
    expected = -1 / (N - 1) if N else 0.0
    spread = float(series.spread(expected))
    found = implied_units(series)
    words = f"Implied deviations differ by {100 * (spread - 1):.0f} per cent at the least"
    words = "One deviation serves all years" if spread <= 1 + MARGIN else words
    told = _told(found)
    if spread <= 1 + MARGIN:
        return where.agrees(f"{words}{told}.")
    changing = f"W, or the units, change over the years ({_odd(series, expected)})"
    if found and N and not found[0] <= N <= found[1]:
        reading = f"there are {found[0]} to {found[1]} units, or W changes over the years"
        return where.only_if(f"{words}{told}; printed N = {N:,}.", spread - 1, "share", reading)
    return where.only_if(f"{words}.", spread - 1, "share", changing, "a digit is a slip")


def _told(found: tuple[int, int] | None) -> str:
    if not found or found == (4, MOST_UNITS):
        return ""
    low, high = found
    return f" for {low} to {high} units" if high < MOST_UNITS else f" for {low} units or more"


def _odd(series: Series, expected: float) -> str:
    middles = np.array([sd.middle for sd in series.deviations(expected)])
    far = int(np.argmax(np.abs(np.log(middles / np.median(middles)))))
    return f"{series.years[far]} stands out"

"""What stands in parentheses, and what a star stands for: as stated, or as the stars suggest."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from spillover.audit.intervals import Interval
from spillover.audit.printed import counted
from spillover.audit.rules import (
    LADDERS,
    READINGS,
    p_values,
    possible_stars,
    usual_ladders,
)
from spillover.audit.tables import CompleteRow, Regression

SMALL_DF = 29  # of t where observations are not known, or errors may be clustered by 30 units
BY_T = ("OLS", "FE", "RE", "SLX", "")  # models whose programs use t, clustered by units or not
DOUBT = 0.1  # share of negative parentheses at which they are taken for nothing
MANY, FEWER = 0.3, 0.25  # a note is a slip if it fails for many rows and another reading for few


@dataclass(frozen=True)
class Reading:
    """A reading of a regression's parentheses and stars."""

    kind: str  # ``se``, ``z``, ``p``, or empty if nothing stands in parentheses
    ladder: tuple[float, ...]  # levels of one, two, three stars
    stated_kind: str  # what the paper says, empty if it says nothing; so the ladder
    stated_ladder: tuple[float, ...]
    wrong: int  # rows whose stars cannot follow under the reading
    stated_wrong: int  # the same under the stated one
    rows: int  # all rows

    @property
    def slip(self) -> bool:
        """Whether the stated kind had to be given up."""
        return bool(self.stated_kind and self.kind) and self.kind != self.stated_kind

    @property
    def other_ladder(self) -> bool:
        """Whether the stated ladder had to be given up."""
        return bool(self.stated_ladder) and self.ladder != self.stated_ladder


def stated_kind(text: str) -> str:
    """Kind of parentheses that a note states; empty if it states none."""
    return "" if unsaid(text) else _kind(text.casefold().strip())


def unsaid(text: str) -> bool:
    """Whether a field is empty or says that the paper says nothing."""
    said = text.casefold().strip()
    return not said or bool(re.match(r"not |none|taken|inferred|unknown|\?|未|没有", said))


def _kind(said: str) -> str:
    """The kind that is named first; a Chinese noun such as t值 stands after what qualifies it."""
    said = re.sub(r"not (in|said)[^(]*", "", said)
    found = re.search(r"(?P<z>[tz]\s*(值|统计))|(?P<p>p\s*值)", said) or re.search(
        r"(?P<se>\bs\.?e\.?\b|standard|\berrors?\b|标准)|(?P<z>\b[tz]\b)|(?P<p>\bp\b|prob)", said
    )
    return (found and found.lastgroup) or ""


def stated_ladder(regression: Regression) -> tuple[float, ...]:
    """Levels of one, two, three stars that a note states; empty if it states none."""
    if regression.levels:
        return regression.levels
    said = regression.stars.casefold()
    if unsaid(said):
        return ()
    return ladder_of(said)


def ladder_of(text: str) -> tuple[float, ...]:
    """Levels named in a note, empty if it names none.

    Examples
    --------
    >>> ladder_of("* 10%, ** 5%, *** 1%"), ladder_of("*** p<0.01, ** p<0.05")
    ((0.1, 0.05, 0.01), (0.05, 0.01))
    >>> ladder_of("***, ** and * denote significance at 1%, 5% and 10%")
    (0.1, 0.05, 0.01)
    """
    if re.match(r"r (codes|output)", text):
        return LADDERS[1]
    marks = re.findall(r"\*+", text)
    pairs = re.findall(r"(\*+)\s*(?:[:=]|p\s*(?:<|<=|≤)|at|p)?\s*(\.?\d[\d.]*)\s*(%?)", text)
    if len(pairs) < len(marks):
        percent = "%" if re.search("%|per", text) else ""
        pairs = [(mark, n, percent) for mark, n in _in_order(marks, text)] or pairs
    by_stars = {len(s): float(n.rstrip(".")) / (100 if percent else 1) for s, n, percent in pairs}
    levels = tuple(by_stars[k] for k in sorted(by_stars))
    falling = all(a > b for a, b in pairwise(levels))
    return levels if levels and falling and max(levels) < 1 else ()


def _in_order(marks: list[str], text: str) -> Iterable[tuple[str, str]]:
    """Stars and levels of a note that lists first all of the one, then all of the other."""
    levels = re.findall(r"\d*\.?\d+", text)
    return zip(marks, levels, strict=True) if len(marks) == len(levels) else ()


def degrees(regression: Regression) -> float:
    """Fewest degrees of freedom to allow for those who use Student's t.

    Half the observations, less what is printed: fixed effects of two periods take as many.
    Clustered errors leave as many as there are clusters, less one.
    """
    if regression.nobs is None:
        return SMALL_DF
    df = max(regression.nobs.value / 2 - len(regression.rows()), 3)
    return min(df, SMALL_DF) if regression.robust or regression.kind in BY_T else df


def allowed_stars(
    figures: tuple[Interval, Interval], kind: str, ladder: tuple[float, ...], df: float
) -> set[int]:
    """Numbers of stars that a row allows.

    Parameters
    ----------
    figures
        Estimate and parentheses, rounded or cut off.
    kind
        One of `spillover.audit.rules.READINGS`, or empty.
    ladder
        Levels of one, two, three stars.
    df
        Degrees of freedom of Student's t.

    Returns
    -------
    set of int
        Empty if the reading is impossible.
    """
    p = p_values(*figures, kind, df)
    return possible_stars(p, ladder) if p else set()


def starred(regression: Regression) -> bool:
    """Whether any row carries stars (they may be lost, or not used at all)."""
    return any(counted(row.stars) for _, row in regression.rows())


def with_counts(regression: Regression) -> list[tuple[str, CompleteRow, int]]:
    """Complete rows whose stars can be counted: block, row, number of stars."""
    rows = ((block, row, counted(row.stars)) for block, row in regression.complete)
    return [(block, row, stars) for block, row, stars in rows if stars is not None]


def _wrong(regression: Regression, kind: str, ladder: tuple[float, ...]) -> int:
    df = degrees(regression)
    rows = with_counts(regression)
    return sum(stars not in allowed_stars(row.rounded, kind, ladder, df) for _, row, stars in rows)


@lru_cache(maxsize=512)
def reading_of(regression: Regression) -> Reading:
    """The stated reading, unless stars speak clearly for another."""
    said, ladder = stated_kind(regression.paren), stated_ladder(regression)
    rows = regression.complete
    untold = Reading("", ladder or LADDERS[0], said, ladder, 0, 0, len(rows))
    first = said or _kind(regression.paren.casefold())  # as a transcriber inferred
    negative = sum(row.parentheses.value < 0 for _, row in rows)
    if not rows or (first in ("se", "p") and negative > max(1, DOUBT * len(rows))):
        return untold
    if not starred(regression):
        return replace(untold, kind=first)
    kinds = sorted(READINGS, key=lambda kind: kind != first)
    own = ladder or ladder_of(regression.stars.casefold()) or LADDERS[0]
    ladders = sorted({own, *possible_ladders(regression)}, key=lambda levels: levels != own)
    count = {(k, levels): _wrong(regression, k, levels) for k in kinds for levels in ladders}
    wrong = count[first or min(kinds, key=lambda k: count[k, own]), own]
    kind, best = _choice(count, kinds, ladders, bool(said), bool(ladder), len(rows))
    if not first and _open(count, kind, ladders):
        return replace(untold, ladder=best)
    return Reading(kind, best, said, ladder, count[kind, best], wrong, len(rows))


def possible_ladders(regression: Regression) -> tuple[tuple[float, ...], ...]:
    """Levels that stars may stand at where no note tells."""
    return usual_ladders(max((stars for *_, stars in with_counts(regression)), default=0))


def _choice(count, kinds, ladders, kind_said: bool, ladder_said: bool, rows: int):
    """Stated first; another if the stated one fails for many rows and the other for few."""
    own = (kinds[0], ladders[0])

    def order(pair) -> tuple:
        return _cost(count, pair, ladders), pair != own, pair[1] != ladders[0]

    as_said = (
        pair
        for pair in count
        if (not kind_said or pair[0] == own[0]) and (not ladder_said or pair[1] == own[1])
    )
    best, kept = min(count, key=order), min(as_said, key=order)
    fails = count[kept] > max(2, MANY * rows)
    return best if fails and count[best] <= FEWER * count[kept] else kept


def _cost(count, pair, ladders) -> int:
    """Rows that fail, and one more under a ladder cut short: a single row is rather a slip."""
    return count[pair] + (pair[1] not in (ladders[0], *LADDERS))


def _open(count, kind: str, ladders) -> bool:
    """Whether the stars fit another kind of parentheses as well."""
    least = {
        k: min(_cost(count, pair, ladders) for pair in count if pair[0] == k) for k, _ in count
    }
    return any(cost <= least[kind] for k, cost in least.items() if k != kind)

"""Stars, signs, parentheses and p-values: each row against itself."""

from collections.abc import Iterable, Sequence

import numpy as np

from spillover.audit.findings import Finding, Place, check
from spillover.audit.intervals import Interval, one_sided, two_sided
from spillover.audit.printed import Printed
from spillover.audit.readings import (
    Reading,
    allowed_stars,
    degrees,
    possible_ladders,
    reading_of,
    starred,
    with_counts,
)
from spillover.audit.rules import READINGS, p_values, possible_stars, statistic
from spillover.audit.tables import CompleteRow, Paper, Regression, Row

CUT_OFF = "digits were cut off, not rounded"
ROUNDED_FIRST = "stars were set from p-values already rounded to three decimals"
THREE_DECIMALS = 0.0005  # how far such rounding moves a p-value
UNSTARRED = ("rho", "lambda", "sigma2")
CONSTANTS = {"intercept", "constant", "const", "_cons", "cons", "alpha", "c", "常数项", "截距"}
ABSOLUTE = "t statistics are printed without their sign"


@check("parentheses", "What stands in parentheses")
def parentheses(paper: Paper) -> Iterable[Finding]:
    """A note says what parentheses hold; stars show whether that can be, since standard errors, t
    statistics and p-values lead to different stars. A standard error or a p-value is never
    negative."""
    for regression in paper.regressions:
        yield from _kind_of_parentheses(regression)
        yield from _impossible(regression)


def _kind_of_parentheses(regression: Regression) -> Iterable[Finding]:
    reading = reading_of(regression)
    if not reading.rows:
        return
    words, where = _reading_words(reading), Place("parentheses", regression.label, "all rows")
    if reading.slip or reading.other_ladder:
        yield where.only_if(words, float(reading.stated_wrong), "rows", _as_it_is(reading))
    elif not reading.kind or not reading.stated_kind or not starred(regression):
        yield where.cannot(words)
    else:
        yield where.agrees(words)


def _reading_words(reading: Reading) -> str:
    read = READINGS.get(reading.kind, "nothing known")
    if reading.slip or reading.other_ladder:
        stated = READINGS[reading.stated_kind or reading.kind]
        levels = _levels(reading.stated_ladder or reading.ladder)
        return (
            f"As stated ({stated}, stars at {levels}) the stars of {reading.stated_wrong} of "
            f"{reading.rows} rows do not follow; as {read}, stars at {_levels(reading.ladder)}, "
            f"those of {reading.wrong} do not."
        )
    if not reading.kind and reading.stated_kind:
        return "Several parentheses are negative, so they are not all what the note says."
    if not reading.kind:
        return "Neither note nor stars tell what parentheses hold."
    said = "as stated" if reading.stated_kind else "not stated, read so from the stars or the size"
    return f"Parentheses hold {read} ({said}), stars stand at {_levels(reading.ladder)}."


def _levels(ladder: tuple[float, ...]) -> str:
    return f"{', '.join(f'{100 * level:g}' for level in ladder)} per cent"


def _as_it_is(reading: Reading) -> str:
    if reading.slip:
        return f"the note is a slip and parentheses hold {READINGS[reading.kind]}"
    return f"the note is a slip and stars stand at {_levels(reading.ladder)}"


def _impossible(regression: Regression) -> Iterable[Finding]:
    kind = reading_of(regression).stated_kind or reading_of(regression).kind
    if kind not in ("se", "p"):
        return
    for block, row in regression.complete:
        b = row.parentheses
        if b.value < 0 or (kind == "p" and b.rounded.low > 1):
            where = Place("parentheses", regression.label, row.place(block))
            words = f"{b.text} cannot be one of {READINGS[kind]}."
            readings = ("the parentheses of this row hold a t statistic", "a sign is a slip")
            yield where.disagrees(words, abs(b.value), "", *readings)


@check("stars", "Stars follow from estimate and parentheses")
def stars(paper: Paper) -> Iterable[Finding]:
    """Estimate and parentheses give a p-value up to rounding, and with it every number of stars
    that the row may carry."""
    for regression in paper.regressions:
        reading = reading_of(regression)
        if not starred(regression) or not reading.kind:
            where = Place("stars", regression.label, "all rows")
            yield where.cannot("No stars, or no parentheses.")
            continue
        for block, row, printed in with_counts(regression):
            yield _stars_of(regression, reading, block, row, printed)


def _stars_of(
    regression: Regression, reading: Reading, block: str, row: CompleteRow, printed: int
) -> Finding:
    allowed = allowed_stars(row.rounded, reading.kind, reading.ladder, degrees(regression))
    where = Place("stars", regression.label, row.place(block))
    words = _stars_words(row, reading, printed, allowed)
    if printed in allowed:
        return where.agrees(words)
    excuse = _excuse(regression, reading, block, row, printed)
    if excuse:
        return where.only_if(words, 1.0, "stars", excuse)
    gap = min((abs(printed - k) for k in allowed), default=1)
    cause = "the p-value comes from another test or other errors than those printed"
    return where.disagrees(words, float(gap), "stars", cause)


def _stars_words(row: CompleteRow, reading: Reading, printed: int, allowed: set[int]) -> str:
    z = statistic(*row.rounded, reading.kind)
    size = f"|z| is {_range(z)}" if z else f"p is {row.parentheses.text}"
    return f"{size}, which earns {_earned(allowed)}; printed: {'*' * printed or 'no star'}."


def _earned(allowed: set[int]) -> str:
    each = ["*" * k or "no star" for k in sorted(allowed)] or ["nothing"]
    return f"{each[0]} to {each[-1]}" if len(each) > 2 else " or ".join(each)


def _range(interval: Interval) -> str:
    if np.isinf(interval.high):
        return f"at least {interval.low:.4g}"
    return f"{interval.low:.4g} to {interval.high:.4g}"


def _excuse(
    regression: Regression, reading: Reading, block: str, row: CompleteRow, printed: int
) -> str:
    df = degrees(regression)
    if not printed and (row.name in UNSTARRED or row.name.casefold() in CONSTANTS):
        return "no stars are set for this row"
    if not printed and _bare(regression.blocks.get(block, ())):
        return "no stars are set in this block"
    if printed in allowed_stars(row.cut, reading.kind, reading.ladder, df):
        return CUT_OFF
    p = p_values(*row.rounded, reading.kind, df)
    if p and printed in possible_stars(p.widened(THREE_DECIMALS), reading.ladder):
        return ROUNDED_FIRST
    if not reading.stated_ladder:
        for ladder in possible_ladders(regression):
            if printed in allowed_stars(row.rounded, reading.kind, ladder, df):
                return f"stars stand at {_levels(ladder)}, which no note excludes"
    return ""


def _bare(block: Sequence[Row]) -> bool:
    """Whether no row of a block carries a star, although stars stand in other blocks."""
    return len(block) > 1 and not any(each.stars for each in block)


@check("signs", "t statistics have the sign of their estimates")
def signs(paper: Paper) -> Iterable[Finding]:
    """A t statistic is the estimate over a positive number, so both have one sign."""
    read = [r for r in paper.regressions if reading_of(r).kind == "z"]
    anywhere = any(_negative(r) for r in read)
    for regression in read:
        absolute = not _negative(regression)
        for block, row in regression.complete:
            estimate = row.estimate.rounded
            if row.parentheses.value and estimate.low * estimate.high > 0:
                yield _sign_of(regression, block, row, absolute, anywhere)


def _negative(regression: Regression) -> bool:
    return any(row.parentheses.value < 0 for _, row in regression.complete)


def _sign_of(regression, block: str, row: CompleteRow, absolute: bool, anywhere: bool) -> Finding:
    where = Place("signs", regression.label, row.place(block))
    words = f"Estimate {row.estimate.text}, t {row.parentheses.text}."
    if np.sign(row.estimate.value) == np.sign(row.parentheses.value):
        return where.agrees(words)
    if absolute and not anywhere:
        return where.only_if(words, 1.0, "signs", ABSOLUTE)
    return where.disagrees(words, 1.0, "signs", "one of the two signs is a slip")


@check("p-values", "p-values follow from estimate and parentheses")
def p_columns(paper: Paper) -> Iterable[Finding]:
    """Where p-values are printed beside standard errors or t statistics they can be computed."""
    for regression in paper.regressions:
        kind = reading_of(regression).kind
        for block, row in regression.complete:
            if row.p_value and kind in ("se", "z"):
                yield _p_value(regression, kind, block, row, row.p_value)


def _p_value(
    regression: Regression, kind: str, block: str, row: CompleteRow, printed: Printed
) -> Finding:
    z = statistic(*row.rounded, kind)
    where = Place("p-values", regression.label, row.place(block))
    if z is None:
        return where.cannot(f"{row.parentheses.text} is no standard error.")
    p = two_sided(z, degrees(regression))
    words = f"|z| is {_range(z)}, p {_range(p)}; printed: {printed.bound}{printed.text}."
    gap = p.distance(printed.rounded)
    if not gap:
        return where.agrees(words)
    cut = statistic(*row.cut, kind)
    if cut and two_sided(cut, degrees(regression)).meets(printed.cut):
        return where.only_if(words, gap, "", CUT_OFF)
    if one_sided(z).meets(printed.rounded):
        return where.only_if(words, gap, "", "the p-value is one-sided")
    readings = ("the p-value belongs to another test", "the row was copied from another column")
    return where.disagrees(words, gap, "", *readings)

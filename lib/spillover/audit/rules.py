"""Rules for one printed row, on intervals and text alone.

Everything here can be checked by hand and is small enough to be written again elsewhere; the
moving page of the book does so, and a test compares the two.

References
----------
Nuijten, M. B. et al. (2016). The prevalence of statistical reporting errors in psychology
(1985-2013). Behavior Research Methods 48, 1205-1226, for recomputing a printed p-value within
rounding.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import special

from spillover.audit.intervals import Interval, ratio, two_sided
from spillover.audit.printed import Printed, parse
from spillover.panel.impacts import IMPACTS

READINGS = {"se": "standard errors", "z": "z or t statistics", "p": "p-values"}
SLIPS = (-1, 10, 0.1)  # another sign, or the decimal point one place off
LADDERS: tuple[tuple[float, ...], ...] = ((0.1, 0.05, 0.01), (0.05, 0.01, 0.001))


def usual_ladders(most: int) -> tuple[tuple[float, ...], ...]:
    """Levels that stars usually stand at; where no row carries more than ``most``, also shorter.

    Examples
    --------
    >>> usual_ladders(2)[2:]
    ((0.1, 0.05), (0.05, 0.01))
    """
    return (*LADDERS, *(ladder[:most] for ladder in LADDERS if 0 < most < len(ladder)))


def possible_stars(p: Interval, ladder: Sequence[float]) -> set[int]:
    """Every number of stars that some p-value of an interval earns.

    Parameters
    ----------
    p
        p-value with rounding.
    ladder
        Levels of one, two, three stars; a tie counts either way.

    Returns
    -------
    set of int
    """
    fewest = sum(p.high < level for level in ladder)
    most = sum(p.low <= level for level in ladder)
    return set(range(fewest, most + 1))


def statistic(estimate: Interval, parentheses: Interval, reading: str) -> Interval | None:
    """Size of z under a reading of the parentheses.

    Parameters
    ----------
    estimate, parentheses
        As printed, with rounding.
    reading
        One of `READINGS`.

    Returns
    -------
    Interval or None
        None if the reading is impossible, or holds p-values.
    """
    if reading == "se":
        return None if parentheses.high <= 0 else ratio(estimate, parentheses)
    return abs(parentheses) if reading == "z" else None


def p_values(
    estimate: Interval, parentheses: Interval, reading: str, df: float = np.inf
) -> Interval | None:
    """p-values that a row can stand for.

    Parameters
    ----------
    estimate, parentheses, reading
        As in `statistic`.
    df
        Degrees of freedom of Student's t, infinite for the normal distribution.

    Returns
    -------
    Interval or None
        None if the reading is impossible.
    """
    if reading == "p":
        possible = parentheses.high >= 0 and parentheses.low <= 1
        return Interval(max(parentheses.low, 0.0), min(parentheses.high, 1.0)) if possible else None
    z = statistic(estimate, parentheses, reading)
    return None if z is None else two_sided(z, df)


def standard_error(estimate: Interval, parentheses: Interval, reading: str) -> Interval:
    """Standard errors that a row can stand for.

    Parameters
    ----------
    estimate, parentheses, reading
        As in `statistic`.

    Returns
    -------
    Interval
        From 0 to infinity if the row does not tell.
    """
    if reading == "se":
        return Interval(max(parentheses.low, 0.0), max(parentheses.high, 0.0))
    if reading == "p":
        p = np.clip([parentheses.high, parentheses.low], 0.0, 1.0)
        parentheses = Interval(*(-special.ndtri(p / 2)).tolist())
    if reading in ("z", "p") and parentheses.low * parentheses.high > 0:
        return ratio(estimate, abs(parentheses))
    return Interval(0.0, np.inf)


def check_row(
    estimate: str, parentheses: str, stars: str = "", ladder: Sequence[float] = LADDERS[0]
) -> dict[str, dict]:
    """Check one printed row under every reading of its parentheses.

    Parameters
    ----------
    estimate, parentheses, stars
        As printed; stars may stand beside the estimate instead.
    ladder
        Levels of one, two and three stars.

    Returns
    -------
    dict
        Reading -> ``p`` (lowest and highest p-value, None if the reading is impossible),
        ``stars`` (numbers of stars that rounding allows) and ``fits``.

    Raises
    ------
    ValueError
        If a figure cannot be read.

    Examples
    --------
    >>> {k: row["fits"] for k, row in check_row("0.052**", "0.021").items()}
    {'se': True, 'z': False, 'p': True}
    """
    e, b = parse(estimate), parse(parentheses)
    if e is None or b is None:
        raise ValueError("a row needs an estimate and parentheses")
    printed = len(stars or e.stars or b.stars)
    return {kind: _under(kind, e.rounded, b.rounded, printed, ladder) for kind in READINGS}


def _under(kind: str, estimate: Interval, parentheses: Interval, printed: int, ladder) -> dict:
    p = p_values(estimate, parentheses, kind)
    if p is None:
        return {"p": None, "stars": [], "fits": False}
    allowed = sorted(possible_stars(p, ladder))
    return {"p": (p.low, p.high), "stars": allowed, "fits": printed in allowed}


def check_sum(direct: str, indirect: str, total: str) -> dict:
    """Whether direct and indirect impact add up to the total, by rounding and by truncation.

    Parameters
    ----------
    direct, indirect, total
        Figures as printed, stars and parentheses allowed.

    Returns
    -------
    dict
        ``sum`` (lowest and highest), ``rounded`` and ``cut`` (whether they meet the total) and
        ``repairs``, the single changes of a sign or a decimal point that would close the sum.

    Raises
    ------
    ValueError
        If a figure cannot be read.

    Examples
    --------
    >>> check_sum("0.052", "-0.117", "-0.066")["rounded"]
    True
    """
    figures = [figure for text in (direct, indirect, total) if (figure := parse(text))]
    if len(figures) < 3:
        raise ValueError("a sum needs three figures")
    parts = figures[0].rounded + figures[1].rounded
    places = 1 + max(figure.places for figure in figures)
    closes = sums_close(figures)
    return {
        "sum": (round(parts.low, places), round(parts.high, places)),
        "rounded": closes,
        "cut": (figures[0].cut + figures[1].cut).meets(figures[2].cut),
        "repairs": [] if closes else repairs(figures, sums_close, IMPACTS),
    }


def sums_close(figures: Sequence[Printed]) -> bool:
    """Whether the first two figures add up to the third within rounding."""
    return (figures[0].rounded + figures[1].rounded).meets(figures[2].rounded)


def repairs(
    figures: Sequence[Printed],
    holds: Callable[[list[Printed]], bool],
    names: Sequence[str],
    factors: Sequence[float] = SLIPS,
) -> list[str]:
    """Single slips (a sign, a decimal point) that would explain why a rule fails.

    Parameters
    ----------
    figures
        As printed.
    holds
        The rule: takes a list of figures and says whether it holds.
    names
        Of the figures.
    factors
        Slips to try, see `SLIPS`.

    Returns
    -------
    list of str
        A sentence a slip.
    """
    found = []
    for place, (name, figure) in enumerate(zip(names, figures, strict=True)):
        for factor in factors if figure.value else ():
            changed = figure.times(factor)
            if holds([*figures[:place], changed, *figures[place + 1 :]]):
                found.append(f"{name} {figure.text} stands for {changed.value:g}")
    return found

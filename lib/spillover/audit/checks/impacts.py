"""Direct, indirect and total impacts against each other, the coefficients and rho."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize

from spillover.audit.checks.stars import CUT_OFF
from spillover.audit.findings import Finding, Place, check
from spillover.audit.intervals import Interval
from spillover.audit.printed import Printed
from spillover.audit.readings import reading_of
from spillover.audit.rules import repairs, standard_error, sums_close
from spillover.audit.tables import Paper, Regression, Row, yes_or_no
from spillover.panel.impacts import IMPACTS

SILENT, NOTE = 0.25, 0.5  # standard errors by which means of 500 to 1,000 draws stray
BAND_SILENT, BAND_NOTE = 0.15, 0.3
ANY_SCALE = 1e6  # share that returns, without bound where W may have any scale
STEEP = 0.9  # beyond this rho the multiplier is too steep for the printed digits
FEW_DRAWS = "impacts are means of few simulation draws"
OTHER_SCALE = "W was not row-standardised, so that the total is not (beta + theta)/(1 - rho)"
UNSCALED = "W was not scaled to row sums (or an eigenvalue) of one"
ERRORS = "standard errors"


def triples(regression: Regression) -> Iterable[tuple[str, tuple[Row, ...]]]:
    """Variables with all three impacts."""
    direct, indirect, total = (regression.block(name) for name in IMPACTS)
    for name, row in direct.items():
        if name in indirect and name in total:
            yield name, (row, indirect[name], total[name])


def _errors_of(rows: Iterable[Row], kind: str) -> list[Interval]:
    """Standard errors of rows under a reading, from 0 to infinity where none is printed."""
    return [
        standard_error(row.estimate.rounded, row.parentheses.rounded, kind)
        if row.parentheses
        else Interval(0.0, np.inf)
        for row in rows
    ]


# Sums ------------------------------------------------------------------------------------------


@check("sums", "Direct and indirect impact add up to the total")
def sums(paper: Paper) -> Iterable[Finding]:
    """The total impact is defined as the sum of the other two, in every draw and in the mean, so
    that printed figures add up within rounding."""
    for regression in paper.regressions:
        for name, rows in triples(regression):
            yield _sum(regression, name, [row.estimate for row in rows])


def _sum(regression: Regression, name: str, figures: list[Printed]) -> Finding:
    direct, indirect, total = figures
    added = direct.rounded + indirect.rounded
    words = (
        f"{direct.text} and {indirect.text} add up to {direct.value + indirect.value:.6g}; "
        f"printed: {total.text}."
    )
    where = Place("sums", regression.label, name)
    if sums_close(figures):
        return where.agrees(words)
    unit = max(figure.unit for figure in figures)
    gap = added.distance(total.rounded) / unit
    if (direct.cut + indirect.cut).meets(total.cut):
        return where.only_if(words, gap, "last digits", CUT_OFF)
    slips = repairs(figures, sums_close, IMPACTS)
    return where.disagrees(words, gap, "last digits", *(slips or ["a digit is a slip"]))


@check("triangle", "Standard errors of the three impacts form a triangle")
def triangles(paper: Paper) -> Iterable[Finding]:
    """The total is a sum, so its standard error lies between the difference and the sum of the
    other two, whatever their correlation."""
    for regression in paper.regressions:
        kind = reading_of(regression).kind
        for name, rows in triples(regression):
            if kind in ("se", "z") and all(row.parentheses for row in rows):
                yield _triangle(regression, name, rows)


def _triangle(regression: Regression, name: str, rows: tuple[Row, ...]) -> Finding:
    kind = reading_of(regression).kind
    errors = _errors_of(rows, kind)
    words = f"Standard errors {', '.join(f'{e.middle:.4g}' for e in errors)}."
    where = Place("triangle", regression.label, name)
    if not all(np.isfinite(e.high) for e in errors):
        return where.cannot("A statistic is rounded to zero.")
    gap = _open_by(*errors)
    if gap == 0:
        return where.agrees(words)
    share = gap / errors[2].middle if errors[2].middle else np.inf
    closes = _open_by(*_errors_of(map(without_zero, rows), kind)) == 0
    readings = (
        *([_zeros(rows)] if closes else []),
        "one of the three figures is a slip",
        "the errors come from separate draws",
    )
    return where.disagrees(words, share, "shares of the total's error", *readings)


def _open_by(direct: Interval, indirect: Interval, total: Interval) -> float:
    """How far the standard error of a total lies outside what the two others allow.

    The error of a sum is at most the sum and at least the difference of the errors.
    """
    if not np.isfinite([direct.high, indirect.high, total.high]).all():
        return 0.0
    longest = direct.high + indirect.high
    shortest = max(direct.low - indirect.high, indirect.low - direct.high, 0.0)
    return float(max(total.low - longest, shortest - total.high, 0.0))


def without_zero(row: Row) -> Row:
    """A row whose estimate has no zero after its first digit: 20.38 would be 2.38."""
    shorter = row.estimate.without_zero
    return replace(row, estimate=shorter) if shorter else row


def _zeros(rows: Iterable[Row]) -> str:
    figures = ((row.estimate, row.estimate.without_zero) for row in rows)
    listed = ", ".join(
        f"{figure.text} for {shorter.text}" for figure, shorter in figures if shorter
    )
    return f"a zero slipped in after the first digit ({listed})"


# Totals ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Impact:
    """A printed impact of one variable, and what it is computed from."""

    name: str
    printed: Printed
    error: float
    beta: Interval
    theta: Interval
    figures: tuple[tuple[str, Printed], ...]

    def total_at(self, multiplier: Interval) -> Interval:
        """(beta + theta) times a multiplier."""
        return (self.beta + self.theta) * multiplier

    def off(self, expected: Interval) -> float:
        """Standard errors to where it should lie; NaN if there is no error to measure with."""
        distance = expected.distance(self.printed.rounded)
        if distance == 0:
            return 0.0
        return distance / self.error if np.isfinite(self.error) and self.error > 0 else np.nan


def impacts_of(regression: Regression, block: str) -> list[Impact]:
    """Impacts of a block that follow from coefficient and lag (none in a SAR).

    Parameters
    ----------
    regression
        A column; none of its impacts follows so in a dynamic model.
    block
        One of `IMPACTS`.

    Returns
    -------
    list of Impact
        In the order of the coefficients. An error that is not printed is what the coefficients
        suggest, NaN for an indirect impact.
    """
    if regression.dynamic or regression.kind not in ("SDM", "SAR", ""):
        return []
    coef, wx, impacts = (regression.block(name) for name in ("coef", "wx", block))
    lagged = regression.kind == "SDM" or bool(wx)
    names = [n for n in coef if n in impacts and (n in wx or not lagged)]
    return [_impact(regression, block, impacts[n], coef[n], wx.get(n)) for n in names]


def _impact(regression: Regression, block: str, row: Row, beta: Row, theta: Row | None) -> Impact:
    kind = reading_of(regression).kind
    slopes = {"coefficient": beta} | ({"lag": theta} if theta else {})
    spread = [error.high for error in _errors_of(slopes.values(), kind)]
    suggested = {"direct": spread[0], "total": sum(spread) / _one_less(regression)}
    error = _errors_of([row], kind)[0].high
    return Impact(
        row.name,
        row.estimate,
        error if np.isfinite(error) and error > 0 else suggested.get(block, np.nan),
        beta.estimate.rounded,
        theta.estimate.rounded if theta else Interval(0.0, 0.0),
        tuple((name, each.estimate) for name, each in (slopes | {block: row}).items()),
    )


def _one_less(regression: Regression) -> float:
    return max(abs(1 - regression.rho.estimate.value), 0.1) if regression.rho else 1.0


def rho_of(regression: Regression) -> Interval | None:
    """Printed rho with rounding."""
    return regression.rho.estimate.rounded if regression.rho else None


def multiplier(rho: Interval) -> Interval:
    """1 / (1 - rho), what a row-standardised W multiplies a common change with."""
    return 1 / (1 - rho)


@check("totals", "Total impacts follow from coefficients and rho")
def totals(paper: Paper) -> Iterable[Finding]:
    """Under a row-standardised W a change of one everywhere changes every outcome by
    (beta + theta)/(1 - rho). Means of simulation draws stray from that by up to a quarter of the
    total's standard error."""
    if paper.panel.row_standardised is False:
        return
    closed = scale_closed(paper)
    for regression in paper.regressions:
        yield from _totals(paper, regression, closed)


def _totals(paper: Paper, regression: Regression, closed: bool) -> Iterable[Finding]:
    rho, rows = rho_of(regression), impacts_of(regression, "total")
    if not rows:
        return
    where = Place("totals", regression.label, "all rows")
    if rho is None:
        yield where.cannot("rho is not printed.")
        return
    if rho.high > STEEP:
        words = f"rho = {rho.middle:g} is too close to one for the printed digits, or beyond."
        yield where.cannot(words)
        return
    scale = _another_scale(paper, closed, rows, rho)
    for impact in rows:
        yield _total(regression, impact, rho, scale)


def _total(regression: Regression, impact: Impact, rho: Interval, scale: bool) -> Finding:
    at = multiplier(rho)
    expected = impact.total_at(at)
    gap = impact.off(expected)
    where = Place("totals", regression.label, impact.name)
    words = (
        f"({impact.beta.middle:.6g} + {impact.theta.middle:.6g}) / (1 - {rho.middle:.6g}) = "
        f"{expected.middle:.4g}; printed {impact.printed.text}"
    )
    if not np.isfinite(gap):
        return where.cannot(f"{words}, without a standard error to measure the distance.")
    words = f"{words}, {gap:.2f} standard errors away."
    if near := _near(where, words, gap, (SILENT, NOTE)):
        return near
    if scale:
        return where.only_if(words, gap, ERRORS, OTHER_SCALE)
    names, figures = zip(*impact.figures, strict=True)
    slips = repairs(figures, _closes(at, impact.error), names, factors=(-1,))
    readings = (*slips, OTHER_SCALE, "the total belongs to another column or estimate")
    return where.disagrees(words, gap, ERRORS, *readings)


def _near(where: Place, words: str, gap: float, limits: tuple[float, float]) -> Finding | None:
    """Agreement up to the first limit, that of few simulation draws up to the second."""
    if gap <= limits[0]:
        return where.agrees(words, gap, ERRORS)
    return where.only_if(words, gap, ERRORS, FEW_DRAWS) if gap <= limits[1] else None


def _closes(at: Interval, error: float):
    def holds(figures: list[Printed]) -> bool:
        *slopes, total = (figure.rounded for figure in figures)
        return (sum(slopes[1:], slopes[0]) * at).distance(total) <= SILENT * error

    return holds


def _another_scale(paper: Paper, closed: bool, rows: list[Impact], rho: Interval | None) -> bool:
    """Whether a W on another scale explains all totals of a column, and nothing speaks against it.

    One total alone always follows from some scale; then the other columns decide. Where no rho is
    printed any will do.
    """
    told = paper.panel.row_standardised or (closed and len(rows) == 1)
    rhos = [rho] if rho else [Interval(r, r) for r in np.linspace(-STEEP, STEEP, 37)]
    return not told and any(_common_multiplier(rows, value) for value in rhos)


def scale_closed(paper: Paper) -> bool:
    """Whether totals themselves show that rows were standardised: at least half follow so."""
    if paper.panel.row_standardised:
        return True
    gaps = [
        impact.off(impact.total_at(multiplier(rho)))
        for regression in paper.regressions
        if (rho := rho_of(regression)) and abs(rho.middle) < STEEP
        for impact in impacts_of(regression, "total")
    ]
    return len(gaps) > 1 and sum(gap <= SILENT for gap in gaps) >= len(gaps) / 2


def _common_multiplier(rows: list[Impact], rho: Interval) -> bool:
    """Whether one number t serves all totals, total = beta + t (theta + rho beta).

    That is the form of the total under any W, t being the mean row sum of (I - rho W)^-1 W: LeSage
    and Pace (2009), Introduction to Spatial Econometrics, section 2.7.
    """
    low, high = -np.inf, np.inf
    for impact in rows:
        slope = (impact.theta + impact.beta * rho).middle
        centre, reach = impact.printed.value - impact.beta.middle, SILENT * impact.error
        ends = (
            sorted(((centre - reach) / slope, (centre + reach) / slope)) if slope else (low, high)
        )
        low, high = max(low, ends[0]), min(high, ends[1])
    return low <= high and high > 0


@check("multiplier", "All variables imply one multiplier")
def multipliers(paper: Paper) -> Iterable[Finding]:
    """(beta + theta) / total is 1 - rho for every variable of a column under a row-standardised W,
    whether rho is printed or not."""
    if paper.panel.row_standardised is False:
        return
    closed = scale_closed(paper)
    for regression in paper.regressions:
        rows = [p for p in impacts_of(regression, "total") if np.isfinite(p.error) and p.error > 0]
        if len(rows) > 1:
            yield _multipliers(paper, regression, rows, closed)


def _multipliers(paper: Paper, regression: Regression, rows: list[Impact], closed: bool) -> Finding:
    gap, best = common_gap(rows)
    rho = rho_of(regression)
    implied = ", ".join(f"{p.name} {_implied(p)}" for p in rows)
    words = (
        f"Implied 1 - rho: {implied}; {1 / best:.3g} comes closest to all, {gap:.2f} standard "
        "errors off at the worst."
    )
    where = Place("multiplier", regression.label, "all variables")
    if best > 1 / (1 - STEEP) or (rho and rho.high > STEEP):
        return where.cannot(f"{words} The multiplier is too steep for the printed digits.")
    if near := _near(where, words, gap, (SILENT, NOTE)):
        return near
    if _another_scale(paper, closed, rows, rho):
        return where.only_if(words, gap, ERRORS, OTHER_SCALE)
    slips = _zero_slips(regression) or _repaired(rows)
    return where.disagrees(words, gap, ERRORS, *slips, OTHER_SCALE)


def _implied(impact: Impact) -> str:
    total = impact.printed.value
    return f"{(impact.beta + impact.theta).middle / total:.3g}" if total else "none"


def common_gap(rows: list[Impact]) -> tuple[float, float]:
    """Smallest largest distance, in errors, of all totals from one multiplier, and that multiplier.

    Each distance is convex in the multiplier, and so is their maximum: a bounded search finds it.
    """
    slopes = np.array([(p.beta + p.theta).ends for p in rows])
    totals = np.array([p.printed.rounded.ends for p in rows])
    errors = np.array([p.error for p in rows])

    def worst(m: float) -> float:
        above, below = slopes[:, 0] * m - totals[:, 1], totals[:, 0] - slopes[:, 1] * m
        return float((np.maximum(above, below) / errors).max())

    best = float(optimize.minimize_scalar(worst, bounds=(0.05, 20.0), method="bounded").x)
    return max(worst(best), 0.0), best


def _zero_slips(regression: Regression) -> list[str]:
    """Zeros too many in a column, if without them one multiplier serves all."""
    printed = [row for rows in regression.blocks.values() for row in rows]
    blocks = {name: tuple(map(without_zero, rows)) for name, rows in regression.blocks.items()}
    rows = [p for p in impacts_of(replace(regression, blocks=blocks), "total") if p.error > 0]
    slipped = any(without_zero(row) is not row for row in printed)
    closes = len(rows) > 1 and common_gap(rows)[0] <= SILENT
    return [_zeros(printed)] if slipped and closes else []


def _repaired(rows: list[Impact]) -> list[str]:
    """Single slips of one variable that would let one multiplier serve all."""
    found = []
    for impact in rows:
        others = [p for p in rows if p is not impact]
        gap, best = common_gap(others)
        if len(others) > 1 and gap <= SILENT:
            names = [f"{impact.name}, {name}" for name, _ in impact.figures]
            figures = [figure for _, figure in impact.figures]
            found += repairs(figures, _closes(Interval(best, best), impact.error), names)
    return found


# The direct impact -----------------------------------------------------------------------------


def return_band(rho: Interval) -> Interval:
    r"""Values of tr(SW)/N, S = (I - rho W)^-1, over all row-standardised W without own links.

    With eigenvalues in [-1, 1] and mean zero it lies between 0 and :math:`\rho/(1-\rho^2)`, the
    latter for regions linked in pairs; the same holds for any W scaled to spectral radius one.
    """
    ends = [r / (1 - r * r) for r in (rho.low, rho.high)]
    return Interval.hull([0.0, *ends])


@check("band", "The direct impact lies where some W can put it")
def band(paper: Paper) -> Iterable[Finding]:
    """Of what a region sends out only so much can return. For every row-standardised W the direct
    impact lies between beta and beta + (theta + rho beta) rho / (1 - rho^2), and simulated ones
    up to 0.15 standard errors outside. On another scale more can return, but with the same sign."""
    closed = scale_closed(paper)
    for regression in paper.regressions:
        rho = rho_of(regression)
        scaled = paper.panel.row_standardised is not False
        if rho is None or abs(rho).high > STEEP or not scaled:
            continue
        for impact in impacts_of(regression, "direct"):
            yield _in_band(regression, impact, rho, closed)


def _allowed(impact: Impact, rho: Interval, returned: Interval) -> Interval:
    """Where the direct impact can lie if so much returns."""
    return impact.beta + returned * (impact.theta + rho * impact.beta)


def _any_scale(band: Interval) -> Interval:
    """What can return under a W on any scale: as much as one likes, with the same sign."""
    return Interval(-ANY_SCALE if band.low < 0 else 0.0, ANY_SCALE if band.high > 0 else 0.0)


def _in_band(regression: Regression, impact: Impact, rho: Interval, closed: bool) -> Finding:
    returned = return_band(rho)
    allowed = _allowed(impact, rho, returned)
    direct, gap = impact.printed, impact.off(allowed)
    words = f"Between {allowed.low:.4g} and {allowed.high:.4g}; printed {direct.text}"
    where = Place("band", regression.label, impact.name)
    if not np.isfinite(gap):
        return where.cannot(f"{words}, without a standard error to measure the distance.")
    words = f"{words}, {gap:.2f} standard errors outside."
    if near := _near(where, words, gap, (BAND_SILENT, BAND_NOTE)):
        return near
    at_any_scale = _allowed(impact, rho, _any_scale(returned))
    if not closed and impact.off(at_any_scale) <= BAND_SILENT:
        return where.only_if(words, gap, ERRORS, UNSCALED)
    readings = ("direct and indirect impact are exchanged", "W has own links or many one-way links")
    return where.disagrees(words, gap, ERRORS, *readings)


@check("rho", "rho is admissible")
def admissible(paper: Paper) -> Iterable[Finding]:
    """I - rho W must be invertible all the way from zero. A W of row sums one has the largest
    eigenvalue 1, so rho stays below 1; below, the bound is 1 over the smallest eigenvalue, which
    is far under -1 for a W with many small weights."""
    for regression in paper.regressions:
        for name, row in (("rho", regression.rho), ("lambda", regression.lambda_)):
            if row:
                yield _admissible(paper, regression, name, row.estimate)


def _admissible(paper: Paper, regression: Regression, name: str, figure: Printed) -> Finding:
    value, where = figure.rounded, Place("rho", regression.label, name)
    words = f"{name} = {figure.text}."
    if value.low >= 1 and paper.panel.row_standardised is False:
        return where.only_if(words, value.low - 1, "", UNSCALED)
    if value.low >= 1:
        words = f"{words} No W with rows that sum to one allows it."
        return where.disagrees(words, value.low - 1, "", *_lost_point(figure, name), UNSCALED)
    if value.high <= -1:
        bound = 1 / value.high
        reading = f"the smallest eigenvalue of W lies above {bound:.3f}, as in a dense W"
        return where.only_if(words, -1 - value.high, "", reading)
    return where.agrees(words)


def _lost_point(figure: Printed, name: str) -> list[str]:
    """Where the decimal point of a rho beyond one may have been."""
    if figure.text.startswith("0") and "." not in figure.text:
        value = figure.value / 10 ** (len(figure.text) - 1)
        return [f"the decimal point is lost: {name} {figure.text} stands for {value:g}"]
    return repairs([figure], lambda tried: abs(tried[0].value) < 1, [name], factors=(0.1,))


@check("relative", "Impacts on relative outcomes sum to zero")
def relative(paper: Paper) -> Iterable[Finding]:
    """Shares, ranks and values relative to the year's mean have a constant sum, so nothing can
    raise all of them: the total impact of any variable is zero by arithmetic."""
    for regression in paper.regressions:
        if not yes_or_no(regression.relative):
            continue
        kind = reading_of(regression).kind
        for name, row in regression.block("total").items():
            yield _sums_to_zero(regression, name, row, _errors_of([row], kind)[0])


def _sums_to_zero(regression: Regression, name: str, row: Row, error: Interval) -> Finding:
    away = row.estimate.rounded.distance(0.0)
    gap = away / error.high if np.isfinite(error.high) and error.high else away
    words = f"The outcome has a constant sum; the total impact is printed as {row.estimate.text}."
    where = Place("relative", regression.label, row.place("total"))
    if gap <= SILENT:
        return where.agrees(words, gap, ERRORS)
    reading = (
        "the total is read with year effects held fixed, which the constant sum does not allow"
    )
    return where.only_if(words, gap, ERRORS, reading)

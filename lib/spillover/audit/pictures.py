"""Pictures of an audit, where a picture helps."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import norm

from spillover.audit.checks.impacts import NOTE, SILENT
from spillover.audit.checks.moran import telling
from spillover.audit.checks.size import observations_by_z, spatial_of, z_of_sigma2
from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF
from spillover.audit.readings import reading_of, with_counts
from spillover.audit.results import Audit
from spillover.audit.rules import statistic
from spillover.present.style import BLUE, GREY, ORANGE, RED, SKY

COLOURS = {AGREES: BLUE, ONLY_IF: ORANGE, DISAGREES: RED, CANNOT: GREY}
MARKERS = {AGREES: "o", ONLY_IF: "s", DISAGREES: "X", CANNOT: "o"}


def _legend(ax: Axes, verdicts: set[str]) -> None:
    for verdict in (AGREES, ONLY_IF, DISAGREES):
        if verdict in verdicts:
            ax.plot([], [], MARKERS[verdict], color=COLOURS[verdict], label=verdict)
    ax.figure.legend(loc="outside lower center", ncols=3, fontsize=8)


def stars(audit: Audit) -> Figure:
    """Size of z of every row by the stars printed, with the critical values."""
    points = _star_points(audit)
    figure, ax = plt.subplots(figsize=(6.8, 2.8))
    offsets = np.random.default_rng(0).uniform(-0.28, 0.28, len(points))
    for (z, printed, verdict), offset in zip(points, offsets, strict=True):
        size = 4 if verdict == AGREES else 7
        mark, colour = MARKERS[verdict], COLOURS[verdict]
        ax.plot(np.clip(z, 0.02, 50), printed + offset, mark, color=colour, ms=size, alpha=0.8)
    for level in {x for r in audit.paper.regressions for x in reading_of(r).ladder}:
        ax.axvline(norm.isf(level / 2), color=GREY, lw=1, ls="--")
    ax.set_xscale("log")
    ax.set_xticks([0.1, 0.5, 1.64, 1.96, 2.58, 5, 20], ["0.1", "0.5", "", "1.96", "", "5", "20"])
    ax.minorticks_off()
    ax.set_yticks(range(4), ["none", "*", "**", "***"])
    ax.set_xlabel("|z| of the row")
    ax.set_ylabel("Stars printed")
    _legend(ax, {verdict for *_, verdict in points})
    return figure


def _star_points(audit: Audit) -> list[tuple[float, int, str]]:
    """|z|, stars and verdict of every row, in the order in which the check goes through them."""
    found = [f for f in audit.findings if f.check == "stars" and f.row != "all rows"]
    verdicts, checked = (f.verdict for f in found), {f.table for f in found}
    points = []
    for regression in audit.paper.regressions:
        reading = reading_of(regression)
        rows = with_counts(regression) if regression.label in checked else []
        for _, row, printed in rows:
            verdict, z = next(verdicts), statistic(*row.rounded, reading.kind)
            if z:
                points.append((min(z.middle, 50), printed, verdict))
    return points


def totals(audit: Audit) -> Figure:
    """Distance of printed totals from (beta + theta)/(1 - rho), in standard errors."""
    found = [f for f in audit.findings if f.check == "totals" and f.verdict != CANNOT]
    figure, ax = plt.subplots(figsize=(6.8, 1.0 + 0.2 * min(len(found), 40)))
    shown = sorted(found, key=lambda f: -f.gap)[:40]
    for y, finding in enumerate(shown):
        ax.plot(finding.gap, y, MARKERS[finding.verdict], color=COLOURS[finding.verdict])
    ax.axvspan(0, SILENT, color=SKY, alpha=0.25, lw=0)
    ax.axvline(NOTE, color=GREY, lw=1, ls="--")
    ax.set_yticks(range(len(shown)), [f"{f.table}, {f.row}"[-48:] for f in shown], fontsize=8)
    ax.invert_yaxis()
    ax.set_xlim(left=-0.02)
    ax.set_xlabel("Standard errors between printed total and formula")
    _legend(ax, {f.verdict for f in shown})
    return figure


def observations(audit: Audit) -> Figure:
    """Observations that the z of sigma2 takes, beside the printed number."""
    found = {f.table: f for f in audit.findings if f.check == "observations-z"}
    columns = [
        (r, z) for r in audit.paper.regressions if r.label in found and (z := z_of_sigma2(r))
    ]
    figure, ax = plt.subplots(figsize=(6.8, 1.1 + 0.24 * len(columns)))
    for y, (regression, z) in enumerate(columns):
        implied = observations_by_z(z, *spatial_of(regression))
        colour = COLOURS[found[regression.label].verdict]
        high = implied.high if np.isfinite(implied.high) else 20 * implied.low
        ax.hlines(y, max(implied.low, 1), high, color=colour, lw=5)
        printed = regression.nobs.value if regression.nobs else audit.paper.panel.NT
        if printed:
            ax.plot(printed, y, "D", color=GREY)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.minorticks_off()
    ax.set_yticks(range(len(columns)), [r.label for r, _ in columns], fontsize=8)
    ax.invert_yaxis()
    ax.set_xlabel("Observations: implied (bars) and printed (diamonds)")
    return figure


def deviations(audit: Audit) -> Figure:
    """Standard deviations of Moran's I implied by I and z, by year."""
    N = audit.paper.panel.N
    expected = -1 / (N - 1) if N and N > 3 else 0.0
    figure, ax = plt.subplots(figsize=(6.8, 3.2))
    for moran in audit.paper.morans:
        series = telling(moran)
        if series is None:
            continue
        found = series.deviations(expected)
        middles = [sd.middle for sd in found]
        reach = [(sd.high - sd.low) / 2 for sd in found]
        ax.errorbar(series.years, middles, reach, fmt="o-", ms=4, lw=1, label=moran.label)
    ax.set_ylim(bottom=0)
    ax.set_ylabel("Implied deviation of I")
    ax.tick_params(axis="x", rotation=45)
    ax.figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure


PICTURES: dict[str, tuple[Callable[[Audit], Figure], str]] = {
    "stars": (stars, "Rows by size of z and number of stars printed; marks by verdict."),
    "totals": (totals, "Distance of printed totals from the formula, in standard errors."),
    "observations-z": (observations, "Implied ranges of observations and the printed numbers."),
    "moran-units": (deviations, "Implied standard deviations of Moran's I by year."),
}

"""Pictures and lists of the audit: verdicts, implied matrices, simulated coefficients."""

from collections.abc import Iterable, Mapping

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.patches import Ellipse

from spillover.present.style import BLUE, GREEN, GREY, ORANGE, RED, SKY, below_others

VERDICT_COLOURS = {
    "proved": BLUE,
    "holds": SKY,
    "holds under": ORANGE,
    "fails": RED,
    "cannot be checked": "#BBBBBB",
}
HATCHES = {"holds under": "//", "fails": "xx", "cannot be checked": ".."}
PLATE = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
CORRECTIONS = (("none", "dummy variables", BLUE), ("lee-yu", "Lee-Yu", ORANGE))
FAMILY_MARKERS = {"gravity": "o", "inverse": "s", "contiguity": "^"}


def verdict_bars(counts: pd.DataFrame) -> mpl.axes.Axes:
    """Numbers of claims by section (down) and verdict (across), as stacked horizontal bars."""
    ax = plt.subplots(figsize=(6.8, 0.5 + 0.42 * len(counts)))[1]
    left = np.zeros(len(counts))
    for verdict in counts:
        width = counts[verdict].to_numpy()
        bars = ax.barh(
            counts.index,
            width,
            left=left,
            color=VERDICT_COLOURS[verdict],
            hatch=HATCHES.get(verdict),
            edgecolor="white",
            linewidth=0.5,
            label=verdict,
        )
        labels = [str(n) if n >= 5 else "" for n in width]
        ax.bar_label(bars, labels, label_type="center", fontsize=8, bbox=PLATE)
        left += width
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.set_xlabel("number of claims")
    ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.45, -0.18))
    return ax


def implied_deviations(
    implied: pd.DataFrame, permitted: Mapping[str, tuple[float, float]], years: Iterable[int]
) -> np.ndarray:
    """Standard deviations of Moran's I implied by Table 3, beside those that matrices permit.

    Parameters
    ----------
    implied
        Years down, (weights, variable) across.
    permitted
        Lowest and highest standard deviation by label of a matrix.
    years
        Of the rows, for the axis.

    Returns
    -------
    numpy.ndarray
        An Axes a matrix of the paper.
    """
    names = implied.columns.unique(0)
    _, axes = plt.subplots(1, len(names), sharey=True, figsize=(6.8, 3.6))
    for ax, name in zip(axes, names, strict=True):
        for (label, (low, high)), colour in zip(permitted.items(), (SKY, ORANGE), strict=True):
            ax.axhspan(low, high, color=colour, alpha=0.35, lw=0, label=label)
        for (variable, line), marker in zip(implied[name].items(), "os", strict=True):
            shown = f"printed, {variable}"
            ax.plot(list(years), line, marker=marker, ms=4, color=GREY, label=shown)
        ax.annotate(name, (0.03, 0.96), xycoords="axes fraction", va="top")
        ax.set(xlabel="Year", ylim=(0, 0.27))
    axes[0].set_ylabel("Standard deviation of Moran's I")
    axes[0].figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return axes


def scalar_plane(
    candidates: pd.DataFrame,
    curves: Mapping[str, pd.DataFrame],
    implied: Mapping[str, tuple[float, float]],
    noise: np.ndarray,
) -> mpl.axes.Axes:
    """What Tables 4 and 5 say about the matrix: two scalars, and those of every candidate.

    Parameters
    ----------
    candidates
        ``b`` and ``t`` indexed by (links, normalisation).
    curves
        ``b`` and ``t`` over all scales of a raw matrix, by label.
    implied
        b and t as printed columns imply them, by label.
    noise
        (2, 2) covariance of the implied ones; the ellipse holds 95 per cent.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=(6.8, 5.0))[1]
    for (label, curve), style in zip(curves.items(), ("-", "--"), strict=False):
        ax.plot(curve["b"], curve["t"], style, color=GREY, lw=1.2, label=label)
    for (links, form), row in candidates.iterrows():
        standard = form == "row-standardised"
        ax.plot(
            row["b"],
            row["t"],
            FAMILY_MARKERS[links.split()[0]],
            color=GREEN if standard else ORANGE,
            ms=7 if standard else 5,
            alpha=0.9,
        )
    for (label, (b, t)), marker in zip(implied.items(), "*P", strict=True):
        ax.plot(b, t, marker, color=RED, ms=12, mec="white", label=f"printed, {label}", zorder=5)
    ax.add_patch(ellipse_of(np.mean(list(implied.values()), axis=0), noise))
    for family, marker in FAMILY_MARKERS.items():
        ax.plot([], [], marker, color=GREEN, label=f"{family}, row-standardised")
    ax.plot([], [], "o", color=ORANGE, ms=5, label="other normalisations")
    ax.set(xlim=(-0.13, 0.005), xlabel="b: what returns to its origin, tr(SW) / N")
    ax.set(ylim=(0.05, 0.75), ylabel="t: all that arrives, ι'SWι / N")
    ax.figure.legend(fontsize=8, loc="outside lower center", ncols=3)
    return ax


def ellipse_of(centre: np.ndarray, covariance: np.ndarray) -> Ellipse:
    """Where a bivariate normal variable lies with 95 per cent.

    Parameters
    ----------
    centre, covariance
        Of length 2, and (2, 2).

    Returns
    -------
    matplotlib.patches.Ellipse
    """
    roots, vectors = np.linalg.eigh(covariance)
    width, height = 2 * np.sqrt(5.991 * roots)
    angle = np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0]))
    return Ellipse(
        (centre[0], centre[1]), width, height, angle=angle, fill=False, color=RED, lw=1.2
    )


def variance_pairs(low: pd.DataFrame, high: pd.DataFrame) -> mpl.axes.Axes:
    """Implied variances of Moran's I under one matrix against the other, with rounding.

    Parameters
    ----------
    low, high
        Ends of the intervals, indexed by (year, variable), a column a matrix.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=(6.0, 4.2))[1]
    middle, half = (low + high) / 2, (high - low) / 2
    for variable, colour, marker in (("cul", BLUE, "o"), ("dig", ORANGE, "s")):
        points = middle.xs(variable, level="variable")
        spread = half.xs(variable, level="variable")
        x, y = points.columns
        ax.errorbar(
            points[x], points[y], spread[y], spread[x], fmt=marker, color=colour, ms=5, lw=1,
            label=variable,
        )  # fmt: skip
        ax.plot(points[x], points[y], color=colour, lw=0.6, alpha=0.5)
        for year, below in below_others(points).items():
            ax.annotate(
                f"{year % 100:02d}", points.loc[year], (4, -4 if below else 4), fontsize=8,
                textcoords="offset points", va="top" if below else "bottom",
            )  # fmt: skip
    ax.set(xlabel=f"Variance of I, {x}", ylabel=f"Variance of I, {y}")
    ax.legend(loc="lower right")
    return ax


def simulated_rho(
    draws: pd.DataFrame, names: Mapping[str, str], printed: float
) -> list[mpl.axes.Axes]:
    """Simulated estimates of rho without interaction, one row a design, beside the printed one.

    Parameters
    ----------
    draws
        ``rho`` indexed by (design, correction, replication).
    names
        Label of each design.
    printed
        rho of the paper.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    _, axes = plt.subplots(len(names), sharex=True, figsize=(6.8, 1.35 * len(names) + 0.7))
    bins = np.linspace(-1, 0.6, 65)
    for ax, (design, label) in zip(axes, names.items(), strict=True):
        for correction, text, colour in CORRECTIONS:
            rho = draws["rho"].xs((design, correction), level=("design", "correction"))
            ax.hist(rho, bins, density=True, histtype="step", color=colour, lw=1.5, label=text)
        ax.axvline(printed, color=RED, lw=1.5, ls="--", label="printed")
        ax.axvline(0, color=GREY, lw=0.8)
        ax.set_title(label, loc="right", fontsize=9)
        ax.set_yticks([])
    axes[0].legend(loc="upper left", fontsize=8)
    axes[-1].set_xlabel(r"Estimate of $\rho$ (true value: 0)")
    return list(axes)


def ratio_intervals(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> mpl.axes.Axes:
    """Printed Wald over LR beside 95 per cent intervals of simulated panels.

    Parameters
    ----------
    tables
        By kind of errors, indexed by (weights, null) with ``ratio, low, high``.
    names
        Label of each of the weights.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=(6.8, 3.2))[1]
    offsets = np.linspace(-0.12, 0.12, len(tables))
    for (kind, table), offset, colour in zip(tables.items(), offsets, (BLUE, ORANGE), strict=True):
        y = np.arange(len(table)) + offset
        ax.hlines(y, table["low"], table["high"], color=colour, lw=4, label=kind)
    ax.plot(table["ratio"], np.arange(len(table)), "D", color=RED, ms=6, label="printed")
    ax.set_yticks(np.arange(len(table)), [f"{names[w]}, SDM → {null}" for w, null in table.index])
    ax.set_xscale("log")
    ax.set_xticks([0.7, 1, 1.4, 2, 3], ["0.7", "1", "1.4", "2", "3"])
    ax.minorticks_off()
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.set_xlabel("Wald statistic / likelihood ratio")
    ax.figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return ax

"""Figures of variables and their spatial autocorrelation."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spillover.present.chain_tables import stars
from spillover.present.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALETTE,
    PINK,
    RED,
    REGION_COLOURS,
    SKY,
)

# The colours that maps of local Moran statistics use everywhere, in a colour-blind-safe version.
LISA_COLOURS = {
    "high-high": RED,
    "low-low": BLUE,
    "high-low": ORANGE,
    "low-high": SKY,
    "not significant": "#e6e6e6",
}


def macro_paths(panel: pd.DataFrame, macro: pd.Series, labels: Mapping[str, str]) -> Figure:
    """Mean over provinces of each macro-region by year, one small picture a variable.

    Parameters
    ----------
    panel
        Indexed by (region, year).
    macro
        Macro-region of each region.
    labels
        What to write above the picture of each column, in the order of the pictures.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = -(-len(labels) // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(6.8, 2.5 * rows), squeeze=False)
    long = panel.reset_index().assign(macro=lambda frame: frame["region"].map(macro))
    order = list(REGION_COLOURS)
    by = {"hue": "macro", "style": "macro", "hue_order": order, "style_order": order}
    look = {**by, "palette": REGION_COLOURS, "errorbar": None}
    for ax, (column, label) in zip(axes.flat, labels.items(), strict=False):
        sns.lineplot(long, x="year", y=column, **look, ax=ax)
        ax.set(xlabel="", ylabel="", ylim=(0, None))
        ax.set_title(label, loc="left", fontsize=9)
        ax.legend().set_visible(False)
    figure.legend(*axes.flat[0].get_legend_handles_labels(), ncol=4, loc="outside upper center")
    return figure


def stacked_areas(frame: pd.DataFrame, label: str) -> Axes:
    """Columns stacked over years, in the colours of the macro-regions.

    Parameters
    ----------
    frame
        A row a year, a column a macro-region; numbers that add up.
    label
        Of the vertical axis.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=(6.8, 3.2))[1]
    colours = [REGION_COLOURS[column] for column in frame]
    bottom = np.zeros(len(frame))
    for column, colour in zip(frame, colours, strict=True):
        ax.bar(frame.index, frame[column], bottom=bottom, color=colour, label=column, width=0.7)
        bottom += frame[column].to_numpy()
    ax.set_ylabel(label)
    ax.legend(ncol=4, loc="upper left")
    ax.set_ylim(0, bottom.max() * 1.15)
    return ax


def loading_bars(loadings: pd.DataFrame, names: Mapping[str, str]) -> Axes:
    """Loadings of indicators on components as horizontal bars, one colour a component.

    Parameters
    ----------
    loadings
        Correlations: indicators down, components across.
    names
        What to write beside the bars of each indicator.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=(6.8, 0.5 * len(loadings) + 1))[1]
    height = 0.8 / loadings.shape[1]
    for i, (component, colour) in enumerate(zip(loadings, PALETTE, strict=False)):
        places = np.arange(len(loadings)) + (i - (loadings.shape[1] - 1) / 2) * height
        ax.barh(places, loadings[component], height, color=colour, label=component)
    ax.set_yticks(np.arange(len(loadings)), [names[row] for row in loadings.index])
    ax.invert_yaxis()
    ax.axvline(0, color=GREY, lw=1)
    ax.set_xlabel("loading (correlation with the component)")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=loadings.shape[1])
    return ax


def moran_scatter(local: pd.DataFrame, codes: pd.Series, label: str, named: int = 10) -> Axes:
    """Moran scatter plot: each region's value against the value of those it is linked to.

    Parameters
    ----------
    local
        As `spillover.measure.autocorrelation.local_moran` returns it.
    codes
        Letter code of each region.
    label
        What the value is.
    named
        How many of the outermost points to name.

    Returns
    -------
    matplotlib.axes.Axes
        The slope of the line is Moran's I where rows of the matrix sum to one.
    """
    ax = plt.subplots(figsize=(5.6, 4.2))[1]
    look = {"color": BLUE, "line_kws": {"color": ORANGE}, "truncate": False}
    sns.regplot(local, x="z", y="lag", ci=None, ax=ax, **look)
    ax.axhline(0, color=GREY, lw=0.8)
    ax.axvline(0, color=GREY, lw=0.8)
    for region in np.hypot(local["z"], local["lag"]).nlargest(named).index:
        place = local.loc[region, ["z", "lag"]]
        ax.annotate(codes[region], place, (4, 4), textcoords="offset points", fontsize="small")
    ax.set(xlabel=f"{label} (standardised)", ylabel="mean over linked provinces")
    return ax


def lisa_categories(local: pd.DataFrame, level: float = 0.05, column: str = "p_value") -> pd.Series:
    """Quadrant of each region whose ``column`` is below ``level``; the others not significant.

    Parameters
    ----------
    local
        As `spillover.measure.autocorrelation.local_moran` returns it.
    level
        Of significance.
    column
        ``p_value`` or ``p_adjusted``.

    Returns
    -------
    pandas.Series
        Category by region.
    """
    return local["quadrant"].where(local[column] < level, "not significant")


def moran_paths(tables: Mapping[str, pd.DataFrame]) -> Axes:
    """Moran's I by year for several variables or matrices; filled marks where it is significant.

    At 5%, by the two-sided permutation test, in results of
    `spillover.measure.autocorrelation.moran_by_year`.
    """
    ax = plt.subplots(figsize=(6.8, 3.6))[1]
    for (name, table), colour, marker in zip(tables.items(), PALETTE, "osD^vP*X", strict=False):
        ax.plot(table.index, table["moran_i"], color=colour, label=name)
        for found, face in ((True, colour), (False, "none")):
            years = table[(table["p_permutation"] < 0.05) == found]
            ax.plot(years.index, years["moran_i"], marker, mec=colour, mfc=face, ls="none")
    ax.axhline(tables[next(iter(tables))]["expected"].iloc[0], color=GREY, lw=1, ls="--")
    ax.set_ylabel("Moran's I")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=2)
    return ax


def interval_dots(
    values: pd.DataFrame, bands: Mapping[str, tuple[float, float]], label: str
) -> Axes:
    """Published values as dots by year, over bands of values that candidates would give.

    Parameters
    ----------
    values
        Years in rows, at most four columns of dots.
    bands
        Up to two, (low, high) by name.
    label
        Of the vertical axis.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=(6.8, 3.4))[1]
    for (name, (low, high)), colour in zip(bands.items(), (SKY, ORANGE), strict=False):
        ax.axhspan(low, high, color=colour, alpha=0.35, lw=0, label=name)
    shifts = np.linspace(-0.2, 0.2, values.shape[1])
    colours = (BLUE, RED, GREEN, PINK)
    for column, shift, colour, marker in zip(values, shifts, colours, "os^D", strict=False):
        ax.plot(values.index + shift, values[column], marker, color=colour, label=column)
    ax.set_ylim(0, None)
    ax.set_ylabel(label)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=2)
    return ax


def years_shown(series: pd.Series) -> list[int]:
    """First and last of a variable's years."""
    return series.index.unique("year").sort_values()[[0, -1]].tolist()


def moran_cells(table: pd.DataFrame) -> pd.Series:
    """Moran's I, stars and z in one cell a year, as the paper's Table 3 prints them."""
    figures = zip(table["moran_i"], table["p_normal"], table["z_normal"], strict=True)
    return pd.Series([f"{i:.3f}{stars(p)} ({z:.2f})" for i, p, z in figures], table.index)

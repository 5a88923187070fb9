"""Pictures of impacts: how large, how sure, and which region gains from which."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from spillover.panel.impacts import IMPACTS
from spillover.present import style
from spillover.present.maps import tile_map

COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.PINK, style.SKY, style.RED)
MARKERS = ("o", "s", "D", "^", "v", "P")
NORMAL_95 = 1.959964


def plot_impacts(impacts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Direct, indirect and total impact with 95% intervals, one colour a weights matrix.

    Parameters
    ----------
    impacts
        Impacts of one variable: columns weights, impact, estimate, lower, upper.
    ax
        Axes to draw on; a new figure if left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots(figsize=(6.4, 2.8))[1]
    groups = list(impacts.groupby("weights", sort=False))
    offsets = np.linspace(0.18, -0.18, len(groups)) if len(groups) > 1 else [0.0]
    for (weights, block), offset, colour, marker in zip(
        groups, offsets, COLOURS, MARKERS, strict=False
    ):
        rows = block.set_index("impact").loc[list(IMPACTS)]
        reach = [rows["estimate"] - rows["lower"], rows["upper"] - rows["estimate"]]
        height, name = -np.arange(3) + offset, str(weights)
        ax.errorbar(
            rows["estimate"], height, None, reach, fmt=marker, color=colour, ms=6, lw=2, label=name
        )
    ax.axvline(0, color=style.GREY, lw=1)
    ax.set_yticks(-np.arange(3), [kind.capitalize() for kind in IMPACTS])
    ax.set_ylim(-2.5, 0.5)
    ax.set_xlabel("Impact with 95% interval")
    if len(groups) > 1:
        ax.legend(loc="best", fontsize=9)
    return ax


def plot_impacts_side_by_side(impacts: Mapping[str, pd.DataFrame]) -> Figure:
    """The picture of :func:`plot_impacts` for several studies by heading, on own scales."""
    figure, axes = plt.subplots(
        1, len(impacts), figsize=(7.2, 3.2), sharey=True, squeeze=False, layout="constrained"
    )
    for ax, (heading, block) in zip(axes[0], impacts.items(), strict=True):
        plot_impacts(block, ax)
        ax.set_xlabel(f"{heading}\n(95% interval)")
        if ax.get_legend():
            ax.get_legend().remove()
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), fontsize=9)
    return figure


def plot_variants(variants: pd.DataFrame) -> Figure:
    """Robustness checks as a forest: one row a variant, shaded by check.

    ``variants``: indexed by (check, variant); columns as ``direct`` with ``direct_se``. The first
    row is the reference, drawn as a dashed line.
    """
    height = -np.arange(len(variants))
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 0.8 + 0.24 * len(variants)), sharey=True)
    for ax, kind in zip(axes, IMPACTS, strict=False):
        colours = [style.BLUE if v < 0 else style.RED for v in variants[kind]]
        reach = NORMAL_95 * variants[f"{kind}_se"]
        ax.hlines(height, variants[kind] - reach, variants[kind] + reach, colors=colours, lw=1.5)
        ax.scatter(variants[kind], height, c=colours, s=18, zorder=3)
        ax.axvline(0, color=style.GREY, lw=1)
        ax.axvline(variants[kind].iloc[0], color=style.GREY, lw=1, ls="--")
        ax.set_xlabel(f"{kind.capitalize()} impact")
        ax.grid(axis="y", visible=False)
        _bands(ax, variants.index.get_level_values(0))
    axes[0].set_yticks(height, _variant_labels(variants.index), fontsize=8)
    return figure


def _variant_labels(index: pd.MultiIndex) -> list[str]:
    """Check and variant; the variant alone where there is one check only."""
    checks = index.get_level_values(0)
    if len(set(checks)) == 1:
        return [str(variant) for variant in index.get_level_values(-1)]
    return [f"{check}: {variant}" for check, variant in index]


def _bands(ax: Axes, checks: pd.Index) -> None:
    """Shade every second group of rows."""
    for position, check in enumerate(dict.fromkeys(checks)):
        rows = np.flatnonzero(checks == check)
        if position % 2:
            ax.axhspan(-rows.max() - 0.5, -rows.min() + 0.5, color=style.GREY, alpha=0.1, lw=0)


def plot_left_out(left_out: pd.DataFrame, reference: pd.Series) -> Figure:
    """Both impacts with one region or year left out, sorted; the dashed line uses them all.

    Parameters
    ----------
    left_out
        Indexed by what was left out; columns as ``direct`` with ``direct_se``.
    reference
        The same columns with nothing left out.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 0.8 + 0.17 * len(left_out)))
    for ax, kind in zip(axes, IMPACTS, strict=False):
        rows = left_out.sort_values(kind)
        height = np.arange(len(rows))
        reach = NORMAL_95 * rows[f"{kind}_se"]
        ax.hlines(height, rows[kind] - reach, rows[kind] + reach, color=style.SKY, lw=1.2)
        ax.scatter(rows[kind], height, color=style.BLUE, s=14, zorder=3)
        ax.axvline(reference[kind], color=style.GREY, lw=1, ls="--")
        ax.axvline(0, color=style.GREY, lw=1)
        ax.set_yticks(height, [str(name) for name in rows.index], fontsize=7)
        ax.set_xlabel(f"{kind.capitalize()} impact without …")
        ax.grid(axis="y", visible=False)
    return figure


def plot_moran(moran: pd.DataFrame) -> Figure:
    """Moran's I by year, a panel a matrix, a line a variable; hollow points: not significant.

    ``moran``: columns weights, variable, year, moran_i, and z; five per cent decides significance.
    """
    matrices = list(moran.groupby("weights", sort=False))
    figure, axes = plt.subplots(1, len(matrices), figsize=(7.2, 3.4), sharey=True, squeeze=False)
    for ax, (weights, block) in zip(axes[0], matrices, strict=True):
        for (variable, line), colour, marker in zip(
            block.groupby("variable", sort=False), COLOURS, MARKERS, strict=False
        ):
            ax.plot(line["year"], line["moran_i"], color=colour, lw=1.5, label=variable)
            sure = line["z"].abs() > NORMAL_95
            for chosen, face in ((sure, colour), (~sure, "white")):
                years, numbers = line.loc[chosen, "year"], line.loc[chosen, "moran_i"]
                ax.scatter(years, numbers, 24, face, marker=marker, edgecolors=colour, zorder=3)
        ax.axhline(0, color=style.GREY, lw=1)
        ax.set_xlabel(str(weights))
    axes[0][0].set_ylabel("Moran's I")
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def colour_scale(numbers: pd.Series) -> tuple[Normalize, str]:
    """From zero up for numbers that are never negative, otherwise centred on zero."""
    reach = numbers.abs().max()
    if (numbers < 0).any():
        return Normalize(-reach, reach), style.DIVERGING
    return Normalize(0, reach), style.SEQUENTIAL


def plot_region_maps(values: Mapping[str, pd.Series], regions: pd.DataFrame) -> Figure:
    """Tile maps side by side, each with its own colour scale (see `colour_scale`).

    Parameters
    ----------
    values
        Numbers by region, by the label of their colour bar; regions left out stay blank.
    regions
        ``code``, ``tile_row`` and ``tile_column`` by region.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, len(values), figsize=(7.4, 4.1), squeeze=False)
    for ax, (label, numbers) in zip(axes[0], values.items(), strict=True):
        norm, colours = colour_scale(numbers)
        tile_map(numbers, regions, label, norm, colours, ".2f", ax)
        mapping = ScalarMappable(norm, colours)
        figure.colorbar(mapping, ax=ax, label=label, orientation="horizontal", shrink=0.8)
    return figure


def plot_changes(
    changes: pd.DataFrame, regions: pd.DataFrame, focus: str, named: int = 5
) -> Figure:
    """Change of outcomes against change of the focus, a panel an outcome, a point a region.

    Parameters
    ----------
    changes
        By region; the column ``focus``, every other column an outcome.
    regions
        ``code`` and ``macro_region`` by region.
    focus
        Column of the horizontal axis.
    named
        How many regions with the largest changes of an outcome are named.

    Returns
    -------
    matplotlib.figure.Figure
    """
    outcomes = changes.columns.drop(focus)
    figure, axes = plt.subplots(1, len(outcomes), figsize=(7.2, 3.5), squeeze=False)
    for ax, outcome in zip(axes[0], outcomes, strict=True):
        for macro, group in changes.groupby(regions["macro_region"].reindex(changes.index)):
            colour = style.REGION_COLOURS[macro]
            ax.scatter(group[focus], group[outcome], color=colour, s=22, label=macro)
        places = changes.loc[changes[outcome].abs().nlargest(named).index, [focus, outcome]]
        for region, below in style.below_others(places).items():
            left_half = places.loc[region, focus] < changes[focus].median()
            side = "right" if left_half and not below else "left"
            place = {"xytext": (4 if side == "left" else -4, -4 if below else 4)}
            away = {"ha": side, "va": "top" if below else "bottom", **place}
            ax.annotate(region, places.loc[region], textcoords="offset points", fontsize=8, **away)
        ax.axhline(0, color=style.GREY, lw=1)
        ax.margins(x=0.18)
        ax.set_xlabel(f"Change of {focus}")
        ax.set_ylabel(f"Change of {outcome}")
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure

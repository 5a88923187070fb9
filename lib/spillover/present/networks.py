"""Spatial weights drawn: as a network on the map, and as a matrix."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from libpysal.graph import Graph
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from spillover.present.maps import geographic_axes, label_capitals
from spillover.present.style import BLUE, GREY, REGION_COLOURS, SEQUENTIAL

WIDEST = 6  # points, of the heaviest link
LARGEST = 260  # area of a bubble in square points


def link_map(
    links: pd.DataFrame, mass: pd.Series, regions: pd.DataFrame, strongest: int = 60
) -> Axes:
    """Strongest links between capitals, line width in proportion to the link.

    Parameters
    ----------
    links
        ``region``, ``neighbour``, ``weight``, heaviest first, as
        `spillover.measure.weights.links` gives them.
    mass
        Shown by the area of the bubbles, indexed by region.
    regions
        ``code``, ``latitude``, ``longitude`` and ``macro_region``, indexed by region.
    strongest
        How many links to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = geographic_axes(regions)
    places = regions[["longitude", "latitude"]]
    shown = links.head(strongest)
    ends = np.stack([places.loc[shown["region"]], places.loc[shown["neighbour"]]], axis=1)
    widths = WIDEST * np.sqrt(shown["weight"] / shown["weight"].max())
    ax.add_collection(
        LineCollection(list(ends), linewidths=widths, colors=GREY, alpha=0.45, zorder=1)
    )
    areas = LARGEST * mass.reindex(regions.index) / mass.max()
    ax.scatter(
        regions["longitude"],
        regions["latitude"],
        s=areas,
        color=regions["macro_region"].map(REGION_COLOURS),
        linewidth=0,
        zorder=2,
    )
    label_capitals(regions, areas, ax)
    for macro, colour in REGION_COLOURS.items():
        ax.scatter([], [], s=40, color=colour, label=macro)
    ax.legend(loc="lower left", ncol=2)
    return ax


def matrix_heatmaps(matrices: Mapping[str, pd.DataFrame], regions: pd.DataFrame) -> Figure:
    """Matrices side by side on logarithmic colour scales, regions from east to west.

    Parameters
    ----------
    matrices
        Dense N by N frames with regions on both axes, by the name to be shown.
    regions
        ``code`` and ``longitude``, indexed by region.

    Returns
    -------
    matplotlib.figure.Figure
    """
    order = regions.sort_values("longitude", ascending=False).index
    codes = regions.loc[order, "code"]
    figure, axes = plt.subplots(1, len(matrices), figsize=(7.2, 4.6), sharey=True, squeeze=False)
    for ax, (name, matrix) in zip(axes.flat, matrices.items(), strict=True):
        shown = matrix.loc[order, order].replace(0, np.nan)
        sns.heatmap(
            shown,
            norm=LogNorm(np.nanmin(shown), np.nanmax(shown)),
            cmap=SEQUENTIAL,
            square=True,
            xticklabels=codes,
            yticklabels=codes,
            cbar_kws={"orientation": "horizontal", "label": name, "pad": 0.1},
            rasterized=True,
            ax=ax,
        )
        ax.set(xlabel="", ylabel="")
        ax.tick_params(labelsize=7, length=0)
        ax.grid(False)
    return figure


def border_tiles(graph: Graph, regions: pd.DataFrame) -> Axes:
    """A 0-1 graph drawn by splot over the tiles of a tile map.

    Parameters
    ----------
    graph
        Links between regions.
    regions
        ``code``, ``tile_row`` and ``tile_column``, indexed by region.

    Returns
    -------
    matplotlib.axes.Axes
    """
    # Imported here because they load slowly and nothing else needs them.
    from geopandas import GeoDataFrame
    from shapely import box
    from splot.libpysal import plot_spatial_weights

    regions = regions.loc[graph.unique_ids]
    west, north = regions["tile_column"].to_numpy(), -regions["tile_row"].to_numpy()
    squares = GeoDataFrame(
        {"region": regions.index}, geometry=box(west, north, west + 0.94, north + 0.94)
    )
    ax = plt.subplots(figsize=(5.4, 4.7))[1]
    plot_spatial_weights(
        graph.to_W(),
        squares,
        indexed_on="region",
        ax=ax,
        node_kws={"markersize": 0},
        edge_kws={"lw": 1.2, "colors": BLUE},
    )
    node = {"boxstyle": "round,pad=0.2", "fc": "white", "ec": BLUE, "lw": 1}
    for code, x, y in zip(regions["code"], west, north, strict=True):
        ax.text(x + 0.47, y + 0.47, code, ha="center", va="center", fontsize="small", bbox=node)
    return ax

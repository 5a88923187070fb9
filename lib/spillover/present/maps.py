"""Maps without a shapefile: provinces as tiles, or as bubbles at their capitals."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from spillover.present.style import GREY, REGION_COLOURS, SEQUENTIAL
from spillover.text import typeset

LIGHT, DARK = "#ffffff", "#1a1a1a"
LARGEST = 900  # area of a bubble in square points
CODE = 6  # radius in points of a bubble that has room for a letter code
BEHIND_CODE = {"boxstyle": "square,pad=0", "facecolor": LIGHT, "edgecolor": "none", "alpha": 0.6}
CODE_BOX = (11, 8)  # width and height of a letter code in points
PARALLEL = 35  # degrees north: where the bubble map keeps its shape
_ROUND = ((0.8, 0.8), (1, 0), (-0.8, 0.8), (-1, 0), (0.8, -0.8), (-0.8, -0.8), (0, 1), (0, -1))


def tile_map(
    values: pd.Series,
    regions: pd.DataFrame,
    label: str,
    norm: Normalize | None = None,
    cmap: str = SEQUENTIAL,
    form: str = ".1f",
    ax: Axes | None = None,
) -> Axes:
    """One tile a province, coloured by a number, with its code and the number.

    Parameters
    ----------
    values
        Indexed by region.
    regions
        ``code``, ``tile_row`` and ``tile_column``, indexed by region.
    label
        Of the colour bar.
    norm
        Colour scale; by default from the smallest to the largest value.
    cmap, form
        Colour map and number format.
    ax
        Axes to draw on. Given axes get no colour bar.

    Returns
    -------
    matplotlib.axes.Axes
    """
    norm = norm or Normalize(values.min(), values.max())
    mapping = ScalarMappable(norm, cmap)
    colours = {region: mapping.to_rgba(value) for region, value in values.items()}
    texts = {region: typeset(format(value, form)) for region, value in values.items()}
    own = ax is None
    ax = _tiles(regions, colours, texts, ax)
    if own:
        ax.figure.colorbar(mapping, ax=ax, label=label, shrink=0.7)
    return ax


def tile_maps(
    series: pd.Series,
    regions: pd.DataFrame,
    years: Sequence[int],
    label: str,
    norm: Normalize | None = None,
    form: str = ".1f",
) -> Figure:
    """The same variable in several years, one tile map each, on one colour scale.

    Parameters
    ----------
    series
        Indexed by (region, year).
    regions, label, norm, form
        As in `tile_map`.
    years
        Years to show, at most two in a row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    norm = norm or Normalize(series.min(), series.max())
    rows = -(-len(years) // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(6.8, 3.9 * rows), squeeze=False)
    for ax, year in zip(axes.flat, years, strict=False):
        tile_map(series.xs(year, level="year"), regions, label, norm, SEQUENTIAL, form, ax)
        ax.text(0.02, 0.98, str(year), transform=ax.transAxes, va="top", fontsize="large")
    for ax in axes.flat[len(years) :]:
        ax.set_axis_off()
    mapping = ScalarMappable(norm, SEQUENTIAL)
    figure.colorbar(mapping, ax=axes, label=label, shrink=0.5, orientation="horizontal", pad=0.02)
    return figure


def category_map(categories: pd.Series, regions: pd.DataFrame, colours: Mapping[str, str]) -> Axes:
    """One tile a province, coloured by category, with a legend of the categories present.

    Parameters
    ----------
    categories
        Indexed by region.
    regions
        As in `tile_map`.
    colours
        Colour of each category.

    Returns
    -------
    matplotlib.axes.Axes
    """
    by_region = {region: colours[category] for region, category in categories.items()}
    ax = _tiles(regions, by_region, {}, None)
    present = [category for category in colours if (categories == category).any()]
    handles = [Patch(facecolor=colours[category], label=category) for category in present]
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1.0))
    return ax


def _tiles(
    regions: pd.DataFrame, colours: Mapping[str, object], texts: Mapping[str, str], ax: Axes | None
) -> Axes:
    if ax is None:
        ax = plt.subplots(figsize=(5.4, 4.8))[1]
    for region, place in regions.iterrows():
        x, y = place["tile_column"], place["tile_row"]
        colour = colours.get(region, "none")
        ax.add_patch(Rectangle((x, y), 0.94, 0.94, facecolor=colour, edgecolor=GREY, lw=0.4))
        middle: dict[str, Any] = {"color": readable_ink(colour), "ha": "center", "va": "center"}
        lift = 0.17 if region in texts else 0
        ax.text(x + 0.47, y + 0.47 - lift, place["code"], **middle)
        ax.text(x + 0.47, y + 0.68, texts.get(region, ""), **middle, fontsize="x-small")
    ax.set_xlim(-0.1, regions["tile_column"].max() + 1)
    ax.set_ylim(regions["tile_row"].max() + 1, -0.1)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def readable_ink(colour: Any) -> str:
    """Colour of text that is read well on a tile of this colour."""
    if isinstance(colour, str) and colour == "none":
        return GREY
    brightness = np.dot(to_rgb(colour), [0.299, 0.587, 0.114])
    return DARK if brightness > 0.5 else LIGHT


def bubble_map(sizes: pd.Series, regions: pd.DataFrame, label: str) -> Axes:
    """A bubble at each capital, its area in proportion to a number, coloured by macro-region.

    Parameters
    ----------
    sizes
        Positive numbers indexed by region.
    regions
        ``code``, ``latitude``, ``longitude`` and ``macro_region``, indexed by region.
    label
        What the area shows; stands in the legend's title.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = geographic_axes(regions)
    area = LARGEST * sizes / sizes.max()
    for macro, group in regions.groupby("macro_region"):
        places = group["longitude"], group["latitude"]
        colour = REGION_COLOURS[macro]
        ax.scatter(*places, area[group.index], colour, alpha=0.65, linewidth=0, label=macro)
    label_capitals(regions, area, ax)
    legend = ax.legend(title=f"Area: {label}", loc="lower left", ncol=2, markerscale=1)
    plt.setp(legend.legend_handles, sizes=[50])
    return ax


def geographic_axes(regions: pd.DataFrame) -> Axes:
    """Axes of longitude and latitude on which distances keep their shape at 35 degrees."""
    ax = plt.subplots(figsize=(6.8, 5.2))[1]
    ax.set_aspect(1 / np.cos(np.radians(PARALLEL)))
    ax.set_xlabel("degrees east")
    ax.set_ylabel("degrees north")
    ax.set_xlim(regions["longitude"].min() - 3, regions["longitude"].max() + 4)
    ax.set_ylim(regions["latitude"].min() - 4, regions["latitude"].max() + 3)
    return ax


def label_capitals(regions: pd.DataFrame, areas: pd.Series, ax: Axes) -> None:
    """Write each region's letter code into the bubble at its capital, or beside it.

    Large bubbles come first; a code that would touch one already written goes round its bubble.

    Parameters
    ----------
    regions
        ``code``, ``latitude`` and ``longitude``, indexed by region.
    areas
        Of the bubbles, in square points, indexed by region.
    ax
        Axes to draw on.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # constrained layout decides the scale
    pixels = ax.transData.transform(regions[["longitude", "latitude"]])
    points = pd.DataFrame(pixels * 72 / figure.dpi, regions.index, ["x", "y"])
    written: list[np.ndarray] = []
    for region in areas.sort_values(ascending=False).index:
        radius = np.sqrt(areas[region] / np.pi)
        centre = points.loc[region].to_numpy()
        offset = _free_offset(centre, radius, written)
        written.append(centre + offset)
        place = regions.loc[region]
        ax.annotate(
            place["code"],
            (place["longitude"], place["latitude"]),
            tuple(offset),
            textcoords="offset points",
            fontsize="x-small",
            ha="center",
            va="center",
            bbox=BEHIND_CODE if any(offset) else None,
        )


def _free_offset(centre: np.ndarray, radius: float, written: Sequence[np.ndarray]) -> np.ndarray:
    """Where a code is written, in points from the centre: inside, or round a small bubble."""
    away = radius + np.array([1, 0.8]) * CODE
    round_it = [away * direction for direction in _ROUND]
    for offset in [np.zeros(2), *round_it] if radius > CODE else round_it:
        distances = np.abs(np.reshape(written, (-1, 2)) - centre - offset)
        if not (distances < CODE_BOX).all(axis=1).any():
            return offset
    return round_it[0]

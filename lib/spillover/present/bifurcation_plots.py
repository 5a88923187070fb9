"""Pictures of equilibria: the gap curve, bifurcation diagrams, forces, basins, impact matrices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spillover.present.style import BLUE, DIVERGING, GREEN, GREY, ORANGE, PINK, RED, SKY
from spillover.text import typeset

FORCE_COLOURS = {"market access": SKY, "cost of living": GREEN, "crowding": RED, "knowledge": PINK}
BRANCHES: dict[bool, dict[str, Any]] = {
    True: {"color": BLUE, "markersize": 3, "label": "stable"},
    False: {"color": ORANGE, "mfc": "none", "markersize": 3.5, "label": "unstable"},
}
EDGE = 1e-4
TOP_EDGE = ("data", "axes fraction")


def gap_curve(
    gap: Callable,
    rest_points: Iterable,
    share: float | None = None,
    axes: Axes | None = None,
    colour: str = BLUE,
    label: str | None = None,
) -> Axes:
    """The utility gap over the share, with rest points (full: stable, hollow: unstable).

    Parameters
    ----------
    gap
        Function of shares, vectorised.
    rest_points
        Of it, with ``share`` and ``stable``.
    share
        Where people are now, drawn with the direction in which they move; nothing if left out.
    axes
        Axes to draw on; a new figure if left out.
    colour, label
        Of the curve.

    Returns
    -------
    matplotlib.axes.Axes
    """
    axes = axes or plt.subplots()[1]
    shares = np.linspace(EDGE, 1 - EDGE, 601)
    axes.axhline(0, color=GREY, linewidth=1)
    axes.plot(shares, gap(shares), color=colour, label=label)
    for point in rest_points:
        if not point.stable:
            axes.axvline(point.share, color=RED, linewidth=1, linestyle="--")
        face = RED if point.stable else "white"
        axes.plot(point.share, 0, "o", markersize=8, color=RED, markerfacecolor=face, clip_on=False)
    if share is not None:
        _mark(axes, gap, share)
    axes.set(xlabel="creative people in the East, $\\lambda$", ylabel="utility gap", xlim=(0, 1))
    return axes


def _mark(axes: Axes, gap: Callable, share: float) -> None:
    height = float(gap(np.array([share]))[0])
    ahead = share + 0.07 * np.sign(height)
    arrow = {"arrowstyle": "->", "color": BLUE}
    axes.annotate("", (ahead, height), (share, height), arrowprops=arrow)
    axes.plot(share, height, "o", color=BLUE)


def branches(
    found: pd.DataFrame,
    parameter: str,
    marks: Mapping[str, float] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Rest points over a parameter: full dots stable, hollow ones unstable.

    Parameters
    ----------
    found
        Columns parameter, share and stable.
    parameter
        What to write on the axis.
    marks
        Up to two values of the parameter, by label, marked by a vertical line.
    axes
        Axes to draw on; a new figure if left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    axes = axes or plt.subplots()[1]
    for stable, look in BRANCHES.items():
        points = found[found["stable"].astype(bool) == stable]
        axes.plot(points["parameter"], points["share"], "o", **look)
    sides = ("right", "left") if len(marks or {}) == 2 else ("center",)
    for side, (label, value) in zip(sides, (marks or {}).items(), strict=False):
        axes.axvline(value, color=GREY, linewidth=1, linestyle="--")
        axes.annotate(label, (value, 1.02), xycoords=TOP_EDGE, ha=side, fontsize=8)
    axes.set(xlabel=parameter, ylabel="creative people in the East, $\\lambda$", ylim=(-0.03, 1.03))
    return axes


def side_by_side(
    diagrams: Mapping[str, pd.DataFrame], parameter: str, marks: Mapping[str, Mapping[str, float]]
) -> Figure:
    """One bifurcation diagram a model, names above, one legend.

    Parameters
    ----------
    diagrams
        What `branches` takes, by the model's name; two or more.
    parameter
        What to write on every axis.
    marks
        Marks of `branches`, by the model's name; models may be left out.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, row = plt.subplots(1, len(diagrams), figsize=(7.2, 3.2), sharey=True)
    for axes, (name, found) in zip(row, diagrams.items(), strict=True):
        branches(found, parameter, marks.get(name), axes)
        axes.locator_params(axis="x", nbins=4)
        axes.annotate(name, (0.5, 1.1), xycoords="axes fraction", ha="center", fontsize=9)
        if axes is not row[0]:
            axes.set_ylabel("")
    handles, labels = row[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8)
    return figure


def forces(frames: Mapping[str, pd.DataFrame]) -> Figure:
    """Forces at the symmetric equilibrium over the freeness of trade, a panel a model."""
    figure, row = plt.subplots(1, len(frames), figsize=(7.2, 3.0), sharey=True)
    for axes, (name, frame) in zip(row, frames.items(), strict=True):
        axes.axhline(0, color=GREY, linewidth=1)
        for force, colour in FORCE_COLOURS.items():
            axes.plot(frame.index, frame[force], color=colour, label=force)
        axes.plot(frame.index, frame["sum"], color="black", linestyle="--", label="sum")
        axes.set_xlabel("freeness of trade, $\\phi$")
        axes.annotate(name, (0.5, 1.04), xycoords="axes fraction", ha="center", fontsize=9)
    row[0].set_ylabel("slope of the gap at $\\lambda = 1/2$")
    handles, labels = row[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, fontsize=8)
    return figure


def migration(speed: Callable, paths: pd.DataFrame, thresholds: Sequence[float]) -> Figure:
    """Phase portrait (speed over share) and paths over time.

    Parameters
    ----------
    speed
        Function of shares, vectorised.
    paths
        Shares, times down, a column for each initial share.
    thresholds
        Shares that are drawn dashed.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.0, 3.2))
    shares = np.linspace(0, 1, 401)
    left.axhline(0, color=GREY, linewidth=1)
    left.plot(shares, speed(shares), color=BLUE)
    left.set(xlabel="$\\lambda$", ylabel="speed $d\\lambda/dt$", xlim=(0, 1))
    for start, path in paths.items():
        rising = path.iloc[-1] > start
        right.plot(path.index, path, color=BLUE if rising else ORANGE, linewidth=1.5)
    for value in thresholds:
        left.axvline(value, color=RED, linewidth=1, linestyle="--")
        right.axhline(value, color=RED, linewidth=1, linestyle="--")
    right.set(xlabel="time", ylabel="$\\lambda$", ylim=(0, 1))
    return figure


def lines(frame: pd.DataFrame, xlabel: str, ylabel: str, title: str = "") -> Axes:
    """Columns over the index, one line each.

    Parameters
    ----------
    frame
        Numbers; names of the columns stand in the legend.
    xlabel, ylabel
        What to write on the axes.
    title
        Heading of the legend.

    Returns
    -------
    matplotlib.axes.Axes
    """
    axes = plt.subplots()[1]
    for number, (name, column) in enumerate(frame.items()):
        style = ("-", "--", "-.", ":")[number % 4]
        axes.plot(column.index, column, linestyle=style, label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(title=title, fontsize=8)
    return axes


def impact_matrix(matrix: pd.DataFrame, label: str) -> Figure:
    """Heat map of a square matrix of effects.

    Signed square roots set the colours, so that small effects show beside large ones.

    Parameters
    ----------
    matrix
        Receivers down, senders across.
    label
        Of the colour bar.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7.0, 6.6))
    shown = np.sign(matrix) * np.sqrt(np.abs(matrix))
    most = np.abs(shown.to_numpy()).max()
    image = axes.imshow(shown, cmap=DIVERGING, vmin=-most, vmax=most)
    axes.set_xticks(range(len(matrix)), matrix.columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(matrix)), matrix.index, fontsize=7)
    axes.set(xlabel="whose digital technology rises", ylabel="whose share changes")
    axes.grid(visible=False)
    bar = figure.colorbar(image, ax=axes, shrink=0.7, label=label)
    ticks = most * np.array([-1, -0.5, 0, 0.5, 1])
    bar.set_ticks(ticks, labels=[typeset(f"{np.sign(t) * t**2:.2g}") for t in ticks])
    return figure


def own_and_other(effects: pd.DataFrame) -> Figure:
    """Own effect of each region beside the best and worst effect on another, as a dot plot.

    ``effects`` is indexed by region; columns ``own``, ``lowest other``, ``highest other``.
    """
    figure, axes = plt.subplots(figsize=(6.4, 6.4))
    ordered = effects.sort_values("own")
    places = np.arange(len(ordered))
    axes.hlines(places, ordered["lowest other"], ordered["highest other"], color=GREY, linewidth=1)
    for column, colour, marker in (
        ("own", BLUE, "o"),
        ("lowest other", ORANGE, "<"),
        ("highest other", GREEN, ">"),
    ):
        axes.plot(ordered[column], places, marker, color=colour, label=column, markersize=5)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(places, ordered.index, fontsize=7)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("change in relative size for one more unit of g")
    axes.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 0.6))
    return figure

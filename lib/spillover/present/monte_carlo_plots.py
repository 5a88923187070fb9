"""Pictures of Monte Carlo results: does a 95% interval hold the truth 95 times in 100?"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spillover.present.style import BLUE, GREEN, GREY, ORANGE

MARKS = {
    "none": (ORANGE, "s", "dummies"),
    "lee-yu": (BLUE, "o", "lee-yu"),
    "lee-yu-direct": (GREEN, "^", "lee-yu-direct"),
}
SYMBOLS = {"beta": r"$\beta$", "theta": r"$\theta$", "rho": r"$\rho$"}
LEVEL = 0.95  # nominal coverage


def coverage_plot(table: pd.DataFrame) -> Figure:
    """Coverage by parameter: one panel for each size (column) and kind of effects (row).

    The band holds what chance allows around 95%, two Monte Carlo standard errors.

    Parameters
    ----------
    table
        Columns N, T, effects, parameter, correction, coverage, replications.

    Returns
    -------
    matplotlib.figure.Figure
    """
    sizes = list(dict.fromkeys(zip(table["N"], table["T"], strict=True)))
    effects = list(dict.fromkeys(table["effects"]))
    shape = (len(effects), len(sizes))
    figure, axes = plt.subplots(*shape, sharex=True, sharey=True, squeeze=False, figsize=(6.8, 5.6))
    for row, kind in zip(axes, effects, strict=True):
        for ax, (N, T) in zip(row, sizes, strict=True):
            chosen = table.query("N == @N and T == @T and effects == @kind")
            _panel(ax, chosen.dropna(subset="coverage"))
            place = {"xy": (0.98, 0.06), "xycoords": "axes fraction", "ha": "right"}
            ax.annotate(f"{kind}, N = {N}, T = {T}", **place)
    for ax in axes[:, 0]:
        ax.set_ylabel("coverage")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=3)
    return figure


def _panel(ax: plt.Axes, cell: pd.DataFrame) -> None:
    error = 2 * np.sqrt(LEVEL * (1 - LEVEL) / cell["replications"].iloc[0])
    ax.axhspan(LEVEL - error, LEVEL + error, color=GREY, alpha=0.25, lw=0)
    parameters = list(dict.fromkeys(cell["parameter"]))
    for shift, (correction, (colour, marker, name)) in enumerate(MARKS.items()):
        values = cell[cell["correction"] == correction].set_index("parameter")["coverage"]
        places = np.arange(len(parameters)) + 0.2 * (shift - 1)
        ax.plot(places, values[parameters], marker, color=colour, label=name, ms=5)
    ax.set_xticks(range(len(parameters)), [SYMBOLS.get(p, p) for p in parameters])

"""Figures of likelihoods and of what estimators do over many samples."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import gaussian_kde

from spillover.panel import SpatialPanelResults
from spillover.panel.regression import IN_WORDS
from spillover.present.style import BLUE, GREEN, GREY, ORANGE

ESTIMATORS = {
    "none": ("dummy-variable ML", ORANGE, "--"),
    "lee-yu-direct": ("direct approach", GREEN, "-."),
    "lee-yu": ("transformation", BLUE, "-"),
}
MARKS = {
    "none": (ORANGE, "s", "dummies"),
    "lee-yu": (BLUE, "o", "transformation"),
    "lee-yu-direct": (GREEN, "^", "direct approach"),
}
SYMBOLS = {"beta": r"$\beta$", "theta": r"$\theta$", "rho": r"$\rho$"}
LEVEL = 0.95  # nominal coverage
DROP = 60.0  # log-likelihood below the maximum that the picture shows


def plot_profile(fit: SpatialPanelResults) -> Axes:
    """The profile likelihood and the two forces that make it, each set to zero at rho = 0.

    ``fit``: results of a model with one spatial parameter.
    """
    profile = fit.profile()
    name = profile.index.name
    relative = profile - profile.iloc[np.abs(profile.index.to_numpy()).argmin()]
    ax = plt.subplots()[1]
    lines = {
        "fit": ("sum of squares", ORANGE, "--"),
        "log_jacobian": ("log-determinant", GREEN, "-."),
        "loglik": ("log-likelihood", BLUE, "-"),
    }
    for column, (label, colour, style) in lines.items():
        ax.plot(relative.index, relative[column], color=colour, linestyle=style, label=label)
    best = fit.params[name]
    ax.axvline(best, color=GREY, lw=1)
    top = relative["loglik"].max()
    ax.annotate(f"maximum at {best:.3f}", (best, top), (6, 8), textcoords="offset points")
    ax.set(
        xlabel={"rho": r"$\rho$", "lambda": r"$\lambda$"}[name],
        ylabel="relative to zero dependence",
    )
    ax.set_ylim(top - DROP, max(relative["fit"].max(), top) + DROP / 4)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=3)
    return ax


def plot_sampling(
    draws: Mapping[str, pd.DataFrame], parameter: str, truth: float, label: str
) -> Figure:
    """Distribution of each estimator of a parameter over many samples, a panel for each design.

    Parameters
    ----------
    draws
        By name of the design: columns ``estimate``, indexed by (replication, correction,
        parameter), as :func:`spillover.panel.monte_carlo.estimator_draws` returns them.
    parameter
        Which parameter.
    truth
        Its true value.
    label
        What to write on the axis.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(len(draws), 1, sharex=True, figsize=(6.8, 1.9 * len(draws) + 0.6))
    for ax, (design, frame) in zip(np.atleast_1d(axes), draws.items(), strict=True):
        values = frame["estimate"].xs(parameter, level="parameter")
        _densities(ax, values)
        ax.axvline(truth, color=GREY, lw=1)
        ax.set_yticks([])
        ax.set_ylabel(design)
        ax.grid(visible=False)
    np.atleast_1d(axes)[-1].set_xlabel(label)
    handles = np.atleast_1d(axes)[0].get_legend_handles_labels()
    figure.legend(*handles, ncol=3, loc="outside upper center")
    return figure


def _densities(ax: Axes, values: pd.Series) -> None:
    wide = values.unstack("correction")
    grid = np.linspace(wide.min().min() - 0.1, wide.max().max() + 0.1, 300)
    for correction, (label, colour, style) in ESTIMATORS.items():
        if correction in wide:
            density = gaussian_kde(wide[correction])(grid)
            ax.plot(grid, density, color=colour, linestyle=style, label=label)


def coverage_plot(table: pd.DataFrame) -> Figure:
    """Coverage by parameter: one panel for each size (column) and kind of effects (row).

    The band holds what chance allows around 95%, two Monte Carlo standard errors.

    ``table``: columns N, T, effects, parameter, correction, coverage, replications.
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
            ax.annotate(f"{IN_WORDS.get(kind, kind)}, N = {N}, T = {T}", **place)
    for ax in axes[:, 0]:
        ax.set_ylabel("coverage")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _panel(ax: Axes, cell: pd.DataFrame) -> None:
    error = 2 * np.sqrt(LEVEL * (1 - LEVEL) / cell["replications"].iloc[0])
    ax.axhspan(LEVEL - error, LEVEL + error, color=GREY, alpha=0.25, lw=0)
    parameters = list(dict.fromkeys(cell["parameter"]))
    for shift, (correction, (colour, marker, name)) in enumerate(MARKS.items()):
        values = cell[cell["correction"] == correction].set_index("parameter")["coverage"]
        places = np.arange(len(parameters)) + 0.2 * (shift - 1)
        ax.plot(places, values[parameters], marker, color=colour, label=name, ms=5)
    ax.set_xticks(range(len(parameters)), [SYMBOLS.get(p, p) for p in parameters])
    ax.tick_params(axis="x", labelsize=8)  # their Chinese names stand apart

"""Figures of likelihoods and of what estimators do over many samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import gaussian_kde

from spillover.present.style import BLUE, GREEN, GREY, ORANGE

if TYPE_CHECKING:
    from spillover.panel import SpatialPanelResults

ESTIMATORS = {
    "none": ("dummy-variable ML", ORANGE, "--"),
    "lee-yu-direct": ("direct, bias-corrected", GREEN, "-."),
    "lee-yu": ("transformation", BLUE, "-"),
}
DROP = 60.0  # log-likelihood below the maximum that the picture shows


def plot_profile(fit: SpatialPanelResults) -> Axes:
    """The profile likelihood and the two forces that make it, each set to zero at rho = 0.

    Parameters
    ----------
    fit
        Results of a model with one spatial parameter.

    Returns
    -------
    matplotlib.axes.Axes
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
    ax.set(xlabel=_symbol(name), ylabel="relative to zero dependence")
    ax.set_ylim(top - DROP, max(relative["fit"].max(), top) + DROP / 4)
    ax.legend(loc="lower left")
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


def _symbol(name: str) -> str:
    return {"rho": r"$\rho$", "lambda": r"$\lambda$"}[name]

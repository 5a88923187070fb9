"""Pictures of the two-region model."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sympy as sp
from matplotlib.axes import Axes

from spillover.present import style
from spillover.theory import TwoRegions
from spillover.theory import symbols as sy
from spillover.theory.equations import short_run

_SHARES = np.linspace(0, 1, 401)
_LINES = ("-", "--", "-.", ":")


def wiggle(models: Mapping[str, TwoRegions]) -> Axes:
    """Utility gap over the share of creative people in the East, with equilibria.

    Filled dots mark stable equilibria, hollow ones unstable equilibria.
    """
    axes = plt.subplots()[1]
    for (label, model), colour, line in zip(models.items(), style.PALETTE, _LINES, strict=False):
        axes.plot(_SHARES, model.utility_gap(_SHARES), color=colour, ls=line, label=label)
        for found in model.equilibria():
            height = float(model.utility_gap(found.lam)) * (found.kind != "interior")
            _dot(axes, found.lam, height, found.stable, colour)
    axes.axhline(0, color=style.GREY, lw=0.8)
    axes.set(xlabel="share of creative people in the East, λ", ylabel="utility gap ΔV")
    axes.legend()
    return axes


def _dot(axes: Axes, x: float, y: float, stable: bool, colour: str) -> None:
    face = colour if stable else "white"
    axes.plot(
        [x], [y], "o", ms=7, mfc=face, mec=colour, mew=1.6, ls="none", zorder=3, clip_on=False
    )


def phase_lines(models: Mapping[str, TwoRegions]) -> Axes:
    """One line for each economy: which way creative people move, and where they come to rest."""
    _, axes = plt.subplots(figsize=(6.8, 0.8 + 0.7 * len(models)))
    for height, model in enumerate(reversed(list(models.values()))):
        axes.axhline(height, color=style.GREY, lw=1)
        for start in np.linspace(0.08, 0.92, 8):
            _drift(axes, model, start, height)
        for found in model.equilibria():
            _dot(axes, found.lam, height, found.stable, style.BLUE)
    axes.set_yticks(range(len(models)), list(models)[::-1])
    axes.set(xlabel="share of creative people in the East, λ", ylim=(-0.5, len(models) - 0.5))
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    return axes


def _drift(axes: Axes, model: TwoRegions, start: float, height: float) -> None:
    gap = float(model.utility_gap(start))
    length = 0.07 * np.tanh(4 * gap)
    arrow = {"arrowstyle": "-|>", "color": style.ORANGE, "lw": 1.5}
    axes.annotate("", (start + length, height), (start, height), arrowprops=arrow)


def regimes() -> Axes:
    """The three short-run regimes in the plane of trade freeness and the East's spending share."""
    _, axes = plt.subplots()
    freeness = np.linspace(1e-6, 1, 201)
    low, high = (
        sp.lambdify(sy.phi, bound, "numpy")(freeness) for bound in short_run.regime_bounds()
    )
    bands = (
        (high, 1, style.BLUE, "all firms in the East", (0.72, 0.82)),
        (low, high, style.YELLOW, "firms in both regions", (0.3, 0.5)),
        (0, low, style.ORANGE, "all firms in the West", (0.72, 0.18)),
    )
    for bottom, top, colour, label, place in bands:
        axes.fill_between(freeness, bottom, top, color=colour, alpha=0.35, lw=0)
        axes.text(*place, label, ha="center", va="center")
    axes.plot(freeness, high, color=style.BLUE, label=r"$S_E = 1/(1+\phi)$")
    axes.plot(freeness, low, color=style.ORANGE, label=r"$S_E = \phi/(1+\phi)$", ls="--")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="freeness of trade, $\\phi$")
    axes.set_ylabel("the East's share of spending, $S_E$")
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.14), ncols=2)
    return axes


def home_market(freeness: tuple[float, ...]) -> Axes:
    """The East's share of firms against its share of spending, by freeness of trade."""
    _, axes = plt.subplots()
    share = sp.lambdify((sy.S_E, sy.phi), short_run.firm_share()[0].rhs, "numpy")
    for level, line in zip(freeness, _LINES, strict=False):
        axes.plot(_SHARES, np.clip(share(_SHARES, level), 0, 1), ls=line, label=f"φ = {level:g}")
    axes.plot(_SHARES, _SHARES, color=style.GREY, lw=0.8, label="in proportion")
    axes.set_xlabel("the East's share of spending, $S_E$")
    axes.set_ylabel("the East's share of firms, $s_n$")
    axes.legend()
    return axes


def thresholds(levels: np.ndarray, models: Mapping[str, TwoRegions]) -> Axes:
    """The threshold over the East's digital technology.

    Parameters
    ----------
    levels
        Values of the East's g, shape (n,).
    models
        Economies by label, each with the levels as its parameter g.

    Returns
    -------
    matplotlib.axes.Axes
    """
    _, axes = plt.subplots()
    for (label, model), line in zip(models.items(), _LINES, strict=False):
        axes.plot(levels, model.threshold(), ls=line, label=label)
    axes.axhline(0.5, color=style.GREY, lw=0.8)
    axes.set(xlabel="digital technology of the East, g", ylabel="threshold of the East's share, λ̂")
    axes.legend()
    return axes


def paths(model_paths: Mapping[str, pd.DataFrame]) -> Axes:
    """Migration paths: the share of creative people in the East over time, by label.

    From frames of `TwoRegions.migrate`.
    """
    _, axes = plt.subplots()
    for (label, frame), colour, line in zip(
        model_paths.items(), style.PALETTE, _LINES, strict=False
    ):
        axes.plot(frame.index, frame.to_numpy(), color=colour, ls=line)
        axes.plot([], [], color=colour, ls=line, label=label)
    axes.set(xlabel="time", ylabel="share of creative people in the East, λ", ylim=(0, 1.02))
    axes.legend(loc="center right")
    return axes


def knowledge(models: Mapping[str, TwoRegions]) -> Axes:
    """Stocks of knowledge over the East's share: the first economy's K, every economy's K*."""
    _, axes = plt.subplots()
    first = next(iter(models.values()))
    axes.plot(_SHARES, first.knowledge(_SHARES)[0], color=style.BLUE, label="East, $K$")
    for (label, model), colour in zip(models.items(), style.PALETTE[1:], strict=False):
        west = model.knowledge(_SHARES)[1]
        axes.plot(_SHARES, west, color=colour, ls="--", label=f"West, $K^*$, {label}")
    axes.set(xlabel="share of creative people in the East, λ", ylabel="stock of knowledge")
    axes.legend()
    return axes

"""The specification curve: every defensible choice in one picture."""

from collections.abc import Iterable, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spillover.present import style

COLOURS = {"agrees": style.BLUE, "disagrees": style.RED, "unsure": "#b5b5b5"}


def plot_curve(
    curve: pd.DataFrame,
    choices: Sequence[str],
    expected: tuple[int, int] = (-1, 1),
    whose: str = "published",
) -> Figure:
    """Direct and indirect impacts of all specifications, sorted, above the choices behind them.

    Blue: the expected sign, significant at 5%; red: the opposite sign, significant; grey: the
    interval holds zero.

    Parameters
    ----------
    curve
        A row a specification: columns direct, direct_lower, direct_upper, the same for
        indirect, and one column a choice. Rows without an interval are left out.
    choices
        The columns that hold the choices, drawn as rows of ticks.
    expected
        Signs of the direct and the indirect impact to compare with.
    whose
        Whose signs they are, for the text in the picture.

    Returns
    -------
    matplotlib.figure.Figure
    """
    options = [(choice, option) for choice in choices for option in curve[choice].unique()]
    curve = curve.dropna(subset=["direct_lower", "indirect_lower"])
    curve = curve.sort_values("direct", kind="stable").reset_index(drop=True)
    figure, axes = plt.subplots(
        3,
        1,
        figsize=(7.2, 4.2 + 0.17 * len(options)),
        sharex=True,
        height_ratios=[2.1, 2.1, 0.17 * len(options)],
    )
    for ax, kind, sign in zip(axes, ("direct", "indirect"), expected, strict=False):
        _plot_estimates(ax, curve, kind, sign, whose)
    _plot_choices(axes[2], curve, options)
    axes[2].set_xlabel(f"{len(curve):,} specifications, sorted by direct impact")
    return figure


def verdicts(curve: pd.DataFrame, kind: str, sign: int) -> pd.Series:
    """What each specification says of a sign.

    Parameters
    ----------
    curve
        As in `plot_curve`, without rows that have no interval.
    kind
        direct or indirect.
    sign
        1 or -1, what is expected.

    Returns
    -------
    pandas.Series
        ``agrees``, ``disagrees`` (both significant at 5%) or ``unsure``, by specification.
    """
    below, above = curve[f"{kind}_upper"] < 0, curve[f"{kind}_lower"] > 0
    agrees, disagrees = (above, below) if sign > 0 else (below, above)
    verdict = np.select([agrees, disagrees], ["agrees", "disagrees"], "unsure")
    return pd.Series(verdict, index=curve.index)


def _plot_estimates(ax: Axes, curve: pd.DataFrame, kind: str, sign: int, whose: str) -> None:
    colour = verdicts(curve, kind, sign).map(COLOURS)
    dense = len(curve) > 400
    ax.vlines(
        curve.index,
        curve[f"{kind}_lower"],
        curve[f"{kind}_upper"],
        colors=colour,
        lw=0.4 if dense else 1.5,
        alpha=0.35,
        rasterized=dense,
    )
    ax.scatter(curve.index, curve[kind], c=colour, s=2 if dense else 9, rasterized=dense, zorder=3)
    ax.axhline(0, color=style.GREY, lw=1)
    low, high = np.quantile(curve[[f"{kind}_lower", f"{kind}_upper"]], [0.01, 0.99])
    ax.set_ylim(min(low, 0), max(high, 0))
    share = (np.sign(curve[kind]) == sign).mean()
    ax.set_ylabel(f"{kind.capitalize()} impact")
    text = f"{whose} sign {'+' if sign > 0 else '−'}: {share:.0%} of specifications agree"
    plate = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    ax.text(0.01, 0.97, text, transform=ax.transAxes, va="top", fontsize=9, zorder=4, bbox=plate)
    ax.grid(axis="x", visible=False)


def _plot_choices(ax: Axes, curve: pd.DataFrame, options: list[tuple[str, object]]) -> None:
    dense = len(curve) > 400
    for row, (choice, option) in enumerate(options):
        chosen = np.flatnonzero(curve[choice] == option)
        ax.vlines(
            chosen,
            -row - 0.36,
            -row + 0.36,
            color="#444444",
            lw=0.3 if dense else 2,
            alpha=0.5 if dense else 1,
            rasterized=dense,
        )
    _name_rows(ax, options, fontsize=7)
    ax.set_ylim(-len(options) + 0.4, 0.6)
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0)


def _name_rows(ax: Axes, options: Iterable[tuple[str, object]], fontsize: int) -> None:
    """Name each option, the choice before its first one, with a line above."""
    names: list[str] = []
    previous = None
    for row, (choice, option) in enumerate(options):
        names.append(f"{choice}: {option}" if choice != previous else str(option))
        if previous not in (None, choice):
            ax.axhline(-row + 0.5, color=style.GREY, lw=0.5)
        previous = choice
    ax.set_yticks(-np.arange(len(names)), names, fontsize=fontsize)


def plot_agreement(agreement: pd.DataFrame) -> Axes:
    """What share of specifications has both published signs, by each choice.

    ``agreement``: indexed by (choice, option); columns signs and significant, shares between 0 and
    1.
    """
    ax = plt.subplots(figsize=(6.8, 0.8 + 0.24 * len(agreement)))[1]
    height = -np.arange(len(agreement))
    ax.barh(height, agreement["signs"], color=style.SKY, label="both published signs")
    ax.barh(height, agreement["significant"], color=style.BLUE, label="both significant at 5%")
    _name_rows(ax, agreement.index, fontsize=8)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    ax.set_xlabel("Share of specifications")
    ax.grid(axis="y", visible=False)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=9)
    return ax


OUTCOMES = {
    (-1, 1): ("home loses, the others gain: as the paper says", style.BLUE),
    (-1, -1): ("home loses, the others lose too", style.ORANGE),
    (1, 1): ("home gains, the others gain too", style.GREEN),
    (1, -1): ("home gains, the others lose", style.GREY),
}


def in_hundred(curve: pd.DataFrame) -> pd.Series:
    """How many of one hundred specifications have each pair of signs (largest remainders)."""
    signs = pd.Series(list(zip(np.sign(curve["direct"]), np.sign(curve["indirect"]), strict=True)))
    exact = 100 * signs.value_counts(normalize=True).reindex(list(OUTCOMES), fill_value=0)
    whole = np.floor(exact).astype(int)
    missing = 100 - int(whole.sum())
    whole.loc[(exact - whole).sort_values(ascending=False, kind="stable").index[:missing]] += 1
    return whole


def plot_hundred(curve: pd.DataFrame) -> Figure:
    """One hundred dots for all specifications, coloured by what they say of home and the others.

    ``curve`` has a row a specification, columns direct and indirect.
    """
    counts = in_hundred(curve)
    figure, ax = plt.subplots(figsize=(4.6, 2.5))
    places = iter((n % 20, -(n // 20)) for n in range(100))
    for pair, number in counts.items():
        text, colour = OUTCOMES[pair]
        dots = [next(places) for _ in range(number)]
        columns, rows = np.array(dots).reshape(-1, 2).T
        ax.scatter(columns, rows, s=48, color=colour, label=f"{number}: {text}")
    ax.set(xlim=(-0.7, 19.7), ylim=(-4.7, 0.7), aspect="equal")
    ax.set_axis_off()
    figure.legend(loc="outside lower left", frameon=False)
    return figure

"""Pictures of the bridge: what the regression finds in data that the theory made."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spillover.present import style
from spillover.present.estimates import MARKS

IMPACTS = ("direct", "indirect")
COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.PINK, style.SKY)
MARKERS = ("o", "s", "^", "D", "v")
ACCOUNTS = {"published": (style.BLUE, "o"), "closed": (style.ORANGE, "s")}


def plot_recovery(estimates: pd.DataFrame, truth: pd.DataFrame, unit: float = 1.0) -> Figure:
    """Estimates beside the truth: a row a case, a panel an impact.

    Parameters
    ----------
    estimates
        Indexed by (case, ...), columns direct and indirect: bars hold 90 per cent of them, dots are
        their means.
    truth
        By case: diamonds.
    unit
        In which both are shown.

    Returns
    -------
    matplotlib.figure.Figure
    """
    cases = list(dict.fromkeys(estimates.index.get_level_values("case")))
    height = -np.arange(len(cases))
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 0.9 + 0.42 * len(cases)), sharey=True)
    for ax, impact in zip(axes, IMPACTS, strict=True):
        groups = (estimates[impact] / unit).groupby(level="case")
        low, high = groups.quantile(0.05)[cases], groups.quantile(0.95)[cases]
        ax.hlines(height, low, high, color=style.SKY, lw=5, label="90% of estimates")
        ax.plot(groups.mean()[cases], height, "o", color=style.BLUE, label="mean estimate")
        ax.plot(truth.loc[cases, impact] / unit, height, "D", color=style.RED, ms=5, label="truth")
        ax.axvline(0, color=style.GREY, lw=1)
        ax.set_xlabel(f"{impact.capitalize()} impact" + f" (unit {unit:g})" * (unit != 1))
        ax.grid(axis="y", visible=False)
    axes[0].set_yticks(height, cases)
    axes[0].set_ylim(0.5 - len(cases), 0.5)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def plot_verdicts(shares: Mapping[str, pd.DataFrame]) -> Figure:
    """Heat maps of shares between 0 and 1 by heading, with the numbers written in.

    Each has cases in rows and weights in columns, the same rows in all. Missing values stay blank.
    """
    rows = max(len(table) for table in shares.values())
    size = (7.4, 1.9 + 0.3 * rows)
    figure, axes = plt.subplots(1, len(shares), figsize=size, sharey=True, squeeze=False)
    for ax, (heading, table) in zip(axes[0], shares.items(), strict=True):
        image = ax.imshow(table, cmap=style.SEQUENTIAL, vmin=0, vmax=1, aspect="auto")
        for (row, column), share in np.ndenumerate(table.to_numpy(float)):
            if not np.isnan(share):
                ink = "black" if share > 0.5 else "white"
                ax.text(column, row, f"{share:.0%}", ha="center", va="center", color=ink, size=8)
        ax.set_xticks(range(table.shape[1]), table.columns, rotation=40, ha="right", size=8)
        ax.set_yticks(range(len(table)), table.index, size=8)
        ax.set_xlabel(heading)
        ax.grid(visible=False)
    figure.colorbar(image, ax=axes[0], shrink=0.7, label="share of panels", format="{x:.0%}")
    return figure


def plot_noise(
    table: pd.DataFrame, columns: Mapping[str, str], mark: float, mark_label: str
) -> Figure:
    """Shares or means against the loudness of noise, a panel a column, a line a weights matrix.

    Parameters
    ----------
    table
        ``loudness``, ``weights`` and the columns to show.
    columns
        Label of each.
    mark
        Loudness at which a dashed line stands.
    mark_label
        Its label.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, len(columns), figsize=(7.2, 3.4), squeeze=False)
    for ax, (column, label) in zip(axes[0], columns.items(), strict=True):
        for (name, line), colour, marker in zip(
            table.groupby("weights", sort=False), COLOURS, MARKERS, strict=False
        ):
            ordered = line.sort_values("loudness")
            style_ = {"color": colour, "marker": marker, "ms": 5}
            ax.semilogx(ordered["loudness"], ordered[column], label=name, **style_)
        ax.axvline(mark, color=style.GREY, ls="--", lw=1.5, label=mark_label)
        ax.axhline(0, color=style.GREY, lw=1)
        ax.set(xlabel="Noise, in units of what technology moves", ylabel=label)
        ax.xaxis.set_major_formatter("{x:g}")
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def plot_worlds(worlds: pd.DataFrame, matrices: Sequence[str], column: str, label: str) -> Figure:
    """Every world a point: its true direct impact across, what the regression says upwards.

    Parameters
    ----------
    worlds
        ``accounts``, ``true direct`` and, for each matrix, ``matrix|column``: the share to show.
    matrices
        A panel each.
    column
        What to show.
    label
        Of the vertical axis.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, len(matrices), figsize=(7.2, 3.6), sharey=True, squeeze=False)
    for ax, matrix in zip(axes[0], matrices, strict=True):
        for accounts, (colour, marker) in ACCOUNTS.items():
            group = worlds[worlds["accounts"] == accounts]
            place = group["true direct"], group[f"{matrix}|{column}"]
            ax.scatter(
                *place, s=16, c=colour, marker=marker, alpha=0.6, label=f"{accounts} accounts"
            )
        ax.set_xscale("symlog", linthresh=1e-5)
        ax.set_xticks([-1e-2, 0, 1e-2])
        ax.axvline(0, color=style.GREY, lw=1)
        ax.set_xlabel(f"True direct impact\n{matrix}")
        ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes[0][0].set_ylabel(label)
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def plot_power(power: pd.DataFrame) -> Axes:
    """Share of panels with the published verdict against the strength of the effect.

    ``power`` is indexed by (case, correction); columns strength and significant.
    """
    ax = plt.subplots(figsize=(5.6, 3.4))[1]
    for correction, (colour, marker, name) in MARKS.items():
        line = power.xs(correction, level="correction").sort_values("strength")
        ax.plot(line["strength"], line["significant"], marker=marker, color=colour, label=name)
    ax.axhline(0.8, color=style.GREY, ls="--", lw=1)
    ax.set_xlabel("True effect, as a fraction of the published one")
    ax.set_ylabel("Panels with the published verdict")
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    ax.set_ylim(-0.02, 1.02)
    ax.legend()
    return ax

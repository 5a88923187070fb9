"""One look for every figure: colour-blind safe, legible in print and dark mode, with Chinese."""

import os
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib import font_manager

from spillover.words import TWINS

FONTS = Path(__file__).with_name("fonts")

# Okabe and Ito's palette, distinguishable under every common colour vision deficiency.
BLUE, ORANGE, GREEN, RED, SKY, PINK, YELLOW, GREY = PALETTE = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#56B4E9",
    "#CC79A7",
    "#F0E442",
    "#666666",
)
REGION_COLOURS = {"East": BLUE, "Central": ORANGE, "West": GREEN, "Northeast": PINK}
SEQUENTIAL = "cividis"
DIVERGING = "RdBu_r"

SETTINGS: dict[Any, Any] = {
    "figure.figsize": (6.8, 4.0),
    "figure.constrained_layout.use": True,
    "font.family": ["DejaVu Sans", "Noto Sans SC"],
    "font.size": 10,
    "lines.linewidth": 2,
    "axes.prop_cycle": cycler(color=PALETTE[:6]),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "image.cmap": SEQUENTIAL,
    "svg.fonttype": "path",
    "svg.hashsalt": "spillover",
    "pdf.fonttype": 42,
}


def use() -> None:
    """Apply the book's figure style; figures become SVG in HTML and PDF in print."""
    for font in FONTS.glob("*.otf"):
        font_manager.fontManager.addfont(font)
    mpl.rcParams.update(SETTINGS)
    if "IPython" in sys.modules:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        from spillover.present import printing

        set_matplotlib_formats()  # none but these two
        printing.register()
    if TWINS in os.environ:
        from spillover.present import twins

        twins.register()


def below_others(points: pd.DataFrame, near: float = 0.1) -> pd.Series:
    """Whether another point lies just above each one, so that its label has room below it only.

    Parameters
    ----------
    points
        Places on both axes, a column each.
    near
        How far apart two points stand whose labels would touch, as a share of each axis.

    Returns
    -------
    pandas.Series
    """
    scaled = ((points - points.min()) / (points.max() - points.min()).replace(0, 1)).to_numpy()
    apart = scaled[None] - scaled[:, None]
    above = (np.abs(apart) < near).all(axis=2) & (apart[..., 1] > 0)
    return pd.Series(above.any(axis=1), points.index)

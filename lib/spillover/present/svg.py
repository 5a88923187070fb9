"""Figures in the house style as SVG, for pages that open offline."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib.figure import Figure

from spillover.present import style

# Fonts that journals and editors accept; a name with dollar signs is no formula.
PLAIN: dict[Any, Any] = {"pdf.fonttype": 42, "text.parse_math": False}
# Looked for on the machine, for names in scripts that our own font lacks.
MORE_FONTS = (
    "Noto Sans CJK KR",
    "Noto Sans CJK SC",
    "Noto Sans KR",
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "Arial Unicode MS",
)


def drawn(draw: Callable[[], Figure], pdf: Path | None = None) -> bytes:
    """Draw a figure in the house style.

    Parameters
    ----------
    draw
        Makes the figure.
    pdf
        Where to save it as PDF, too; nowhere if left out.

    Returns
    -------
    bytes
        The figure as SVG.
    """
    for font in style.FONTS.glob("*.otf"):
        font_manager.fontManager.addfont(font)
    installed = {font.name for font in font_manager.fontManager.ttflist}
    family = [*style.SETTINGS["font.family"], *(f for f in MORE_FONTS if f in installed)]
    with plt.rc_context({**style.SETTINGS, **PLAIN, "font.family": family}):
        figure = draw()
        if pdf:
            figure.savefig(pdf, metadata={"CreationDate": None})
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    plt.close(figure)
    return buffer.getvalue()


def data_address(svg: bytes) -> str:
    """An SVG as an address that a page can show without another file."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()

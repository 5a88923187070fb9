"""A figure in a notebook's output: SVG for pages and PDF for print, laid out once for both."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.transforms import BboxBase


def register() -> None:
    """Let this kernel show every figure in both forms."""
    from IPython import get_ipython  # a plain install lacks it

    if shell := get_ipython():
        shell.display_formatter.mimebundle_formatter.for_type(Figure, forms)


def forms(figure: Figure) -> dict[str, str]:
    """The figure by the kinds of output that hold it; nothing of an empty one."""
    from IPython.core.pylabtools import print_figure

    if not figure.axes:
        return {}
    with laid_out(figure) as box:
        return {
            "image/svg+xml": print_figure(figure, "svg", bbox_inches=box, metadata={"Date": None}),
            "application/pdf": print_figure(
                figure, "pdf", bbox_inches=box, metadata={"CreationDate": None}, base64=True
            ),
        }


@contextmanager
def laid_out(figure: Figure) -> Iterator[BboxBase]:
    """Hold the figure's layout as it is now, and give the box around all that it shows."""
    figure.draw_without_rendering()
    box = figure.get_tightbbox().padded(mpl.rcParams["savefig.pad_inches"])
    engine = figure.get_layout_engine()
    # By "none" a place-holder would stay, for which saving draws the figure once more.
    with mpl.rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)
        try:
            yield box
        finally:
            figure.set_layout_engine(engine)

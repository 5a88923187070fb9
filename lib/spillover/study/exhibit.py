"""One numbered item of a report."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Exhibit:
    """One numbered item of the report.

    Attributes
    ----------
    key
        Name of its files.
    title, note
        Heading, and one or two sentences that say how to read it.
    data
        Figures in full precision, for the CSV file.
    layout
        The same as text, for print.
    draw, alt
        Makes the picture; what the picture shows, in words.
    """

    key: str
    title: str
    note: str
    data: pd.DataFrame | None = None
    layout: pd.DataFrame | None = None
    draw: Callable[[], Figure] | None = None
    alt: str = ""

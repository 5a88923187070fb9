"""What the book says of the reader's own figures: which there are, and which years they lack."""

import pandas as pd

from spillover.datasets import OWN, panel_codebook
from spillover.paper.variables import complete_years
from spillover.text import Markdown


def note(panel: pd.DataFrame, more: str = "") -> Markdown:
    """Which figures are the reader's and which years they lack.

    Parameters
    ----------
    panel
        As :func:`spillover.datasets.load_provinces` returns it.
    more
        A sentence to add.

    Returns
    -------
    Markdown
        MyST; empty if none are the reader's.
    """
    columns = panel.attrs.get(OWN, [])
    if not columns:
        return Markdown("")
    names = panel_codebook()["name"]
    every = panel.index.unique("year")
    gaps = {names[c]: every.difference(complete_years(panel[[c]])) for c in columns}
    lacking = "; ".join(
        f"{name} in {', '.join(map(str, years))}" for name, years in gaps.items() if len(years)
    )
    without = f"Not complete: {lacking}. A column takes no part in what needs these years."
    sentences = [
        f"From your `data/local/panel.csv`: {', '.join(gaps)}.",
        "Tables, figures and the numbers in the text are made with them; sentences on what is "
        "public speak of the figures whose place they take.",
        *([more] if more else []),
        *([without] if lacking else []),
    ]
    body = " ".join(sentences)
    return Markdown(f":::{{admonition}} Your figures\n:class: note\n{body}\n:::\n\n")


def marked(names: pd.Series, panel: pd.DataFrame) -> pd.Series:
    """Names of columns, with a mark where the column is the reader's.

    Parameters
    ----------
    names
        By column.
    panel
        As :func:`spillover.datasets.load_provinces` returns it.

    Returns
    -------
    pandas.Series
    """
    own = names.index.isin(panel.attrs.get(OWN, []))
    return names.mask(own, names + " (yours)")

"""What can be wrong with the rows and cells of a panel, worded once for memory and files."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spillover.words import listed


def repeated(index: pd.MultiIndex) -> str | None:
    """Of rows (region, period) that are there more than once; None if all is well."""
    twice = index[index.duplicated()].unique()
    return f"more than one row for {listed(twice)}" if len(twice) else None


def absent(index: pd.MultiIndex) -> pd.MultiIndex:
    """Rows of a balanced panel that are not there."""
    return pd.MultiIndex.from_product([index.unique(0), index.unique(1)]).difference(index)


def unbalanced(index: pd.MultiIndex) -> str | None:
    """Of rows that are not there; None if all are."""
    gone = absent(index)
    return f"unbalanced panel: no row for {listed(gone)}" if len(gone) else None


def no_numbers(column: object, cells: Sequence, places: Sequence[str]) -> str | None:
    """Of cells in a column of numbers that are none, and where they are.

    Parameters
    ----------
    column
        Its name.
    cells
        Those that hold no number, as they were read.
    places
        Where each of them is, in words.

    Returns
    -------
    str or None
        About the first, and how many more there are; None without any.
    """
    if not len(cells):
        return None
    more = f" (and {len(cells) - 1} more in this column)" if len(cells) > 1 else ""
    return f"column {column!r}, {places[0]}: {shown(cells[0])} is not a number{more}"


def shown(cell: object) -> str:
    """A cell as an error shows it."""
    return "a blank" if cell is None else repr(cell)

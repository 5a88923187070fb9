"""Tables as numbered MyST: one source that HTML and PDF both typeset."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spillover.book.values import outside_code, typeset
from spillover.text import markdown_rows
from spillover.words import named

Format = str | Callable[[object], str]
_TIMES = re.compile(r"(?<=[^\s*])\*(?=[^\s*])")
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")  # of a command: typeset, its hyphens are a dash


@dataclass(frozen=True)
class NumberedTable:
    """A table in two forms: MyST for the book, HTML for a notebook that is read as such.

    Attributes
    ----------
    markdown
        MyST, numbered and citable.
    html
        The same cells for a notebook.
    """

    markdown: str
    html: str

    def _repr_markdown_(self) -> str:
        return self.markdown

    def _repr_html_(self) -> str:
        return self.html


def _cell(value: object, form: Format | None) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if callable(form):
        text = form(value)
    elif form is not None:
        text = format(value, form)
    else:
        text = str(value)
    return outside_code(typeset(text), lambda words: _OPTION.sub(r"`\g<0>`", words))


def _said_once(rows: list[list[str]], groups: int) -> list[list[str]]:
    """Rows whose first columns are blank where they repeat the row above."""
    return [
        ["" if before[: k + 1] == row[: k + 1] else row[k] for k in range(groups)] + row[groups:]
        for before, row in zip([[], *rows], rows, strict=False)
    ]


def plain(text: str) -> str:
    """Printed expressions, such as ``a*b*c``, as Markdown: their asterisks mark no emphasis."""
    return outside_code(text, lambda words: _TIMES.sub(r"\*", words))


def numbered(
    frame: pd.DataFrame,
    label: str,
    caption: str,
    formats: Mapping[str, Format] | Format | None = None,
    index: bool = True,
) -> NumberedTable:
    """Show a frame as a numbered table that can be cited with ``{numref}``.

    Parameters
    ----------
    frame
        The table; a MultiIndex becomes one column a level, all but the last said once a group.
    label
        Cross-reference target, ``tab-<chapter>-<name>``.
    caption
        Caption, may hold MyST inline markup.
    formats
        A format specification (``".3f"``) or function for all number columns, or a
        mapping from column to one.
    index
        Whether to show the index.

    Returns
    -------
    NumberedTable
        Shows as a numbered table in the book and as an HTML table in a notebook.

    Raises
    ------
    ValueError
        If ``formats`` names a column that is not shown.
    """
    # A level of the index without a name has an empty heading.
    names = [" " * k if name is None else name for k, name in enumerate(frame.index.names, 1)]
    shown = frame.reset_index(names=names) if index else frame
    numbers = {column: pd.api.types.is_numeric_dtype(shown[column]) for column in shown}
    by_column: Mapping[Any, Format | None] = (
        formats
        if isinstance(formats, Mapping)
        else {column: formats for column, numeric in numbers.items() if numeric}
    )
    if unknown := by_column.keys() - numbers.keys():
        raise ValueError(f"{label}: formats of columns that are not shown: {sorted(unknown)}")
    align = ["---:" if numeric else ":---" for numeric in numbers.values()]
    cells = [
        [_cell(value, by_column.get(column)) for column, value in zip(shown, row, strict=True)]
        for row in shown.itertuples(index=False, name=None)
    ]
    if index:
        cells = _said_once(cells, frame.index.nlevels - 1)
    heads, caption = [typeset(named(column)) for column in shown.columns], typeset(caption)
    lines = markdown_rows([heads, align, *cells])
    styler = pd.DataFrame(cells, columns=heads).style.hide(axis="index")
    html = styler.set_caption(caption).set_uuid(label).to_html().replace(r"\*", "*")
    return NumberedTable(
        markdown=f":::{{table}} {caption}\n:name: {label}\n\n{lines}\n:::", html=html
    )

"""Tables as numbered MyST: one source that HTML and PDF both typeset."""

from collections.abc import Callable, Mapping

import pandas as pd
from IPython.display import Markdown

Format = str | Callable[[object], str]


def _cell(value: object, form: Format | None) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if callable(form):
        text = form(value)
    elif form is not None:
        text = format(value, form)
    else:
        text = str(value)
    return text.replace("|", r"\|")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _header(label: object) -> str:
    return " ".join(str(part) for part in label) if isinstance(label, tuple) else str(label)


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its index levels as columns; an unnamed level has an empty heading."""
    blanks = (" " * (level + 1) for level in range(frame.index.nlevels))
    names = [blank if n is None else n for n, blank in zip(frame.index.names, blanks, strict=True)]
    return frame.rename_axis(index=names).reset_index()


def numbered(
    frame: pd.DataFrame,
    label: str,
    caption: str,
    formats: Mapping[str, Format] | Format | None = None,
    index: bool = True,
) -> Markdown:
    """Show a frame as a numbered table that can be cited with ``{numref}``.

    Parameters
    ----------
    frame
        The table; a MultiIndex becomes one column a level.
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
    IPython.display.Markdown
        A MyST ``table`` directive holding a Markdown table.
    """
    shown = _with_index(frame) if index else frame
    by_column = {
        column: formats.get(column)
        if isinstance(formats, Mapping)
        else formats
        if pd.api.types.is_numeric_dtype(shown[column])
        else None
        for column in shown.columns
    }
    align = [
        "---:" if pd.api.types.is_numeric_dtype(shown[column]) else ":---"
        for column in shown.columns
    ]
    body = [
        _row([_cell(value, by_column[column]) for column, value in zip(shown, row, strict=True)])
        for row in shown.itertuples(index=False, name=None)
    ]
    lines = [_row([_header(c) for c in shown.columns]), _row(align), *body]
    return Markdown(f"```{{table}} {caption}\n:name: {label}\n\n" + "\n".join(lines) + "\n```")

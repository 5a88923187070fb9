"""A summary of estimates that prints as text and shows as HTML in a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class Summary:
    """What a fit says, ready to be printed: facts by name, a row a parameter, notes."""

    head: dict[str, str]
    table: pd.DataFrame
    notes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{name:<20}{value}" for name, value in self.head.items()]
        table = self.table.to_string(float_format=lambda v: f"{v:.5g}")
        return "\n".join([*lines, "", table, "", *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = pd.Series(self.head).to_frame().to_html(header=False, border=0)
        table = self.table.to_html(float_format=lambda v: f"{v:.5g}", border=0)
        return head + table + "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)

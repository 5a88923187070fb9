"""Tables as one Word document or one workbook, as journals print them."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from spillover.text import typeset, width
from spillover.words import Speaker

WIDE = 7  # columns from which a Word page is turned
LINE = 15  # height of a line of a sheet, in points
LONG_NAME = 31  # of a sheet, by Excel
AS_WRITTEN = Speaker("command")  # in English


@dataclass(frozen=True)
class Table:
    """A table for print: name of its sheet, what stands above and below, its cells as text."""

    key: str
    title: str
    note: str
    layout: pd.DataFrame


def write_docx(items: Sequence[Table], path: Path, say: Speaker = AS_WRITTEN) -> None:
    """Write each table with its title and notes, three rules, as journals print them.

    Parameters
    ----------
    items
        The tables, in order; one with many columns turns the pages on their side.
    path
        The document, written anew.
    say
        Says "Table" and "Notes" in the reader's language.
    """
    document = Document()
    section = document.sections[0]
    if max(len(heads(item.layout)[-1]) for item in items) > WIDE:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["Normal"].font.size = Pt(9)
    for number, item in enumerate(items, 1):
        caption = say("Table ⟨1⟩. ⟨2⟩", number, printed(item.title))
        title = document.add_paragraph(caption, style="Caption")
        title.paragraph_format.keep_with_next = True
        _add_table(document, item)
        notes = document.add_paragraph()
        notes.add_run(say("Notes. ")).italic = True
        notes.add_run(printed(item.note)).font.size = Pt(8)
    document.save(str(path))
    undated(path)


def _add_table(document, item: Table) -> None:
    top, body = heads(item.layout), list(rows(item.layout))
    table = document.add_table(len(top) + len(body), len(top[-1]))
    for i, (line, cells) in enumerate(zip([*top, *body], table.rows, strict=True)):
        for j, (text, cell) in enumerate(zip(line, cells.cells, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(printed(text)).font.size = Pt(8)
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.keep_with_next = True
            if j >= item.layout.index.nlevels:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _rule(cell, top=i == 0, bottom=i in (len(top) - 1, len(top) + len(body) - 1))


def _rule(cell, top: bool, bottom: bool) -> None:
    borders = OxmlElement("w:tcBorders")
    for side in [*(["w:top"] if top else []), *(["w:bottom"] if bottom else [])]:
        line = OxmlElement(side)
        for name, value in (("val", "single"), ("sz", "8"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001  python-docx has no other name


def write_xlsx(items: Sequence[Table], path: Path, say: Speaker = AS_WRITTEN) -> None:
    """Write a sheet a table; every cell is text, so that nothing is run as a formula.

    Parameters
    ----------
    items
        The tables, in order.
    path
        The workbook, written anew.
    say
        Says "Notes" in the reader's language.
    """
    book = Workbook()
    book.remove(book.active)
    for item in items:
        sheet = book.create_sheet(_sheet_name(item.key, book.sheetnames))
        top = heads(item.layout)
        body = [*top, *rows(item.layout)]
        note = f"{say('Notes. ')}{item.note}"
        lines = [[item.title], [], *body, [], [note]]
        for i, line in enumerate(lines, 1):
            for j, text in enumerate(line, 1):
                _write_cell(sheet.cell(i, j), printed(text), j > item.layout.index.nlevels)
        sheet["A1"].font = Font(bold=True)
        _rules(sheet, 3, len(top), len(item.layout), len(top[-1]))
        _fit(sheet, body, note)
    book.save(path)
    undated(path)


def _fit(sheet, body: list[list[str]], note: str) -> None:
    """Columns as wide as what they hold, notes below them in as many lines as they need."""
    widths = [max(map(width, column)) + 2 for column in zip(*body, strict=True)]
    for number, columns in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = columns
    last = sheet.max_row
    sheet.merge_cells(start_row=last, end_row=last, start_column=1, end_column=len(widths))
    sheet.cell(last, 1).alignment = Alignment(wrap_text=True, vertical="top")
    lines = -(-width(note) // (0.9 * sum(widths))) + 1
    sheet.row_dimensions[last].height = LINE * lines
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def undated(path: Path) -> None:
    """Take the time of writing out of an office file: the same run writes the same bytes."""
    with zipfile.ZipFile(path) as written:
        parts = [(name, written.read(name)) for name in written.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2000-01-01T00:00:00Z", content)
            whole.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _write_cell(cell, text: str, centred: bool) -> None:
    if text:  # a text cell without text is no valid sheet
        cell.value = text
        cell.data_type = "s"
    if centred:
        cell.alignment = Alignment(horizontal="center")


def _rules(sheet, first: int, head: int, body: int, width: int) -> None:
    line = Side(style="thin")
    for column in range(1, width + 1):
        sheet.cell(first, column).border = Border(top=line, bottom=line if head == 1 else None)
        for row in {first + head - 1, first + head + body - 1} - {first}:
            sheet.cell(row, column).border = Border(bottom=line)


def _sheet_name(key: str, taken: Sequence[str]) -> str:
    name = key[:LONG_NAME]
    return name if name not in taken else f"{name[: LONG_NAME - 3]}_{len(taken)}"


def heads(layout: pd.DataFrame) -> list[list[str]]:
    """The lines above a table: names of the index in the last, a repeated heading once."""
    names = [name or "" for name in layout.index.names]
    levels = range(layout.columns.nlevels)
    *groups, last = ([*map(str, layout.columns.get_level_values(level))] for level in levels)
    once = [[b if b != a else "" for a, b in pairwise(["", *line])] for line in groups]
    return [*([""] * len(names) + line for line in once), [*names, *last]]


def rows(layout: pd.DataFrame) -> Iterator[list[str]]:
    """The lines of a table, the index first; what several share is named once."""
    several, above = layout.index.nlevels > 1, None
    for key, *cells in layout.itertuples(name=None):
        first, *others = key if isinstance(key, tuple) else (key,)
        yield ["" if several and first == above else str(first), *map(str, [*others, *cells])]
        above = first


def printed(text: object) -> str:
    """Text as print has it: a true minus, no characters that XML forbids."""
    return "".join(sign for sign in typeset(text) if sign in "\t\n" or ord(sign) >= 32)

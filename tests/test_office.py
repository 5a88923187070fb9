"""The tables as a Word document and a workbook: whole, legible, nothing that runs."""

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook

from spillover.office import heads, rows, write_docx, write_xlsx
from spillover.study.describing import Exhibit
from spillover.words import Speaker

LAYOUT = pd.DataFrame(
    {("W", "Direct"): ["-0.4***", "=1+1", "0.2"], ("W", "Total"): ["1.0", "", "3.0"]},
    index=pd.MultiIndex.from_tuples(
        [("Model", "内蒙古自治区"), ("Model", "SAR"), ("Sample", "SAR")], names=["Check", "Variant"]
    ),
)
NOTE = "Errors in parentheses. " * 12
ITEM = Exhibit("impacts", "Impacts", NOTE, LAYOUT, LAYOUT)


@pytest.fixture
def sheet(tmp_path):
    write_xlsx([ITEM], tmp_path / "tables.xlsx", Speaker("command"))
    return load_workbook(tmp_path / "tables.xlsx")["impacts"]


@pytest.fixture
def document(tmp_path):
    write_docx([ITEM], tmp_path / "tables.docx", Speaker("command"))
    return Document(str(tmp_path / "tables.docx"))


def test_what_several_rows_share_is_named_once():
    assert heads(LAYOUT) == [["", "", "W", ""], ["Check", "Variant", "Direct", "Total"]]
    assert [row[0] for row in rows(LAYOUT)] == ["Model", "", "Sample"]
    single = pd.DataFrame({"a": ["1", "2"]}, index=["LR", "LR"])
    assert [row[0] for row in rows(single)] == ["LR", "LR"]


def test_columns_of_a_sheet_hold_their_longest_entry(sheet):
    assert sheet.column_dimensions["B"].width >= 12  # six signs of double width
    assert sheet.column_dimensions["C"].width >= len("-0.4***")


def test_notes_of_a_sheet_stand_below_the_table_in_lines(sheet):
    note = sheet.cell(sheet.max_row, 1)
    assert note.value == f"Notes. {NOTE}" and note.alignment.wrap_text
    assert [str(cells) for cells in sheet.merged_cells.ranges] == [f"A{note.row}:D{note.row}"]
    width = sum(sheet.column_dimensions[column].width for column in "ABCD")
    assert sheet.row_dimensions[note.row].height > 12 * len(NOTE) / width
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_cells_of_a_sheet_are_text_or_empty_and_no_formulas(sheet):
    cells = [cell for row in sheet.iter_rows() for cell in row]
    types = {cell.data_type for cell in cells if cell.value is not None}
    assert types <= {"s", "inlineStr"}
    assert {cell.data_type for cell in cells if cell.value is None} == {"n"}
    assert "=1+1" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_a_word_table_stays_with_its_title_and_notes(document):
    title, *_ = document.paragraphs
    assert title.text == "Table 1. Impacts" and title.paragraph_format.keep_with_next
    (table,) = document.tables
    cells = [cell for row in table.rows for cell in row.cells]
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in cells)
    assert document.paragraphs[-1].text.startswith("Notes. Errors in parentheses.")

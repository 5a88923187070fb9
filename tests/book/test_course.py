"""Students get exercises without solutions, instructors get both, and the tables are small."""

import re
import sys
import zipfile

import nbformat
import pandas as pd
import pytest

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from course import said, tables, without_solutions

EXERCISE = "```{exercise-start}\n:label: ex\n```\nWhy?\n```{exercise-end}\n```\n\n"
START = "```{solution-start} ex\n:class: dropdown\n```\nBecause.\n\n"
END = "```{solution-end}\n```\n\n## After"


def test_students_get_exercises_without_solutions():
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\n" + EXERCISE + START),
        nbformat.v4.new_code_cell("answer = 42"),
        nbformat.v4.new_markdown_cell(END),
        nbformat.v4.new_code_cell("question = 1"),
    ]
    student = without_solutions(nbformat.v4.new_notebook(cells=cells))
    text = "\n".join(cell.source for cell in student.cells)
    assert "Why?" in text and "## After" in text and "question = 1" in text
    assert "Because" not in text and "42" not in text and "solution" not in text
    assert text.count("```") == EXERCISE.count("```")


def test_students_get_questions_without_answers():
    cells = [
        nbformat.v4.new_code_cell("record(x_check=1.33)", metadata={"tags": ["answer"]}),
        nbformat.v4.new_markdown_cell("```{check} x_check\n:name: check-x\nHow much?\n```"),
    ]
    (question,) = without_solutions(nbformat.v4.new_notebook(cells=cells)).cells
    assert question.source == "```{check}\n:name: check-x\nHow much?\n```"


def test_tables_for_assignments_are_small():
    for name, table in tables().items():
        assert 2 <= len(table) <= 31, name
        assert table.shape[1] <= 12, name


def test_printed_figures_keep_their_zeros():
    assert "0.250" in tables()["printed_effects.csv"]["in_parentheses"].tolist()


def test_tables_of_the_chinese_edition_hold_chinese_words():
    for name, table in tables().items():
        chinese = said(table, "zh")
        cells = chinese.reset_index().astype(str).to_numpy().ravel()
        left = [cell for cell in cells if re.search("[a-z]{2}", cell)]
        assert not left, f"{name}: {left}"
        assert list(chinese.columns) == list(table.columns)


@pytest.mark.book
@pytest.mark.parametrize(("edition", "region"), [("", "Hunan"), ("zh", "湖南")])
def test_students_find_the_provinces_as_the_pages_name_them(html, edition, region):
    file = html / edition / "course" / "provinces_2021.csv"
    assert region in pd.read_csv(file, index_col="region").index
    assert file.read_bytes().startswith(b"\xef\xbb\xbf") == (edition == "zh")


@pytest.mark.book
@pytest.mark.parametrize("edition", ["", "zh"])
def test_archives_hold_every_chapter(html, edition):
    names = {}
    for kind in ("student", "instructor"):
        with zipfile.ZipFile(html / edition / "course" / f"{kind}-notebooks.zip") as packed:
            names[kind] = packed.namelist()
            texts = [packed.read(name).decode() for name in packed.namelist()]
        assert any("{solution-start}" in text for text in texts) == (kind == "instructor")
        assert any("读完本章，读者将了解" in text for text in texts) == (edition == "zh")
    assert names["student"] == names["instructor"]
    assert len(names["student"]) >= 20

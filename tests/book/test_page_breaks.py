"""Print asks for the room of what the end of a page must not part."""

import sys
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from page_breaks import (
    AROUND,
    BEGINNING,
    CELL,
    CODE,
    FRAME,
    GAP,
    HEAD,
    HEADING,
    KEPT,
    LINES,
    LONG_TABLE,
    ROWS,
    TOGETHER,
    keep_rows,
    keep_together,
)


def printing(language: str) -> SimpleNamespace:
    """An application that prints in a language."""
    builder = SimpleNamespace(format="latex")
    return SimpleNamespace(builder=builder, config=SimpleNamespace(language=language))


PRINT = printing("en")
LINE = LINES["en"] + GAP


def kept(*parts: nodes.Node, language: str = "en") -> nodes.section:
    """A section of a chapter that holds these parts, after room was asked for."""
    section = nodes.section("", nodes.title("", "Section"), *parts)
    chapter = nodes.section("", nodes.title("", "Chapter"), nodes.paragraph("", "Words."), section)
    keep_together(printing(language), nodes.section("", chapter), "page")
    return chapter


def shape(node: nodes.Element) -> list[str]:
    """Names of the parts of a node, and what is asked for between them."""
    return [n.astext().strip() if isinstance(n, nodes.raw) else n.tagname for n in node]


def code(lines: int) -> nodes.container:
    block = nodes.literal_block("", "\n".join("x" * lines))
    return nodes.container("", nodes.container("", block, classes=["cell_input"]), classes=["cell"])


WORDS = nodes.paragraph("", "Words.")


def room(points: float) -> str:
    return rf"\bookroom{{{points:.0f}pt}}"


def of_code(lines: int) -> float:
    return CODE * lines + FRAME + AROUND * LINES["en"]


def test_a_short_box_asks_for_its_height_and_a_long_one_for_its_beginning():
    for lines, asked in ((3, HEAD + 3 * LINE), (40, HEAD + BEGINNING)):
        box = nodes.admonition("", *(nodes.paragraph("", "A line.") for _ in range(lines)))
        assert shape(kept(WORDS.deepcopy(), box)[2])[1:] == ["paragraph", room(asked), "admonition"]


@pytest.mark.parametrize(
    "words",
    [
        nodes.paragraph("", "Sympy decides:"),
        nodes.paragraph("", "由sympy判定："),
        nodes.paragraph("", "", nodes.Text(""), nodes.strong("", "Regime 2.")),
        nodes.paragraph("", "", nodes.strong("", "区制2"), nodes.Text("。")),
    ],
)
def test_what_announces_a_cell_stays_with_it(words):
    section = kept(WORDS.deepcopy(), words, code(5))[2]
    asked = room(of_code(5) + LINE)
    assert shape(section)[1:] == ["paragraph", asked, "paragraph", TOGETHER.strip(), "container"]


def test_a_heading_stays_with_a_cell_below_it():
    chapter = kept(code(5))
    assert shape(chapter) == [
        "title",
        "paragraph",
        room(of_code(5) + HEADING * LINES["en"]),
        "section",
    ]


def test_text_fills_the_page_below_a_heading_whose_figure_floats_away():
    figure = nodes.container("", nodes.figure("", nodes.image()), classes=["cell"])
    assert shape(kept(figure)) == ["title", "paragraph", "section"]


def test_what_floats_away_does_not_part_a_heading_from_its_text():
    figure = nodes.container("", nodes.figure("", nodes.image()), classes=["cell"])
    words = nodes.paragraph("", "Those that fail:")
    asked = room(of_code(5) + LINE + HEADING * LINES["en"])
    assert shape(kept(figure, words, code(5))) == ["title", "paragraph", asked, "section"]


def test_a_heading_stays_with_the_first_rows_of_a_table_that_breaks():
    table = nodes.container("", nodes.table(classes=["longtable"]), classes=["cell"])
    assert room(LONG_TABLE + HEADING * LINES["en"]) in shape(kept(table))


def test_code_of_a_cell_asks_once():
    cell = code(5)
    cell[0] += nodes.container("", cell[0].pop(0))  # as the parts of a cell are wrapped in print
    assert shape(kept(WORDS.deepcopy(), cell)[2]).count(room(of_code(5))) == 1
    assert not list(cell.findall(nodes.raw))


def test_code_and_what_it_prints_may_part_sooner_than_a_box():
    lines = int(CELL / CODE) + 1
    assert room(BEGINNING) in shape(kept(WORDS.deepcopy(), code(lines))[2])
    assert of_code(lines) < KEPT


def test_a_question_stays_with_its_answer():
    question = nodes.container("", WORDS.deepcopy(), classes=["self-check-question"])
    answer = nodes.container("", WORDS.deepcopy(), classes=["self-check-answer"])
    assert room(2 * LINE) in shape(kept(WORDS.deepcopy(), question, answer)[2])


def test_lines_of_chinese_are_farther_apart_and_those_of_code_are_not():
    box = nodes.admonition("", WORDS.deepcopy(), code(5))
    asked = room(HEAD + LINES["zh"] + GAP + CODE * 5 + FRAME)
    assert asked in shape(kept(WORDS.deepcopy(), box, language="zh_CN")[2])


def test_a_box_below_the_name_of_a_chapter_asks_for_nothing_before_it():
    box = nodes.admonition("", nodes.paragraph("", "In one sentence."))
    page = nodes.container("", nodes.section("", nodes.title("", "Chapter"), box))
    keep_together(PRINT, page, "page")
    assert shape(page) == ["section"]


def test_code_inside_a_box_is_counted_with_the_box():
    box = nodes.admonition("", code(5))
    section = kept(WORDS.deepcopy(), box)[2]
    assert shape(section)[1:] == ["paragraph", room(HEAD + CODE * 5 + FRAME), "admonition"]


def rows_kept(*rows: str, breaks: bool = False) -> list[bool]:
    """Which rows of a table stay with the row above."""
    head = ".. csv-table::\n" + "   :class: longtable\n" * breaks
    tree = publish_doctree(head + "\n" + "".join(f"   {row}\n" for row in rows))
    keep_rows(PRINT, tree, "page")
    return [r"\nopagebreak" in row.astext() for row in tree.findall(nodes.row)]


def test_rows_of_standard_errors_and_the_last_rows_stay_with_those_above():
    found = rows_kept("1, 2", ", 3", *(f"{n}, 5" for n in range(9)), breaks=True)
    assert found == [False, True] + [False] * (9 - ROWS + 1) + [True] * (ROWS - 1)


def test_a_table_that_does_not_break_is_left_alone():
    assert not any(rows_kept("1, 2", ", 3", "4, 5"))

"""What a line of a page keeps together."""

import pytest
from docutils import nodes
from kept_together import (
    keep_punctuation,
    keep_ranges,
    mark_cell,
    part_code,
    space_before,
    whole_options,
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("From 2013-2021 on, two-way.", ["2013-2021"]),
        ("Equations (30)-(33), references 1-4", ["(30)-(33)", "1-4"]),
        ("涵盖2013-2021年，见式(30)-(33)。", ["2013-2021", "(30)-(33)"]),
        ("its p-value; p-values", ["p-value", "p-values"]),
        ("row-standardised, -3 and 4 - 2", []),
    ],
)
def test_a_range_is_one(text, kept):
    paragraph = nodes.paragraph("", text)
    keep_ranges(paragraph[0])
    assert [node.astext() for node in paragraph.findall(nodes.inline)] == kept
    assert paragraph.astext() == text


def test_code_stays_as_it_is():
    literal = nodes.literal("", "2013-2021")
    keep_ranges(literal[0])
    assert [type(node) for node in literal] == [nodes.Text]


def test_a_formula_stays_beside_its_marks():
    formula = nodes.math("", "t")
    paragraph = nodes.paragraph("", "", nodes.Text("或（"), formula, nodes.Text("）。"))
    keep_punctuation(formula)
    assert [node.astext() for node in paragraph] == ["或", "（t）。", ""]


def test_of_two_texts_alike_the_one_beside_the_formula_loses_its_comma():
    formula = nodes.math("", "x")
    number, last = nodes.inline("", "1"), nodes.inline("", "2")
    paragraph = nodes.paragraph("", "", number, nodes.Text("，有"), last)
    paragraph += [formula, nodes.Text("，有")]
    before = paragraph.astext()
    keep_punctuation(formula)
    assert paragraph.astext() == before


def broken(text: str, code: str) -> tuple[int, str]:
    """Break opportunities and boxes of a paragraph that ends with code, and its text."""
    paragraph = nodes.paragraph("", text, nodes.literal("", code))
    part_code(paragraph[1])
    return len(list(paragraph.findall(nodes.inline))), paragraph.astext()


@pytest.mark.parametrize(
    ("text", "code", "places"),
    [
        ("传入", "--weights W.csv", 1),
        ("pass ", "--weights W.csv", 0),
        ("模块", "spillover", 0),
        ("由", "spillover.book.estimator_monte_carlo", 5),
        ("用", "python -m spillover.book.results", 0),
    ],
)
def test_a_line_may_end_before_an_option_and_within_a_long_name(text, code, places):
    assert broken(text, code) == (places, text + code)


def test_a_link_does_not_begin_with_a_space():
    title = nodes.title("", "解答", nodes.reference("", " 练习 1"))
    space_before(title[1])
    assert [node.astext() for node in title] == ["解答", " ", "练习 1"]


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("contiguity", ["short"]),
        ("theory, 31 towns, 9 years", ["phrase"]),
        ("−0.8608*** (0.1199)", []),
        ("specification_curve", []),
        ("around the tenth of spending that goes to culture", ["long"]),
    ],
)
def test_words_of_a_cell_have_room(text, classes):
    cell = nodes.entry("", nodes.paragraph("", text))
    nodes.tbody("", nodes.row("", cell))
    mark_cell(cell)
    assert cell["classes"] == classes


@pytest.mark.parametrize(
    ("text", "whole"),
    [("最近邻：不符", True), ("R&D资本存量：被解释变量", True), ("两者在5%水平上显著", False)],
)
def test_words_of_a_head_are_whole(text, whole):
    cell = nodes.entry("", nodes.paragraph("", text))
    nodes.thead("", nodes.row("", cell))
    mark_cell(cell)
    assert ("whole" in cell["classes"]) == whole


def test_an_option_is_not_broken_at_its_hyphens():
    words = [f'<span class="pre">{word}</span>' for word in ("spillover", "--out", "a-b")]
    marked = [words[0], '<span class="pre kept">--out</span>', words[2]]
    assert whole_options(" ".join(words)) == " ".join(marked)

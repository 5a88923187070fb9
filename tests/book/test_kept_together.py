"""What a line of a page keeps together."""

import pytest
from docutils import nodes
from kept_together import keep_ranges


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

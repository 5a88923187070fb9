"""Tables of the book: what is no Markdown is shown as it stands."""

import re

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from spillover.book import tables


@pytest.mark.parametrize(
    "text",
    ["-L*mu*(K*lambda - K^{*}*lambda)", "personnel: W*dig 1.2; capital: W*dig 1.3", "E + E*"],
)
def test_printed_expressions_keep_their_asterisks(text):
    assert MarkdownIt().render(tables.plain(text)) == f"<p>{text}</p>\n"


def test_stars_beside_words_stay_as_they_are():
    assert tables.plain("which earns **; printed: ***.") == "which earns **; printed: ***."


def test_options_of_a_command_are_code():
    frame = pd.DataFrame({"message": ["say with --decimal which", "`--wide` or 2--3, well-known"]})
    markdown = tables.numbered(frame, "tab-a", "Messages.", index=False).markdown
    assert "say with `--decimal` which" in markdown
    assert "| `--wide` or 2--3, well-known |" in markdown


def test_what_heads_a_group_is_said_once():
    index = pd.MultiIndex.from_tuples(
        [("I", "a", 1), ("I", "a", 2), ("I", "b", 2), ("J", "b", 2)], names=["x", "y", "z"]
    )
    table = tables.numbered(pd.DataFrame({"value": [5, 5, 5, 5]}, index), "tab-a", "Groups.")
    rows = [re.split(r" *\| *", line.strip("| ")) for line in table.markdown.splitlines()[5:9]]
    assert rows == [["I", "a", "1", "5"], ["2", "5"], ["b", "2", "5"], ["J", "b", "2", "5"]]


def test_a_notebook_shows_no_escapes():
    frame = pd.DataFrame({"term": [tables.plain("W*dig")]})
    table = tables.numbered(frame, "tab-a", r"\*\*\* p < 0.01", index=False)
    assert r"W\*dig" in table.markdown
    assert "W*dig" in table.html
    assert "\\" not in table.html


def test_heads_of_columns_are_typeset_as_cells_are():
    frame = pd.DataFrame({"s.e. of rho": [0.5], "within d^2": ["rho"]})
    table = tables.numbered(frame, "tab-a", "Symbols.", index=False)
    head, _, row = table.markdown.split("\n")[3:6]
    assert head == "| s.e. of ρ | within d² |"
    assert row == "| 0.5 | ρ |"


def test_a_format_of_a_column_that_is_not_shown_is_an_error():
    frame = pd.DataFrame({"each alone": [1.2281895422887423]}, pd.Index([2.0], name="tastes"))
    with pytest.raises(ValueError, match=r"not shown: \['nash"):
        tables.numbered(frame, "tab-a", "Games.", formats={"nash": ".2f"})
    with pytest.raises(ValueError, match=r"not shown: \['tastes"):
        tables.numbered(frame, "tab-a", "Games.", formats={"tastes": ".0f"}, index=False)

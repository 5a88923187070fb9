"""Tables of the book: what is no Markdown is shown as it stands."""

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


def test_a_notebook_shows_no_escapes():
    frame = pd.DataFrame({"term": [tables.plain("W*dig")]})
    table = tables.numbered(frame, "tab-a", r"\*\*\* p < 0.01", index=False)
    assert r"W\*dig" in table.markdown
    assert "W*dig" in table.html
    assert "\\" not in table.html

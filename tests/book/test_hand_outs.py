"""A PDF a chapter: names and pages come from the book's own."""

import re
import sys

import pytest
from pypdf import PdfReader

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from hand_outs import chapter_names


def test_names_are_those_of_the_pages():
    source = "\\chapter{One}\n\\label{\\detokenize{book/one:one}}\n\\chapter*{No}\n\\chapter{Two}\n"
    source += "\\label{\\detokenize{book/two-b:two}}\n"
    assert chapter_names(source) == ["one", "two-b"]


@pytest.mark.book
def test_every_chapter_is_handed_out_with_its_own_pages(pdf):
    names = chapter_names(pdf.with_suffix(".tex").read_text())
    pages = {}
    for name in names:
        reader = PdfReader(pdf.with_name("chapters") / f"{name}.pdf")
        text = "\n".join(page.extract_text() for page in reader.pages)
        number = re.match(r"Chapter (\d+) ?· ?\w", text)[1]
        assert set(re.findall(r"Solution to Exercise (\d+)\.", text)) <= {number}, name
        pages[name] = len(reader.pages)
    assert len(pages) >= 20
    assert pages["appendix-lecture"] == 2
    assert sum(pages.values()) <= len(PdfReader(pdf).pages)

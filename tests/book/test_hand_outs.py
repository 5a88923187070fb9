"""A PDF a chapter: names and pages come from the book's own."""

import re
import subprocess
import sys

import pytest
from conftest import built
from pypdf import PdfReader

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from hand_outs import chapter_names


def test_names_are_those_of_the_pages():
    source = "\\chapter{One}\n\\label{\\detokenize{book/one:one}}\n\\chapter*{No}\n\\chapter{Two}\n"
    source += "\\label{\\detokenize{book/two-b:two}}\n"
    assert chapter_names(source) == ["one", "two-b"]


HEADS = {"latex": r"Chapter (\d+) ?· ?\w", "zh/_build/latex": r"第 ?(\d+) ?章 ?· ?\w"}
EXERCISES = {
    "latex": r"^Exercise (\d+)\.\d+\n+Level",
    "zh/_build/latex": r"^练习 ?(\d+)\.\d+\n+难度",
}


@pytest.mark.book
@pytest.mark.parametrize("folder", HEADS)
def test_every_chapter_is_handed_out_with_its_own_pages(folder):
    pdf = built(ROOT / "_build" / folder / "book.pdf")
    names = chapter_names(pdf.with_suffix(".tex").read_text())
    pages, exercises = {}, 0
    for name in names:
        file = pdf.with_name("chapters") / f"{name}.pdf"
        text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True).stdout
        number = re.match(HEADS[folder], text)[1]
        found = re.findall(EXERCISES[folder], text, re.MULTILINE)
        assert set(found) <= {number}, name
        exercises += len(found)
        pages[name] = len(PdfReader(file).pages)
    assert exercises > 40
    assert len(pages) >= 20
    assert pages["appendix-lecture"] == 2
    assert sum(pages.values()) <= len(PdfReader(pdf).pages)

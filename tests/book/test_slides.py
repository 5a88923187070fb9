"""Decks: what is on a slide fits it, with one sentence, and every page leads to its deck."""

import re

import pytest
from bs4 import BeautifulSoup

from slides import first_sentence, pieces, write_slides
from spillover.project import ROOT

pytestmark = pytest.mark.book

OVERFULL = """async () => {
    await window.fitted;
    return [...document.querySelectorAll(".slides > section")].filter((section) => {
        const shown = section.style.display;
        section.style.display = "block";
        section.hidden = false;
        const unseen = [...section.querySelectorAll("img")].some((image) => !image.naturalWidth);
        const small = parseFloat(section.style.fontSize) < 50;  // percent: not read from the back
        const over = unseen || small || section.scrollHeight > 700 || section.scrollWidth > 960;
        section.style.display = shown;
        return over;
    }).map((section) => section.querySelector("h1, h2").textContent);
}"""


@pytest.fixture(scope="module")
def decks(html):
    return sorted((html / "slides").glob("*.html"))


@pytest.fixture(scope="module")
def all_decks(html, decks):
    return decks + sorted((html / "zh" / "slides").glob("*.html"))


def test_no_slide_loses_what_it_says(all_decks, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    over = {}
    for deck in all_decks:
        page.goto(deck.as_uri(), wait_until="load")
        over[deck] = page.evaluate(OVERFULL)
        assert "\\(" not in page.locator(".slides").inner_text(), deck  # formulas were set
    page.close()
    assert not {deck: slides for deck, slides in over.items() if slides}


def test_no_two_slides_of_a_deck_have_one_title(all_decks):
    for deck in all_decks:
        titles = re.findall(r"<section><h2>(.*?)</h2>", deck.read_text("utf-8"))
        assert len(titles) == len(set(titles)), deck
        assert not re.search(r'<h2>(.*?)</h2><p class="sentence">\1</p>', deck.read_text("utf-8"))


def test_heads_of_chinese_slides_have_chinese_brackets(html):
    heads = [
        head
        for deck in (html / "zh" / "slides").glob("*.html")
        for head in re.findall(r"<h2>(.*?)</h2>", deck.read_text("utf-8"))
    ]
    assert any("（1/2）" in head for head in heads)
    assert not [head for head in heads if re.search(r" \(\d+/\d+\)", head)]


def test_slides_carry_a_sentence_and_notes(decks):
    for deck in decks:
        slides = deck.read_text().split("<section>")[1:]
        said = [slide for slide in slides if 'class="sentence"' in slide]
        assert len(said) >= 0.7 * len(slides), deck.stem
        assert 'class="notes"' in deck.read_text(), deck.stem


def test_the_lecture_has_twelve_slides(html):
    assert (html / "slides" / "appendix-lecture.html").read_text().count("<section>") == 12


def test_pages_lead_to_their_decks(html, decks):
    assert "appendix-course" in [deck.stem for deck in decks]
    for deck in decks:
        page = (html / "book" / deck.name).read_text()
        assert re.search(rf'href="\.\./slides/{deck.name}"', page), deck.stem
    code = {path.stem for path in (ROOT / "book").glob("*.md") if "{code-cell}" in path.read_text()}
    chapters = {stem for stem in code if not stem.startswith("appendix-")}
    assert chapters | {"appendix-lecture"} <= {deck.stem for deck in decks}


def test_a_table_goes_on_with_its_group_and_no_row_stands_alone():
    rows = "".join(f"<tr><td>{'I' if n == 0 else ''}</td><td>{n}</td></tr>" for n in range(11))
    table = BeautifulSoup(f"<table><tbody>{rows}</tbody></table>", "html.parser").table
    shown = [BeautifulSoup(piece, "html.parser") for piece in pieces(table)]
    assert [len(each.select("tr")) for each in shown] == [6, 5]
    assert [each.td.get_text() for each in shown] == ["I", "I"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It is 0.5. Then it falls.", "It is 0.5."),
        ("门槛为0.5。随后下降。", "门槛为0.5。"),
        ("原文说“放缓。”其实没有。", "原文说“放缓。”其实没有。"),
    ],
)
def test_a_slide_says_one_sentence(text, first):
    assert first_sentence(text) == first


PAGE = """<html lang="en"><p class="logo__title">Book</p><article class="bd-article">
<section id="one"><h1>First</h1></section></article></html>"""


def test_a_deck_is_written_again_when_its_page_is_and_goes_with_it(tmp_path):
    page, deck = (tmp_path / folder / "one.html" for folder in ("book", "slides"))
    page.parent.mkdir()
    page.write_text(PAGE)
    write_slides(tmp_path, ["book/one"])
    written = deck.stat().st_mtime_ns
    write_slides(tmp_path, ["book/one"])
    assert deck.stat().st_mtime_ns == written
    page.write_text(PAGE.replace("First", "Second"))
    write_slides(tmp_path, ["book/one"])
    assert "Second" in deck.read_text()
    write_slides(tmp_path, [])
    assert not deck.exists()

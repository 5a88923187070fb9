"""Decks: what is on a slide fits it, with one sentence, and every page leads to its deck."""

import re

import pytest
from bs4 import BeautifulSoup

from slides import NOTES, as_line, first_sentence, leading, pieces, spoken, write_slides
from spillover.project import ROOT

pytestmark = pytest.mark.book

OVERFULL = """async () => {
    await window.fitted;
    return [...document.querySelectorAll(".slides > section")].filter((section) => {
        const shown = section.style.display;
        section.style.display = "block";
        section.hidden = false;
        const unseen = [...section.querySelectorAll("img")].some((image) => !image.naturalWidth);
        const small = parseFloat(section.style.fontSize) < 75;  // percent: not read from the back
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


def parts_of_a_table(firsts):
    """Slides of a table with these cells in its first column."""
    rows = "".join(f"<tr><td>{first}</td><td>{n}</td></tr>" for n, first in enumerate(firsts))
    table = BeautifulSoup(f"<table><tbody>{rows}</tbody></table>", "html.parser").table
    return [BeautifulSoup(piece, "html.parser") for piece in pieces(table, "The rest.")]


def test_a_table_goes_on_with_its_group_and_no_row_stands_alone():
    shown = parts_of_a_table(["I"] + [""] * 12)
    assert [len(each.select("tr")) for each in shown] == [7, 6]
    assert [each.td.get_text() for each in shown] == ["I", "I"]


def test_an_estimate_and_its_error_stand_on_one_slide():
    shown = parts_of_a_table(["x", ""] * 7)
    assert [len(each.select("tr")) for each in shown] == [8, 6]


def test_of_a_table_for_many_slides_only_the_start_is_shown_and_the_slide_says_so():
    (shown,) = parts_of_a_table(["word " * 50] * 20)
    assert len(shown.select("tr")) == 3
    assert shown.select_one(".rest").get_text() == "The rest."


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It is 0.5. Then it falls.", "It is 0.5."),
        ("门槛为0.5。随后下降。", "门槛为0.5。"),
        ("原文说“放缓。”其实没有。", "原文说“放缓。”其实没有。"),
        ("It holds. (Not always.) So it is.", "It holds."),
        ("（不总是。）因此成立。", "（不总是。）"),
        (r"It holds. \(x\) is one.", "It holds."),
    ],
)
def test_a_slide_says_one_sentence(text, first):
    assert first_sentence(text) == first


PAGE = """<html lang="en"><p class="logo__title">Book</p><article class="bd-article">
<section id="one"><h1>First</h1></section></article></html>"""


CHAPTER = """<html lang="en"><p class="logo__title">Book</p><article class="bd-article">
<section id="one"><h1>First</h1>
<section id="overview"><h2>Overview</h2>
<p><a href="x.html"><span class="std std-ref">The figures</span></a> opened it.
At the end you know</p>
<ul><li>how;</li></ul></section>
<section id="two"><h2>Rates</h2>
<p>Studios outlive a year. So for any number \\(x\\) of studios the rate is</p>
<div class="math">\\[ x = 1 \\]</div>
<p>This is what we wanted. NOTES</p>
<section id="three"><h3>Below</h3><p>It changes to</p>
<div class="math">\\[ x < 2 \\]</div><p>and so on.</p><div class="math">\\[ x = 3 \\]</div>
<div class="proof theorem admonition"><section><p>Always \\(x = 1\\).</p></section></div>
<figure><img src="a.svg"><figcaption><span class="caption-text">Rates. Dashed: the mean.</span>
</figcaption></figure>
<figure><img src="b.svg"><figcaption><span class="caption-text">Left: this. Right: that.</span>
</figcaption></figure></section></section></section></article></html>"""


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    """Title, sentence, body and notes of the slides of a small chapter."""
    folder = tmp_path_factory.mktemp("html")
    (folder / "book").mkdir()
    (folder / "book" / "one.html").write_text(
        CHAPTER.replace("NOTES", "It is said again. " * 100), "utf-8"
    )
    write_slides(folder, ["book/one"])
    written = BeautifulSoup((folder / "slides" / "one.html").read_text("utf-8"), "html.parser")
    shown = written.select(".slides > section")[1:]
    texts = []
    for slide in shown:
        parts = [slide.select_one(each) for each in ("h2", ".sentence", ".notes")]
        for part in filter(None, parts):
            part.extract()
        title, sentence, notes = (part.get_text() if part else "" for part in parts)
        texts.append((title, sentence, " ".join(slide.get_text(" ").split()), notes))
    return texts


def test_a_list_says_what_leads_to_it_and_titles_stand_in_quotation_marks(slides):
    assert slides[0][:3] == ("Overview", "“The figures” opened it.", "At the end you know how;")


def test_a_formula_says_what_leads_to_it_and_one_without_words_is_left_out(slides):
    told = [sentence for _title, sentence, body, _notes in slides if body.startswith("\\[")]
    assert told == [r"So for any number \(x\) of studios the rate is", "It changes to"]


def test_a_lead_that_goes_on_with_a_sentence_begins_with_a_capital():
    page = BeautifulSoup("<section><p>and so it is</p><div></div></section>", "html.parser")
    assert spoken(page.div, "equation")[0] == "And so it is"
    page.p.string = "sympy求出："
    assert spoken(page.div, "equation")[0] == "sympy求出："


def test_a_formula_is_kept_with_the_marks_beside_it_alone():
    kept = '\\(a = 1\\) and <span class="kept">\\(b\\),</span> in Table\u00a03'
    assert as_line(r"\(a = 1\) and \(b\), in Table 3") == kept
    assert as_line(r"变化（\(a\)）") == r'变化<span class="kept">（\(a\)）</span>'


def test_a_short_lead_is_not_said_without_the_sentence_before_it():
    text = "Profit is one. It is not so. Is it zero? It is not:"
    assert leading(text) == "It is not:"
    assert leading(text, 45) == "Is it zero? It is not:"
    assert leading("其和为一。证毕。", 45) == ""


@pytest.mark.parametrize("rest", ["and so on.", "其中x为一。"])
def test_the_rest_of_a_sentence_is_not_said(rest):
    page = BeautifulSoup(f"<section><p>{rest}</p><div></div></section>", "html.parser")
    assert spoken(page.div, "equation") == ("", rest)


def test_a_slide_has_the_heading_nearest_to_its_exhibit(slides):
    below = [f"Below ({n}/4)" for n in (1, 2, 3, 4)]
    assert [title for title, *_rest in slides[1:]] == ["Rates", *below]


def test_a_theorem_is_shown(slides):
    assert slides[3][2] == r"Always \(x = 1\)."


def test_what_a_caption_says_beside_the_sentence_stands_below_the_figure(slides):
    assert slides[4][1:3] == ("Rates.", "Dashed: the mean.")
    assert slides[5][1:3] == ("Left: this. Right: that.", "")


def test_notes_end_with_a_sentence(slides):
    assert NOTES - 20 < len(slides[1][3]) <= NOTES
    assert slides[1][3].endswith(".")


def test_no_deck_says_its_title_twice(all_decks):
    for path in all_decks:
        title = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one(".slides section")
        texts = [tag.get_text() for tag in title.find_all(["h1", "p"])]
        assert len(texts) == len(set(texts)), path


BESIDE = """async () => {
    await window.fitted;
    const slide = document.querySelector(".slides").getBoundingClientRect();
    const marks = document.querySelectorAll(".controls .enabled, .slide-number");
    return [...marks].map((mark) => mark.getBoundingClientRect()).filter((mark) => (
        mark.right > slide.left && mark.left < slide.right && mark.top < slide.bottom
    )).length;
}"""


@pytest.mark.parametrize("size", [(1280, 720), (960, 600), (1024, 768)])
def test_arrows_and_page_numbers_stand_beside_the_slide(decks, browser, size):
    page = browser.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.goto(f"{decks[0].as_uri()}#/1", wait_until="load")
    assert page.evaluate(BESIDE) == 0
    page.close()


def test_figures_are_wide_and_formulas_keep_their_numbers(html, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto((html / "slides" / "model-motion.html").as_uri(), wait_until="load")
    page.evaluate("async () => { await window.fitted; Reveal.slide(2); }")
    assert page.locator("section.present figure img").bounding_box()["width"] > 800
    page.goto((html / "slides" / "measure-weights.html").as_uri(), wait_until="load")
    page.evaluate("async () => { await window.fitted; Reveal.slide(2); }")
    assert page.locator("section.present .eqno").is_visible()
    page.close()


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

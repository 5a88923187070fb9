"""Words of what moves: every one has a Chinese message, and a Chinese page shows no other."""

import json
import re
from functools import cache

import polib
import pytest

import edition
from spillover import datasets
from spillover.book import moving, still, widget
from spillover.book.moving import contents
from spillover.measure.weights import gravity, row_standardise
from spillover.paper import outcomes
from spillover.project import ROOT
from spillover.study.specification_curve import CHOICES
from spillover.theory import javascript
from spillover.theory.accountings import ACCOUNTINGS
from spillover.words import CHINESE, catalogue

PAGE = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><main>{}</main></html>'
SCRIPTS = [widget.HERE / "widget.js", *sorted(moving.HERE.glob("*.js"))]
SAID = re.compile(r'say\(("(?:[^"\\]|\\.)*")')
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
SHOWS = re.compile(r"^(?:moving|widget)\.show\(", re.MULTILINE)
HEADING = re.compile(r'"([^"]+)",\s*still')
ANY_HEADING = "Map of who feels a shock in one province"
PLACE = re.compile(r"\{\w+\}")
NAMES = {"Lee", "Yu", "GDP", "ln"}  # and a function
VISIBLE = """root => {
    const parts = [...root.querySelectorAll("text, title, p, label, option, button")];
    const named = [root, ...root.querySelectorAll("[aria-label]")];
    return [...parts.map(each => each.textContent), ...named.map(each => each.ariaLabel)];
}"""
REGIONS = datasets.load_regions()
MASS = datasets.load_rd_projects_2009()["personnel_fte"]


@cache
def curve() -> dict:
    """The specification curve that the page has."""
    stored = outcomes.provincial_curve()
    kept = stored["Outcome"].isin(outcomes.provincial_choices().outcome)
    return contents.curve(stored[kept], list(CHOICES))


def moran() -> dict:
    """Any figures under the names that the page has."""
    outcome = "wage bill of culture"
    return contents.moran(dict.fromkeys((outcome, "digital index", "GDP"), MASS), MASS, REGIONS)


def shock() -> dict:
    links = row_standardise(gravity(MASS, REGIONS))
    return contents.shock(links, REGIONS, "Hunan", rho=0.3, beta=-0.4, theta=0.6)


def row() -> dict:
    return contents.printed_row("rd_personnel")


DATA = {"curve": curve, "moran": moran, "row": row, "shock": shock}


def said() -> set[str]:
    """Every word of the scripts, of the sliders, of the pages' headings and of their choices."""
    sources = "".join(path.read_text("utf-8") for path in SCRIPTS)
    scripts = {json.loads(each) for each in SAID.findall(sources)}
    chapters = (path.read_text("utf-8") for path in (ROOT / "book").glob("*.md"))
    headings = {each for text in chapters for each in HEADING.findall(text)}
    choices = curve()["choices"]
    options = {option for each in choices.values() for option in each} | set(moran()["values"])
    links = {"raw", "row-standardised", "none"}
    sliders = {slider.label for slider in widget.SLIDERS.values()} | set(ACCOUNTINGS)
    around = {widget.GROUP, widget.PICTURE, widget.STILL, widget.CHOICE, widget.RESET}
    return scripts | headings | options | set(choices) | links | sliders | around


def test_every_label_has_a_chinese_message_and_every_message_a_label():
    words = {text for text in said() if re.search("[A-Za-z,]", text)}
    known = catalogue(still.CATALOGUE)
    assert {text for text in words if not re.fullmatch(r"\d{4}-\d{4}", text)} == set(known)


def test_every_word_of_the_site_s_own_scripts_has_a_chinese_message():
    scripts = (ROOT / "book" / "_static" / "js").glob("*.js")
    words = {json.loads(each) for path in scripts for each in SAID.findall(path.read_text("utf-8"))}
    folder = edition.catalogues(ROOT)
    known = {e.msgid: e.msgstr for e in polib.pofile(str(folder / "scripts.po"))}
    assert set(known) == words
    ledger = polib.pofile(str(folder / "book" / "appendix-ledger.po"))
    assert ledger.find("Verdict").msgstr == known["Verdict"]  # by which the script finds the column


def test_a_message_keeps_its_places():
    for message, translation in catalogue(still.CATALOGUE).items():
        assert sorted(PLACE.findall(message)) == sorted(PLACE.findall(translation)), message


def fragment(name: str) -> str:
    if name == "widget":
        return widget.html(javascript.source(), language=CHINESE)
    return moving.html(name, DATA[name](), ANY_HEADING, language=CHINESE)


def test_every_page_that_moves_has_a_still_in_print():
    chapters = (path.read_text("utf-8") for path in ROOT.glob("book/*.md"))
    cells = [cell for text in chapters for cell in CELL.findall(text) if SHOWS.search(cell)]
    assert len(cells) == len(SCRIPTS) - 1  # what they share shows nothing
    assert not [cell for cell in cells if "screen-only" in cell]


@pytest.mark.parametrize("name", [*DATA, "widget"])
def test_a_chinese_page_shows_and_speaks_chinese(browser, tmp_path, name):
    (tmp_path / "page.html").write_text(PAGE.format(fragment(name)), "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    texts = page.locator("[role=group]").evaluate(VISIBLE)
    page.close()
    assert len(texts) > 5
    latin = {word for text in texts for word in re.findall("[A-Za-z]{2,}", text)}
    assert latin <= NAMES

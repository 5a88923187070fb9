"""The Chinese edition: complete, linked both ways, in Chinese, and without typed results."""

import re

import pytest
from bs4 import BeautifulSoup

from spillover.project import ROOT

BOOK = ROOT / "book"
CHINESE = sorted((BOOK / "zh").glob("*.md"))
PAGES = pytest.mark.parametrize("page", CHINESE, ids=lambda path: path.stem)

ROLE = re.compile(r"\{[a-z:]+\}`([^`<]*?)(?:<[^`>]*>)?`")
CODE_MATH_TARGET = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)|^\([\w-]+\)=$", re.MULTILINE)
# Years, the 31 provinces, and numbers of the paper's tables, sections and equations.
NOT_RESULTS = re.compile(
    r"20\d\d|31|表 \d|第 [\d.]+ 节|式?（\d+）(?:[至和与]（\d+）)?|^\d+\. |\{\d\}", re.MULTILINE
)
LABELS = re.compile(r"<((?:fig|tab)-[a-z0-9-]+)>|\{eq\}`(eq-(?!tp)[a-z0-9-]+)`")
GLUED = re.compile(r"\{glue:text\}`\.\./([\w-]+)\.md::(\w+):s`")


def prose(text: str) -> str:
    """The text that a reader sees, without roles, code and formulas."""
    return CODE_MATH_TARGET.sub("", ROLE.sub("", text))


def english(chapters: list[str]) -> list[str]:
    """Stems of the English chapters; the bibliography serves both languages."""
    names = [name.removeprefix("book/") for name in chapters]
    return [name for name in names if "/" not in name and name != "references"]


def test_every_chapter_has_a_chinese_page_in_the_same_order(chapters):
    chinese = [name.removeprefix("book/zh/") for name in chapters if name.startswith("book/zh/")]
    assert chinese == english(chapters)
    assert sorted(chinese) == sorted(page.stem for page in CHINESE)


@PAGES
def test_a_page_is_written_in_chinese(page):
    letters = re.findall(r"[a-z]+|[\u4e00-\u9fff]", prose(page.read_text()), re.IGNORECASE)
    chinese = [letter for letter in letters if letter > "\u4e00"]
    assert len(chinese) > 0.9 * len(letters)


@PAGES
def test_no_result_is_typed(page):
    left = NOT_RESULTS.sub("", prose(page.read_text()))
    assert not re.findall(r".*\d.*", left)


@PAGES
def test_no_line_ends_within_a_sentence(page):
    """HTML would show the line break as a gap between two characters."""
    assert not re.findall(r"[\u4e00-\u9fff，、；。]\n(?=[^\n#|\-\d]).*", page.read_text())


@PAGES
def test_a_page_has_an_overview_and_takeaways(page):
    if page.stem != "intro":
        headings = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
        assert headings[0] == "概览"
        assert headings[-1] == "要点"


@PAGES
def test_exhibits_and_numbers_come_from_the_english_chapters(page):
    text = page.read_text()
    source = "".join(path.read_text() for path in BOOK.glob("*.md"))
    for label in filter(None, sum(LABELS.findall(text), ())):
        assert re.search(rf"{label}\b", source), label
    for stem, key in GLUED.findall(text):
        assert f"{key}=" in (BOOK / f"{stem}.md").read_text(), key
    assert text.count("{glue:") == len(GLUED.findall(text))


def switch(page) -> tuple[str, str, str]:
    """Language of a built page, and the language and address behind its switch."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    link = soup.select_one("a.language-switch")
    return soup.html["lang"], link["hreflang"], link["href"]


@pytest.mark.book
def test_every_page_switches_to_its_counterpart_and_back(html, chapters):
    for stem in english(chapters):
        page, counterpart = html / "book" / f"{stem}.html", html / "book" / "zh" / f"{stem}.html"
        assert switch(page) == ("en", "zh-CN", f"zh/{stem}.html")
        assert switch(counterpart) == ("zh-CN", "en", f"../{stem}.html")


@pytest.mark.book
@pytest.mark.parametrize("name", ["book/references", "genindex", "search"])
def test_pages_without_counterpart_lead_to_the_welcome_page(html, name):
    language, other, address = switch(html / f"{name}.html")
    assert (language, other) == ("en", "zh-CN")
    assert address.endswith("zh/intro.html")


@pytest.mark.book
def test_chinese_pages_show_every_number(html):
    for page in CHINESE:
        shown = BeautifulSoup(
            (html / "book" / "zh" / f"{page.stem}.html").read_text("utf-8"), "html.parser"
        )
        assert len(shown.select(".pasted-text")) == len(GLUED.findall(page.read_text())), page.stem

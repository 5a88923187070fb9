"""The two editions: the same pages, linked both ways; search and words of the Chinese one."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from chinese_search import SPLITTER, PairsOfCharacters

import edition

pytestmark = pytest.mark.book

WORDS = ["权重", "杜宾", "溢出", "集聚", "行标准化"]
ONLY_CHINESE = list(edition.ONLY_CHINESE.values())


@pytest.fixture(scope="module")
def chinese(html):
    return html / "zh"


def soup(page) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def switch(page) -> tuple[str, str, str]:
    """Language of a built page, and the language and page behind its switch."""
    shown = soup(page)
    link = shown.select_one("a.language-switch")
    return shown.html["lang"], link["hreflang"], (page.parent / link["href"]).resolve()


@pytest.mark.parametrize("other", ["genindex", "search"])
def test_every_page_switches_to_its_twin_and_back(html, chinese, chapters, other):
    for name in [*chapters, other]:
        english, twin = html / f"{name}.html", chinese / f"{name}.html"
        assert switch(english) == ("en", "zh-CN", twin.resolve())
        assert switch(twin) == ("zh-CN", "en", english.resolve())


@pytest.mark.parametrize("name", ONLY_CHINESE)
def test_a_page_without_a_twin_leads_to_the_welcome_page(html, chinese, name):
    assert switch(chinese / f"{name}.html")[2] == (html / "book" / "intro.html").resolve()


def test_the_switch_keeps_the_section(browser, html, chapters):
    page = browser.new_page()
    page.goto((html / f"{chapters[2]}.html").as_uri() + "#takeaways")
    page.wait_for_timeout(500)
    page.click("a.language-switch")
    assert "/zh/" in page.url and "#" in page.url
    assert page.locator(page.url[page.url.index("#") :]).count() == 1
    page.close()


def test_both_editions_have_the_same_sections_figures_tables_and_numbers(html, chinese, chapters):
    for name in chapters:
        pages = [soup(folder / f"{name}.html").select_one("article") for folder in (html, chinese)]
        for part in ("section", "figure", "table", ".pasted-text", ".math", ".exercise", "pre"):
            english, twin = (len(page.select(part)) for page in pages)
            assert english == twin, f"{name}: {part}"


def terms(chinese) -> tuple[list[str], dict]:
    """Pages and terms of the search index."""
    index = (chinese / "searchindex.js").read_text("utf-8")
    data = json.loads(index[index.index("{") : index.rindex("}") + 1])
    return data["docnames"], {**data["titleterms"], **data["terms"]}


def found(chinese, word: str) -> set[str]:
    """Pages that the index knows to hold every pair of a word's characters."""
    names, index = terms(chinese)
    pages = [index.get(pair, []) for pair in PairsOfCharacters({}).split(word)]
    lists = [each if isinstance(each, list) else [each] for each in pages]
    return {names[i] for i in set.intersection(*map(set, lists))}


@pytest.mark.parametrize("word", WORDS)
def test_the_search_finds_every_page_that_has_a_word(chinese, word):
    holding = {
        path.relative_to(chinese).with_suffix("").as_posix()
        for path in (chinese / "book").glob("*.html")
        if word in soup(path).select_one("article").get_text()
    }
    assert holding
    assert holding <= found(chinese, word)


@pytest.mark.parametrize("text", ["空间杜宾模型 SDM, W_2", "行标准化", "权", "e.g. 贸易成本τ"])
def test_the_query_is_cut_like_the_index(browser, text):
    page = browser.new_page()
    query = page.evaluate(f"text => {{ {SPLITTER} return splitQuery(text); }}", text)
    page.close()
    assert query == PairsOfCharacters({}).split(text)


def test_slides_and_notebooks_are_there_too(html, chinese):
    for kind in ("slides/*.html", "_sources/book/*.ipynb"):
        names = sorted(path.name for path in html.glob(kind))
        assert names and names == sorted(path.name for path in chinese.glob(kind))


def test_the_parts_of_the_book_are_in_chinese(chinese):
    captions = soup(chinese / "book" / "intro.html").select(".caption-text")
    assert captions
    assert all(re.search("[\u4e00-\u9fff]", caption.get_text()) for caption in captions)

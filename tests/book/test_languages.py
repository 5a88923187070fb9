"""The two editions: the same pages, linked both ways; search and words of the Chinese one."""

import json
import re
import subprocess
from copy import copy
from functools import cache
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from chinese_search import SPLITTER, PairsOfCharacters
from conftest import built

import edition
from spillover.paper.ledger.verdicts import load_claims
from spillover.project import ROOT, locked_pins

pytestmark = pytest.mark.book

WORDS = ["权重", "杜宾", "溢出", "集聚", "行标准化"]
ONLY_CHINESE = list(edition.ONLY_CHINESE.values())
# Not read as words: code, formulas, docstrings, references, both languages of the glossary.
NO_WORDS = "pre, code, .math, script, style, noscript, .headerlink, .tag_docstrings, dl.py"
NO_WORDS += ", .citation, dl.glossary dt, .lag"
NAMES = {
    *("rho", "beta", "theta", "lambda", "sigma", "delta", "phi", "psi", "eta", "mu", "pi", "ln"),
    *("dig", "cul", "coef", "wx", "se", "sd", "dg", "km", "csv", "zip", "al", "tr"),
    *("Moran", "Durbin", "Wald", "Hausman", "Mundlak", "Kaiser", "Meyer", "Olkin", "Nash"),
    *("Python", "Stata", "Matlab", "Markdown", "Word", "Excel", "Binder", "Colab", "Dask"),
    *(
        "plm",
        "spdep",
        "splm",
        "spreg",
        "xsmle",
        "spmixw",
        "panelbox",
        "spatialreg",
        "spillover",
        "Dockerfile",
    ),
    *("Intel", "Xeon", "Processor", "Scientific", "Reports", "Humanities", "Social", "Sciences"),
    *("Communications", "True", "False", "Brent", "Cholesky", "Debian", "Parquet", "Tab"),
    *("conda", "git", "logit"),
}
# What a Chinese page quotes: columns and values of code, English terms beside Chinese ones.
QUOTED = {
    "book/measure-indices": {"museums"},
    "book/panel-durbin": {"incidental", "parameters"},
    "book/panel-estimates": {"study"},
    "book/judge-audit": {"lee", "yu"},
    "book/judge-any-paper": {"direct", "indirect", "total", "fits", "stars"},
    "book/judge-bridge": {"loudness"},
    "book/judge-your-data": {"Region", "region", "outcome", "focus", "focos", "control", "mass"}
    | {"latitude", "faulty", "simulated", "decimal"},
    "book/appendix-course": {"student", "instructor", "notebooks", "provinces", "patents"}
    | {"relative", "printed", "effects"},
}
WORD = re.compile(r"\b[A-Z]?[a-z]{2,}\b", re.ASCII)  # beside Chinese characters too


@pytest.fixture(scope="module")
def chinese(html):
    return html / "zh"


@cache
def soup(page) -> BeautifulSoup:
    """A built page, to be read only."""
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def shown(page) -> str:
    """Text of a built page."""
    return soup(page).select_one("article").get_text()


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
    page.wait_for_selector(page.url[page.url.index("#") :], state="attached")
    page.close()


def test_both_editions_have_the_same_sections_figures_tables_and_numbers(html, chinese, chapters):
    for name in chapters:
        pages = [soup(folder / f"{name}.html").select_one("article") for folder in (html, chinese)]
        for part in ("section", "figure", "table", ".pasted-text", ".math", ".exercise", "pre"):
            english, twin = (len(page.select(part)) for page in pages)
            assert english == twin, f"{name}: {part}"


def test_every_table_is_numbered_and_none_shows_names_of_code(html, chinese):
    for page in [*html.glob("book/*.html"), *chinese.glob("book/*.html")]:
        assert not soup(page).select("table.dataframe"), page


def names(chapters) -> set[str]:
    """Words that are names: of authors and journals, of packages, of pages, of claims."""
    references = (ROOT / "book" / "references.bib").read_text("utf-8")
    requirements = (ROOT / "requirements.txt").read_text("utf-8")
    fields = re.findall(r"(?:author|editor|journal|publisher)\s*=\s*\{(.*)\}", references)
    claims = [claim.id for claim in load_claims()]
    named = [*fields, *locked_pins(requirements), *chapters, *claims]
    return NAMES | {word for text in named for word in WORD.findall(text)}


def english(page, known: set[str]) -> set[str]:
    """Latin words of a built page, without what is no word and without names."""
    article = copy(soup(page).select_one("article"))
    for part in article.select(NO_WORDS):
        part.decompose()
    return set(WORD.findall(article.get_text(" "))) - known


def test_no_english_is_left_on_a_chinese_page(chinese, chapters):
    known = names(chapters)
    left = {
        name: english(chinese / f"{name}.html", known | QUOTED.get(name, set()))
        for name in chapters
    }
    assert not {name: sorted(words) for name, words in left.items() if words}


@pytest.mark.parametrize(
    "page", ["measure-weights", "model-motion", "panel-durbin", "panel-robustness", "judge-audit"]
)
def test_what_a_moving_page_offers_is_in_chinese(browser, chinese, page):
    shown = browser.new_page()
    shown.goto((chinese / "book" / f"{page}.html").as_uri())
    shown.wait_for_selector("article label")
    parts = "option, label, svg text, svg title, output"
    texts = shown.eval_on_selector_all(
        f"article :is({parts})", "all => all.map(e => e.textContent)"
    )
    labels = shown.eval_on_selector_all(
        "article [aria-label]:not(svg *)", "all => all.map(e => e.ariaLabel)"
    )
    shown.close()
    assert not [text for text in [*texts, *labels] if re.search("[a-z]{4}|。 ", text)]


def terms(chinese) -> tuple[list[str], list[dict]]:
    """Pages of the search index, and its terms in titles and in texts."""
    index = (chinese / "searchindex.js").read_text("utf-8")
    data = json.loads(index[index.index("{") : index.rindex("}") + 1])
    return data["docnames"], [data["titleterms"], data["terms"]]


def found(chinese, word: str) -> set[str]:
    """Pages that the index knows to hold every pair of a word's characters."""
    names, tables = terms(chinese)

    def holding(pair: str) -> set[int]:
        pages = [table.get(pair, []) for table in tables]
        return {i for each in pages for i in (each if isinstance(each, list) else [each])}

    return {names[i] for i in set.intersection(*map(holding, PairsOfCharacters({}).split(word)))}


@pytest.mark.parametrize("word", WORDS)
def test_the_search_finds_every_page_that_has_a_word(chinese, word):
    holding = {
        path.relative_to(chinese).with_suffix("").as_posix()
        for path in (chinese / "book").glob("*.html")
        if word in shown(path)
    }
    assert holding
    assert holding <= found(chinese, word)


@pytest.mark.parametrize("word", WORDS)
def test_a_search_shows_every_page_that_has_the_word(browser, served, chinese, word):
    holding = {path.stem for path in (chinese / "book").glob("*.html") if word in shown(path)}
    page = browser.new_page()
    page.goto(f"{served}/zh/search.html?q={word}")
    page.wait_for_function("document.querySelector('.search-summary')?.textContent.match(/[0-9]/)")
    page.wait_for_function(
        "n => document.querySelectorAll('#search-results li').length >= n", arg=len(holding)
    )
    links = page.eval_on_selector_all("#search-results li a", "all => all.map(a => a.pathname)")
    page.close()
    assert holding <= {link.rpartition("/")[2].removesuffix(".html") for link in links}


def test_the_ledger_is_found_by_word_and_verdict_in_chinese_too(browser, chinese):
    page = browser.new_page()
    page.goto((chinese / "book" / "appendix-ledger.html").as_uri())
    rows = page.locator(".tag_filterable tbody tr:visible")
    every = rows.count()
    page.get_by_label("判定").select_option(index=1)
    assert 0 < rows.count() < every
    assert "行" in page.locator(".table-filter output").inner_text()
    page.close()


@pytest.mark.parametrize(
    "query", ["权", "空间杜宾模型SDM", "「行标准化」", "莫兰 指数", "Lee-Yu修正"]
)
def test_a_search_of_any_form_finds_something(browser, served, query):
    page = browser.new_page()
    page.goto(f"{served}/zh/search.html?q={quote(query)}")
    page.wait_for_function("document.querySelector('.search-summary')?.textContent.match(/[0-9]/)")
    page.wait_for_selector("#search-results li a")
    page.close()


@pytest.mark.parametrize("text", ["空间杜宾模型 SDM, W_2", "行标准化", "权", "e.g. 贸易成本τ"])
def test_the_index_has_what_a_query_is_cut_into(browser, text):
    page = browser.new_page()
    query = page.evaluate(f"text => {{ {SPLITTER} return splitQuery(text); }}", text)
    page.close()
    index = PairsOfCharacters({})
    terms = [term for term in index.split(text) if index.word_filter(term)]
    assert query and set(query) <= {*terms, "e", "g"}  # letters are too short to find anything


def test_slides_and_notebooks_are_there_too(html, chinese):
    for kind in ("slides/*.html", "_sources/book/*.ipynb"):
        names = sorted(path.name for path in html.glob(kind))
        assert names and names == sorted(path.name for path in chinese.glob(kind))


def test_the_parts_of_the_book_are_in_chinese(chinese):
    captions = soup(chinese / "book" / "intro.html").select(".caption-text")
    assert captions
    assert all(re.search("[\u4e00-\u9fff]", caption.get_text()) for caption in captions)


def test_heads_of_the_printed_book_are_in_chinese():
    book = built(ROOT / "_build" / "latex" / "book-zh.pdf")
    text = subprocess.run(["pdftotext", book, "-"], capture_output=True, text=True).stdout
    heads = "Theorem|Proposition|Proof|Bibliography|Contents|Index|Chapter|Part|Figure|Table"
    english = re.findall(rf"^(?:{heads})\b.*", text, re.MULTILINE)
    assert not english

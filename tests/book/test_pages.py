"""What a reader of the built HTML and PDF sees."""

import json
import re
import shutil
import subprocess
from copy import copy
from fnmatch import fnmatch
from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader

from spillover.project import ROOT

pytestmark = pytest.mark.book

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
NOT_LOADED = {"canonical", "next", "prev", "search", "index", "author"}


class Page(HTMLParser):
    """Collects what a page loads, links and shows."""

    def __init__(self, text: str):
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.images: list[dict] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids.add(values.get("id"))
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag == "img":
            self.images.append(values)
        if tag in LOADED and values.get("rel") not in NOT_LOADED:
            self.loads.append(values.get(LOADED[tag]) or "")


@pytest.fixture(scope="module", params=["", "zh"])
def html(html, request):
    """The pages of each edition."""
    return html / request.param


@pytest.fixture(scope="module")
def pages(html, chapters) -> dict[str, Page]:
    return {name: Page((html / f"{name}.html").read_text()) for name in chapters}


def test_every_chapter_has_a_page_without_an_error(html, chapters):
    for name in chapters:
        assert "Traceback (most recent call last)" not in (html / f"{name}.html").read_text(), name


def test_every_image_exists_and_has_alternative_text(html, pages):
    for name, page in pages.items():
        folder = (html / name).parent
        for image in page.images:
            if not image["src"].startswith("data:"):
                assert (folder / image["src"]).exists(), f"{name}: {image['src']}"
            assert image.get("alt", "").strip(), f"{name}: {image['src']}"
            assert not image["alt"].endswith((".svg", ".png")), f"{name}: {image['alt']}"


def test_every_figure_cell_left_a_figure(html, chapters):
    for name in chapters:
        source = (ROOT / f"{name}.md").read_text()
        page = (html / f"{name}.html").read_text()
        for label in re.findall(r"^\s+name: (fig-\S+)", source, flags=re.MULTILINE):
            assert f'id="{label}"' in page, f"{name}: {label}"


@pytest.fixture(scope="module")
def decks(html) -> dict[str, Page]:
    return {f"slides/{deck.stem}": Page(deck.read_text()) for deck in html.glob("slides/*.html")}


def test_links_inside_the_book_and_its_slides_resolve(html, pages, decks):
    texts = {}
    dead = []
    for name, page in (pages | decks).items():
        for link in (each for each in page.links if not re.match(r"[a-z]+:", each)):
            target, _, anchor = link.partition("#")
            file = ((html / name).parent / target).resolve() if target else html / f"{name}.html"
            if not file.exists():
                dead.append(f"{name}: {link}")
            elif anchor and not anchor.startswith("/") and file.suffix == ".html":
                text = texts.setdefault(file, file.read_text())
                dead += [f"{name}: {link}"] * (f'id="{anchor}"' not in text)
    assert not dead, "\n".join(dead)


def test_no_page_loads_anything_from_outside(pages):
    for name, page in pages.items():
        outside = [url for url in page.loads if url.startswith(("http:", "https:", "//"))]
        assert not outside, f"{name}: {outside}"


def test_pages_tell_what_they_are_about(html, chapters):
    for name in chapters:
        head = (html / f"{name}.html").read_text().split("</head>")[0]
        assert re.search('<meta name="description" content="[^"]{20}', head), name
        assert re.search('<meta property="og:title" content="[^"]{2}', head), name
        icon = re.search('<link rel="icon" href="([^"?]+)', head)[1]
        assert ((html / name).parent / icon).exists(), name


def test_every_chapter_offers_its_executed_notebook(html, chapters):
    for name in chapters:
        if "{code-cell}" not in (ROOT / f"{name}.md").read_text():
            continue
        assert f"_sources/{name}.ipynb" in (html / f"{name}.html").read_text(), name
        notebook = nbformat.read(html / "_sources" / f"{name}.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        outputs = [output for cell in code for output in cell.outputs]
        assert outputs, name
        assert all(output.output_type != "error" for output in outputs), name


def test_the_search_index_finds_chinese_terms(html):
    index = (html / "searchindex.js").read_text()
    terms = json.loads(index[index.index("{") : index.rindex("}") + 1])["terms"]
    assert any("数字" in term for term in terms)


GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda lam mu nu xi pi "
    "rho sigma tau upsilon phi chi psi omega"
)
RAW_NAME = re.compile(rf"(?<![\\A-Za-z])({'|'.join(GREEK.split())})(?![A-Za-z])", re.IGNORECASE)
WORDS = re.compile(r"\\(?:text|mathrm|mathtt|label|operatorname)\s*\{[^{}]*\}")


def raw_names(formula: str) -> list[str]:
    """Latin names of Greek letters that stand in a formula as letters."""
    return RAW_NAME.findall(WORDS.sub("", formula)) + RAW_NAME.findall(
        " ".join(re.findall(r"\\operatorname\s*\{([^{}]*)\}", formula))
    )


def test_raw_names_are_told_from_symbols():
    assert raw_names(r"\frac{eta'(g) x}{d}") == ["eta"]
    assert raw_names(r"\pi - pi^{*}") == ["pi"]
    assert raw_names(r"\operatorname{eta}{\left(g \right)}") == ["eta"]
    assert raw_names(r"\eta'(g) + \lambda^{*} \beta_{i} + \text{with pi}") == []


@pytest.fixture(scope="module")
def articles(html, chapters) -> dict[str, BeautifulSoup]:
    """What a reader reads on each page, without what only programs read."""
    found = {}
    for name in chapters:
        text = (html / f"{name}.html").read_text()
        found[name] = BeautifulSoup(text, "html.parser").select_one("article")
    return found


def test_formulas_on_the_pages_hold_no_raw_names(articles):
    formulas = [(name, math) for name, page in articles.items() for math in page.select(".math")]
    assert len(formulas) > 500
    assert not [(n, f.get_text()[:200]) for n, f in formulas if raw_names(f.get_text())]


def test_formulas_in_print_hold_no_raw_names(pdf):
    source = pdf.with_suffix(".tex").read_text()
    environments = r"\\begin\{(equation\*?|gather\*?|align\*?)\}(.*?)\\end\{\1\}"
    displayed = [body for _, body in re.findall(environments, source, re.DOTALL)]
    inline = re.findall(r"\\\((.*?)\\\)", source, re.DOTALL)
    assert len(displayed) > 50 and len(inline) > 500
    ours = [re.sub(r"\\label\{.*?\}\}?", "", formula) for formula in displayed + inline]
    assert not [formula[:200] for formula in ours if raw_names(formula)]


LONG_FLOAT = re.compile(r"\d\.\d{9,}")
NEGATIVE_ZERO = re.compile(r"(?<![\w.])[-−]0?(?:\.0+|0)(?![\d.])")
PLAIN_MINUS = re.compile(r"(?<![\w^{-])-\.?\d")
NO_SHARE = re.compile(
    r"\b0% of\b|\bin at most 0%|\b[Ii]n (?:0|(?P<n>\d+) of (?P=n)) (?:of|cases|years)|\b0 of \d"
)
OPTION_AS_DASH = re.compile(r"(?<!\w)–[a-z]")
POWER_OF_CODE = re.compile(r"\d[eE][-+−]\d|\^\d")
NAME_OF_CODE = re.compile(r"\b[a-z]+_[a-z_]+\b(?!\.)|:[a-z]+:(?= |$)|\$|->")
PARTED_WORD = re.compile(r"\w- (?!and|or)\w|\(\(\d")


def prose_of(page) -> list[str]:
    """Paragraphs, items, captions and cells, without code and formulas."""
    text = copy(page)
    for part in text.select("script, style, pre, code, .math, svg, dl.py"):
        part.decompose()
    return [part.get_text() for part in text.select("p, li, dd, td, th, figcaption, caption")]


@pytest.fixture(scope="module")
def prose(articles) -> dict[str, list[str]]:
    return {name: prose_of(page) for name, page in articles.items()}


FAULTS = [NEGATIVE_ZERO, PLAIN_MINUS, NO_SHARE]
FAULTS += [OPTION_AS_DASH, POWER_OF_CODE, NAME_OF_CODE, PARTED_WORD]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.pattern)
def test_numbers_and_words_look_like_print(fault, prose):
    found = [
        f"{name}: {text[max(0, hit.start() - 30) : hit.end() + 20]!r}"
        for name, texts in prose.items()
        for text in texts
        for hit in fault.finditer(text)
        if not (fault is NAME_OF_CODE and re.search("-ledger|-api", name))  # its subject
    ]
    assert not found, "\n".join(dict.fromkeys(found))


def test_captions_are_sentences(articles):
    captions = {
        (name, caption.get_text().strip()[-60:])
        for name, page in articles.items()
        for caption in page.select(".caption-text")
    }
    assert not {each for each in captions if not each[1].endswith((".", ".)", "?", "。", "？"))}


def test_no_mark_stands_beside_another(articles):
    marks = re.compile(".{9}[，。；：、]{2}")
    assert not {(n, t) for n, page in articles.items() for t in marks.findall(page.get_text())}


def test_no_two_works_are_cited_alike(articles):
    works = {
        (
            (link if set(",，") & set(link.get_text()) else citation).get_text(),
            link["href"].split("#")[1],
        )
        for page in articles.values()
        for citation in page.select(".bibtex-citation")
        for link in citation.select("a")  # "Krugman, 1991", or "1991" after the name
    }
    assert len(works) > 20
    assert len(dict(works)) == len(works)


OBJECT = re.compile(r"^\s*['\"\[({]|\{'|\b(?:nan|NaN|True|False|None|dtype|std_error)\b|-0\.0+\b")


def test_what_a_cell_prints_is_for_readers(articles):
    found = {
        (name, pre.get_text()[:80])
        for name, page in articles.items()
        if "-api" not in name  # examples of the reference show what Python shows
        for pre in page.select(".cell_output pre")
        if OBJECT.search(pre.get_text())
    }
    assert not found


def test_the_reference_reads_as_python(articles):
    signatures = [(n, s.get_text()) for n, page in articles.items() for s in page.select("dt.sig")]
    assert len(signatures) > 200
    assert not [each for each in signatures if re.search(r"[(,]\s*=", each[1])]


def test_sentences_of_properties_are_not_taken_apart(articles):
    fields = [
        (name, field.find_next_sibling("dd").get_text().strip())
        for name, page in articles.items()
        for field in page.select("dl.py dl.field-list > dt")
        if field.get_text().startswith("Type")
    ]
    assert not [each for each in fields if not re.fullmatch(r"[a-z]+(?: of [a-z]+)?", each[1])]


def test_no_page_shows_a_place_where_a_number_belongs(articles):
    assert not [name for name, page in articles.items() if "⟨" in page.get_text()]


def test_no_cell_prints_a_number_to_its_last_bit(articles):
    found = {
        (name, number)
        for name, page in articles.items()
        for output in page.select(".cell_output")
        for number in LONG_FLOAT.findall(output.get_text())
    }
    assert not found


@pytest.fixture(scope="module")
def pdf_pages(pdf) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return text.stdout.split("\f")[:-1]


def test_the_pdf_holds_every_chapter(pdf_pages, chapters):
    text = re.sub(r"\W+", "", "".join(pdf_pages)).lower()
    config = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]
    left_out = config["print_leaves_out"]
    for name in chapters[1:]:
        if any(fnmatch(name, pattern) for pattern in left_out):
            continue
        source = (ROOT / f"{name}.md").read_text()
        title = re.search(r"^# (.+)$", source, flags=re.MULTILINE)[1]
        assert re.sub(r"\W+", "", title).lower() in text, title


def test_chinese_text_survives_in_the_pdf(pdf_pages):
    assert "数字技术" in "".join(pdf_pages)


def test_no_pdf_page_is_blank(pdf, pdf_pages):
    reader = PdfReader(pdf)
    assert len(reader.pages) == len(pdf_pages)
    for number, (page, text) in enumerate(zip(reader.pages, pdf_pages, strict=True), start=1):
        assert len(text.strip()) > 15 or page.images, f"page {number}"


def test_the_pdf_says_what_it_is(pdf):
    reader = PdfReader(pdf)
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    assert reader.trailer["/Root"]["/Lang"] == config["sphinx"]["config"]["language"]
    assert reader.metadata.title == config["title"]
    assert reader.metadata.author == config["author"]


FEWEST_LINES = 5  # head and foot included, of a page that ends a chapter


def short_remains(pages: list[str], opening: str) -> list[str]:
    """Last pages of chapters that hold a line or two."""
    found = []
    for number, (page, following) in enumerate(pairwise(pages), start=1):
        lines = [line for line in page.splitlines() if line.strip()]
        if re.match(opening, following.strip()) and len(lines) < FEWEST_LINES:
            found.append(f"page {number}: {lines}")
    return found


def test_a_short_remain_is_found():
    pages = [
        "Head\nText\nText\nText\nFoot",
        "Chapter 2",
        "Head\nlast line\nFoot",
        "Chapter 3\nText",
    ]
    assert short_remains(pages, "Chapter") == ["page 3: ['Head', 'last line', 'Foot']"]


def test_no_chapter_ends_with_a_line_or_two_on_a_page(pdf_pages):
    assert not short_remains(pdf_pages, r"Chapter \d+ ·")


LONGEST_BOOK = 200  # pages


def test_the_printed_book_is_short(pdf_pages):
    assert len(pdf_pages) <= LONGEST_BOOK


def lone_headings(pages: list[str], headings: set[str]) -> list[str]:
    """Headings that are the last line of a page, above its foot."""
    found = []
    for number, page in enumerate(pages, start=1):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        last = re.sub(r"^[\d.]+ +", "", lines[-2]) if len(lines) > 2 else ""
        found += [f"page {number}: {last}"] * (last in headings)
    return found


def test_a_heading_at_the_foot_is_found():
    pages = ["Head\n\nText\n 2.1   Setting\n\n 2.1. Setting    7\n", "2.1 Setting\nText\nFoot"]
    assert lone_headings(pages, {"Setting"}) == ["page 1: Setting"]


def test_no_heading_stands_alone_at_the_foot_of_a_page(pdf, chapters):
    sources = ((ROOT / f"{name}.md").read_text("utf-8") for name in chapters)
    headings = {h.strip() for text in sources for h in re.findall(r"^##+ (.+)$", text, re.M)}
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    pages = text.stdout.decode("utf-8").split("\f")[:-1]
    assert not lone_headings(pages, headings)

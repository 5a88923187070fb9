"""What a reader of the built HTML and PDF sees."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import nbformat
import pytest
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


def test_links_inside_the_book_resolve(html, pages):
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            target, _, anchor = link.partition("#")
            file = ((html / name).parent / target).resolve() if target else html / f"{name}.html"
            assert file.exists(), f"{name}: {link}"
            if anchor and file.suffix == ".html" and not target.endswith("genindex.html"):
                assert f'id="{anchor}"' in file.read_text(), f"{name}: {link}"


def test_no_page_loads_anything_from_outside(pages):
    for name, page in pages.items():
        outside = [url for url in page.loads if url.startswith(("http:", "https:", "//"))]
        assert not outside, f"{name}: {outside}"


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


@pytest.fixture(scope="module")
def pdf_pages(pdf) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return text.stdout.split("\f")[:-1]


def test_the_pdf_holds_every_chapter(pdf_pages, chapters):
    text = re.sub(r"\W+", "", "".join(pdf_pages)).lower()
    for name in chapters[1:]:
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

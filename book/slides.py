"""Lecture slides from the built pages: overview, exhibits, exercises and takeaways."""

import posixpath
import re
import shutil
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).with_name("_slides")
LISTED = {"overview", "takeaways"}  # ids of sections, the same in every language
EXHIBITS = "figure, div.math-wrapper, div.math, div.pst-scrollable-table-container, div.exercise"
MOVING = ".tp-widget, .moving"  # shown on the page itself
PAGES, DECKS = "book", "slides"
WORDS = {
    "en": {"slides": ": slides", "read": "Read the chapter", "part": " ({}/{})"},
    "zh-CN": {"slides": "：幻灯片", "read": "阅读本章", "part": "（{}/{}）"},
}
EQUATIONS_A_SLIDE = 2
ROWS, LETTERS = 10, 600  # of a table on one slide; longer ones go on
LONGEST = 30  # rows of a table that is shown at all
NOTES = 900  # characters of what the speaker may say


@dataclass(frozen=True)
class Slide:
    """A heading, one sentence, the HTML below it, and what the speaker may say."""

    title: str
    body: str
    sentence: str = ""
    notes: str = ""


def heading(section: Tag) -> str:
    """Text of a section's heading, without the link mark."""
    title = section.find(["h1", "h2", "h3"], recursive=False)
    return title.get_text().removesuffix("#").strip()


def exhibits(section: Tag) -> list[Tag]:
    """Figures, displayed equations, tables and exercises of a section, in their order."""
    found = [tag for tag in section.select(EXHIBITS) if not tag.find_parent(class_="solution")]
    found = [tag for tag in found if not tag.select_one(MOVING)]
    outermost = [tag for tag in found if not any(other in tag.parents for other in found)]
    return [tag for tag in outermost if len(tag.select("tr")) <= LONGEST + 1]


def kind(tag: Tag) -> str:
    """What an exhibit is: equations and exercises share slides, all else stands alone."""
    classes = {"math": "equation", "math-wrapper": "equation", "exercise": "exercise"}
    return next((classes[name] for name in tag.get("class", []) if name in classes), "")


def section_slides(section: Tag) -> Iterator[Slide]:
    """Slides of one section: its list where the list is the point, otherwise its exhibits."""
    title = heading(section)
    if section["id"] in LISTED:
        said = paragraphs(section)
        for points in section.find_all("ul", limit=1):
            sentence = first_sentence(said[0]) if said else ""
            yield Slide(title, str(points), sentence, " ".join(said)[:NOTES])
        return
    for what, tags in groupby(exhibits(section), kind):
        for few in shared(what, list(tags)):
            words = spoken(section, few[0])
            body = ["".join(map(str, few))] if what else pieces(few[0])
            yield from (Slide(title, piece, *words) for piece in body)


def shared(what: str, tags: list[Tag]) -> Iterator[list[Tag]]:
    """Exhibits of one kind in groups, each for a slide."""
    if what == "exercise":
        yield from split(tags)
        return
    size = EQUATIONS_A_SLIDE if what == "equation" else 1
    for start in range(0, len(tags), size):
        yield tags[start : start + size]


def numbered(slides: list[Slide], part: str) -> list[Slide]:
    """Slides of one section: more than one under a heading say which of them each is."""
    if len(slides) < 2:
        return slides
    return [
        replace(slide, title=slide.title + part.format(n, len(slides)))
        for n, slide in enumerate(slides, 1)
    ]


def pieces(exhibit: Tag) -> list[str]:
    """An exhibit as HTML; a table of many words in parts, each under the table's head."""
    rows = exhibit.select("tbody tr")
    parts = list(split(rows)) if exhibit.name != "figure" else []
    if len(parts) < 2:
        return [str(exhibit)]
    parts = list(split(rows, -(-len(rows) // len(parts))))  # no slide for a last row alone
    return [str(with_rows(exhibit, {id(row) for row in part})) for part in parts]


def split(rows: list[Tag], most: int = ROWS) -> Iterator[list[Tag]]:
    """Rows, or exercises, in groups that one slide holds."""
    group: list[Tag] = []
    letters = 0
    for row in rows:
        length = len(row.get_text())
        if group and (len(group) == most or letters + length > LETTERS):
            yield group
            group, letters = [], 0
        group.append(row)
        letters += length
    if group:
        yield group


def with_rows(exhibit: Tag, kept: set[int]) -> Tag:
    """A copy of an exhibit with some of its rows; the first says which group it goes on with."""
    part = copy(exhibit)
    rows = list(zip(exhibit.select("tbody tr"), part.select("tbody tr"), strict=True))
    first = next(n for n, (original, _twin) in enumerate(rows) if id(original) in kept)
    for column, cell in enumerate(rows[first][1].find_all("td")):
        if cell.get_text(strip=True):
            break
        above = (original.find_all("td")[column] for original, _twin in reversed(rows[:first]))
        cell.string = next((text for each in above if (text := each.get_text(strip=True))), "")
    for row in [twin for original, twin in rows if id(original) not in kept]:
        row.decompose()
    return part


def paragraphs(section: Tag) -> list[str]:
    """Text of the paragraphs that stand in a section itself, as one line each."""
    return [" ".join(p.get_text().split()) for p in section.find_all("p", recursive=False)]


def first_sentence(text: str) -> str:
    """A text up to its first full stop."""
    return re.split(r"(?<=[.!?]) (?=[A-Z“*])|(?<=[。！？])(?![”）])", text, maxsplit=1)[0]


def spoken(section: Tag, exhibit: Tag) -> tuple[str, str]:
    """One sentence for the slide of an exhibit, and the paragraphs around it for the speaker."""
    own = set(section.find_all("p", recursive=False))
    before = next((p for p in exhibit.find_all_previous("p") if p in own), None)
    after = next((p for p in exhibit.find_all_next("p") if p in own), None)
    around = [" ".join(p.get_text().split()) for p in (before, after) if p]
    caption = exhibit.select_one(".caption-text")
    said = caption.get_text() if caption else next(iter(around), "")
    return first_sentence(" ".join(said.split())), " ".join(around)[:NOTES]


def reach(link: str, page: str) -> str:
    """A link of a page as seen from its deck, which lies in a folder beside the page's own."""
    if ":" in link.split("/")[0]:
        return link
    target = f"{page}{link}" if link.startswith("#") else link
    return posixpath.relpath(posixpath.join(PAGES, target), DECKS)


def flatten(chapter: Tag) -> None:
    """Turn the sections inside exercises into blocks: a section in a slide is a slide below it."""
    for section in chapter.select(".exercise section"):
        section.name = "div"


def mend_links(chapter: Tag, page: str) -> None:
    """Let the links and pictures of a chapter lead where they did; a slide knows their size."""
    for picture in chapter.select("img[loading]"):
        del picture["loading"]
    for attribute in ("href", "src"):
        for tag in chapter.select(f"[{attribute}]"):
            tag[attribute] = reach(tag[attribute], page)


def deck(page: Path) -> str:
    """The slides of a built page, as HTML."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    chapter = soup.select_one("article.bd-article section")
    mend_links(chapter, page.name)
    flatten(chapter)
    sections = chapter.find_all("section", recursive=False)
    words = WORDS[soup.html["lang"]]
    shown = [
        slide
        for section in sections
        for slide in numbered(list(section_slides(section)), words["part"])
    ]
    template = Environment(loader=FileSystemLoader(TEMPLATES)).get_template("deck.html")
    book = soup.select_one(".logo__title").get_text()
    box = chapter.select_one(".in-one-sentence p:not(.admonition-title)")
    return template.render(
        title=heading(chapter),
        sentence=" ".join(box.get_text().split()) if box else "",
        book=book,
        stem=page.stem,
        slides=shown,
        language=soup.html["lang"],
        words=words,
    )


def is_fresh(written: Path, page: Path) -> bool:
    """Whether a deck is younger than its page and than what makes decks."""
    if not written.exists():
        return False
    sources = (page, Path(__file__), *TEMPLATES.iterdir())
    return written.stat().st_mtime_ns > max(source.stat().st_mtime_ns for source in sources)


def write_slides(html: Path, pages: list[str]) -> None:
    """Write a deck beside the built book for each page, with reveal.js from its wheel."""
    folder = html / DECKS
    reveal = files("sphinx_revealjs") / "_static" / "revealjs" / "dist"
    shutil.copytree(str(reveal), folder / "reveal", dirs_exist_ok=True)
    notes = reveal.parent / "plugin" / "notes"
    shutil.copytree(str(notes), folder / "reveal" / "notes", dirs_exist_ok=True)
    decks = {folder / f"{Path(name).name}.html": html / f"{name}.html" for name in pages}
    for left in set(folder.glob("*.html")) - set(decks):
        left.unlink()
    for written, page in decks.items():
        if not is_fresh(written, page):
            written.write_text(deck(page), "utf-8")

"""Lecture slides from the built pages: overview, exhibits, exercises and takeaways."""

import posixpath
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from jinja2 import Environment, FileSystemLoader

from spillover.text import HAN, width

TEMPLATES = Path(__file__).with_name("_slides")
LISTED = {"overview", "takeaways"}  # ids of sections, the same in every language
EXHIBITS = (
    "figure, div.math-wrapper, div.math, div.pst-scrollable-table-container, "
    "div.exercise, div.theorem, div.proposition"
)
MOVING = ".tp-widget, .moving"  # shown on the page itself
PAGES, DECKS = "book", "slides"
WORDS = {
    "en": {
        "slides": ": slides",
        "read": "Read the chapter",
        "part": " ({}/{})",
        "rest": "The whole table is in the chapter.",
    },
    "zh-CN": {
        "slides": "：幻灯片",
        "read": "阅读本章",
        "part": "（{}/{}）",
        "rest": "完整的表格见本章。",
    },
}
EQUATIONS_A_SLIDE = 3
BOX_LETTERS, TABLE_LETTERS = 600, 900  # on one slide; longer ones go on
ROW_LETTERS = 75  # what a short row of a table counts at least
TABLE_SLIDES = 3  # of one table; of a longer one only the first is shown
LONGEST = 30  # rows of a table that is shown at all
SHORT, LONG = 45, 150  # letters of a sentence that is not said without, or before, another
NOTES = 900  # characters of what the speaker may say
STOPS = tuple(".!?)”。！？）")
END = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][)”])) (?=[A-Z“*(\\])|(?<=[。！？])(?![”）])|(?<=[。！？]）)"
)
FORMULA = r"\\\((?:(?!\\\)).)*\\\)"
MARKED = re.compile(
    r"[(（]TEX[,.;:!?)，。；：！？）、]*|TEX[,.;:!?)，。；：！？）、]+".replace("TEX", FORMULA)
)
REST = re.compile(rf"其中|再由|即|[a-z][^{HAN}]*$")  # of a sentence that began above
SIDES = ("Left", "左")


@dataclass(frozen=True)
class Slide:
    """A heading, one sentence, the HTML below it, and what the speaker may say."""

    title: str
    body: str
    sentence: str = ""
    notes: str = ""


def heading(section: Tag) -> str:
    """Text of a section's heading, without the link mark."""
    title = section.find(["h1", "h2", "h3", "h4"], recursive=False)
    return title.get_text().removesuffix("#").strip()


def exhibits(section: Tag) -> list[Tag]:
    """Figures, equations, tables and boxes of a section, in their order."""
    found = [tag for tag in section.select(EXHIBITS) if tag.find_parent("section") is section]
    found = [tag for tag in found if not tag.find_parent(class_="solution")]
    found = [tag for tag in found if not tag.select_one(MOVING)]
    outermost = [tag for tag in found if not any(other in tag.parents for other in found)]
    return [tag for tag in outermost if len(tag.select("tr")) <= LONGEST + 1]


def kind(tag: Tag) -> str:
    """What an exhibit is: equations and boxes share slides, all else stands alone."""
    boxes = dict.fromkeys(("exercise", "theorem", "proposition"), "box")
    classes = {"math": "equation", "math-wrapper": "equation", **boxes}
    return next((classes[name] for name in tag.get("class", []) if name in classes), "")


def section_slides(section: Tag, words: dict[str, str]) -> Iterator[Slide]:
    """Slides of one section: its list where the list is the point, otherwise its exhibits."""
    title = heading(section)
    if section["id"] in LISTED:
        yield from list_slide(title, section)
        return
    for what, tags in groupby(exhibits(section), kind):
        for few in shared(what, list(tags)):
            sentence, notes = spoken(few[0], what)
            if what == "equation" and not sentence:  # on its own it says nothing
                continue
            body = ["".join(map(str, few))] if what else pieces(few[0], words["rest"])
            yield from (Slide(title, piece, as_line(sentence), notes) for piece in body)


def list_slide(title: str, section: Tag) -> Iterator[Slide]:
    """The list of a section below the words that lead to it."""
    for points in section.find_all("ul", limit=1):
        around = paragraphs(section)
        first = first_sentence(around[0]) if around else ""
        before = points.find_previous_sibling("p")
        lead = leading(said(before)) if before else ""
        body = f"<p>{as_line(lead)}</p>{points}" if lead not in ("", first) else str(points)
        yield Slide(title, body, as_line(first), shortened(" ".join(around)))


def shared(what: str, tags: list[Tag]) -> Iterator[list[Tag]]:
    """Exhibits of one kind in groups, each for a slide; equations by what leads to them."""
    if what == "box":
        yield from split([[tag] for tag in tags], BOX_LETTERS)
        return
    for _paragraph, group in groupby(tags, lambda tag: id(beside(tag, Tag.find_all_previous))):
        together = list(group)
        size = EQUATIONS_A_SLIDE if what == "equation" else 1
        for start in range(0, len(together), size):
            yield together[start : start + size]


def beside(exhibit: Tag, search: Callable[[Tag, str], Iterable[Tag]]) -> Tag | None:
    """The paragraph of its own section that is nearest to an exhibit, found by a search."""
    section = exhibit.find_parent("section")
    return next((p for p in search(exhibit, "p") if p.parent is section), None)


def numbered(slides: list[Slide], part: str) -> list[Slide]:
    """Slides of one section: more than one under a heading say which of them each is."""
    if len(slides) < 2:
        return slides
    return [
        replace(slide, title=slide.title + part.format(n, len(slides)))
        for n, slide in enumerate(slides, 1)
    ]


def pieces(exhibit: Tag, rest: str) -> list[str]:
    """An exhibit as HTML; a table of many words in parts, each under the table's head."""
    groups = blocks(exhibit.select("tbody tr")) if exhibit.name != "figure" else []
    parts = list(split(groups, TABLE_LETTERS))
    if len(parts) < 2:
        return [str(exhibit)]
    if len(parts) > TABLE_SLIDES:
        return [f'{with_rows(exhibit, parts[0])}<p class="rest">{rest}</p>']
    return [str(with_rows(exhibit, part)) for part in even(groups, len(parts))]


def blocks(rows: list[Tag]) -> list[list[Tag]]:
    """Rows with those below them that go on with them, as an estimate with its error."""
    found: list[list[Tag]] = []
    for row in rows:
        first = row.find(["td", "th"])
        if not found or first is None or first.get_text(strip=True):
            found.append([])
        found[-1].append(row)
    whole = max(map(weight, found), default=0) <= TABLE_LETTERS / 2
    return found if whole else [[row] for row in rows]


def weight(tags: list[Tag]) -> int:
    """How much room rows or exercises take, in letters."""
    return sum(max(ROW_LETTERS, width(tag.get_text())) for tag in tags)


def split(blocks: list[list[Tag]], limit: int) -> Iterator[list[Tag]]:
    """Rows, or exercises, in groups that one slide holds."""
    group: list[Tag] = []
    for block in blocks:
        if group and weight(group + block) > limit:
            yield group
            group = []
        group = group + block
    if group:
        yield group


def even(blocks: list[list[Tag]], slides: int) -> list[list[Tag]]:
    """Rows on so many slides, none much fuller than another."""
    limits = range(ROW_LETTERS, TABLE_LETTERS + ROW_LETTERS, ROW_LETTERS)
    tried = (list(split(blocks, limit)) for limit in limits)
    return next(parts for parts in tried if len(parts) <= slides)


def with_rows(exhibit: Tag, shown: list[Tag]) -> Tag:
    """A copy of an exhibit with some of its rows; the first says which group it goes on with."""
    part, kept = copy(exhibit), set(map(id, shown))
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


def said(tag: Tag) -> str:
    """Text of a tag as one line; where a title was a link it stands in quotation marks."""
    twin = copy(tag)
    for title in twin.select("a > .std-ref"):
        if not (text := title.get_text())[0].islower():
            title.string = f"“{text}”"
    return " ".join(twin.get_text().split())


def paragraphs(section: Tag) -> list[str]:
    """Text of the paragraphs that stand in a section itself, as one line each."""
    return [said(p) for p in section.find_all("p", recursive=False)]


def sentences(text: str) -> list[str]:
    """A text cut behind its full stops."""
    return [part for part in END.split(text) if part] or [text]


def first_sentence(text: str) -> str:
    """A text up to its first full stop."""
    return sentences(text)[0]


def leading(text: str, least: int = 0) -> str:
    """The end of a text that leads to what stands below it, if it does, of so many letters."""
    *before, last = sentences(text)
    if last.endswith(STOPS):
        return ""
    if before and width(last) < least and width(before[-1]) < LONG:
        return text[text.rindex(before[-1]) :]
    return last


def as_line(text: str) -> str:
    """A sentence as HTML; a number stays with its word, a formula with the marks beside it."""
    parts = re.split(f"({FORMULA})", escape(text, quote=False))
    parts[::2] = [re.sub(r" (?=\d)", "\u00a0", words) for words in parts[::2]]
    return MARKED.sub(r'<span class="kept">\g<0></span>', "".join(parts))


def shortened(text: str) -> str:
    """As many sentences of a text as the speaker has time for."""
    ends = [end.start() for end in END.finditer(text) if end.start() <= NOTES]
    return text if len(text) <= NOTES else text[: max(ends, default=NOTES)]


def from_caption(caption: Tag) -> str:
    """The first sentence of a caption, which loses it; all of one that tells left from right."""
    text = said(caption)
    first = text if text.startswith(SIDES) else first_sentence(text)
    caption.string = text.removeprefix(first).strip()
    return first


def spoken(exhibit: Tag, what: str) -> tuple[str, str]:
    """One sentence for the slide of an exhibit, and the paragraphs around it for the speaker."""
    if what == "box":
        return "", ""
    before, after = beside(exhibit, Tag.find_all_previous), beside(exhibit, Tag.find_all_next)
    around = [said(p) for p in (before, after) if p]
    notes = shortened(" ".join(around))
    if caption := exhibit.select_one(".caption-text"):
        return from_caption(caption), notes
    if what == "equation" and before and (lead := leading(around[0], SHORT)):
        return lead[0].upper() + lead[1:] if REST.match(lead) else lead, notes
    sentence = first_sentence(around[0]) if around else ""
    return "" if REST.match(sentence) else sentence, notes


def reach(link: str, page: str) -> str:
    """A link of a page as seen from its deck, which lies in a folder beside the page's own."""
    if ":" in link.split("/")[0]:
        return link
    target = f"{page}{link}" if link.startswith("#") else link
    return posixpath.relpath(posixpath.join(PAGES, target), DECKS)


def flatten(chapter: Tag) -> None:
    """Turn the sections inside boxes into blocks: a section in a slide is a slide below it."""
    for section in chapter.select(".admonition section"):
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
    sections = [each for each in chapter.find_all("section") if not each.find_parent(id=LISTED)]
    words = WORDS[soup.html["lang"]]
    shown = [
        slide
        for section in sections
        for slide in numbered(list(section_slides(section, words)), words["part"])
    ]
    template = Environment(loader=FileSystemLoader(TEMPLATES)).get_template("deck.html")
    book = soup.select_one(".logo__title").get_text()
    box = chapter.select_one(".in-one-sentence p:not(.admonition-title)")
    return template.render(
        title=heading(chapter),
        sentence=as_line(said(box)) if box else "",
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

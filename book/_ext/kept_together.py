"""Where a line of a page may end, and how narrow a cell may get; TeX knows both by itself."""

import re

from docutils import nodes
from page_tree import put_before
from sphinx.application import Sphinx

from spillover.text import COMMON_HAN, width

SHORT_CODE = 24  # characters that a phone has room for on one line
SHORT_CELL = 12  # ... and that a column can always hold; a Chinese character is two of them
PHRASE = 18  # characters from which words need more room than the longest of them takes
LONG_CELL = 40  # ... and from which they need room for several words a line
LONG_HEAD = 20
_BEFORE = re.compile(r"[(\[“‘（《「]+$")
# A Chinese character ends a number, which it does only as ASCII has it.
_RANGE = re.compile(r"(\(?\b\d+\)?-\(?\d+\b\)?|\bp-values?\b)", re.ASCII)
_WORDS = re.compile(r"[^\W\d]{2}.*\s")  # a letter of Chinese is a word of its own
_OPTION = re.compile('<span class="pre">(?=-)')  # as Sphinx writes it, a word of code
_AS_TYPED = nodes.FixedTextElement, nodes.literal, nodes.math
_AFTER = re.compile(r"^[.,;:!?)\]”’。，：；！？、）》」]+")
_CHINESE_BEFORE = re.compile(rf"[{COMMON_HAN}、。，：；]$")
_PARTS_OF_NAME = re.compile(r"(?<=[._/])(?=\w)")


def replace(old: nodes.Node, new: list[nodes.Node]) -> None:
    """Put nodes in the place of one. Docutils finds a text by its words: the first of two alike."""
    place = next(k for k, child in enumerate(old.parent) if child is old)
    old.parent[place : place + 1] = new


def break_opportunity(kind: str) -> nodes.inline:
    """Where a line may end; style draws it, so that nothing is copied with the text."""
    return nodes.inline("", "", classes=[kind])


def split(node: nodes.Node | None, edge: re.Pattern[str]) -> tuple[str, str]:
    """Punctuation at the edge of a neighbour, and the rest of it."""
    if not isinstance(node, nodes.Text) or not (found := edge.search(node)):
        return "", ""
    return found[0], edge.sub("", node)


def keep_punctuation(node: nodes.Element, kind: str = "kept") -> None:
    """Wrap what a line keeps with the punctuation that touches it: a browser would part them."""
    parent, place = node.parent, node.parent.index(node)
    before = parent[place - 1] if place else None
    after = parent[place + 1] if place + 1 < len(parent) else None
    opening, text_before = split(before, _BEFORE)
    closing, text_after = split(after, _AFTER)
    kept = nodes.inline("", "", classes=[kind])
    replace(node, [kept])
    kept += [nodes.Text(opening), node, nodes.Text(closing)]
    if opening:
        replace(before, [nodes.Text(text_before)])
    if closing:
        replace(after, [nodes.Text(text_after)])


def keep_ranges(text: nodes.Text) -> None:
    """Wrap ranges such as 2013-2021, and p-values: a browser would break them at the hyphen."""
    parts = _RANGE.split(text)  # every second one is a range
    if len(parts) > 1 and not isinstance(text.parent, _AS_TYPED):
        pieces = [
            nodes.inline("", part, classes=["kept"]) if place % 2 else nodes.Text(part)
            for place, part in enumerate(parts)
        ]
        replace(text, [piece for piece in pieces if piece.astext()])


def part_code(code: nodes.literal) -> None:
    """Let a line end before an option that follows Chinese, and within a long name at its dots."""
    text, before = code.astext(), code.previous_sibling()
    if text.startswith("-") and _CHINESE_BEFORE.search(before.astext() if before else ""):
        put_before(code, break_opportunity("before-option"))
    if len(text) <= SHORT_CODE:
        code["classes"].append("short")
    elif " " not in text:
        part_name(code)
        keep_punctuation(code, "long-name")


def part_name(code: nodes.literal) -> None:
    """Let a line end behind the dots of a name."""
    for text in list(code.findall(nodes.Text)):
        first, *others = map(nodes.Text, _PARTS_OF_NAME.split(text))
        broken = [node for part in others for node in (break_opportunity("may-break"), part)]
        replace(text, [first, *broken])


def space_before(link: nodes.reference) -> None:
    """Put the space that a link begins with before it, where it is not underlined."""
    first = next(iter(link.children), None)
    if isinstance(first, nodes.Text) and first.startswith(" "):
        replace(first, [nodes.Text(first.lstrip())])
        put_before(link, nodes.Text(" "))


def mark_cell(cell: nodes.entry) -> None:
    """Say whether a cell is a number or a word, or a text that needs room."""
    text, is_head = cell.astext(), isinstance(cell.parent.parent, nodes.thead)
    if is_head and all(width(part) <= SHORT_CELL for part in re.split("[，：]", text)):
        cell["classes"].append("whole")
    if width(text) <= SHORT_CELL and not any(cell.findall(nodes.math)):
        cell["classes"].append("short")
    elif len(text) >= (LONG_HEAD if is_head else LONG_CELL):
        cell["classes"].append("long")
    elif width(text) >= PHRASE and _WORDS.search(text):
        cell["classes"].append("phrase")


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark what a line of the page must not part."""
    if app.builder.format != "html":
        return
    for formula in list(doctree.findall(nodes.math)):
        keep_punctuation(formula)
    for text in list(doctree.findall(nodes.Text)):
        keep_ranges(text)
    for code in list(doctree.findall(nodes.literal)):
        part_code(code)
    for link in list(doctree.findall(nodes.reference)):
        space_before(link)
    for cell in doctree.findall(nodes.entry):
        mark_cell(cell)


def whole_options(html: str) -> str:
    """Mark the options in code of a text: a browser would break them at their hyphens."""
    return _OPTION.sub('<span class="pre kept">', html)


def keep_options(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document
) -> None:
    """Mark the options of a page."""
    if "body" in context:
        context["body"] = whole_options(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.connect("doctree-resolved", keep_together)
    app.connect("html-page-context", keep_options)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""What the end of a printed page does not part: short boxes and cells, and what announces them."""

from math import ceil, inf

from docutils import nodes
from print_layout import printed_length
from sphinx.application import Sphinx
from sphinx_jupyterbook_latex.nodes import HiddenCellNode

KEPT = 14  # lines up to which a box or a cell stays on one page
BEGINNING = 8  # lines of a longer one that stay together
SENTENCE = 5  # lines of the longest announcement
ROWS = 4  # at the end of a table that stay together
CHARACTERS = 100  # of a line of text
CODE = 0.8  # lines that a line of code takes
FORMULA, FRAME, HEAD, HEADING, FLOAT = 3, 1.5, 3, 3, 22  # lines
QUESTION = "self-check-question"
TOGETHER = "\n\\nopagebreak\n"


def height(node: nodes.Node) -> float:
    """Lines that a node takes in print, apart from what floats out of it."""
    if isinstance(node, HiddenCellNode | nodes.raw | nodes.figure):
        return 0
    if isinstance(node, nodes.image | nodes.table):
        return 0 if node.get("names") and not boxed(node) else inf
    if isinstance(node, nodes.literal_block):
        return CODE * len(node.astext().splitlines()) + FRAME
    if isinstance(node, nodes.math_block):
        return FORMULA
    if isinstance(node, nodes.paragraph):
        return ceil(printed_length(node.astext()) / CHARACTERS)
    return HEAD * isinstance(node, nodes.Admonition) + sum(map(height, node.children))


def boxed(node: nodes.Node) -> bool:
    """Whether a node lies in an exercise, a solution or another box, where nothing floats."""
    while node := node.parent:
        if isinstance(node, nodes.Admonition):
            return True
    return False


def announces(node: nodes.Node) -> bool:
    """Whether a paragraph is a heading in bold letters or ends with a colon."""
    if not isinstance(node, nodes.paragraph) or height(node) > SENTENCE:
        return False
    parts = [part for part in node.children if part.astext().strip(".。")]
    bold = len(parts) == 1 and isinstance(parts[0], nodes.strong)
    return bold or node.astext().rstrip().endswith((":", "："))


def is_block(node: nodes.Node) -> bool:
    """Whether a node is a box, a question, a cell, or code that stands in none of them."""
    cell = isinstance(node, nodes.container) and bool({"cell", QUESTION} & set(node["classes"]))
    code = isinstance(node, nodes.literal_block) and "cell" not in node.parent.parent["classes"]
    return (isinstance(node, nodes.Admonition) or cell or code) and not boxed(node)


def beginning(block: nodes.Element) -> tuple[nodes.Element, float]:
    """Where what belongs to a block begins, its announcement and heading, and their lines."""
    place = block.parent.index(block)
    before = block.parent[place - 1] if place else None
    if isinstance(before, nodes.title) and isinstance(block.parent.parent, nodes.section):
        first, more = beginning(block.parent)
        return first, more + HEADING
    if before is not None and announces(before):
        first, more = beginning(before)
        return first, more + height(before)
    return block, 0


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Ask for the room of short blocks, and of the beginning of longer ones."""
    if app.builder.format != "latex":
        return
    for block in list(doctree.findall(is_block)):
        lines = height(block)
        needed = lines if lines <= KEPT else BEGINNING
        if not lines and isinstance(block.previous_sibling(), nodes.title):
            needed = FLOAT
        if needed:
            first, more = beginning(block)
            ask = nodes.raw("", f"\n\\bookroom{{{needed + more:.1f}}}\n", format="latex")
            first.parent.insert(first.parent.index(first), ask)
    for paragraph in list(doctree.findall(announces)):
        place = paragraph.parent.index(paragraph) + 1
        paragraph.parent.insert(place, nodes.raw("", TOGETHER, format="latex"))


def keep_rows(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep the last rows of a long table, and those of standard errors, with the row above.

    A row of standard errors has a blank first cell. Short tables do not break, and the command
    would move their cells.
    """
    if app.builder.format != "latex":
        return
    for body in doctree.findall(nodes.tbody):
        if "longtable" not in body.parent.parent["classes"]:
            continue
        for left, row in zip(range(len(body) - 1, 0, -1), body[1:], strict=True):
            if left < ROWS or not row[0].children:
                row[0].insert(0, nodes.raw("", r"\nopagebreak ", format="latex"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx, after what leaves things out of print."""
    app.connect("doctree-resolved", keep_together, priority=600)
    app.connect("doctree-resolved", keep_rows, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

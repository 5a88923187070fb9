"""What the end of a printed page does not part: short boxes and cells, and what announces them."""

from math import ceil, inf

from docutils import nodes
from page_tree import cell_of, in_a_box, latex, put_before, put_behind
from print_layout import printed_length
from sphinx.application import Sphinx
from sphinx_jupyterbook_latex.nodes import HiddenCellNode

KEPT = 170  # points up to which a box stays on one page
CELL = 120  # ... and a cell, whose code and output may part
BEGINNING = 50  # points of what is longer that stay together, below the head of a box
SENTENCE = 5  # lines of the longest announcement
ROWS = 3  # at the end of a table that stay together
CHARACTERS = 100  # of a line of text
LINES = {"en": 12.0, "zh": 15.6}  # points from line to line
GAP, CODE, FRAME, FORMULA, HEAD = 4, 9.5, 8, 30, 38  # points
AROUND, HEADING = 0.9, 3.4  # lines of white around code of the page, and of a heading
LONG_TABLE = 100  # points of a heading and the first rows of a table that breaks
QUESTION, ANSWER = "self-check-question", "self-check-answer"
TOGETHER = "\n\\nopagebreak\n"


def height(node: nodes.Node, line: float) -> float:
    """Points that a node takes in print, apart from what floats out of it."""
    if isinstance(node, HiddenCellNode | nodes.raw | nodes.figure):
        return 0
    if isinstance(node, nodes.image | nodes.table):
        return 0 if node.get("names") and not in_a_box(node) else inf
    if isinstance(node, nodes.literal_block):
        around = 0 if in_a_box(node) else AROUND * line
        return CODE * len(node.astext().splitlines()) + FRAME + around
    if isinstance(node, nodes.math_block):
        return FORMULA
    if isinstance(node, nodes.paragraph):
        return line * ceil(printed_length(node.astext()) / CHARACTERS) + GAP
    inside = sum(height(child, line) for child in node.children)
    return HEAD * isinstance(node, nodes.Admonition) + inside


def announces(node: nodes.Node) -> bool:
    """Whether a paragraph is a heading in bold letters or ends with a colon."""
    if not isinstance(node, nodes.paragraph):
        return False
    if printed_length(node.astext()) > SENTENCE * CHARACTERS:
        return False
    parts = [part for part in node.children if part.astext().strip(".。")]
    bold = len(parts) == 1 and isinstance(parts[0], nodes.strong)
    return bold or node.astext().rstrip().endswith((":", "："))


def is_block(node: nodes.Node) -> bool:
    """Whether a node is a box, a question, a cell, or code that stands in none of them."""
    cell = isinstance(node, nodes.container) and bool({"cell", QUESTION} & set(node["classes"]))
    code = isinstance(node, nodes.literal_block) and not cell_of(node)
    return (isinstance(node, nodes.Admonition) or cell or code) and not in_a_box(node)


def beginning(block: nodes.Element, line: float) -> tuple[nodes.Element, float]:
    """Where what belongs to a block begins, its announcement and heading, and their points.

    What floats away between a heading and a block does not part them.
    """
    before = block.previous_sibling()
    above = before
    while above is not None and is_block(above) and not height(above, line):
        above = above.previous_sibling()
    if isinstance(above, nodes.title) and isinstance(block.parent.parent, nodes.section):
        first, more = beginning(block.parent, line)
        return first, more + HEADING * line
    if before is not None and announces(before):
        first, more = beginning(before, line)
        return first, more + height(before, line)
    return block, 0


def room(block: nodes.Element, line: float) -> float:
    """Points that a block needs on the page on which it begins."""
    points = height(block, line)
    after = block.next_node(siblings=True, descend=False)
    if after is not None and ANSWER in after.get("classes", []):
        points += height(after, line)
    if any("longtable" in table["classes"] for table in block.findall(nodes.table)):
        return LONG_TABLE
    if points <= (CELL if "cell" in block["classes"] else KEPT):
        return points
    return BEGINNING + HEAD * isinstance(block, nodes.Admonition)


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Ask for the room of short blocks, and of the beginning of longer ones."""
    if app.builder.format != "latex":
        return
    line = LINES[app.config.language[:2]]
    for block in list(doctree.findall(is_block)):
        if points := room(block, line):
            first, more = beginning(block, line)
            put_before(first, latex(f"\n\\bookroom{{{points + more:.0f}pt}}\n"))
    for paragraph in list(doctree.findall(announces)):
        put_behind(paragraph, latex(TOGETHER))


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
                row[0].insert(0, latex(r"\nopagebreak "))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx, after what leaves things out of print."""
    app.connect("doctree-resolved", keep_together, priority=600)
    app.connect("doctree-resolved", keep_rows, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

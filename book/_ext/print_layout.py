"""What print needs besides: parts left to the screen, exercises by number, columns that fit."""

import re
from fnmatch import fnmatch
from math import ceil, inf

from docutils import nodes
from page_tree import cell_of, in_a_box, latex, put_before, put_into
from sphinx.addnodes import glossary, number_reference, start_of_file
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _, get_translation
from sphinx.writers.latex import Table
from sphinx_proof import MESSAGE_CATALOG_NAME
from sphinx_proof.nodes import proof_node

from spillover.text import HAN_AND_MARKS, width

PAGE = 40  # lines of a table that fit on a page
LINE = 90  # characters of a line of print
GAP = 2.5  # characters that the white on both sides of a column takes
# Chinese characters that a column keeps together, lines of its head: the first that fit.
WISHES = (5, 3), (3, 4), (1, inf)
SCREEN_ONLY = {"screen-only", "tag_screen-only"}  # classes of what print leaves out
ELSEWHERE = "the online edition"
SKIPPED = "\n\\stepcounter{chapter}\n"  # the chapters after it keep the numbers of the pages
_COMMAND = re.compile(r"\\[a-zA-Z]+|[{}^_$]")


def leave_out(app: Sphinx, doctree: nodes.document) -> None:
    """Drop from print the pages of `print_leaves_out` and what is marked for the screen only."""
    pages, targets = set(), set()
    for node in list(doctree.findall(start_of_file)):
        if any(fnmatch(node["docname"], pattern) for pattern in app.config.print_leaves_out):
            pages.add(node["docname"])
            node.replace_self(latex(SKIPPED))
    for node in list(doctree.findall(is_screen_only)):
        targets.update(i for part in node.findall(nodes.Element) for i in part.get("ids", []))
        if node.parent:
            node.parent.remove(node)
    drop_empty_parts(app, doctree)
    for reference in list(doctree.findall(nodes.reference)):
        page, _hash, target = reference.get("refuri", "").removeprefix("%").partition("#")
        if page in pages or target in targets or reference.get("refid") in targets:
            words = _(ELSEWHERE) if isinstance(reference, number_reference) else reference.astext()
            if reference.parent:
                reference.replace_self(nodes.Text(words))


def set_small(hand_outs: list[str], doctree: nodes.document) -> None:
    """Set the pages of `print_hand_outs` in smaller letters and with less white."""
    for page in doctree.findall(start_of_file):
        if page["docname"] in hand_outs:
            put_into("handout", page)


def is_screen_only(node: nodes.Node) -> bool:
    """Whether a node is marked for the screen only."""
    return isinstance(node, nodes.Element) and bool(SCREEN_ONLY & set(node.get("classes", [])))


def drop_empty_parts(app: Sphinx, doctree: nodes.document) -> None:
    """Drop the parts of the book all of whose pages are left out."""
    for part in list(doctree.findall(start_of_file)):
        is_part = part["docname"] not in app.env.found_docs
        if is_part and next(part.findall(start_of_file, include_self=False), None) is None:
            part.parent.remove(part)


def cite_exercises(env: BuildEnvironment, doctree: nodes.document) -> None:
    """Set the number of an exercise of another chapter, which LaTeX cannot look up."""
    registry = getattr(env, "sphinx_exercise_registry", {})  # none without exercises
    for reference in list(doctree.findall(number_reference)):
        label = reference.get("refuri", "").rpartition("#")[2]
        if label in registry:
            numbers = env.toc_fignumbers[registry[label]["docname"]]["exercise"][label]
            text = reference["title"] % ".".join(map(str, numbers))
            link = rf"\hyperref[exercise:{label}]{{{text}}}"
            reference.replace_self(latex(link))


def name_theorems(doctree: nodes.document) -> None:
    """Name theorems in the book's language, as on the screen; set proofs without an empty title."""
    say = get_translation(MESSAGE_CATALOG_NAME)
    for theorem in doctree.findall(is_theorem):
        theorem["realtype"] = str(say(theorem["realtype"].title()))
    for proof in list(doctree.findall(proof_node)):
        proof.replace_self([part for box in proof.children for part in box.children])


def anchor_theorems(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give theorems a place of their own for links, which else lead to the figure before."""
    if app.builder.format != "latex":
        return
    for theorem in list(doctree.findall(is_theorem)):
        put_before(theorem, latex("\n\\phantomsection\n"))


def is_theorem(node: nodes.Node) -> bool:
    """Whether a node is a theorem, a proposition or another of their kind."""
    return bool(getattr(node, "attributes", {}).get("realtype"))


def printed_length(text: str) -> int:
    """Characters of a text as set: a command of a formula counts as one, a Han character as two."""
    return width(_COMMAND.sub(lambda found: "x" if len(found[0]) > 1 else "", text))


def words(text: str, characters: int = 1) -> list[str]:
    """What a line keeps together: words, and so many Han characters."""
    run = f"[{HAN_AND_MARKS}]{{1,{characters}}}"
    return re.sub(run, lambda found: f" {found[0]} ", text).split()


def longest_word(cells: list[str], characters: int = 1) -> int:
    """Characters that a column cannot do without: its longest word."""
    return max((printed_length(w) for cell in cells for w in words(cell, characters)), default=1)


def least_widths(columns: list[list[str]]) -> list[float]:
    """Characters below which a column parts words, or has a head of many lines."""
    for characters, lines in WISHES:
        widths = [
            max(longest_word(cells, characters), printed_length(cells[0]) / lines, 2) + GAP
            for cells in columns
        ]
        if sum(widths) <= LINE:
            break
    return widths


def column_widths(columns: list[list[str]]) -> list[float]:
    """Characters of each column, together a line: its longest word, the rest where it saves lines.

    Widths in proportion to the fourth root of the sum of cubed lengths minimise the sum of
    (length / width) ** 3, so that no cell is much higher than the others of its row.
    """
    widths = least_widths(columns)
    most = [max(map(printed_length, cells)) + GAP for cells in columns]
    wishes = [  # of the cells below the head, which may fold
        sum(printed_length(cell) ** 3 for cell in cells[1:] or cells) ** 0.25 for cells in columns
    ]
    while (room := LINE - sum(widths)) > 0:
        lacks = [
            wish / width if width < limit else 0
            for wish, width, limit in zip(wishes, widths, most, strict=True)
        ]
        widths[lacks.index(max(lacks))] += min(room, 1)
    return widths


def printed_lines(columns: list[list[str]], widths: list[float]) -> int:
    """Lines that a table of such widths takes in print."""
    heights = [
        [ceil(printed_length(cell) / max(width - GAP, 1)) for cell in cells]
        for cells, width in zip(columns, widths, strict=True)
    ]
    return sum(max(1, *row) for row in zip(*heights, strict=True))


def fit_columns(doctree: nodes.document) -> None:
    """Fold the text of tables that are wider than a line; let those longer than a page break."""
    for table in doctree.findall(nodes.table):
        rows = [row.children for row in table.findall(nodes.row)]
        if not rows or len({len(row) for row in rows}) > 1:
            continue
        columns = [
            list(cells) for cells in zip(*([c.astext() for c in r] for r in rows), strict=True)
        ]
        widths = [max(map(printed_length, cells)) + GAP for cells in columns]
        if sum(widths) > LINE:
            widths = column_widths(columns)
            for spec, width in zip(table.findall(nodes.colspec), widths, strict=True):
                spec["colwidth"] = round(10 * width)
            table["classes"].append("colwidths-given")
        if not in_a_box(table) and printed_lines(columns, widths) > PAGE:
            table["classes"].append("longtable")


def breaks(table: Table) -> bool:
    """Whether LaTeX may break a table: one of more than a page, not of thirty rows as in Sphinx."""
    return "longtable" in table.classes


def set_glossary(doctree: nodes.document) -> None:
    """Set the glossary in two columns."""
    for terms in list(doctree.findall(glossary)):
        put_into("bookglossary", terms)


def float_stills(doctree: nodes.document) -> None:
    """Let the picture of what moves float in print, with the words before it for a legend."""
    for image in list(doctree.findall(nodes.image)):
        cell = cell_of(image)
        legend = cell and not isinstance(image.parent, nodes.figure) and cell.previous_sibling()
        if isinstance(legend, nodes.paragraph):
            legend.parent.remove(legend)
            image.replace_self(nodes.figure("", image.deepcopy(), nodes.legend("", legend)))


def close_up_code(doctree: nodes.document) -> None:
    """Leave one blank line between the parts of code, where a style guide wants two."""
    for code in doctree.findall(nodes.literal_block):
        if len(code) == 1 and "\n\n\n" in code.rawsource:
            code.rawsource = code.rawsource.replace("\n\n\n", "\n\n")
            code[0] = nodes.Text(code.rawsource)


def empty_blank_cells(doctree: nodes.document) -> None:
    """Take the empty paragraph out of blank cells: in LaTeX it makes their row two lines high."""
    for cell in doctree.findall(nodes.entry):
        if not any(cell.findall(nodes.Text)) and not any(cell.findall(nodes.image)):
            cell.clear()


def prepare(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Change what print has otherwise than the screen."""
    if app.builder.format != "latex":
        return
    leave_out(app, doctree)
    set_small(app.config.print_hand_outs, doctree)
    set_glossary(doctree)
    name_theorems(doctree)
    float_stills(doctree)
    close_up_code(doctree)
    empty_blank_cells(doctree)
    fit_columns(doctree)
    cite_exercises(app.env, doctree)  # writes LaTeX, which has no width yet


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    Table.is_longtable = breaks
    app.add_config_value("print_leaves_out", [], "env", types=[list])
    app.add_config_value("print_hand_outs", [], "env", types=[list])
    app.connect("doctree-resolved", prepare)
    # At the theorem, below the room that `page_breaks` asks for.
    app.connect("doctree-resolved", anchor_theorems, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

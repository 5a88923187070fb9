"""What the LaTeX writer leaves undone: exercises cited by number, columns that fit the paper."""

import re

from docutils import nodes
from sphinx.addnodes import number_reference
from sphinx.application import Sphinx

LONG = 30  # rows from which Sphinx sets a table as a longtable, whose columns do not fold
WIDEST = 30  # characters that a column asks for at most
_COMMAND = re.compile(r"\\[a-zA-Z]+|[{}^_$]")


def cite_exercises(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Set the number of an exercise of another chapter, which LaTeX cannot look up."""
    if app.builder.format != "latex":
        return
    registry = app.env.sphinx_exercise_registry
    for reference in list(doctree.findall(number_reference)):
        label = reference.get("refuri", "").rpartition("#")[2]
        if label in registry:
            numbers = app.env.toc_fignumbers[registry[label]["docname"]]["exercise"][label]
            text = reference["title"] % ".".join(map(str, numbers))
            link = rf"\hyperref[exercise:{label}]{{{text}}}"
            reference.replace_self(nodes.raw("", link, format="latex"))


def printed_length(text: str) -> int:
    """Characters of a text as set, a command of a formula counted as one."""
    return len(_COMMAND.sub(lambda found: "x" if len(found[0]) > 1 else "", text))


def column_width(cells: list[str]) -> int:
    """Characters that a column needs: its longest word, and its longest text up to a limit."""
    word = max((printed_length(w) for cell in cells for w in cell.split()), default=1)
    return max(word, min(max(map(printed_length, cells)), WIDEST), 2)


def fit_columns(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the columns of long tables widths that fill the line and let text fold."""
    if app.builder.format != "latex":
        return
    for table in doctree.findall(nodes.table):
        rows = [row.children for row in table.findall(nodes.row)]
        if len(rows) > LONG:
            columns = zip(*([cell.astext() for cell in row] for row in rows), strict=True)
            specs = table.findall(nodes.colspec)
            for spec, cells in zip(specs, columns, strict=True):
                spec["colwidth"] = column_width(cells)
            table["classes"].append("colwidths-given")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.connect("doctree-resolved", cite_exercises)
    app.connect("doctree-resolved", fit_columns)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

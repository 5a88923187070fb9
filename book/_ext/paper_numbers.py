"""Let an equation of the paper carry the paper's number: (33), not (5.4)."""

import re

from docutils import nodes
from page_tree import latex, put_before, put_behind
from sphinx.application import Sphinx

_LABEL = re.compile(r"eq-tp-(\d+)$")


def number_of(label: str | None) -> str | None:
    """The paper's number in a label such as ``eq-tp-33``, else None."""
    found = _LABEL.match(label or "")
    return found[1] if found else None


def number_pages(app: Sphinx, env) -> None:
    """HTML: replace the running number by the paper's."""
    for label, (docname, _) in env.get_domain("math").equations.items():
        numbers = env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        if number_of(label):
            numbers[f"equation-{label}"] = (number_of(label),)


def number_print(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """LaTeX: print the paper's number around the equation, counting on as usual."""
    if app.builder.format != "latex":
        return
    for block in list(doctree.findall(nodes.math_block)):
        if number := number_of(block.get("label")):
            put_before(block, latex(rf"\begingroup\renewcommand{{\theequation}}{{{number}}}"))
            put_behind(block, latex(r"\endgroup"))


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("env-check-consistency", number_pages)
    app.connect("doctree-resolved", number_print)
    return {"version": "1", "parallel_read_safe": True}

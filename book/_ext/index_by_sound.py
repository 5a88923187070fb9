"""Chinese terms of the printed index stand in the order of their sounds, after the others."""

import re

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.writers.latex import LaTeXTranslator

ALIKE = str.maketrans("熵", "商")  # GB 2312 has its commoner characters alone in order of sound
LAST = "zz"
_HAN = re.compile("[\u4e00-\u9fff]")
_KEY = re.compile(r"\\index\{([^@]+)@")


def sound(term: str) -> str:
    """What makeindex sorts a term by."""
    if not _HAN.match(term):
        return term
    return LAST + term.translate(ALIKE).encode("gb2312", "ignore").hex()


def visit_index(self: LaTeXTranslator, node: addnodes.index) -> None:
    """Write entries of the index as Sphinx does, but for what they are sorted by."""
    start = len(self.body)
    try:
        LaTeXTranslator.visit_index(self, node)
    finally:  # it skips the node by an exception
        entries = "".join(self.body[start:])
        self.body[start:] = [_KEY.sub(lambda found: rf"\index{{{sound(found[1])}@", entries)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Take over from Sphinx in print."""
    app.add_node(addnodes.index, override=True, latex=(visit_index, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}

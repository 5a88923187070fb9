"""The Sphinx extension that lets an equation keep the paper's number."""

import subprocess
import sys

import pytest

from spillover.project import ROOT

PAGE = """
Page
====

.. math:: a = b
   :label: eq-other

.. math:: p = \\\\frac{\\\\sigma}{\\\\sigma - 1}
   :label: eq-tp-33

See :eq:`eq-tp-33` and :eq:`eq-other`.
""".replace("\\\\\\\\", "\\\\").replace("\\\\", "\\")

CONFIG = f"""
import sys
sys.path.insert(0, {str(ROOT / "book" / "_ext")!r})
extensions = ["sphinx.ext.mathjax", "paper_numbers"]
numfig = True
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    source = tmp_path_factory.mktemp("page")
    (source / "conf.py").write_text(CONFIG)
    (source / "index.rst").write_text(PAGE)

    def build(builder):
        command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, source, source / builder]
        subprocess.run(command, check=True)
        return source / builder

    return build


def test_pages_show_the_papers_number(built):
    page = (built("html") / "index.html").read_text()
    assert page.count("(33)") == 2  # beside the equation and in the reference
    assert "eqno" in page


def test_print_shows_the_papers_number(built):
    (tex,) = (built("latex")).glob("*.tex")
    printed = tex.read_text()
    assert printed.count(r"\renewcommand{\theequation}{33}") == 1
    before, after = printed.split(r"\begingroup\renewcommand{\theequation}{33}")
    assert r"\label{equation:index:eq-other}" in before
    assert r"\label{equation:index:eq-tp-33}" in after.split(r"\endgroup")[0]

"""Notebooks for Colab: each chapter with a first cell that fetches the book and its package."""

import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from execute import chapters, read
from spillover.project import ROOT

FOLDER = "book-source"
FETCH = """# Fetches the book and installs what it needs; takes a minute, once a session.
!test -d {folder} || git clone --quiet --depth 1 {address} {folder}
%pip install --quiet ./{folder}[book]
import sys

sys.path.insert(0, "{folder}/lib")  # the package beside its data"""


def with_fetch(chapter: Path, address: str) -> nbformat.NotebookNode:
    """A chapter as a notebook that starts from an empty machine."""
    notebook = read(chapter)
    notebook.cells.insert(0, new_code_cell(FETCH.format(address=address, folder=FOLDER)))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def write_notebooks(address: str, target: Path) -> None:
    """Write one notebook a chapter into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    for chapter in chapters(ROOT):
        nbformat.write(with_fetch(chapter, address), target / f"{chapter.stem}.ipynb")


if __name__ == "__main__":
    write_notebooks(address=sys.argv[1], target=Path(sys.argv[2]))

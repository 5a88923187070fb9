"""Chapters and notebooks are the same thing in two forms."""

import jupytext
import pytest
import yaml

from spillover.project import ROOT

CHAPTERS = sorted(
    path for path in (ROOT / "book").glob("*.md") if "{code-cell}" in path.read_text("utf-8")
)


def cells(notebook) -> list[tuple]:
    return [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_survives_the_way_to_a_notebook_and_back(chapter):
    notebook = jupytext.read(chapter)
    paired = jupytext.reads(jupytext.writes(notebook, fmt="ipynb"), fmt="ipynb")
    assert cells(paired) == cells(notebook)
    back = jupytext.reads(jupytext.writes(paired, fmt="md:myst"), fmt="md:myst")
    assert cells(back) == cells(notebook)


def test_the_pairing_names_both_folders():
    text = (ROOT / "jupytext.toml").read_text()
    assert '"book/" = "md:myst"' in text
    assert '"notebooks/" = "ipynb"' in text


def test_every_chapter_is_in_the_table_of_contents(chapters):
    unlisted = {path.stem for path in CHAPTERS} - {name.split("/")[-1] for name in chapters}
    assert not unlisted


def test_notebooks_are_left_out_of_the_book():
    patterns = yaml.safe_load((ROOT / "_config.yml").read_text())["exclude_patterns"]
    assert "notebooks" in patterns

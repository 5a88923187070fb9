"""Launch buttons come from one address, and open notebooks that exist."""

import subprocess
import sys

import jupytext
import nbformat
import pytest
import yaml

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from colab import FOLDER, with_fetch, write_notebooks

ADDRESS = "https://github.com/some-one/some.book"
NAMED = 'repository_address: ""'


def publish_at(small_book, address):
    config = small_book.folder / "_config.yml"
    assert NAMED in config.read_text()
    config.write_text(config.read_text().replace(NAMED, f'repository_address: "{address}"'))


@pytest.mark.book
def test_no_address_no_buttons(html, chapters):
    for name in chapters:
        page = (html / f"{name}.html").read_text("utf-8")
        assert "mybinder.org/v2" not in page and "colab.research" not in page, name


def test_an_address_gives_a_chapter_both_buttons(small_book):
    publish_at(small_book, ADDRESS)
    small_book.write("1")
    assert small_book.build().returncode == 0
    page = small_book.page()
    binder = (
        "https://mybinder.org/v2/gh/some-one/some.book/HEAD?urlpath=lab/tree/notebooks/page.ipynb"
    )
    colab = "https://colab.research.google.com/github/some-one/some.book/blob/notebooks/page.ipynb"
    assert f'href="{binder}"' in page
    assert f'href="{colab}"' in page


def test_an_address_that_no_button_can_use_is_refused(small_book):
    publish_at(small_book, "https://example.org/book")
    small_book.write("1")
    result = small_book.build()
    assert result.returncode != 0
    assert "repository_address: 'https://example.org/book'" in result.stdout + result.stderr


def test_the_address_is_set_in_one_place():
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    assert config["sphinx"]["config"]["repository_address"] == ""
    assert "repository" not in config


def test_binder_makes_the_notebooks_that_its_button_opens(tmp_path):
    (tmp_path / "book").mkdir()
    for name in ("jupytext.toml", "postBuild", "book/intro.md"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    path = {"PATH": f"{ROOT / '.venv' / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path)}
    subprocess.run(["bash", "postBuild"], cwd=tmp_path, env=path, check=True, capture_output=True)
    notebook = nbformat.read(tmp_path / "notebooks" / "intro.ipynb", as_version=4)
    assert [cell.source for cell in notebook.cells] == [
        cell.source for cell in jupytext.read(ROOT / "book" / "intro.md").cells
    ]


def test_a_colab_notebook_fetches_the_book_first():
    chapter = ROOT / "book" / "intro.md"
    notebook = with_fetch(chapter, ADDRESS)
    nbformat.validate(notebook)
    first, *rest = notebook.cells
    assert f"git clone --quiet --depth 1 {ADDRESS} {FOLDER}" in first.source
    assert [cell.source for cell in rest if cell.cell_type == "code"] == [
        cell.source for cell in jupytext.read(chapter).cells if cell.cell_type == "code"
    ]


@pytest.mark.book
def test_every_chapter_has_a_colab_notebook(tmp_path, chapters):
    write_notebooks(ADDRESS, tmp_path)
    with_code = [
        name for name in chapters if "{code-cell}" in (ROOT / f"{name}.md").read_text("utf-8")
    ]
    assert {f"book/{path.stem}" for path in tmp_path.glob("*.ipynb")} == set(with_code)

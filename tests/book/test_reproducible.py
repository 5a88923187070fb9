"""Every downloaded notebook runs anywhere, and says what the book says."""

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from results import differences, notebook_lines, results

QUICK = ["intro", "appendix-notation", "model-knowledge"]
EVERY = sorted(
    path.stem for path in (ROOT / "book").glob("*.md") if "{code-cell}" in path.read_text("utf-8")
)


def rerun(html, folder, stem):
    """Run a downloaded notebook in a folder of its own; return it as published and as run."""
    published = nbformat.read(html / "_sources" / "book" / f"{stem}.ipynb", as_version=4)
    again = nbformat.from_dict(published)
    for cell in again.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(again, timeout=600, coalesce_streams=True, resources=where).execute()
    return published, again


def check(html, folder, stem):
    published, again = rerun(html, folder, stem)
    before, after = ("\n".join(notebook_lines(each)) for each in (published, again))
    assert before
    assert not differences(before, after)
    assert not list(folder.iterdir()), "a chapter leaves files where it runs"


@pytest.mark.book
@pytest.mark.parametrize("stem", QUICK)
def test_a_downloaded_notebook_runs_and_repeats_the_book(html, tmp_path, stem):
    check(html, tmp_path, stem)


@pytest.mark.book
@pytest.mark.slow
@pytest.mark.parametrize("stem", [stem for stem in EVERY if stem not in QUICK])
def test_every_downloaded_notebook_runs_and_repeats_the_book(html, tmp_path, stem):
    check(html, tmp_path, stem)


def notebook(*outputs):
    return new_notebook(cells=[new_code_cell("pass"), new_code_cell("x", outputs=list(outputs))])


def shown(**data):
    mime = {"plain": "text/plain", "markdown": "text/markdown", "html": "text/html"}
    data = {mime.get(key, f"image/{key}"): value for key, value in data.items()}
    return new_output("display_data", data=data)


def glued(key, text):
    data = {"application/papermill.record/text/plain": text}
    return new_output("display_data", data=data, metadata={"scrapbook": {"name": key}})


def test_numbers_tables_and_prints_are_read():
    cells = notebook(
        glued("small_n", "'31'"),
        shown(markdown="| a |\n| 1 |", html="<table>", plain="T"),
        new_output("stream", name="stdout", text="rho 0.4\n"),
        shown(png="...", plain="<Figure>"),
        shown(plain="<thing at 0x7f00>"),
    )
    assert list(notebook_lines(cells)) == [
        "[2]",
        "small_n = '31'",
        "| a |",
        "| 1 |",
        "rho 0.4",
        "<thing>",
    ]


def save(folder, name, cells):
    folder.mkdir(exist_ok=True)
    nbformat.write(cells, folder / f"{name}.ipynb")


def test_one_digit_makes_a_difference(tmp_path):
    executed = tmp_path / "_build" / "executed"
    executed.mkdir(parents=True)
    command = [sys.executable, ROOT / "book" / "results.py", "--project", tmp_path]
    save(executed, "one", notebook(glued("n", "'0.123'")))
    subprocess.run([*command, "write"], check=True)
    kept = (tmp_path / "_build" / "results.txt").rename(tmp_path / "results.txt")
    assert kept.read_text() == results(executed) == "== one\n[2]\nn = '0.123'\n"
    compare = [*command, "compare", kept]
    assert subprocess.run(compare, capture_output=True, text=True).stdout == "identical\n"
    save(executed, "one", notebook(glued("n", "'0.124'")))
    changed = subprocess.run(compare, capture_output=True, text=True)
    assert changed.returncode == 1
    assert "-n = '0.123'" in changed.stdout
    assert "+n = '0.124'" in changed.stdout


def test_a_widget_is_known_by_its_html():
    first, second = (list(notebook_lines(notebook(shown(html=h)))) for h in ("<a>", "<b>"))
    assert first != second

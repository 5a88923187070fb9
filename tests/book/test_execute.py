"""What is executed again: chapters whose numbers, or whose Chinese labels, may have changed."""

import nbformat
import pytest

import execute
from fingerprints import of_execution
from spillover.words import TWIN_MIME

CATALOGUES = {"figures": {"East": "东部", "West": "西部"}, "widgets": {"Reset": "复位"}}


@pytest.fixture(autouse=True)
def catalogues(monkeypatch):
    monkeypatch.setattr(execute, "catalogue", CATALOGUES.get)


def says_as_now(twin: dict) -> bool:
    output = nbformat.v4.new_output("display_data", data={"image/png": "", TWIN_MIME: twin})
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    return execute.says_as_now(nbformat.v4.new_notebook(cells=[cell]))


@pytest.mark.parametrize(
    ("twin", "fresh"),
    [
        ({"messages": {"East": "东部", "North": ""}}, True),
        ({"messages": {"East": "东方"}}, False),
        ({"messages": {"West": ""}}, False),
        ({"messages": {}, "words": {"Reset": "复位"}}, True),
        ({"messages": {}, "words": {"Reset": "重置"}}, False),
    ],
)
def test_a_chapter_with_old_chinese_labels_is_executed_again(twin, fresh):
    assert says_as_now(twin) is fresh


def test_a_word_of_a_catalogue_executes_no_other_chapter(tmp_path):
    folder = tmp_path / "lib" / "locale"
    folder.mkdir(parents=True)
    (tmp_path / "lib" / "code.py").write_text("x = 1")
    before = of_execution(tmp_path)
    (folder / "figures.po").write_text("msgid")
    assert of_execution(tmp_path) == before
    (tmp_path / "lib" / "code.py").write_text("x = 2")
    assert of_execution(tmp_path) != before

"""The build refuses faults and notices every edit."""

import shutil
import sys

import pytest

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from build import vendor_mathjax


def test_an_interrupted_copy_of_mathjax_is_made_anew(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "copy", interrupted)
        vendor_mathjax(tmp_path)
    vendor_mathjax(tmp_path)
    assert (tmp_path / "_build" / "vendored" / "mathjax" / "core.js").stat().st_size > 1e5


def test_a_cell_that_raises_fails_the_build_and_is_named(small_book):
    small_book.write("1 / 0")
    result = small_book.build()
    assert result.returncode != 0
    assert "book/page.md, code cell 1" in result.stderr
    assert "ZeroDivisionError" in result.stderr


def test_a_sphinx_warning_fails_the_build_each_time(small_book):
    small_book.write("1\n```\n\n{ref}`nowhere`\n\n```{code-cell} ipython3\n2")
    assert small_book.build().returncode != 0
    assert small_book.build().returncode != 0


def test_an_edit_in_lib_changes_the_page(small_book):
    module = small_book.folder / "lib" / "number.py"
    module.write_text("NUMBER = 1234567")
    small_book.write("import sys\nsys.path.insert(0, '../lib')\nimport number\nnumber.NUMBER")
    assert small_book.build().returncode == 0
    assert "1234567" in small_book.page()
    module.write_text("NUMBER = 7654321")
    assert small_book.build().returncode == 0
    assert "7654321" in small_book.page()
    assert "1234567" not in small_book.page()


def test_an_unchanged_chapter_is_not_run_again(small_book):
    count = small_book.folder / "data-count.txt"
    small_book.write(f"with open({str(count)!r}, 'a') as file:\n    written = file.write('x')")
    assert small_book.build().returncode == 0
    assert small_book.build().returncode == 0
    assert count.read_text() == "x"

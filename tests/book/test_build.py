"""The build refuses faults and notices every edit."""

import shutil

import pytest

import build


def test_an_interrupted_copy_of_mathjax_is_made_anew(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "copy", interrupted)
        build.vendor_mathjax(tmp_path)
    build.vendor_mathjax(tmp_path)
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


def test_only_what_has_changed_is_made_again(small_book, tmp_path_factory):
    runs = tmp_path_factory.mktemp("count") / "runs.txt"
    module = small_book.folder / "lib" / "number.py"
    module.write_text("NUMBER = 1234567")
    code = f"import sys\nwith open({str(runs)!r}, 'a') as file:\n    written = file.write('x')\n"
    code += "sys.path.insert(0, '../lib')\nimport number\nnumber.NUMBER"
    small_book.write(code)
    assert small_book.build().returncode == 0
    assert "1234567" in small_book.page()
    small_book.write(f"{code}\n```\n\nOne more sentence.\n\n```text\nquoted")
    assert small_book.build().returncode == 0
    assert "One more sentence" in small_book.page()
    assert runs.read_text() == "x"
    again = small_book.build()
    assert (again.returncode, again.stdout) == (0, f"{build.UNCHANGED}\n")
    module.write_text("NUMBER = 7654321")
    assert small_book.build().returncode == 0
    assert "7654321" in small_book.page()
    assert "1234567" not in small_book.page()


PAGE, CATALOGUE = "_build/html/book/page.html", "book/locale/zh_CN/LC_MESSAGES/book/page.po"


@pytest.fixture
def builds(tmp_path, monkeypatch):
    """A project whose builders write one page, in no time."""

    def write(project):
        (project / PAGE).parent.mkdir(parents=True, exist_ok=True)
        (project / PAGE).write_text("page")
        return [project / PAGE]

    monkeypatch.setattr(build, "vendor_mathjax", lambda project: None)
    monkeypatch.setattr(build, "run_chapters", lambda project: None)
    monkeypatch.setattr(build, "BUILDERS", dict.fromkeys(("pdf", "html"), write))
    for name in ("book/page.md", CATALOGUE, "_config.yml", "lib/code.py", "data/figures.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as built")
    (tmp_path / "_build").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "edited", ["book/page.md", CATALOGUE, "_config.yml", "lib/code.py", "data/figures.csv", PAGE]
)
def test_an_edit_or_a_lost_page_has_the_book_built_again(edited, builds):
    build.build(builds, ["html"])
    assert build.is_built(builds, ["html"])
    (builds / edited).unlink()
    assert not build.is_built(builds, ["html"])
    build.build(builds, ["html"])
    (builds / edited).write_text("as it was not")
    assert not build.is_built(builds, ["html"])


def test_what_tools_keep_for_themselves_is_no_edit(builds):
    build.build(builds, ["html"])
    for name in (".venv/file", "lib/__pycache__/code.pyc", "_build/.doctrees/page", "book/page.mo"):
        (builds / name).parent.mkdir(parents=True, exist_ok=True)
        (builds / name).write_text("new")
    assert build.is_built(builds, ["html"])


def test_an_edit_during_a_build_counts(builds, monkeypatch):
    monkeypatch.setattr(build, "run_chapters", lambda project: (project / "new.md").touch())
    build.build(builds, ["html"])
    assert not build.is_built(builds, ["html"])


def test_a_failed_build_leaves_nothing_that_counts_as_built(builds, monkeypatch):
    def fail(project):
        raise build.BuildError

    build.build(builds, ["html"])
    with monkeypatch.context() as patch, pytest.raises(build.BuildError):
        patch.setattr(build, "run_chapters", fail)
        build.build(builds, ["html"])
    assert not build.is_built(builds, ["html"])


@pytest.mark.parametrize(
    ("built", "wanted", "stands"),
    [
        (["pdf", "html"], ["html"], True),
        (["html"], ["pdf", "html"], False),
        (["pdf", "html"], ["pdf", "html"], True),
    ],
)
def test_only_what_was_built_counts_as_built(built, wanted, stands, builds):
    build.build(builds, built)
    assert build.is_built(builds, wanted) is stands

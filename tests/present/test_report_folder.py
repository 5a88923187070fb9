"""Nothing of the user's is deleted: only what an earlier run wrote, unchanged, may be replaced."""

import json
import os
from pathlib import Path

import pytest

from spillover.present import report_folder as folders
from spillover.present.report_folder import RECORD, checksum, put_whole, require_free, write_record


def report(target):
    (target / "tables").mkdir()
    (target / "tables" / "impacts.csv").write_text("a,b\n")
    (target / "report.html").write_text("<html>")
    write_record(target, {"Command": "spillover run"})


@pytest.fixture
def earlier(tmp_path):
    put_whole(tmp_path / "report", False, report)
    return tmp_path / "report"


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def refuse(folder, match, inputs=(), force=True):
    before = contents(folder.parent)
    with pytest.raises(OSError, match=match):
        require_free(folder, force, inputs)
    with pytest.raises(OSError, match=match):
        put_whole(folder, force, report, inputs)
    assert contents(folder.parent) == before


def test_an_untouched_report_is_replaced_by_force_alone(earlier):
    refuse(earlier, "earlier report: use --force", force=False)
    put_whole(earlier, True, lambda target: (target / "new").write_text("new"))
    assert [path.name for path in earlier.iterdir()] == ["new"]


def test_a_missing_file_of_the_report_does_not_matter(earlier):
    (earlier / "report.html").unlink()
    put_whole(earlier, True, report)
    assert (earlier / "report.html").exists()


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("thesis.docx", lambda path: path.write_text("years of work")),
        (".git", lambda path: path.mkdir()),
        ("tables/notes", lambda path: path.mkdir()),
        ("tables/impacts.csv", lambda path: path.write_text("edited by hand")),
        ("tables/mine.csv", lambda path: path.write_text("")),
        ("link.csv", lambda path: path.symlink_to("tables/impacts.csv")),
        ("report.html", lambda path: (path.unlink(), path.symlink_to("/etc/hostname"))),
        ("report.html", lambda path: (path.unlink(), path.mkdir())),
        ("pipe", os.mkfifo),
    ],
)
def test_a_report_with_anything_added_or_edited_is_refused(earlier, name, spoil):
    spoil(earlier / name)
    refuse(earlier, f"{name}, which is not as an earlier report left it")


@pytest.mark.parametrize(
    "record",
    ["", "{}", "[]", "null", '{"files": []}', '{"files": {"thesis.docx": ""}}', "\x00"],
)
def test_another_programs_run_json_is_not_a_report(tmp_path, record):
    project = tmp_path / "project"
    project.mkdir()
    (project / RECORD).write_text(record)
    (project / "thesis.docx").write_text("years of work")
    refuse(project, "run.json is not as an earlier report left it")


def test_a_record_with_a_file_slipped_in_is_refused(earlier):
    thesis = earlier / "thesis.docx"
    thesis.write_text("years of work")
    record = json.loads((earlier / RECORD).read_text())
    record["files"]["thesis.docx"] = checksum(thesis)
    (earlier / RECORD).write_text(json.dumps(record))
    refuse(earlier, "run.json is not as an earlier report left it")


def test_a_folder_without_a_record_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw.csv").write_text("raw")
    refuse(tmp_path / "data", "not a report")
    refuse(tmp_path / "data" / "raw.csv", "a file, not a report")
    refuse(tmp_path / "data" / "raw.csv" / "report", "nothing can be written in")


@pytest.mark.parametrize("target", ["real", "nowhere"])
def test_a_link_is_refused(tmp_path, target):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / target)
    refuse(tmp_path / "link", "is a link")


def test_the_working_and_the_home_folder_and_those_above_are_refused(tmp_path, monkeypatch):
    inner = tmp_path / "above" / "here"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    for folder in (Path("."), inner, inner.parent, Path("..")):
        with pytest.raises(OSError, match="is or holds the working folder"):
            require_free(folder, True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(inner))
    refuse(inner.parent, "is or holds the home folder")


def test_a_folder_that_holds_an_input_is_refused_even_through_a_link(earlier):
    panel = earlier / "tables" / "impacts.csv"
    refuse(earlier, "the input .*impacts.csv", [panel])
    alias = earlier.parent / "panel.csv"
    alias.symlink_to(panel)
    refuse(earlier, "the input .*panel.csv", [alias])


def test_what_is_added_while_the_report_is_written_is_kept(earlier):
    def slow(target):
        report(target)
        (earlier / "thesis.docx").write_text("saved during the run")

    with pytest.raises(FileExistsError, match=r"thesis\.docx"):
        put_whole(earlier, True, slow)
    assert (earlier / "thesis.docx").read_text() == "saved during the run"


@pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_leaves_nothing_behind_and_the_earlier_report_in_place(earlier, fault):
    def fail(target):
        (target / "half").write_text("half")
        raise fault

    before = contents(earlier.parent)
    for target in (earlier, earlier.parent / "deep" / "er" / "report"):
        with pytest.raises(type(fault)):
            put_whole(target, True, fail)
        assert contents(earlier.parent) == before


@pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
def test_the_earlier_report_comes_back_when_the_new_one_cannot_be_moved(
    earlier, monkeypatch, fault
):
    before, rename = contents(earlier), Path.rename

    def broken(path, target):
        if path.name == "report" and path != earlier:
            raise fault
        return rename(path, target)

    monkeypatch.setattr(folders.Path, "rename", broken)
    with pytest.raises(type(fault)):
        put_whole(earlier, True, report)
    assert contents(earlier) == before


def test_what_is_added_in_the_last_moment_is_kept(earlier, monkeypatch):
    rename = Path.rename

    def just_before(path, target):
        if path == earlier:
            (path / "thesis.docx").write_text("saved in the last moment")
        return rename(path, target)

    monkeypatch.setattr(folders.Path, "rename", just_before)
    with pytest.raises(FileExistsError, match=r"report holds thesis\.docx"):
        put_whole(earlier, True, report)
    assert (earlier / "thesis.docx").read_text() == "saved in the last moment"

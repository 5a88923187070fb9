"""A release holds what is tagged and built, and can be checked."""

import hashlib
import subprocess
import sys
import tarfile
import tomllib

import nbformat
import pytest
import yaml
from nbformat.v4 import new_notebook

from spillover.project import ROOT


def git(project, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=project, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path):
    """A committed, tagged and built project."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".gitignore").write_text("_build/\n")
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (folder / "CITATION.cff").write_text("version: 1.2.3\n")
    (folder / "run.sh").write_text("true\n")
    (folder / "run.sh").chmod(0o755)
    for built in ("html/index.html", "latex/book.pdf"):
        (folder / "_build" / built).parent.mkdir(parents=True)
        (folder / "_build" / built).write_text(built)
    (folder / "_build" / "executed").mkdir()
    nbformat.write(new_notebook(), folder / "_build" / "executed" / "one.ipynb")
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    git(folder, "tag", "v1.2.3")
    return folder


def release(project):
    command = [sys.executable, ROOT / "book" / "release.py", "--project", project]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_archive_holds_tree_book_and_checksums(project, tmp_path):
    result = release(project)
    assert result.returncode == 0, result.stderr
    archive = project / "_build" / "release" / "spillover-1.2.3.tar.gz"
    assert result.stdout.strip() == str(archive)
    with tarfile.open(archive) as files:
        assert files.getmember("spillover-1.2.3/run.sh").mode == 0o755
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path / "out"], check=True)
    folder = tmp_path / "out" / "spillover-1.2.3"
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"pyproject.toml", "built/html/index.html", "built/book.pdf"} <= present
    assert {"built/notebooks/one.ipynb", "built/results.txt", "built/exhibits.csv"} <= present
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(sums) == present - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    manifest = (folder / "MANIFEST").read_text()
    assert all(name in manifest for name in present - {"SHA256SUMS", "MANIFEST"})


def test_the_same_commit_gives_the_same_bytes(project):
    assert release(project).returncode == 0
    stamp = project / "_build" / "release" / "spillover-1.2.3.tar.gz.sha256"
    first = stamp.read_text()
    (project / "_build" / "html" / "index.html").touch()
    assert release(project).returncode == 0
    assert stamp.read_text() == first


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p: (p / "run.sh").write_text("false\n"), "not committed"),
        (lambda p: (p / "new.txt").write_text("new"), "not committed"),
        (lambda p: git(p, "tag", "-d", "v1.2.3"), "no tag v1.2.3"),
        (lambda p: (p / "_build" / "latex" / "book.pdf").unlink(), "book.pdf is missing"),
    ],
)
def test_what_is_not_a_release_is_refused(project, spoil, message):
    spoil(project)
    result = release(project)
    assert result.returncode == 1
    assert message in result.stderr
    assert not list(project.glob("_build/release/*.tar.gz"))


def test_versions_that_disagree_are_refused(project):
    (project / "CITATION.cff").write_text("version: 1.2.4\n")
    git(project, "commit", "-am", "version")
    result = release(project)
    assert "CITATION.cff says version 1.2.4, pyproject.toml 1.2.3" in result.stderr


def test_this_project_cites_the_version_that_it_has():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    assert {"cff-version", "message", "title", "authors", "date-released"} <= cited.keys()

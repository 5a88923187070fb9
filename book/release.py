"""Pack a release: the tagged tree, the built book, and what is needed to check both.

``make release`` builds the book and writes ``_build/release/spillover-<version>.tar.gz`` with

- the files of the tag, as git has them;
- ``built/``: the HTML book, the PDF, the executed notebooks, results.txt and exhibits.csv;
- ``MANIFEST``: size and path of each file; ``SHA256SUMS``: their checksums.

The same commit and the same build give the same archive, byte for byte.
"""

import argparse
import gzip
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import yaml

from results import results
from spillover.book.exhibit_list import exhibits
from spillover.present.report_folder import checksum
from spillover.project import ROOT

BUILT = {"html": "html", "latex/book.pdf": "book.pdf", "executed": "notebooks"}


class ReleaseError(Exception):
    """There is nothing to release; the message says why."""


def git(project: Path, *arguments: str) -> str:
    """What a git command prints."""
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=project, check=True, capture_output=True, text=True
    ).stdout.strip()


def version(project: Path) -> str:
    """The version, if package, citation file and a tag of this commit agree on it."""
    named = tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"]
    cited = yaml.safe_load((project / "CITATION.cff").read_text())["version"]
    if cited != named:
        raise ReleaseError(f"CITATION.cff says version {cited}, pyproject.toml {named}")
    if f"v{named}" not in git(project, "tag", "--points-at", "HEAD").split():
        raise ReleaseError(f"this commit has no tag v{named}: git tag v{named}")
    return named


def refuse_dirty(project: Path) -> None:
    """A release holds what is committed and nothing else."""
    if changed := git(project, "status", "--porcelain"):
        raise ReleaseError(f"not committed:\n{changed}")


def copy_built(project: Path, folder: Path) -> None:
    """Copy the built book beside the tree."""
    for source, target in BUILT.items():
        path = project / "_build" / source
        if not path.exists():
            raise ReleaseError(f"{path.relative_to(project)} is missing: run `make book`")
        if path.is_dir():
            shutil.copytree(path, folder / target)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / target)


def list_files(folder: Path) -> None:
    """Write MANIFEST and SHA256SUMS of everything below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: path.relative_to(folder).as_posix() for path in files}
    sizes = [f"{path.stat().st_size:>12,}  {name}\n" for path, name in names.items()]
    (folder / "MANIFEST").write_text("".join(sizes), "utf-8")
    sums = [f"{checksum(path)}  {name}\n" for path, name in names.items()]
    sums.append(f"{checksum(folder / 'MANIFEST')}  MANIFEST\n")
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")


def pack(folder: Path, archive: Path, time: int) -> None:
    """Write a folder as a tar.gz that depends on its contents alone."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = time, 0, 0, "", ""
        entry.mode = 0o755 if entry.mode & 0o100 else 0o644
        return entry

    with (
        archive.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=time) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            tar.add(path, path.relative_to(folder.parent).as_posix(), filter=plain)


def release(project: Path) -> Path:
    """Write the archive and its checksum; return the archive."""
    refuse_dirty(project)
    name = f"spillover-{version(project)}"
    target = project / "_build" / "release"
    shutil.rmtree(target, ignore_errors=True)
    folder = target / name
    git(project, "checkout-index", "--all", f"--prefix={folder}/")
    copy_built(project, folder / "built")
    (folder / "built" / "results.txt").write_text(results(folder / "built" / "notebooks"), "utf-8")
    exhibits().to_csv(folder / "built" / "exhibits.csv", index=False)
    list_files(folder)
    archive = target / f"{name}.tar.gz"
    pack(folder, archive, int(git(project, "show", "--no-patch", "--format=%ct", "HEAD")))
    archive.with_name(f"{archive.name}.sha256").write_text(f"{checksum(archive)}  {archive.name}\n")
    return archive


def main() -> int:
    """Write the release or say what is in its way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=ROOT)
    try:
        print(release(parser.parse_args().project))
    except ReleaseError as error:
        print(f"no release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The folder of a report: what may be replaced there, and how it is put in place as a whole."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

RECORD = "run.json"
FILES, FOLDER, SEAL = "files", "folder", "sha256 of this record"


def checksum(path: str | Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def require_free(folder: str | Path, force: bool = False, inputs: Iterable[Path] = ()) -> None:
    """Refuse a folder in which a report would put anything of somebody else's at risk.

    Parameters
    ----------
    folder
        Where the report is to stand; it need not be there yet.
    force
        Whether an earlier report may be replaced: one that holds what its run wrote, unchanged,
        and nothing else.
    inputs
        Files that are read.

    Raises
    ------
    OSError
        If the folder cannot be made, is a link, a file, the working or the home folder, contains
        one of these or an input, or holds anything that may not be replaced.
    """
    folder = Path(folder)
    _require_place(folder)
    precious = {"the working folder": Path.cwd(), "the home folder": Path.home()}
    precious |= {f"the input {path}": Path(path) for path in inputs}
    for what, path in precious.items():
        if path.resolve().is_relative_to(folder.resolve()):
            raise FileExistsError(f"{folder} is or holds {what}: choose another folder")
    if folder.exists() and any(folder.iterdir()):
        _require_untouched(folder)
        if not force:
            raise FileExistsError(f"{folder} holds an earlier report: use --force to replace it")


def _require_place(folder: Path) -> None:
    if folder.is_symlink():
        raise FileExistsError(f"{folder} is a link: name the folder itself")
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file, not a report: name a folder")
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(f"{folder}: nothing can be written in {above}")


def _require_untouched(folder: Path, called: Path | None = None) -> None:
    """Refuse a folder with anything that its own record does not list with this checksum."""
    written, called = _written(folder, called or folder), called or folder
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not _is_ours(path, name, written):
            raise FileExistsError(
                f"{called} holds {name}, which is not as an earlier report left it: "
                "choose another folder"
            )


def _is_ours(path: Path, name: str, written: Mapping[str, str]) -> bool:
    if path.is_symlink():
        return False
    if path.is_dir():
        return written.get(name) == FOLDER
    return name == RECORD or (path.is_file() and checksum(path) == written.get(name))


def _written(folder: Path, called: Path) -> dict[str, str]:
    """Names and checksums in the folder's record; they must be as they were written."""
    record = folder / RECORD
    if record.is_symlink() or not record.is_file():
        raise FileExistsError(f"{called} holds files that are not a report: choose another folder")
    try:
        content = json.loads(record.read_text("utf-8"))
        seal = content.pop(SEAL)
        files = dict(content[FILES])
    except (ValueError, KeyError, TypeError, AttributeError):
        seal, content, files = "", None, {}
    if seal != _seal(content):
        raise FileExistsError(
            f"{called / RECORD} is not as an earlier report left it: choose another folder"
        )
    return files


def _seal(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def write_record(folder: Path, settings: Mapping[str, object]) -> None:
    """Write how a report was made and which files it consists of, with their checksums.

    Parameters
    ----------
    folder
        The finished report.
    settings
        What it was made from, by name; what JSON does not know is written as text.
    """
    listed = {
        path.relative_to(folder).as_posix(): FOLDER if path.is_dir() else checksum(path)
        for path in sorted(folder.rglob("*"))
    }
    content = json.loads(json.dumps({**settings, FILES: listed}, default=str))
    text = json.dumps({**content, SEAL: _seal(content)}, indent=2, ensure_ascii=False)
    (folder / RECORD).write_text(text + "\n", "utf-8")


def put_whole(
    folder: Path, force: bool, write: Callable[[Path], None], inputs: Iterable[Path] = ()
) -> None:
    """Let a report be written beside its place and move it there when it is complete.

    Parameters
    ----------
    folder, force, inputs
        As in `require_free`, which refuses what it must before and after.
    write
        Fills an empty folder that it is given.
    """
    require_free(folder, force, inputs)
    with _beside(folder) as scratch:
        finished = scratch / "report"
        finished.mkdir()
        write(finished)
        require_free(folder, force, inputs)
        _exchange(finished, folder, scratch / "earlier")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A temporary folder beside the target; nothing is left of it, nor of folders made for it."""
    made = [parent for parent in folder.absolute().parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
            yield Path(scratch)
    finally:
        with suppress(OSError):  # not empty: the report is there
            for parent in made:
                parent.rmdir()


def write_new(path: Path, content: bytes, force: bool) -> None:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path
        The file; its folder exists.
    content
        What is written.
    force
        Whether one that exists is replaced.

    Raises
    ------
    OSError
        If the path is a folder, or a file that may not be replaced.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: name a file")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists: use --force to replace it")
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".") as scratch:
        written = Path(scratch) / path.name
        written.write_bytes(content)
        os.replace(written, path)


def _exchange(finished: Path, folder: Path, earlier: Path) -> None:
    if folder.exists():
        folder.rename(earlier)
    try:
        if earlier.exists() and any(earlier.iterdir()):
            _require_untouched(earlier, folder)
        finished.rename(folder)
    except BaseException:
        if earlier.exists():
            earlier.rename(folder)
        raise

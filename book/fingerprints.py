"""What a build has read and written, so that nothing is made twice."""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

EXECUTION_READS = ("lib", "data", "requirements.txt")
GENERATED = {"_build", "notebooks", "__pycache__"}
GENERATED_SUFFIXES = (".pyc", ".mo", ".egg-info")
OUTPUTS = ("html", "latex", "executed", "executed_zh", "zh/_build/latex", "zh/_build/templates")


def is_source(name: str) -> bool:
    """Whether a file or folder of this name is ours, not what a tool makes or keeps for itself."""
    return name[0] != "." and name not in GENERATED and not name.endswith(GENERATED_SUFFIXES)


def files_below(path: Path) -> Iterable[Path]:
    """Yield the files of a tree, or the file itself, leaving out what tools make."""
    if path.is_file():
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(filter(is_source, folders))
        yield from (Path(folder, name) for name in sorted(filter(is_source, names)))


def of_contents(project: Path, files: Iterable[Path]) -> str:
    """Hash of the names and contents of files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(project)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def of_execution(project: Path) -> str:
    """Hash of everything besides the chapters that a chapter's numbers depend on: no words."""
    read = (file for name in EXECUTION_READS for file in files_below(project / name))
    # A chapter is executed again when its own Chinese labels change.
    return of_contents(project, (f for f in read if "locale" not in f.relative_to(project).parts))


def of_sources(project: Path) -> str:
    """Hash of all that a build may read: every file of the project, and Python itself."""
    return f"{of_contents(project, files_below(project))} {sys.version}"


def of_outputs(project: Path) -> str:
    """Hash of the names, sizes and times of all that a build has written."""
    digest = hashlib.sha256()
    for name in OUTPUTS:
        for file in files_below(project / "_build" / name):
            stat = file.stat()
            digest.update(f"{file}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()

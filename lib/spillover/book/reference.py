"""What the package holds: its modules, each in the first line of its docstring."""

import ast
from pathlib import Path

import pandas as pd

from spillover.project import ROOT

PACKAGE = ROOT / "lib" / "spillover"


def modules(room: str = "") -> pd.DataFrame:
    """Modules of a room, or those that belong to none, and what each is for.

    Parameters
    ----------
    room
        ``paper``, ``present``, ``theory``, ``measure`` or ``panel``.
    """
    files = [file for file in (PACKAGE / room).glob("*.py") if file.stem != "__init__"]
    rows = [(f"`{file.stem}`", _says(file)) for file in sorted(files)]
    return pd.DataFrame(rows, columns=["module", "what it holds"])


def _says(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))).splitlines()[0].replace("``", "`")

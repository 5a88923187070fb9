"""A description to fill in."""

from importlib.resources import files
from pathlib import Path

TEMPLATES = {".toml": "paper.toml", ".csv": "rows.csv"}


def write_template(path: str | Path, force: bool = False) -> Path:
    """Write a description to fill in: TOML, or CSV rows by the name's ending.

    Raises
    ------
    FileExistsError
        If the file exists and ``force`` is off.
    ValueError
        For another ending.
    """
    path = Path(path)
    if path.suffix not in TEMPLATES:
        raise ValueError(f"{path} should end with .toml or .csv")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists: use --force to replace it")
    text = files("spillover.audit").joinpath("templates", TEMPLATES[path.suffix]).read_text("utf-8")
    path.write_text(text, "utf-8")
    return path

"""A description to fill in."""

from importlib.resources import files
from pathlib import Path

from spillover.present.report_folder import write_new
from spillover.words import CHINESE, ENGLISH

TEMPLATES = {
    ENGLISH: {".toml": "paper.toml", ".csv": "rows.csv"},
    CHINESE: {".toml": "paper-zh.toml", ".csv": "rows.csv"},
}


def write_template(path: str | Path, force: bool = False, language: str = ENGLISH) -> Path:
    """Write a description to fill in: TOML, or CSV rows by the name's ending.

    Parameters
    ----------
    path
        Of the file to write.
    force
        Whether to replace it.
    language
        Of the comments: ``"en"`` or ``"zh"``.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    FileExistsError
        If the file exists and ``force`` is off.
    ValueError
        For another ending.
    """
    path, templates = Path(path), TEMPLATES[language]
    if path.suffix not in templates:
        raise ValueError(f"{path} should end with .toml or .csv")
    template = files("spillover.audit").joinpath("templates", templates[path.suffix])
    write_new(path, template.read_bytes(), force)
    return path

"""What a course needs besides the pages: notebooks for students and instructors, small tables."""

import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pandas as pd

from spillover import datasets
from spillover.measure.indices import relative_size
from spillover.paper.consistency import published
from spillover.paper.published import MATRICES
from spillover.study.template import ENCODING
from spillover.words import ENGLISH, translate

SOLUTION_START, SOLUTION_END = "{solution-start}", "{solution-end}"
ANSWER = "answer"  # tag of a cell that computes what a question asks for
CHECK = re.compile(r"(?<=\{check\}) \S+")
FOLDER = "course"
YEAR = 2021
STAMP = (2026, 1, 1, 0, 0, 0)  # in the archives, so that two builds give the same bytes


def without_solutions(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy without solutions, answers of self-checks and outputs, for students."""
    kept, inside = [], False
    for cell in notebook.cells:
        text = cell.source if cell.cell_type == "markdown" else ""
        starts, ends = text.rfind(SOLUTION_START), text.rfind(SOLUTION_END)
        shown = outside(text, inside) if text else ""
        inside = (starts > ends) if (starts >= 0 or ends >= 0) else inside
        told = ANSWER in cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and shown.strip():
            kept.append(nbformat.v4.new_markdown_cell(CHECK.sub("", shown), id=cell.id))
        elif cell.cell_type == "code" and not inside and not told:
            kept.append(nbformat.v4.new_code_cell(cell.source, id=cell.id, metadata=cell.metadata))
    return nbformat.v4.new_notebook(cells=kept, metadata=notebook.metadata)


def outside(text: str, inside: bool) -> str:
    """The lines of a text that belong to no solution; ``inside`` says where it starts."""
    kept = []
    for line in text.splitlines():
        inside = inside or SOLUTION_START in line
        if not inside:
            kept.append(line)
        if SOLUTION_END in line:
            inside = False
    lines = [line for k, line in enumerate(kept) if not _closes_nothing(kept, k)]
    return "\n".join(lines)


def _closes_nothing(lines: list[str], place: int) -> bool:
    """Whether a fence is what a solution's last line leaves behind."""
    before = [line for line in lines[:place] if line.startswith("```")]
    return lines[place].strip() == "```" and len(before) % 2 == 0


def tables() -> dict[str, pd.DataFrame]:
    """Small tables for assignments, by file name."""
    provinces = datasets.load_provinces(local=None).xs(YEAR, level="year")
    regions = datasets.load_regions()
    columns = ["gdp_100m_yuan", "population_10k", "patents_granted"]
    shown = provinces[columns].join(regions[["latitude", "longitude", "macro_region"]])
    size = relative_size(datasets.load_provinces(local=None)["patents_granted"])
    return {
        f"provinces_{YEAR}.csv": shown.convert_dtypes(),
        "relative_patents.csv": size.unstack("year").round(4),
        "rd_2009.csv": datasets.load_rd_projects_2009(),
        "printed_effects.csv": published("table5_effects").set_index("weights"),
    }


def said(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """A table with its words in a language; the columns keep the names that code knows them by."""
    if language == ENGLISH:
        return table
    provinces = datasets.load_regions()["name_zh"]

    def word(cell: object) -> object:
        if not isinstance(cell, str):
            return cell
        return provinces.get(cell) or translate(MATRICES.get(cell, cell), "figures", language)

    return table.map(word).set_axis(table.index.map(word))


def archive(target: Path, files: dict[str, str]) -> None:
    """Write texts into a zip archive."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(name, STAMP), text)


def write_course(executed: Path, html: Path, language: str = ENGLISH) -> None:
    """Write notebooks and tables beside the built pages.

    Parameters
    ----------
    executed
        Folder of the executed chapters.
    html
        Folder of the built pages.
    language
        Of the pages.
    """
    folder = html / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    chapters = {path.name: nbformat.read(path, 4) for path in sorted(executed.glob("*.ipynb"))}
    students = {name: without_solutions(chapter) for name, chapter in chapters.items()}
    archive(folder / "student-notebooks.zip", {k: nbformat.writes(v) for k, v in students.items()})
    archive(
        folder / "instructor-notebooks.zip", {k: nbformat.writes(v) for k, v in chapters.items()}
    )
    for name, table in tables().items():
        said(table, language).to_csv(folder / name, encoding=ENCODING[language])

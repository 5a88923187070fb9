"""What a replicator asks for: exhibits by cell, seeds and their uses, versions, data, run time."""

import platform
import re
import tomllib
from importlib.metadata import version

import pandas as pd

from spillover.book.exhibit_list import NUMBER
from spillover.present.report_folder import checksum
from spillover.project import DATA, ROOT
from spillover.seeds import SEEDS

RUN_TIME = DATA / "replication" / "run_time.csv"
SOURCES = ("lib/**/*.py", "benchmarks/*.py", "book/*.md")
SHOWN_DIGITS = 16
_SEED = re.compile(r"SEEDS\[\"(\w+)\"\]")


def count(exhibits: pd.DataFrame) -> str:
    """How many exhibits of each kind there are, as a sentence."""
    of = exhibits["kind"].value_counts()
    return (
        f"The book has {len(exhibits):,} exhibits: {of['figure']} figures, {of['table']} tables, "
        f"{of['equation']} numbered equations and {of[NUMBER]} numbers in the prose."
    )


def by_cell(exhibits: pd.DataFrame) -> str:
    """What each cell of each chapter makes, as a MyST list with live numbers, from `exhibits`."""
    blocks = [
        "\n".join([f"{{doc}}`{chapter}`", "", *(_item(cell) for _, cell in rows.groupby("cell"))])
        for chapter, rows in exhibits.groupby("chapter", sort=False)
    ]
    return "\n\n".join(blocks)


def _item(made: pd.DataFrame) -> str:
    first = made.iloc[0]
    if first["cell"] == 0:
        return f"- In the text: {_names(made)}."
    functions = [f"`{name.removeprefix('spillover.')}`" for name in first["functions"].split()]
    source = f" With {', '.join(functions)}." if functions else ""
    rests_on = first["rests_on"].replace(" ", ", ")
    before = f" Rests on {rests_on}." if rests_on else ""
    return f"- Cell {first['cell']}: {_names(made)}.{source}{before}"


def _names(made: pd.DataFrame) -> str:
    roles = {"equation": "{eq}", NUMBER: ""}
    kinds = made.sort_values("kind", key=lambda kind: kind == NUMBER, kind="stable")
    return ", ".join(
        f"{roles.get(kind, '{numref}')}`{name}`"
        for kind, name in kinds[["kind", "name"]].itertuples(index=False)
    )


def seeds() -> str:
    """Every random seed and the files that use it, as a MyST list."""
    uses: dict[str, list[str]] = {name: [] for name in SEEDS}
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        for name in sorted(set(_SEED.findall(path.read_text("utf-8")))):
            uses[name].append(f"`{path.relative_to(ROOT).as_posix()}`")
    return "\n".join(
        f"- `{name}` = {seed}: {', '.join(uses[name])}" for name, seed in SEEDS.items()
    )


def environment() -> pd.DataFrame:
    """Python and the packages that this project names, in the versions installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = project["dependencies"] + project["optional-dependencies"]["book"]
    packages = sorted({re.split(r"[^\w.-]", name)[0] for name in named})
    rows = [("Python", platform.python_version()), *((each, version(each)) for each in packages)]
    return pd.DataFrame(rows, columns=["software", "version"])


def data_files() -> pd.DataFrame:
    """Every data set: lines, and the first digits of its SHA-256."""
    paths = sorted(path for path in DATA.rglob("*.csv") if path.parent.name != "local")
    rows = [
        (
            f"`{path.relative_to(DATA).as_posix()}`",
            len(path.read_text("utf-8").splitlines()) - 1,
            f"`{checksum(path)[:SHOWN_DIGITS]}`",
        )
        for path in paths
    ]
    return pd.DataFrame(rows, columns=["file", "rows", "SHA-256"])


def run_time() -> pd.DataFrame:
    """Seconds that each chapter took when the run time was last recorded, by its file."""
    recorded = pd.read_csv(RUN_TIME)
    return recorded.assign(chapter=recorded["chapter"].map("`{}`".format))

"""What the replication appendix lists is what the project has."""

import hashlib
import re

import pandas as pd

from spillover.book import replication
from spillover.book.exhibit_list import exhibits
from spillover.project import DATA, ROOT
from spillover.seeds import SEEDS

COLUMNS = ["chapter", "kind", "name", "cell", "rests_on", "functions"]
LOAD = "spillover.datasets.load_regions"


def test_a_cell_is_one_line_with_live_numbers_first():
    rows = [
        ("one", "in-text number", "one_n", 2, "1", LOAD),
        ("one", "figure", "fig-one-a", 2, "1", LOAD),
        ("two", "equation", "eq-two-a", 0, "", ""),
    ]
    listed = pd.DataFrame(rows, columns=COLUMNS)
    assert replication.by_cell(listed).split("\n") == [
        "{doc}`one`",
        "",
        "- Cell 2: {numref}`fig-one-a`, `one_n`. With `datasets.load_regions`. Rests on 1.",
        "",
        "{doc}`two`",
        "",
        "- In the text: {eq}`eq-two-a`.",
    ]


def test_exhibits_are_counted():
    kinds = ["figure", "table", "table", "equation", "in-text number"]
    assert replication.count(pd.DataFrame({"kind": kinds})) == (
        "The book has 5 exhibits: 1 figures, 2 tables, "
        "1 numbered equations and 1 numbers in the prose."
    )


def test_every_exhibit_is_in_the_list():
    listed = exhibits()
    text = replication.by_cell(listed)
    assert all(f"`{name}`" in text for name in listed["name"])


def test_every_seed_is_listed_with_a_file_that_uses_it():
    lines = replication.seeds().splitlines()
    assert len(lines) == len(SEEDS)
    for line, (name, seed) in zip(lines, SEEDS.items(), strict=True):
        assert line.startswith(f"- `{name}` = {seed}: ")
        files = re.findall(r"`([^`]+\.(?:py|md))`", line)
        assert files, name
        for file in files:
            assert f'SEEDS["{name}"]' in (ROOT / file).read_text("utf-8")


def test_results_draw_from_registered_seeds_only():
    literal = re.compile(r"(?:default_rng\(|rng=|seed=)\d")
    for pattern in ("lib/spillover/book/**/*.py", "lib/spillover/paper/**/*.py", "book/*.md"):
        for path in ROOT.glob(pattern):
            lines = path.read_text("utf-8").splitlines()
            assert not [line for line in lines if literal.search(line) and ">>>" not in line], path


def test_data_are_listed_with_rows_and_checksums():
    listed = replication.data_files().set_index("file")
    assert listed.loc["`provinces/regions.csv`", "rows"] == 31
    digest = hashlib.sha256((DATA / "provinces" / "regions.csv").read_bytes()).hexdigest()
    assert digest.startswith(listed.loc["`provinces/regions.csv`", "SHA-256"].strip("`"))
    assert not any("local" in name for name in listed.index)


def test_versions_are_those_locked():
    versions = replication.environment().set_index("software")["version"].drop("Python")
    locked = (ROOT / "requirements.txt").read_text()
    for name, version in versions.items():
        assert f"{name}=={version}" in locked


def test_run_time_is_recorded_for_chapters_that_exist():
    recorded = replication.run_time()
    assert (recorded["seconds"] > 0).all()
    chapters = recorded["chapter"].str.strip("`")
    assert all((ROOT / "book" / f"{chapter}.md").exists() for chapter in chapters)

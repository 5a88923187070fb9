"""One quantity, one value: chapters that record it, whatever the key, record the same."""

import ast
from collections import defaultdict
from collections.abc import Iterator

import jupytext
import nbformat
import pytest
from conftest import built

from spillover.book.exhibit_list import chapter_paths
from spillover.project import ROOT

# Keys of several chapters that stand for one quantity though their cells differ.
TEXT = "text/plain"  # recorded values have it behind a prefix
MEANINGS = {
    "the outcome that leads": (
        "measure_figures_headline",
        "measure_weights_outcome",
        "panel_estimates_short",
    ),
    "provinces": ("intro_regions", "measure_figures_regions"),
}


def expressions(chapter: str) -> Iterator[tuple[str, str]]:
    """Key and code of every number that a chapter records."""
    for cell in jupytext.read(ROOT / "book" / f"{chapter}.md").cells:
        if cell.cell_type == "code" and "values.record" in cell.source:
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "values.record":
                    yield from ((k.arg, ast.unparse(k.value)) for k in node.keywords if k.arg)


def recorded() -> dict[str, str]:
    """Text of every key in the executed chapters."""
    values = {}
    for path in sorted(built(ROOT / "_build" / "executed" / "book").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                name = output.get("metadata", {}).get("scrapbook", {}).get("name")
                texts = [v for kind, v in output.get("data", {}).items() if kind.endswith(TEXT)]
                if name and texts:
                    values[name.rpartition("/")[2]] = texts[0]
    return values


def disagreements(meanings: dict[str, tuple[str, ...]], values: dict[str, str]) -> list[str]:
    """Meanings whose keys hold more than one value."""
    found = {name: {key: values[key] for key in keys} for name, keys in meanings.items()}
    return [f"{name}: {each}" for name, each in found.items() if len(set(each.values())) > 1]


def of_one_function() -> dict[str, tuple[str, ...]]:
    """Keys of different chapters whose code is the same call into the package."""
    keys = defaultdict(set)
    for chapter in (path.stem for path in chapter_paths()):
        for key, code in expressions(chapter):
            keys[code].add((chapter, key))
    return {
        code: tuple(key for _, key in sorted(places))
        for code, places in keys.items()
        if len({chapter for chapter, _ in places}) > 1 and code.endswith("(panel)")
    }


def test_a_second_value_is_found():
    meanings = {"sum kept": ("one", "other")}
    assert disagreements(meanings, {"one": "'−0.428'", "other": "'−0.433'"})
    assert not disagreements(meanings, {"one": "'−0.428'", "other": "'−0.428'"})


@pytest.mark.book
def test_one_meaning_has_one_value():
    assert not disagreements(MEANINGS | of_one_function(), recorded())

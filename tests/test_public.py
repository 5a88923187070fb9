"""The public face: every name of every room's list is there, documented, and its example runs."""

import ast
import doctest
import importlib
import inspect
import subprocess
import sys

import pytest

import spillover
from spillover.book import reference
from spillover.project import ROOT

PACKAGE = ROOT / "lib" / "spillover"
LISTS = [path for path in sorted(PACKAGE.rglob("__init__.pyi")) if path.parent != PACKAGE]
ROOMS = [".".join(path.parent.relative_to(PACKAGE).parts) for path in LISTS]
WITH_EXAMPLES = [
    ".".join(path.relative_to(ROOT / "lib").with_suffix("").parts)
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>>" in path.read_text("utf-8")
]


def private_names(source: str) -> list[str]:
    """Names with an underscore that are imported or set elsewhere; ruff sees those after a dot."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setattr":
            names += [a.value for a in node.args if isinstance(a, ast.Constant)]
    return [n for n in names if isinstance(n, str) and n.startswith("_") and n[:2] != "__"]


@pytest.mark.parametrize("folder", ["lib", "benchmarks", "tests"])
def test_no_module_uses_another_ones_private_names(folder):
    assert private_names("from a import _b\nmonkeypatch.setattr(a, '_c', 1)") == ["_b", "_c"]
    found = {p: private_names(p.read_text("utf-8")) for p in (ROOT / folder).rglob("*.py")}
    assert not {path.name: names for path, names in found.items() if names}


def test_every_room_has_a_list():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(ROOMS)


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_every_public_name_is_there_and_documented(room):
    names = reference.public_names(room)
    assert names
    for name, item in names.items():
        assert inspect.getdoc(item), f"{room}.{name}"


@pytest.mark.parametrize("room", ROOMS)
def test_the_reference_chapter_shows_every_room(room):
    assert f'"{room}",' in (ROOT / "book" / "appendix-api.md").read_text("utf-8")


def test_users_find_what_they_need_at_the_front_door():
    wanted = {"SpatialPanel", "Study", "read_panel", "run", "study_from_columns", "write_report"}
    assert wanted <= set(spillover.__all__) == set(dir(spillover))


def test_importing_the_package_loads_no_room():
    code = "import spillover, sys; print([m for m in sys.modules if m.startswith('spillover.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_run(module):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testmod(importlib.import_module(module), optionflags=flags).failed == 0

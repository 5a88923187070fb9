"""The public face: every name of every room's list is there, documented, and its example runs."""

import ast
import doctest
import importlib
import inspect
import subprocess
import sys
from operator import attrgetter

import pytest

import spillover
from spillover.book import reference
from spillover.project import ROOT

PACKAGE = ROOT / "lib" / "spillover"
LISTS = [path for path in sorted(PACKAGE.rglob("__init__.pyi")) if path.parent != PACKAGE]
ROOMS = [".".join(path.parent.relative_to(PACKAGE).parts) for path in LISTS]


def modules_with(text: str) -> list[str]:
    """Names of the modules whose source holds a text."""
    paths = (p for p in sorted(PACKAGE.rglob("*.py")) if text in p.read_text("utf-8"))
    return [".".join(p.relative_to(ROOT / "lib").with_suffix("").parts) for p in paths]


WITH_EXAMPLES = modules_with(">>>")
FIRST_MET = """
    SpatialPanel SpatialPanel.from_formula SpatialPanel.fit SpatialPanel.with_model
    SpatialPanelResults.impacts hausman lm_tests pesaran_cd panel.wald panel.lr
    panel.simulate_panel panel.true_impacts contiguity gravity inverse_distance k_nearest
    row_standardise measure.great_circle_km measure.links moran_by_year measure.moran_range
    relative_size entropy_index pca_index load_provinces read_panel study_from_columns run
    template_panel equation TwoRegions Economy long_run theory.prove theory.decide
    audit.check_row audit.check_sum
"""


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
def test_the_reference_shows_every_room_once(room):
    pages = (ROOT / "book").glob("appendix-api*.md")
    assert sum(f'    "{room}",' in page.read_text("utf-8") for page in pages) == 1


@pytest.mark.parametrize("name", FIRST_MET.split())
def test_what_users_meet_first_has_an_example(name):
    assert ">>>" in inspect.getdoc(attrgetter(name)(spillover)), name


def test_users_find_what_they_need_at_the_front_door():
    wanted = {"SpatialPanel", "Study", "read_panel", "run", "study_from_columns", "write_report"}
    assert wanted <= set(spillover.__all__) == set(dir(spillover))


def test_importing_the_package_loads_no_room():
    code = "import spillover, sys; print([m for m in sys.modules if m.startswith('spillover.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def names_of_the_first_example():
    """What the example of `SpatialPanel` binds: others continue it."""
    names: dict = {}
    for example in doctest.DocTestParser().get_examples(inspect.getdoc(spillover.SpatialPanel)):
        exec(example.source, names)
    return names


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_run(module, names_of_the_first_example):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    module = importlib.import_module(module)
    found = doctest.testmod(module, extraglobs=names_of_the_first_example, optionflags=flags)
    assert found.attempted and not found.failed

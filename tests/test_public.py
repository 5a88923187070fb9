"""The public face: every name of every room's list is there, documented, and its example runs."""

import ast
import doctest
import importlib
import inspect
import re
import subprocess
import sys
from operator import attrgetter

import pytest

import spillover
from spillover.book import reference
from spillover.project import ROOT

PACKAGE = ROOT / "lib" / "spillover"
SECTION = re.compile(r"^([A-Z][a-z]+)\n-{3,}\n((?:.*\n?)*?)(?=^[A-Z][a-z]+\n-{3,}\n|\Z)", re.M)
LISTS = [path for path in sorted(PACKAGE.rglob("__init__.pyi")) if path.parent != PACKAGE]
ROOMS = [".".join(path.parent.relative_to(PACKAGE).parts) for path in LISTS]


def modules_with(text: str) -> list[str]:
    """Names of the modules whose source holds a text."""
    paths = (p for p in sorted(PACKAGE.rglob("*.py")) if text in p.read_text("utf-8"))
    return [".".join(p.relative_to(ROOT / "lib").with_suffix("").parts) for p in paths]


WITH_EXAMPLES, PRINTING_FORMULAS = modules_with(">>>"), modules_with(".. math::")
FIRST_MET = """
    SpatialPanel SpatialPanel.from_formula SpatialPanel.fit SpatialPanel.with_model
    SpatialPanelResults.impacts hausman lm_tests pesaran_cd panel.wald panel.lr
    panel.simulate_panel panel.true_impacts contiguity gravity inverse_distance k_nearest
    row_standardise measure.great_circle_km measure.links moran_by_year measure.moran_range
    relative_size entropy_index pca_index load_provinces read_panel study_from_columns run
    template_panel equation TwoRegions Economy long_run theory.prove theory.decide
    audit.check_row audit.check_sum
"""
METHODS = ("panel", "measure", "theory", "audit")
SOURCE = re.compile(r"\((1[89]|20)\d\d\)|[Tt]he paper's (equation|section)")
WITHOUT_FORMULA = {
    "panel": """PanelData RegressionTable SpecificationTest regression_table residual_map
        BoundaryWarning""",
    "measure": "contiguity coverage dense describe_panel k_nearest links row_standardise summary",
    "theory": """Proof Proposition Verdict decide dependencies equation prove survey symbols
        FirmLocation""",
    "audit": "Audit Finding Unreadable read run write_report write_template",
}


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


def callables(room: str):
    """Functions and classes of a room's list, and the methods of these, by name."""
    for name, item in reference.public_names(room).items():
        if "." in name or (inspect.isclass(item) and issubclass(item, Exception)):
            continue
        yield name, item
        for key, value in vars(item).items() if inspect.isclass(item) else ():
            function = getattr(value, "__func__", value)
            if key[0] != "_" and inspect.isfunction(function):
                yield f"{name}.{key}", function


def says_itself(annotation) -> bool:
    """Whether nothing is returned, or a class of ours or of Matplotlib: an Axes needs no words."""
    ours = inspect.isclass(annotation) and annotation.__module__.split(".")[0]
    return annotation in (None, "None") or ours in ("spillover", "matplotlib")


def undocumented(item) -> list[str]:
    """Arguments and sections that the docstring of something with two arguments or more lacks."""
    signature = inspect.signature(item)
    names = [n for n in signature.parameters if n[0] != "_" and n not in ("self", "cls")]
    if len(names) < 2:
        return []
    sections = dict(SECTION.findall(inspect.getdoc(item)))
    told = sections.get("Parameters", "") + sections.get("Attributes", "")
    heads = [line.lstrip("*") for line in told.splitlines() if line and line[0] != " "]
    known = {name for line in heads for name in re.split(r", \**", line.split(" : ")[0])}
    missing = [name for name in names if name not in known]
    if inspect.isclass(item):
        return missing
    if not says_itself(signature.return_annotation) and "Returns" not in sections:
        missing.append("Returns")
    if "raise " in inspect.getsource(item) and "Raises" not in sections:
        missing.append("Raises")
    return missing


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_docstrings_tell_arguments_results_and_errors(room):
    found = {name: undocumented(item) for name, item in callables(room)}
    assert not {name: missing for name, missing in found.items() if missing}


def names_its_source(item) -> bool:
    """Whether the References of an item or of its module name a work or a place in the paper."""
    documents = (inspect.getdoc(each) or "" for each in (item, inspect.getmodule(item)))
    return any(SOURCE.search(dict(SECTION.findall(d)).get("References", "")) for d in documents)


@pytest.mark.parametrize("room", METHODS)
def test_what_computes_a_formula_names_its_source(room):
    names = reference.public_names(room)
    assert set(WITHOUT_FORMULA[room].split()) <= {name.split(".")[0] for name in names}
    unnamed = [name for name, item in names.items() if not names_its_source(item)]
    assert not [name for name in unnamed if name.split(".")[0] not in WITHOUT_FORMULA[room].split()]


@pytest.mark.parametrize("module", PRINTING_FORMULAS)
def test_a_printed_formula_has_a_source(module):
    module = importlib.import_module(module)
    items = [module, *(i for i in vars(module).values() if inspect.getmodule(i) is module)]
    printing = [item for item in items if ".. math::" in (inspect.getdoc(item) or "")]
    assert printing and all(map(names_its_source, printing))


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

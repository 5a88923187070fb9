"""Docstrings tell every argument, the result, the errors and where a formula comes from."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from operator import attrgetter

import pytest

from spillover.book import reference
from spillover.project import ROOT

PACKAGE = ROOT / "lib" / "spillover"
PATHS = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
WRITTEN = {name: path.read_text("utf-8") for name, path in PATHS.items()}
ROOMS = [name.partition(".")[2] for name, p in PATHS.items() if p.with_suffix(".pyi").exists()]
SECTION = re.compile(r"^([A-Z][a-z]+)\n-{3,}\n((?:.*\n?)*?)(?=^[A-Z][a-z]+\n-{3,}\n|\Z)", re.M)
METHODS = ("panel", "measure", "theory", "audit")
SOURCE = re.compile(r"\((1[89]|20)\d\d\)|[Tt]he paper's (equation|section)")
WITHOUT_FORMULA = {
    "panel": """PanelData RegressionTable SpecificationTest regression_table
        BoundaryWarning""",
    "measure": "contiguity coverage dense describe_panel k_nearest links row_standardise summary",
    "theory": """Proof Proposition Verdict decide dependencies equation prove survey symbols
        FirmLocation""",
    "audit": "Audit Finding Unreadable read run write_report write_template",
}


def told_names(section: str) -> list[str]:
    """Names that a section of Parameters describes, stars left out."""
    heads = [line.split(" : ")[0] for line in section.splitlines() if line and line[0] != " "]
    return [name.strip().lstrip("*") for head in heads for name in head.split(",")]


def public_functions(body: list[ast.stmt], of: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions of a module and methods of its classes, by name, without those named `_`."""
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name[0] != "_":
            yield from public_functions(node.body, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef) and node.name[0] != "_":
            yield of + node.name, node


def taken_names(function: ast.FunctionDef) -> list[str]:
    """Names of the arguments, in the order in which they are written."""
    a = function.args
    written = [*a.posonlyargs, *a.args, a.vararg, *a.kwonlyargs, a.kwarg]
    names = [each.arg for each in written if each]
    return [name for name in names if name not in ("self", "cls") and name[0] != "_"]


def raises(node: ast.AST) -> bool:
    """Whether it raises by itself: not in a function within, nor what a subclass is to write."""
    if isinstance(node, ast.Raise):
        return not (node.exc and ast.unparse(node.exc) == "NotImplementedError")
    inner = (n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.FunctionDef))
    return any(map(raises, inner))


def lacking(function: ast.FunctionDef, docstring: str) -> list[str]:
    """What the docstring of a function with two arguments or more does not tell."""
    names = taken_names(function)
    if len(names) < 2:
        return []
    sections = dict(SECTION.findall(docstring))
    returned = ast.unparse(function.returns) if function.returns else "?"
    found = []
    if sorted(told_names(sections.get("Parameters", ""))) != sorted(names):
        found.append(f"Parameters: {', '.join(names)}")
    if returned not in ("None", "NoReturn") and not sections.keys() & {"Returns", "Yields"}:
        found.append(f"Returns: {returned}")
    if raises(function) and "Raises" not in sections:
        found.append("Raises")
    return found


def test_what_a_docstring_lacks_is_seen():
    said = "Add.\n\nParameters\n----------\na, *b\n    Numbers.\n\nReturns\n-------\nint\n"
    adding = ast.parse("def add(a, *b) -> int:\n    if a: raise ValueError").body[0]
    assert isinstance(adding, ast.FunctionDef)
    assert lacking(adding, said) == ["Raises"]
    assert lacking(adding, "Add.") == ["Parameters: a, b", "Returns: int", "Raises"]
    assert lacking(adding, said.replace("*b", "c"))[0] == "Parameters: a, b"


@pytest.mark.parametrize("name", WRITTEN)
def test_functions_tell_arguments_results_and_errors(name):
    module = importlib.import_module(name)
    functions = public_functions(ast.parse(WRITTEN[name]).body)
    found = {f: lacking(node, inspect.getdoc(attrgetter(f)(module))) for f, node in functions}
    assert not {function: missing for function, missing in found.items() if missing}


def undescribed(item: type) -> list[str]:
    """Arguments of a class that its docstring leaves out; one alone needs no words."""
    names = [name for name in inspect.signature(item).parameters if name[0] != "_"]
    sections = dict(SECTION.findall(inspect.getdoc(item)))
    told = told_names(sections.get("Parameters", "") + sections.get("Attributes", ""))
    return [name for name in names if name not in told] if len(names) > 1 else []


@pytest.mark.parametrize("room", ROOMS)
def test_public_classes_tell_their_arguments(room):
    items = reference.public_names(room).items()
    classes = {n: i for n, i in items if inspect.isclass(i) and not issubclass(i, Exception)}
    found = {name: undescribed(item) for name, item in classes.items()}
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


@pytest.mark.parametrize("module", [m for m in WRITTEN if ".. math::" in WRITTEN[m]])
def test_a_printed_formula_has_a_source(module):
    module = importlib.import_module(module)
    items = [module, *(i for i in vars(module).values() if inspect.getmodule(i) is module)]
    printing = [item for item in items if ".. math::" in (inspect.getdoc(item) or "")]
    assert printing and all(map(names_its_source, printing))

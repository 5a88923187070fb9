"""Docstrings of what takes two arguments or more: each of them, the result and the errors."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from operator import attrgetter

import pytest

from spillover.project import ROOT

PACKAGE = ROOT / "lib" / "spillover"
SECTION = re.compile(r"^([A-Z][a-z]+)\n-{3,}\n((?:.*\n?)*?)(?=^[A-Z][a-z]+\n-{3,}\n|\Z)", re.M)
DONE = (
    "audit",
    "batches",
    "cli",
    "datasets",
    "measure",
    "office",
    "panel",
    "present",
    "project",
    "seeds",
    "stored",
    "study",
    "text",
    "theory",
    "words",
)
MODULES = [
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(PACKAGE.rglob("*.py"))
]


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


@pytest.mark.parametrize("name", [m for m in MODULES if {*m.split(".")[1:2]} & {*DONE}])
def test_docstrings_tell_arguments_results_and_errors(name):
    module = importlib.import_module(name)
    functions = public_functions(ast.parse(inspect.getsource(module)).body)
    found = {f: lacking(node, inspect.getdoc(attrgetter(f)(module))) for f, node in functions}
    assert not {function: missing for function, missing in found.items() if missing}

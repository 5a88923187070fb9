"""The project's own files agree with each other."""

import ast
import re
import tomllib

import pytest
import yaml

from spillover.project import ROOT, conda_environment, locked_pins

REQUIREMENTS = (ROOT / "requirements.txt").read_text()
USERS_PACKAGES = {
    "jupyter-book",
    "jupytext",
    "numpy",
    "pandas",
    "statsmodels",
    "pysal",
    "matplotlib",
    "seaborn",
    "sympy",
}
# What each room may import of the others.
ALLOWED = {
    "theory": set(),
    "measure": set(),
    "panel": set(),
    "present": {"theory", "measure", "panel", "paper"},
    "paper": {"theory", "measure", "panel", "present"},
}


def names(lines: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9._-]+", line)[0].lower() for line in lines}


def declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    return project["dependencies"] + [name for group in extras for name in group]


def test_the_conda_environment_has_the_locked_versions():
    assert (ROOT / "environment.yml").read_text() == conda_environment(REQUIREMENTS)
    pip = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"][-1]["pip"]
    assert pip[:-1] == locked_pins(REQUIREMENTS)


def test_every_named_dependency_is_locked():
    assert names(declared()) <= names(locked_pins(REQUIREMENTS))


def test_the_users_packages_are_named_everywhere():
    assert names(declared()) >= USERS_PACKAGES
    assert names(locked_pins(REQUIREMENTS)) >= USERS_PACKAGES


def test_every_locked_version_has_a_hash_and_no_address():
    assert REQUIREMENTS.count("--hash=sha256:") >= len(locked_pins(REQUIREMENTS))
    assert "://" not in REQUIREMENTS


def imports(path) -> set[str]:
    """Rooms of the package that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("spillover"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("spillover.")}
    return found


@pytest.mark.parametrize("room", ALLOWED)
def test_rooms_import_only_from_below(room):
    for path in (ROOT / "lib" / "spillover" / room).rglob("*.py"):
        other = (imports(path) & ALLOWED.keys()) - {room}
        assert other <= ALLOWED[room], f"{path.relative_to(ROOT)} imports {sorted(other)}"


def test_every_module_of_the_package_has_a_docstring():
    for path in (ROOT / "lib").rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path.relative_to(ROOT)

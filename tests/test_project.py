"""The project's own files agree with each other."""

import ast
import re
import shutil
import subprocess
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


def test_every_module_of_the_package_has_a_docstring():
    for path in (ROOT / "lib").rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path.relative_to(ROOT)


WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_the_workflow_names_its_actions_by_commit():
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used and all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in used)


def test_no_checkout_of_the_workflow_keeps_the_token():
    checkouts = [step for step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts and all(not step["with"]["persist-credentials"] for step in checkouts)


def test_a_job_that_may_write_runs_nothing_of_ours():
    assert WORKFLOW["permissions"] == {"contents": "read"} and WORKFLOW["concurrency"]["group"]
    jobs = WORKFLOW["jobs"]
    writing = {name for name in jobs if "write" in str(jobs[name].get("permissions"))}
    assert writing == {"provenance", "publish", "notebooks"}
    for step in (step for name in writing for step in jobs[name]["steps"]):
        assert "checkout" not in step.get("uses", "")
        assert not re.search(r"python|pip|make|bash ", step.get("run", ""))


def test_what_sets_the_environment_up_is_locked_with_hashes():
    bootstrap = (ROOT / "bootstrap.txt").read_text()
    assert names(locked_pins(bootstrap)) == {"uv"} and "://" not in bootstrap
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert all("==" in name for name in backend)
    assert set(backend) <= set(locked_pins(REQUIREMENTS))
    recipe = (ROOT / "Makefile").read_text()
    assert recipe.count("--require-hashes --requirement") == 2


def test_every_python_gets_the_same_versions():
    pinned = [re.split("==", pin)[0] for pin in locked_pins(REQUIREMENTS)]
    assert len(pinned) == len(set(pinned))


FAKE_PYTHON = """#!/bin/sh
[ "$1" = -m ] || exit 0
echo "$*" >> calls.txt
mkdir -p .venv/bin && ln -sf /bin/true .venv/bin/python && ln -sf /bin/true .venv/bin/uv
"""


@pytest.fixture
def set_up(tmp_path):
    """Run make on the project's Makefile with a Python that only notes what is asked of it."""
    for name in ("Makefile", "bootstrap.txt", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    fake = tmp_path / "python3"
    fake.write_text(FAKE_PYTHON)
    fake.chmod(0o755)

    def make(target):
        subprocess.run(["make", "-s", target, f"PYTHON3={fake}"], cwd=tmp_path, check=True)
        calls = tmp_path / "calls.txt"
        return calls.read_text().splitlines() if calls.exists() else []

    make.folder = tmp_path
    return make


def test_an_interrupted_environment_is_made_anew(set_up):
    (set_up.folder / ".venv" / "bin").mkdir(parents=True)
    (set_up.folder / ".venv" / "bin" / "python").symlink_to("/bin/true")
    assert set_up(".venv/.ready") == ["-m venv --clear .venv"]
    (set_up.folder / "requirements.txt").touch()
    assert set_up(".venv/.ready") == ["-m venv --clear .venv"], "a whole one is brought up to date"
    (set_up.folder / ".venv" / ".ready").unlink()
    assert set_up(".venv/.ready") == ["-m venv --clear .venv"] * 2


def test_clean_takes_a_half_made_environment_away_and_leaves_a_whole_one(set_up):
    set_up(".venv/.ready")
    set_up("clean")
    assert (set_up.folder / ".venv").exists()
    (set_up.folder / ".venv" / ".ready").unlink()
    set_up("clean")
    assert not (set_up.folder / ".venv").exists()

"""The wheel, installed without extras outside the clone, for whoever wants just the command."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from spillover.project import ROOT, locked_pins

UV = Path(sys.executable).with_name("uv")
QUICK = {"run": ["--no-curve", "--quiet"]}
# Only the book's own modules may need what a plain install lacks.
IMPORT_ALL = """
import importlib, pkgutil, spillover
faults = []
for module in pkgutil.walk_packages(spillover.__path__, "spillover."):
    if not module.name.startswith("spillover.book") and not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ImportError as fault:
            faults.append(f"{module.name}: {fault}")
print("\\n".join(faults))
"""


def run(words, **options):
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The files of this working copy that git knows or would know, and one that it ignores."""
    folder = tmp_path_factory.mktemp("clone")
    listed = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    for name in filter(lambda name: (ROOT / name).is_file(), listed.splitlines()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "data" / "local" / "panel.csv").write_text("the reader's own figures")
    return folder


@pytest.fixture(scope="module")
def built(clone, tmp_path_factory):
    """The wheel, and the files that its build left in the clone."""
    target, before = tmp_path_factory.mktemp("wheel"), files_in(clone)
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", target, "."]
    run([sys.executable, "-m", "pip", *words], cwd=clone)
    return next(target.glob("*.whl")), files_in(clone) - before


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """Run a command in an environment that holds the wheel and what it depends on."""
    home = tmp_path_factory.mktemp("home")
    pins = home / "pins.txt"
    pins.write_text("\n".join(locked_pins((ROOT / "requirements.txt").read_text())))
    run([UV, "venv", "--quiet", "--python", sys.executable, home / "env"])
    words = ["--quiet", "--python", home / "env" / "bin" / "python", "--constraint", pins]
    run([UV, "pip", "install", *words, built[0]])
    environment = {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8"}

    def command(program, *words):
        return run([home / "env" / "bin" / program, *words], cwd=home, env=environment)

    command.home = home
    return command


def test_a_wheel_build_leaves_nothing_behind(built):
    assert not built[1]


def test_every_table_travels_but_the_readers_own(clone, installed):
    code = "from spillover.project import DATA; print(DATA)"
    data = Path(installed("python", "-c", code).strip())
    assert installed.home in data.parents
    edited_here = files_in(clone / "data") - {"build.py", "local/panel.csv"}
    assert files_in(data) == edited_here


def test_every_module_imports_without_extras(installed):
    assert installed("python", "-c", IMPORT_ALL).strip() == ""


def test_the_api_works_without_extras(installed):
    code = """
from spillover import datasets
from spillover.paper.provinces import contiguity
from spillover.panel import SpatialPanel
panel = datasets.load_provinces()
W = contiguity().transform("r")
panel = panel.dropna(axis=1)
outcome, focus = panel.columns[:2]
print(SpatialPanel(panel[outcome], panel[[focus]], W, model="sdm").fit().summary)
print(datasets.load_paper_table("table5_effects").shape)
"""
    assert "rho" in installed("python", "-c", code)


def readme(kind):
    """The first block of the README that starts so, without its opening line's fence."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.search(rf"```(?:python)?\n({kind}.*?)```", text, re.DOTALL)[1].strip()


def test_the_commands_of_the_readme_give_a_report(installed):
    install, *lines = readme("pip install").splitlines()
    assert "--no-deps" not in install
    for line in lines:
        program, *words = shlex.split(line, comments=True)
        installed(program, *words, *QUICK.get(words[0], []))
    written = files_in(installed.home / "report")
    assert {"report.html", "run.json", "tables/impacts.csv", "figures/impacts.pdf"} <= written


def test_the_readme_goes_from_an_excel_file_to_a_word_table(installed):
    for line in readme("python -c").splitlines():
        program, *words = shlex.split(line)
        installed(program, *words)
    tables = Document(installed.home / "income" / "tables.docx").tables
    cells = {cell.text for table in tables for row in table.rows for cell in row.cells}
    assert "log patents_granted" in cells and "Indirect" in cells


def test_the_five_lines_of_python_in_the_readme(installed):
    installed("spillover", "template", "panel.csv", "--force")
    installed("python", "-c", readme("from spillover import study"))
    assert (installed.home / "from_python" / "report.html").exists()


def test_importing_the_package_imports_nothing_heavy(installed):
    code = "import sys, spillover, spillover.cli; print({'numpy', 'pandas'} & {*sys.modules})"
    assert installed("python", "-c", code).strip() == "set()"

"""No stored result without a record of how it was made, and each can be made again by name."""

import importlib.util
import json
import shlex
import sys

import pytest

from spillover.project import DATA, ROOT
from spillover.seeds import SEEDS

sys.path.insert(0, str(ROOT / "book"))
from rerun import FOLDERS, commands

STORED = sorted(path for folder in FOLDERS for path in (DATA / folder).glob("*.csv"))


@pytest.mark.parametrize("table", STORED, ids=lambda path: path.stem)
def test_a_stored_run_has_its_record(table):
    record = json.loads(table.with_suffix(".json").read_text("utf-8"))
    assert record["version"]
    assert record["command"] in commands()
    assert record["seed"] is None or record["seed"] in SEEDS.values()
    assert (record["seed"] is None) == (record["replications"] is None)


def test_each_command_names_a_module_that_exists():
    assert len(commands()) == len(STORED) >= 7
    for command in commands():
        python, flag, module, *_ = shlex.split(command)
        assert (python, flag) == ("python", "-m")
        assert importlib.util.find_spec(module), module


def test_the_target_has_the_name_that_page_one_says():
    assert "`make simulations`" in (ROOT / "book" / "intro.md").read_text("utf-8")
    assert "\nsimulations: $(READY)\n\t$(PYTHON) book/rerun.py\n" in (ROOT / "Makefile").read_text()

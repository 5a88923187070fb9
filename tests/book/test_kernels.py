"""Kernels forked from one process: separate, in their own folder, missed when they die."""

import sys

import pytest

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from conftest import PAGE

import execute

CODE = "import os, sys\nhere, NAME = 'spillover.study' in sys.modules, 'NAME' in globals()\n"
SAY = "print(here, NAME, os.path.basename(os.getcwd()), os.environ['SPILLOVER_TWINS'])"


@pytest.fixture
def run(tmp_path):
    def run(*codes):
        chapters = [tmp_path / f"{count}.md" for count in range(len(codes))]
        for chapter, code in zip(chapters, codes, strict=True):
            chapter.write_text(PAGE.replace("CODE", code))
        runs = {done.chapter: done for done in execute.run_all(chapters, workers=2)}
        return [runs[chapter] for chapter in chapters]

    return run


def test_several_chapters_start_with_the_imports_made_and_nothing_else(run, tmp_path):
    for done in run(*[CODE + SAY] * 3):
        assert not done.fault
        said = done.notebook.cells[-1].outputs[0].text
        assert said == f"True False {tmp_path.name} zh\n"


def test_a_single_chapter_does_not_wait_for_imports(run):
    (done,) = run(CODE + SAY)
    assert done.notebook.cells[-1].outputs[0].text.startswith("False")


def test_a_kernel_that_dies_is_named_and_the_others_go_on(run):
    dead, alive = run("import os\nos._exit(3)", "1 + 1")
    assert "DeadKernelError" in dead.fault and "code cell 1" in dead.fault
    assert not alive.fault

"""Every chapter is built alike: overview, story, takeaways, exercises, links to others."""

import re

import pytest

from spillover.project import ROOT

BOOK = ROOT / "book"
CHAPTERS = sorted(
    path
    for path in BOOK.glob("*.md")
    if path.stem.split("-")[0] in ("paper", "model", "measure", "panel", "judge")
)
CODE = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
each = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def prose(chapter) -> str:
    return CODE.sub("", chapter.read_text("utf-8"))


@each
def test_sections_come_in_order(chapter):
    headings = re.findall(r"^## (.+)$", prose(chapter), re.MULTILINE)
    assert headings[0] == "Overview"
    assert headings[-2:] == ["Takeaways", "Exercises"]


@each
def test_there_are_three_to_six_exercises_each_with_its_solution(chapter):
    text = prose(chapter)
    exercises = re.findall(r"\{exercise-start\}\n:label: (\S+)", text)
    assert 3 <= len(exercises) <= 6
    assert re.findall(r"\{solution-start\} (\S+)", text) == exercises


@each
def test_the_overview_links_to_another_chapter(chapter):
    overview = re.split(r"^## ", prose(chapter), flags=re.MULTILINE)[1]
    linked = set(re.findall(r"\{ref\}`(?:[^`<]*<)?([\w-]+)>?`", overview)) - {chapter.stem}
    assert linked & {path.stem for path in CHAPTERS}


@each
def test_terms_are_linked_to_the_glossary(chapter):
    assert "{term}`" in prose(chapter)

"""Every chapter is built alike: overview, story, takeaways, exercises, links to others."""

import re

import jupytext
import pytest
from cells import loses, teaches

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
def test_every_section_has_words(chapter):
    bare = re.findall(r"^(#{2,}) .+\n\s*^(?=(#{2,}) )", prose(chapter), re.MULTILINE)
    assert not [level for level, next_level in bare if len(next_level) <= len(level)]


@each
def test_there_are_three_to_six_exercises_each_with_its_solution(chapter):
    text = prose(chapter)
    exercises = re.findall(r"\{exercise-start\}\n:label: (\S+)", text)
    assert 3 <= len(exercises) <= 6
    assert re.findall(r"\{solution-start\} (\S+)", text) == exercises


@each
def test_each_exercise_says_its_level_and_how_long_it_takes(chapter):
    starts = re.findall(r"\{exercise-start\}\n(?::.*\n)+```\n(.{0,40})", prose(chapter))
    assert len(starts) == prose(chapter).count("{exercise-start}")
    assert all(re.match(r"\*Level [123], \d{1,2} minutes\.\* \S", start) for start in starts)


@each
def test_the_overview_links_to_another_chapter(chapter):
    overview = re.split(r"^## ", prose(chapter), flags=re.MULTILINE)[1]
    linked = set(re.findall(r"\{ref\}`(?:[^`<]*<)?([\w-]+)>?`", overview)) - {chapter.stem}
    assert linked & {path.stem for path in CHAPTERS}


@each
def test_terms_are_linked_to_the_glossary(chapter):
    assert "{term}`" in prose(chapter)


HIDDEN = {"hide-input", "remove-input", "hide-cell", "remove-cell"}


def outside_solutions(chapter) -> list:
    """Code cells of the text; solutions show their code, which is the answer."""
    found, inside = [], False
    for cell in jupytext.read(chapter).cells:
        if cell.cell_type == "code" and not inside:
            found.append(cell)
        if cell.cell_type == "markdown":
            inside = cell.source.rfind("{solution-start}") > cell.source.rfind(
                "{solution-end}"
            ) or (inside and "{solution-end}" not in cell.source)
    return found


@each
def test_cells_that_only_draw_or_tabulate_are_hidden(chapter):
    shown = [c for c in outside_solutions(chapter) if not HIDDEN & set(c.metadata.get("tags", []))]
    plumbing = [
        c.source for c in shown if "figure" in c.metadata.get("mystnb", {}) or not teaches(c.source)
    ]
    assert not plumbing, "\n\n".join(plumbing)


@each
def test_every_result_that_a_cell_makes_to_show_is_shown(chapter):
    cells = [cell for cell in jupytext.read(chapter).cells if cell.cell_type == "code"]
    assert not [lost for cell in cells for lost in loses(cell.source)]


def test_only_the_last_result_of_a_cell_is_shown():
    assert loses("show.display(x)\nprint(x)") == ["show.display(x)"]
    assert not loses("display(show.display(x))\nshow.steps(x)")


def test_a_cell_that_computes_teaches_and_one_that_shows_does_not():
    assert teaches("import numpy as np\n\nW = np.eye(3)\nW @ W")
    assert teaches('show.steps(prove("pull"))')
    assert not teaches("import numpy as np\nstyle.use()")
    assert not teaches('tables.numbered(x, "tab-x", "X")')
    assert not teaches("found = f()\nnetworks.link_map(found);")
    assert not teaches("\n".join(f"import {name}" for name in "abcde") + "\nx = a.load()")


@each
def test_the_chapter_opens_with_one_sentence(chapter):
    box = re.search(
        r"^# .+\n+:::\{admonition\} In one sentence\n:class: in-one-sentence\n",
        prose(chapter),
        re.M,
    )
    assert box
    sentence = prose(chapter)[box.end() :].split(":::")[0].strip()
    assert sentence.endswith(".") and 40 < len(sentence) < 400
    assert not re.search(r"\$|\{", sentence)


def test_every_block_of_code_says_its_language():
    fence = re.compile(r"^(`{3,})(.*)\n(?:.*\n)*?\1$", re.MULTILINE)  # from an opening to its end
    for chapter in BOOK.glob("*.md"):
        heads = [found[2].strip() for found in fence.finditer(chapter.read_text("utf-8"))]
        assert all(heads), chapter.name

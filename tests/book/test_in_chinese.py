"""Notebooks in Chinese: every kind of block and of output, and nothing else touched."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup

import in_chinese
from execute import chapters, read
from spillover.project import ROOT

SOURCE = """(a-label)=
## The derivative

:::{admonition} In one sentence
:class: in-one-sentence
It takes two roads: directly,
and through spending.
:::

- one item
  that goes on;
1. a second one

$$
two roads: directly
$$

```{math}
:label: eq-a
one item
```

| effect | sign |
| --- | --- |
| direct | a \\| b |

Nobody translated this
paragraph."""
KNOWN = {
    "The derivative": "导数",
    "In one sentence": "一句话",
    "It takes two roads: directly, and through spending.": "它有两条路。",
    "one item that goes on;": "一项；",
    "a second one": "第二项",
    "effect": "效应",
    "direct": "直接效应",
    "two roads: directly": "错",
    "one item": "错",
}
CHINESE = """(a-label)=
## 导数

:::{admonition} 一句话
:class: in-one-sentence
它有两条路。
:::

- 一项；
1. 第二项

$$
two roads: directly
$$

```{math}
:label: eq-a
one item
```

| 效应 | sign |
| --- | --- |
| 直接效应 | a \\| b |

Nobody translated this
paragraph."""


FORMULA = """(1) Two roads.

$$
y = \\text{direct} + 1
$$ (eq-roads)

one item that goes on;"""
OUTPUTS = {
    "⟨1⟩ of ⟨2⟩ cases": "⟨2⟩个中的⟨1⟩个",
    "effect > ⟨1⟩": "效应 > ⟨1⟩",
    "share of ⟨1⟩\n": "份额⟨1⟩\n",
    "(⟨1⟩) Two roads.": "（⟨1⟩）两条路。",
    r"W\*dig": r"W\*数字",
}
WORDS = {"direct": "直接效应"}


def test_every_kind_of_block_is_translated_and_formulas_are_not():
    assert in_chinese.translated(SOURCE, KNOWN.get, {}) == CHINESE


def test_cells_of_code_stay():
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("direct"), nbformat.v4.new_markdown_cell("direct")]
    in_chinese.translate(notebook, KNOWN, {})
    assert [cell.source for cell in notebook.cells] == ["direct", "直接效应"]


def shown(kind: str, data: str) -> str:
    """What becomes of one kind of output."""
    stream = kind == "stream"
    made = {"text": data} if stream else {"data": {kind: data, "image/png": "share of 1"}}
    output = nbformat.v4.new_output(kind if stream else "display_data", **made)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    in_chinese.translate(notebook, KNOWN | OUTPUTS, WORDS)
    assert stream or output["data"]["image/png"] == "share of 1"
    return output["text"] if stream else output["data"][kind]


def test_numbers_return_to_what_code_wrote():
    assert shown("stream", "share of 0.31\n\n") == "份额0.31\n"
    assert shown("text/markdown", "| effect |\n| --- |\n| 12 of 30 cases |").splitlines() == [
        "| 效应 |",
        "| --- |",
        "| 30个中的12个 |",
    ]


@pytest.mark.parametrize("cell", ["effect > 0", "effect &gt; 0"])
def test_tables_in_html_are_translated_cell_by_cell(cell):
    page = f'<table id="effect"><caption>effect</caption><tr><td class="a">{cell}</td></tr>'
    assert shown("text/html", page) == (
        '<table id="effect"><caption>效应</caption><tr><td class="a">效应 &gt; 0</td></tr>'
    )


def test_html_has_no_escapes_of_markdown():
    assert shown("text/html", "<td>W*dig</td>") == "<td>W*数字</td>"
    assert shown("text/markdown", r"W\*dig") == r"W\*数字"


def test_a_formula_keeps_its_form_and_what_follows_its_label_is_translated():
    assert shown("text/markdown", FORMULA) == (
        "（1）两条路。\n\n$$\ny = \\text{直接效应} + 1\n$$ (eq-roads)\n\n一项；"
    )


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda path: path.stem)
def test_without_translations_a_chapter_is_as_it_was(chapter):
    notebook = read(chapter)
    before = [cell.source for cell in notebook.cells]
    in_chinese.translate(notebook, {}, {})
    assert [cell.source for cell in notebook.cells] == before


def tables(path) -> list[list[str]]:
    """Captions, heads and cells of the tables in the outputs of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [output.get("data", {}).get("text/html", "") for output in outputs]
    found = [BeautifulSoup(page, "html.parser").select("table:has(caption)") for page in pages]
    parts = [table.select("caption, th, td") for each in found for table in each]
    return [[part.get_text(" ") for part in each] for each in parts]


@pytest.mark.book
@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda path: path.stem)
def test_a_notebook_of_the_chinese_edition_has_chinese_tables(html, chapter):
    name = f"_sources/book/{chapter.stem}.ipynb"
    english, chinese = tables(html / name), tables(html / "zh" / name)
    assert [len(each) for each in english] == [len(each) for each in chinese]
    assert all(re.search("[\u4e00-\u9fff]", caption) for caption, *_ in chinese)
    cells = [cell for each in chinese for cell in each]
    assert not [cell for cell in cells if re.search("(?:[a-z]{3,} ){2}[a-z]{3,}", cell)]

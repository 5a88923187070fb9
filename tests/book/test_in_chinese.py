"""Markdown of notebooks in Chinese: every kind of block, and nothing else touched."""

import nbformat
import pytest

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


def test_every_kind_of_block_is_translated_and_formulas_are_not():
    assert in_chinese.translated(SOURCE, KNOWN) == CHINESE


def test_cells_of_code_stay():
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("direct"), nbformat.v4.new_markdown_cell("direct")]
    in_chinese.translate_cells(notebook, KNOWN)
    assert [cell.source for cell in notebook.cells] == ["direct", "直接效应"]


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda path: path.stem)
def test_without_translations_a_chapter_is_as_it_was(chapter):
    notebook = read(chapter)
    before = [cell.source for cell in notebook.cells]
    in_chinese.translate_cells(notebook, {})
    assert [cell.source for cell in notebook.cells] == before

"""The list of exhibits names everything that a reader can see, and the cell behind it."""

import importlib
import re

import pytest

from spillover.book.exhibit_list import chapter_paths, exhibits

CHAPTER = """---
jupytext: {text_representation: {extension: .md, format_name: myst, format_version: 0.13}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# Small

```{code-cell} ipython3
from spillover import datasets
from spillover.measure.indices import relative_size
from spillover.book import printed_equations as show
from spillover.book import tables, values
from spillover.theory import equation

size = {}
size["a"] = relative_size(datasets.load_provinces()["gdp_100m_yuan"])
```

```{code-cell} ipython3
other = datasets.load_regions()
```

```{code-cell} ipython3
:name: eq-small-no
values.record(small_size=f"{size}", **{f"small_{n}": f"{n}" for n in "xy"})
tables.numbered(size, "tab-small-size", "Size")
```

Sizes {glue:text}`small_size`, {glue:text}`small_x` and {glue:text}`small_y`.

$$
a = b
$$ (eq-small-text)

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-small-map, caption: A map}
---
show.paper(equation(3), equation(4))
```
"""


@pytest.fixture(scope="module")
def everything():
    return exhibits()


@pytest.fixture(scope="module")
def sources() -> str:
    return "\n".join(path.read_text("utf-8") for path in chapter_paths())


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.md"
    path.write_text(CHAPTER)
    return exhibits([path]).set_index("name")


def test_each_kind_is_found_with_its_cell(small):
    assert small["cell"].to_dict() == {
        "small_size": 3,
        "small_x": 3,
        "small_y": 3,
        "tab-small-size": 3,
        "eq-small-text": 0,
        "fig-small-map": 4,
        "eq-tp-3": 4,
        "eq-tp-4": 4,
    }
    assert small.loc["small_x", "kind"] == "in-text number"
    assert small.loc["eq-tp-4", "kind"] == "equation"
    assert small.loc["fig-small-map", "kind"] == "figure"


def test_functions_are_traced_back_through_the_cells_used(small):
    size = small.loc["tab-small-size"]
    assert size["rests_on"] == "1"
    assert size["functions"].split() == [
        "spillover.datasets.load_provinces",
        "spillover.measure.indices.relative_size",
    ]


def test_every_number_in_the_prose_is_listed_once(everything, sources):
    quoted = set(re.findall(r"\{glue:text\}`(?:[^`]*::)?([^`:]+)", sources))
    assert quoted <= set(everything["name"])
    assert not everything["name"].duplicated().any()


def test_every_exhibit_that_the_text_cites_is_listed(everything, sources):
    assert set(re.findall(r"\{(?:numref|eq)\}`([^`<>]+)`", sources)) <= set(everything["name"])


def test_every_function_named_exists(everything):
    for name in set(" ".join(everything["functions"]).split()):
        module, _, attribute = name.rpartition(".")
        while module:
            try:
                found = importlib.import_module(module)
                break
            except ModuleNotFoundError:
                module, _, head = module.rpartition(".")
                attribute = f"{head}.{attribute}"
        for part in attribute.split("."):
            found = getattr(found, part, None)
        assert found is not None, name


@pytest.mark.book
def test_every_numbered_exhibit_of_the_pages_is_listed(html, chapters, everything):
    pattern = re.compile(r'id="(?:equation-)?((?:fig|tab|eq)-[a-z0-9-]+)"')
    for chapter in (name for name in chapters if name.count("/") == 1):
        shown = set(pattern.findall((html / f"{chapter}.html").read_text()))
        listed = everything[everything["chapter"] == chapter.split("/")[-1]]
        assert shown <= set(listed["name"]), chapter
        assert set(listed.loc[listed["kind"] != "in-text number", "name"]) <= shown, chapter


def test_a_cell_rests_on_the_last_binding_of_a_name(tmp_path):
    cells = ["a = 1", "b = {}", "a = 2", "b['x'] = a", 'tables.numbered(b, "tab-small-b", "B")']
    fences = "\n\n".join(f"```{{code-cell}} ipython3\n{cell}\n```" for cell in cells)
    path = tmp_path / "small.md"
    path.write_text(CHAPTER.split("# Small")[0] + fences)
    assert exhibits([path])["rests_on"].tolist() == ["2 3 4"]

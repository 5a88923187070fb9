"""The book's exhibits, read from its chapters: what is shown, which cell makes it, with what."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jupytext
import pandas as pd
from nbformat import NotebookNode
from sphinx_external_toc.parsing import parse_toc_yaml

from spillover.project import ROOT

KINDS = {"fig": "figure", "tab": "table", "eq": "equation"}
NUMBER = "in-text number"

_LABEL = re.compile(r"(fig|tab|eq)-[a-z0-9-]+")
_QUOTED = re.compile(r"\{glue:text\}`(?:[^`]*::)?([^`:]+)")
_IN_TEXT = re.compile(
    r"^(?::label:|:name:) *((?:fig|tab|eq)-\S+)|^\$\$ *\((eq-\S+)\)", re.MULTILINE
)
_SHOWS_ONLY = ("spillover.present.style.", "spillover.book.values.", "spillover.book.tables.")


@dataclass(frozen=True)
class Cell:
    """A code cell: its number in the chapter, what it makes, and what it needs."""

    number: int  # position among the chapter's code cells, from 1
    made: tuple[tuple[str, str], ...]  # kind and label, or key of an in-text number
    calls: frozenset[str]  # functions of the package, as dotted names
    loads: frozenset[str]  # names that it reads
    stores: frozenset[str]  # names that it binds


def chapter_paths() -> list[Path]:
    """Files of the book's chapters, in reading order, without translations: they quote these."""
    names = parse_toc_yaml(ROOT / "_toc.yml")
    return [ROOT / f"{name}.md" for name in names if name.count("/") == 1]


def exhibits(chapters: list[Path] | None = None) -> pd.DataFrame:
    """List every numbered figure, table and equation and every number in the prose.

    Parameters
    ----------
    chapters
        Files of chapters; all of the book by default.

    Returns
    -------
    pandas.DataFrame
        One row an exhibit, in reading order: ``chapter``; ``kind``; ``name``, a label or the
        key of an in-text number; ``cell``, the code cell of the chapter that makes it, 0 if it
        stands in the text; ``rests_on``, the cells before it whose results it uses;
        ``functions`` of the package that these cells call.
    """
    paths = chapter_paths() if chapters is None else chapters
    rows = [row for path in paths for row in _rows(path.stem, jupytext.read(path, fmt="md:myst"))]
    return pd.DataFrame(rows, columns=["chapter", "kind", "name", "cell", "rests_on", "functions"])


def _rows(chapter: str, notebook: NotebookNode) -> Iterator[tuple]:
    cells: list[Cell] = []
    modules: dict[str, str] = {}
    text = "\n".join(source.source for source in notebook.cells)
    composed = set(_QUOTED.findall(text)) - set(re.findall(r"(\w+)=", text))
    for source in notebook.cells:
        if source.cell_type == "code":
            cells.append(_read(source, len(cells) + 1, modules, composed))
            used = _needed(cells)
            functions = sorted({name for cell in used for name in cell.calls})
            rests_on = " ".join(str(cell.number) for cell in used[:-1])
            for kind, name in cells[-1].made:
                yield chapter, kind, name, len(cells), rests_on, " ".join(functions)
        else:
            for found in _IN_TEXT.finditer(source.source):
                label = found[1] or found[2]
                yield chapter, KINDS[label.split("-")[0]], label, 0, "", ""


def _read(source: NotebookNode, number: int, modules: dict[str, str], composed: set[str]) -> Cell:
    """One code cell; its imports are added to ``modules``, the alias of each dotted name."""
    tree = ast.parse(re.sub(r"^[%!].*$", "", source.source, flags=re.MULTILINE))
    modules |= _imports(tree)
    figure = source.metadata.get("mystnb", {}).get("figure", {}).get("name")
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return Cell(
        number,
        tuple(([("figure", figure)] if figure else []) + list(_made(tree, composed))),
        frozenset(name for name in _calls(tree, modules) if not name.startswith(_SHOWS_ONLY)),
        frozenset(node.id for node in names if isinstance(node.ctx, ast.Load)),
        frozenset(_stores(tree)),
    )


def _needed(cells: list[Cell]) -> list[Cell]:
    """The last cell with all earlier cells whose results it uses, directly or not."""
    wanted, needed = set(cells[-1].loads), [cells[-1]]
    for cell in reversed(cells[:-1]):
        if cell.stores & wanted:
            wanted = (wanted - cell.stores) | cell.loads
            needed.insert(0, cell)
    return needed


def _made(tree: ast.Module, composed: set[str]) -> Iterator[tuple[str, str]]:
    """Labels in the code, equations of the paper that are shown, keys of in-text numbers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _LABEL.fullmatch(node.value):
                yield KINDS[node.value.split("-")[0]], node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "values.record":
            yield from ((NUMBER, key) for each in node.keywords for key in _keys(each, composed))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("show.paper"):
            numbers = [a.value for each in node.args for a in getattr(each, "args", [])]
            yield from (("equation", f"eq-tp-{number}") for number in numbers)


def _keys(keyword: ast.keyword, composed: set[str]) -> list[str]:
    """Key of an in-text number; for ``**{f"stem_{x}": ...}`` the keys that the prose quotes."""
    if keyword.arg:
        return [keyword.arg]
    strings = [node for node in ast.walk(keyword.value) if isinstance(node, ast.JoinedStr)]
    starts = tuple(ast.unparse(each)[2:].split("{")[0] for each in strings)
    return sorted(key for key in composed if key.startswith(tuple(filter(None, starts))))


def _imports(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("spillover")
        for alias in node.names
    }


def _calls(tree: ast.Module, modules: dict[str, str]) -> Iterator[str]:
    """Dotted names of the package's functions that are called or handed on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            head, _, rest = ast.unparse(node.func).partition(".")
            if head in modules and (not rest or rest.replace(".", "").isidentifier()):
                yield f"{modules[head]}.{rest}".rstrip(".")


def _stores(tree: ast.Module) -> Iterator[str]:
    """Names bound, and names whose items or attributes are assigned."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            while isinstance(node, ast.Attribute | ast.Subscript):
                node = node.value
            if isinstance(node, ast.Name):
                yield node.id


if __name__ == "__main__":
    target = ROOT / "_build" / "exhibits.csv"
    target.parent.mkdir(exist_ok=True)
    found = exhibits()
    found.to_csv(target, index=False)
    print(f"{len(found)} exhibits: {target.relative_to(ROOT)}")

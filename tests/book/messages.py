"""Messages of the package: what its commands and reports say, as phrases in the code.

An f-string is the message with a numbered place for each value: ``f"no column {name!r}"`` is
"no column ⟨1⟩".
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from spillover.project import ROOT

LIB = ROOT / "lib" / "spillover"
SPEAKING = (
    "cli.py",
    "study/*.py",
    "study/templates/report.html",
    "audit/[cprt]*.py",  # not what only simulations and callers in Python hear
    "audit/checks/*.py",
    "audit/templates/audit.*",
    "present/chain_tables.py",
    "present/curve_plots.py",
    "present/impact_plots.py",
    "present/report_folder.py",
)
NO_WORDS = re.compile(  # BibTeX, LaTeX, a script, patterns, places of a legend, docstrings
    r"[@\\#].*|.*[\w ]\|.*|not \(.*|(outside )?(lower|upper) \w+( \w+)?|offset points|sha256 .*"
    r"|Distance and|\s*Parameters\n-.*",
    re.DOTALL,
)
FIELD = re.compile(r"\{\w+(?::[^}]*)?\}")
PHRASE = re.compile(r"[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z]{2,}")
SAID = re.compile(r'say\("((?:[^"\\]|\\.)*)"')


def messages() -> list[str]:
    """Every message, in the order of the files."""
    paths = [path for pattern in SPEAKING for path in sorted(LIB.glob(pattern))]
    return list(dict.fromkeys(text for path in paths for text in said_in(path)))


def said_in(path: Path) -> Iterator[str]:
    """Messages of one file of code, or of one template."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        said = filter(PHRASE.search, texts(ast.parse(source)))
        yield from (text for text in said if not NO_WORDS.fullmatch(text))
    else:
        yield from SAID.findall(source)


def texts(node: ast.AST) -> Iterator[str]:
    """Texts below a node: of f-strings, then of what stands in their places."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr):
            yield message(child)
            for part in child.values:
                yield from texts(part)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            if not is_docstring(node, child):
                yield numbered(FIELD.split(child.value))
        else:
            yield from texts(child)


def is_docstring(node: ast.AST, child: ast.Constant) -> bool:
    """Whether a text stands alone as a statement."""
    return isinstance(node, ast.Expr) and node.value is child


def message(text: ast.JoinedStr) -> str:
    """An f-string with a numbered place for each value."""
    parts = [""]
    for part in text.values:
        if isinstance(part, ast.Constant):
            parts[-1] += part.value
        else:
            parts.append("")
    return numbered(parts)


def numbered(parts: list[str]) -> str:
    """Texts with a numbered place between each two."""
    first, *rest = parts
    return first + "".join(f"⟨{n}⟩{part}" for n, part in enumerate(rest, 1))

"""What the executed chapters say: every table, printed result and in-text number, as one text.

Two builds agree when their texts agree::

    python book/results.py write                  # _build/results.txt of the built book
    python book/results.py compare results.txt    # the built book against another build's text
"""

import argparse
import difflib
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from spillover.project import ROOT

GLUED = "application/papermill.record/text/plain"
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def said(output: NotebookNode) -> str | None:
    """Text of an output; a picture says nothing, a widget is known by the hash of its HTML."""
    if output.output_type == "stream":
        return output.text.rstrip("\n")
    data = output.get("data", {})
    name = output.get("metadata", {}).get("scrapbook", {}).get("name")
    if name:
        return f"{name} = {data[GLUED]}"
    if "text/markdown" in data:
        return data["text/markdown"]
    if "text/html" in data:
        return "html " + hashlib.sha256(data["text/html"].encode()).hexdigest()
    return None if any(kind.startswith("image/") for kind in data) else data.get("text/plain")


def notebook_lines(notebook: NotebookNode) -> Iterator[str]:
    """Lines of one executed chapter, cell by cell."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        texts = [text for text in map(said, cell.outputs) if text]
        if texts:
            yield f"[{number}]"
            yield from ADDRESS.sub("", "\n".join(texts)).rstrip().splitlines()


def results(executed: Path) -> str:
    """Text of all executed chapters below a folder, in alphabetical order."""
    lines: list[str] = []
    for path in sorted(executed.rglob("*.ipynb")):
        lines += [f"== {path.stem}", *notebook_lines(nbformat.read(path, as_version=4))]
    return "\n".join(lines) + "\n"


def differences(first: str, second: str) -> list[str]:
    """Lines that differ, as a unified diff without context."""
    return list(difflib.unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=0))


def main() -> int:
    """Write the built book's results, or compare them with those of another build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["write", "compare"])
    parser.add_argument("other", nargs="?", type=Path, help="results.txt of another build")
    parser.add_argument("--project", type=Path, default=ROOT)
    options = parser.parse_args()
    text = results(options.project / "_build" / "executed")
    if options.action == "write":
        (options.project / "_build" / "results.txt").write_text(text, "utf-8")
        return 0
    if options.other is None:
        parser.error("compare needs the results.txt of another build")
    found = differences(options.other.read_text("utf-8"), text)
    print("\n".join(found) or "identical")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())

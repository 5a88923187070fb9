"""The Markdown of a notebook in Chinese, paragraph by paragraph from the chapter's catalogue."""

import re
from collections.abc import Iterator, Mapping

import nbformat

VERBATIM = re.compile(r" *(?:`{3,}(?:\{(?:code-cell|math|raw)\}.*|[a-z]+)|\$\$)$")
FENCE = re.compile(r"(?P<start> *(?:`{3,}|:{3,})\{[\w:-]+\} *)(?P<text>.*)$")
NO_TEXT = re.compile(r" *(?:$|\([\w-]+\)=$|:[\w-]+:|`{3,}|:{3,}|-{3}|\$\$)")
MARKED = re.compile(r"(?P<start> *(?:(?:[-*+:>]|\d+\.|#+) +)+)(?P<text>.*)$")
INDENTED = re.compile(r"(?P<start> *)(?P<text>.*)$")
CELL = re.compile(r"(?<!\\)\|")


def translate_cells(notebook: nbformat.NotebookNode, known: Mapping[str, str]) -> None:
    """Translate the Markdown cells of a notebook, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = translated(cell.source, known)


def translated(markdown: str, known: Mapping[str, str]) -> str:
    """Markdown with every paragraph, heading, item and cell of a table that is known translated."""
    return "\n".join(said(*block, known) for block in blocks(markdown.split("\n")))


def said(start: str, text: list[str], known: Mapping[str, str]) -> str:
    """One block: its translation behind the same marks, or as it was."""
    if text[0].startswith("|"):
        return "|".join(cell_said(cell, known) for cell in CELL.split(text[0]))
    message = " ".join(line.strip() for line in text)
    of_proof = known.get(f"Proof. {message}", "").removeprefix("证明。")  # as sphinx-proof has it
    return start + (known.get(message) or of_proof or "\n".join(text))


def cell_said(cell: str, known: Mapping[str, str]) -> str:
    """One cell of a table."""
    return f" {known[cell.strip()]} " if cell.strip() in known else cell


def blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The marks before a block, and its lines; what is no text stands alone."""
    rest = iter(lines)
    start, text = "", []
    for line in rest:
        begins = NO_TEXT.match(line) or MARKED.match(line) or line.startswith("|")
        if text and begins:
            yield start, text
            text = []
        if VERBATIM.match(line):
            yield "", [line, *until_closed(line.strip(), rest)]
        elif begins and not MARKED.match(line):
            found = FENCE.match(line)
            yield (found["start"], [found["text"]]) if found else ("", [line])
        elif text:
            text.append(line)
        else:
            found = MARKED.match(line) or INDENTED.match(line)
            start, text = found["start"], [found["text"]]
            if "#" in start:
                yield start, text
                text = []
    if text:
        yield start, text


def until_closed(opening: str, rest: Iterator[str]) -> Iterator[str]:
    """Lines up to the one that closes a fence or a formula."""
    fence = re.match(r"`+|\$\$", opening)[0]
    for line in rest:
        yield line
        if line.strip() == fence:
            return

"""A notebook in Chinese: its Markdown and what its code wrote, from the chapter's catalogue."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape

import nbformat

from spillover.words import with_numbers, without_numbers, words_in_formulas

Say = Callable[[str], str | None]  # a message in Chinese, None where nobody translated it

VERBATIM = re.compile(r" *(?:`{3,}(?:\{(?:code-cell|math|raw)\}.*|[a-z]+)|\$\$)$")
FENCE = re.compile(r"(?P<start> *(?:`{3,}|:{3,})\{[\w:-]+\} *)(?P<text>.*)$")
NO_TEXT = re.compile(r" *(?:$|\([\w-]+\)=$|:[\w-]+:|`{3,}|:{3,}|-{3}|\$\$)")
MARKED = re.compile(r"(?P<start> *(?:(?:[-*+:>]|\d+\.|#+) +)+)(?P<text>.*)$")
INDENTED = re.compile(r"(?P<start> *)(?P<text>.*)$")
CELL = re.compile(r"(?<!\\)\|")
HTML_CELL = re.compile(r"(<(?:td|th|caption)\b[^>]*>)(.+?)(?=</(?:td|th|caption)>)")


def translate(
    notebook: nbformat.NotebookNode, known: Mapping[str, str], formulas: Mapping[str, str]
) -> None:
    """Translate a notebook in place: all but its code.

    Parameters
    ----------
    notebook
        An executed chapter.
    known
        Translations of the chapter, by message; numbers that code wrote are places.
    formulas
        Translations of the words inside formulas.
    """
    plain = {m.replace(r"\*", "*"): text.replace(r"\*", "*") for m, text in known.items()}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = translated(cell.source, known.get, formulas)
        for output in cell.get("outputs", []):
            translate_output(output, computed(known), computed(plain), formulas)


def computed(known: Mapping[str, str]) -> Say:
    """How to say what code wrote: by its message without numbers."""

    def say(text: str) -> str | None:
        message, numbers = without_numbers(text)
        return with_numbers(known[message], numbers) if known.get(message) else None

    return say


def translate_output(
    output: nbformat.NotebookNode, say: Say, say_plain: Say, formulas: Mapping[str, str]
) -> None:
    """Translate what a cell printed, or the tables and formulas that it shows."""
    if output.output_type == "stream":
        output.text = say(output.text.rstrip("\n") + "\n") or output.text
    data = output.get("data", {})
    if "text/markdown" in data:
        data["text/markdown"] = translated(data["text/markdown"], say, formulas)
    if "text/html" in data:
        data["text/html"] = HTML_CELL.sub(
            lambda found: found[1] + html_said(found[2], say_plain), data["text/html"]
        )
    if list(data) == ["text/plain"]:
        data["text/plain"] = say(data["text/plain"]) or data["text/plain"]


def html_said(cell: str, say: Say) -> str:
    """The text of a cell in HTML."""
    known = say(unescape(cell).strip())
    return escape(known, quote=False) if known else cell


def translated(markdown: str, say: Say, formulas: Mapping[str, str]) -> str:
    """Markdown with every paragraph, heading, item and cell of a table that is known translated."""
    text = "\n".join(said(*block, say) for block in blocks(markdown.split("\n")))
    return words_in_formulas(text, formulas)


def said(start: str, text: list[str], say: Say) -> str:
    """One block: its translation behind the same marks, or as it was."""
    if text[0].startswith("|"):
        return "|".join(cell_said(cell, say) for cell in CELL.split(text[0]))
    message = " ".join(line.strip() for line in text)
    of_proof = (say(f"Proof. {message}") or "").removeprefix("证明。")  # as sphinx-proof has it
    return start + (say(message) or of_proof or "\n".join(text))


def cell_said(cell: str, say: Say) -> str:
    """One cell of a table."""
    known = say(cell.strip())
    return f" {known} " if known else cell


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
    closing = re.compile(rf" *{re.escape(fence)}(?: *\([\w-]+\))?$")  # a formula with its label
    for line in rest:
        yield line
        if closing.match(line):
            return

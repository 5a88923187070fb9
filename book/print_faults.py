"""What a reader of the PDF would stumble over: dead references, lost characters, overfull boxes."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

WIDEST = 20  # points that a box may stand over its column
FOLD = "↪"  # before the rest of a line of code that is longer than the page is wide
_ERROR = re.compile(r"^(?:!|Missing character).*", re.MULTILINE)
_UNDEFINED = re.compile(
    r"^LaTeX Warning: ((?:Reference|Hyper reference|Citation) .*? undefined) on input line (\d+)",
    re.MULTILINE,
)
_OVERFULL = re.compile(
    r"^Overfull \\hbox \((\d+\.\d+)pt too wide\) (?:\D*?)(\d+)(?:--\d+)?$", re.MULTILINE
)
_OVERFLOWING = re.compile(
    r"^Overfull \\vbox \((\d+\.\d+)pt too high\) has occurred while", re.MULTILINE
)
_PAGE = re.compile(r"\[(\d+)\s*\]")
_LABEL = re.compile(
    r"\\newlabel\{([^{}]+)\}\{\{(.*?)\}.*\{((?:table|figure)\.(?:0\.)?([\d.]+))\}\{\}\}$",
    re.MULTILINE,
)
_HEADING = re.compile(r"\\(?:chapter|section|subsection)\*?\{(.+?)\}$", re.MULTILINE)


def place(source: str, line: int) -> str:
    """The last heading at or above a line of the LaTeX source, and the line."""
    above = "\n".join(source.split("\n")[:line])
    headings = _HEADING.findall(above)
    return f"{headings[-1] if headings else 'front matter'} (line {line})"


def log_faults(log: str, source: str) -> Iterator[str]:
    """Faults that LaTeX wrote into its log, each with its place in the source."""
    yield from dict.fromkeys(_ERROR.findall(log))
    for what, line in _UNDEFINED.findall(log):
        yield f"{place(source, int(line))}: {what}"
    for points, line in _OVERFULL.findall(log):
        if float(points) > WIDEST:
            yield f"{place(source, int(line))}: {points} pt wider than the column"
    for found in _OVERFLOWING.finditer(log):
        if float(found[1]) > WIDEST:
            page = _PAGE.search(log, found.end())
            yield f"page {page[1] if page else '?'}: {found[1]} pt longer than the paper"


def label_faults(labels: str) -> Iterator[str]:
    """Tables and figures that references call by another number than their captions do."""
    for name, cited, anchor, number in _LABEL.findall(labels):
        if cited != number:
            yield f"{name}: cited as {cited or 'nothing'}, its caption says {anchor}"


def text_faults(pages: list[str]) -> Iterator[str]:
    """Question marks where a number should stand and code that folds, each with its page."""
    for number, page in enumerate(pages, start=1):
        for line in page.splitlines():
            if "??" in line or FOLD in line:
                yield f"page {number}: {line.strip()}"


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return text.stdout.decode("utf-8").split("\f")[:-1]


def faults(pdf: Path) -> list[str]:
    """All faults of a PDF whose source and log lie beside it."""
    log = pdf.with_suffix(".log").read_text(errors="replace")
    source = pdf.with_suffix(".tex").read_text("utf-8")
    labels = pdf.with_suffix(".aux").read_text("utf-8") if pdf.exists() else ""
    text = pages(pdf) if pdf.exists() else []
    return [*log_faults(log, source), *label_faults(labels), *text_faults(text)]

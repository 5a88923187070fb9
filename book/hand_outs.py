"""A PDF a chapter, cut from the PDF of the book, to hand out."""

import re
import shutil
from pathlib import Path

from pypdf import PdfReader, PdfWriter

FOLDER = "chapters"
_CHAPTER = re.compile(r"\\chapter\{[^\n]*\n\\label\{\\detokenize\{book/([\w-]+):")


def chapter_names(source: str) -> list[str]:
    """Names of the numbered chapters of a LaTeX source, in order."""
    return _CHAPTER.findall(source)


def first_pages(reader: PdfReader, kind: str) -> list[int]:
    """Pages, counted from zero, on which chapters (or parts) begin."""
    numbered = {
        int(name.rpartition(".")[2]): reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
        if re.fullmatch(rf"{kind}\.\d+", name)
    }
    return [page for _, page in sorted(numbered.items())]


def cut(pdf: Path) -> list[Path]:
    """Write each chapter into a folder beside the book's PDF and return the files."""
    reader = PdfReader(pdf)
    names = chapter_names(pdf.with_suffix(".tex").read_text("utf-8"))
    starts = first_pages(reader, "chapter")
    borders = sorted({*starts, *first_pages(reader, "part"), len(reader.pages)})
    folder = pdf.with_name(FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    files = []
    for name, start in zip(names, starts, strict=True):
        end = next(border for border in borders if border > start)
        files.append(_write(reader, start, end, folder / f"{name}.pdf"))
    return files


def _write(reader: PdfReader, start: int, end: int, target: Path) -> Path:
    writer = PdfWriter()
    writer.append(reader, pages=(start, end), import_outline=False)
    writer.write(target)
    return target

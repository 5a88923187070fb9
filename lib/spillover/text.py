"""Text as print has it, and as a notebook shows it."""

import re
from collections.abc import Iterable
from unicodedata import east_asian_width

# For the brackets of a pattern: Chinese characters, rarer ones too, with the marks among them.
COMMON_HAN = r"\u4e00-\u9fff"
HAN = r"\u3400-\u9fff"
HAN_AND_MARKS = rf"\u3000-\u303f{HAN}\uff00-\uffef"

_NEGATIVE_ZERO = re.compile(r"(?<![\w^{-])-(?=0?(?:\.0+|0)(?![\d.]))")
# Between a Chinese sign and a whole number it may be part of a name.
_HYPHEN = re.compile(rf"(?<![\w^{{-])-(?=\.?\d)|(?<=[{HAN}])-(?=\d*\.\d)")
_TEX = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"}


class Markdown(str):
    """A string of Markdown: print it anywhere, or let a notebook typeset it."""

    def _repr_markdown_(self) -> str:
        return str(self)


def typeset(text: object) -> str:
    """Text with a true minus before numbers, and no sign before zero; ranges stay as they are."""
    return _HYPHEN.sub("\u2212", _NEGATIVE_ZERO.sub("", str(text)))


def tex(text: object) -> str:
    """Text for LaTeX: special characters escaped, numbers as `typeset` has them."""
    escaped = re.sub(r"[\\&%$#_{}~^]", lambda m: _TEX.get(m.group(), "\\" + m.group()), str(text))
    escaped = escaped.replace("->", r"$\to$").replace("<", r"$<$").replace(">", r"$>$")
    return typeset(escaped).replace("\u2212", "$-$")


def width(text: object) -> int:
    """Columns that a text takes; East Asian signs take two."""
    return sum(1 + (east_asian_width(sign) in "WF") for sign in str(text))


def markdown_rows(rows: Iterable[Iterable[object]]) -> str:
    """Rows of a Markdown table; the second one sets the alignment (``:---`` or ``---:``)."""
    cells = ([re.sub(r"(?<!\\)\|", r"\\|", str(value)) for value in row] for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)

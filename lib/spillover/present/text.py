"""Text as print has it, and as a notebook shows it."""

import re


class Markdown(str):
    """A string of Markdown: print it anywhere, or let a notebook typeset it."""

    def _repr_markdown_(self) -> str:
        return str(self)


def typeset(text: object) -> str:
    """Text with a true minus before numbers."""
    return re.sub(r"(?<![\w-])-(?=\.?\d)", "\u2212", str(text))

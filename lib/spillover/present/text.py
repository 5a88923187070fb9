"""Text that a notebook shows as Markdown."""


class Markdown(str):
    """A string of Markdown: print it anywhere, or let a notebook typeset it."""

    def _repr_markdown_(self) -> str:
        return str(self)

"""The directive ``{check}``: a question that the page itself marks; print shows the answer too."""

from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective


class Check(SphinxDirective):
    """A question whose answer is a number, within a tolerance, or one item of its list.

    The argument is the key of a number that a cell recorded, or with the option ``choice`` the
    number of the right item.
    """

    required_arguments = 1
    has_content = True
    option_spec = {  # noqa: RUF012
        "name": directives.unchanged_required,
        "tolerance": float,
        "choice": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Wrap the parsed question into what the script of the pages looks for."""
        title = nodes.paragraph("", "", nodes.strong("", _("Check yourself")))
        question = nodes.container("", title, classes=["self-check-question"])
        self.state.nested_parse(self.content, self.content_offset, question)
        kind = "choice" if "choice" in self.options else "number"
        data = {"kind": kind, "tolerance": self.options.get("tolerance", 0)}
        attributes = " ".join(f'data-{key}="{escape(str(value))}"' for key, value in data.items())
        opening = f'<div class="self-check" id="{escape(self.options["name"])}" {attributes}>'
        return [
            nodes.raw("", opening, format="html"),
            question,
            self.answer(),
            nodes.raw("", "</div>", format="html"),
        ]

    def answer(self) -> nodes.container:
        """The answer, as print shows it and the script reads it."""
        text = self.arguments[0]
        if "choice" not in self.options:
            text = f"{{glue:text}}`{text}`"
        found, _messages = self.state.inline_text(text, self.lineno)
        value = nodes.inline("", "", *found, classes=["self-check-value"])
        line = nodes.paragraph("", "", nodes.Text(_("Answer: ")), value)
        return nodes.container("", line, classes=["self-check-answer"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the script that marks answers."""
    app.add_directive("check", Check)
    app.add_js_file("js/self-check.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}

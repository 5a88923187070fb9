"""What a page says about itself to search engines and messengers."""

from html import escape

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx

BOX = "in-one-sentence"
LONGEST = 200  # characters of a description that are shown elsewhere


def description(doctree: nodes.document) -> str:
    """The sentence of the page's box; without one, its first paragraph."""
    boxes = doctree.findall(lambda node: BOX in getattr(node, "attributes", {}).get("classes", []))
    place = next(boxes, doctree)
    first = next(place.findall(nodes.paragraph), None)
    text = " ".join(first.astext().split()) if first is not None else ""
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def tags(title: str, about: str, site: str) -> str:
    """The ``<meta>`` elements of one page."""
    named = f'<meta name="description" content="{escape(about)}" />' if about else ""
    graph = {"title": title, "description": about, "site_name": site, "type": "article"}
    return named + "".join(
        f'<meta property="og:{key}" content="{escape(value)}" />'
        for key, value in graph.items()
        if value
    )


def describe(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Add the elements to the head of a page."""
    title = Markup(context.get("title", "")).striptags()
    about = description(doctree) if doctree else ""
    site = app.config.html_title
    context["metatags"] = context.get("metatags", "") + tags(title, about, site)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Executed notebooks to download, no outside requests, roles that screen readers know."""

import re
import shutil
from pathlib import Path

from launch import button
from light_pages import own_pages
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.transforms import SphinxTransform

# Labels that the theme writes in English only, and one in words of another region.
LABELS = (
    "列印成 PDF",
    *("Color mode", "Main", "Page", "System Settings", "Toggle hidden content"),
    "Toggle (?:primary|secondary) sidebar",
)
LABEL = re.compile(f'(title|aria-label)="({"|".join(LABELS)})"')
TAUGHT = {"appendix-course", "appendix-lecture"}  # pages of the appendix with slides
UNNAMED = '<summary><span class="toctree-toggle"'


def executed_notebooks(app: Sphinx) -> Path:
    """Folder where `build.py` leaves the executed chapters of this edition."""
    name = "executed" if app.config.language == "en" else "executed_zh"
    return Path(app.srcdir) / "_build" / name


def offer_notebook(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Let the theme's download button offer the executed notebook of a chapter."""
    if (executed_notebooks(app) / f"{pagename}.ipynb").exists():
        context["ipynb_source"] = f"{pagename}.ipynb"


def offer_slides(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Link the deck of a page, which is written once the pages are."""
    stem = pagename.rpartition("/")[2]
    has_code = "kernelspec" in app.env.metadata.get(pagename, {})
    if (has_code and not stem.startswith("appendix-")) or stem in TAUGHT:
        url = f"{context['pathto']('slides', 1)}/{stem}.html"
        tip = _("Slides of this chapter")
        context["header_buttons"].append(button(url, tip, "chalkboard", "slides-button"))


def offer_hand_out(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Link the PDF of a chapter, if the book's PDF was built before the pages."""
    stem = pagename.rpartition("/")[2]
    if (Path(app.outdir).parent / "latex" / "chapters" / f"{stem}.pdf").exists():
        url = f"{context['pathto']('pdf', 1)}/{stem}.pdf"
        tip = _("This chapter as PDF")
        context["header_buttons"].append(button(url, tip, "file-pdf", "hand-out-button"))


def copy_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Copy the executed chapters to where the download button points."""
    if exception or app.builder.name != "html":
        return
    for docname in app.env.found_docs:
        source = executed_notebooks(app) / f"{docname}.ipynb"
        if source.exists():
            shutil.copyfile(source, Path(app.outdir) / "_sources" / f"{docname}.ipynb")


def name_toggles(app: Sphinx, exception: Exception | None) -> None:
    """Name the folds of the table of contents, and say every label in the page's language."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    for page in (*own_pages(folder), *folder.glob("_static/togglebutton.js")):
        text = page.read_text("utf-8")
        label = f'<summary aria-label="{_("Chapters")}"'
        named = text.replace(UNNAMED, UNNAMED.replace("<summary", label))
        named = LABEL.sub(lambda found: f'{found[1]}="{_(found[2])}"', named)
        if named != text:
            page.write_text(named, "utf-8")


def silence_thebe(app: Sphinx, config) -> None:
    """Keep sphinx-thebe, which Jupyter Book always loads, from naming an outside script."""
    for listeners in app.events.listeners.values():
        for listener in [x for x in listeners if x.handler.__module__ == "sphinx_thebe"]:
            listeners.remove(listener)
    styles = app.registry.css_files
    styles[:] = [style for style in styles if style[0] != "sphinx-thebe.css"]


def mend_roles(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Give the entries of the bibliography the role that a list asks for."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


class IndexOfTerms(SphinxTransform):
    """Keep the names of functions, which the search finds, from burying the terms in the index."""

    default_priority = 840  # before Sphinx collects the entries

    def apply(self, **kwargs) -> None:
        """Empty the entries of whatever the reference of the package describes."""
        for described in self.document.findall(addnodes.desc):
            for entry in described.parent.findall(addnodes.index):
                entry["entries"] = []


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.add_transform(IndexOfTerms)
    app.connect("config-inited", silence_thebe)
    app.connect("html-page-context", offer_notebook, priority=400)
    app.connect("html-page-context", offer_slides, priority=503)
    app.connect("html-page-context", offer_hand_out, priority=504)
    app.connect("html-page-context", mend_roles)
    app.connect("build-finished", copy_notebooks)
    app.connect("build-finished", name_toggles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

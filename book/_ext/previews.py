"""What a reader sees when pointing at a link: the term, equation or work that it leads to."""

import json
import posixpath
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

DATA = "previews-data.js"
LONGEST = 1200  # characters of one preview


def preview(target: Tag) -> str:
    """The text, or the formula, that a link leads to; empty where a preview would tell nothing."""
    if target.name == "dt":
        explained = target.find_next_sibling("dd")
        return explained.get_text(" ", strip=True) if explained else ""
    if "math" in target.get("class", []):
        return target.get_text()
    caption = target.find(["figcaption", "caption"])
    if target.name in ("figure", "table") or caption:
        return caption.get_text(" ", strip=True).removesuffix("#").strip() if caption else ""
    if "citation" in target.get("class", []):
        return target.get_text(" ", strip=True)
    return ""


def links(page: Tag, name: str) -> set[str]:
    """Targets inside the book, as ``page.html#id``, that a page points to."""
    hrefs = (a["href"] for a in page.select("article a.internal[href*='#']"))
    here = posixpath.dirname(name)
    return {
        href and posixpath.normpath(posixpath.join(here, href)) if href[0] != "#" else name + href
        for href in hrefs
    }


def collect(out: Path) -> dict[str, str]:
    """Preview of every target that some page points to."""
    names = [page.relative_to(out).as_posix() for page in sorted(out.glob("book/*.html"))]
    pages = {name: BeautifulSoup((out / name).read_text("utf-8"), "html.parser") for name in names}
    wanted = sorted(set().union(*(links(page, name) for name, page in pages.items())))
    found = {}
    for link in wanted:
        name, _, anchor = link.partition("#")
        target = pages[name].find(id=anchor) if name in pages else None
        text = preview(target) if target else ""
        if text:
            found[link] = text[:LONGEST]
    return found


def write(app: Sphinx, exception: Exception | None) -> None:
    """Leave the previews where the script of the pages loads them at the first hover."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    text = json.dumps(collect(out), ensure_ascii=False, indent=0)
    (out / "_static" / DATA).write_text(f"window.previews = {text};\n", "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.add_js_file("js/previews.js", loading_method="defer")
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Pages that load little: only the icons and Chinese characters that they use, no search index."""

import os
import re
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

from spillover.text import HAN_AND_MARKS

ALL_ICONS = "scripts/fontawesome.js"
WHOLE_FONT, FONT = "NotoSansSC-subset.otf", "NotoSansSC-pages.woff"
ICON_FONT = "fa-solid-900"  # for the marks that styles draw: of boxes, of folds
_ICON_FONT = re.compile(rf"url\(([^()\s]*/){ICON_FONT}\.woff2\).*?(?=}})")
_DRAWN = re.compile(r"[\ue000-\uf8ff]|(?<=\\)f[0-9a-f]{3}\b")
_COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)  # of a style sheet; licences, marked !, stay
STYLES = "icons.css"
GLYPHS = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}')  # of the icon font, by name
OTHERS = ("zh", "slides")  # another edition, and decks: those of an earlier build may lie there
_SCRIPT = re.compile(r"<script[^>]*fontawesome[^>]*></script>|<link[^>]*fontawesome[^>]*>")
_SEARCH = re.compile(r'<script src="[^"]*(?:searchtools|language_data|searchindex)\.js"></script>')
SEARCH_PAGE = "search.html"
_ICON = re.compile(r"\bfa-([a-z][a-z-]+)\b")
_CHINESE = re.compile(f"[{HAN_AND_MARKS}]")
_DESIGN = re.compile(r"<link[^>]*sphinx-design[^>]*>")
DESIGNED = re.compile(r'class="[^"]*\bsd-')
_INLINE = re.compile(r'"data:image/png;base64,([^"]+)"')
_IMAGE = re.compile(r"<img (?!loading)")


def icon_rule(name: str, script: str) -> str:
    """The style of one icon, its outline taken from the theme's script; empty if it has none."""
    found = re.search(
        rf'[,{{]"?{re.escape(name)}"?:\[(\d+),(\d+),\[[^\]]*\],"[^"]*","([^"]+)"\]', script
    )
    if found is None:
        return ""
    width, height, outline = found.groups()
    box = f"0 0 {width} {height}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{outline}"/></svg>'
    return f'.fa-{name} {{ --icon: url("data:image/svg+xml,{quote(svg)}"); }}\n'


def in_a_file(encoded: str, page: Path, images: Path) -> str:
    """Write a picture that a page holds into a file, and return its address from the page."""
    content = b64decode(encoded)
    file = images / f"{sha256(content).hexdigest()[:16]}.png"
    images.mkdir(exist_ok=True)
    file.write_bytes(content)
    return Path(os.path.relpath(file, page.parent)).as_posix()


def lighten(page: Path, images: Path) -> str:
    """Take out what a page can do without, let pictures load when seen, and return its text."""
    text = page.read_text("utf-8")
    light = _IMAGE.sub('<img loading="lazy" ', _SCRIPT.sub("", text))
    if page.name != SEARCH_PAGE:
        light = _SEARCH.sub("", light)
    if not DESIGNED.search(light):
        light = _DESIGN.sub("", light)
    light = _INLINE.sub(lambda found: f'"{in_a_file(found[1], page, images)}"', light)
    if light != text:
        page.write_text(light, "utf-8")
    return light


def own_pages(out: Path) -> list[Path]:
    """The pages of this edition. A deck, made of them, needs the size of its pictures at once."""
    pages = sorted(out.rglob("*.html"))
    return [page for page in pages if page.relative_to(out).parts[0] not in OTHERS]


def write_font(whole: Path, characters: set[str], target: Path) -> None:
    """Keep of a font what the pages show."""
    options = subset.Options(flavor="woff", notdef_outline=True)
    font = TTFont(whole, recalcTimestamp=False)
    chosen = subset.Subsetter(options)
    chosen.populate(text="".join(sorted(characters)))
    chosen.subset(font)
    font.flavor = "woff"
    font.save(target)
    whole.unlink()


def write_styles(static: Path) -> None:
    """Drop comments, and rules of icons shown as pictures; keep of their font what styles draw."""
    drawn = set()
    for sheet in [*static.glob("styles/*.css"), *static.glob("*.css")]:
        rules = _COMMENT.sub("", GLYPHS.sub("", sheet.read_text("utf-8")))
        drawn |= {chr(int(g, 16)) if len(g) > 1 else g for g in _DRAWN.findall(rules)}
        light = _ICON_FONT.sub(rf'url(\1{ICON_FONT}.woff) format("woff")', rules)
        sheet.write_text(light, "utf-8")
    for whole in static.glob(f"vendor/*/*/{ICON_FONT}.ttf"):
        write_font(whole, drawn, whole.with_suffix(".woff"))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Lighten the pages once they are written."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    text = "".join(lighten(page, out / "_images") for page in own_pages(out))
    write_styles(out / "_static")
    script = (out / "_static" / ALL_ICONS).read_text("utf-8")
    rules = (icon_rule(name, script) for name in sorted(set(_ICON.findall(text))))
    (out / "_static" / STYLES).write_text("".join(rules), "utf-8")
    if (whole := out / "_static" / WHOLE_FONT).exists():
        write_font(whole, set(_CHINESE.findall(text)), whole.with_name(FONT))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.add_css_file(STYLES)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

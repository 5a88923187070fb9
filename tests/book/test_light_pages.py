"""Pages load their own characters and icons, not those of another edition or of the whole font."""

import sys

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from _ext.light_pages import GLYPHS, ICON_FONT, own_pages, write_styles


def test_pages_of_the_other_edition_and_slides_are_not_ours(tmp_path):
    others = ("zh/index.html", "zh/book/intro.html", "slides/intro.html")
    for name in ("index.html", "book/intro.html", *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    names = [page.relative_to(tmp_path).as_posix() for page in own_pages(tmp_path)]
    assert names == ["book/intro.html", "index.html"]


def test_only_rules_that_name_a_glyph_go():
    kept = '.fa-lg{font-size:1em}.admonition:before{content:"\\f0eb"}'
    named = '.fa-0:before{content:"\\30 "}.fa-a:before,.fa-b-c:before{content:"\\f001"}'
    assert GLYPHS.sub("", named + kept + named) == kept


def font_of(characters: list[int], file):
    """Write a font that holds these characters."""
    names = {code: f"u{code:x}" for code in characters}
    font = FontBuilder(unitsPerEm=1000)
    font.setupGlyphOrder([".notdef", *names.values()])
    font.setupCharacterMap(names)
    font.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", *names.values())})
    font.setupHorizontalMetrics(dict.fromkeys((".notdef", *names.values()), (500, 0)))
    font.setupHorizontalHeader()
    font.setupPost()
    font.save(file)


STYLES = """/*! A licence */ /* a
comment */@font-face{src:url(a.woff2)}
@font-face{src:url(../x/FONT.woff2) format("woff2"),url(../x/FONT.ttf) format("truetype")}:root{}
.box{content:"\uf0eb"}.fold:after{content:"\\f107"}.fa-a:before{content:"\\f001"}"""


def test_of_the_icon_font_stays_what_styles_draw(tmp_path):
    whole = tmp_path / "vendor" / "fontawesome" / "webfonts" / f"{ICON_FONT}.ttf"
    sheet = tmp_path / "styles" / "theme.css"
    for path in (whole, sheet):
        path.parent.mkdir(parents=True)
    font_of([0xF0EB, 0xF107, 0xF001], whole)
    sheet.write_text(STYLES.replace("FONT", ICON_FONT), "utf-8")
    write_styles(tmp_path)
    rules = sheet.read_text("utf-8")
    assert f'{{src:url(../x/{ICON_FONT}.woff) format("woff")}}:root' in rules
    assert "A licence" in rules and "comment" not in rules
    assert set(TTFont(whole.with_suffix(".woff")).getBestCmap()) == {0xF0EB, 0xF107}

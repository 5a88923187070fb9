"""Pages load their own characters and icons, not those of another edition or of the whole font."""

import sys

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from _ext.light_pages import GLYPHS, own_pages


def test_pages_of_the_other_edition_are_not_ours(tmp_path):
    for name in ("index.html", "book/intro.html", "zh/index.html", "zh/book/intro.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    names = [page.relative_to(tmp_path).as_posix() for page in own_pages(tmp_path)]
    assert names == ["book/intro.html", "index.html"]


def test_only_rules_that_name_a_glyph_go():
    kept = '.fa-lg{font-size:1em}.admonition:before{content:"\\f0eb"}'
    named = '.fa-0:before{content:"\\30 "}.fa-a:before,.fa-b-c:before{content:"\\f001"}'
    assert GLYPHS.sub("", named + kept + named) == kept

"""The order of Chinese terms in the printed index."""

import re
import sys
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx import addnodes

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from index_by_sound import ALIKE, sound, visit_index


def test_terms_stand_by_their_sounds_after_the_others():
    in_order = [
        "Wald test",
        "workers",
        "部分集聚",
        "地区",
        "空间杜宾模型",
        "权重",
        "熵权法",
        "溢出",
        "知识",
    ]
    assert sorted(in_order, key=sound) == in_order
    assert sorted(in_order) != in_order


def test_the_sound_of_each_term_of_the_glossary_is_known():
    glossary = (ROOT / "book" / "appendix-notation.md").read_text("utf-8")
    for character in set(re.findall("[\u4e00-\u9fff]", glossary.translate(ALIKE))):
        assert character.encode("gb2312") < b"\xd8", character


def test_only_what_sorts_an_entry_is_changed():
    printed = SimpleNamespace(body=["before"], encode=str)
    entries = [("single", "集聚", "a", "main", None), ("single", "wage", "b", "", None)]
    with pytest.raises(nodes.SkipNode):
        visit_index(printed, addnodes.index(entries=entries, inline=True))
    assert printed.body == [
        "before",
        rf"\index{{{sound('集聚')}@\spxentry{{集聚}}|spxpagem}}\index{{wage@\spxentry{{wage}}}}",
    ]

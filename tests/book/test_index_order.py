"""Chinese words of the index stand by their pinyin, on the pages and in print."""

import re

import pytest
from bs4 import BeautifulSoup
from conftest import built
from index_order import CHINESE, SOUNDS_LIKE, by_sound, code, in_order, initial
from measures import CUT_WORDS, PHONE

from spillover.project import ROOT

# Unicode has 固 权 行 直, strokes another order; 行 is háng here and 熵 stands in no list by sound.
SORTED = [
    "agglomeration",
    "固定效应",
    "行标准化",
    "KMO检验",
    "Lee-Yu",
    "权重",
    "熵权法",
    "直接效应",
]


def test_words_are_sorted_by_sound_and_latin_words_stand_among_them():
    assert sorted(SORTED) != SORTED
    assert sorted(SORTED, key=lambda word: by_sound(word).lower()) == SORTED
    assert [initial(word[0]).lower() for word in SORTED] == list("aghklqsz")


def test_apostrophes_are_those_of_the_text():
    entry = ("Moran's I", ([], [], None))
    assert in_order([("M", [entry])]) == [("M", [("Moran’s I", entry[1])])]


def test_groups_of_one_letter_become_one_and_symbols_stay_in_front():
    entries = {word: (word, ([], [], None)) for word in ("query", "权重", "直接效应", "+")}
    index = [("Symbols", "+"), ("Q", "query"), ("权", "权重"), ("直", "直接效应")]
    groups = in_order([(letter, [entries[word]]) for letter, word in index])
    assert [(letter, [word for word, _ in group]) for letter, group in groups] == [
        ("Symbols", ["+"]),
        ("Q", ["query", "权重"]),
        ("Z", ["直接效应"]),
    ]


def words_of_the_pages(html) -> list[tuple[str, list[str]]]:
    soup = BeautifulSoup((html / "genindex.html").read_text("utf-8"), "html.parser")
    return [
        (head.get_text()[0], [item.get_text().strip() for item in head.find_next("table")("li")])
        for head in soup.select("article h2")
    ]


def words_of_print(name: str) -> list[str]:
    index = built(ROOT / "_build" / name / "book.ind").read_text("utf-8")
    return re.findall(r"\\item \\spxentry\{(.*?)\}(?:,|$)", index, re.MULTILINE)


@pytest.mark.book
@pytest.mark.parametrize("edition", ["", "zh"])
def test_the_index_of_the_pages_is_in_order(html, edition):
    groups = words_of_the_pages(html / edition)
    assert [letter for letter, _ in groups] == sorted(letter for letter, _ in groups)
    for letter, words in groups:
        chinese = [word for word in words if CHINESE.match(word)]
        assert {initial(word[0]) for word in chinese} <= {letter}
        assert chinese == sorted(chinese, key=by_sound)
    listed = {word[0] for _, words in groups for word in words if CHINESE.match(word)}
    assert len(listed) > 30
    assert all(code(first) < "亍".encode("gbk") for first in listed), "name a sound for these"
    assert listed & set(SOUNDS_LIKE)


@pytest.mark.book
@pytest.mark.parametrize("folder", ["latex", "zh/_build/latex"])
def test_the_printed_index_is_in_order_and_has_letters(folder):
    words = [word for word in words_of_print(folder) if CHINESE.match(word)]
    assert len(words) > 40
    assert words == sorted(words, key=by_sound)
    assert r"\bigletter Z" in built(ROOT / "_build" / folder / "book.ind").read_text("utf-8")


@pytest.mark.book
def test_its_words_are_whole_on_a_phone(html, browser):
    page = browser.new_page(viewport=PHONE)
    page.goto((html / "genindex.html").as_uri(), wait_until="load")
    cut = page.evaluate(CUT_WORDS)
    page.close()
    assert not cut

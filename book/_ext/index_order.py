"""An index in which Chinese words stand by their sound, under the letter that pinyin begins with.

GB 2312 lists its commoner 3,755 characters by pinyin, so that their codes sort them.
"""

import re
from bisect import bisect
from collections.abc import Iterable
from pathlib import Path
from string import ascii_uppercase

from sphinx.application import Sphinx

from spillover.text import HAN

FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"  # character of each letter
LETTERS = "abcdefghjklmnopqrstwxyz"
SOUNDS_LIKE = {"行": "航", "熵": "商"}  # of two readings, or a rarer one: a character listed there
CHINESE = re.compile(f"[{HAN}]")
KEY = re.compile(r"\\index\{[^@\n]*@")  # what LaTeX sorts by, up to what it prints


def code(character: str) -> bytes:
    """The place of a character in the list."""
    return SOUNDS_LIKE.get(character, character).encode("gbk")


def initial(character: str) -> str:
    """The letter that a character's pinyin begins with, as upper case."""
    if not CHINESE.match(character):
        return character
    return LETTERS[bisect(FIRST, code(character), key=code) - 1].upper()


def by_sound(text: str) -> str:
    """What sorts a text in plain letters: of one letter, Latin words before Chinese ones."""
    return CHINESE.sub(lambda found: f"{initial(found[0])}zz{code(found[0]).hex()}", text)


def in_order(index: Iterable[tuple[str, list]]) -> list[tuple[str, list]]:
    """Groups of an index: Chinese words in their places, apostrophes as the text has them."""
    groups: dict[str, list] = {}
    for letter, entries in index:
        groups.setdefault(initial(letter), []).extend(
            (name.replace("'", "’"), parts) for name, parts in entries
        )
    return [
        (letter, sorted(groups[letter], key=lambda entry: by_sound(entry[0]).lower()))
        for letter in sorted(groups, key=lambda letter: (letter in ascii_uppercase, letter))
    ]


def sort_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Sort the index of the pages."""
    if pagename == "genindex":
        index = in_order(context["genindexentries"])
        context["genindexentries"] = index
        context["genindexcounts"] = [
            sum(1 + len(parts) for _, (_, parts, _) in entries) for _, entries in index
        ]


def sort_print(app: Sphinx, exception: Exception | None) -> None:
    """Sort the index of the printed book."""
    if exception or app.builder.format != "latex":
        return
    for file in Path(app.outdir).glob("*.tex"):
        text = file.read_text("utf-8")
        file.write_text(KEY.sub(lambda found: by_sound(found[0]), text), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.connect("html-page-context", sort_page)
    app.connect("build-finished", sort_print)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

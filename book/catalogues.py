"""The catalogues of the Chinese edition: bring them up to date, list what is to do, check them.

::

    python book/catalogues.py update             # after `make html`: new and changed messages
    python book/catalogues.py todo model-digital # messages without a valid translation
    python book/catalogues.py check              # faults that Sphinx would not report
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import polib
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

import edition
from execute import executed, twins
from spillover.project import ROOT
from spillover.text import COMMON_HAN
from spillover.words import LOCALE, translations

FIGURES = LOCALE / edition.LANGUAGE / "LC_MESSAGES" / "figures.po"
SIMILAR = 0.7  # from here on, a changed message keeps its translation for somebody to mend
FREE_TEXT = {"term", "index"}  # roles whose text is translated
TARGET = re.compile(r"(?:.*<)?([^<>]+?)>?", re.DOTALL)
PLACE = re.compile(r"⟨\d+⟩")
FIELD = re.compile(r"⟨\d+⟩|%\(\w+\)[a-z]|%s|\$[^$]+\$|\{\w+\}")
PLURAL = re.compile(r"(?<=[A-Za-z])⟨\d+⟩(?!\w)")  # "degree⟨2⟩": Chinese may leave it out
HALF_WIDTH = re.compile(rf"[{COMMON_HAN}](?:[,;:!?(]|\.(?:\s|$))|[,;:!?)] ?[{COMMON_HAN}]")
STRAIGHT = re.compile(rf"[{COMMON_HAN}，。；：？、（]'[\w⟨]|[\w)⟩]'[{COMMON_HAN}]", re.ASCII)
SPACED = re.compile(rf"(?<=[{COMMON_HAN}]) \**[A-Za-z0-9$]|[A-Za-z0-9$]\** (?=[{COMMON_HAN}])")
NO_SENTENCE = re.compile(r"^\d+ |`[^`]*`| ?--[a-z-]+ ?")  # a week, code, an option


@cache
def parser() -> MarkdownIt:
    """The book's own Markdown parser."""
    extensions = {"amsmath", "colon_fence", "deflist", "dollarmath", "substitution", "tasklist"}
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)


def tokens(message: str) -> Iterator[Token]:
    """What Markdown makes of a message."""
    for token in parser().parse(message):
        yield token
        yield from token.children or []


def piece(token: Token) -> tuple[str, ...] | None:
    """What of a token a translation must keep; None if it is free."""
    if token.type == "myst_role":
        name = token.meta["name"]
        return (name,) if name in FREE_TEXT else (name, TARGET.fullmatch(token.content)[1])
    if token.type in {"math_inline", "math_inline_double", "code_inline", "html_inline"}:
        return (token.type, token.content)
    return None if token.type in {"text", "softbreak", "inline"} else (token.type,)


def structure(message: str) -> Counter:
    """References, maths, code, emphasis, kinds of block and places of numbers in a message."""
    pieces = Counter(filter(None, map(piece, tokens(message))))
    return pieces + Counter(("number", place) for place in PLACE.findall(message))


def printed(message: str) -> bool:
    """Whether a message is a block of printed text, which is no Markdown."""
    return message.endswith("\n")


def printed_faults(entry: polib.POEntry) -> Iterator[str]:
    """What a translation of printed text must keep."""
    if entry.msgid.count("\n") != entry.msgstr.count("\n"):
        yield "not the same number of lines"
    if Counter(PLACE.findall(entry.msgid)) != Counter(PLACE.findall(entry.msgstr)):
        yield "not the same numbers"
    yield from quotes(entry.msgstr)


def faults(entry: polib.POEntry) -> Iterator[str]:
    """Why a translation cannot stand."""
    if printed(entry.msgid):
        yield from printed_faults(entry)
        return
    original, translation = structure(entry.msgid), structure(entry.msgstr)
    for name, pieces in (
        ("lacks", original - translation),
        ("has besides", translation - original),
    ):
        if pieces:
            yield f"{name} " + ", ".join(" ".join(each) for each in pieces)
    if found := HALF_WIDTH.search(entry.msgstr):
        yield f"half-width punctuation: {found[0]!r}"
    yield from quotes(entry.msgstr)
    yield from spaces(entry.msgstr)


def quotes(text: str) -> Iterator[str]:
    """Quotation marks of code around a name in a Chinese sentence."""
    if found := STRAIGHT.search(text):
        yield f"straight quotation mark: {found[0]!r}"


def spaces(text: str) -> Iterator[str]:
    """Spaces that Chinese does not have."""
    if found := SPACED.search(NO_SENTENCE.sub("", PLACE.sub("1", text))):
        yield f"space between Chinese and other characters: {found[0]!r}"


def plain_faults(entry: polib.POEntry) -> Iterator[str]:
    """Why a translation of plain text, which is no Markdown, cannot stand."""
    original = Counter(FIELD.findall(entry.msgid))
    translation = Counter(FIELD.findall(entry.msgstr))
    if missing := original - Counter(PLURAL.findall(entry.msgid)) - translation:
        yield "lacks " + ", ".join(missing)
    if added := translation - original:
        yield "has besides " + ", ".join(added)
    yield from quotes(entry.msgstr)
    yield from spaces(entry.msgstr)


def read(path: Path) -> polib.POFile:
    """A catalogue, or an empty one."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    empty = polib.POFile(wrapwidth=100)
    empty.metadata = {"Language": edition.LANGUAGE, "Content-Type": "text/plain; charset=utf-8"}
    return empty


def translated(
    message: str, old: Mapping[str, polib.POEntry], known: Mapping[str, str]
) -> polib.POEntry:
    """A message with its translation: its own, another chapter's, or a similar one's to mend."""
    if message in old and (old[message].msgstr or message not in known):
        return old[message]
    if message in known:
        return polib.POEntry(msgid=message, msgstr=known[message])
    done = [each for each, entry in old.items() if entry.msgstr]
    for similar in get_close_matches(message, done, n=1, cutoff=SIMILAR):
        return polib.POEntry(
            msgid=message, msgstr=old[similar].msgstr, previous_msgid=similar, flags=["fuzzy"]
        )
    return polib.POEntry(msgid=message)


def update(path: Path, messages: Iterable[str], known: Mapping[str, str]) -> None:
    """Bring one catalogue up to date with the messages of its page."""
    catalogue = read(path)
    old = {entry.msgid: entry for entry in catalogue}
    entries = [translated(message, old, known) for message in messages]
    catalogue.clear()
    catalogue.extend(entries)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


def known_translations(paths: Iterable[Path]) -> dict[str, str]:
    """Translations that any chapter has."""
    return {message: text for path in paths for message, text in translations(path).items()}


def update_all(project: Path) -> None:
    """Bring every catalogue up to date with the built Chinese edition."""
    folder, templates = edition.catalogues(project), edition.templates(project)
    known = known_translations(folder.rglob("*.po"))
    for template in sorted(templates.rglob("*.pot")):
        path = (folder / template.relative_to(templates)).with_suffix(".po")
        update(path, [entry.msgid for entry in read(template)], known)
    update(FIGURES, labels(project), known_translations([FIGURES]))


def labels(project: Path) -> list[str]:
    """Texts inside the figures of the executed chapters."""
    found = [twin for _, notebook in executed(project) for _, twin in twins(notebook)]
    return sorted({label for twin in found for label in twin.get("messages", [])})


def chosen(project: Path, names: list[str]) -> list[Path]:
    """Catalogues of the chapters named, by default all; what programs say is no Markdown."""
    paths = sorted([*edition.catalogues(project).rglob("*.po"), FIGURES])
    unknown = set(names) - {path.stem for path in paths}
    if unknown:
        raise SystemExit(f"no catalogue {', '.join(sorted(unknown))}")
    return [path for path in paths if not names or path.stem in names]


def todo(path: Path) -> list[str]:
    """Messages without a valid translation, as lines."""
    entries = [entry for entry in read(path) if not (entry.translated() or entry.obsolete)]
    return [f"{path.stem}: {'fuzzy' if e.fuzzy else 'empty'}: {e.msgid}" for e in entries]


def check(path: Path) -> list[str]:
    """Faults of the translations, as lines: the package's catalogues hold plain text."""
    faults_of = plain_faults if path.is_relative_to(LOCALE) else faults
    entries = read(path).translated_entries()
    return [f"{path.stem}: {e.msgid[:70]!r}: {fault}" for e in entries for fault in faults_of(e)]


def main() -> int:
    """Do what the command line says; non-zero if something is left to do."""
    command = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_argument("action", choices=["update", "todo", "check"])
    command.add_argument("chapters", nargs="*", help="such as model-digital; by default all")
    options = command.parse_args()
    if options.action == "update":
        update_all(ROOT)
        return 0
    list_of = {"todo": todo, "check": check}[options.action]
    lines = [line for path in chosen(ROOT, options.chapters) for line in list_of(path)]
    print("\n".join(lines))
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())

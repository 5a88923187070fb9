"""Words in another language, read from gettext catalogues; numbers stay out of the messages.

"12 of 30 cases" is the message "⟨1⟩ of ⟨2⟩ cases": its translation gets the numbers back, so that
new results leave every translation valid. What code composes of other values is one message, too:
``f"no column {name!r}"`` is "no column ⟨1⟩".
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import polib

LOCALE = Path(__file__).with_name("locale")
ENGLISH, CHINESE = "en", "zh"
LANGUAGES = {CHINESE: "zh_CN"}  # besides English, and the folders of their catalogues
TAGS = {ENGLISH: "en", CHINESE: "zh-CN"}  # by which pages say their language
TWINS = "SPILLOVER_TWINS"  # set while the book is executed: outputs in Chinese, too
TWIN_MIME = "application/vnd.spillover.chinese+json"

_UNIT = r"\b100 m(?:illion)? yuan|\b10,000 (?:persons|households|subscribers|volumes|ports)"
_NO_NUMBER = re.compile(rf"(\$[^$]*\$|`[^`]*`|{_UNIT})")  # maths, code, units with Chinese names
_NUMBER = re.compile(r"(?<![\w.,-])[-−+]?\d+(?:[.,]\d+)*(?:[eE][-−+]?\d+|×10⁻?[⁰¹²³-⁹]+)?(?!\w)")
_PLACE = re.compile(r"⟨(\d+)⟩")
_WORDS_IN_FORMULA = re.compile(r"(?<=\\text\{)(\s*)([^{}]*?)(\s*)(?=\})")
_WORD = re.compile("[A-Za-z]{2}")
_NAME = r"[^\s,()]+(?: \d+)?"  # a region may have a year
_NAMES = re.compile(rf"{_NAME}(?:, {_NAME})+")  # a list of names, which nobody translates
_QUOTED = re.compile(r"(?<![\w=])(?<![\w=] )'([^'\n]*)'(?!\w)", re.ASCII)  # no option's value
FEW_LETTERS = 6  # of messages such as "⟨1⟩ and ⟨2⟩", which are known by a few words alone
_FEW_WORDS, _FEW_WITHOUT_COMMAS = (rf"{sign}*(?: {sign}+){{0,2}}?" for sign in (r"\S", r"[^\s,]"))
_NO_SENTENCE, _NO_CLAUSE = (rf"(?:(?!{end}).)*?" for end in (r"\. [A-Z]", r"\. [A-Z]|: |; "))
_JOINTS = ((r"(?<=[.?!]) (?=[A-Z])", ""), (": ", "："), ("; ", "；"), (", ", "，"))


def without_numbers(message: str) -> tuple[str, list[str]]:
    """A message with numbered places, such as ``⟨1⟩``, for its numbers; and these as written.

    Numbers in maths, code and units stay.
    """
    numbers: list[str] = []

    def place(found: re.Match) -> str:
        numbers.append(found[0])
        return f"⟨{len(numbers)}⟩"

    parts = _NO_NUMBER.split(message)
    parts[::2] = [_NUMBER.sub(place, part) for part in parts[::2]]
    return "".join(parts), numbers


def with_numbers(text: str, numbers: list[str]) -> str:
    """Put the numbers back into their places.

    Parameters
    ----------
    text
        Text with places such as ``⟨1⟩``.
    numbers
        What fills them, as written; place 1 takes the first.

    Returns
    -------
    str
        The text without places.
    """
    return _PLACE.sub(lambda found: numbers[int(found[1]) - 1], text)


def words_in_formulas(text: str, known: Mapping[str, str]) -> str:
    r"""Translate the words of formulas: what stands in ``\text``.

    Parameters
    ----------
    text
        Text with formulas in TeX.
    known
        Translations, by the English words.

    Returns
    -------
    str
        The text; words that are not known stay.
    """
    return _WORDS_IN_FORMULA.sub(
        lambda found: found[1] + known.get(found[2], found[2]) + found[3], text
    )


def catalogue(name: str, language: str = CHINESE) -> dict[str, str]:
    """Valid translations of one catalogue of the package.

    Parameters
    ----------
    name
        ``"figures"``, ``"widgets"`` or ``"command"``.
    language
        English, or one of `LANGUAGES`.

    Returns
    -------
    dict
        Translation by message; empty for English.
    """
    if language == ENGLISH:
        return {}
    return translations(LOCALE / LANGUAGES[language] / "LC_MESSAGES" / f"{name}.po")


def translations(path: Path) -> dict[str, str]:
    """Valid translations of a gettext catalogue, by message; none if there is no such file.

    A file is parsed once, and again when it has changed.
    """
    return _parsed(path, path.stat().st_mtime_ns) if path.exists() else {}


@cache
def _parsed(path: Path, changed: int) -> dict[str, str]:
    return {each.msgid: each.msgstr for each in polib.pofile(str(path)).translated_entries()}


def translate(text: str, name: str, language: str = CHINESE) -> str:
    """Translate a text with its numbers.

    Parameters
    ----------
    text
        In English.
    name, language
        As in `catalogue`.

    Returns
    -------
    str
        The translation; the text as it is if the catalogue does not have it.
    """
    message, numbers = without_numbers(text)
    known = catalogue(name, language).get(message)
    return text if known is None else with_numbers(known, numbers)


class Speaker:
    """Says in a language what the package's code composed in English.

    Parameters
    ----------
    name
        Catalogue, such as ``"command"``.
    language
        English, or one of `LANGUAGES`.
    kept
        Names that stay as they are, of a reader's columns and regions.

    Raises
    ------
    ValueError
        For an unknown language.
    """

    def __init__(self, name: str, language: str = ENGLISH, kept: Iterable[str] = ()) -> None:
        if language not in (ENGLISH, *LANGUAGES):
            raise ValueError(
                f"no language {language!r}; there are {', '.join((ENGLISH, *LANGUAGES))}"
            )
        self.language = language
        self._known = known = catalogue(name, language)
        self.tag = TAGS[language]
        self.kept = frozenset(kept)
        self._fixed = {each.casefold(): text for each, text in known.items()}
        composed = sorted(filter(_PLACE.search, known), key=_known_by, reverse=True)
        self._composed = [(_pattern(each), known[each]) for each in composed]

    def __call__(self, text: str, *values: object) -> str:
        """A text in the language, what is not known in English; a message with its values."""
        if values:
            return self._put(self._known.get(text, text), map(str, values))
        if self.language == ENGLISH or text in self.kept:
            return text
        known = self._whole(text) or (text.endswith(".") and self._whole(text[:-1], "。"))
        return known or self._in_parts(text)

    def _whole(self, text: str, end: str = "") -> str | None:
        """A text that is one message, with its places filled."""
        if known := self._fixed.get(text.casefold()):
            return known + end
        if known := self._fixed.get(f"{text}.".casefold()):  # its full stop ends a longer one
            return known.removesuffix("。") + end
        for pattern, translation in self._composed if _WORD.search(text) else ():
            if found := pattern.fullmatch(text):
                return self._put(translation, found.groups()) + end
        return None

    def _put(self, message: str, values: Iterable[str]) -> str:
        """A message with its places filled, in the language's quotation marks."""
        said = with_numbers(message, [self._filled(value) for value in values])
        return said if self.language == ENGLISH else _QUOTED.sub(r"“\1”", said)

    def _filled(self, text: str) -> str:
        """What fills a place: in the language, names with the commas that it has for them."""
        said = self(text)
        if self.language == ENGLISH or text in self.kept or not _NAMES.fullmatch(said):
            return said
        return said.replace(", ", "、")

    def _in_parts(self, text: str) -> str:
        """Sentences, and what colons, semicolons and commas part, each said by itself."""
        for end, joint in _JOINTS:
            parts = re.split(end, text, maxsplit=1)
            said = [self(part) for part in parts] if len(parts) > 1 else parts
            if said != parts:
                return joint.join(said)
        return text


def _letters(message: str) -> int:
    """How many letters of a message are fixed: the more, the better it is known by them."""
    return len(re.findall("[A-Za-z]", message))


def _known_by(message: str) -> tuple[int, int]:
    """By what a message is known: its letters, then its places, "⟨1⟩ and ⟨2⟩" before "log ⟨1⟩"."""
    return _letters(message), len(_PLACE.findall(message))


def _pattern(message: str) -> re.Pattern:
    """What a message looks like with its places filled."""
    first, *rest = _PLACE.split(message)
    pattern, before = re.escape(first), first
    for after in rest[1::2]:
        pattern += f"({_filling(message, before)}){re.escape(after)}"
        before = after
    stop = "" if before else r"(?<!\.)"  # a full stop is the sentence's, not of its last place
    return re.compile(pattern + stop, re.DOTALL)


def _filling(message: str, before: str) -> str:
    """What can fill a place of a message: whole sentences only where one may begin."""
    if 0 < _letters(message) < FEW_LETTERS:
        return _FEW_WITHOUT_COMMAS if before else _FEW_WORDS
    sentences = re.search(r"\.( |$)", message)
    opens = (". ",) if sentences else (". ", ": ", "(")
    if before.endswith(opens) or (sentences and not before):
        return ".*?"
    return _NO_SENTENCE if sentences else _NO_CLAUSE


def listed(items: Iterable, most: int = 6) -> str:
    """Names as an error shows them: the first few, and how many more.

    Parameters
    ----------
    items
        Labels, of any kind that `named` takes.
    most
        How many are named.

    Returns
    -------
    str
        Such as ``"a, b and 3 more"``.
    """
    names = [named(item) for item in items]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def named(item: object) -> str:
    """A label in words: the parts of a tuple one after the other."""
    return " ".join(map(str, item)) if isinstance(item, tuple) else str(item)

"""Words in another language, read from gettext catalogues; numbers stay out of the messages.

"12 of 30 cases" is the message "⟨1⟩ of ⟨2⟩ cases": its translation gets the numbers back, so that
new results leave every translation valid.
"""

import re
from functools import cache
from pathlib import Path

import polib

LOCALE = Path(__file__).with_name("locale")
ENGLISH, CHINESE = "en", "zh"
LANGUAGES = {CHINESE: "zh_CN"}  # besides English, and the folders of their catalogues
TWINS = "SPILLOVER_TWINS"  # set while the book is executed: outputs in Chinese, too
TWIN_MIME = "application/vnd.spillover.chinese+json"

_MATHS_OR_CODE = re.compile(r"(\$[^$]*\$|`[^`]*`)")
_NUMBER = re.compile(r"(?<![\w.,-])[-−+]?\d+(?:[.,]\d+)*(?!\w)")
_PLACE = re.compile(r"⟨(\d+)⟩")


def without_numbers(message: str) -> tuple[str, list[str]]:
    """Take the numbers outside maths and code out of a message.

    Returns
    -------
    message : str
        With a numbered place, such as ``⟨1⟩``, for each number.
    numbers : list of str
        As they were written.
    """
    numbers: list[str] = []

    def place(found: re.Match) -> str:
        numbers.append(found[0])
        return f"⟨{len(numbers)}⟩"

    parts = _MATHS_OR_CODE.split(message)
    parts[::2] = [_NUMBER.sub(place, part) for part in parts[::2]]
    return "".join(parts), numbers


def with_numbers(text: str, numbers: list[str]) -> str:
    """Put the numbers back into their places."""
    return _PLACE.sub(lambda found: numbers[int(found[1]) - 1], text)


@cache
def catalogue(name: str, language: str = CHINESE) -> dict[str, str]:
    """Valid translations of one catalogue of the package, by message; none for English."""
    if language == ENGLISH:
        return {}
    path = LOCALE / LANGUAGES[language] / "LC_MESSAGES" / f"{name}.po"
    return {each.msgid: each.msgstr for each in polib.pofile(str(path)).translated_entries()}


def translate(text: str, name: str, language: str = CHINESE) -> str:
    """A text in another language; as it is where the catalogue does not know it.

    Parameters
    ----------
    text
        What is to be said, with its numbers.
    name
        Catalogue, such as ``"figures"``.
    language
        English, or one of `LANGUAGES`.
    """
    message, numbers = without_numbers(text)
    known = catalogue(name, language).get(message)
    return text if known is None else with_numbers(known, numbers)

"""Search in Chinese without a dictionary: a text is known by its characters and their pairs."""

import re

from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

from spillover.text import HAN

HAN_OR_LATIN = re.compile(rf"([{HAN}]+)|([a-zA-Z0-9_]+)")

SPLITTER = """
function splitQuery(query) {
  const terms = [];
  for (const [, han, latin] of query.matchAll(/HAN_OR_LATIN/g)) {
    if (latin) terms.push(latin);
    else if (han.length === 1) terms.push(han);
    else for (let i = 0; i + 1 < han.length; i++) terms.push(han.slice(i, i + 2));
  }
  return terms;
}
""".replace("HAN_OR_LATIN", HAN_OR_LATIN.pattern)


def pairs(characters: str) -> list[str]:
    """Every two neighbouring characters; a single one as it is."""
    return [characters[i : i + 2] for i in range(max(len(characters) - 1, 1))]


class PairsOfCharacters(SearchChinese):
    """A query is cut into pairs that the index has, so a word is found wherever it stands."""

    js_splitter_code = SPLITTER

    def init(self, options: dict) -> None:
        """Stem Latin words as in English, without a segmenter."""
        super().init({})

    def split(self, text: str) -> list[str]:
        """Pairs of Chinese characters, single ones, and Latin words."""
        found = HAN_OR_LATIN.findall(text)
        return [term for han, latin in found for term in ([*pairs(han), *han] if han else [latin])]

    def word_filter(self, word: str) -> bool:
        """Whether the index keeps a word: single characters too, but no single letters."""
        return bool(HAN_OR_LATIN.fullmatch(word)) and (len(word) > 1 or not word.isascii())


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of the splitter that Sphinx has for Chinese."""
    app.add_search_language(PairsOfCharacters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

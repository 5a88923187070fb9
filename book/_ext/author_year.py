"""Bibliography labels that match author-year citations, for instance "Fujita and Thisse 2003"."""

from collections import defaultdict
from dataclasses import dataclass, field
from string import ascii_lowercase

from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx
from sphinxcontrib.bibtex import plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


def label(entry) -> str:
    """Family names of the authors (the first and "et al." from three on) and the year."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [
        " ".join([*person.prelast_names, *person.last_names]).replace("{", "").replace("}", "")
        for person in people
    ]
    who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{who or entry.key} {entry.fields.get('year', 'n.d.')}"


class AuthorYearLabels(BaseLabelStyle):
    """Labels for a sorted list; works of the same people and year have a letter after the year."""

    def format_labels(self, sorted_entries):
        """Return one label an entry. The letter goes into the year: citations show the year."""
        works = defaultdict(list)
        for entry in sorted_entries:
            works[label(entry)].append(entry)
        for same in works.values():
            for letter, entry in zip(ascii_lowercase if len(same) > 1 else "", same, strict=False):
                entry.fields["year"] += letter
        return map(label, sorted_entries)


class AuthorYearStyle(Style):
    """The plain style with author-year labels."""

    default_label_style = AuthorYearLabels


def brackets() -> BracketStyle:
    """Brackets of a Chinese sentence, several works between them."""
    return BracketStyle(left="（", right="）", sep="；")


@dataclass
class ChineseReferences(AuthorYearReferenceStyle):
    """Citations in a Chinese sentence: "Lee和Yu（2010）", "（Fujita等，1999；Ord，1975）"."""

    bracket_textual: BracketStyle = field(default_factory=brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=brackets)
    person: PersonStyle = field(
        default_factory=lambda: PersonStyle(sep="、", sep2="和", last_sep="和", other="等")
    )
    author_year_sep: str = "，"
    text_reference_sep: str = ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the style under the name ``author_year``."""
    register_plugin("pybtex.style.formatting", "author_year", AuthorYearStyle)
    plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", "chinese", ChineseReferences)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""A figure as it is printed: its digits, its stars, and the values it can stand for."""

import re
import unicodedata
from dataclasses import dataclass, replace

import numpy as np

from spillover.audit.intervals import Interval

STARS = "*∗⁎★﹡"
DAGGERS = "†‡+"
LETTERS = "abcd"  # set above figures by tables without stars
BLANKS = frozenset(
    {"", "-", "--", ".", "/", "na", "n.a.", "n/a", "nan", "none", "null", "…", "..."}
    | {"n.s.", "ns", "\\"}
    | {"yes", "no", "√", "✓", "×", "✗", "是", "否"}  # of rows that say what a column controls for
)

_SIGNS = dict.fromkeys(map(ord, "−–—‒﹣－˗‐‑"), "-") | {ord("·"): "."}
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_FIGURE = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>\d*)(?P<point>\.?)(?P<part>\d*)(?:e(?P<power>[-+]?\d+))?",
    re.IGNORECASE,
)
_TIMES_TEN = re.compile(r"[x×·*]10\^?\{?([-+]?\d+)\}?", re.IGNORECASE)
_ZERO = re.compile(r"(?P<first>-?[1-9])0(?P<part>\.\d+)")
_CELL = re.compile(
    r"^(?P<first>[^()\[\]]*[\d.][^()\[\]]*)[(\[](?P<second>[^()\[\]]+)[)\]](?P<rest>.*)$"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class Printed:
    """A printed figure."""

    text: str  # as it stands on the page, without stars and brackets
    value: float
    places: int  # of decimals, negative if the last digit counts tens
    stars: str = ""  # or daggers, or a letter, beside it; see `counted`
    bound: str = ""  # ``"<"`` or ``">"`` if only a bound is printed

    @property
    def unit(self) -> float:
        """One unit of the last digit."""
        return 10.0**-self.places

    @property
    def rounded(self) -> Interval:
        """Every value that is printed so when figures are rounded."""
        if self.bound:
            return self._bounded()
        return self._between(self.value - self.unit / 2, self.value + self.unit / 2)

    @property
    def cut(self) -> Interval:
        """Every value that is printed so when digits are cut off."""
        if self.bound:
            return self._bounded()
        low = self.value - self.unit * (self.value < 0 or self.text.startswith("-"))
        high = self.value + self.unit * (self.value >= 0 and not self.text.startswith("-"))
        return self._between(low, high)

    def _between(self, low: float, high: float) -> Interval:
        """An interval with the decimals that half a unit of the last digit needs."""
        return Interval(round(low, self.places + 1), round(high, self.places + 1))

    def _bounded(self) -> Interval:
        if self.bound == "<":
            return Interval(min(0.0, self.value), self.value)
        return Interval(self.value, float("inf"))

    def times(self, factor: float) -> "Printed":
        """The figure with another sign or its point elsewhere; ``factor`` is -1, 10 or 0.1."""
        shift = {10: -1, 0.1: 1}.get(factor, 0)
        return replace(self, value=self.value * factor, places=self.places + shift)

    @property
    def without_zero(self) -> "Printed | None":
        """2.38 for 20.38: without a zero after its first digit; None if there is none."""
        match = _ZERO.fullmatch(self.text)
        return parse(match["first"] + match["part"] + self.stars) if match else None


def parse(text: str | int | float | None) -> Printed | None:
    """Read a printed figure.

    Stars, letters in their place, brackets, thousands separators, decimal commas, missing zeros,
    scientific notation, percentages (5% is 0.05), typographic minus signs and bounds such as
    ``<0.001`` are understood.

    Returns
    -------
    Printed or None
        None where nothing is printed.

    Raises
    ------
    ValueError
        If something is printed that is no figure.

    Examples
    --------
    >>> parse("−.5**").value, parse("(21,675)").value, parse("<0.001").bound
    (-0.5, 21675.0, '<')
    """
    if text is None:
        return None
    ascii_ = unicodedata.normalize("NFKC", str(text).translate(_SIGNS)).translate(_SIGNS)
    plain = _SPACES.sub("", ascii_).replace("$", "")
    plain, stars = _without_stars(plain)
    plain, more = _without_stars(plain.strip("()[]{}$'\"|"))
    if plain.casefold() in BLANKS:
        return None
    bound, plain = _bound(plain)
    number, percent = plain.removesuffix("%"), plain.endswith("%")
    match = _FIGURE.fullmatch(_points(_TIMES_TEN.sub(r"e\1", number)))
    if not match or not (match["whole"] or match["part"]) or np.isinf(float(match.group())):
        raise ValueError(f"{str(text)!r} is not a figure")
    places = len(match["part"]) - int(match["power"] or 0) + 2 * percent
    value = float(match.group()) / (100 if percent else 1)
    return Printed(plain, value, places, stars + more, bound)


def counted(marks: str) -> int | None:
    """Number of stars; None if a dagger or a letter stands there, whose level no count tells."""
    return None if marks.strip("*") else len(marks)


def split_cell(text: str) -> tuple[str, str]:
    """Split ``0.5*** (0.03)``, an estimate and its parentheses in one cell."""
    match = _CELL.match(str(text).strip())
    if not match:
        return str(text), ""
    return match["first"] + match["rest"], match["second"]


def _without_stars(text: str) -> tuple[str, str]:
    text = re.sub(r"\^?\{?([*†‡]+)\}?$", r"\1", text.translate(dict.fromkeys(map(ord, STARS), "*")))
    found = (
        re.search(rf"[*{DAGGERS}]+$", text)
        or re.match(r"\*+", text)
        or re.search(rf"(?<=[\d.])[{LETTERS}]$", text)
    )
    if not found:
        return text, ""
    return text.replace(found.group(), "", 1), found.group()


def _bound(text: str) -> tuple[str, str]:
    match = re.match(r"p?(<=|>=|=|<|>|≤|≥)", text, re.IGNORECASE)
    if not match:
        return "", text
    sign = {"≤": "<", "≥": ">", "=": ""}.get(match[1], match[1][0])
    return sign, text[match.end() :]


def _points(text: str) -> str:
    """One decimal point and no thousands separators."""
    if _THOUSANDS.fullmatch(text.lstrip("+-")):
        return text.replace(",", "")
    if "," in text and "." in text and text.rindex(",") > text.rindex("."):
        text = text.replace(".", "")
    elif "," in text and "." in text:
        return text.replace(",", "")
    return text.replace(",", ".")

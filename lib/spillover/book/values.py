"""Numbers that the prose quotes: computed in a cell, glued under a key, shown in a sentence."""

import re
from collections.abc import Callable

from myst_nb import glue

from spillover import text as text_rules

_VERBATIM = re.compile(r"(`[^`]*`|\$[^$]*\$)")
_POWER = re.compile(r"(\d(?:\.\d+)?)e([-+])0*(\d+)\b")
_RAISED = re.compile(r"(?<=[\w)])\^(-?\d)(?!\d)")
_FIT = re.compile(r"(?:^|(?<=\| ))R2\b")  # heads a row of a table; elsewhere it names a reading
_TIMES = re.compile(r"(?<=\w) x (?=\d)")
_MINUS = re.compile(r"(?<= )-(?= )|(?<![^\s(])-(?=[^\W\d]|\()")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_GREEK = {
    "beta": "β", "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ",
    "pi": "π", "phi": "φ", "psi": "ψ", "rho": "ρ", "sigma": "σ",
}  # fmt: skip
_SYMBOL = re.compile(rf"(?<![\w.])(?<!\w-)({'|'.join(_GREEK)})(2?)(?!\w|[-.]\w)")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change a text, but for the code and the formulas in it.

    Parameters
    ----------
    text
        Markdown.
    change
        What is done to each part between them.

    Returns
    -------
    str
    """
    parts = _VERBATIM.split(text)
    parts[::2] = map(change, parts[::2])
    return "".join(parts)


def typeset(text: str) -> str:
    """Numbers, symbols and arrows of a text as print has them; code and formulas in it stay."""
    return outside_code(text, _typeset)


def _typeset(text: str) -> str:
    greek = _SYMBOL.sub(lambda found: _GREEK[found[1]] + found[2].translate(_SUPERSCRIPT), text)
    in_full = _POWER.sub(_in_full, _TIMES.sub(" × ", _FIT.sub("R²", greek)))
    raised = _RAISED.sub(lambda found: found[1].translate(_SUPERSCRIPT), in_full)
    return text_rules.typeset(_MINUS.sub("\u2212", raised.replace("->", "→")))


def _in_full(found: re.Match) -> str:
    if found[2] == "+":
        return f"{float(found[0]):,.0f}"
    return f"{found[1]}×10⁻{found[3].translate(_SUPERSCRIPT)}"


def share(part: int, whole: int, noun: str) -> str:
    """A share as a reader hears it: "none of 2,500 panels" and "3 of 2,500 panels", not 0%.

    Parameters
    ----------
    part, whole
        How many of how many.
    noun
        What they are.

    Returns
    -------
    str
    """
    few, percent = count(part, whole).replace("of the ", "of "), f"{part / whole:.0%}"
    return f"{few if percent in ('0%', '100%') else percent + ' of'} {noun}"


def count(part: int, whole: int) -> str:
    """How many of how many: "none of the 9", "6 of the 9", "all 9".

    Parameters
    ----------
    part, whole
        The two numbers.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the part is below zero or above the whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share")
    few = {0: f"none of the {whole:,}", whole: f"all {whole:,}"}
    return few.get(part, f"{part:,} of the {whole:,}")


def record(**values: str) -> None:
    """Store formatted values for the ``{glue:text}`` role.

    ``**values``: key and text as it is to be read, for instance ``intro_regions=f"{n:d}"``.
    """
    for key, value in values.items():
        glue(key, typeset(value), display=False)

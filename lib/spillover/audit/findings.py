"""What a check says, and the register of all checks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partialmethod

from spillover.audit.tables import Paper

AGREES = "agrees"  # the numbers can be true together
DISAGREES = "disagrees"  # they cannot
ONLY_IF = "only if"  # they can under the first reading; the gap is that without it
CANNOT = "cannot tell"  # what is printed does not tell
VERDICTS = (DISAGREES, ONLY_IF, CANNOT, AGREES)


@dataclass(frozen=True)
class Finding:
    """What one check says of one place of a paper.

    Attributes
    ----------
    check
        Key of the check.
    table, row
        Where: label of the table or column, and the row (and block) in it.
    verdict
        One of `VERDICTS`.
    words
        The numbers and what they say.
    gap
        Size of the disagreement in ``unit``, zero if there is none; numbers that agree may be some
        way apart all the same.
    unit
        What the gap counts.
    readings
        Innocent explanations; under ``only if`` the one that makes the numbers agree comes first.
    """

    check: str
    table: str
    row: str
    verdict: str
    words: str
    gap: float = 0.0
    unit: str = ""
    readings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.verdict!r} is none of {', '.join(VERDICTS)}")
        if not all(isinstance(reading, str) for reading in self.readings):
            raise TypeError(f"{self.check}: readings are texts, got {self.readings!r}")
        if self.verdict == ONLY_IF and not self.readings:
            raise ValueError(f"{self.check}: 'only if' needs the reading that it depends on")


@dataclass(frozen=True)
class Place:
    """Where a check looks: it makes findings there, a method a verdict."""

    check: str
    table: str
    row: str

    def _finding(
        self, verdict: str, words: str, gap: float = 0.0, unit: str = "", *readings: str
    ) -> Finding:
        return Finding(self.check, self.table, self.row, verdict, words, gap, unit, readings)

    agrees = partialmethod(_finding, AGREES)
    only_if = partialmethod(_finding, ONLY_IF)
    cannot = partialmethod(_finding, CANNOT)
    disagrees = partialmethod(_finding, DISAGREES)


Checker = Callable[[Paper], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """A registered check: key, title, why it holds, and the function."""

    key: str
    title: str
    why: str
    function: Checker

    def __call__(self, paper: Paper) -> list[Finding]:
        return list(self.function(paper))


REGISTER: dict[str, Check] = {}


def check(key: str, title: str) -> Callable[[Checker], Checker]:
    """Register a check; its docstring says why it holds.

    Parameters
    ----------
    key
        Its short name.
    title
        What it checks, as a report says it.

    Returns
    -------
    callable
        Decorates the function, which is returned as it is.

    Raises
    ------
    ValueError
        If the key is taken.
    """

    def add(function: Checker) -> Checker:
        if key in REGISTER:
            raise ValueError(f"check {key!r} is registered twice")
        REGISTER[key] = Check(key, title, " ".join((function.__doc__ or "").split()), function)
        return function

    return add

"""What a check says, and the register of all checks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from spillover.audit.tables import Paper

AGREES = "agrees"
DISAGREES = "disagrees"
ONLY_IF = "only if"
CANNOT = "cannot tell"
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
        Size of the disagreement in ``unit``, zero if there is none.
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
    """Where a check looks: it makes findings there."""

    check: str
    table: str
    row: str

    def agrees(self, words: str, gap: float = 0.0, unit: str = "") -> Finding:
        """The numbers can be true together.

        Parameters
        ----------
        words, gap, unit
            As in `Finding`; the numbers may be some way apart all the same.

        Returns
        -------
        Finding
        """
        return Finding(self.check, self.table, self.row, AGREES, words, gap, unit)

    def cannot(self, words: str) -> Finding:
        """What is printed does not tell."""
        return Finding(self.check, self.table, self.row, CANNOT, words)

    def only_if(self, words: str, gap: float, unit: str, *readings: str) -> Finding:
        """The numbers can be true together under the first reading.

        Parameters
        ----------
        words, gap, unit, *readings
            As in `Finding`; the gap is that without the reading.

        Returns
        -------
        Finding
        """
        return Finding(self.check, self.table, self.row, ONLY_IF, words, gap, unit, readings)

    def disagrees(self, words: str, gap: float, unit: str, *readings: str) -> Finding:
        """The numbers cannot be true together.

        Parameters
        ----------
        words, gap, unit, *readings
            As in `Finding`.

        Returns
        -------
        Finding
        """
        return Finding(self.check, self.table, self.row, DISAGREES, words, gap, unit, readings)


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

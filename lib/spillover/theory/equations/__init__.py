"""The paper's equations (1)-(35), each derived by a small function from earlier ones."""

from spillover.theory.equations import (
    consumers,
    digital,
    knowledge,
    long_run,
    producers,
    short_run,
)
from spillover.theory.equations.registry import EQUATIONS, SECTIONS, DerivationError, Equation

__all__ = [
    "EQUATIONS",
    "SECTIONS",
    "DerivationError",
    "Equation",
    "consumers",
    "dependencies",
    "digital",
    "equation",
    "knowledge",
    "long_run",
    "producers",
    "short_run",
]


def equation(number: int) -> Equation:
    """The paper's equation of this number, derived.

    Parameters
    ----------
    number
        1 to 35.

    Returns
    -------
    Equation
        With attributes ``sympy``, ``rhs``, ``latex``, ``title``, ``section``, ``rests_on``.

    Raises
    ------
    ValueError
        If the paper has no such equation.

    Examples
    --------
    >>> equation(7).sympy
    Eq(p, sigma/(sigma - 1))
    """
    if number not in EQUATIONS:
        raise ValueError(f"equation {number!r}: the paper's equations are numbered 1 to 35")
    EQUATIONS[number].parts  # noqa: B018  derive it, so that rests_on is filled
    return EQUATIONS[number]


def dependencies() -> dict[int, set[int]]:
    """Which equations each equation's derivation used, observed while deriving."""
    return {number: equation(number).rests_on for number in sorted(EQUATIONS)}

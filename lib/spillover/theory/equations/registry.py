"""A numbered equation: a function that derives it, and a register of all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property

import sympy as sp
from sympy.core.relational import Relational

from spillover.theory.latex import gathered, latex
from spillover.theory.symbols import in_positive

SECTIONS = {
    "2.2": "Consumers",
    "2.3": "Producers",
    "2.4": "The creative sector",
    "2.5": "Short run",
    "2.6": "Long run",
    "2.7": "Digital technology",
}


class DerivationError(Exception):
    """A derivation and the form it should take differ: one of the two is wrong."""


@dataclass(frozen=True, eq=False)
class Equation:
    """A numbered equation of the paper.

    Parameters
    ----------
    number, title, section
        As in the paper; the title is ours.
    derive
        Function that returns the equation, or a tuple of several under one number.
    assumed
        Whether the paper postulates it (a technology, a definition) or it follows.
    original
        What survives of the original around the lost formula, and what was inferred.

    Notes
    -----
    ``rests_on`` is observed, not declared: it holds the equations that `derive` called.
    """

    number: int
    title: str
    section: str
    derive: Callable[[], Relational | tuple[Relational, ...]]
    assumed: bool = False
    original: str = ""
    rests_on: set[int] = field(default_factory=set)

    @cached_property
    def parts(self) -> tuple[Relational, ...]:
        """The equations printed under this number."""
        _deriving.append(self)
        try:
            derived = self.derive()
        finally:
            _deriving.pop()
        return derived if isinstance(derived, tuple) else (derived,)

    @property
    def sympy(self) -> Relational | tuple[Relational, ...]:
        """The equation, or all of them where the number covers several."""
        return self.parts[0] if len(self.parts) == 1 else self.parts

    @property
    def rhs(self) -> sp.Expr:
        """Right-hand side of the (first) equation."""
        return self.parts[0].rhs

    @property
    def latex(self) -> str:
        """LaTeX, one line for each part."""
        return "\n".join(map(latex, self.parts))

    def __call__(self) -> tuple[Relational, ...]:
        if _deriving:
            _deriving[-1].rests_on.add(self.number)
        return self.parts

    def __repr__(self) -> str:
        return f"({self.number}) {self.title}: " + "; ".join(map(str, self.parts))

    def _repr_latex_(self) -> str:
        lines = gathered([latex(part) for part in self.parts])
        return rf"$\displaystyle {lines} \qquad ({self.number})$"


EQUATIONS: dict[int, Equation] = {}
_deriving: list[Equation] = []


def numbered(
    number: int, title: str, section: str, assumed: bool = False, original: str = ""
) -> Callable[[Callable], Equation]:
    """Register a derivation under the paper's number.

    Parameters
    ----------
    number, title, section, assumed, original
        As in `Equation`.

    Returns
    -------
    callable
        Decorator that makes an `Equation` of the function that derives it.
    """

    def register(derive: Callable) -> Equation:
        EQUATIONS[number] = Equation(number, title, section, derive, assumed, original)
        return EQUATIONS[number]

    return register


@cache
def difference(one: sp.Expr, other: sp.Expr) -> sp.Expr:
    """Difference of two expressions for admissible parameters, simplified.

    Parameters
    ----------
    one, other
        In symbols of `spillover.theory.symbols`.

    Returns
    -------
    sympy.Expr
        In strictly positive symbols; 0 if the two are shown to agree.
    """
    gap = one - other
    # A slope of a plain symbol would evaluate to zero on substitution.
    slopes = {slope: sp.Dummy(real=True) for slope in gap.atoms(sp.Derivative)}
    gap = in_positive(gap.xreplace(slopes))
    gap = gap.replace(sp.log, lambda inner: sp.log(sp.factor(inner)))
    powers = sp.powsimp(sp.expand_power_base(sp.expand_log(gap)), combine="exp", deep=True)
    return sp.simplify(sp.factor(sp.together(powers)))


def arranged(derived: sp.Expr, form: sp.Expr) -> sp.Expr:
    """Prove that the arrangement to print equals what was derived.

    Parameters
    ----------
    derived
        As the derivation leaves it.
    form
        As it is to be printed.

    Returns
    -------
    sympy.Expr
        The form.

    Raises
    ------
    DerivationError
        If sympy cannot reduce their difference to zero.
    """
    if difference(derived, form) != 0:
        raise DerivationError(f"derived {derived}, but the form to print is {form}")
    return form

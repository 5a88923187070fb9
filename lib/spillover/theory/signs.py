"""Sign of an expression for all admissible parameters, decided by sympy's assumption system."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from spillover.seeds import SEEDS
from spillover.theory.symbols import TIED_BY_EQUATIONS, in_parameters, in_positive, with_ties

POINTS = 2000
"""Random admissible points at which an undecided sign is looked for."""

_RELATION = {1: "> 0", -1: "< 0", 0: "= 0"}
_WEAK_RELATION = {1: ">= 0", -1: "<= 0"}
_KNOWN_FUNCTIONS = (sp.log, sp.exp)
_Attempts = tuple[tuple[Callable[[sp.Expr], sp.Expr], str], ...]
_NOT_NUMBERS = (sp.I, sp.nan, sp.zoo, sp.oo, -sp.oo)


@dataclass(frozen=True)
class Verdict:
    """What could be decided about the sign of an expression.

    Parameters
    ----------
    sign
        1, -1 or 0 if decided for all admissible parameters; None otherwise.
    reduced
        The expression in strictly positive symbols, as the decision saw it.
    reason
        Why the sign is what it is, or why it could not be decided.
    witnesses
        If the sign depends on the parameters: two admissible points and the values there,
        one negative and one positive.
    weak
        1 if the expression is at least zero everywhere, -1 if at most, where no strict sign holds.
    """

    sign: int | None
    reduced: sp.Expr
    reason: str
    witnesses: tuple[tuple[dict[sp.Symbol, sp.Rational], sp.Float], ...] = field(default=())
    weak: int | None = None

    @property
    def outcome(self) -> str:
        """``> 0``, ``< 0``, ``= 0``, ``>= 0``, ``<= 0``, ``depends`` or ``undecided``."""
        if self.sign is not None:
            return _RELATION[self.sign]
        if self.weak is not None:
            return _WEAK_RELATION[self.weak]
        return "depends" if self.witnesses else "undecided"

    @property
    def examples(self) -> list[tuple[dict[sp.Symbol, sp.Rational], sp.Float]]:
        """The witnesses in the model's own parameters."""
        return [(in_parameters(point), value) for point, value in self.witnesses]


@cache
def decide(expression: sp.Expr) -> Verdict:
    """Decide the sign of an expression for all admissible parameters.

    The expression is rewritten in strictly positive symbols; sympy's assumption system then
    decides. No number is drawn to reach a sign. Only when no sign is found term by term are random
    admissible points tried, to tell a sign that depends on the parameters (two witnesses, checked
    with exact parameters) from one that needs a longer look or merely resisted.

    Parameters
    ----------
    expression
        An expression in the model's symbols. Symbols that a definition ties together (phi and
        tau, S_E and E, s_n and n) are tied here too.

    Returns
    -------
    Verdict
        ``undecided``, with the reason, also where the expression is not a real number for all
        admissible parameters.

    Raises
    ------
    TypeError
        If it is not a single expression.

    Examples
    --------
    >>> import sympy as sp
    >>> from spillover.theory import decide, symbols
    >>> decide(sp.log(symbols.phi) * (1 - symbols.mu)).outcome
    '< 0'
    """
    rewritten = in_positive(with_ties(_expression(expression)))
    flaw = _flaw(rewritten)
    if flaw:
        return Verdict(None, rewritten, flaw)
    return (
        _decided(rewritten, SHORT)
        or _refuted(rewritten)
        or _decided(rewritten, LONG)
        or _weakly_decided(rewritten)
        or _searched(rewritten)
    )


def _expression(given: object) -> sp.Expr:
    try:
        found = sp.sympify(given)
    except (sp.SympifyError, TypeError, AttributeError, SyntaxError):
        found = None
    if not isinstance(found, sp.Expr):
        raise TypeError(f"decide takes one sympy expression, got {given!r}")
    return found


def _flaw(expression: sp.Expr) -> str:
    """Why the expression has no sign to speak of; empty if it is a real number everywhere."""
    if expression.has(*_NOT_NUMBERS):
        return "it is not a real number"
    unreal = [each for each in sorted(expression.free_symbols, key=str) if not each.is_real]
    if unreal:
        return f"{unreal[0]} is not declared to be real"
    return next((flaw for part in _risky(expression) if (flaw := _part_flaw(part))), "")


def _risky(expression: sp.Expr) -> Iterator[sp.Expr]:
    """Logarithms and powers, which are not real everywhere."""
    parts = expression.atoms(sp.log, sp.Pow)
    return (each for each in sorted(parts, key=sp.count_ops) if not each.args[0].is_positive)


def _part_flaw(part: sp.Expr) -> str:
    if isinstance(part, sp.log):
        fine, needed = _assured(part.args[0], positive=True), "positive"
    elif part.exp.is_integer:
        fine, needed = part.exp.is_nonnegative or _assured(part.base), "different from 0"
    else:
        fine, needed = _assured(part.base, positive=True), "positive"
    return "" if fine else f"{part.args[0]} in {part} need not be {needed}"


def _assured(quantity: sp.Expr, positive: bool = False) -> bool:
    """Whether a quantity is decided to be positive (or to have either strict sign)."""
    verdict = decide(quantity)
    return verdict.sign == 1 or (not positive and verdict.sign == -1)


def _assumed_sign(expression: sp.Expr) -> int | None:
    if expression.is_zero:
        return 0
    if expression.is_positive:
        return 1
    return -1 if expression.is_negative else None


def _decided(expression: sp.Expr, attempts: _Attempts) -> Verdict | None:
    for attempt, reason in attempts:
        reduced = attempt(expression)
        sign = _assumed_sign(reduced)
        if sign is not None:
            return Verdict(sign, reduced, reason)
    return None


def _weakly_decided(expression: sp.Expr) -> Verdict | None:
    for reduced in (expression, _over_one_denominator(expression)):
        weak = 1 if reduced.is_nonnegative else -1 if reduced.is_nonpositive else None
        if weak:
            return Verdict(None, reduced, "every factor has a known sign or is a square", weak=weak)
    return None


@cache
def _factor(expression: sp.Expr) -> sp.Expr:
    """Factored where sympy can, as it is where its polynomials do not apply."""
    try:
        return sp.factor(expression)
    except (BasePolynomialError, NotImplementedError):
        return expression


@cache
def _factored_sums(expression: sp.Expr) -> sp.Expr:
    """Factor every sum, innermost first, so that 1 - 1/(1 + m) becomes m/(1 + m)."""
    return expression.replace(lambda part: part.is_Add, _factor)


@cache
def _factored_terms(expression: sp.Expr) -> sp.Expr:
    terms = sp.Add.make_args(expression)
    return sp.Add(*(_factor(sp.together(_factored_sums(term))) for term in terms))


def _signed_logarithm(argument: sp.Expr) -> sp.Expr:
    """ln y as a symbol of its sign, which is that of y - 1."""
    sign = _assumed_sign(_factor(sp.together(argument - 1)))
    if sign is None:
        return sp.log(argument)
    return sign * sp.Dummy(r"\ell", positive=True)


def _with_signed_logarithms(expression: sp.Expr) -> sp.Expr:
    logarithms = expression.replace(sp.log, lambda inner: _signed_logarithm(_factored_sums(inner)))
    return _factored_terms(logarithms)


@cache
def _over_one_denominator(expression: sp.Expr) -> sp.Expr:
    return _factor(sp.together(_factored_terms(expression)))


SHORT: _Attempts = (
    (lambda expression: expression, "every factor and term has a known sign"),
    (_factored_terms, "every term, factored, has the same sign"),
    (_with_signed_logarithms, "every term has the same sign, as $\\ln y$ has that of $y - 1$"),
)
LONG: _Attempts = (
    (_over_one_denominator, "over a common denominator, every coefficient has one sign"),
)


def _refuted(expression: sp.Expr) -> Verdict | None:
    """Two admissible witnesses that no sign holds everywhere, where some can be found."""
    witnesses = () if _obstacle(expression) else search(expression)
    return Verdict(None, expression, "takes both signs", witnesses) if witnesses else None


def _searched(expression: sp.Expr) -> Verdict:
    """Witnesses of the expression in its simplest form, or why there are none."""
    simplest = _over_one_denominator(expression)
    missing = _obstacle(simplest) or (
        f"no rule decides it; {POINTS} random admissible points show a single sign, "
        "which proves nothing"
    )
    return _refuted(simplest) or Verdict(None, simplest, missing)


def _obstacle(expression: sp.Expr) -> str:
    """Why no point can be drawn that is admissible by construction; empty if one can."""
    unknown = expression.atoms(sp.Function, sp.Derivative, sp.Integral)
    unknown = [each for each in unknown if not isinstance(each, _KNOWN_FUNCTIONS)]
    if unknown:
        return f"no rule decides it, and nothing more is assumed about {min(map(str, unknown))}"
    symbols = expression.free_symbols
    signless = [str(each) for each in symbols if not each.is_positive]
    if signless:
        return f"no rule decides it, and no sign is assumed for {min(signless)}"
    tied = [str(each) for each in symbols if each in TIED_BY_EQUATIONS or each.is_Dummy]
    if tied:
        return (
            f"no rule decides it, and {', '.join(sorted(tied))} cannot be drawn at will: "
            "the model's equations determine them"
        )
    return ""


def _random_points(symbols: list[sp.Symbol]) -> np.ndarray:
    generator = np.random.default_rng(SEEDS["theory_witnesses"])
    return 10 ** generator.uniform(-2, 2, size=(len(symbols), POINTS))


def _witness(expression: sp.Expr, symbols: list[sp.Symbol], point: np.ndarray):
    exact = {
        symbol: sp.Rational(str(round(value, 3)))
        for symbol, value in zip(symbols, point, strict=True)
    }
    # What is left of a zero in disguise, far below the digits asked for, has no sign.
    return exact, expression.subs(exact).evalf(15, chop=True)


def search(expression: sp.Expr) -> tuple:
    """A point with a clearly negative and one with a clearly positive value, or nothing."""
    symbols = sorted(expression.free_symbols, key=str)
    points = _random_points(symbols)
    with np.errstate(all="ignore"):
        values = np.nan_to_num(sp.lambdify(symbols, expression, "numpy")(*points) * np.ones(POINTS))
    extremes = [
        _witness(expression, symbols, points[:, k]) for k in (values.argmin(), values.argmax())
    ]
    return tuple(extremes) if extremes[0][1] < 0 < extremes[1][1] else ()

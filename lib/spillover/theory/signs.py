"""Sign of an expression for all admissible parameters, decided by sympy's assumption system."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import sympy as sp

from spillover.seeds import SEEDS
from spillover.theory.symbols import in_positive

POINTS = 2000
"""Random admissible points at which an undecided sign is looked for."""

_RELATION = {1: "> 0", -1: "< 0", 0: "= 0"}


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
    """

    sign: int | None
    reduced: sp.Expr
    reason: str
    witnesses: tuple[tuple[dict[sp.Symbol, sp.Rational], sp.Float], ...] = field(default=())

    @property
    def outcome(self) -> str:
        """``> 0``, ``< 0``, ``= 0``, ``depends`` or ``undecided``."""
        if self.sign is not None:
            return _RELATION[self.sign]
        return "depends" if self.witnesses else "undecided"


def _assumed_sign(expression: sp.Expr) -> int | None:
    if expression.is_zero:
        return 0
    if expression.is_positive:
        return 1
    return -1 if expression.is_negative else None


def _factored_sums(expression: sp.Expr) -> sp.Expr:
    """Factor every sum, innermost first, so that 1 - 1/(1 + m) becomes m/(1 + m)."""
    return expression.replace(lambda part: part.is_Add, sp.factor)


def _factored_terms(expression: sp.Expr) -> sp.Expr:
    terms = sp.Add.make_args(expression)
    return sp.Add(*(sp.factor(sp.together(_factored_sums(term))) for term in terms))


def _signed_logarithm(argument: sp.Expr) -> sp.Expr:
    """ln y as a symbol of its sign, which is that of y - 1."""
    sign = _assumed_sign(sp.factor(sp.together(argument - 1)))
    if sign is None:
        return sp.log(argument)
    return sign * sp.Dummy(r"\ell", positive=True)


def _attempts(expression: sp.Expr) -> Iterator[tuple[sp.Expr, str]]:
    yield expression, "every factor and term has a known sign"
    terms = _factored_terms(expression)
    yield terms, "every term, factored, has the same sign"
    logarithms = expression.replace(sp.log, lambda inner: _signed_logarithm(_factored_sums(inner)))
    yield _factored_terms(logarithms), "every term has the same sign, as ln y has that of y - 1"
    yield sp.factor(sp.together(terms)), "over a common denominator, every coefficient has one sign"


def _random_points(symbols: list[sp.Symbol]) -> np.ndarray:
    generator = np.random.default_rng(SEEDS["theory_witnesses"])
    return 10 ** generator.uniform(-2, 2, size=(len(symbols), POINTS))


def _witness(expression: sp.Expr, symbols: list[sp.Symbol], point: np.ndarray):
    exact = {
        symbol: sp.Rational(str(round(value, 3)))
        for symbol, value in zip(symbols, point, strict=True)
    }
    return exact, expression.subs(exact).evalf(15)


def _search(expression: sp.Expr) -> tuple:
    """A point with a clearly negative and one with a clearly positive value, or nothing."""
    symbols = sorted(expression.free_symbols, key=str)
    points = _random_points(symbols)
    with np.errstate(all="ignore"):
        values = np.nan_to_num(sp.lambdify(symbols, expression, "numpy")(*points) * np.ones(POINTS))
    extremes = [
        _witness(expression, symbols, points[:, k]) for k in (values.argmin(), values.argmax())
    ]
    return tuple(extremes) if extremes[0][1] < 0 < extremes[1][1] else ()


@cache
def decide(expression: sp.Expr) -> Verdict:
    """Decide the sign of an expression for all admissible parameters.

    The expression is rewritten in strictly positive symbols; sympy's assumption system then
    decides. No number is drawn to reach a sign. Only when no sign is found are random
    admissible points tried, to tell a sign that depends on the parameters (two witnesses, checked
    with exact parameters) from one that merely resisted.

    Parameters
    ----------
    expression
        An expression in the model's symbols.

    Returns
    -------
    Verdict
    """
    rewritten = in_positive(sp.sympify(expression))
    for reduced, reason in _attempts(rewritten):
        sign = _assumed_sign(reduced)
        if sign is not None:
            return Verdict(sign, reduced, reason)
    simplest = sp.factor(sp.together(_factored_sums(rewritten)))
    witnesses = _search(simplest)
    if witnesses:
        return Verdict(None, simplest, "takes both signs", witnesses)
    return Verdict(
        None,
        simplest,
        f"no rule decides it; {POINTS} random admissible points show a single sign, "
        "which proves nothing",
    )

"""Formulas of the model in LaTeX, as the book and a notebook print them."""

from collections.abc import Sequence

import sympy as sp
from sympy.printing.latex import LatexPrinter

from spillover.theory import symbols as sy

# Factors print in this order, then alphabetically: parameters before variables.
_FIRST = (sy.sigma, sy.mu, sy.tau, sy.phi, sy.lam, sy.Pi)
_RANKED = {symbol: sp.Symbol(f"{rank:02d}") for rank, symbol in enumerate(_FIRST)}
_UNRANKED = {stand_in: symbol for symbol, stand_in in _RANKED.items()}


class _Printer(LatexPrinter):
    """LaTeX as economists write it: q_i, ln x, dK/dg, (1 - mu)/(1 + mu)."""

    def _print_Mul(self, expr: sp.Mul) -> str:
        return super()._print_Mul(_of_positive(expr))

    def _print_Add(self, expr: sp.Add, order: str | None = None) -> str:
        """A sum that begins with a term without a minus sign, if there is one."""
        terms = [
            _of_positive(term) if term.is_Mul else term
            for term in self._as_ordered_terms(expr, order=order)
        ]
        signs = [term.as_coeff_Mul()[0].is_negative for term in terms]
        first = signs.index(False) if False in signs else 0
        terms.insert(0, terms.pop(first))
        return super()._print_Add(sp.Add(*terms, evaluate=False), order="none")

    def _print_Function(self, expr: sp.Expr, exp: str | None = None) -> str:
        if expr.args != (sy.i,):
            return super()._print_Function(expr, exp)
        name = f"{expr.func.__name__}_{{i}}"
        return name if exp is None else f"{name}^{{{exp}}}"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        above, below = self._print(expr.expr), self._print(expr.variables[0])
        return rf"\frac{{\mathrm{{d}} {above}}}{{\mathrm{{d}} {below}}}"

    def _print_And(self, expr: sp.And) -> str:
        """Two strict bounds on one quantity as a chain: low < x < high."""
        bounds = {each.lts: each.gts for each in expr.args}
        middle = next(each for each in bounds if each in bounds.values())
        low = next(each for each in bounds if each != middle)
        return " < ".join(self._print(each) for each in (low, middle, bounds[middle]))

    def _print_Integral(self, expr: sp.Integral) -> str:
        variable, low, high = expr.limits[0]
        inner = self._print(expr.function)
        limits = rf"\int_{{{self._print(low)}}}^{{{self._print(high)}}}"
        return rf"{limits} {inner} \,\mathrm{{d}}{self._print(variable)}"


def _of_positive(product: sp.Mul) -> sp.Mul:
    """The same product, of sums that are positive, where that leaves no minus sign before it.

    ``-4*mu*(phi - 1)`` becomes ``4*mu*(1 - phi)``; a sum of unknown sign takes a minus in.
    """
    coefficient, rest = product.as_coeff_Mul()
    factors = [factor.as_base_exp() for factor in sp.Mul.make_args(rest)]
    sums = [k for k, (base, power) in enumerate(factors) if base.is_Add and power.is_Integer]
    negative = [k for k in sums if _is_negative(factors[k][0])]
    odd = [k for k in negative if factors[k][1] % 2]
    if (len(odd) + bool(coefficient.is_negative)) % 2:
        open_ones = [k for k in sums if factors[k][1] % 2 and not _has_sign(factors[k][0])]
        if open_ones:
            negative.append(open_ones[0])
        else:
            negative = [k for k in negative if k not in odd]
    turned = ((-base if k in negative else base, power) for k, (base, power) in enumerate(factors))
    turns = sum(factors[k][1] % 2 for k in negative)
    return sp.Mul(coefficient * (-1) ** turns, *(base**power for base, power in turned))


def _is_negative(total: sp.Add) -> bool:
    """Whether a short sum is negative for all admissible parameters."""
    return len(total.args) < 4 and _in_positive(total).is_negative is True


def _has_sign(total: sp.Add) -> bool:
    return _in_positive(total).is_positive is True or _is_negative(total)


def _in_positive(total: sp.Add) -> sp.Expr:
    return sp.factor(sp.together(sy.in_positive(total.xreplace(_UNRANKED))))


def latex(expression: sp.Basic) -> str:
    """LaTeX of a sympy object, parameters first in every product."""
    names = {stand_in: sp.latex(symbol) for symbol, stand_in in _RANKED.items()}
    printer = _Printer({"symbol_names": names, "ln_notation": True})
    return printer.doprint(expression.xreplace(_RANKED))


def gathered(lines: Sequence[str]) -> str:
    """Lines one below the other, for display."""
    if len(lines) == 1:
        return lines[0]
    return "\\begin{gathered}\n" + " \\\\[4pt]\n".join(lines) + "\n\\end{gathered}"

"""Formulas of the model in LaTeX, as the book and a notebook print them."""

from collections.abc import Sequence

import sympy as sp
from sympy.printing.latex import LatexPrinter

from spillover.theory import symbols as sy

# Factors print in this order, then alphabetically: parameters before variables.
_FIRST = (sy.sigma, sy.mu, sy.tau, sy.phi, sy.lam, sy.Pi)


class _Printer(LatexPrinter):
    """LaTeX as economists write it: q_i, ln x, dK/dg."""

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


def latex(expression: sp.Basic) -> str:
    """LaTeX of a sympy object, parameters first in every product."""
    ranked = {symbol: sp.Symbol(f"{rank:02d}") for rank, symbol in enumerate(_FIRST)}
    names = {stand_in: sp.latex(symbol) for symbol, stand_in in ranked.items()}
    printer = _Printer({"symbol_names": names, "ln_notation": True})
    return printer.doprint(expression.xreplace(ranked))


def gathered(lines: Sequence[str]) -> str:
    """Lines one below the other, for display."""
    if len(lines) == 1:
        return lines[0]
    return "\\begin{gathered}\n" + " \\\\[4pt]\n".join(lines) + "\n\\end{gathered}"

"""Equations as the book prints them: LaTeX from sympy, under the paper's own numbers."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
import sympy as sp
from IPython.display import Markdown
from matplotlib.axes import Axes
from sympy.printing.latex import LatexPrinter

from spillover.present import style
from spillover.theory import symbols as sy
from spillover.theory.equations import SECTIONS, Equation
from spillover.theory.propositions import Proof

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


def display(*expressions: sp.Basic) -> Markdown:
    """Show expressions or equations unnumbered, one below the other."""
    return Markdown(f"$$\n{_gathered([latex(each) for each in expressions])}\n$$")


def _gathered(lines: list[str]) -> str:
    if len(lines) == 1:
        return lines[0]
    return "\\begin{gathered}\n" + " \\\\[4pt]\n".join(lines) + "\n\\end{gathered}"


def paper(*equations: Equation) -> Markdown:
    """Show equations of the paper under its numbers, with what survives of the original.

    Parameters
    ----------
    *equations
        From `spillover.theory.equation`; each becomes the target ``eq-tp-<number>``.
    """
    return Markdown("\n\n".join(_numbered(each) for each in equations))


def _numbered(equation: Equation) -> str:
    body = _gathered([latex(part) for part in equation.parts])
    status = "Assumed, not derived. " if equation.assumed else ""
    heading = f"**({equation.number}) {equation.title}.** *{status}{equation.original}*"
    return f"{heading}\n\n$$\n{body}\n$$ (eq-tp-{equation.number})"


def steps(proof: Proof) -> Markdown:
    """Show a proof: each step, the sign decided, and why."""
    lines = [
        f"{number}. {step.says}: {step.verdict.outcome}; {step.verdict.reason}."
        for number, step in enumerate(proof.steps, start=1)
    ]
    return Markdown("\n".join([f"**{proof.proposition.statement}** *{proof.outcome}*", "", *lines]))


def dependency_graph(dependencies: Mapping[int, set[int]], sections: Mapping[int, str]) -> Axes:
    """Draw which equation rests on which.

    Parameters
    ----------
    dependencies
        From `spillover.theory.equations.dependencies`.
    sections
        Section of the paper, such as ``"2.4"``, for each equation.

    Returns
    -------
    matplotlib.axes.Axes
        One column a section; arrows lead from an equation to those that use it.
    """
    columns = {section: [k for k in dependencies if sections[k] == section] for section in SECTIONS}
    place = {
        number: (column, -(row + 0.5) / len(numbers))
        for column, numbers in enumerate(columns.values())
        for row, number in enumerate(numbers)
    }
    _, axes = plt.subplots(figsize=(7.2, 5.4))
    for user, sources in dependencies.items():
        for source in sources:
            _arrow(axes, place[source], place[user])
    for column, (section, numbers) in enumerate(columns.items()):
        axes.text(column, 0.05, f"{section}\n{SECTIONS[section]}", ha="center", size=8)
        for number in numbers:
            _node(axes, place[number], number)
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-1.02, 0.14))
    axes.axis("off")
    return axes


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    bend = 0.35 if start[0] == end[0] else 0.08
    axes.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": style.GREY,
            "alpha": 0.55,
            "lw": 0.9,
            "shrinkA": 9,
            "shrinkB": 9,
            "connectionstyle": f"arc3,rad={bend}",
        },
    )


def _node(axes: Axes, place: tuple[float, float], number: int) -> None:
    box = {"boxstyle": "circle,pad=0.25", "fc": "white", "ec": style.BLUE, "lw": 1.2}
    axes.text(*place, str(number), ha="center", va="center", size=8, color="black", bbox=box)


_DOMAINS = {sy.POSITIVE: "$> 0$", sy.UNIT: "$(0, 1)$", sy.ABOVE_ONE: "$> 1$", sy.REAL: "real"}


def notation() -> pd.DataFrame:
    """Every symbol: meaning, Chinese term, domain, first equation, form in positive numbers."""
    rows = [
        {
            "symbol": f"${latex(entry.symbol)}$",
            "meaning": entry.meaning,
            "Chinese": entry.chinese,
            "domain": _DOMAINS[entry.domain],
            "first": str(entry.first),
            "in positive numbers": ""
            if entry.in_positive is None
            else f"${latex(entry.in_positive)}$",
        }
        for entry in sy.NOTATION
    ]
    return pd.DataFrame(rows)

"""Equations as the book prints them: LaTeX from sympy, under the paper's own numbers."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
import sympy as sp
from IPython.display import Markdown
from matplotlib.axes import Axes

from spillover.present import style
from spillover.theory import symbols as sy
from spillover.theory.equations import SECTIONS, Equation
from spillover.theory.latex import gathered, latex
from spillover.theory.propositions import Proof

OPEN = 3  # steps of a proof that stand open; more fold, and print gives their number

_DOMAINS = {sy.POSITIVE: "$> 0$", sy.UNIT: "$(0, 1)$", sy.ABOVE_ONE: "$> 1$", sy.REAL: "real"}


def display(*expressions: sp.Basic) -> Markdown:
    """Show expressions or equations unnumbered, one below the other."""
    return Markdown(f"$$\n{gathered([latex(each) for each in expressions])}\n$$")


def paper(*equations: Equation) -> Markdown:
    """Show equations of the paper under its numbers, with what survives of the original.

    Each becomes the target ``eq-tp-<number>``.
    """
    return Markdown("\n\n".join(_numbered(each) for each in equations))


def _numbered(equation: Equation) -> str:
    body = gathered([latex(part) for part in equation.parts])
    status = "Assumed, not derived. " if equation.assumed else ""
    heading = f"**({equation.number}) {equation.title}.** *{status}{equation.original}*"
    return f"{heading}\n\n$$\n{body}\n$$ (eq-tp-{equation.number})"


def steps(proof: Proof) -> Markdown:
    """Show a proof: each step, the sign decided, and why; many steps fold."""
    lines = [
        f"{number}. {step.says}: {_sign(step.verdict.outcome)}; {step.verdict.reason}."
        for number, step in enumerate(proof.steps, start=1)
    ]
    said = f"**{proof.proposition.statement}** *{proof.outcome}*"
    if len(lines) > OPEN:
        said += f" ({len(lines)} steps)"
        lines = [":::{admonition} The steps", ":class: steps dropdown screen-only", *lines, ":::"]
    return Markdown("\n".join([said, "", *lines]))


def _sign(outcome: str) -> str:
    """A sign as a formula; a word as it is."""
    return f"${outcome}$" if outcome.endswith("0") else outcome


def dependency_graph(dependencies: Mapping[int, set[int]], sections: Mapping[int, str]) -> Axes:
    """Draw which equation rests on which; arrows lead from an equation to those that use it.

    Parameters
    ----------
    dependencies
        As `spillover.theory.equations.dependencies` finds them.
    sections
        Section of the paper (``"2.4"``) of each equation, a column each.

    Returns
    -------
    matplotlib.axes.Axes
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
    bend = {"connectionstyle": f"arc3,rad={0.35 if start[0] == end[0] else 0.08}"}
    look = {"arrowstyle": "-|>", "color": style.GREY, "alpha": 0.55, "lw": 0.9}
    axes.annotate("", end, start, arrowprops={**look, **bend, "shrinkA": 9, "shrinkB": 9})


def _node(axes: Axes, place: tuple[float, float], number: int) -> None:
    box = {"boxstyle": "circle,pad=0.25", "fc": "white", "ec": style.BLUE, "lw": 1.2}
    axes.text(*place, str(number), ha="center", va="center", size=8, color="black", bbox=box)


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

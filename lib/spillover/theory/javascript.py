"""The two-region model in JavaScript, printed from the sympy expressions by sympy itself."""

import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.accountings import ACCOUNTINGS, accounting, stocks
from spillover.theory.equations import short_run
from spillover.theory.equations.short_run import ALL_EAST, ALL_WEST, BOTH
from spillover.theory.two_regions import SATURATING

ARGUMENTS = ("lam", "mu", "sigma", "phi", "beta", "g", "g_star")


def _expressions(accounts: str) -> dict[str, sp.Expr]:
    """What the page needs to draw an economy, with the spillover function filled in.

    ``share`` (S_E), ``lowest`` and ``highest`` (bounds of S_E between which firms are in both
    regions), ``gap1`` to ``gap3`` (DeltaV by regime) and ``effect1`` to ``effect3`` (d DeltaV/dg).
    """
    books, at_hand = accounting(accounts), stocks()
    lowest, highest = short_run.regime_bounds()
    found = {"share": books.spending_share().subs(at_hand), "lowest": lowest, "highest": highest}
    for regime in (BOTH, ALL_EAST, ALL_WEST):
        gap = books.gap(regime).subs(at_hand)
        found |= {f"gap{regime}": gap, f"effect{regime}": gap.diff(sy.g)}
    return {name: _filled(each) for name, each in found.items()}


def source() -> str:
    """A JavaScript object literal: for each accounting, functions that draw an economy."""
    books = ", ".join(f"{name!r}: {_economy(name)}" for name in ACCOUNTINGS)
    return "{" + books + "}"


def _filled(expression: sp.Expr) -> sp.Expr:
    steepness = {sp.Derivative(sy.eta(sy.g), sy.g): SATURATING(sy.g).diff(sy.g)}
    flows = {sy.eta(level): SATURATING(level) for level in (sy.g, sy.g_star)}
    return expression.subs(steepness).subs(flows)


def _economy(accounts: str) -> str:
    functions = (f"{name}: {_function(each)}" for name, each in _expressions(accounts).items())
    return "{" + ", ".join(functions) + "}"


def _function(expression: sp.Expr) -> str:
    plain = {getattr(sy, name): sp.Symbol(name) for name in ARGUMENTS}
    parts, (result,) = sp.cse(expression.subs(plain), sp.numbered_symbols("v"))
    steps = "".join(f"const {name} = {sp.jscode(part)}; " for name, part in parts)
    return f"({', '.join(ARGUMENTS)}) => {{ {steps}return {sp.jscode(result)}; }}"

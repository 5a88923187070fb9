"""The two-region model in JavaScript, printed from the sympy expressions by sympy itself."""

import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.accountings import ACCOUNTINGS, accounting, stocks
from spillover.theory.equations import short_run
from spillover.theory.equations.short_run import ALL_EAST, ALL_WEST, BOTH
from spillover.theory.two_regions import SATURATING

ARGUMENTS = ("lam", "mu", "sigma", "phi", "beta", "g", "g_star")


def expressions(accounts: str, eta: sp.Lambda = SATURATING) -> dict[str, sp.Expr]:
    """What the page needs to draw an economy, with the spillover function filled in.

    Parameters
    ----------
    accounts
        Accounting, by name.
    eta
        The increasing spillover function, a sympy Lambda of one symbol.

    Returns
    -------
    dict
        ``share`` (S_E), ``lowest`` and ``highest`` (bounds of S_E between which firms are in both
        regions), ``gap1`` to ``gap3`` (DeltaV by regime) and ``effect1`` to ``effect3``
        (d DeltaV/dg by regime).
    """
    books, at_hand = accounting(accounts), stocks()
    lowest, highest = short_run.regime_bounds()
    found = {"share": books.spending_share().subs(at_hand), "lowest": lowest, "highest": highest}
    for regime in (BOTH, ALL_EAST, ALL_WEST):
        gap = books.gap(regime).subs(at_hand)
        found |= {f"gap{regime}": gap, f"effect{regime}": gap.diff(sy.g)}
    return {name: _filled(each, eta) for name, each in found.items()}


def source(eta: sp.Lambda = SATURATING) -> str:
    """A JavaScript object literal: for each accounting, the `expressions` as functions."""
    books = ", ".join(f"{name!r}: {_economy(name, eta)}" for name in ACCOUNTINGS)
    return "{" + books + "}"


def _filled(expression: sp.Expr, eta: sp.Lambda) -> sp.Expr:
    slope = eta.expr.diff(eta.variables[0])
    steepness = {sp.Derivative(sy.eta(sy.g), sy.g): slope.subs(eta.variables[0], sy.g)}
    return expression.subs(steepness).subs(
        {sy.eta(level): eta(level) for level in (sy.g, sy.g_star)}
    )


def _economy(accounts: str, eta: sp.Lambda) -> str:
    functions = (f"{name}: {_function(each)}" for name, each in expressions(accounts, eta).items())
    return "{" + ", ".join(functions) + "}"


def _function(expression: sp.Expr) -> str:
    plain = {getattr(sy, name): sp.Symbol(name) for name in ARGUMENTS}
    parts, (result,) = sp.cse(expression.subs(plain), sp.numbered_symbols("v"))
    steps = "".join(f"const {name} = {sp.jscode(part)}; " for name, part in parts)
    return f"({', '.join(ARGUMENTS)}) => {{ {steps}return {sp.jscode(result)}; }}"

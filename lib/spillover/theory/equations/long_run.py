"""Section 2.6: spending, utility of creative people, and the gap that makes them move."""

import sympy as sp

from spillover.theory.equations import consumers, short_run
from spillover.theory.equations.knowledge import creative_pay
from spillover.theory.equations.registry import arranged, numbered
from spillover.theory.equations.short_run import ALL_EAST, ALL_WEST, BOTH
from spillover.theory.symbols import (
    S_E,
    V_H,
    DeltaV,
    E,
    E_star,
    K,
    K_star,
    L,
    P,
    P_star,
    Pi,
    V_H_star,
    a_H,
    lam,
    mu,
    phi,
    sigma,
    w_H,
)


def creative_income() -> tuple[sp.Expr, sp.Expr]:
    """Assets (28) and pay (29) of a creative person in the East and in the West, through Pi."""
    worth = short_run.active_profit()[1].rhs
    budget = creative_pay()[2].rhs
    east, west = (equation.rhs for equation in short_run.pay())
    owned = short_run.assets()[0].rhs
    forms = (1 + K) * Pi, (1 + K_star) * Pi
    for earned, form in zip((east, west), forms, strict=True):
        arranged(budget.subs({a_H: owned, w_H: earned}), form.subs(Pi, worth))
    return forms


@numbered(
    30,
    "Spending of the two regions",
    "2.6",
    assumed=True,
    original="Lost; the prose: from (18), (28), (29). That all income is spent where people live, "
    "and that it comes to more than (13), is assumed.",
)
def spending() -> tuple[sp.Eq, sp.Eq]:
    """Half of the workers at wage 1, and the creative people who live there."""
    east, west = creative_income()
    return sp.Eq(E, L / 2 + lam * east), sp.Eq(E_star, L / 2 + (1 - lam) * west)


def spending_share() -> sp.Eq:
    """The East's share of spending S_E."""
    return sp.Eq(S_E, E / (E + E_star))


@numbered(31, "Utility of creative people", "2.6", original="Lost; the prose: (3) at their income.")
def creative_utility() -> tuple[sp.Eq, sp.Eq]:
    """Indirect utility (3) of a creative person in either region."""
    east, west = creative_income()
    attained = consumers.indirect_utility()[0].rhs
    return sp.Eq(V_H, attained.subs(E, east)), sp.Eq(V_H_star, attained.subs({E: west, P: P_star}))


@numbered(
    32, "Utility gap", "2.6", original="Lost; the prose: on the basis of (4), so in logarithms."
)
def utility_gap() -> sp.Eq:
    """Log utility (4) in the East minus log utility in the West."""
    east, west = (equation.rhs for equation in creative_utility())
    derived = sp.log(east) - sp.log(west)
    form = sp.log((1 + K) / (1 + K_star)) - mu * sp.log(P / P_star)
    return sp.Eq(DeltaV, arranged(derived, form))


def relative_prices(regime: int) -> sp.Expr:
    """Price term -mu ln(P/P*) of the utility gap in a regime, from (21), (23) or (25)."""
    prices = {
        BOTH: short_run.prices_both,
        ALL_EAST: short_run.prices_all_east,
        ALL_WEST: short_run.prices_all_west,
    }
    east, west = (equation.rhs for equation in prices[regime]())
    premium = {BOTH: sp.log(S_E / (1 - S_E)), ALL_EAST: -sp.log(phi), ALL_WEST: sp.log(phi)}
    return arranged(-mu * sp.log(east / west), mu / (sigma - 1) * premium[regime])


@numbered(
    33,
    "Utility gap by regime",
    "2.6",
    original="Lost, with the three values of it that the prose calls easy to see.",
)
def gap_by_regime() -> sp.Eq:
    """Utility gap (32) with the price indices of each short-run regime."""
    gap = utility_gap()[0].rhs
    knowledge = gap.subs(P, P_star)
    branches = [
        (knowledge + relative_prices(regime), short_run.regime_condition(regime))
        for regime in (BOTH, ALL_EAST, ALL_WEST)
    ]
    return sp.Eq(DeltaV, sp.Piecewise(*branches, evaluate=False))

"""Section 2.7: what the East's digital technology does to the utility gap."""

import sympy as sp

from spillover.theory.equations import knowledge, long_run
from spillover.theory.equations.registry import arranged, numbered
from spillover.theory.equations.short_run import BOTH
from spillover.theory.signs import decide
from spillover.theory.symbols import S_E, DeltaV, E, E_star, K_star, Pi, g, lam, mu, sigma

knowledge_slope = sp.Derivative(K_star, g)
spending_slope = sp.Derivative(S_E, g)


def _gap(regime: int) -> sp.Expr:
    """Utility gap (33) in a regime; only K* and S_E in it respond to g, by (17)."""
    return long_run.gap_by_regime()[0].rhs.args[regime - 1].expr


def gap_slope(regime: int) -> sp.Expr:
    """Chain rule: d DeltaV/dg through K*(g) and, where firms are in both regions, S_E(g)."""
    gap = _gap(regime)
    return gap.diff(K_star) * knowledge_slope + gap.diff(S_E) * spending_slope


@numbered(
    34,
    "Digital technology and the utility gap",
    "2.7",
    original=(
        "Lost, and with it the condition under which it is taken. The prose: creative people "
        "lean East without loss of generality, so $\\lambda > 1/2$ and the gap is positive "
        "(reading R1), or all of them are there, $\\lambda = 1$ (R2). One "
        "factor is always positive, so only the sign of another has to be found."
    ),
)
def gap_response() -> sp.Eq:
    """A knowledge term and a price term, firms in both regions."""
    form = mu / ((sigma - 1) * S_E * (1 - S_E)) * spending_slope - knowledge_slope / (1 + K_star)
    return sp.Eq(sp.Derivative(DeltaV, g), arranged(gap_slope(BOTH), form), evaluate=False)


def spending_response() -> sp.Expr:
    """d S_E/dg: from K* to the West's spending (30), from there to the East's share."""
    west = long_run.spending()[1].rhs
    share = long_run.spending_share().rhs
    through_west = share.diff(E_star) * west.diff(K_star) * knowledge_slope
    form = -E / (E + E_star) ** 2 * (1 - lam) * Pi * knowledge_slope
    return arranged(through_west, form)


def gap_response_in_full() -> sp.Expr:
    """(34) with S_E and its response inserted, in E, E*, K* and the slope of K*."""
    share = long_run.spending_share().rhs
    slopes = {spending_slope: spending_response()}
    inserted = gap_response()[0].rhs.subs(slopes).subs(S_E, share)
    form = -(1 / (1 + K_star) + mu / (sigma - 1) * (1 - lam) * Pi / E_star) * knowledge_slope
    return arranged(inserted, form)


def in_levels(expression: sp.Expr) -> sp.Expr:
    """Insert the slope of K* from (17)."""
    return expression.subs(knowledge_slope, knowledge.knowledge_response()[1].rhs)


@numbered(
    35,
    "Its sign",
    "2.7",
    original=(
        "Lost. The prose: by the chain rule from (17), (20), (30), (31); the rise of g lowers "
        "the utility gap."
    ),
)
def gap_falls() -> tuple[sp.Eq, sp.Rel]:
    """Response of the East's share of spending, and the decided sign of the gap's response."""
    outcome = decide(in_levels(gap_response_in_full())).outcome
    relation = {"> 0": sp.Gt, "< 0": sp.Lt, "= 0": sp.Eq}[outcome]
    share = sp.Eq(spending_slope, spending_response(), evaluate=False)
    return share, relation(gap_response()[0].lhs, 0, evaluate=False)

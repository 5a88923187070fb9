"""Section 2.5: where firms are while creative people stay put."""

import sympy as sp

from spillover.theory.equations import producers
from spillover.theory.equations.knowledge import creative_pay, initial_assets
from spillover.theory.equations.registry import DerivationError, arranged, numbered
from spillover.theory.symbols import (
    S_E,
    E,
    E_star,
    L,
    Pi,
    a_H,
    mu,
    n,
    n_star,
    phi,
    q,
    q_star,
    s_n,
    sigma,
    w_H,
    w_H_star,
)

BOTH, ALL_EAST, ALL_WEST = 1, 2, 3  # the paper's order of regimes
_spending = sp.Symbol("Y", positive=True)  # E + E*


def in_shares(expression: sp.Expr) -> sp.Expr:
    """One firm in all (n + n* = 1), shares s_n and S_E in the East, spending Y in all."""
    firms = {n: s_n, n_star: 1 - s_n}
    return expression.subs(firms).subs({E: S_E * _spending, E_star: (1 - S_E) * _spending})


@numbered(
    20, "The East's share of firms", "2.5", original="Lost; the prose: equal profits in (10)."
)
def firm_share() -> sp.Eq:
    """Share of firms at which a firm earns the same in both regions."""
    east = producers.profit()[0].rhs
    difference = in_shares(east - producers.abroad(east))
    share = sp.solve(sp.numer(sp.factor(difference)), s_n)
    form = ((1 + phi) * S_E - phi) / (1 - phi)
    return sp.Eq(s_n, arranged(share[0], form))


def regime_bounds() -> tuple[sp.Expr, sp.Expr]:
    """Spending shares between which firms are in both regions: where s_n leaves 0, reaches 1."""
    share = firm_share()[0].rhs
    return tuple(sp.factor(sp.solve(share - corner, S_E)[0]) for corner in (0, 1))


def regime_condition(regime: int) -> sp.Basic:
    """When a short-run regime holds, as a condition on the East's share of spending."""
    low, high = regime_bounds()
    return {BOTH: sp.And(low < S_E, high > S_E), ALL_EAST: high <= S_E, ALL_WEST: low >= S_E}[
        regime
    ]


def firms_in(regime: int) -> sp.Expr:
    """The East's share of firms in a regime."""
    return {BOTH: firm_share()[0].rhs, ALL_EAST: sp.S.One, ALL_WEST: sp.S.Zero}[regime]


def _in_regime(expression: sp.Expr, regime: int) -> sp.Expr:
    return sp.factor(in_shares(expression).subs(s_n, firms_in(regime)))


def _prices(regime: int) -> tuple[sp.Eq, sp.Eq]:
    """Price indices (8) at the firms' locations of a regime."""
    return tuple(
        sp.Eq(index.lhs, index.rhs.subs({n: s_n, n_star: 1 - s_n}).subs(s_n, firms_in(regime)))
        for index in producers.price_indices()
    )


def _outputs(regime: int) -> tuple[sp.Expr, sp.Expr]:
    east = producers.output()[0].rhs
    return tuple(
        _in_regime(firm, regime).subs(_spending, E + E_star)
        for firm in (east, producers.abroad(east))
    )


@numbered(21, "Prices, firms in both regions", "2.5", original="Lost; from (8) and (20).")
def prices_both() -> tuple[sp.Eq, sp.Eq]:
    """Price indices when firms are in both regions."""
    forms = (
        sigma / (sigma - 1) * ((1 + phi) * share) ** (1 / (1 - sigma)) for share in (S_E, 1 - S_E)
    )
    return tuple(
        sp.Eq(index.lhs, arranged(index.rhs, form))
        for index, form in zip(_prices(BOTH), forms, strict=True)
    )


@numbered(22, "Output, firms in both regions", "2.5", original="Lost; from (9) and (20).")
def output_both() -> tuple[sp.Eq, sp.Eq]:
    """Output of a firm when firms are in both regions: the same everywhere."""
    east, west = _outputs(BOTH)
    return sp.Eq(q, east), sp.Eq(q_star, west)


@numbered(23, "Prices, all firms in the East", "2.5", original="Lost; from (8) with $s_n = 1$.")
def prices_all_east() -> tuple[sp.Eq, sp.Eq]:
    """Price indices when all firms are in the East."""
    return _prices(ALL_EAST)


@numbered(24, "Output, all firms in the East", "2.5", original="Lost; from (9) with $s_n = 1$.")
def output_all_east() -> sp.Eq:
    """Output of a firm when all firms are in the East."""
    return sp.Eq(q, _outputs(ALL_EAST)[0])


@numbered(25, "Prices, all firms in the West", "2.5", original="Lost; from (8) with $s_n = 0$.")
def prices_all_west() -> tuple[sp.Eq, sp.Eq]:
    """Price indices when all firms are in the West."""
    return _prices(ALL_WEST)


@numbered(26, "Output, all firms in the West", "2.5", original="Lost; from (9) with $s_n = 0$.")
def output_all_west() -> sp.Eq:
    """Output of a firm when all firms are in the West."""
    return sp.Eq(q_star, _outputs(ALL_WEST)[1])


def active_outputs() -> tuple[sp.Expr, ...]:
    """Output of every firm that is active in some regime: (22), (24), (26)."""
    equations = (*output_both(), *output_all_east(), *output_all_west())
    return tuple(equation.rhs for equation in equations)


@numbered(
    27,
    "Operating profit of an active firm",
    "2.5",
    original=(
        "Lost. The prose says that profits are equal in all three regimes; in the corner regimes "
        "they are not: a firm in the empty region would earn less, and the formula holds for the "
        "firms that are there."
    ),
)
def active_profit() -> tuple[sp.Eq, sp.Eq]:
    """Profit of an active firm, one formula in all three regimes."""
    margin = producers.markup_price()[0].rhs - 1
    earned = {sp.simplify(margin * output) for output in active_outputs()}
    if len(earned) != 1:
        raise DerivationError(f"profits of active firms differ between regimes: {earned}")
    in_total = earned.pop()
    total = producers.total_spending()[0]
    valued = in_total.subs(total.lhs, total.rhs)
    form = mu * (E + E_star) / sigma
    return sp.Eq(Pi, arranged(in_total, form)), sp.Eq(Pi, arranged(valued, mu * L / (sigma - mu)))


@numbered(
    28,
    "Initial assets of a creative person",
    "2.5",
    original="Lost; the prose: (19) with the asset value of a firm equal to its profit.",
)
def assets() -> sp.Eq:
    """Initial assets (19) with one firm in all and its profit (27)."""
    owned = initial_assets()[0].rhs.subs(Pi, active_profit()[1].rhs)
    return sp.Eq(a_H, owned.subs({n: s_n, n_star: 1 - s_n}))


@numbered(
    29,
    "Equilibrium pay of creative people",
    "2.5",
    original="Lost. The prose derives it from (24); what it needs is (18) and (27).",
)
def pay() -> tuple[sp.Eq, sp.Eq]:
    """Pay (18) of creative people at the profit (27)."""
    worth = active_profit()[1].rhs
    east, west, _ = creative_pay()
    return sp.Eq(w_H, east.rhs.subs(Pi, worth)), sp.Eq(w_H_star, west.rhs.subs(Pi, worth))

"""Section 2.3: trade costs, demand facing a firm, mark-up pricing, profits, labour market."""

import sympy as sp

from spillover.theory.equations import consumers
from spillover.theory.equations.registry import arranged, numbered
from spillover.theory.symbols import (
    L_M,
    L_T,
    E,
    E_star,
    L,
    L_M_star,
    P,
    P_star,
    T,
    i,
    mu,
    n,
    n_star,
    p,
    p_delivered,
    phi,
    pi,
    price,
    q,
    sigma,
    tau,
)

_total = sp.Symbol("Y", positive=True)  # E + E*


def freeness() -> sp.Eq:
    """Freeness of trade phi = tau^(1-sigma)."""
    return sp.Eq(phi, tau ** (1 - sigma))


def in_freeness(expression: sp.Expr) -> sp.Expr:
    """Write trade costs through the freeness of trade."""
    powers = sp.expand_power_base(expression).replace(
        lambda term: term.is_Pow and term.base == tau,
        lambda term: phi ** sp.simplify(term.exp / freeness().rhs.exp),
    )
    return powers.subs(tau, phi ** (1 / freeness().rhs.exp))


def _demand_at(asked: sp.Expr, spending: sp.Symbol, index: sp.Symbol) -> sp.Expr:
    """Demand (1) of a region with this spending and price index, at this price."""
    return consumers.demand()[0].rhs.subs({price(i): asked, E: spending, P: index})


def abroad(expression: sp.Expr) -> sp.Expr:
    """The same expression seen from the West: every East quantity and its star change places."""
    swap = {E: E_star, P: P_star, n: n_star}
    return expression.xreplace(swap | {star: plain for plain, star in swap.items()})


@numbered(
    5, "Price in the other region", "2.3", original="Lost; the prose describes iceberg trade."
)
def delivered_price() -> sp.Eq:
    """Delivered price: one unit arriving must earn what the tau units shipped earn at home."""
    arriving, shipped = p_delivered * 1, p * tau
    return sp.Eq(p_delivered, sp.solve(arriving - shipped, p_delivered)[0])


@numbered(
    6,
    "Demand facing an Eastern firm",
    "2.3",
    original=(
        "Lost. The prose says the East's demand for product i; (9) and (10) need what a firm of "
        "the East sells in both regions, melted units included, and that is what we derive."
    ),
)
def firm_demand() -> sp.Eq:
    """Output sold: demand at home, and tau units shipped for each unit demanded abroad."""
    at_home = _demand_at(p, E, P)
    shipped = tau * _demand_at(delivered_price()[0].rhs, E_star, P_star)
    form = mu * p**-sigma * (E * P ** (sigma - 1) + phi * E_star * P_star ** (sigma - 1))
    return sp.Eq(q, arranged(at_home + in_freeness(shipped), form))


@numbered(7, "Mark-up price", "2.3", original="Lost; the prose maximises profit.")
def markup_price() -> sp.Eq:
    """Price that maximises (p - 1) q(p), price indices taken as given."""
    profit = (p - 1) * firm_demand()[0].rhs
    return sp.Eq(p, sp.solve(sp.simplify(profit.diff(p) / profit), p)[0])


def demand_elasticity_among(varieties: sp.Symbol) -> sp.Expr:
    """Own-price elasticity when there are finitely many equal varieties.

    The limit of many varieties is sigma: that is what lets a firm take price indices as given.
    """
    own, other = sp.symbols("p_1 p_2", positive=True)
    share = own ** (1 - sigma) / (own ** (1 - sigma) + (varieties - 1) * other ** (1 - sigma))
    return sp.simplify((1 - own * sp.log(share).diff(own)).subs(own, other))


@numbered(8, "Price indices", "2.3", original="Lost; follows from (2), (5) and (7).")
def price_indices() -> tuple[sp.Eq, sp.Eq]:
    """Price indices with n varieties at p and n* at tau p, and the mirror image."""
    per_variety = consumers.price_index()[0].rhs
    power = per_variety.base.function
    local = sp.integrate(power.subs(price(i), p), (i, 0, n))
    imported = sp.integrate(power.subs(price(i), delivered_price()[0].rhs), (i, 0, n_star))
    inner = sp.collect(local + in_freeness(imported), p ** (1 - sigma))
    index = sp.powdenest(sp.expand_power_base(inner**per_variety.exp), force=True)
    derived = index.subs(p, markup_price()[0].rhs)
    form = sigma / (sigma - 1) * (n + phi * n_star) ** (1 / (1 - sigma))
    return sp.Eq(P, arranged(derived, form)), sp.Eq(P_star, abroad(form))


def _at_equilibrium_prices(expression: sp.Expr) -> sp.Expr:
    """Insert prices (7) and price indices (8)."""
    east, west = (equation.rhs for equation in price_indices())
    return expression.subs({P: east, P_star: west}).subs(p, markup_price()[0].rhs)


@numbered(9, "Output of a firm", "2.3", original="Lost; follows from (6)-(8).")
def output() -> sp.Eq:
    """Output of a firm in the East at equilibrium prices."""
    sold = _at_equilibrium_prices(firm_demand()[0].rhs)
    form = mu * (sigma - 1) / sigma * (E / (n + phi * n_star) + phi * E_star / (phi * n + n_star))
    return sp.Eq(q, arranged(sold, form))


@numbered(10, "Operating profit of a firm", "2.3", original="Lost; follows from (7) and (9).")
def profit() -> sp.Eq:
    """Operating profit (p - 1) q of a firm in the East."""
    form = mu / sigma * (E / (n + phi * n_star) + phi * E_star / (phi * n + n_star))
    earned = (markup_price()[0].rhs - 1) * output()[0].rhs
    return sp.Eq(pi, arranged(earned, form))


@numbered(11, "Workers in cultural manufacturing", "2.3", original="Lost; the prose says from (9).")
def manufacturing_labour() -> sp.Eq:
    """One worker a unit: workers in M are the output of all firms."""
    east = output()[0].rhs
    employed = n * east + n_star * abroad(east)
    return sp.Eq(L_M + L_M_star, arranged(employed, mu * (sigma - 1) / sigma * (E + E_star)))


@numbered(
    12, "Workers in the traditional sector", "2.3", original="Lost; follows from demand for T."
)
def traditional_labour() -> sp.Eq:
    """One worker a unit: workers in T are the demand of both regions for the traditional good."""
    at_home = consumers.spending_split()[T]
    return sp.Eq(L_T, arranged(at_home + abroad(at_home), (1 - mu) * (E + E_star)))


@numbered(
    13,
    "Total spending",
    "2.3",
    original="Lost, with a normalisation of L. The prose reads it as: total output is a constant.",
)
def total_spending() -> sp.Eq:
    """Total spending at which the labour market clears."""
    needed = manufacturing_labour()[0].rhs + traditional_labour()[0].rhs
    clearing = sp.Eq(L, needed.subs(E + E_star, _total))
    cleared = sp.solve(clearing, _total)[0]
    return sp.Eq(E + E_star, arranged(cleared, sigma * L / (sigma - mu)))

"""Section 2.2: demand, price index and indirect utility from a two-tier utility function."""

import sympy as sp

from spillover.theory.equations.registry import numbered
from spillover.theory.symbols import (
    E,
    M,
    P,
    T,
    U,
    V,
    i,
    mu,
    n,
    n_star,
    price,
    q,
    quantity,
    sigma,
    v,
)

_scale, _integral, _multiplier = sp.symbols("c I nu", positive=True)


def utility() -> tuple[sp.Eq, sp.Eq]:
    """Upper tier (Cobb-Douglas) and lower tier (CES over a continuum) of utility."""
    rho = (sigma - 1) / sigma
    composite = sp.Integral(quantity(i) ** rho, (i, 0, n + n_star)) ** (1 / rho)
    return sp.Eq(U, M**mu * T ** (1 - mu)), sp.Eq(M, composite)


def _aggregate(bought: sp.Expr) -> sp.Expr:
    """What a quantity of one variety adds to the integral of the lower tier."""
    return utility()[1].rhs.base.function.subs(quantity(i), bought)


def spending_split() -> dict[sp.Symbol, sp.Expr]:
    """Composite and traditional good bought with E: first-order conditions of the upper tier."""
    lagrangian = sp.log(utility()[0].rhs) - _multiplier * (P * M + T - E)
    conditions = [lagrangian.diff(choice) for choice in (M, T, _multiplier)]
    return sp.solve(conditions, [M, T, _multiplier], dict=True)[0]


def cheapest_bundle() -> sp.Expr:
    """Quantity of a variety at price p, up to a factor c common to all varieties.

    Pointwise first-order condition of: minimise the integral of p(i) q(i) given that of
    q(i)^((sigma-1)/sigma).
    """
    lagrangian = price(i) * q - _multiplier * _aggregate(q)
    optimum = sp.solve(lagrangian.diff(q), q)[0]
    return _scale * price(i) ** sp.simplify(price(i) * optimum.diff(price(i)) / optimum)


def _price_integral() -> sp.Integral:
    """What one unit of the factor c costs: the integral of p(i) times the cheapest bundle."""
    spending = sp.powsimp(price(i) * cheapest_bundle() / _scale)
    return sp.Integral(spending, (i, 0, n + n_star))


def composite_of_bundle() -> sp.Expr:
    """Composite good in the cheapest bundle, with I for the integral of p^(1-sigma)."""
    integrand = sp.powsimp(sp.expand_power_base(_aggregate(cheapest_bundle()), force=True))
    factor = sp.simplify(integrand / _price_integral().function)
    composite = (factor * _integral) ** utility()[1].rhs.exp
    return sp.powsimp(sp.expand_power_base(composite, force=True))


@numbered(
    1,
    "Demand for a variety",
    "2.2",
    original="The formula is lost; the prose names it, with its price index (2).",
)
def demand() -> sp.Eq:
    """Demand q_i: the cheapest bundle, scaled so that it costs what is spent on it."""
    unit_cost = price_index()[0].rhs.subs(_price_integral(), _integral)
    integral = sp.solve(sp.Eq(P, unit_cost), _integral)[0]
    scale = P * spending_split()[M] / integral
    return sp.Eq(quantity(i), sp.powsimp(cheapest_bundle().subs(_scale, scale)))


@numbered(2, "Price index", "2.2", original="Lost; named in the prose.")
def price_index() -> sp.Eq:
    """Price index P: what one unit of the composite costs when bought most cheaply."""
    unit_cost = sp.powsimp(sp.simplify(_scale * _integral / composite_of_bundle()))
    return sp.Eq(P, unit_cost.subs(_integral, _price_integral()))


@numbered(
    3,
    "Indirect utility",
    "2.2",
    original="Lost. Whether the original kept the constant cannot be told; it moves no one.",
)
def indirect_utility() -> sp.Eq:
    """Utility at the chosen quantities, without the constant mu^mu (1-mu)^(1-mu)."""
    chosen = spending_split()
    attained = sp.log(utility()[0].rhs).subs({M: chosen[M], T: chosen[T]})
    constant = mu * sp.log(mu) + (1 - mu) * sp.log(1 - mu)
    return sp.Eq(V, sp.exp(sp.simplify(sp.expand_log(attained, force=True) - constant)))


@numbered(
    4, "Indirect utility in logarithms", "2.2", original="Lost; the prose announces a logarithm."
)
def log_utility() -> sp.Eq:
    """Log utility v = ln V."""
    return sp.Eq(v, sp.expand_log(sp.log(indirect_utility()[0].rhs), force=True))

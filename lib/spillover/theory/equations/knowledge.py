"""Section 2.4: knowledge stocks, flows of knowledge, income of creative people."""

import sympy as sp

from spillover.theory.equations.registry import numbered
from spillover.theory.symbols import (
    K,
    K_star,
    Pi,
    a_H,
    beta,
    e_H,
    eta,
    g,
    g_star,
    h,
    h_star,
    j,
    lam,
    n,
    n_star,
    w_H,
    w_H_star,
)


def _stock(own: sp.Expr, received: sp.Expr) -> sp.Expr:
    return (own + received) ** (1 / beta)


def _people(knowledge: sp.Function, mass: sp.Expr) -> sp.Integral:
    return sp.Integral(knowledge(j) ** beta, (j, 0, mass))


@numbered(
    14,
    "Knowledge stock of the East",
    "2.4",
    assumed=True,
    original=(
        "Lost. Footnote 1 says that the flow has a direction and that a region's digital "
        "technology governs what flows out of it: so $g^*$ enters here."
    ),
)
def knowledge_east() -> sp.Eq:
    """Knowledge at hand in the East: its own people's, and eta(g*) of the West's."""
    return sp.Eq(K, _stock(_people(h, lam), eta(g_star) * _people(h_star, 1 - lam)))


@numbered(
    15,
    "Knowledge stock of the West",
    "2.4",
    assumed=True,
    original="Lost; mirror image of (14), so $g$ enters here.",
)
def knowledge_west() -> sp.Eq:
    """Knowledge at hand in the West: its own people's, and eta(g) of the East's."""
    return sp.Eq(K_star, _stock(_people(h_star, 1 - lam), eta(g) * _people(h, lam)))


@numbered(
    16,
    "Knowledge stocks, normalised",
    "2.4",
    original="Lost. The normalisation $h = h^* = n + n^* = 1$ follows Fujita and Thisse (2003).",
)
def knowledge() -> tuple[sp.Eq, sp.Eq]:
    """Knowledge stocks when everybody's knowledge is the number of varieties, set to one."""
    normalised = [
        equation[0].replace(h, lambda _: sp.S.One).replace(h_star, lambda _: sp.S.One).doit()
        for equation in (knowledge_east(), knowledge_west())
    ]
    return tuple(normalised)


@numbered(
    17,
    "Digital technology and knowledge",
    "2.4",
    original="Lost; the prose says: the derivatives of both with respect to the East's $g$.",
)
def knowledge_response() -> tuple[sp.Eq, sp.Eq]:
    """What the East's digital technology does to the two stocks of knowledge."""
    return tuple(
        sp.Eq(sp.Derivative(stock.lhs, g), sp.simplify(stock.rhs.diff(g)), evaluate=False)
        for stock in knowledge()
    )


@numbered(
    18,
    "Pay and spending of creative people",
    "2.4",
    assumed=True,
    original="Lost; the prose names unit cost, free entry, the pay that follows, and the budget.",
)
def creative_pay() -> tuple[sp.Eq, sp.Eq, sp.Eq]:
    """Free entry: the price of knowledge Pi covers its unit cost w/K; what is earned is spent."""
    east = sp.solve(Pi - w_H / K, w_H)[0]
    west = sp.solve(Pi - w_H_star / K_star, w_H_star)[0]
    return sp.Eq(w_H, east), sp.Eq(w_H_star, west), sp.Eq(e_H, a_H + w_H)


@numbered(
    19,
    "Initial assets",
    "2.4",
    assumed=True,
    original="Lost; the prose: equal shares in all firms.",
)
def initial_assets() -> sp.Eq:
    """All firms, worth Pi each, shared equally among creative people, whose mass is one."""
    creative_people = lam + (1 - lam)
    return sp.Eq(a_H, (n + n_star) * Pi / creative_people)

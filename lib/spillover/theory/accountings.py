"""Who owns what: the accounting as published, and two that add up.

In the paper a creative person holds initial assets (19) worth all of one firm's profit *and* is
paid for new knowledge (18), while the number of firms stays one: the pay comes from firms that
never sell anything. Closing the accounts means letting every piece of knowledge that is paid for
become a firm. Then profits pay for exactly the knowledge there is.

References
----------
The paper's equations (18) and (19).
"""

from dataclasses import dataclass
from functools import cache

import sympy as sp

from spillover.theory.equations import knowledge, long_run, producers, short_run
from spillover.theory.equations.registry import arranged
from spillover.theory.symbols import S_E, K, K_star, L, eta, g, g_star, lam

NEW_KNOWLEDGE = lam * K + (1 - lam) * K_star
DIRECTIONS = ("outward", "inward")


@dataclass(frozen=True)
class Accounting:
    """One way to account for firms, profits and incomes of creative people.

    Parameters
    ----------
    name, title
        Key and description.
    assets
        Firms owned by a creative person to begin with: 1 (as published) or 0. On a path of
        balanced growth: the yearly return on them.
    firms
        Number of firms n + n*, an expression in lambda, K and K*.
    """

    name: str
    title: str
    assets: int | sp.Expr
    firms: sp.Expr

    def profit(self) -> sp.Expr:
        """Operating profit of a firm: (27) shared among all firms."""
        return short_run.active_profit()[1].rhs / self.firms

    def incomes(self) -> tuple[sp.Expr, sp.Expr]:
        """Income of a creative person in the East and in the West."""
        return (self.assets + K) * self.profit(), (self.assets + K_star) * self.profit()

    def spending(self) -> tuple[sp.Expr, sp.Expr]:
        """Spending E and E* of the two regions, as in (30)."""
        east, west = self.incomes()
        return L / 2 + lam * east, L / 2 + (1 - lam) * west

    def residual(self) -> sp.Expr:
        """Incomes of all minus the total spending (13) that clears the labour market."""
        derived = sum(self.spending()) - producers.total_spending()[0].rhs
        unearned = self.assets + NEW_KNOWLEDGE - self.firms
        return arranged(derived, unearned * self.profit())

    def spending_odds(self) -> sp.Expr:
        """E/E*; the number of workers drops out."""
        return _odds(*self.spending())

    def spending_share(self) -> sp.Expr:
        """The East's share of spending S_E = E/(E + E*)."""
        odds = self.spending_odds()
        return odds / (1 + odds)

    def gap(self, regime: int) -> sp.Expr:
        """Utility gap in a regime, as in (33), in lambda, K, K* and parameters."""
        east, west = self.incomes()
        return sp.log(east / west) + _relative_prices(regime, self.spending_odds())


@cache
def _odds(east: sp.Expr, west: sp.Expr) -> sp.Expr:
    return sp.cancel(east / west)


@cache
def _relative_prices(regime: int, spending_odds: sp.Expr) -> sp.Expr:
    """Price term of the utility gap: every proof asks for it, and it is derived anew each time."""
    return long_run.relative_prices(regime).subs({S_E / (1 - S_E): spending_odds})


PUBLISHED = Accounting("published", "as published", 1, sp.S.One)
CLOSED = Accounting("closed", "closed: firms are this period's knowledge", 0, NEW_KNOWLEDGE)
CLOSED_WITH_ASSETS = Accounting(
    "closed with assets", "closed: old firms and new ones", 1, 1 + NEW_KNOWLEDGE
)
ACCOUNTINGS = {each.name: each for each in (PUBLISHED, CLOSED, CLOSED_WITH_ASSETS)}


def accounting(name: "str | Accounting") -> Accounting:
    """The accounting of this name; one that is given is returned as it is."""
    if isinstance(name, Accounting):
        return name
    if name not in ACCOUNTINGS:
        raise ValueError(f"accounting {name!r}: choose one of {', '.join(map(repr, ACCOUNTINGS))}")
    return ACCOUNTINGS[name]


def stocks(direction: str = "outward") -> dict[sp.Symbol, sp.Expr]:
    """Knowledge stocks (16) under either reading of the spillover.

    Parameters
    ----------
    direction
        ``"outward"``: a region's digital technology governs what flows out of it (the paper's
        footnote 1). ``"inward"``: the foil, in which it governs what the region absorbs.

    Returns
    -------
    dict
        K and K* in lambda, beta and eta, by symbol.

    Raises
    ------
    ValueError
        For another direction.
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"direction {direction!r}: choose 'outward' or 'inward'")
    east, west = (equation.rhs for equation in knowledge.knowledge())
    if direction == "inward":
        exchange = {eta(g): eta(g_star), eta(g_star): eta(g)}
        east, west = east.xreplace(exchange), west.xreplace(exchange)
    return {K: east, K_star: west}

"""The model computed by brute force from its assumptions, with no formula of the package.

Quadrature for knowledge, a root finder for the firms' location, sums over varieties for price
indices. Slow and obvious on purpose.
"""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq


@dataclass(frozen=True)
class Economy:
    mu: float
    sigma: float
    tau: float
    beta: float
    g: float
    g_star: float
    L: float = 1.0

    @property
    def price(self):
        return self.sigma / (self.sigma - 1)


def spillover(g):
    return g / (1 + g)


def knowledge(economy, lam, inward=False):
    to_west, to_east = spillover(economy.g), spillover(economy.g_star)
    if inward:
        to_west, to_east = to_east, to_west
    here = quad(lambda j: 1.0**economy.beta, 0, lam)[0]
    there = quad(lambda j: 1.0**economy.beta, 0, 1 - lam)[0]
    exponent = 1 / economy.beta
    return (here + to_east * there) ** exponent, (to_west * here + there) ** exponent


def spending(economy, lam, accounts="published", inward=False):
    """E, E*, and incomes of creative people; profit per firm solves (13) divided by firms."""
    east, west = knowledge(economy, lam, inward)
    new = lam * east + (1 - lam) * west
    firms = {"published": 1.0, "closed": new, "closed with assets": 1 + new}[accounts]
    owned = 0.0 if accounts == "closed" else 1.0
    profit = economy.mu * total_spending(economy) / (economy.sigma * firms)
    incomes = (owned + east) * profit, (owned + west) * profit
    workers = economy.L / 2
    return workers + lam * incomes[0], workers + (1 - lam) * incomes[1], incomes, firms, profit


def total_spending(economy):
    """Spending at which workers demanded equal workers there are."""

    def excess(total):
        manufactured_value = economy.mu * total
        return manufactured_value / economy.price + (1 - economy.mu) * total - economy.L

    return brentq(excess, 1e-9, 1e6, xtol=1e-14, rtol=1e-14)


def price_index(economy, local, imported):
    values = local * economy.price ** (1 - economy.sigma)
    values += imported * (economy.tau * economy.price) ** (1 - economy.sigma)
    return values ** (1 / (1 - economy.sigma))


def sales(economy, price_here, E_here, P_here, E_there, P_there):
    """Units a firm makes: what is asked at home, and tau for each unit asked abroad."""

    def asked(price, E, P):
        return economy.mu * E * price**-economy.sigma * P ** (economy.sigma - 1)

    abroad = asked(economy.tau * price_here, E_there, P_there)
    return asked(price_here, E_here, P_here) + economy.tau * abroad


def profits(economy, share, E, E_star, firms=1.0):
    here, there = share * firms, (1 - share) * firms
    P, P_star = price_index(economy, here, there), price_index(economy, there, here)
    margin = economy.price - 1
    east = margin * sales(economy, economy.price, E, P, E_star, P_star)
    west = margin * sales(economy, economy.price, E_star, P_star, E, P)
    return east, west


def firm_share(economy, E, E_star):
    """Where firms settle: equal profits, or a corner where no firm gains by leaving."""

    def advantage(share):
        east, west = profits(economy, share, E, E_star)
        return east - west

    if advantage(1.0) >= 0:
        return 1.0
    if advantage(0.0) <= 0:
        return 0.0
    return brentq(advantage, 0.0, 1.0, xtol=1e-15, rtol=1e-14)


def utility_gap(economy, lam, accounts="published", inward=False):
    E, E_star, incomes, firms, _ = spending(economy, lam, accounts, inward)
    share = firm_share(economy, E, E_star)
    P = price_index(economy, share * firms, (1 - share) * firms)
    P_star = price_index(economy, (1 - share) * firms, share * firms)
    east, west = incomes[0] * P**-economy.mu, incomes[1] * P_star**-economy.mu
    return np.log(east) - np.log(west)

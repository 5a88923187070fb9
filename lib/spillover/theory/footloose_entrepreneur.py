"""The footloose-entrepreneur model: skilled people take their firm along when they move.

One unit of skilled labour sets up one firm, so firms are where skilled people are (n = lambda).
Workers are immobile, half in each region, wage 1. A known answer for the machinery of
`spillover.theory.bifurcation`, and a neighbour of the paper's model that has crowding.

References
----------
Forslid, R. and Ottaviano, G. (2003), An analytically solvable core-periphery model, Journal of
Economic Geography 3(3), 229-240.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import sympy as sp

from spillover.theory.arguments import above_one, in_unit
from spillover.theory.bifurcation import Gap
from spillover.theory.symbols import L, lam, mu, phi, sigma

_pay, _pay_star = sp.symbols("w w^{*}", positive=True)
_workers = L / 2

# One share of skilled people for each way in which it matters; all three are lambda in the end.
SPENDING, RIVALS, PRICES = sp.symbols("lambda_spending lambda_rivals lambda_prices", positive=True)
CHANNELS = {"market access": SPENDING, "crowding": RIVALS, "cost of living": PRICES}


@lru_cache
def pay() -> tuple[sp.Expr, sp.Expr]:
    """Skilled pay (= operating profit) in both regions, solved from the two profit equations.

    In the channels' own shares: skilled people as customers and as owners of rival firms.
    """
    spending = _workers + SPENDING * _pay, _workers + (1 - SPENDING) * _pay_star
    access = RIVALS + phi * (1 - RIVALS), phi * RIVALS + 1 - RIVALS
    profits = (
        mu / sigma * (spending[0] / access[0] + phi * spending[1] / access[1]),
        mu / sigma * (phi * spending[0] / access[0] + spending[1] / access[1]),
    )
    wages = _pay, _pay_star
    (solution,) = sp.solve([_pay - profits[0], _pay_star - profits[1]], wages, dict=True)
    return sp.factor(solution[_pay]), sp.factor(solution[_pay_star])


@lru_cache
def _gap_by_channel() -> sp.Expr:
    east, west = pay()
    cheaper = (PRICES + phi * (1 - PRICES)) / (phi * PRICES + 1 - PRICES)
    return sp.log(sp.cancel(east / west)) + mu / (sigma - 1) * sp.log(cheaper)


@lru_cache
def utility_gap() -> sp.Expr:
    """ln of relative pay plus the cost-of-living term, as a function of lambda."""
    return _gap_by_channel().subs(dict.fromkeys(CHANNELS.values(), lam))


def forces() -> dict[str, sp.Expr]:
    """Slope of the gap at the symmetric equilibrium through each channel alone.

    Returns
    -------
    dict
        Expressions in phi, mu and sigma for ``"market access"``, ``"crowding"`` and
        ``"cost of living"``; their sum decides stability.
    """
    half = dict.fromkeys(CHANNELS.values(), sp.Rational(1, 2))
    gap = _gap_by_channel()
    return {name: sp.factor(gap.diff(share).subs(half)) for name, share in CHANNELS.items()}


def break_freeness() -> sp.Expr:
    """Freeness of trade at which the symmetric equilibrium loses stability, by sympy.

    Returns
    -------
    sympy.Expr
        phi = (sigma - mu)(sigma - 1 - mu) / ((sigma + mu)(sigma - 1 + mu)).
    """
    return cancelling_freeness(forces())


def cancelling_freeness(forces: dict[str, sp.Expr]) -> sp.Expr:
    """Freeness of trade below one at which forces cancel out."""
    total = sp.together(sum(forces.values()))
    (root,) = [each for each in sp.solve(sp.numer(total), phi) if each != 1]
    return sp.factor(root)


@lru_cache
def _compiled() -> Callable:
    return sp.lambdify((lam, phi, mu, sigma), utility_gap(), "numpy")


def gap(phi: float, mu: float = 0.4, sigma: float = 4.0) -> Gap:
    """Utility gap of skilled people as a function of their share in the East.

    Parameters
    ----------
    phi
        Freeness of trade, in (0, 1).
    mu
        Share of spending on differentiated goods, in (0, 1).
    sigma
        Elasticity of substitution, > 1.

    Returns
    -------
    callable
        Gap by share, vectorised.

    Raises
    ------
    ValueError
        If a parameter lies outside its domain.
    """
    check(phi, mu, sigma)
    return lambda share: _compiled()(np.asarray(share, float), phi, mu, sigma)


def check(phi: float, mu: float, sigma: float) -> None:
    """Refuse parameters outside their domains, naming them.

    Parameters
    ----------
    phi, mu, sigma
        As in `gap`.
    """
    in_unit("mu", mu)
    above_one("sigma", sigma)
    in_unit("phi", phi)

"""Krugman's core-periphery model, solved numerically from its four equations a region.

Manufacturing workers (a share mu of all people) are mobile, farmers (1 - mu) are not. Both the
variable and the fixed input of a firm are manufacturing labour, so nominal wages have no closed
form: they solve w^sigma = sum_j Y_j phi_ij P_j^(sigma - 1).

References
----------
Krugman, P. (1991), Increasing returns and economic geography, Journal of Political Economy
99(3), 483-499. Fujita, M., Krugman, P. and Venables, A. (1999), The Spatial Economy, ch. 5.
"""

from functools import lru_cache

import numpy as np
import sympy as sp

from spillover.theory.bifurcation import Gap
from spillover.theory.footloose_entrepreneur import (
    CHANNELS,
    PRICES,
    RIVALS,
    SPENDING,
    cancelling_freeness,
    check,
)
from spillover.theory.symbols import lam, mu, phi, sigma

_w, _w_star = sp.symbols("w w^{*}", positive=True)
NEWTON_STEPS = 60


@lru_cache
def _by_channel() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Two wage equations (in logs, each zero in equilibrium) and the real wage gap."""
    incomes = mu * SPENDING * _w + (1 - mu) / 2, mu * (1 - SPENDING) * _w_star + (1 - mu) / 2
    rivals = _price_terms(RIVALS)
    demand = (
        incomes[0] / rivals[0] + phi * incomes[1] / rivals[1],
        phi * incomes[0] / rivals[0] + incomes[1] / rivals[1],
    )
    east = sigma * sp.log(_w) - sp.log(demand[0])
    west = sigma * sp.log(_w_star) - sp.log(demand[1])
    prices = _price_terms(PRICES)
    return east, west, sp.log(_w / _w_star) + mu / (sigma - 1) * sp.log(prices[0] / prices[1])


def _price_terms(share: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """P^(1 - sigma) in both regions, firms being where manufacturing workers are."""
    own, other = share * _w ** (1 - sigma), (1 - share) * _w_star ** (1 - sigma)
    return own + phi * other, phi * own + other


@lru_cache
def equations() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Two wage equations (in logs, each zero in equilibrium) and the real wage gap."""
    together = dict.fromkeys(CHANNELS.values(), lam)
    return tuple(each.subs(together) for each in _by_channel())


@lru_cache
def forces() -> dict[str, sp.Expr]:
    """Slope of the gap at the symmetric equilibrium through each channel alone.

    Notes
    -----
    Wages are differentiated implicitly: by symmetry ln w falls as much as ln w* rises.

    Returns
    -------
    dict
        Expressions in phi, mu and sigma for ``"market access"``, ``"crowding"`` and
        ``"cost of living"``; their sum decides stability.
    """
    half = {**dict.fromkeys(CHANNELS.values(), sp.Rational(1, 2)), _w: 1, _w_star: 1}
    east, _, gap = _by_channel()
    resistance = (east.diff(_w) - east.diff(_w_star)).subs(half)
    by_wage = (gap.diff(_w) - gap.diff(_w_star)).subs(half)
    return {
        name: sp.factor(
            sp.simplify((gap.diff(share) - by_wage * east.diff(share) / resistance).subs(half))
        )
        for name, share in CHANNELS.items()
    }


def break_freeness() -> sp.Expr:
    """Freeness of trade at which the symmetric equilibrium loses stability, by sympy.

    Returns
    -------
    sympy.Expr
        phi = (1 - mu)(1 - mu/rho) / ((1 + mu)(1 + mu/rho)), rho = (sigma - 1)/sigma.
    """
    return cancelling_freeness(forces())


@lru_cache
def _compiled() -> tuple:
    east, west, gap = equations()
    arguments = (_w, _w_star, lam, phi, mu, sigma)
    by_logs = [each.diff(wage) * wage for each in (east, west) for wage in (_w, _w_star)]
    return (
        sp.lambdify(arguments, [east, west], "numpy"),
        sp.lambdify(arguments, by_logs, "numpy"),
        sp.lambdify(arguments, gap, "numpy"),
    )


def wages(
    share: np.ndarray, phi: float, mu: float = 0.4, sigma: float = 5.0
) -> tuple[np.ndarray, np.ndarray]:
    """Nominal wages in both regions, by Newton's method in logs, to 1e-13.

    Parameters
    ----------
    share
        The East's share of mobile workers, in [0, 1], of any shape.
    phi, mu, sigma
        As in `gap`.

    Returns
    -------
    tuple of numpy.ndarray
        Wages in the East and in the West, shaped as the shares; farmers earn one.

    Raises
    ------
    ArithmeticError
        If the wage equations are not solved.
    """
    check(phi, mu, sigma)
    system, jacobian, _ = _compiled()
    share = np.asarray(share, float)
    logs = np.zeros((2, *share.shape))
    for _ in range(NEWTON_STEPS):
        arguments = (*np.exp(logs), share, phi, mu, sigma)
        off = np.stack(np.broadcast_arrays(*system(*arguments)))
        if np.abs(off).max() < 1e-13:
            return np.exp(logs[0]), np.exp(logs[1])
        a, b, c, d = jacobian(*arguments)
        step = np.stack([d * off[0] - b * off[1], a * off[1] - c * off[0]]) / (a * d - b * c)
        logs = logs - np.clip(step, -0.5, 0.5)
    raise ArithmeticError(
        f"core-periphery wages not found at phi={phi:g}, mu={mu:g}, sigma={sigma:g}"
    )


def gap(phi: float, mu: float = 0.4, sigma: float = 5.0) -> Gap:
    """Real wage gap (logs) as a function of the East's share of mobile workers.

    Parameters
    ----------
    phi, mu, sigma
        As in `spillover.theory.footloose_entrepreneur.gap`, for manufactures.

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

    def real_wages(share: np.ndarray) -> np.ndarray:
        share = np.asarray(share, float)
        return _compiled()[2](*wages(share, phi, mu, sigma), share, phi, mu, sigma)

    return real_wages

"""Growth: the knowledge of one moment is the varieties of the next, and patents last.

New varieties appear at the rate dN/dt = lambda K + (1 - lambda) K*, with stocks K = N k that grow
with what is known. With log utility and spending as the numeraire of time, r = rho. A firm's
profit falls as varieties multiply, so its price is profit/(rho + growth). Everybody spends the
return on assets and what is earned: on a balanced path a creative person has (rho + k) times the
value of all firms.

References
----------
Fujita and Thisse (2003), sections 2 and 3. Grossman, G. and Helpman, E. (1991), Innovation and
growth in the global economy, ch. 3.
"""

import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.accountings import NEW_KNOWLEDGE, Accounting
from spillover.theory.equations.short_run import ALL_EAST, BOTH
from spillover.theory.welfare import GROUPS, gain_from_agglomeration

rho = sp.Symbol("rho", positive=True)
growth = sp.Symbol("gamma", positive=True)

BALANCED_GROWTH = Accounting("balanced growth", "balanced growth", rho, rho + NEW_KNOWLEDGE)
"""Who owns what on a balanced path, N = 1 now; at rho = 1 it is "closed with assets"."""


def firm_price() -> sp.Expr:
    """Price v of a firm with profit pi: r v = pi + dv/dt, r = rho, and v falls as N grows."""
    price = sp.Symbol("v", positive=True)
    (found,) = sp.solve(sp.Eq(rho * price, sy.pi - growth * price), price)
    return found


def growth_rate(lam: sp.Expr, stock: sp.Expr, stock_star: sp.Expr) -> sp.Expr:
    """Rate at which varieties grow.

    Parameters
    ----------
    lam
        The East's share of creative people.
    stock, stock_star
        Stocks of knowledge per variety of the East and the West.

    Returns
    -------
    sympy.Expr
        New knowledge per variety, lambda K + (1 - lambda) K*.
    """
    return NEW_KNOWLEDGE.subs({sy.lam: lam, sy.K: stock, sy.K_star: stock_star}, simultaneous=True)


def lifetime_gain(group: str, regime: int) -> sp.Expr:
    """Lifetime gain from full agglomeration over the even split, times rho (sigma - 1)/mu.

    Parameters
    ----------
    group
        Workers of the East or the West, as `GROUPS` has them.
    regime
        Where firms are once everybody is in the East: 1 in both regions, 2 all in the East.

    Returns
    -------
    sympy.Expr
        A level effect (access to goods at the start) and a growth effect, in mu, sigma, phi, rho
        and the common stock K at the even split.

    Raises
    ------
    ValueError
        If the group is not one of workers.
    """
    if not group.startswith("workers"):
        raise ValueError(f"group {group!r}: choose one of {', '.join(map(repr, GROUPS[:2]))}")
    (cheaper,) = gain_from_agglomeration(group, regime, BALANCED_GROWTH).atoms(sp.log)
    firms = (rho + 1) / (rho + sy.K)  # counted by that accounting; here N = 1 now in either case
    access = sp.expand(sp.factor(cheaper.args[0] / firms))
    together, apart = growth_rate(1, 1, 0), growth_rate(sp.Rational(1, 2), sy.K, sy.K)
    return sp.log(access) + (together - apart) / rho


def west_gains_below() -> tuple[sp.Expr, sp.Expr]:
    """Impatience rho below which West's workers gain from agglomeration in the East, by regime."""
    return tuple(sp.solve(lifetime_gain(GROUPS[1], regime), rho)[0] for regime in (BOTH, ALL_EAST))

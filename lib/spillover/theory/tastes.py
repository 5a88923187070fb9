"""Tastes for places: creative people differ in how much they like each region.

Each person adds to ln V a private taste for either region, extreme-value distributed with scale
psi. Then lambda/(1 - lambda) = exp(DeltaV/psi): an equilibrium is a zero of

    H(lambda) = DeltaV(lambda) - psi ln[lambda/(1 - lambda)],

corners are never equilibria, and an interior equilibrium is stable where H falls.

References
----------
Tabuchi, T. and Thisse, J.-F. (2002). Taste heterogeneity, labor mobility and economic geography.
Journal of Development Economics 69, 155-177.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.accountings import accounting, stocks
from spillover.theory.arguments import positive
from spillover.theory.bifurcation import Gap, RestPoint, rest_points, with_tastes
from spillover.theory.equations.short_run import BOTH
from spillover.theory.forces import knowledge_forces
from spillover.theory.propositions import EVERY_REGIME, REGIMES, Claim, Model, Proposition
from spillover.theory.two_regions import TwoRegions

psi = sp.Symbol("psi", positive=True)
lead = sp.Symbol("a", positive=True)
_restoring = sp.Symbol("h", positive=True)


def pull(accounts: str = "published") -> sp.Expr:
    """H(lambda) of an economy with firms in both regions, in symbols."""
    gap = accounting(accounts).gap(BOTH).subs(stocks())
    return gap - psi * sp.log(sy.lam / (1 - sy.lam))


def break_scale(accounts: str = "published", by_stock: bool = False) -> sp.Expr:
    """Scale of tastes above which the symmetric equilibrium is stable, in closed form.

    Parameters
    ----------
    accounts
        Accounting, by name.
    by_stock
        Leave the common knowledge stock K = [(1 + eta)/2]^(1/beta) as a symbol.

    Returns
    -------
    sympy.Expr
        psi = DeltaV'(1/2)/4 with g = g*, in mu, sigma, beta and eta(g).

    Notes
    -----
    With equal regions firms are in both of them (S_E = 1/2), so trade costs do not appear.
    """
    scale = sum(knowledge_forces(accounts).values()) / 4
    return scale if by_stock else in_eta(scale)


@cache
def pitchfork_criterion(accounts: str = "published") -> sp.Expr:
    """Third derivative of DeltaV at 1/2 less 8 times the first: positive if the break is sudden.

    Returns
    -------
    sympy.Expr
        In mu, sigma, beta, the common stock K and the lead a = (1 - eta)/(1 + eta).

    Notes
    -----
    With u = lambda - 1/2, H = (V1 - 4 psi) u + (V3 - 32 psi) u^3/6 + ..., V1 and V3 being the two
    derivatives. At the break 4 psi = V1, and the branches bend towards stronger tastes (the
    pitchfork is subcritical) if the cubic term is then positive. Near 1/2 the stocks are
    K (1 + 2 a u)^(1/beta) and K (1 - 2 a u)^(1/beta).
    """
    off = sp.Symbol("u", real=True)
    near_half = {
        sy.lam: sp.Rational(1, 2) + off,
        sy.K: sy.K * (1 + 2 * lead * off) ** (1 / sy.beta),
        sy.K_star: sy.K * (1 - 2 * lead * off) ** (1 / sy.beta),
    }
    near = accounting(accounts).gap(BOTH).subs(near_half, simultaneous=True)
    return sp.factor((near.diff(off, 3, simplify=False) - 8 * near.diff(off)).subs(off, 0))


def in_eta(expression: sp.Expr) -> sp.Expr:
    """The lead a and the common stock K of two equal regions, written out in eta(g)."""
    flow = sy.eta(sy.g)
    stock = ((1 + flow) / 2) ** (1 / sy.beta)
    return expression.subs({lead: (1 - flow) / (1 + flow), sy.K: stock})


def gap(model: TwoRegions, psi: float) -> Gap:
    """H as a function of the share, for the machinery of `spillover.theory.bifurcation`.

    Parameters
    ----------
    model
        A two-region economy with scalar parameters.
    psi
        Scale of tastes, positive.

    Returns
    -------
    callable
        Pull by share, vectorised; infinite in the corners.

    Raises
    ------
    ValueError
        If psi is not positive.
    """
    positive("psi", psi)
    return with_tastes(model.utility_gap, psi)


def equilibria(model: TwoRegions, psi: float) -> list[RestPoint]:
    """Long-run equilibria with tastes for places.

    Parameters
    ----------
    model, psi
        As in `gap`.

    Returns
    -------
    list of RestPoint
        From West to East, all of them interior.
    """
    return rest_points(gap(model, psi))


def restoring_slope(model: TwoRegions, psi: float, share: float) -> float:
    """Slope of the pull, negative at a stable equilibrium.

    Parameters
    ----------
    model, psi
        As in `gap`.
    share
        The East's share of creative people.

    Returns
    -------
    float
        H'(lambda) = DeltaV'(lambda) - psi/(lambda (1 - lambda)).
    """
    with np.errstate(divide="ignore"):
        return float(model.slope(share) - psi / (np.float64(share) * (1 - share)))


def response(model: TwoRegions, psi: float, share: float) -> float:
    """How an equilibrium responds to the East's g, by the implicit function theorem.

    Parameters
    ----------
    model, psi
        As in `gap`.
    share
        The East's share of creative people at the equilibrium.

    Returns
    -------
    float
        d lambda/dg.
    """
    return float(-model.digital_effect(share) / restoring_slope(model, psi, share))


def uniqueness_scale(model: TwoRegions) -> float:
    """Scale of tastes above which H falls everywhere, so that the equilibrium is unique.

    The largest lambda (1 - lambda) DeltaV'(lambda), on a grid.
    """
    share = np.linspace(0, 1, 4001)
    return float(np.max(share * (1 - share) * model.slope(share)))


def _argue_response(model: Model) -> Iterator[Claim]:
    for regime, name in REGIMES.items():
        effect = model.along(regime, sy.g, model.slopes(sy.g))
        slope = r"$\mathrm{d}\lambda/\mathrm{d}g$ where $H' < 0$"
        yield Claim(regime, f"{slope}, {name}", -effect / (-_restoring), -1)


STABLE_RESPONSE = Proposition(
    "stable response",
    "With tastes for places, $g$ lowers the East's share at every stable equilibrium, $H' < 0$.",
    EVERY_REGIME,
    _argue_response,
)
"""The paper's proposition as a statement about equilibria; stability is its only premise."""

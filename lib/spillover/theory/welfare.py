"""Who gains: real incomes of workers and creative people, a planner, and two governments.

Log real income of a worker is -mu ln P up to a constant, that of a creative person adds the log of
her income. With N firms in all, P is the price index of section 2.5 times N^(1/(1 - sigma)).

References
----------
The paper's section 2.5, for the price index.
Fujita, M. and Thisse, J.-F. (2003). Does geographical agglomeration foster economic growth? And who
gains and loses from it? Japanese Economic Review 54, 121-145.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import sympy as sp
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize_scalar
from scipy.special import entr, logit

from spillover.theory import symbols as sy
from spillover.theory.accountings import Accounting, accounting, stocks
from spillover.theory.arguments import positive, shares
from spillover.theory.equations import short_run
from spillover.theory.equations.short_run import ALL_EAST, ALL_WEST, BOTH
from spillover.theory.propositions import EVERY_REGIME, REGIMES, Claim, Model, Proposition
from spillover.theory.two_regions import TwoRegions

GROUPS = ("workers, East", "workers, West", "creative people, East", "creative people, West")
STEP = 1e-4
SCAN = 201  # shares among which a planner looks first
MOST = 50.0  # the largest g that a government looks at
_PRICES = {
    BOTH: short_run.prices_both,
    ALL_EAST: short_run.prices_all_east,
    ALL_WEST: short_run.prices_all_west,
}
_common = 1 / (1 + sp.Symbol("k", positive=True))  # K at dispersion, between 0 and 1


def log_real_income(group: str, regime: int, accounts: str | Accounting = "closed") -> sp.Expr:
    """Log real income of a group in a short-run regime, up to a constant.

    Parameters
    ----------
    group
        One of `GROUPS`.
    regime
        Where firms are: 1 in both regions, 2 all in the East, 3 all in the West.
    accounts
        An accounting or its name.

    Returns
    -------
    sympy.Expr
        In lambda, K, K* and parameters.

    Raises
    ------
    ValueError
        If there is no such group.
    """
    access, income = _levels(group, regime, accounting(accounts))
    return sy.mu / (sy.sigma - 1) * sp.log(access) + sp.log(income)


def _levels(group: str, regime: int, books: Accounting) -> tuple[sp.Expr, sp.Expr]:
    """Firms counted by the freeness with which they reach the group, and its nominal income."""
    if group not in GROUPS:
        raise ValueError(f"group {group!r}: choose one of {', '.join(map(repr, GROUPS))}")
    west = group.endswith("West")
    markup = sy.sigma / (sy.sigma - 1)
    index = _PRICES[regime]()[west].rhs / markup
    reached = sp.powdenest(index ** (1 - sy.sigma), force=True)
    reached = reached.subs(sy.S_E, books.spending_share())
    income = sp.S.One if group.startswith("workers") else books.incomes()[west]
    return sp.factor(sp.together(reached * books.firms)), income


def gain_from_agglomeration(
    group: str, regime: int, accounts: str | Accounting = "closed"
) -> sp.Expr:
    """Log real income with everybody in the East, less that of the group's kind at dispersion.

    Parameters
    ----------
    group, accounts
        As in `log_real_income`.
    regime
        Where firms are once everybody is in the East, 1 or 2.

    Returns
    -------
    sympy.Expr
        With equal regions, in parameters and the common stock K at dispersion.
    """
    after = {sy.lam: sp.S.One, sy.K: sp.S.One}  # nobody is left in the West to use K*
    before = {sy.lam: sp.Rational(1, 2), sy.K_star: sy.K}
    books = accounting(accounts)
    there, here = _levels(group, regime, books), _levels(group, BOTH, books)
    cheaper, richer = (
        sp.factor(sp.together(one.subs(after) / other.subs(before)))
        for one, other in zip(there, here, strict=True)
    )
    return sy.mu / (sy.sigma - 1) * sp.log(cheaper) + sp.log(richer)


def west_gains_if(accounts: str = "closed") -> tuple[sp.Expr, sp.Expr]:
    """Bounds on the common stock K = [(1 + eta)/2]^(1/beta) below which West's workers gain.

    Returns
    -------
    tuple
        The bound while firms stay in both regions and the one when all move to the East. They
        gain if K is below the larger.
    """
    found = []
    for regime in (BOTH, ALL_EAST):
        gain = gain_from_agglomeration("workers, West", regime, accounts)
        (cheaper,) = (each.args[0] for each in gain.atoms(sp.log))
        found += sp.solve(sp.numer(sp.together(cheaper - 1)), sy.K)
    return tuple(sp.factor(bound) for bound in found)


def _response(model: Model, group: str, regime: int) -> sp.Expr:
    """d ln real income/dg where creative people stay, by the chain rule through K and K*."""
    income = log_real_income(group, regime, model.books)
    return sum(income.diff(stock) * slope for stock, slope in model.slopes(sy.g).items())


def _more_gain(key: str, group: str, whom: str) -> Proposition:
    """That a group gains from the East's digital technology where people stay, in every regime."""

    def argue(model: Model) -> Iterator[Claim]:
        for regime, name in REGIMES.items():
            yield Claim((group, regime), f"{group}, {name}", _response(model, group, regime), 1)

    statement = f"At given $\\lambda$, $g$ raises the real income of {whom}."
    return Proposition(key, statement, tuple(product([group], EVERY_REGIME)), argue)


def _east_gains(model: Model) -> Iterator[Claim]:
    for group, regime in product(GROUPS[::2], (BOTH, ALL_EAST)):
        gain = gain_from_agglomeration(group, regime, model.books).subs(sy.K, _common)
        yield Claim((group, regime), f"{group}, then {REGIMES[regime]}", gain, 1)


WELFARE: dict[str, Proposition] = {
    each.key: each
    for each in (
        Proposition(
            "East gains",
            "Full agglomeration raises real incomes of workers and creative people of the East.",
            tuple(product(GROUPS[::2], (BOTH, ALL_EAST))),
            _east_gains,
        ),
        _more_gain("workers, East", GROUPS[0], "the East's workers"),
        _more_gain("workers, West", GROUPS[1], "the West's workers"),
        _more_gain("creative, East", GROUPS[2], "creative people in the East"),
        _more_gain("creative, West", GROUPS[3], "creative people in the West"),
    )
}
"""Propositions on welfare by name, each with ``prove(accounts)``."""


def knowledge_wedge() -> sp.Expr:
    """What one more person in the East does to the log knowledge of all others, at lambda = 1/2.

    Returns
    -------
    sympy.Expr
        lambda d ln K/d lambda + (1 - lambda) d ln K*/d lambda, in beta, eta(g), eta(g*).
    """
    rise = sum(sp.log(stock).diff(sy.lam) for stock in stocks().values())
    return sp.factor((rise / 2).subs(sy.lam, sp.Rational(1, 2)))


@cache
def _varieties(books: Accounting) -> Callable:
    return sp.lambdify((sy.lam, sy.K, sy.K_star), books.firms, "numpy")


def real_incomes(model: TwoRegions, lam: ArrayLike) -> dict[str, np.ndarray]:
    """Log real incomes of the four groups, workers numbering one in all (L = 1).

    Parameters
    ----------
    model
        A two-region economy.
    lam
        The East's share of creative people; broadcasts with the model's parameters.

    Returns
    -------
    dict
        An array for each of `GROUPS`.
    """
    lam = shares("lam", lam)
    books = accounting(model.accounts)
    knowledge = model.knowledge(lam)
    firms = _varieties(books)(lam, *knowledge)
    here = model.firm_share(lam)
    markup = np.log(model.sigma / (model.sigma - 1))
    profit = model.mu / ((model.sigma - model.mu) * firms)
    bought = [
        model.mu * (np.log(firms * access) / (model.sigma - 1) - markup)
        for access in (here + model.phi * (1 - here), model.phi * here + 1 - here)
    ]
    earned = [np.log((books.assets + stock) * profit) for stock in knowledge]
    values = (*bought, bought[0] + earned[0], bought[1] + earned[1])
    return dict(zip(GROUPS, values, strict=True))


def market_share(model: TwoRegions, psi: float) -> np.ndarray:
    """The East's share of creative people with tastes, for every set of parameters at once.

    Parameters
    ----------
    model, psi
        A two-region economy, and the scale of tastes, positive.

    Returns
    -------
    numpy.ndarray
        Shaped as the parameters. Bisection of the pull; where there are several equilibria (weak
        tastes) it finds one of them.
    """
    positive("psi", psi)
    return model.bisected(lambda share: model.utility_gap(share) > psi * logit(share))


def social_welfare(model: TwoRegions, psi: float, lam: ArrayLike) -> np.ndarray:
    """Sum over all people of log real income and, for creative people, of their tastes.

    Parameters
    ----------
    model, lam
        As in `real_incomes`.
    psi
        Scale of tastes.

    Returns
    -------
    numpy.ndarray
        Workers and creative people numbering one each.

    Notes
    -----
    A share lam placed by taste enjoys psi times the entropy of lam on average, so that the
    derivative is the pull H(lambda) plus what a move does to everybody else.
    """
    lam = shares("lam", lam)
    by_group = real_incomes(model, lam)
    workers = (by_group[GROUPS[0]] + by_group[GROUPS[1]]) / 2
    creative = lam * by_group[GROUPS[2]] + (1 - lam) * by_group[GROUPS[3]]
    return workers + creative + psi * (entr(lam) + entr(1 - lam))


def planner_share(model: TwoRegions, psi: float) -> float:
    """The East's share that maximises social welfare, firms settling where profits are equal.

    Parameters
    ----------
    model
        A two-region economy with scalar parameters.
    psi
        Scale of tastes.

    Returns
    -------
    float
        In (0, 1), to 1e-10.
    """
    grid = np.linspace(0, 1, SCAN)[1:-1]
    best = int(np.argmax(social_welfare(model, psi, grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(
        lambda lam: -float(social_welfare(model, psi, lam)),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(found.x)


def wedge(model: TwoRegions, psi: float, lam: ArrayLike) -> np.ndarray:
    """What one more person in the East does to everybody else: welfare's slope less the pull.

    Parameters
    ----------
    model, psi, lam
        As in `social_welfare`, the share at least `STEP` from 0 and 1.

    Returns
    -------
    numpy.ndarray
        In units of log real income.
    """
    lam = shares("lam", lam)
    slope = social_welfare(model, psi, lam + STEP) - social_welfare(model, psi, lam - STEP)
    return slope / (2 * STEP) - (model.utility_gap(lam) - psi * logit(lam))


def policy_game(
    psi: float, cost: float, direction: str = "outward", **parameters: Any
) -> pd.Series:
    """Two governments choose digital technology for the sake of their workers.

    Parameters
    ----------
    psi
        Scale of tastes with which creative people move.
    cost
        What a unit of its own g costs a government, in log real income of its own workers: it
        values their log real income less this cost times g.
    direction
        Of the spillover, ``"outward"`` or ``"inward"``.
    **parameters
        Of `TwoRegions`, but for g and g_star.

    Returns
    -------
    pandas.Series
        ``nash`` and ``cooperation``: g of each region in the symmetric equilibrium, and where it
        maximises the sum of both; ``own`` and ``other``: the marginal effect of g on the workers
        of either region at the Nash level; ``worth``: gain in each region's value from
        cooperation. A g of zero says that the first unit is not worth its cost.
    """
    positive("cost", cost)

    def effects(level: float) -> tuple[float, float]:
        around = np.array([level - STEP * level, level + STEP * level])
        model = TwoRegions(g=around, g_star=level, direction=direction, **parameters)
        by_group = real_incomes(model, market_share(model, psi))
        own, other = (float(np.diff(by_group[g])[0] / np.diff(around)[0]) for g in GROUPS[:2])
        return own, other

    def value(level: float) -> float:
        model = TwoRegions(g=level, g_star=level, direction=direction, **parameters)
        return float(real_incomes(model, 0.5)[GROUPS[0]]) - cost * level

    nash = _balance(lambda level: effects(level)[0] - cost)
    together = _balance(lambda level: sum(effects(level)) - cost)
    own, other = effects(max(nash, STEP))
    floor = [max(level, STEP) for level in (together, nash)]
    return pd.Series(
        {
            "nash": nash,
            "cooperation": together,
            "own": own,
            "other": other,
            "worth": value(floor[0]) - value(floor[1]),
        }
    )


def _balance(marginal: Callable[[float], float]) -> float:
    """Where a falling marginal value reaches zero; zero if it never exceeds it."""
    if marginal(STEP) <= 0:
        return 0.0
    return float(brentq(marginal, STEP, MOST, xtol=1e-8))

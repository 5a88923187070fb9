"""What pulls people together and what pushes them apart, in three models side by side.

References
----------
The paper's equation (33), at the symmetric equilibrium.
Krugman, P. (1991), and Forslid, R. and Ottaviano, G. (2003), for the other two models.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import sympy as sp
from numpy.typing import ArrayLike

from spillover.theory import core_periphery, footloose_entrepreneur
from spillover.theory import symbols as sy
from spillover.theory.accountings import accounting, stocks
from spillover.theory.equations import long_run
from spillover.theory.equations.short_run import BOTH

FORCES = ("market access", "cost of living", "crowding", "knowledge")
LEVELS = {sy.mu: 0.4, sy.sigma: 5.0, sy.beta: 0.7, sy.eta(sy.g): 0.5}  # both spillovers alike


def knowledge_forces(accounts: str = "published") -> dict[str, sp.Expr]:
    """The TP model's forces at the symmetric equilibrium.

    Returns
    -------
    dict
        ``"knowledge"`` (pay) and ``"cost of living"``, in mu, sigma, beta, eta(g) and the common
        knowledge stock K. Firms settle where spending is, which makes goods cheap there; profits
        are equal everywhere, so pay knows neither market access nor crowding.
    """
    books = accounting(accounts)
    east, west = books.incomes()
    prices = long_run.relative_prices(BOTH).subs(sy.S_E / (1 - sy.S_E), books.spending_odds())
    parts = {"knowledge": sp.log(sp.cancel(east / west)), "cost of living": prices}
    return {name: sp.factor(_slope_at_half(part)) for name, part in parts.items()}


def _slope_at_half(expression: sp.Expr) -> sp.Expr:
    """Total derivative in lambda where both regions are alike and know K."""
    half = {sy.lam: sp.Rational(1, 2), sy.eta(sy.g_star): sy.eta(sy.g)}
    total = expression.diff(sy.lam)
    for stock, level in stocks().items():
        growth = sp.simplify(sp.log(level).diff(sy.lam).subs(half))
        total += expression.diff(stock) * stock * growth
    return total.subs(half).subs(sy.K_star, sy.K)


MODELS: dict[str, Callable[[], dict[str, sp.Expr]]] = {
    "core-periphery": core_periphery.forces,
    "footloose entrepreneur": footloose_entrepreneur.forces,
    "TP model": knowledge_forces,
}


def symbolic(model: str) -> dict[str, sp.Expr]:
    """Slope of a model's utility gap at the symmetric equilibrium, by those `FORCES` it has."""
    if model not in MODELS:
        raise ValueError(f"model {model!r}: choose one of {', '.join(map(repr, MODELS))}")
    return MODELS[model]()


def by_freeness(model: str, phi: ArrayLike) -> pd.DataFrame:
    """Numbers for the forces over the freeness of trade, at `LEVELS` of the other parameters.

    Parameters
    ----------
    model
        One of `MODELS`.
    phi
        Freeness of trade, (n,), in (0, 1).

    Returns
    -------
    pandas.DataFrame
        Freeness down, forces across (zero where a model lacks one), and their ``"sum"``.
    """
    phi = np.asarray(phi, float)
    values = LEVELS | {sy.K: ((1 + LEVELS[sy.eta(sy.g)]) / 2) ** (1 / LEVELS[sy.beta])}
    found = symbolic(model)
    columns = {
        name: sp.lambdify(sy.phi, found.get(name, sp.S.Zero).subs(values), "numpy")(phi)
        * np.ones_like(phi)
        for name in FORCES
    }
    frame = pd.DataFrame(columns, index=pd.Index(phi, name="phi"))
    return frame.assign(sum=frame.sum(axis=1))

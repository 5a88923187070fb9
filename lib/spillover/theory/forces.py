"""What pulls people together and what pushes them apart, in three models side by side."""

import numpy as np
import pandas as pd
import sympy as sp

from spillover.theory import core_periphery, footloose_entrepreneur
from spillover.theory import symbols as sy
from spillover.theory.accountings import accounting, stocks
from spillover.theory.equations import long_run
from spillover.theory.equations.short_run import BOTH

FORCES = ("market access", "cost of living", "crowding", "knowledge")
MODELS = ("core-periphery", "footloose entrepreneur", "TP model")


def knowledge_forces(accounts: str = "published") -> dict[str, sp.Expr]:
    """The TP model's forces at the symmetric equilibrium.

    Returns
    -------
    dict
        Expressions in mu, sigma, beta and eta(g): ``"knowledge"`` (pay) and
        ``"cost of living"``. Firms settle where spending is, which makes goods cheap there;
        profits are equal everywhere, so pay knows neither market access nor crowding.
    """
    half = {sy.lam: sp.Rational(1, 2), sy.eta(sy.g_star): sy.eta(sy.g)}
    books = accounting(accounts)
    odds = books.spending_odds()
    pay = sp.log(sp.cancel(books.incomes()[0] / books.incomes()[1]))
    prices = long_run.relative_prices(BOTH).subs(sy.S_E / (1 - sy.S_E), odds)
    parts = {"knowledge": pay, "cost of living": prices}
    return {
        name: sp.simplify(part.subs(stocks()).diff(sy.lam).subs(half))
        for name, part in parts.items()
    }


def symbolic(model: str, accounts: str = "published") -> dict[str, sp.Expr]:
    """Slope of a model's utility gap at the symmetric equilibrium, force by force.

    Raises
    ------
    ValueError
        If the model is none of `MODELS`.
    """
    if model not in MODELS:
        raise ValueError(f"model {model!r}: choose one of {', '.join(map(repr, MODELS))}")
    if model == "core-periphery":
        return core_periphery.forces()
    if model == "footloose entrepreneur":
        return footloose_entrepreneur.forces()
    return knowledge_forces(accounts)


def by_freeness(
    model: str,
    phi: np.ndarray,
    mu: float = 0.4,
    sigma: float = 5.0,
    beta: float = 0.7,
    eta: float = 0.5,
    accounts: str = "published",
) -> pd.DataFrame:
    """Numbers for the forces over the freeness of trade.

    Returns
    -------
    pandas.DataFrame
        Freeness down, forces across (zero where a model lacks one), and their ``"sum"``.
    """
    values = {sy.mu: mu, sy.sigma: sigma, sy.beta: beta, sy.eta(sy.g): eta}
    found = symbolic(model, accounts)
    columns = {
        name: sp.lambdify(sy.phi, found.get(name, sp.S.Zero).subs(values), "numpy")(phi)
        * np.ones_like(phi)
        for name in FORCES
    }
    frame = pd.DataFrame(columns, index=pd.Index(phi, name="phi"))
    return frame.assign(sum=frame.sum(axis=1))

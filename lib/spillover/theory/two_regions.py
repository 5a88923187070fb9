"""Numbers of the two-region model, compiled from the same sympy expressions that are derived.

References
----------
The paper's equations (16), (20) and (30)-(34).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
import sympy as sp
from numpy.typing import ArrayLike

from spillover.theory import symbols as sy
from spillover.theory.accountings import accounting, stocks
from spillover.theory.arguments import Levels, above_one, in_unit, require, shares
from spillover.theory.bifurcation import rest_points
from spillover.theory.dynamics import paths
from spillover.theory.equations import short_run
from spillover.theory.equations.short_run import ALL_EAST, ALL_WEST, BOTH

SATURATING = sp.Lambda(sy.g, sy.g / (1 + sy.g))
"""The spillover function used for numbers: eta(g) = g/(1 + g). Ours; the paper leaves it open."""

BISECTIONS = 60
"""Halvings of [0, 1] that locate the threshold: more than double precision can tell apart."""

PARAMETERS = ("mu", "sigma", "tau", "phi", "beta", "g", "g_star")

_eta, _eta_star, _steep = sp.symbols("eta_value eta_star_value eta_slope", positive=True)
_ARGUMENTS = (sy.lam, sy.mu, sy.sigma, sy.phi, sy.beta, _eta, _eta_star, _steep)


def _numeric(expression: sp.Expr) -> sp.Expr:
    """Replace the spillover function and its slope by symbols for their values."""
    slope = {sp.Derivative(sy.eta(sy.g), sy.g): _steep}
    return expression.subs(slope).subs({sy.eta(sy.g): _eta, sy.eta(sy.g_star): _eta_star})


def _expression(name: str, accounts: str, direction: str) -> sp.Expr:
    """One of the model's expressions; with a regime (``gap1``) the utility gap or a slope of it."""
    books, at_hand = accounting(accounts), stocks(direction)
    if name[-1].isdigit():
        gap = books.gap(int(name[-1])).subs(at_hand)
        by = {"gap": None, "slope": sy.lam, "response": sy.g}[name[:-1]]
        return gap if by is None else gap.diff(by)
    lowest, highest = short_run.regime_bounds()
    share = books.spending_share().subs(at_hand)
    return {
        "K": at_hand[sy.K],
        "K_star": at_hand[sy.K_star],
        "lowest": lowest,
        "highest": highest,
        "spending_share": share,
        "firm_share": short_run.firm_share()[0].rhs.subs(sy.S_E, share),
    }[name]


@lru_cache
def _compiled(name: str, accounts: str, direction: str) -> Callable:
    """One of the model's expressions as a numpy function, compiled when first needed."""
    return sp.lambdify(_ARGUMENTS, _numeric(_expression(name, accounts, direction)), "numpy")


@lru_cache
def compiled_spillover(eta: sp.Lambda) -> tuple[Callable, Callable]:
    """The spillover function and its slope as numpy functions of any shape of levels."""
    (level,) = eta.variables
    functions = (sp.lambdify(level, each, "numpy") for each in (eta.expr, eta.expr.diff(level)))
    value, slope = (
        lambda g, of=function: np.broadcast_to(of(g), np.shape(g)) for function in functions
    )
    return value, slope


@dataclass(frozen=True)
class Equilibrium:
    """A long-run equilibrium: where creative people are and whether they return when pushed.

    Attributes
    ----------
    lam
        Share of creative people in the East.
    stable
        Whether they return when pushed.
    kind
        ``interior``, ``all in the West`` or ``all in the East``.
    """

    lam: float
    stable: bool
    kind: str


@dataclass(frozen=True, kw_only=True)
class TwoRegions:
    """The two-region model with numbers for its parameters.

    Parameters
    ----------
    mu
        Share of spending on cultural goods, in (0, 1).
    sigma
        Elasticity of substitution, > 1.
    tau
        Iceberg trade cost, > 1. Give either `tau` or `phi`.
    phi
        Freeness of trade tau^(1-sigma), in (0, 1).
    beta
        Complementarity of knowledge in creation, in (0, 1).
    g, g_star
        Digital technology of the East and of the West, with eta(g) in (0, 1).
    accounts
        ``"published"``, ``"closed"`` or ``"closed with assets"``;
        see `spillover.theory.accountings`.
    direction
        ``"outward"`` (the paper) or ``"inward"`` (the foil).
    eta
        The increasing spillover function, a sympy Lambda of one symbol.

    Notes
    -----
    Every parameter may be an array; parameters and ``lam`` broadcast against each other.

    Raises
    ------
    ValueError
        If a parameter lies outside its domain, naming it and the value.

    Examples
    --------
    >>> model = TwoRegions(mu=0.4, sigma=4, tau=1.5, beta=0.7, g=1.0, g_star=1.0)
    >>> [(each.lam, each.stable) for each in model.equilibria()]
    [(0.0, True), (0.5, False), (1.0, True)]
    """

    mu: Levels = 0.4
    sigma: Levels = 4.0
    tau: Levels = np.nan
    phi: Levels = np.nan
    beta: Levels = 0.7
    g: Levels = 1.0
    g_star: Levels = 1.0
    accounts: str = "published"
    direction: str = "outward"
    eta: sp.Lambda = SATURATING

    def __post_init__(self) -> None:
        for name in PARAMETERS:
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=float))
        by_tau, by_phi = (not np.isnan(given).all() for given in (self.tau, self.phi))
        if by_tau == by_phi:
            raise ValueError("give exactly one of tau and phi")
        self._check_domains(by_tau)
        if by_tau:
            object.__setattr__(self, "phi", self.tau ** (1 - self.sigma))
        else:
            object.__setattr__(self, "tau", self.phi ** (1 / (1 - self.sigma)))
        accounting(self.accounts)
        stocks(self.direction)

    def _check_domains(self, by_tau: bool) -> None:
        in_unit("mu", self.mu)
        above_one("sigma", self.sigma)
        in_unit("beta", self.beta)
        if by_tau:
            above_one("tau", self.tau)
        else:
            in_unit("phi", self.phi)
        for name in ("g", "g_star"):
            level = getattr(self, name)
            flow = compiled_spillover(self.eta)[0](level)
            require(name, level, (flow > 0) & (flow < 1), "such that eta is in (0, 1)")

    @cached_property
    def _numbers(self) -> tuple[Levels, ...]:
        """What every compiled expression takes after the share."""
        value, slope = compiled_spillover(self.eta)
        flows = value(self.g), value(self.g_star), slope(self.g)
        return self.mu, self.sigma, self.phi, self.beta, *flows

    def _evaluate(self, name: str, lam: ArrayLike) -> np.ndarray:
        function = _compiled(name, self.accounts, self.direction)
        lam = shares("lam", lam)
        shape = np.broadcast_shapes(lam.shape, *map(np.shape, self._numbers))
        return np.broadcast_to(function(lam, *self._numbers), shape)

    def _by_regime(self, name: str, lam: ArrayLike) -> np.ndarray:
        regime = self.regime(lam)
        branches = [self._evaluate(f"{name}{each}", lam) for each in (BOTH, ALL_EAST, ALL_WEST)]
        return np.choose(regime - 1, branches)

    def knowledge(self, lam: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Knowledge stocks K and K*, equation (16)."""
        return self._evaluate("K", lam), self._evaluate("K_star", lam)

    def expenditure_share(self, lam: ArrayLike) -> np.ndarray:
        """The East's share of spending S_E, from (30)."""
        return self._evaluate("spending_share", lam)

    def regime(self, lam: ArrayLike) -> np.ndarray:
        """Short-run regime: 1 firms in both regions, 2 all in the East, 3 all in the West."""
        share = self.expenditure_share(lam)
        east, west = share >= self._evaluate("highest", lam), share <= self._evaluate("lowest", lam)
        return np.select([east, west], [ALL_EAST, ALL_WEST], BOTH)

    def firm_share(self, lam: ArrayLike) -> np.ndarray:
        """The East's share of firms s_n, (20) within its regime and 0 or 1 outside."""
        return np.clip(self._evaluate("firm_share", lam), 0, 1)

    def utility_gap(self, lam: ArrayLike) -> np.ndarray:
        """Utility gap DeltaV(lambda), equation (33)."""
        return self._by_regime("gap", lam)

    def slope(self, lam: ArrayLike) -> np.ndarray:
        """Derivative of the utility gap with respect to lambda."""
        return self._by_regime("slope", lam)

    def digital_effect(self, lam: ArrayLike) -> np.ndarray:
        """Derivative of the utility gap with respect to the East's g, equation (34)."""
        return self._by_regime("response", lam)

    def threshold(self) -> np.ndarray:
        """The interior equilibrium lambda_hat, by bisection (DeltaV rises from - to +)."""
        return self.bisected(lambda share: ~(self.utility_gap(share) > 0))

    def bisected(self, beyond: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """The share up to which ``beyond`` says that it lies further East, by bisection."""
        shape = np.broadcast_shapes(*(np.shape(getattr(self, name)) for name in PARAMETERS))
        low, high = np.zeros(shape), np.ones(shape)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            further = beyond(middle)
            low, high = np.where(further, middle, low), np.where(further, high, middle)
        return (low + high) / 2

    def threshold_response(self) -> np.ndarray:
        """d lambda_hat/dg by the implicit function theorem."""
        interior = self.threshold()
        return -self.digital_effect(interior) / self.slope(interior)

    def equilibria(self) -> list[Equilibrium]:
        """Long-run equilibria: no creative person gains by moving.

        A corner is stable if people there are strictly better off, an interior equilibrium
        if the gap falls through zero.

        Raises
        ------
        ValueError
            If a parameter is an array: equilibria are listed for one economy at a time.
        """
        if any(np.ndim(getattr(self, name)) for name in PARAMETERS):
            raise ValueError("equilibria() takes scalar parameters; use threshold() for grids")
        kinds = {0.0: "all in the West", 1.0: "all in the East"}
        return [
            Equilibrium(each.share, each.stable, kinds.get(each.share, "interior"))
            for each in rest_points(self.utility_gap)
        ]

    def migrate(self, start: ArrayLike, times: ArrayLike) -> pd.DataFrame:
        """Paths of d lambda/dt = lambda (1 - lambda) DeltaV(lambda).

        Parameters
        ----------
        start, times
            As in `spillover.theory.dynamics.paths`.

        Returns
        -------
        pandas.DataFrame
            Shares, times down, one column for each initial share.
        """
        return paths(self.utility_gap, start, times)

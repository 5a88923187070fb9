"""The model with any number of regions: short run, long run, and who gains from whose technology.

Both matrices are read from row to column: ``freeness[i, j]`` is the freeness of trade from region
i to region j, ``links[i, j]`` the part of eta(g_i) with which knowledge of region i reaches
region j. The sender's technology decides what leaves, as in the paper's footnote 1.

References
----------
The paper's equations (9)-(10), (13)-(16), (30)-(31), written for N regions.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
import sympy as sp
from scipy.integrate import solve_ivp
from scipy.sparse.linalg import eigs
from scipy.special import softmax

from spillover.theory.accountings import DIRECTIONS, accounting
from spillover.theory.arguments import increasing, positive
from spillover.theory.firm_location import FirmLocation, locate_firms, response
from spillover.theory.two_regions import SATURATING, compiled_spillover

Array = np.ndarray

NEWTON_STEPS = 500
TOLERANCE = 1e-10  # of log utility
NUDGES, NUDGE = 4, 0.05
DENSE_SPECTRUM = 400


@dataclass(frozen=True)
class Economy:
    """Regions, what joins them, and the parameters of the model.

    Parameters
    ----------
    freeness
        Phi, (N, N), in [0, 1], one on the diagonal: freeness of trade from row to column. An
        array, or a frame with region ids on both axes.
    links
        (N, N), in [0, 1]: share of eta(g_i) that arrives at j; the diagonal is ignored (a region
        knows all of its own knowledge).
    digital
        g, (N,) or one number, at least 0: digital technology of each region.
    mu, sigma, beta
        Expenditure share of cultural goods in (0, 1), elasticity of substitution above 1 (and
        above mu), complementarity of knowledge in (0, 1).
    labour
        (N,), positive, workers by region; scaled to sum to one. Equal if left out.
    amenity
        (N,): what else makes a region pleasant, in units of log utility. Zero if left out.
    accounts
        ``"published"``, ``"closed"`` or ``"closed with assets"``; see
        `spillover.theory.accountings`.
    direction
        ``"outward"``: the sender's technology decides how much knowledge arrives, as in the paper's
        footnote 1; ``"inward"``: the receiver's does (the reversed reading).
    eta
        The increasing spillover function, a sympy Lambda of one symbol; g/(1 + g) if left out.
    regions
        Names of the regions; 0 to N - 1 if left out.

    Raises
    ------
    ValueError
        Naming the argument, and the region where there is one.

    Examples
    --------
    >>> import numpy as np
    >>> from spillover import Economy
    >>> freeness = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> Economy(freeness, links=np.full((2, 2), 0.3), digital=1.0).regions
    (0, 1)
    """

    freeness: Array
    links: Array
    digital: Array
    mu: float = 0.3
    sigma: float = 4.0
    beta: float = 0.5
    labour: Array = field(default_factory=lambda: np.ones(()))
    amenity: Array = field(default_factory=lambda: np.zeros(()))
    accounts: str = "published"
    direction: str = "outward"
    eta: sp.Lambda = SATURATING
    regions: tuple = ()

    def __post_init__(self) -> None:
        regions = tuple(self.regions) or tuple(pd.DataFrame(self.freeness).index)
        labour = _vector("labour", self.labour, regions)
        values = {
            "regions": regions,
            "freeness": _matrix("freeness", self.freeness, regions),
            "links": _matrix("links", self.links, regions),
            "digital": _vector("digital", self.digital, regions),
            "labour": labour / labour.sum(),
            "amenity": _vector("amenity", self.amenity, regions),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        _check(self)

    @property
    def size(self) -> int:
        """Number of regions."""
        return len(self.regions)

    @property
    def creative_bill(self) -> float:
        """Operating profits of all firms per unit of labour income, mu / (sigma - mu)."""
        return self.mu / (self.sigma - self.mu)

    @property
    def assets(self) -> int:
        """Firms owned by a creative person to begin with."""
        return accounting(self.accounts).assets

    @property
    def adds_up(self) -> bool:
        """Whether all firms' profits are just what creative people are paid."""
        return self.accounts != "published"

    @cached_property
    def reach(self) -> Array:
        """Share of each region's knowledge (row) known in each region (column), (N, N)."""
        value, _ = compiled_spillover(self.eta)
        reach = self._decided(value(self.digital)) * self.links
        np.fill_diagonal(reach, 1.0)
        return reach

    @cached_property
    def reach_slope(self) -> Array:
        """Derivative of reach in g of the region that decides, zero on the diagonal, (N, N)."""
        _, slope = compiled_spillover(self.eta)
        change = self._decided(slope(self.digital)) * self.links
        np.fill_diagonal(change, 0.0)
        return change

    def _decided(self, values: Array) -> Array:
        """Values of the deciding regions, as a column (senders) or a row (receivers)."""
        return values[:, None] if self.direction == "outward" else values[None, :]

    def with_digital(self, digital: Array | float) -> "Economy":
        """The same economy with other digital technology."""
        return replace(self, digital=np.asarray(digital, float))


class ShortRun(NamedTuple):
    """Equilibrium for a given distribution of creative people; every vector is (N,).

    Attributes
    ----------
    creative, firms
        Distribution of creative people, and of firms.
    knowledge, spending
        K of each region, and what it spends on cultural goods.
    income
        Creative income in units of Pi, person by person.
    utility
        The part of ln V that differs between regions, amenity included.
    """

    creative: Array
    knowledge: Array
    income: Array
    spending: Array
    firms: FirmLocation
    utility: Array


def short_run(economy: Economy, creative: Array, start: Array | None = None) -> ShortRun:
    """Knowledge, spending, firms and utility when creative people stay where they are.

    Parameters
    ----------
    economy
        Regions, links and parameters.
    creative
        lambda, (N,): shares of creative people, non-negative, summing to one.
    start
        Shares of firms in a nearby solution, to save time.

    Returns
    -------
    ShortRun
    """
    creative = _simplex("creative", creative, economy.regions)
    knowledge = (creative @ economy.reach) ** (1 / economy.beta)
    income = economy.assets + knowledge
    spending = _spending(economy, creative * income)
    firms = locate_firms(spending, economy.freeness, start)
    trade = economy.mu / (economy.sigma - 1)
    utility = np.log(income) + trade * np.log(firms.access) + economy.amenity
    return ShortRun(creative, knowledge, income, spending, firms, utility)


@dataclass(frozen=True)
class LongRun:
    """Long-run equilibrium with tastes for places: lambda_i proportional to V_i^(1/psi).

    Attributes
    ----------
    economy, psi
        What was solved.
    state
        The short run at the equilibrium distribution.
    error
        Largest deviation of psi ln lambda_i from utility, up to a common constant.
    """

    economy: Economy
    psi: float
    state: ShortRun
    error: float

    @property
    def creative(self) -> Array:
        """Shares of creative people, (N,)."""
        return self.state.creative

    @property
    def firms(self) -> Array:
        """Shares of firms, (N,)."""
        return self.state.firms.shares

    @cached_property
    def choice_slope(self) -> Array:
        """Derivative of chosen shares softmax(V / psi) with respect to shares, (N, N)."""
        by_creative, _ = _by_creative(self.economy, self.state)
        return _choose(self.creative, self.psi, by_creative)

    @cached_property
    def pull(self) -> float:
        """Largest real part of the eigenvalues of ``choice_slope``.

        Below one: people who drift away are drawn back (the equilibrium is stable).
        """
        return _spectral_abscissa(self.choice_slope)

    @property
    def stable(self) -> bool:
        """Whether people return to this equilibrium, under either dynamics of `migrate`."""
        return self.pull < 1


def long_run(economy: Economy, psi: float, start: Array | None = None) -> LongRun:
    """Where creative people settle when each also has a personal taste for places.

    Parameters
    ----------
    economy
        Regions, links and parameters.
    psi
        Scale of the logit tastes, positive, in units of log utility.
    start
        lambda, (N,), all positive: where migration begins. Even shares, weighted by amenity, if
        left out. With small psi there are several equilibria and the start selects.

    Returns
    -------
    LongRun

    Raises
    ------
    ArithmeticError
        If no equilibrium is reached.

    Notes
    -----
    Pseudo-transient continuation: implicit steps of d ln lambda / dt = V / psi - ln lambda (the
    replicator dynamics with tastes, see `migrate`) that lengthen as the residual falls and end as
    Newton's method. From an
    unstable equilibrium the search moves on, so the answer is stable unless every nudge failed;
    ``stable`` says so.

    Examples
    --------
    >>> import numpy as np
    >>> from spillover import Economy, long_run
    >>> freeness = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> economy = Economy(freeness, links=np.full((2, 2), 0.3), digital=[1.0, 2.0])
    >>> long_run(economy, psi=0.5).creative.round(3)
    array([0.543, 0.457])
    """
    positive("psi", psi)
    if start is None:
        start = softmax(economy.amenity / psi)
    start = _simplex("start", start, economy.regions)
    if not start.min() > 0:
        raise ValueError("start: every region needs a positive share of creative people")
    found = _settle(economy, psi, start)
    for _ in range(NUDGES):
        if found.stable:
            break
        found = _settle(economy, psi, _nudged(found))
    return found


def _settle(economy: Economy, psi: float, start: Array) -> LongRun:
    weights = _centred(np.log(start))
    state = short_run(economy, start)
    slowest = 1 / (1 + float(np.linalg.norm(_weight_slope(economy, state, psi), np.inf)))
    pace = slowest
    residual = _residual(state, psi, weights)
    for _ in range(NEWTON_STEPS):
        error = psi * np.abs(residual).max()
        if error < TOLERANCE:
            return LongRun(economy, psi, state, float(error))
        weights = weights + _implicit_step(economy, state, psi, residual, pace)
        state = short_run(economy, softmax(weights), state.firms.shares)
        before, residual = residual, _residual(state, psi, weights)
        pace = max(slowest, pace * _lengthening(before, residual))
    raise ArithmeticError(f"no long-run equilibrium found: log utility is still off by {error:.1e}")


DYNAMICS = ("replicator", "logit")


def migrate(
    economy: Economy, psi: float, start: Array, times: Array, dynamics: str = "replicator"
) -> pd.DataFrame:
    """Shares of creative people over time.

    Parameters
    ----------
    economy
        Regions, links and parameters.
    psi
        Scale of tastes, positive.
    start
        lambda, (N,), all positive, at the first of ``times``.
    times
        Increasing times.
    dynamics
        ``"replicator"``: d lambda_i/dt = lambda_i (H_i - mean H) with H_i = V_i - psi ln lambda_i,
        the two-region rule with tastes for places, written for N regions; ``"logit"``: the usual
        logit dynamics d lambda/dt = softmax(V/psi) - lambda of people who now and then choose
        anew. Both rest at the same equilibria and agree on which are stable; the ways there
        differ.

    Returns
    -------
    pandas.DataFrame
        Times down, regions across.

    Raises
    ------
    ValueError
        If there is no such dynamics, or an argument is out of bounds.
    """
    if dynamics not in DYNAMICS:
        raise ValueError(f"dynamics {dynamics!r}: choose 'replicator' or 'logit'")
    positive("psi", psi)
    start, times = _simplex("start", start, economy.regions), increasing("times", times)

    def replicator(_: float, weights: Array) -> Array:
        creative = softmax(weights)
        pull = short_run(economy, creative).utility - psi * np.log(creative)
        return pull - creative @ pull

    def logit(_: float, creative: Array) -> Array:
        creative = np.clip(creative, 0, 1)
        utility = short_run(economy, creative / creative.sum()).utility
        return softmax(utility / psi) - creative

    rule, first = (replicator, np.log(start)) if dynamics == "replicator" else (logit, start)
    found = solve_ivp(rule, times[[0, -1]], first, t_eval=times, rtol=1e-8, atol=1e-10)
    paths = softmax(found.y, axis=0) if dynamics == "replicator" else found.y
    return pd.DataFrame(paths.T, pd.Index(times, name="time"), list(economy.regions))


def _nudged(found: LongRun) -> Array:
    """People moved a little along the direction in which an unstable equilibrium gives way."""
    values, vectors = np.linalg.eig(found.choice_slope)
    away = vectors[:, values.real.argmax()].real
    return softmax(np.log(found.creative) + NUDGE * away / np.abs(away).max())


def calibrate_amenity(economy: Economy, creative: Array, psi: float) -> Economy:
    """The economy in which the given distribution of creative people is a long-run equilibrium.

    Parameters
    ----------
    economy
        Regions, links and parameters; its amenity is not used.
    creative
        lambda, (N,), positive: the distribution to be explained.
    psi
        Scale of the logit tastes, positive, in units of log utility.

    Returns
    -------
    Economy
        With amenity_i = psi ln lambda_i - utility_i, centred at zero.
    """
    creative = _simplex("creative", creative, economy.regions)
    bare = short_run(replace(economy, amenity=np.zeros(())), creative).utility
    return replace(economy, amenity=_centred(psi * np.log(creative) - bare))


def calibrated(economy: Economy, creative: Array, psi: float) -> LongRun:
    """The long run of an economy whose amenities are set to explain a given distribution.

    Parameters
    ----------
    economy, creative, psi
        As in `calibrate_amenity`.

    Returns
    -------
    LongRun
        Where that distribution is not a stable equilibrium, the stable one that people who start
        from it arrive at.
    """
    explained = calibrate_amenity(economy, creative, psi)
    return long_run(explained, psi, start=creative)


class Impacts(NamedTuple):
    """Average effect of one more unit of a region's g on shares, as spatial models report it.

    ``direct`` is the mean own effect, ``indirect`` the mean sum of effects on all other regions,
    ``total`` their sum.
    """

    direct: float
    indirect: float
    total: float


@dataclass(frozen=True)
class ImpactMatrices:
    """Derivatives of shares with respect to digital technology, (N, N).

    ``creative[i, j]`` is d lambda_i / d g_j and ``firms[i, j]`` is d n_i / d g_j. Shares add up
    to one, so every column sums to zero.
    """

    creative: Array
    firms: Array
    regions: tuple

    def relative_size(self, share: str = "creative") -> pd.DataFrame:
        """N times a matrix: effects on size relative to the mean, labelled by region."""
        return pd.DataFrame(
            len(self.regions) * getattr(self, share), list(self.regions), list(self.regions)
        )

    def average(self, share: str = "firms") -> Impacts:
        """Mean diagonal, mean off-diagonal column sum and their total, shares relative to 1/N.

        Multiplying shares by N gives the size of a region relative to the national mean, the
        paper's measure of agglomeration.
        """
        return average_impacts(len(self.regions) * getattr(self, share))


def impact_summary(matrices: ImpactMatrices) -> dict[str, float]:
    """Average effects on relative size, and how many effects have the sign that the paper expects.

    Returns
    -------
    dict
        ``people: direct`` to ``firms: indirect`` from `ImpactMatrices.average`; ``own < 0``, the
        number of regions whose technology lowers their own share of creative people;
        ``pairs that lose``, the share of pairs in which the other region loses creative people.
    """
    own = np.diag(matrices.creative)
    others = matrices.creative[~np.eye(len(own), dtype=bool)]
    people, firms = matrices.average("creative"), matrices.average("firms")
    return {
        "people: direct": people.direct,
        "people: indirect": people.indirect,
        "firms: direct": firms.direct,
        "firms: indirect": firms.indirect,
        "own < 0": int((own < 0).sum()),
        "pairs that lose": float((others < 0).mean()),
    }


def average_impacts(matrix: Array) -> Impacts:
    """LeSage and Pace's summary of an N x N matrix of partial derivatives."""
    direct = float(np.trace(matrix) / len(matrix))
    total = float(matrix.sum() / len(matrix))
    return Impacts(direct, total - direct, total)


def short_run_impacts(economy: Economy, state: ShortRun) -> ImpactMatrices:
    """d n_i / d g_j while creative people stay where they are.

    Parameters
    ----------
    economy, state
        Regions, links and parameters, and the short run.

    Returns
    -------
    ImpactMatrices
        (N, N): effect of j's technology (column) on i's firms (row); people do not move.
    """
    _, firms = _by_digital(economy, state)
    return ImpactMatrices(np.zeros_like(firms), firms, economy.regions)


def long_run_impacts(equilibrium: LongRun) -> ImpactMatrices:
    """d lambda_i / d g_j and d n_i / d g_j along the equilibrium, by implicit differentiation.

    Notes
    -----
    lambda = softmax(V(lambda, g) / psi) gives (I - C V_lambda) d lambda = C V_g d g with
    C = (diag lambda - lambda lambda') / psi.
    """
    economy, state = equilibrium.economy, equilibrium.state
    _, firms_by_creative = _by_creative(economy, state)
    utility_by_g, firms_by_g = _by_digital(economy, state)
    feedback = np.eye(economy.size) - equilibrium.choice_slope
    chosen = _choose(state.creative, equilibrium.psi, utility_by_g)
    creative = np.linalg.solve(feedback, chosen)
    return ImpactMatrices(creative, firms_by_creative @ creative + firms_by_g, economy.regions)


def _by_creative(economy: Economy, state: ShortRun) -> tuple[Array, Array]:
    """d utility / d lambda and d n / d lambda, each (N, N)."""
    available = economy.beta * (state.creative @ economy.reach)
    log_knowledge = (economy.reach / available).T
    return _chain(economy, state, log_knowledge, np.diag(state.income))


def _by_digital(economy: Economy, state: ShortRun) -> tuple[Array, Array]:
    """d utility / d g and d n / d g, each (N, N), creative people staying where they are."""
    available = economy.beta * (state.creative @ economy.reach)
    arriving = economy.reach_slope * state.creative[:, None] / available
    outward = economy.direction == "outward"
    log_knowledge = arriving.T if outward else np.diag(arriving.sum(axis=0))
    return _chain(economy, state, log_knowledge, 0.0)


def _chain(
    economy: Economy, state: ShortRun, log_knowledge: Array, moved: Array | float
) -> tuple[Array, Array]:
    """Utility's and firms' response to a change in log knowledge and in who lives where."""
    earned = state.knowledge[:, None] * log_knowledge
    bill = moved + state.creative[:, None] * earned
    spending = _spending_response(economy, state, bill)
    firms = response(state.firms, state.spending, economy.freeness, spending)
    settled = state.firms.shares > 0
    reached = economy.freeness[settled].T @ firms[settled]
    access = reached / state.firms.access[:, None]
    utility = earned / state.income[:, None] + economy.mu / (economy.sigma - 1) * access
    return utility, firms


def _spending(economy: Economy, bill: Array) -> Array:
    """Shares in expenditure, given creative income in units of Pi by region."""
    bill = bill / bill.sum() if economy.adds_up else bill
    expenditure = economy.labour + economy.creative_bill * bill
    return expenditure / expenditure.sum()


def _spending_response(economy: Economy, state: ShortRun, change: Array) -> Array:
    bill = state.creative * state.income
    scale = 1.0
    if economy.adds_up:
        scale = bill.sum()
        change = (change - np.outer(bill / scale, change.sum(axis=0))) / scale
    change = economy.creative_bill * change
    total = 1 + economy.creative_bill * bill.sum() / scale
    return (change - np.outer(state.spending, change.sum(axis=0))) / total


def _choose(creative: Array, psi: float, utility: Array) -> Array:
    """Change in logit shares when utilities change by the columns of ``utility``."""
    return creative[:, None] * (utility - creative @ utility) / psi


def _implicit_step(
    economy: Economy, state: ShortRun, psi: float, residual: Array, pace: float
) -> Array:
    damping = (1 + 1 / pace) * np.eye(economy.size)
    return np.linalg.solve(damping - _weight_slope(economy, state, psi), residual)


def _weight_slope(economy: Economy, state: ShortRun, psi: float) -> Array:
    """Derivative of V / psi with respect to logarithmic shares."""
    utility, _ = _by_creative(economy, state)
    mean = utility @ state.creative
    return (utility - mean[:, None]) * state.creative / psi


def _residual(state: ShortRun, psi: float, weights: Array) -> Array:
    return _centred(state.utility / psi - weights)


def _lengthening(before: Array, now: Array) -> float:
    """How much longer the next step may be: the ratio of residuals, within bounds."""
    ratio = np.abs(before).max() / max(np.abs(now).max(), 1e-300)
    return float(np.clip(ratio, 0.25, 100.0))


def _centred(values: Array) -> Array:
    return values - values.mean()


def _spectral_abscissa(matrix: Array) -> float:
    if len(matrix) <= DENSE_SPECTRUM:
        return float(np.linalg.eigvals(matrix).real.max())
    start = np.ones(len(matrix)) / len(matrix)
    return float(eigs(matrix, k=1, which="LR", v0=start, return_eigenvectors=False)[0].real)


def _matrix(name: str, value: Array | pd.DataFrame, regions: tuple) -> Array:
    if isinstance(value, pd.DataFrame):
        missing = [r for r in regions if r not in value.index or r not in value.columns]
        if missing:
            raise ValueError(f"{name}: no row and column for region {missing[0]}")
        value = value.loc[list(regions), list(regions)].to_numpy(float)
    value = np.asarray(value, float)
    if value.shape != (len(regions), len(regions)):
        raise ValueError(f"{name}: expected {len(regions)} x {len(regions)}, got {value.shape}")
    return value


def _vector(name: str, value: Array | pd.Series | float, regions: tuple) -> Array:
    if isinstance(value, pd.Series):
        missing = [r for r in regions if r not in value.index]
        if missing:
            raise ValueError(f"{name}: no value for region {missing[0]}")
        value = value.loc[list(regions)].to_numpy(float)
    value = np.asarray(value, float)
    if value.ndim and value.shape != (len(regions),):
        raise ValueError(f"{name}: expected {len(regions)} values, got {value.shape}")
    return np.broadcast_to(value, len(regions)).copy()


def _simplex(name: str, value: Array | pd.Series, regions: tuple) -> Array:
    value = _vector(name, value, regions)
    _require(name, value >= 0, regions, "at least 0")
    if abs(value.sum() - 1) > 1e-9:
        raise ValueError(f"{name}: shares must sum to one, they sum to {value.sum():.6g}")
    return value / value.sum()


def _check(economy: Economy) -> None:
    regions = economy.regions
    if len(regions) < 2:
        raise ValueError("freeness: an economy needs at least two regions")
    if not 0 < economy.mu < 1:
        raise ValueError(f"mu must lie between 0 and 1, got {economy.mu}")
    if not economy.sigma > 1:
        raise ValueError(f"sigma must be above 1, got {economy.sigma}")
    if not 0 < economy.beta < 1:
        raise ValueError(f"beta must lie between 0 and 1, got {economy.beta}")
    accounting(economy.accounts)
    if economy.direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {DIRECTIONS}, got {economy.direction!r}")
    _require("freeness", _share(economy.freeness), regions, "between 0 and 1")
    _require("freeness", np.diag(economy.freeness) == 1, regions, "1 within the region")
    _require(
        "freeness", _beyond(economy.freeness).max(axis=1) < 1, regions, "below 1 between regions"
    )
    _require("links", _share(economy.links), regions, "between 0 and 1")
    _require("digital", economy.digital >= 0, regions, "at least 0")
    _require("labour", economy.labour > 0, regions, "positive")
    _require("amenity", np.isfinite(economy.amenity), regions, "finite")
    _require("eta", _share(economy.reach), regions, "between 0 and 1")
    if economy.assets == 0:
        arriving = _beyond(economy.reach).max(axis=0) > 0
        what = (
            "positive for some sender: with closed books, a region that hears nobody earns nothing"
        )
        _require("links and digital", arriving, regions, what)


def _beyond(matrix: Array) -> Array:
    """The matrix with nothing on its diagonal."""
    return matrix - np.diag(np.diag(matrix))


def _share(matrix: Array) -> Array:
    return np.all((matrix >= 0) & (matrix <= 1), axis=1)


def _require(name: str, holds: Array, regions: tuple, what: str) -> None:
    if not holds.all():
        raise ValueError(f"{name} must be {what}: region {regions[int(np.argmin(holds))]}")

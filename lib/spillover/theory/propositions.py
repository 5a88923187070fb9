"""What the model implies, each statement proved step by step with signs decided by sympy.

A proof is a list of steps. A step is an expression and the sign it is claimed to have; the sign
is decided for all admissible parameters by `spillover.theory.signs.decide`. Chain rules are taken
in the paper's own order: first what happens to the knowledge stocks, then what they do to the
utility gap, with the signs established earlier carried as positive symbols.

A proposition declares the cases that it covers. An argument that leaves one out is an error, and
only a proof whose every step is decided as claimed counts as proved. The gap has kinks where one
short-run regime gives way to the next; there, derivatives are meant from either side.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

import pandas as pd
import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.accountings import ACCOUNTINGS, Accounting, accounting, stocks
from spillover.theory.equations import long_run, short_run
from spillover.theory.equations.registry import difference
from spillover.theory.equations.short_run import ALL_EAST, ALL_WEST, BOTH
from spillover.theory.signs import Verdict, decide

REGIMES = {
    BOTH: "firms in both regions",
    ALL_EAST: "all firms in the East",
    ALL_WEST: "all firms in the West",
}
EVERY_REGIME = (BOTH, ALL_EAST, ALL_WEST)

# Positive quantities that carry a sign established by an earlier step.
_rise, _fall = sp.Dummy("k_1", positive=True), sp.Dummy("k_2", positive=True)
_edge = sp.Symbol("k", positive=True)


class IncompleteProof(Exception):
    """An argument does not cover the cases that its proposition declares."""


class Claim(NamedTuple):
    """One step of an argument: the case it covers, words, an expression and its claimed sign."""

    case: Hashable
    says: str
    expression: sp.Expr
    sign: int


@dataclass(frozen=True)
class Step:
    """A claim about a sign and what could be decided about it."""

    says: str
    expression: sp.Expr
    claimed: int
    verdict: Verdict

    @property
    def outcome(self) -> str:
        """``proved``, ``reversed``, ``fails``, ``depends`` or ``undecided``."""
        if self.verdict.sign is None:
            return "depends" if self.verdict.witnesses else "undecided"
        if self.verdict.sign == self.claimed:
            return "proved"
        return "reversed" if self.verdict.sign == -self.claimed else "fails"


@dataclass(frozen=True)
class Proof:
    """A proposition in one setting, with its steps.

    Attributes
    ----------
    proposition
        What was to be proved.
    accounts, direction
        The accounting and the direction of the spillover.
    steps
        One for each declared case.
    """

    proposition: "Proposition"
    accounts: str
    direction: str
    steps: tuple[Step, ...]

    @property
    def outcome(self) -> str:
        """``proved`` if there are steps and each is; else the gravest of what happened to them."""
        outcomes = {step.outcome for step in self.steps}
        if outcomes == {"proved"}:
            return "proved"
        gravity = ("fails", "reversed", "depends")
        return next((each for each in gravity if each in outcomes), "undecided")

    def table(self) -> pd.DataFrame:
        """Steps as a frame: what is claimed, what was decided, and why."""
        rows = [
            (step.says, step.verdict.outcome, step.outcome, step.verdict.reason)
            for step in self.steps
        ]
        return pd.DataFrame(rows, columns=["step", "sign", "outcome", "why"])

    def __repr__(self) -> str:
        lines = [
            f"{self.proposition.statement} [{self.accounts}, {self.direction}]: {self.outcome}"
        ]
        lines += [f"  {step.says}: {step.verdict.outcome}, {step.outcome}" for step in self.steps]
        return "\n".join(lines)


@dataclass(frozen=True)
class Model:
    """The utility gap and the stocks of knowledge under one accounting and direction."""

    books: Accounting
    at_hand: dict[sp.Symbol, sp.Expr]

    def lead(self, at: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
        """ln(E/E*) at given values: its sign says which regimes are possible there."""
        return sp.log(self.books.spending_odds().subs(at))

    def along(self, regime: int, by: sp.Symbol, slopes: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
        """Total derivative of the gap by the chain rule.

        Parameters
        ----------
        regime
            Short-run regime: 1 firms in both regions, 2 all in the East, 3 all in the West.
        by
            Symbol to differentiate by, such as lambda or g.
        slopes
            Derivatives of K and K* in it.

        Returns
        -------
        sympy.Expr
            In lambda, K, K*, parameters and what the slopes hold.
        """
        gap = self.books.gap(regime)
        through = sum(gap.diff(stock) * slope for stock, slope in slopes.items())
        return gap.diff(by) + through

    def slopes(self, by: sp.Symbol) -> dict[sp.Symbol, sp.Expr]:
        """How K and K* respond."""
        return {stock: level.diff(by) for stock, level in self.at_hand.items()}


@dataclass(frozen=True)
class Proposition:
    """A statement about the model.

    Parameters
    ----------
    key, statement
        Name in the code and the statement in words.
    cases
        What has to be shown, each once: regimes, corners, parameters, lemmas.
    argue
        Given a `Model`, yields one `Claim` for each case.

    Raises
    ------
    ValueError
        If no case is declared.
    """

    key: str
    statement: str
    cases: tuple[Hashable, ...]
    argue: Callable[[Model], Iterator[Claim]]

    def __post_init__(self) -> None:
        if not self.cases:
            raise ValueError(f"proposition {self.key!r} declares no case: nothing would be proved")

    def prove(self, accounts: str | Accounting = "published", direction: str = "outward") -> Proof:
        """Try to prove it under an accounting and a direction of the spillover.

        Parameters
        ----------
        accounts
            Name of an accounting, or one of your own.
        direction
            ``"outward"`` or ``"inward"``.

        Returns
        -------
        Proof

        Raises
        ------
        IncompleteProof
            If the steps do not cover exactly the declared cases.
        """
        books = accounting(accounts)
        claims = tuple(self.argue(Model(books, stocks(direction))))
        self._check_cases([claim.case for claim in claims])
        steps = tuple(Step(*claim[1:], decide(claim.expression)) for claim in claims)
        return Proof(self, books.name, direction, steps)

    def _check_cases(self, covered: list[Hashable]) -> None:
        declared, shown = Counter(self.cases), Counter(covered)
        if declared != shown:
            missing, surplus = list(declared - shown), list(shown - declared)
            raise IncompleteProof(f"{self.key!r}: cases missing {missing}, not declared {surplus}")


PROPOSITIONS: dict[str, Proposition] = {}


def _states(key: str, statement: str, *cases: Hashable) -> Callable:
    def register(argue: Callable[[Model], Iterator[Claim]]) -> Callable:
        PROPOSITIONS[key] = Proposition(key, statement, cases, argue)
        return argue

    return register


def _by_regime(says: str, expression: Callable[[int], sp.Expr], sign: int) -> Iterator[Claim]:
    """One claim a regime."""
    for regime, name in REGIMES.items():
        yield Claim(regime, f"{says}, {name}", expression(regime), sign)


@_states(
    "income adds up", "Incomes add up to the spending that clears the labour market, (13).", "sum"
)
def _income(model: Model) -> Iterator[Claim]:
    yield Claim("sum", "incomes less spending (13)", model.books.residual(), 0)


@_states(
    "profit", "A firm's profit, hence the price of knowledge, does not depend on $g$: (27).", "Pi"
)
def _profit(model: Model) -> Iterator[Claim]:
    profit = model.books.profit()
    by_stock = sum(profit.diff(stock) * slope for stock, slope in model.slopes(sy.g).items())
    yield Claim("Pi", r"$\mathrm{d}\Pi/\mathrm{d}g$", by_stock, 0)


@_states(
    "knowledge", "$g$ leaves the East's knowledge alone and raises the West's: (17).", "K", "K*"
)
def _knowledge(model: Model) -> Iterator[Claim]:
    slopes = model.slopes(sy.g)
    yield Claim("K", r"$\mathrm{d}K/\mathrm{d}g$", slopes[sy.K], 0)
    yield Claim("K*", r"$\mathrm{d}K^*/\mathrm{d}g$", slopes[sy.K_star], 1)


@_states(
    "spending",
    r"$g$ lowers the East's share of spending at given $\lambda$: the first half of (35).",
    "odds",
)
def _spending(model: Model) -> Iterator[Claim]:
    odds = model.books.spending_odds()
    change = sum(odds.diff(k) * slope for k, slope in model.slopes(sy.g).items())
    yield Claim("odds", r"$\mathrm{d}(E/E^*)/\mathrm{d}g$", change, -1)


JOINTS = (("joint", ALL_EAST), ("joint", ALL_WEST))


@_states(
    "continuous", "The gap is continuous where one short-run regime gives way to the next.", *JOINTS
)
def _continuous(model: Model) -> Iterator[Claim]:
    for (_, regime), jump in zip(JOINTS, _jumps(), strict=True):
        yield Claim(("joint", regime), rf"jump of $\Delta V$ towards {REGIMES[regime]}", jump, 0)


@cache
def _jumps() -> tuple[sp.Expr, sp.Expr]:
    """Jump of the price term at either joint, whatever the accounting."""
    low, high = short_run.regime_bounds()
    inside = long_run.relative_prices(BOTH)
    east, west = (
        difference(inside.subs(sy.S_E, bound), long_run.relative_prices(regime))
        for bound, regime in ((high, ALL_EAST), (low, ALL_WEST))
    )
    return east, west


STOCKS_MOVE = ("K rises", "K* falls")
MONOTONE = (*STOCKS_MOVE, *EVERY_REGIME)


def _stocks_move(model: Model) -> Iterator[Claim]:
    slopes = model.slopes(sy.lam)
    yield Claim("K rises", r"$\mathrm{d}K/\mathrm{d}\lambda$", slopes[sy.K], 1)
    yield Claim("K* falls", r"$\mathrm{d}K^*/\mathrm{d}\lambda$", slopes[sy.K_star], -1)


def _rise_with_people(model: Model, regime: int) -> sp.Expr:
    """Slope of the gap in lambda, the stocks' slopes being known by sign."""
    return model.along(regime, sy.lam, {sy.K: _rise, sy.K_star: -_fall})


@_states("monotone", r"$\Delta V$ rises strictly with $\lambda$, in every regime.", *MONOTONE)
def _monotone(model: Model) -> Iterator[Claim]:
    yield from _stocks_move(model)
    yield from _by_regime(
        r"$\mathrm{d}\Delta V/\mathrm{d}\lambda$", lambda each: _rise_with_people(model, each), 1
    )


CORNER_REGIMES = {1: (BOTH, ALL_EAST), 0: (BOTH, ALL_WEST)}
AT_EAST = (("poorer", 1), ("lead", 1), (BOTH, 1), (ALL_EAST, 1))
AT_WEST = (("poorer", 0), ("lead", 0), (BOTH, 0), (ALL_WEST, 0))


def _corner(model: Model, corner: int) -> Iterator[Claim]:
    poor, rich = {1: (sy.K_star, sy.K), 0: (sy.K, sy.K_star)}[corner]
    sign = 1 if corner else -1
    poorer = sp.expand_log(sp.log(model.at_hand[poor].subs(sy.lam, corner)))
    yield Claim(("poorer", corner), rf"$\ln {poor}$ at $\lambda = {corner}$", poorer, -1)
    at = {sy.lam: sp.Integer(corner), rich: sp.S.One, poor: 1 / (1 + _edge)}
    yield Claim(("lead", corner), rf"$\ln(E/E^*)$ at $\lambda = {corner}$", model.lead(at), sign)
    for each in CORNER_REGIMES[corner]:
        gap = model.books.gap(each).subs(at)
        yield Claim((each, corner), rf"$\Delta V({corner})$, {REGIMES[each]}", gap, sign)


@_states(
    "corners",
    r"$\Delta V(1) > 0 > \Delta V(0)$ at any trade cost, $g$ and $g^*$: both corners are stable.",
    *AT_EAST,
    *AT_WEST,
)
def _corners(model: Model) -> Iterator[Claim]:
    yield from _corner(model, 1)
    yield from _corner(model, 0)


@_states(
    "symmetric",
    r"With $g = g^*$, $\lambda = 1/2$ is an equilibrium, and an unstable one.",
    "lead",
    "gap",
    *STOCKS_MOVE,
    "slope",
)
def _symmetric(model: Model) -> Iterator[Claim]:
    half = {sy.lam: sp.Rational(1, 2), sy.eta(sy.g_star): sy.eta(sy.g)}
    at_half = {stock: level.subs(half) for stock, level in model.at_hand.items()} | half
    yield Claim("lead", r"$\ln(E/E^*)$ at $\lambda = 1/2$", model.lead(at_half), 0)
    yield Claim("gap", r"$\Delta V(1/2)$", model.books.gap(BOTH).subs(at_half), 0)
    yield from _stocks_move(model)
    slope = _rise_with_people(model, BOTH).subs(sy.lam, sp.Rational(1, 2))
    yield Claim("slope", r"$\mathrm{d}\Delta V/\mathrm{d}\lambda$ at $1/2$", slope, 1)


@_states(
    "three equilibria",
    "There are exactly three equilibria: both corners, stable, and one between, unstable.",
    *JOINTS,
    *MONOTONE,
    *AT_EAST,
    *AT_WEST,
)
def _three(model: Model) -> Iterator[Claim]:
    # A continuous, strictly rising function from a negative to a positive value has one zero.
    yield from _continuous(model)
    yield from _monotone(model)
    yield from _corners(model)


@_states(
    "pull",
    r"$g$ lowers $\Delta V$ at every $\lambda$ in $(0, 1)$, in every regime: (35), reading R1.",
    *EVERY_REGIME,
)
def _pull(model: Model) -> Iterator[Claim]:
    slopes = model.slopes(sy.g)
    yield from _by_regime(
        r"$\mathrm{d}\Delta V/\mathrm{d}g$", lambda each: model.along(each, sy.g, slopes), -1
    )


@_states(
    "pull at the corner",
    r"$g$ lowers $\Delta V$ at $\lambda = 1$ too: (35), reading R2.",
    *EVERY_REGIME,
)
def _pull_at_corner(model: Model) -> Iterator[Claim]:
    slopes = model.slopes(sy.g)
    yield from _by_regime(
        r"$\mathrm{d}\Delta V/\mathrm{d}g$ at $\lambda = 1$",
        lambda each: model.along(each, sy.g, slopes).subs(sy.lam, 1),
        -1,
    )


@_states(
    "speed",
    r"$g$ lowers the speed $\lambda(1-\lambda)\Delta V$ of migration to the East while it goes on.",
    *EVERY_REGIME,
)
def _speed(model: Model) -> Iterator[Claim]:
    yield from _by_regime(
        "change of the speed with $g$",
        lambda each: sy.lam * (1 - sy.lam) * model.along(each, sy.g, model.slopes(sy.g)),
        -1,
    )


@_states(
    "agglomeration stays",
    r"However high $g$, $\lambda = 1$ stays stable: $\Delta V(1) > 0$ even as $\eta(g) \to 1$.",
    "lead",
    BOTH,
    ALL_EAST,
)
def _stays(model: Model) -> Iterator[Claim]:
    at = {sy.lam: sp.S.One, sy.K: sp.S.One, sy.K_star: sp.S.One}
    yield Claim("lead", r"limit of $\ln(E/E^*)$", model.lead(at), 1)
    for regime in CORNER_REGIMES[1]:
        gap = model.books.gap(regime).subs(at)
        yield Claim(regime, rf"limit of $\Delta V(1)$, {REGIMES[regime]}", gap, 1)


@_states(
    "equilibrium moves",
    r"$g$ lowers the East's share at the stable equilibrium $\lambda = 1$.",
    *AT_EAST,
    *EVERY_REGIME,
)
def _equilibrium_moves(model: Model) -> Iterator[Claim]:
    # Where F = lambda (1 - lambda) DeltaV rests, d lambda/dg = -F_g/F_lambda; at lambda = 1
    # F_lambda = -DeltaV(1), by the first steps a negative number, here -k.
    yield from _corner(model, 1)
    slopes = model.slopes(sy.g)
    moving = sy.lam * (1 - sy.lam)
    yield from _by_regime(
        r"$\mathrm{d}\lambda/\mathrm{d}g$ at $\lambda = 1$",
        lambda each: (moving * model.along(each, sy.g, slopes)).subs(sy.lam, 1) / _edge,
        -1,
    )


@_states(
    "threshold",
    r"The threshold $\hat\lambda$ rises with $g$ and falls with $g^*$: the East's basin shrinks.",
    *MONOTONE,
    *product(EVERY_REGIME, (sy.g, sy.g_star)),
)
def _threshold(model: Model) -> Iterator[Claim]:
    yield from _monotone(model)
    for level, sign in ((sy.g, 1), (sy.g_star, -1)):
        slopes = model.slopes(level)
        for regime, name in REGIMES.items():
            response = -model.along(regime, level, slopes) / _rise
            says = rf"$\mathrm{{d}}\hat\lambda/\mathrm{{d}}{level}$, {name}"
            yield Claim((regime, level), says, response, sign)


@_states(
    "ahead",
    r"With $g > g^*$, $\Delta V(1/2) < 0$: the East needs more than half to draw people.",
    "stocks",
    "lead",
    BOTH,
    ALL_WEST,
)
def _ahead(model: Model) -> Iterator[Claim]:
    half = sp.Rational(1, 2)
    more = {sy.eta(sy.g): 1 / (1 + sy.d), sy.eta(sy.g_star): 1 / (1 + sy.d + _edge)}
    west, east = (model.at_hand[stock].base for stock in (sy.K_star, sy.K))
    better = (west - east).subs(sy.lam, half).subs(more)
    yield Claim("stocks", r"$(K^*)^\beta - K^\beta$ at $\lambda = 1/2$", better, 1)
    richer_west = {sy.lam: half, sy.K_star: sy.K * (1 + _edge)}
    yield Claim("lead", r"$\ln(E/E^*)$ at $\lambda = 1/2$", model.lead(richer_west), -1)
    for regime in CORNER_REGIMES[0]:
        gap = model.books.gap(regime).subs(richer_west)
        yield Claim(regime, rf"$\Delta V(1/2)$, {REGIMES[regime]}", gap, -1)


@_states(
    "trade cost",
    r"Dearer trade (lower $\phi$) never weakens the pull of full agglomeration.",
    *AT_EAST[:2],
    BOTH,
    ALL_EAST,
)
def _trade(model: Model) -> Iterator[Claim]:
    yield from (claim for claim in _corner(model, 1) if claim.case in AT_EAST[:2])
    for regime, sign in ((BOTH, 0), (ALL_EAST, -1)):
        change = model.books.gap(regime).subs(sy.lam, 1).diff(sy.phi)
        says = rf"$\mathrm{{d}}\Delta V(1)/\mathrm{{d}}\phi$, {REGIMES[regime]}"
        yield Claim(regime, says, change, sign)


@_states(
    "total knowledge",
    r"$\lambda K + (1-\lambda)K^*$ is strictly convex in $\lambda$: it is largest at a corner.",
    "curvature",
)
def _total_knowledge(model: Model) -> Iterator[Claim]:
    total = sy.lam * model.at_hand[sy.K] + (1 - sy.lam) * model.at_hand[sy.K_star]
    yield Claim("curvature", r"second derivative in $\lambda$", total.diff(sy.lam, 2), 1)


@_states(
    "common rise",
    r"With all firms in the East, $\lambda > 1/2$, a common rise of $g = g^*$ lowers $\Delta V$.",
    ALL_EAST,
)
def _common(model: Model) -> Iterator[Claim]:
    same = {sy.eta(sy.g_star): sy.eta(sy.g)}
    levels = {stock: level.subs(same) for stock, level in model.at_hand.items()}
    slopes = {stock: level.diff(sy.g) for stock, level in levels.items()}
    larger = {sy.lam: (1 + sy.x / (1 + sy.x)) / 2}
    response = model.along(ALL_EAST, sy.g, slopes).subs(levels).subs(larger)
    yield Claim(ALL_EAST, r"$\mathrm{d}\Delta V/\mathrm{d}g$ with $g^* = g$", response, -1)


@_states(
    "acceleration",
    r"All firms being in the East, $g$ lowers $\Delta V$ by more, the larger $\lambda$.",
    ALL_EAST,
)
def _acceleration(model: Model) -> Iterator[Claim]:
    response = model.along(ALL_EAST, sy.g, model.slopes(sy.g)).subs(model.at_hand)
    says = r"$\mathrm{d}^2\Delta V/\mathrm{d}g\,\mathrm{d}\lambda$"
    yield Claim(ALL_EAST, says, response.diff(sy.lam), -1)


def prove(key: str, accounts: str = "published", direction: str = "outward") -> Proof:
    """Prove a proposition.

    Parameters
    ----------
    key
        One of `PROPOSITIONS`, for instance ``"pull"`` for d DeltaV/dg < 0.
    accounts, direction
        See `spillover.theory.accountings`.

    Returns
    -------
    Proof

    Raises
    ------
    ValueError
        If there is no such proposition, accounting or direction.

    Notes
    -----
    A proof is kept for the rest of the process: it depends on its arguments alone.

    Examples
    --------
    >>> from spillover.theory import prove
    >>> prove("profit").outcome
    'proved'
    """
    if key not in PROPOSITIONS:
        raise ValueError(f"proposition {key!r}: choose one of {', '.join(map(repr, PROPOSITIONS))}")
    return _proof(key, accounts, direction)


@cache
def _proof(key: str, accounts: str, direction: str) -> Proof:
    return PROPOSITIONS[key].prove(accounts, direction)


def survey(direction: str = "outward", keys: Sequence[str] | None = None) -> pd.DataFrame:
    """Outcome of propositions under every accounting.

    Parameters
    ----------
    direction
        Reading of the spillover.
    keys
        Which propositions; all if None.

    Returns
    -------
    pandas.DataFrame
        Propositions down, accountings across.
    """
    chosen = list(PROPOSITIONS) if keys is None else keys
    outcomes = {
        name: [prove(key, name, direction).outcome for key in chosen] for name in ACCOUNTINGS
    }
    statements = [PROPOSITIONS[key].statement for key in chosen]
    return pd.DataFrame(outcomes, index=pd.Index(statements, name="proposition"))

"""What the model implies, each statement proved step by step with signs decided by sympy.

A proof is a list of steps. A step is an expression and the sign it is claimed to have; the sign
is decided for all admissible parameters by `spillover.theory.signs.decide`. Chain rules are taken
in the paper's own order: first what happens to the knowledge stocks, then what they do to the
utility gap, with the signs established earlier carried as positive symbols.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

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
Claim = tuple[str, sp.Expr, int]

# Positive quantities that carry a sign established by an earlier step.
_rise, _fall, _edge = sp.symbols("k_1 k_2 k", positive=True)


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
            return self.verdict.outcome
        if self.verdict.sign == self.claimed:
            return "proved"
        return "reversed" if self.verdict.sign == -self.claimed else "fails"


@dataclass(frozen=True)
class Proof:
    """A proposition in one setting, with its steps."""

    proposition: "Proposition"
    accounts: str
    direction: str
    steps: tuple[Step, ...]

    @property
    def outcome(self) -> str:
        """``proved`` if every step is; else the gravest of what happened to its steps."""
        outcomes = {step.outcome for step in self.steps}
        gravity = ("fails", "reversed", "depends", "undecided")
        return next((each for each in gravity if each in outcomes), "proved")

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

    def gap(self, regime: int, **at: sp.Expr) -> sp.Expr:
        """Utility gap in lambda, K and K*, optionally at given values of them."""
        values = {getattr(sy, name): value for name, value in at.items()}
        return self.books.gap(regime).subs(values, simultaneous=True)

    def along(self, regime: int, by: sp.Symbol, slopes: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
        """Total derivative of the gap by the chain rule, given slopes of K and K*."""
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
    argue
        Given a `Model`, yields the steps as (words, expression, claimed sign).
    """

    key: str
    statement: str
    argue: Callable[[Model], Iterator[Claim]]

    def prove(self, accounts: str = "published", direction: str = "outward") -> Proof:
        """Try to prove it under an accounting and a direction of the spillover."""
        model = Model(accounting(accounts), stocks(direction))
        steps = tuple(Step(*claim, decide(claim[1])) for claim in self.argue(model))
        return Proof(self, accounts, direction, steps)


PROPOSITIONS: dict[str, Proposition] = {}


def _states(key: str, statement: str) -> Callable:
    def register(argue: Callable[[Model], Iterator[Claim]]) -> Callable:
        PROPOSITIONS[key] = Proposition(key, statement, argue)
        return argue

    return register


@_states("income adds up", "Incomes add up to the spending that clears the labour market, (13).")
def _income(model: Model) -> Iterator[Claim]:
    yield "incomes less spending (13)", model.books.residual(), 0


@_states("profit", "A firm's profit, hence the price of knowledge, does not depend on $g$: (27).")
def _profit(model: Model) -> Iterator[Claim]:
    profit = model.books.profit()
    by_stock = sum(profit.diff(stock) * slope for stock, slope in model.slopes(sy.g).items())
    yield r"$\mathrm{d}\Pi/\mathrm{d}g$", by_stock, 0


@_states("knowledge", "$g$ leaves the East's knowledge alone and raises the West's: (17).")
def _knowledge(model: Model) -> Iterator[Claim]:
    slopes = model.slopes(sy.g)
    yield r"$\mathrm{d}K/\mathrm{d}g$", slopes[sy.K], 0
    yield r"$\mathrm{d}K^*/\mathrm{d}g$", slopes[sy.K_star], 1


@_states(
    "spending",
    r"$g$ lowers the East's share of spending at given $\lambda$: the first half of (35).",
)
def _spending(model: Model) -> Iterator[Claim]:
    odds = model.books.spending_odds()
    yield (
        r"$\mathrm{d}(E/E^*)/\mathrm{d}g$",
        sum(odds.diff(k) * slope for k, slope in model.slopes(sy.g).items()),
        -1,
    )


@_states("continuous", "The gap is continuous where one short-run regime gives way to the next.")
def _continuous(model: Model) -> Iterator[Claim]:
    low, high = short_run.regime_bounds()
    inside = long_run.relative_prices(BOTH)
    for bound, regime in ((high, ALL_EAST), (low, ALL_WEST)):
        jump = difference(inside.subs(sy.S_E, bound), long_run.relative_prices(regime))
        yield rf"jump of $\Delta V$ towards {REGIMES[regime]}", jump, 0


@_states("monotone", r"$\Delta V$ rises strictly with $\lambda$, in every regime.")
def _monotone(model: Model) -> Iterator[Claim]:
    slopes = model.slopes(sy.lam)
    yield r"$\mathrm{d}K/\mathrm{d}\lambda$", slopes[sy.K], 1
    yield r"$\mathrm{d}K^*/\mathrm{d}\lambda$", slopes[sy.K_star], -1
    signed = {sy.K: _rise, sy.K_star: -_fall}
    for regime, name in REGIMES.items():
        yield (
            rf"$\mathrm{{d}}\Delta V/\mathrm{{d}}\lambda$, {name}",
            model.along(regime, sy.lam, signed),
            1,
        )


@_states(
    "corners",
    r"$\Delta V(1) > 0 > \Delta V(0)$ at any trade cost, $g$ and $g^*$: both corners are stable.",
)
def _corners(model: Model) -> Iterator[Claim]:
    for corner, regime, stock, sign in ((1, ALL_EAST, sy.K_star, 1), (0, ALL_WEST, sy.K, -1)):
        poorer = model.at_hand[stock].subs(sy.lam, corner)
        yield rf"$\ln {stock}$ at $\lambda = {corner}$", sp.expand_log(sp.log(poorer)), -1
        richer = sy.K if stock == sy.K_star else sy.K_star
        at = {sy.lam: sp.Integer(corner), richer: sp.S.One, stock: 1 / (1 + _edge)}
        yield (
            rf"$\ln(E/E^*)$ at $\lambda = {corner}$",
            sp.log(model.books.spending_odds().subs(at)),
            sign,
        )
        for each in (BOTH, regime):
            gap = model.books.gap(each).subs(at)
            yield rf"$\Delta V({corner})$, {REGIMES[each]}", gap, sign


@_states("symmetric", r"With $g = g^*$, $\lambda = 1/2$ is an equilibrium, and an unstable one.")
def _symmetric(model: Model) -> Iterator[Claim]:
    half = {sy.lam: sp.Rational(1, 2), sy.eta(sy.g_star): sy.eta(sy.g)}
    at_half = {stock: level.subs(half) for stock, level in model.at_hand.items()}
    yield r"$\Delta V(1/2)$", model.books.gap(BOTH).subs(half).subs(at_half), 0
    slope = model.along(BOTH, sy.lam, {sy.K: _rise, sy.K_star: -_fall})
    yield (
        r"$\mathrm{d}\Delta V/\mathrm{d}\lambda$ at $1/2$",
        slope.subs(sy.lam, sp.Rational(1, 2)),
        1,
    )


@_states(
    "three equilibria",
    "There are exactly three equilibria: both corners, stable, and one between, unstable.",
)
def _three(model: Model) -> Iterator[Claim]:
    # A continuous, strictly rising function from a negative to a positive value has one zero.
    yield from _continuous(model)
    yield from _monotone(model)
    yield from _corners(model)


@_states(
    "pull",
    r"$g$ lowers $\Delta V$ at every $\lambda$ in $(0, 1)$, in every regime: (35), reading R1.",
)
def _pull(model: Model) -> Iterator[Claim]:
    for regime, name in REGIMES.items():
        yield (
            rf"$\mathrm{{d}}\Delta V/\mathrm{{d}}g$, {name}",
            model.along(regime, sy.g, model.slopes(sy.g)),
            -1,
        )


@_states("pull at the corner", r"$g$ lowers $\Delta V$ at $\lambda = 1$ too: (35), reading R2.")
def _pull_at_corner(model: Model) -> Iterator[Claim]:
    slopes = {stock: slope.subs(sy.lam, 1) for stock, slope in model.slopes(sy.g).items()}
    for regime in (BOTH, ALL_EAST):
        response = model.along(regime, sy.g, slopes).subs(sy.lam, 1)
        yield (
            rf"$\mathrm{{d}}\Delta V/\mathrm{{d}}g$ at $\lambda = 1$, {REGIMES[regime]}",
            response,
            -1,
        )


@_states(
    "speed",
    r"$g$ lowers the speed $\lambda(1-\lambda)\Delta V$ of migration to the East while it goes on.",
)
def _speed(model: Model) -> Iterator[Claim]:
    for regime, name in REGIMES.items():
        response = model.along(regime, sy.g, model.slopes(sy.g))
        yield f"change of the speed with $g$, {name}", sy.lam * (1 - sy.lam) * response, -1


@_states(
    "agglomeration stays",
    r"However high $g$, $\lambda = 1$ stays stable: $\Delta V(1) > 0$ even as $\eta(g) \to 1$.",
)
def _stays(model: Model) -> Iterator[Claim]:
    at = {sy.lam: sp.S.One, sy.K: sp.S.One, sy.K_star: sp.S.One}
    for regime in (BOTH, ALL_EAST):
        yield rf"limit of $\Delta V(1)$, {REGIMES[regime]}", model.books.gap(regime).subs(at), 1


@_states(
    "equilibrium moves", r"$g$ lowers the East's share at the stable equilibrium $\lambda = 1$."
)
def _equilibrium_moves(model: Model) -> Iterator[Claim]:
    # "corners" shows that full agglomeration is an equilibrium at every g: a constant.
    yield from (claim for claim in _corners(model) if "(1)" in claim[0])
    yield r"$\mathrm{d}\lambda/\mathrm{d}g$ at the stable equilibrium", sp.S.One.diff(sy.g), -1


@_states(
    "threshold",
    r"The threshold $\hat\lambda$ rises with $g$ and falls with $g^*$: the East's basin shrinks.",
)
def _threshold(model: Model) -> Iterator[Claim]:
    yield from _monotone(model)
    for regime, name in REGIMES.items():
        for level, sign in ((sy.g, 1), (sy.g_star, -1)):
            response = model.along(regime, level, model.slopes(level))
            yield rf"$\mathrm{{d}}\hat\lambda/\mathrm{{d}}{level}$, {name}", -response / _rise, sign


@_states(
    "ahead", r"With $g > g^*$, $\Delta V(1/2) < 0$: the East needs more than half to draw people."
)
def _ahead(model: Model) -> Iterator[Claim]:
    half = sp.Rational(1, 2)
    more = {sy.eta(sy.g): 1 / (1 + sy.d), sy.eta(sy.g_star): 1 / (1 + sy.d + _edge)}
    west, east = (model.at_hand[stock].base for stock in (sy.K_star, sy.K))
    yield (
        r"$(K^*)^\beta - K^\beta$ at $\lambda = 1/2$",
        (west - east).subs(sy.lam, half).subs(more),
        1,
    )
    richer_west = {sy.lam: half, sy.K_star: sy.K * (1 + _edge)}
    for regime in (BOTH, ALL_WEST):
        yield rf"$\Delta V(1/2)$, {REGIMES[regime]}", model.books.gap(regime).subs(richer_west), -1


@_states("trade cost", r"Dearer trade (lower $\phi$) never weakens the pull of full agglomeration.")
def _trade(model: Model) -> Iterator[Claim]:
    yield (
        r"$\mathrm{d}\Delta V(1)/\mathrm{d}\phi$, firms in both regions",
        model.gap(BOTH, lam=sp.S.One).diff(sy.phi),
        0,
    )
    yield (
        r"$\mathrm{d}\Delta V(1)/\mathrm{d}\phi$, all firms in the East",
        model.gap(ALL_EAST, lam=sp.S.One).diff(sy.phi),
        -1,
    )


@_states(
    "total knowledge",
    r"$\lambda K + (1-\lambda)K^*$ is strictly convex in $\lambda$: it is largest at a corner.",
)
def _total_knowledge(model: Model) -> Iterator[Claim]:
    total = sy.lam * model.at_hand[sy.K] + (1 - sy.lam) * model.at_hand[sy.K_star]
    yield r"second derivative in $\lambda$", total.diff(sy.lam, 2), 1


@_states(
    "common rise",
    r"With all firms in the East, $\lambda > 1/2$, a common rise of $g = g^*$ lowers $\Delta V$.",
)
def _common(model: Model) -> Iterator[Claim]:
    same = {sy.eta(sy.g_star): sy.eta(sy.g)}
    levels = {stock: level.subs(same) for stock, level in model.at_hand.items()}
    slopes = {stock: level.diff(sy.g) for stock, level in levels.items()}
    larger = {sy.lam: (1 + sy.x / (1 + sy.x)) / 2}
    response = model.along(ALL_EAST, sy.g, slopes).subs(levels).subs(larger)
    yield r"$\mathrm{d}\Delta V/\mathrm{d}g$ with $g^* = g$", response, -1


@_states(
    "acceleration",
    r"All firms being in the East, $g$ lowers $\Delta V$ by more, the larger $\lambda$.",
)
def _acceleration(model: Model) -> Iterator[Claim]:
    response = model.along(ALL_EAST, sy.g, model.slopes(sy.g)).subs(model.at_hand)
    yield r"$\mathrm{d}^2\Delta V/\mathrm{d}g\,\mathrm{d}\lambda$", response.diff(sy.lam), -1


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
    """
    if key not in PROPOSITIONS:
        raise ValueError(f"proposition {key!r}: choose one of {', '.join(map(repr, PROPOSITIONS))}")
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

"""Decisions by computer algebra: the equations derived, the propositions proved or refuted."""

import sympy as sp

from spillover.paper.ledger.verdicts import (
    FAILS,
    HOLDS_UNDER,
    PROVED,
    Claim,
    Decision,
    decides,
    decides_evidence,
)
from spillover.theory import symbols as sy
from spillover.theory.accountings import ACCOUNTINGS
from spillover.theory.equations import EQUATIONS
from spillover.theory.latex import latex
from spillover.theory.propositions import PROPOSITIONS, prove

POSTULATED = "it is granted, as a postulate of the model"
EQUAL = "the two regions have the same digital technology"
MIGRATION = "migration follows the utility gap (replicator dynamics)"
AS_PULL = "it is about the pull on creative people, not about where they end up"


def _outcome(key: str, accounts: str = "published") -> str:
    return prove(key, accounts).outcome


def _outcomes(*keys: str) -> dict[str, str]:
    return {key: _outcome(key) for key in keys}


def _survives(key: str) -> str:
    """The outcome of a proposition under the ways to close the accounts, in words."""
    outcomes = {name: _outcome(key, name) for name in ACCOUNTINGS}
    if len(set(outcomes.values())) == 1:
        return f'"{key}": {outcomes["published"]} under all {len(outcomes)} accountings'
    return f'"{key}": ' + ", ".join(f"{outcome} ({name})" for name, outcome in outcomes.items())


# Claims that are propositions of the model: their keys, and the condition if there is one.
PROPOSED = {
    "as.no-saving": (["income adds up"], ""),
    "th.other-directions": (["knowledge"], ""),
    "th.three-cases": (["continuous"], ""),
    "th.gap-signs": (["corners", "symmetric"], EQUAL),
    "th.three-equilibria": (["three equilibria", "symmetric"], EQUAL),
    "th.symmetric-unstable": (["symmetric"], EQUAL),
    "th.pull-falls": (["pull", "pull at the corner"], ""),
    "th.growth-slows": (["speed"], MIGRATION),
    "th.expenditure-slows": (["speed", "spending"], MIGRATION),
}


@decides(*PROPOSED)
def _proposed(claim: Claim) -> Decision:
    """Proved, or holding under a condition, if every proposition is proved."""
    keys, condition = PROPOSED[claim.id]
    noun = "Proposition" if len(keys) == 1 else "Propositions"
    evidence = f"{noun} {'; '.join(map(_survives, keys))}."
    if set(_outcomes(*keys).values()) != {"proved"}:
        return Decision(FAILS, evidence)
    return Decision(HOLDS_UNDER if condition else PROVED, evidence, condition)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


@decides("eq")
def _equation(claim: Claim, number: str) -> Decision:
    """A numbered equation: derived from earlier ones, or postulated."""
    entry = EQUATIONS[int(number)]
    derived = len(entry.parts)
    if entry.assumed:
        return Decision(HOLDS_UNDER, f"{entry.title}: a premise of the derivations.", POSTULATED)
    rests = ", ".join(f"({n})" for n in sorted(entry.rests_on))
    source = f"from {rests}" if rests else "from the assumptions"
    return Decision(PROVED, f"{entry.title}: {_lines(derived)} derived {source}.")


@decides("eq.30")
def _incomes(claim: Claim) -> Decision:
    """(30) is a premise, and its incomes do not add up to (13)."""
    entry = EQUATIONS[30]
    residual = sp.factor(ACCOUNTINGS["published"].residual())
    if residual == 0:
        return _equation(claim, "30")
    return Decision(
        HOLDS_UNDER,
        f"{entry.title}: a premise of the derivations, but $E + E^{{*}}$ exceeds (13) by "
        f"${latex(residual)}$.",
        "income need not add up",
    )


@decides("th.constant-output")
def _constant_output(claim: Claim) -> Decision:
    """(13) is a constant; the incomes of (30) are not."""
    total = EQUATIONS[13].parts[0].rhs
    constant = not total.free_symbols & {sy.lam, sy.g, sy.g_star}
    adds_up = _outcomes("income adds up")["income adds up"] == "proved"
    sums = (
        "sum to it" if adds_up else r"sum to more, by an amount that moves with $\lambda$ and $g$"
    )
    evidence = f"(13) gives $E + E^{{*}} = {latex(total)}$; the incomes of (30) {sums}."
    if not constant:
        return Decision(FAILS, evidence)
    condition = "" if adds_up else "total spending is (13), not the sum of incomes (30)"
    return Decision(PROVED if adds_up else HOLDS_UNDER, evidence, condition)


@decides("as.follows-tp")
def _simplification(claim: Claim) -> Decision:
    """How many propositions survive when the accounts are closed."""
    same = [k for k in PROPOSITIONS if len({_outcome(k, a) for a in ACCOUNTINGS}) == 1]
    return Decision(
        HOLDS_UNDER,
        f"{len(same)} of {len(PROPOSITIONS)} propositions have the same outcome under all "
        f"{len(ACCOUNTINGS)} accountings; the others change when the accounts are closed: "
        f"{', '.join(k for k in PROPOSITIONS if k not in same)}.",
        "only the propositions that survive closed accounts are used",
    )


@decides("th.equal-profits")
def _equal_profits(claim: Claim) -> Decision:
    """With all firms in the East, what would a firm earn in the West?"""
    gap = sp.factor((sy.E_star / sy.phi + sy.phi * sy.E) - (sy.E + sy.E_star))
    return Decision(
        HOLDS_UNDER,
        "With all firms in the East a firm in the West would earn more by "
        f"$\\mu/\\sigma$ times ${latex(gap)}$, which is zero or less exactly when all firms stay "
        "in the East.",
        "there are firms in both regions",
    )


@decides("th.wage-from-24")
def _wage_source(claim: Claim) -> Decision:
    """What (29) rests on."""
    wage = EQUATIONS[29]
    lines, rests = len(wage.parts), sorted(wage.rests_on)
    evidence = f"(29), {_lines(lines)}, is derived from {', '.join(f'({n})' for n in rests)}"
    if 24 in rests:
        return Decision(PROVED, evidence + ".")
    return Decision(FAILS, evidence + "; (24), the output with all firms in the East, is not used.")


@decides("th.firms-slow")
def _firms_slow(claim: Claim) -> Decision:
    """The share of firms rises with the share of spending, within the interior case."""
    slope = EQUATIONS[20].parts[0].rhs.diff(sy.S_E)
    return Decision(
        HOLDS_UNDER,
        f"By (20) $\\mathrm{{d}} s_n / \\mathrm{{d}} S_E = {latex(slope)}$; zero in the two "
        "corner cases.",
        "there are firms in both regions",
    )


@decides("th.agglomeration-falls")
def _agglomeration_falls(claim: Claim) -> Decision:
    """Does the equilibrium move?"""
    outcomes = _outcomes("equilibrium moves", "agglomeration stays", "pull")
    evidence = (
        "Full agglomeration stays a stable equilibrium however high $g$ is: "
        f"{outcomes['agglomeration stays']}; the equilibrium moves with $g$: "
        f"{outcomes['equilibrium moves']}; the pull falls: {outcomes['pull']}."
    )
    if outcomes["equilibrium moves"] == "proved":
        return Decision(PROVED, evidence)
    return Decision(FAILS, evidence)


@decides("th.proposition-direct", "th.proposition-spillover", "intro.mechanism")
def _proposition(claim: Claim) -> Decision:
    """The proposition: true of the pull and of the threshold, not of the equilibrium."""
    outcomes = _outcomes("pull", "threshold", "equilibrium moves")
    evidence = (
        f"The pull on creative people falls with $g$: {outcomes['pull']}; the East's basin of "
        f"attraction shrinks: {outcomes['threshold']}; the stable share "
        f"falls: {outcomes['equilibrium moves']}. With two regions whose shares add "
        "up to one, the effect abroad is the same fact."
    )
    if outcomes["pull"] == "proved" and outcomes["equilibrium moves"] != "proved":
        return Decision(HOLDS_UNDER, evidence, AS_PULL)
    return Decision(PROVED if outcomes["pull"] == "proved" else FAILS, evidence)


@decides("con.absorptive")
def _absorptive(claim: Claim) -> Decision:
    """In the model what arrives does not depend on the receiver's digital technology."""
    own = sp.diff(EQUATIONS[16].parts[0].rhs, sy.g)
    if own == 0:
        return Decision(
            FAILS,
            "In the paper's own model the East's knowledge does not depend on its own digital "
            r"technology, $\mathrm{d}K/\mathrm{d}g = 0$ (17): what arrives depends on the sender "
            "alone.",
        )
    return Decision(PROVED, f"$\\mathrm{{d}}K/\\mathrm{{d}}g = {latex(own)}$.")


@decides("txt.rho-theory")
def _rho_theory(claim: Claim) -> Decision:
    """Shares that add up to one move against each other whatever the mechanism."""
    firms = EQUATIONS[20].parts[0].rhs
    total = sp.simplify(firms + firms.subs(sy.S_E, 1 - sy.S_E))
    return Decision(
        HOLDS_UNDER,
        f"By (20) the two regions' shares of firms sum to {total}: one falls when the other rises, "
        "with or without knowledge spillovers.",
        "it is the identity of shares that add up to one",
    )


@decides_evidence("premise")
def _premise(claim: Claim) -> Decision:
    """An assumption of the model."""
    postulated = sum(entry.assumed for entry in EQUATIONS.values())
    return Decision(
        HOLDS_UNDER,
        f"A premise. {postulated} of the {len(EQUATIONS)} equations are postulated, the other "
        f"{len(EQUATIONS) - postulated} are derived from them.",
        POSTULATED,
    )

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.accountings import ACCOUNTINGS, accounting, stocks
from spillover.theory.propositions import (
    PROPOSITIONS,
    IncompleteProof,
    Model,
    Proof,
    Proposition,
    Step,
    prove,
    survey,
)
from spillover.theory.signs import decide

SETTINGS = [(name, "outward") for name in ACCOUNTINGS] + [("published", "inward")]


@pytest.fixture(scope="module")
def outcomes():
    table = survey()
    table.index = list(PROPOSITIONS)
    return table


def test_what_survives(outcomes):
    same = {"fails": ["equilibrium moves"], "proved": set(PROPOSITIONS)}
    differing = {
        "income adds up": ["fails", "proved", "proved"],
        "profit": ["proved", "fails", "fails"],
        "common rise": ["depends", "proved", "depends"],
        "acceleration": ["depends", "proved", "depends"],
    }
    for key, row in outcomes.iterrows():
        expected = differing.get(key, ["fails" if key in same["fails"] else "proved"] * 3)
        assert list(row) == expected, key


FLIPPED = {"spending", "pull", "speed", "threshold", "ahead"}
LOST = {"income adds up", "knowledge", "pull at the corner", "equilibrium moves"}


@pytest.mark.parametrize("key", PROPOSITIONS)
def test_foil_flips_the_signs(key):
    outcome = prove(key, direction="inward").outcome
    if key in ("common rise", "acceleration"):
        assert outcome == "depends"
    else:
        assert outcome == ("reversed" if key in FLIPPED else "fails" if key in LOST else "proved")


def at_random_points(expression, count=40):
    """Values of an expression in the model's symbols at random admissible points."""
    rewritten = sy.in_positive(sp.sympify(expression))
    free = sorted(rewritten.free_symbols, key=str)
    points = 10 ** np.random.default_rng(7).uniform(-1, 1, size=(len(free), count))
    return sp.lambdify(free, rewritten, "numpy")(*points) * np.ones(count)


@pytest.mark.parametrize(("accounts", "direction"), SETTINGS)
@pytest.mark.parametrize("key", PROPOSITIONS)
def test_decided_signs_hold_at_random_points(key, accounts, direction):
    for step in prove(key, accounts, direction).steps:
        if step.verdict.sign is not None:
            found = at_random_points(step.expression)
            signed = np.where(np.abs(found) < 1e-12, 0, np.sign(found))
            assert set(signed) <= {0, step.verdict.sign}, step.says
            assert step.verdict.sign in signed, step.says


STEPS = {
    "income adds up": 1, "profit": 1, "knowledge": 2, "spending": 1, "continuous": 2,
    "monotone": 5, "corners": 8, "symmetric": 5, "three equilibria": 15, "pull": 3,
    "pull at the corner": 3, "speed": 3, "agglomeration stays": 3, "equilibrium moves": 7,
    "threshold": 11, "ahead": 4, "trade cost": 4, "total knowledge": 1, "common rise": 1,
    "acceleration": 1,
}  # fmt: skip


def test_each_proposition_has_the_steps_that_it_needs():
    assert {key: len(prove(key).steps) for key in PROPOSITIONS} == STEPS


EVERY = ["firms in both regions", "all firms in the East", "all firms in the West"]


@pytest.mark.parametrize("key", ["monotone", "pull", "pull at the corner", "speed"])
def test_each_regime_is_covered(key):
    said = [step.says for step in prove(key).steps]
    assert [words.split(", ")[1] for words in said[-3:]] == EVERY


def test_the_threshold_answers_to_both_technologies_in_each_regime():
    steps = prove("threshold").steps[5:]
    assert [step.claimed for step in steps] == [1, 1, 1, -1, -1, -1]
    assert [step.says.split(", ")[1] for step in steps] == 2 * EVERY
    assert all("g^{*}" in step.says for step in steps[3:])


def test_three_equilibria_need_continuity_monotony_and_corners():
    said = [step.says for step in prove("three equilibria").steps]
    parts = [
        step.says for key in ("continuous", "monotone", "corners") for step in prove(key).steps
    ]
    assert said == parts


def test_at_half_and_in_the_corners_the_possible_regimes_are_derived():
    leads = {key: [s for s in prove(key).steps if "E/E^*" in s.says] for key in STEPS}
    signs_found = {key: [step.verdict.sign for step in found] for key, found in leads.items()}
    assert signs_found["ahead"] == [-1]
    assert signs_found["symmetric"] == [0]
    assert signs_found["corners"] == [1, -1]
    assert signs_found["agglomeration stays"] == signs_found["trade cost"] == [1]


@pytest.mark.parametrize("key", PROPOSITIONS)
def test_a_proof_with_a_step_left_out_is_an_error(key):
    whole = PROPOSITIONS[key]
    claims = tuple(whole.argue(Model(accounting("published"), stocks())))
    for gone in whole.cases:
        left = [claim for claim in claims if claim.case != gone]
        with pytest.raises(IncompleteProof, match="cases missing"):
            replace(whole, argue=lambda _, left=left: left).prove()


def test_a_case_shown_twice_or_not_declared_is_an_error():
    pull = PROPOSITIONS["pull"]
    twice = replace(pull, argue=lambda model: [*pull.argue(model), next(iter(pull.argue(model)))])
    with pytest.raises(IncompleteProof, match="not declared"):
        twice.prove()
    with pytest.raises(ValueError, match="declares no case"):
        Proposition("empty", "Nothing.", (), lambda model: iter(()))


BERNOULLI = (1 + sy.x) ** (1 + sy.b) - 1 - (1 + sy.b) * sy.x


@pytest.mark.parametrize(
    ("expressions", "outcome"),
    [
        ([], "undecided"),
        ([sy.mu, BERNOULLI], "undecided"),
        ([sy.mu, (sy.lam - sy.mu) ** 2], "undecided"),
        ([sy.mu, sp.log(1 - sy.sigma)], "undecided"),
        ([sy.mu, BERNOULLI, sy.lam - sy.mu], "depends"),
        ([sy.mu, sy.lam - sy.mu, -sy.mu], "reversed"),
        ([-sy.mu, sp.S.Zero], "fails"),
        ([sy.mu, 1 - sy.mu], "proved"),
    ],
)
def test_only_steps_that_are_all_decided_as_claimed_prove(expressions, outcome):
    steps = tuple(Step("", each, 1, decide(each)) for each in expressions)
    assert Proof(PROPOSITIONS["pull"], "published", "outward", steps).outcome == outcome


def test_a_proof_is_worked_out_once():
    assert prove("pull") is prove("pull", "published", "outward")


def test_proofs_can_be_read():
    proof = prove("pull")
    assert len(proof.steps) == 3
    assert list(proof.table().columns) == ["step", "sign", "outcome", "why"]
    assert "proved" in repr(proof)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "proposition 'nonsense'"),
        (("pull", "open"), "accounting 'open'"),
        (("pull", "closed", "up"), "direction 'up'"),
    ],
)
def test_unknown_names(arguments, message):
    with pytest.raises(ValueError, match=message):
        prove(*arguments)

import numpy as np
import pytest
import sympy as sp

from spillover.theory import signs
from spillover.theory import symbols as sy
from spillover.theory.accountings import ACCOUNTINGS
from spillover.theory.propositions import PROPOSITIONS, prove, survey
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


def test_no_number_is_drawn_to_reach_a_sign(monkeypatch):
    def forbidden(_):
        raise AssertionError("sampled")

    monkeypatch.setattr(signs, "_search", forbidden)
    decide.cache_clear()
    assert prove("pull", "closed").outcome == "proved"
    assert prove("three equilibria", "closed with assets").outcome == "proved"
    with pytest.raises(AssertionError, match="sampled"):
        decide(sy.lam - sy.mu)


def test_a_sign_that_depends_has_true_witnesses():
    verdict = decide(sy.lam - sy.mu)
    assert verdict.outcome == "depends"
    (low, negative), (high, positive) = verdict.witnesses
    assert negative < 0 < positive
    for point, shown in ((low, negative), (high, positive)):
        assert float(verdict.reduced.subs(point)) == pytest.approx(float(shown))


def test_an_undecided_sign_says_why():
    always_positive = (1 + sy.x) ** (1 + sy.b) - 1 - (1 + sy.b) * sy.x  # Bernoulli's inequality
    verdict = decide(always_positive)
    assert verdict.sign is None
    assert verdict.outcome == "undecided"
    assert "proves nothing" in verdict.reason


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        (1 - sy.mu, 1),
        (1 - sy.sigma, -1),
        (sy.phi - 1 / sy.phi, -1),
        (sp.log(sy.beta) / (sy.sigma - 1), -1),
        (sy.eta(sy.g).diff(sy.g), 1),
        ((1 + sy.lam) ** 2 - 1 - 2 * sy.lam - sy.lam**2, 0),
    ],
)
def test_decide(expression, sign):
    assert decide(expression).sign == sign


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

import pytest
import sympy as sp

from spillover.theory import signs
from spillover.theory import symbols as sy
from spillover.theory.propositions import prove
from spillover.theory.signs import decide

CURVATURE = sy.eta(sy.g).diff(sy.g, 2)


def test_no_number_is_drawn_to_reach_a_sign(monkeypatch):
    def forbidden(_):
        raise AssertionError("sampled")

    monkeypatch.setattr(signs, "search", forbidden)
    decide.cache_clear()
    assert decide((1 - sy.mu) * sp.log(sy.phi)).sign == -1
    with pytest.raises(AssertionError, match="sampled"):
        decide(sy.lam - sy.mu)


def test_a_sign_that_two_points_refute_is_not_sought_over_a_common_denominator(monkeypatch):
    def forbidden(_):
        raise AssertionError("a long look")

    monkeypatch.setattr(signs, "LONG", ((forbidden, ""),))
    decide.cache_clear()
    assert decide(sy.lam - sy.mu).outcome == "depends"
    with pytest.raises(AssertionError, match="a long look"):
        decide((1 + sy.lam) ** 2 - 2 * sy.lam)


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        (1 - sy.mu, "> 0"),
        (1 - sy.sigma, "< 0"),
        (sy.phi - 1 / sy.phi, "< 0"),
        (sp.log(sy.beta) / (sy.sigma - 1), "< 0"),
        (sy.eta(sy.g).diff(sy.g), "> 0"),
        ((1 + sy.lam) ** 2 - 1 - 2 * sy.lam - sy.lam**2, "= 0"),
        (sp.log((sy.sigma + sy.mu * sy.lam) / (sy.sigma + sy.mu)), "< 0"),
        (sp.log((sy.sigma + sy.mu) / (sy.sigma + sy.mu * sy.lam)), "> 0"),
        (sy.mu - sp.log(sy.phi) / sy.beta, "> 0"),
        (sp.sqrt(sy.mu), "> 0"),
        (1 - sy.s_n, "> 0"),
        (sy.phi - sy.tau ** (1 - sy.sigma), "= 0"),
        (sy.S_E - sy.E / (sy.E + sy.E_star), "= 0"),
        (sy.s_n - sy.n / (sy.n + sy.n_star), "= 0"),
        ((sy.lam - sy.mu) ** 2, ">= 0"),
        (2 * sy.lam * sy.mu - sy.lam**2 - sy.mu**2, "<= 0"),
        (CURVATURE**2, ">= 0"),
        (1 + CURVATURE**2, "> 0"),
        (0, "= 0"),
    ],
)
def test_decided(expression, outcome):
    assert decide(expression).outcome == outcome


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (sp.log(1 - sy.sigma), "need not be positive"),
        (sp.log(sy.lam - sy.mu), "need not be positive"),
        (sp.sqrt(1 - sy.sigma), "not a real number"),
        ((sy.lam - sy.mu) ** sp.Rational(1, 3), "need not be positive"),
        (1 / (sy.lam - sy.mu), "need not be different from 0"),
        (1 + 1 / (sy.lam - sy.mu) ** 2, "need not be different from 0"),
        (sp.I * sy.mu, "not a real number"),
        (sp.oo, "not a real number"),
        (sp.Symbol("y") - 1, "y is not declared to be real"),
        (CURVATURE, "no sign is assumed for"),
        (sy.v, "no sign is assumed for v"),
        (sp.Derivative(sy.K_star, sy.g), "no sign is assumed for"),
        (sp.sqrt(sy.lam) - sy.lam, "proves nothing"),
        (sp.sin(sy.lam), "nothing more is assumed about sin"),
        (sy.K - sy.lam, "K cannot be drawn at will"),
        (sp.Dummy("k", positive=True) - 1, "cannot be drawn at will"),
        ((1 + sy.x) ** (1 + sy.b) - 1 - (1 + sy.b) * sy.x, "proves nothing"),  # Bernoulli
    ],
)
def test_undecided_with_a_reason(expression, reason):
    verdict = decide(expression)
    assert verdict.outcome == "undecided"
    assert reason in verdict.reason


@pytest.mark.parametrize(
    "expression",
    [
        sy.lam - sy.mu,
        sy.s_n - sp.Rational(1, 2),
        sy.phi * sy.tau - 1,
        sy.L - sy.mu,
        sy.g - sy.lam * sy.g_star,
        sy.tau - sy.sigma * sy.phi,
        sp.sqrt(sy.lam) - sy.mu,
        sy.eta(sy.g).diff(sy.g) - sy.eta(sy.g_star),
    ],
)
def test_a_sign_that_depends_has_true_and_admissible_witnesses(expression):
    verdict = decide(expression)
    assert verdict.outcome == "depends"
    (low, negative), (high, positive) = verdict.witnesses
    assert negative < 0 < positive
    for point, shown in ((low, negative), (high, positive)):
        assert float(verdict.reduced.subs(point)) == pytest.approx(float(shown))
    for point, shown in verdict.examples:
        domains = {entry.symbol: entry.domain for entry in sy.NOTATION}
        for symbol, value in point.items():
            assert value > 0
            assert domains.get(symbol) != sy.UNIT or value < 1
            assert domains.get(symbol) != sy.ABOVE_ONE or value > 1
        slope = {sy.eta(sy.g).diff(sy.g): sy.steep}
        tied = {sy.phi: sy.tau ** (1 - sy.sigma)} if sy.tau in point else {}
        again = expression.xreplace(slope).subs(tied).subs(point)
        assert float(again) == pytest.approx(float(shown))


@pytest.mark.parametrize("given", ["x +", True, None, sp.Eq(sy.mu, 1)])
def test_only_an_expression_has_a_sign(given):
    with pytest.raises(TypeError, match="decide takes one sympy expression"):
        decide(given)


def test_the_common_rise_is_told_in_the_models_parameters():
    (step,) = prove("common rise").steps
    for point, _ in step.verdict.examples:
        assert {sy.beta, sy.eta(sy.g)} <= set(point)
        assert 0 < point[sy.beta] < 1

import numpy as np
import pytest

from spillover.theory import symbols as sy
from spillover.theory import tastes
from spillover.theory.accountings import ACCOUNTINGS
from spillover.theory.bifurcation import break_point
from spillover.theory.forces import FORCES, LEVELS, MODELS, by_freeness, symbolic
from spillover.theory.signs import decide
from spillover.theory.two_regions import TwoRegions


def scale(accounts):
    values = {sy.mu: 0.4, sy.sigma: 4, sy.beta: 0.7, sy.eta(sy.g): 0.5}
    return float(tastes.break_scale(accounts).subs(values))


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
@pytest.mark.parametrize("phi", [0.1, 0.8])
def test_closed_form_of_the_break_scale_is_where_symmetry_breaks(accounts, phi):
    model = TwoRegions(phi=phi, accounts=accounts)
    found = break_point(lambda psi: tastes.gap(model, psi), 0.01, 3)
    assert found == pytest.approx(scale(accounts), abs=1e-8)
    assert float(model.slope(0.5)) / 4 == pytest.approx(scale(accounts), rel=1e-10)


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_equilibria_are_one_above_and_three_below_the_break(accounts):
    model = TwoRegions(phi=0.4, accounts=accounts)
    above = tastes.equilibria(model, 1.05 * scale(accounts))
    below = tastes.equilibria(model, 0.9 * scale(accounts))
    assert [each.stable for each in above] == [True]
    assert [each.stable for each in below] == [True, False, True]
    assert below[0].share + below[2].share == pytest.approx(1)


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
@pytest.mark.parametrize("psi", [0.15, 0.8])
def test_response_is_the_derivative_and_negative_where_stable(accounts, psi):
    model = TwoRegions(phi=0.4, accounts=accounts)
    up, down = (TwoRegions(phi=0.4, g=g, accounts=accounts) for g in (1 + 1e-5, 1 - 1e-5))
    points = zip(*(tastes.equilibria(each, psi) for each in (model, up, down)), strict=True)
    for here, high, low in points:
        slope = (high.share - low.share) / 2e-5
        assert tastes.response(model, psi, here.share) == pytest.approx(slope, rel=1e-3)
        assert (slope < 0) == here.stable


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_the_sign_at_stable_equilibria_is_proved(accounts):
    assert tastes.STABLE_RESPONSE.prove(accounts).outcome == "proved"


def test_the_reversed_spillover_reverses_the_sign():
    assert tastes.STABLE_RESPONSE.prove(direction="inward").outcome == "reversed"


def test_above_the_uniqueness_scale_there_is_one_equilibrium():
    model = TwoRegions(phi=0.2, g=2.0, accounts="closed")
    psi = tastes.uniqueness_scale(model)
    assert len(tastes.equilibria(model, 1.01 * psi)) == 1
    assert tastes.restoring_slope(model, 1.01 * psi, 0.3) < 0


def test_psi_must_be_positive():
    with pytest.raises(ValueError, match="psi must be positive, got 0"):
        tastes.gap(TwoRegions(phi=0.4), 0)


def test_only_the_tp_model_knows_neither_crowding_nor_market_access():
    for model in MODELS:
        frame = by_freeness(model, [0.05, 0.5])
        assert frame["sum"].tolist() == pytest.approx(frame[list(FORCES)].sum(axis=1).tolist())
    assert set(symbolic("TP model")) == {"knowledge", "cost of living"}
    assert (by_freeness("TP model", [0.05, 0.5])["sum"] > 0).all()
    assert by_freeness("core-periphery", [0.05])["sum"].item() < 0


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_forces_of_the_tp_model_are_the_slope_of_its_gap(accounts):
    model = TwoRegions(phi=0.4, sigma=5, accounts=accounts)
    slope = 4 * tastes.break_scale(accounts).subs(LEVELS)
    assert float(slope) == pytest.approx(float(model.slope(0.5)))


def test_unknown_models_are_refused():
    with pytest.raises(ValueError, match="model 'Harris'"):
        symbolic("Harris")


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_the_criterion_is_made_of_derivatives_at_one_half(accounts):
    model, step = TwoRegions(phi=0.4, beta=0.3, g=0.25, g_star=0.25, accounts=accounts), 2e-3
    values = {sy.mu: 0.4, sy.sigma: 4, sy.beta: 0.3, sy.eta(sy.g): 0.2}
    around = model.utility_gap(0.5 + step * np.array([-2, -1, 1, 2]))
    third = around @ np.array([-1, 2, -2, 1]) / (2 * step**3)
    found = float(tastes.in_eta(tastes.pitchfork_criterion(accounts)).subs(values))
    assert found == pytest.approx(third - 8 * float(model.slope(0.5)), rel=1e-3)


def test_with_closed_books_symmetry_never_breaks_suddenly():
    assert decide(tastes.in_eta(tastes.pitchfork_criterion("closed"))).outcome == "< 0"


@pytest.mark.parametrize(("mu", "sigma", "beta", "eta"), [(0.2, 3, 0.2, 0.05), (0.4, 4, 0.7, 0.5)])
def test_the_criterion_foretells_the_number_of_equilibria_above_the_break(mu, sigma, beta, eta):
    g = eta / (1 - eta)
    model = TwoRegions(phi=0.4, mu=mu, sigma=sigma, beta=beta, g=g, g_star=g)
    values = {sy.mu: mu, sy.sigma: sigma, sy.beta: beta, sy.eta(sy.g): eta}
    sudden = float(tastes.in_eta(tastes.pitchfork_criterion()).subs(values)) > 0
    above = tastes.equilibria(model, 1.01 * float(tastes.break_scale().subs(values)))
    assert len(above) == (5 if sudden else 1)


@pytest.mark.parametrize("psi", [0.08, 0.02, 0.005])
def test_weak_tastes_do_not_lose_equilibria(psi):
    model = TwoRegions(phi=0.4, g=1.2)
    found = tastes.equilibria(model, psi)
    assert [each.stable for each in found] == [True, False, True]
    assert found[1].share == pytest.approx(float(model.threshold()), abs=0.1)
    assert tastes.response(model, psi, found[2].share) <= 0


def test_a_proof_of_the_response_covers_every_regime():
    assert len(tastes.STABLE_RESPONSE.prove().steps) == 3

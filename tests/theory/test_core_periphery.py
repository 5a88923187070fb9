import numpy as np
import pytest
import sympy as sp

from spillover.theory import core_periphery as model
from spillover.theory.bifurcation import break_point, rest_points, sustain_point
from spillover.theory.symbols import mu, phi, sigma


def test_break_point_is_the_closed_form():
    rho = (sigma - 1) / sigma
    known = (1 - mu) * (1 - mu / rho) / ((1 + mu) * (1 + mu / rho))
    assert sp.simplify(model.break_freeness() - known) == 0


@pytest.mark.parametrize(("share", "elasticity"), [(0.4, 5), (0.2, 3), (0.3, 8)])
def test_computed_break_point_agrees_with_the_closed_form(share, elasticity):
    found = break_point(lambda each: model.gap(each, share, elasticity), 0.01, 0.95)
    known = model.break_freeness().subs({mu: share, sigma: elasticity})
    assert found == pytest.approx(float(known), abs=1e-8)


def test_break_and_sustain_points_in_iceberg_costs():
    broken = break_point(lambda each: model.gap(each, 0.4, 5), 0.01, 0.9)
    sustained = sustain_point(lambda each: model.gap(each, 0.4, 5), 0.01, 0.9)
    assert broken ** (-1 / 4) == pytest.approx(1.63, abs=0.005)
    assert sustained ** (-1 / 4) == pytest.approx(1.81, abs=0.005)
    assert sustained < broken


def test_sustain_point_solves_the_textbook_condition():
    """1 = T^(-sigma mu) [(1 + mu)/2 T^(1 - sigma) + (1 - mu)/2 T^(sigma - 1)]."""
    freeness = sustain_point(lambda each: model.gap(each, 0.4, 5), 0.01, 0.9)
    trade_cost = freeness ** (-1 / 4)
    condition = trade_cost ** (-5 * 0.4) * (0.7 * freeness + 0.3 / freeness)
    assert condition == pytest.approx(1, abs=1e-8)


def test_the_tomahawk_has_five_equilibria_between_the_two():
    assert [p.stable for p in rest_points(model.gap(0.11, 0.4, 5))] == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_wages_clear_the_market():
    share = np.linspace(0, 1, 7)
    east, west = model.wages(share, 0.2)
    paid = 0.4 * (share * east + (1 - share) * west)
    assert np.allclose(paid, 0.4)
    assert east[3] == pytest.approx(1)


def test_forces_add_up_to_the_slope():
    values = {phi: 0.3, mu: 0.35, sigma: 4}
    total = float(sum(model.forces().values()).subs(values))
    low, high = model.gap(0.3, 0.35, 4)(np.array([0.5 - 1e-5, 0.5 + 1e-5]))
    assert total == pytest.approx((high - low) / 2e-5, rel=1e-6)
    assert (
        model.forces()["crowding"].subs(values) < 0 < model.forces()["market access"].subs(values)
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [((1.2, 0.4, 5), "phi must be"), ((0.3, 0, 5), "mu must be"), ((0.3, 0.4, 1), "sigma must be")],
)
def test_bad_parameters_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        model.gap(*parameters)

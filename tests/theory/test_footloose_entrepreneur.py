import numpy as np
import pytest
import sympy as sp

from spillover.theory import footloose_entrepreneur as model
from spillover.theory.bifurcation import break_point, rest_points, sustain_point
from spillover.theory.symbols import lam, mu, phi, sigma


def test_break_point_is_the_closed_form():
    known = (sigma - mu) * (sigma - 1 - mu) / ((sigma + mu) * (sigma - 1 + mu))
    assert sp.simplify(model.break_freeness() - known) == 0


@pytest.mark.parametrize(("share", "elasticity"), [(0.4, 4), (0.2, 2.5), (0.6, 6)])
def test_computed_break_point_agrees_with_the_closed_form(share, elasticity):
    found = break_point(lambda each: model.gap(each, share, elasticity), 0.01, 0.99)
    known = model.break_freeness().subs({mu: share, sigma: elasticity})
    assert found == pytest.approx(float(known), abs=1e-8)


def test_agglomeration_is_sustained_before_symmetry_breaks():
    sustained = sustain_point(lambda each: model.gap(each), 0.01, 0.99)
    broken = break_point(lambda each: model.gap(each), 0.01, 0.99)
    assert sustained < broken
    assert len(rest_points(model.gap((sustained + broken) / 2))) == 5


def test_pay_is_all_operating_profit():
    east, west = (each.subs(dict.fromkeys(model.CHANNELS.values(), lam)) for each in model.pay())
    total = lam * east + (1 - lam) * west
    spending = sp.Symbol("L", positive=True) + total
    assert sp.simplify(total - mu / sigma * spending) == 0


def test_forces_add_up_to_the_slope():
    values = {phi: 0.3, mu: 0.35, sigma: 4}
    total = float(sum(model.forces().values()).subs(values))
    low, high = model.gap(0.3, 0.35, 4)(np.array([0.5 - 1e-5, 0.5 + 1e-5]))
    assert total == pytest.approx((high - low) / 2e-5, rel=1e-6)
    assert (
        model.forces()["crowding"].subs(values) < 0 < model.forces()["market access"].subs(values)
    )


def test_bad_parameters_are_named():
    with pytest.raises(ValueError, match=r"mu must be in \(0, 1\); got 1.5"):
        model.gap(0.3, mu=1.5)

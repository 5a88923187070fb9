import brute_model as brute
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.theory import symbols as sy
from spillover.theory.accountings import ACCOUNTINGS
from spillover.theory.two_regions import TwoRegions

BASE = {"mu": 0.4, "sigma": 4.0, "tau": 1.5, "beta": 0.7, "g": 2.0, "g_star": 1.0}
UNIT = st.floats(0.05, 0.95)
PARAMETERS = st.fixed_dictionaries(
    {
        "mu": UNIT,
        "sigma": st.floats(1.2, 8),
        "tau": st.floats(1.02, 4),
        "beta": st.floats(0.2, 0.95),
        "g": st.floats(0.05, 10),
        "g_star": st.floats(0.05, 10),
    }
)
ACCOUNTS = st.sampled_from(list(ACCOUNTINGS))


@settings(max_examples=60)
@given(PARAMETERS, UNIT, ACCOUNTS, st.booleans())
def test_agrees_with_brute_force(parameters, lam, accounts, inward):
    economy = brute.Economy(**parameters)
    model = TwoRegions(**parameters, accounts=accounts, direction="inward" if inward else "outward")
    E, E_star, *_ = brute.spending(economy, lam, accounts, inward)
    assert model.knowledge(lam) == pytest.approx(brute.knowledge(economy, lam, inward))
    assert model.expenditure_share(lam) == pytest.approx(E / (E + E_star))
    assert model.firm_share(lam) == pytest.approx(brute.firm_share(economy, E, E_star), abs=1e-9)
    gap = brute.utility_gap(economy, lam, accounts, inward)
    assert model.utility_gap(lam) == pytest.approx(gap, abs=1e-10)


@settings(max_examples=60)
@given(PARAMETERS, UNIT, ACCOUNTS)
def test_derivatives_are_differences(parameters, lam, accounts):
    model, step = TwoRegions(**parameters, accounts=accounts), 1e-6
    around = np.array([lam - step, lam + step])
    if len(set(model.regime(around))) == 1:
        slope = np.diff(model.utility_gap(around))[0] / (2 * step)
        assert model.slope(lam) == pytest.approx(slope, rel=1e-4, abs=1e-6)
        levels = parameters["g"] + np.array([-step, step])
        moved = TwoRegions(**{**parameters, "g": levels}, accounts=accounts)
        if len(set(moved.regime(lam))) == 1:
            response = np.diff(moved.utility_gap(lam))[0] / (2 * step)
            assert model.digital_effect(lam) == pytest.approx(response, rel=1e-4, abs=1e-6)


@settings(max_examples=40)
@given(PARAMETERS, ACCOUNTS)
def test_exactly_three_equilibria_on_a_fine_grid(parameters, accounts):
    model = TwoRegions(**parameters, accounts=accounts)
    gaps = model.utility_gap(np.linspace(0, 1, 2001))
    assert np.all(np.diff(gaps) > 0)
    west, interior, east = model.equilibria()
    assert (west.lam, west.stable, east.lam, east.stable) == (0, True, 1, True)
    assert not interior.stable
    assert model.utility_gap(interior.lam) == pytest.approx(0, abs=1e-12)


@settings(max_examples=40)
@given(PARAMETERS, ACCOUNTS)
def test_threshold_response(parameters, accounts):
    step = 1e-5
    model = TwoRegions(**parameters, accounts=accounts)
    levels = parameters["g"] + np.array([-step, step])
    moved = TwoRegions(**{**parameters, "g": levels}, accounts=accounts).threshold()
    response = model.threshold_response()
    assert response > 0
    assert response == pytest.approx(np.diff(moved)[0] / (2 * step), rel=0.02, abs=1e-7)


def test_equal_regions_part_at_one_half():
    model = TwoRegions(**{**BASE, "g_star": 2.0})
    assert model.threshold() == pytest.approx(0.5, abs=1e-12)
    assert TwoRegions(**BASE).threshold() > 0.5


def test_inward_reading_exchanges_the_regions():
    lam = np.linspace(0, 1, 11)
    foil = TwoRegions(**BASE, direction="inward")
    mirror = TwoRegions(**{**BASE, "g": 1.0, "g_star": 2.0})
    np.testing.assert_allclose(foil.utility_gap(lam), mirror.utility_gap(lam))
    assert foil.digital_effect(0.6) > 0 > TwoRegions(**BASE).digital_effect(0.6)


def test_parameters_and_shares_broadcast():
    grid = TwoRegions(**{**BASE, "g": np.array([[0.5], [1.0], [3.0]])})
    lam = np.linspace(0.1, 0.9, 5)
    gaps = grid.utility_gap(lam)
    assert gaps.shape == (3, 5)
    alone = TwoRegions(**{**BASE, "g": 3.0}).utility_gap(lam[4])
    assert gaps[2, 4] == pytest.approx(alone)
    assert grid.threshold().shape == (3, 1)


def test_phi_and_tau_say_the_same():
    by_phi = TwoRegions(**{**BASE, "tau": None}, phi=1.5**-3.0)
    assert by_phi.tau == pytest.approx(1.5)
    assert by_phi.utility_gap(0.7) == pytest.approx(TwoRegions(**BASE).utility_gap(0.7))


def test_another_spillover_function():
    model = TwoRegions(**BASE, eta=sp.Lambda(sy.g, 1 - sp.exp(-sy.g)))
    K, K_star = model.knowledge(0.5)
    assert K_star == pytest.approx(((1 - np.exp(-2)) * 0.5 + 0.5) ** (1 / 0.7))
    assert pytest.approx((0.5 + (1 - np.exp(-1)) * 0.5) ** (1 / 0.7)) == K


def test_migration_ends_at_a_corner_on_the_side_of_the_threshold():
    model = TwoRegions(**BASE)
    edge = model.threshold()
    paths = model.migrate([edge - 0.02, edge + 0.02], np.linspace(0, 200, 50))
    assert paths.iloc[-1].to_numpy() == pytest.approx([0, 1], abs=1e-3)
    assert (paths.iloc[:, 0].diff().dropna() <= 1e-9).all()
    start = model.migrate([0.7], [0, 1e-4])
    speed = (start.iloc[1, 0] - 0.7) / 1e-4
    assert speed == pytest.approx(0.7 * 0.3 * model.utility_gap(0.7), rel=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mu": 0.0}, r"mu must be in \(0, 1\); got 0"),
        ({"mu": [0.5, 1.2]}, "mu must be .* got 1.2"),
        ({"sigma": 1.0}, "sigma must be greater than 1; got 1"),
        ({"tau": 0.9}, "tau must be greater than 1; got 0.9"),
        ({"tau": None, "phi": 1.0}, "phi must be"),
        ({"beta": 1.0}, "beta must be"),
        ({"g": 0.0}, "g must be such that eta"),
        ({"g_star": -0.5}, "g_star must be such that eta"),
        ({"g": np.nan}, "g must be such that eta"),
        ({"tau": None}, "exactly one of tau and phi"),
        ({"phi": 0.3}, "exactly one of tau and phi"),
        ({"accounts": "open"}, "accounting 'open'"),
        ({"direction": "up"}, "direction 'up'"),
    ],
)
def test_errors(change, message):
    with pytest.raises(ValueError, match=message):
        TwoRegions(**{**BASE, **change})


def test_shares_outside_the_unit_interval():
    with pytest.raises(ValueError, match=r"lam must be a share in \[0, 1\]; got 1.1"):
        TwoRegions(**BASE).utility_gap(1.1)


def test_equilibria_are_listed_for_one_economy():
    with pytest.raises(ValueError, match="scalar parameters"):
        TwoRegions(**{**BASE, "g": [1.0, 2.0]}).equilibria()

import numpy as np
import pandas as pd
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from threadpoolctl import threadpool_info, threadpool_limits

from spillover.theory import firm_location, tastes
from spillover.theory.accountings import ACCOUNTINGS
from spillover.theory.dynamics import paths
from spillover.theory.firm_location import locate_firms, objective, relative_profit, response
from spillover.theory.many_regions import (
    DYNAMICS,
    Economy,
    average_impacts,
    calibrate_amenity,
    calibrated,
    impact_summary,
    long_run,
    long_run_impacts,
    migrate,
    short_run,
    short_run_impacts,
)
from spillover.theory.two_regions import TwoRegions

UNIT = st.floats(0.02, 0.98)


def two_regions(phi, g, g_star, **parameters):
    freeness = np.array([[1, phi], [phi, 1]])
    return Economy(freeness, np.ones((2, 2)), np.array([g, g_star]), **parameters)


def scattered(size, seed, decay=6.0, **parameters):
    generator = np.random.default_rng(seed)
    place = generator.random((size, 2))
    distance = np.linalg.norm(place[:, None] - place, axis=2)
    return Economy(
        np.exp(-decay * distance),
        np.exp(-2 * distance),
        2 * generator.random(size),
        labour=generator.dirichlet(np.full(size, 5.0)),
        **parameters,
    )


def random_program(size, seed, exponent, evenness):
    generator = np.random.default_rng(seed)
    freeness = generator.random((size, size)) ** exponent
    np.fill_diagonal(freeness, 1.0)
    spending = np.maximum(generator.dirichlet(np.full(size, evenness)), 1e-12)
    return spending / spending.sum(), freeness


def programs():
    exponents, evenness = st.sampled_from([0.05, 1, 5]), st.sampled_from([0.3, 3.0, 30.0])
    return st.builds(random_program, st.integers(2, 12), st.integers(0, 10**6), exponents, evenness)


@given(programs())
@example(random_program(12, 33, 0.05, 0.3))  # the search went round near the solution
@example(random_program(11, 2551, 0.05, 30.0))
@settings(max_examples=60)
def test_firms_are_where_profits_are_equal_and_highest(program):
    spending, freeness = program
    found = locate_firms(spending, freeness)
    assert found.shares.sum() == pytest.approx(1)
    assert found.gap < 1e-10
    assert np.allclose(found.relative_profit[found.shares > 0], 1, atol=1e-7)
    assert np.allclose(found.relative_profit, relative_profit(found.shares, spending, freeness))


@given(programs())
@settings(max_examples=15)
def test_no_general_optimiser_finds_a_higher_objective(program):
    spending, freeness = program
    found = locate_firms(spending, freeness)
    rival = minimize(
        lambda n: -objective(n, spending, freeness),
        np.full(len(spending), 1 / len(spending)),
        bounds=[(0, 1)] * len(spending),
        constraints={"type": "eq", "fun": lambda n: n.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 500},
    )
    assert objective(found.shares, spending, freeness) >= -rival.fun - 1e-9


def test_the_certificate_bounds_the_distance_to_the_maximum():
    economy = scattered(8, 1)
    spending = short_run(economy, np.full(8, 1 / 8)).spending
    best = locate_firms(spending, economy.freeness)
    worse = np.full(8, 1 / 8)
    gap = relative_profit(worse, spending, economy.freeness).max() - 1
    lost = objective(best.shares, spending, economy.freeness) - objective(
        worse, spending, economy.freeness
    )
    assert 0 < lost <= gap


def test_a_close_start_gives_the_same_answer_even_when_its_corners_are_wrong():
    economy = scattered(20, 2, decay=3.0)
    state = short_run(economy, np.full(20, 1 / 20))
    wrong = np.zeros(20)
    wrong[:2] = 0.5
    for start in (state.firms.shares, wrong, np.full(20, 1 / 20)):
        again = locate_firms(state.spending, economy.freeness, start)
        assert np.allclose(again.shares, state.firms.shares, atol=1e-9)


def test_small_freeness_between_nearly_identical_regions_is_no_obstacle():
    freeness = np.array([[1, 1 - 1e-6, 0.2], [1 - 1e-6, 1, 0.2], [0.2, 0.2, 1]])
    found = locate_firms(np.array([0.4, 0.3, 0.3]), freeness)
    assert found.gap < 1e-11
    assert found.shares[1] == 0


def test_response_of_firms_is_the_derivative():
    economy = scattered(7, 3)
    spending = short_run(economy, np.full(7, 1 / 7)).spending
    found = locate_firms(spending, economy.freeness)
    change = np.zeros((7, 1))
    change[[0, 3], 0] = 1, -1
    step = 1e-6
    up, down = (
        locate_firms(spending + sign * step * change[:, 0], economy.freeness).shares
        for sign in (1, -1)
    )
    expected = (up - down) / (2 * step)
    assert np.allclose(
        response(found, spending, economy.freeness, change)[:, 0], expected, atol=1e-5
    )


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
@given(phi=UNIT, lam=UNIT, g=st.floats(0.05, 5), g_star=st.floats(0.05, 5), mu=UNIT)
@settings(max_examples=10)
def test_two_regions_are_reproduced_exactly(accounts, phi, lam, g, g_star, mu):
    known = TwoRegions(mu=mu, sigma=3, phi=phi, beta=0.6, g=g, g_star=g_star, accounts=accounts)
    economy = two_regions(phi, g, g_star, mu=mu, sigma=3, beta=0.6, accounts=accounts)
    state = short_run(economy, np.array([lam, 1 - lam]))
    assert state.utility[0] - state.utility[1] == pytest.approx(known.utility_gap(lam), abs=1e-8)
    assert state.firms.shares[0] == pytest.approx(known.firm_share(lam), abs=1e-8)
    assert state.spending[0] == pytest.approx(known.expenditure_share(lam), abs=1e-12)
    assert np.allclose(state.knowledge, known.knowledge(lam), rtol=1e-12)


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
@pytest.mark.parametrize("psi", [0.3, 1.5])
@pytest.mark.parametrize("direction", ["outward", "inward"])
def test_impacts_are_the_derivatives_of_equilibria(accounts, psi, direction):
    economy = scattered(5, 4, accounts=accounts, direction=direction)
    found = long_run(economy, psi)
    matrices = long_run_impacts(found)
    step = 1e-5
    for region in range(5):
        change = step * np.eye(5)[region]
        up, down = (
            long_run(economy.with_digital(economy.digital + sign * change), psi, found.creative)
            for sign in (1, -1)
        )
        slope = (up.creative - down.creative) / (2 * step)
        assert np.allclose(matrices.creative[:, region], slope, atol=2e-5)
        slope = (up.firms - down.firms) / (2 * step)
        assert np.allclose(matrices.firms[:, region], slope, atol=2e-5)


def test_short_run_impacts_hold_creative_people_where_they_are():
    economy = scattered(6, 5)
    creative = np.random.default_rng(0).dirichlet(np.ones(6))
    matrices = short_run_impacts(economy, short_run(economy, creative))
    change = 1e-5 * np.eye(6)[2]
    up, down = (
        short_run(economy.with_digital(economy.digital + sign * change), creative)
        for sign in (1, -1)
    )
    slope = (up.firms.shares - down.firms.shares) / 2e-5
    assert np.allclose(matrices.firms[:, 2], slope, atol=1e-5)
    assert not matrices.creative.any()


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_a_rise_in_technology_only_moves_shares_around(accounts):
    matrices = long_run_impacts(long_run(scattered(9, 6, accounts=accounts), 0.8))
    assert np.allclose(matrices.creative.sum(axis=0), 0, atol=1e-12)
    average = matrices.average("firms")
    assert average.total == pytest.approx(0, abs=1e-12)
    assert average.indirect == pytest.approx(-average.direct)


def test_average_impacts_are_the_diagonal_and_the_rest():
    assert average_impacts(np.array([[1.0, 2.0], [4.0, 3.0]])) == (2.0, 3.0, 5.0)


def test_equilibrium_is_a_rest_point_of_the_logit_choice():
    found = long_run(scattered(10, 7), 0.4)
    weights = np.exp((found.state.utility - found.state.utility.max()) / 0.4)
    assert np.allclose(found.creative, weights / weights.sum(), atol=1e-9)
    assert found.stable


def test_an_unstable_start_is_left_for_a_stable_equilibrium():
    economy = two_regions(0.4, 1.0, 1.0)
    found = long_run(economy, 0.05)
    assert found.stable
    assert abs(found.creative[0] - 0.5) > 0.4


@pytest.mark.parametrize("dynamics", DYNAMICS)
def test_both_dynamics_end_in_the_long_run(dynamics):
    economy = scattered(6, 8)
    start = np.array([0.3, 0.25, 0.2, 0.15, 0.07, 0.03])
    path = migrate(economy, 0.8, start, np.linspace(0, 80, 5), dynamics)
    assert path.iloc[0].to_numpy() == pytest.approx(start)
    assert path.iloc[-1].to_numpy() == pytest.approx(long_run(economy, 0.8).creative, abs=1e-6)


def test_two_regions_move_by_the_two_region_rule_or_by_logit_choice():
    model, times = TwoRegions(phi=0.4, g=1.5, mu=0.3, sigma=4, beta=0.5), [0, 0.5, 2]
    economy = two_regions(0.4, 1.5, 1.0)
    known = paths(tastes.gap(model, 0.5), [0.7], times)[0.7]
    found = migrate(economy, 0.5, np.array([0.7, 0.3]), times)
    assert found[0].to_numpy() == pytest.approx(known.to_numpy(), abs=1e-6)
    soon = migrate(economy, 0.5, np.array([0.7, 0.3]), [0, 1e-4], "logit")
    wanted = 1 / (1 + np.exp(-float(model.utility_gap(0.7)) / 0.5))
    assert (soon[0].iloc[1] - 0.7) / 1e-4 == pytest.approx(wanted - 0.7, rel=1e-3)
    with pytest.raises(ValueError, match="dynamics 'best reply'"):
        migrate(economy, 0.5, np.array([0.7, 0.3]), [0, 1], "best reply")


def test_amenity_explains_a_given_distribution():
    economy = scattered(6, 8)
    target = np.array([0.3, 0.25, 0.2, 0.15, 0.07, 0.03])
    explained = calibrate_amenity(economy, target, 0.5)
    assert np.allclose(long_run(explained, 0.5, target).creative, target, atol=1e-9)


def test_a_calibrated_run_stays_where_it_was_put_and_is_summarised():
    target = np.array([0.3, 0.25, 0.2, 0.15, 0.07, 0.03])
    run = calibrated(scattered(6, 8), target, 1.0)
    assert np.allclose(run.creative, target, atol=1e-9)
    matrices = long_run_impacts(run)
    table = matrices.relative_size("creative")
    summary = impact_summary(matrices)
    assert summary["people: direct"] == pytest.approx(np.diag(table).mean())
    assert summary["people: indirect"] == pytest.approx(-summary["people: direct"])
    assert summary["firms: direct"] == matrices.average("firms").direct
    assert summary["own < 0"] == sum(table.iloc[k, k] < 0 for k in range(6))
    losing = (table.to_numpy() < 0).sum() - summary["own < 0"]
    assert summary["pairs that lose"] == pytest.approx(losing / 30)


def test_frames_are_matched_by_region_and_results_carry_names():
    names = ["b", "a", "c"]
    freeness = pd.DataFrame(
        [[1, 0.2, 0.5], [0.2, 1, 0.3], [0.5, 0.3, 1]], index=names, columns=names
    )
    g = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})
    shuffled = freeness.loc[["c", "a", "b"], ["c", "a", "b"]]
    economy = Economy(freeness, shuffled, g)
    assert economy.regions == ("b", "a", "c")
    assert economy.digital.tolist() == [2.0, 1.0, 3.0]
    assert np.array_equal(economy.links, freeness.to_numpy())


def test_large_economies_take_the_same_path_as_small_ones():
    found = long_run(scattered(450, 9, decay=30), 0.5)
    dense = np.linalg.eigvals(found.choice_slope).real.max()
    assert found.pull == pytest.approx(dense, rel=1e-8)


EVEN = np.array([[1, 0.5], [0.5, 1]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mu": 1.2}, "mu must lie between 0 and 1, got 1.2"),
        ({"sigma": 1.0}, "sigma must be above 1"),
        ({"beta": 0.0}, "beta must lie between 0 and 1"),
        ({"accounts": "open"}, "accounting 'open'"),
        ({"digital": np.array([1.0, -1.0])}, "digital must be at least 0: region 1"),
        ({"digital": np.ones(3)}, "digital: expected 2 values"),
        ({"freeness": EVEN / 2}, "freeness must be 1 within the region: region 0"),
        ({"freeness": 3 * EVEN}, "freeness must be between 0 and 1: region 0"),
        ({"freeness": np.ones((2, 2))}, "freeness must be below 1 between regions: region 0"),
        ({"digital": 0.0, "accounts": "closed"}, "links and digital must be positive for some"),
        ({"links": np.eye(2), "accounts": "closed"}, "a region that hears nobody earns nothing"),
        ({"links": np.ones((2, 3))}, "links: expected 2 x 2"),
        ({"labour": np.array([2.0, np.nan])}, "labour must be positive: region 0"),
        ({"direction": "sideways"}, "direction must be one of"),
        ({"amenity": np.array([0.0, np.inf])}, "amenity must be finite: region 1"),
        ({"freeness": np.eye(1), "links": np.eye(1)}, "at least two regions"),
        ({"digital": pd.Series({0: 1.0})}, "digital: no value for region 1"),
        ({"links": pd.DataFrame(np.eye(1))}, "links: no row and column for region 1"),
        ({"eta": sp.Lambda(sp.Symbol("g"), 3 * sp.Symbol("g"))}, "eta must be between 0 and 1"),
    ],
)
def test_bad_parameters_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        Economy(**({"freeness": EVEN, "links": EVEN, "digital": 1.0} | change))


def test_bad_distributions_and_tastes_are_named():
    economy = two_regions(0.5, 1.0, 1.0)
    with pytest.raises(ValueError, match="creative: shares must sum to one"):
        short_run(economy, np.array([0.5, 0.6]))
    with pytest.raises(ValueError, match="creative must be at least 0: region 1"):
        short_run(economy, np.array([1.5, -0.5]))
    with pytest.raises(ValueError, match="psi must be positive"):
        long_run(economy, 0.0)
    with pytest.raises(ValueError, match="start: every region needs"):
        long_run(economy, 1.0, np.array([1.0, 0.0]))


def places_far_apart(n, reach):
    rng = np.random.default_rng(12)
    points = rng.random((n, 2))
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)
    return rng.dirichlet(np.full(n, 5.0)), np.exp(-apart / reach)


@pytest.mark.parametrize(("reach", "few"), [(0.3, True), (0.01, False)])
def test_firms_among_many_regions_are_those_that_all_at_once_gives(monkeypatch, reach, few):
    spending, freeness = places_far_apart(450, reach)
    monkeypatch.setattr(firm_location, "CANDIDATES", 450)
    at_once = locate_firms(spending, freeness)
    looked_at = []
    step = firm_location.dposv

    def counted(curvature, *arguments, **options):
        looked_at.append(len(curvature))
        return step(curvature, *arguments, **options)

    monkeypatch.setattr(firm_location, "CANDIDATES", 60)
    monkeypatch.setattr(firm_location, "dposv", counted)
    found = locate_firms(spending, freeness)
    np.testing.assert_allclose(found.shares, at_once.shares, atol=1e-10)
    assert abs(found.gap) < 1e-11
    assert (max(looked_at) < 225) == few


def test_small_steps_towards_the_firms_shares_are_taken_by_one_thread(monkeypatch):
    def threads():
        return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}

    step, meanwhile = firm_location.dposv, []

    def watched(*arguments, **keywords):
        meanwhile.append(threads())
        return step(*arguments, **keywords)

    monkeypatch.setattr(firm_location, "dposv", watched)
    with threadpool_limits(2, "blas"):
        locate_firms(np.array([0.4, 0.6]), np.array([[1.0, 0.5], [0.5, 1.0]]))
        assert threads() == {2}
    assert meanwhile[0] == {1}

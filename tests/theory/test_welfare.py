import brute_model as brute
import numpy as np
import pytest
import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory import tastes, welfare
from spillover.theory.accountings import ACCOUNTINGS
from spillover.theory.equations.short_run import ALL_EAST, BOTH
from spillover.theory.signs import decide
from spillover.theory.two_regions import TwoRegions
from spillover.theory.welfare import GROUPS, WELFARE

ECONOMY = {"mu": 0.4, "sigma": 4.0, "tau": 1.6, "beta": 0.7, "g": 2.0, "g_star": 1.0}


def brute_incomes(parameters, lam, accounts):
    """Log real incomes of the four groups from price indices and sums of the brute model."""
    economy = brute.Economy(**parameters)
    E, E_star, incomes, firms, _ = brute.spending(economy, lam, accounts)
    share = brute.firm_share(economy, E, E_star)
    here, there = share * firms, (1 - share) * firms
    index = brute.price_index(economy, here, there), brute.price_index(economy, there, here)
    bought = [-economy.mu * np.log(each) for each in index]
    return [*bought, *(b + np.log(w) for b, w in zip(bought, incomes, strict=True))]


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
@pytest.mark.parametrize("lam", [0.0, 0.35, 0.9])
def test_real_incomes_are_those_of_the_brute_model(accounts, lam):
    found = welfare.real_incomes(TwoRegions(**ECONOMY, accounts=accounts), lam)
    assert tuple(found) == GROUPS
    assert list(found.values()) == pytest.approx(brute_incomes(ECONOMY, lam, accounts))


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
@pytest.mark.parametrize("group", GROUPS)
def test_symbolic_real_incomes_differ_from_the_numbers_by_a_constant(accounts, group):
    model = TwoRegions(**ECONOMY, accounts=accounts)
    expression = welfare.log_real_income(group, BOTH, accounts).subs({sy.L: 1})

    def off(lam):
        K, K_star = model.knowledge(lam)
        at = {sy.lam: lam, sy.K: K, sy.K_star: K_star, sy.mu: 0.4, sy.sigma: 4, sy.phi: model.phi}
        return float(expression.subs(at)) - float(welfare.real_incomes(model, lam)[group])

    assert model.regime(0.45) == model.regime(0.6) == BOTH
    assert off(0.45) == pytest.approx(off(0.6))


def test_the_bound_for_wests_workers_is_the_known_one_and_right():
    bounds = welfare.west_gains_if("closed")
    assert sp.simplify(bounds[0] - (1 - sy.mu / sy.sigma)) == 0
    assert sp.simplify(bounds[1] - 2 * sy.phi / (1 + sy.phi)) == 0
    generator = np.random.default_rng(11)
    for _ in range(20):
        mu, phi, beta, eta = generator.uniform(0.05, 0.95, 4)
        sigma, g = generator.uniform(1.2, 6), eta / (1 - eta)
        model = TwoRegions(mu=mu, sigma=sigma, phi=phi, beta=beta, g=g, g_star=g, accounts="closed")
        gain = np.subtract(*(welfare.real_incomes(model, lam)[GROUPS[1]] for lam in (1, 0.5)))
        bound = max(1 - mu / sigma, 2 * phi / (1 + phi))
        assert (gain > 0) == (((1 + eta) / 2) ** (1 / beta) < bound)


def test_as_published_wests_workers_always_lose():
    for regime in (BOTH, ALL_EAST):
        gain = welfare.gain_from_agglomeration(GROUPS[1], regime, "published")
        assert decide(gain.subs(sy.K, 1 / (1 + sy.x))).outcome == "< 0"


@pytest.mark.parametrize("key", ["East gains", "workers, East", "workers, West", "creative, West"])
def test_with_closed_books_these_groups_gain(key):
    assert WELFARE[key].prove("closed").outcome == "proved"


def test_as_published_easts_workers_lose_from_their_regions_technology():
    assert WELFARE["workers, East"].prove("published").steps[0].verdict.outcome == "< 0"


@pytest.mark.parametrize("group", GROUPS)
def test_responses_have_the_sign_of_differences(group):
    up, down = (
        welfare.real_incomes(TwoRegions(**{**ECONOMY, "g": g}, accounts="closed"), 0.6)[group]
        for g in (2.001, 1.999)
    )
    assert (up > down) == (group != GROUPS[2])


def test_the_knowledge_wedge_favours_the_region_that_shares_more():
    more = {sy.eta(sy.g): 1 / (1 + sy.d), sy.eta(sy.g_star): 1 / (1 + sy.d + sy.x)}
    assert decide(welfare.knowledge_wedge().subs(more)).outcome == "> 0"
    at = {sy.beta: 0.7, sy.eta(sy.g): 2 / 3, sy.eta(sy.g_star): 0.5}
    model, step = TwoRegions(**ECONOMY), 1e-6
    logs = [np.log(model.knowledge(0.5 + move)) for move in (step, -step)]
    slope = np.mean(logs[0] - logs[1]) / (2 * step)
    assert float(welfare.knowledge_wedge().subs(at)) == pytest.approx(slope, rel=1e-6)


def test_the_market_share_is_the_equilibrium():
    model = TwoRegions(**ECONOMY, accounts="closed")
    (point,) = tastes.equilibria(model, 1.5)
    assert float(welfare.market_share(model, 1.5)) == pytest.approx(point.share, abs=1e-12)
    many = TwoRegions(**{**ECONOMY, "g": np.array([1.0, 2.0])}, accounts="closed")
    assert welfare.market_share(many, 1.5)[1] == pytest.approx(point.share, abs=1e-12)


def test_the_planner_has_more_people_where_more_is_shared():
    model = TwoRegions(**ECONOMY, accounts="closed")
    planned, settled = welfare.planner_share(model, 1.5), float(welfare.market_share(model, 1.5))
    assert settled < 0.5 < planned
    assert welfare.wedge(model, 1.5, settled) > 0
    pull = float(tastes.gap(model, 1.5)(planned))
    assert pull < 0
    assert welfare.wedge(model, 1.5, planned) == pytest.approx(-pull, rel=1e-4)
    around = planned + np.array([-0.01, 0, 0.01])
    assert welfare.social_welfare(model, 1.5, around).argmax() == 1
    even = TwoRegions(**{**ECONOMY, "g": 1.0}, accounts="closed")
    assert welfare.planner_share(even, 1.5) == pytest.approx(0.5, abs=1e-6)


def test_social_welfare_weighs_everybody_once():
    model = TwoRegions(**ECONOMY, accounts="closed")
    found = list(welfare.real_incomes(model, 0.3).values())
    tasted = -1.5 * (0.3 * np.log(0.3) + 0.7 * np.log(0.7))
    expected = (found[0] + found[1]) / 2 + 0.3 * found[2] + 0.7 * found[3] + tasted
    assert welfare.social_welfare(model, 1.5, 0.3) == pytest.approx(expected)


def test_governments_share_too_little_and_less_so_if_technology_absorbs():
    games = {
        way: welfare.policy_game(3.0, 0.01, way, phi=0.4, accounts="closed")
        for way in ("outward", "inward")
    }
    assert games["outward"]["nash"] < games["inward"]["nash"] < games["inward"]["cooperation"]
    for game in games.values():
        assert game["cooperation"] == pytest.approx(games["outward"]["cooperation"], rel=1e-5)
        assert game["own"] == pytest.approx(0.01, rel=1e-6)
        assert game["worth"] > 0


def test_no_government_gains_by_leaving_the_nash_level():
    nash = welfare.policy_game(3.0, 0.01, phi=0.4, accounts="closed")["nash"]
    levels = nash * np.array([0.2, 0.6, 0.9, 1.0, 1.1, 2.0, 5.0])
    model = TwoRegions(phi=0.4, g=levels, g_star=nash, accounts="closed")
    value = welfare.real_incomes(model, welfare.market_share(model, 3.0))[GROUPS[0]]
    assert np.argmax(value - 0.01 * levels) == 3


def test_technology_that_is_not_worth_its_cost_is_not_built():
    game = welfare.policy_game(3.0, 10.0, phi=0.4, accounts="closed")
    assert game["nash"] == game["cooperation"] == game["worth"] == 0


def test_unknown_groups_and_costs_are_refused():
    with pytest.raises(ValueError, match="group 'landlords'"):
        welfare.log_real_income("landlords", BOTH)
    with pytest.raises(ValueError, match="cost must be positive"):
        welfare.policy_game(1.0, 0.0, phi=0.4)
    with pytest.raises(ValueError, match="psi must be positive"):
        welfare.market_share(TwoRegions(phi=0.4), 0.0)

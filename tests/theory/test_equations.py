"""Each equation against brute force: numerical optimisation, quadrature, roots, differences."""

import brute_model as brute
import numpy as np
import pytest
import sympy as sp
from scipy.optimize import minimize, minimize_scalar

from spillover.theory import symbols as sy
from spillover.theory.equations import (
    EQUATIONS,
    SECTIONS,
    DerivationError,
    consumers,
    dependencies,
    digital,
    equation,
    producers,
    short_run,
)
from spillover.theory.equations.registry import arranged, difference

ECONOMIES = [
    brute.Economy(mu=0.4, sigma=4.0, tau=1.6, beta=0.7, g=2.0, g_star=1.0, L=1.0),
    brute.Economy(mu=0.8, sigma=1.7, tau=1.2, beta=0.3, g=0.3, g_star=4.0, L=2.5),
    brute.Economy(mu=0.15, sigma=6.0, tau=3.0, beta=0.9, g=1.5, g_star=1.5, L=0.6),
]
PRICES = np.array([1.2, 2.0, 0.7])


def numbers(economy, **more):
    """Values of the parameters of an economy, by symbol."""
    known = {
        sy.mu: economy.mu,
        sy.sigma: economy.sigma,
        sy.tau: economy.tau,
        sy.phi: economy.tau ** (1 - economy.sigma),
        sy.beta: economy.beta,
        sy.L: economy.L,
    }
    return known | {getattr(sy, name): value for name, value in more.items()}


def value(expression, known):
    """Number of an expression, with eta(g) = g/(1 + g)."""
    flows = expression.replace(sy.eta, lambda g: g / (1 + g)).doit()
    return float(flows.subs(known))


def index_of(prices, sigma):
    """Equation (2) for varieties of mass one at these prices, the integral turned into a sum."""
    summed = equation(2).rhs.replace(
        sp.Integral, lambda inner, _: sum(inner.subs(sy.price(sy.i), each) for each in prices)
    )
    return float(summed.subs(sy.sigma, sigma))


def utility(quantities, traditional, mu, sigma):
    rho = (sigma - 1) / sigma
    composite = np.sum(quantities**rho) ** (1 / rho)
    return mu * np.log(composite) + (1 - mu) * np.log(traditional)


def best_bundle(mu, sigma, income):
    """Quantities that maximise utility on the budget, found numerically."""

    def loss(logs):
        shares = np.exp(logs) / np.exp(logs).sum()
        bought = shares * income / np.append(PRICES, 1.0)
        return -utility(bought[:-1], bought[-1], mu, sigma)

    found = minimize(loss, np.zeros(len(PRICES) + 1), tol=1e-12, method="BFGS")
    shares = np.exp(found.x) / np.exp(found.x).sum()
    return shares * income / np.append(PRICES, 1.0), -found.fun


@pytest.mark.parametrize(("mu", "sigma"), [(0.4, 4.0), (0.7, 1.8)])
def test_demand_and_price_index_maximise_utility(mu, sigma):
    income = 3.0
    bundle, _ = best_bundle(mu, sigma, income)
    known = {sy.mu: mu, sy.sigma: sigma, sy.E: income, sy.P: index_of(PRICES, sigma)}
    demanded = [equation(1).rhs.subs(sy.price(sy.i), each).subs(known) for each in PRICES]
    np.testing.assert_allclose(bundle[:-1], np.array(demanded, dtype=float), rtol=1e-4)


@pytest.mark.parametrize(("mu", "sigma"), [(0.4, 4.0), (0.7, 1.8)])
def test_indirect_utility_is_the_maximum(mu, sigma):
    income = 3.0
    _, attained = best_bundle(mu, sigma, income)
    constant = mu * np.log(mu) + (1 - mu) * np.log(1 - mu)
    known = {sy.mu: mu, sy.E: income, sy.P: index_of(PRICES, sigma)}
    assert value(equation(4).rhs, known) + constant == pytest.approx(attained, abs=1e-7)
    assert np.log(value(equation(3).rhs, known)) + constant == pytest.approx(attained, abs=1e-7)


def test_composite_costs_its_price_index():
    composite = consumers.composite_of_bundle()
    index = composite.subs({sp.Symbol("c", positive=True): 1})
    integral = sp.Symbol("I", positive=True)
    known = {integral: 0.8, sy.sigma: 3.0}
    assert 0.8 / float(index.subs(known)) == pytest.approx(0.8 ** (1 / (1 - 3.0)))


MARKET = {"E": 1.3, "E_star": 0.6, "P": 1.1, "P_star": 1.4}


@pytest.mark.parametrize("economy", ECONOMIES)
def test_delivered_price_and_firm_demand(economy):
    known = numbers(economy, p=1.7, **MARKET)
    assert value(equation(5).rhs, known) == pytest.approx(1.7 * economy.tau)
    sold = brute.sales(economy, 1.7, *(MARKET[k] for k in ("E", "P", "E_star", "P_star")))
    assert value(equation(6).rhs, known) == pytest.approx(sold)


@pytest.mark.parametrize("economy", ECONOMIES)
def test_markup_maximises_profit(economy):
    def loss(price):
        sold = brute.sales(economy, price, *(MARKET[k] for k in ("E", "P", "E_star", "P_star")))
        return -(price - 1) * sold

    best = minimize_scalar(loss, bounds=(1, 20), method="bounded", options={"xatol": 1e-10})
    assert value(equation(7).rhs, numbers(economy)) == pytest.approx(best.x, rel=1e-5)


def test_elasticity_among_many_varieties_is_sigma():
    many = sp.Symbol("N", positive=True)
    elasticity = producers.demand_elasticity_among(many)
    assert sp.limit(elasticity, many, sp.oo) == sy.sigma
    assert elasticity.subs(many, 1) == 1

    def demand(price, others=4, sigma=3.0):
        return price**-sigma / (price ** (1 - sigma) + others * 1.5 ** (1 - sigma))

    step = 1e-6
    numeric = -1.5 * (demand(1.5 + step) - demand(1.5 - step)) / (2 * step) / demand(1.5)
    exact = elasticity.subs({many: 5, sy.sigma: 3})
    assert float(exact) == pytest.approx(numeric, rel=1e-6)


FIRMS = {"n": 0.7, "n_star": 0.5}


@pytest.mark.parametrize("economy", ECONOMIES)
def test_price_indices_sum_over_varieties(economy):
    known = numbers(economy, **FIRMS)
    east, west = (value(part.rhs, known) for part in equation(8).parts)
    assert east == pytest.approx(brute.price_index(economy, 0.7, 0.5))
    assert west == pytest.approx(brute.price_index(economy, 0.5, 0.7))


@pytest.mark.parametrize("economy", ECONOMIES)
def test_output_profit_and_labour(economy):
    P, P_star = brute.price_index(economy, 0.7, 0.5), brute.price_index(economy, 0.5, 0.7)
    E, E_star = 1.3, 0.6
    east = brute.sales(economy, economy.price, E, P, E_star, P_star)
    west = brute.sales(economy, economy.price, E_star, P_star, E, P)
    known = numbers(economy, E=E, E_star=E_star, **FIRMS)
    assert value(equation(9).rhs, known) == pytest.approx(east)
    assert value(equation(10).rhs, known) == pytest.approx((economy.price - 1) * east)
    assert value(equation(11).rhs, known) == pytest.approx(0.7 * east + 0.5 * west)
    assert value(equation(12).rhs, known) == pytest.approx((1 - economy.mu) * (E + E_star))


@pytest.mark.parametrize("economy", ECONOMIES)
def test_total_spending_clears_the_labour_market(economy):
    assert value(equation(13).rhs, numbers(economy)) == pytest.approx(brute.total_spending(economy))


@pytest.mark.parametrize("economy", ECONOMIES)
@pytest.mark.parametrize("lam", [0.0, 0.3, 1.0])
def test_knowledge(economy, lam):
    known = numbers(economy, lam=lam, g=economy.g, g_star=economy.g_star)
    expected = brute.knowledge(economy, lam)
    assert [value(part.rhs, known) for part in equation(16).parts] == pytest.approx(expected)
    general = (
        equation(number).rhs.replace(sy.h, lambda _: sp.S(2)).replace(sy.h_star, lambda _: sp.S(2))
        for number in (14, 15)
    )
    doubled = [value(stock, known) for stock in general]
    assert doubled == pytest.approx([2 * stock for stock in expected])


@pytest.mark.parametrize("economy", ECONOMIES)
def test_knowledge_response_is_the_slope(economy):
    lam, step = 0.6, 1e-6
    known = numbers(economy, lam=lam, g=economy.g, g_star=economy.g_star)
    up, down = (
        np.array(brute.knowledge(brute.Economy(**{**economy.__dict__, "g": economy.g + move}), lam))
        for move in (step, -step)
    )
    slopes = [value(part.rhs, known) for part in equation(17).parts]
    np.testing.assert_allclose(slopes, (up - down) / (2 * step), rtol=1e-6, atol=1e-9)


def test_creative_people_break_even_and_own_all_firms():
    pay, pay_west, budget = equation(18).parts
    assert pay.rhs / sy.K == sy.Pi
    assert pay_west.rhs / sy.K_star == sy.Pi
    assert budget.rhs == sy.a_H + sy.w_H
    assert sp.simplify(equation(19).rhs - (sy.n + sy.n_star) * sy.Pi) == 0


SPENDING_SHARES = [0.05, 0.35, 0.5, 0.62, 0.97]


def at_short_run(economy, share):
    """Firms' share, prices, outputs and the active firms' profit by brute force, E + E* = 2."""
    E, E_star = 2 * share, 2 * (1 - share)
    firms = brute.firm_share(economy, E, E_star)
    P = brute.price_index(economy, firms, 1 - firms)
    P_star = brute.price_index(economy, 1 - firms, firms)
    east = brute.sales(economy, economy.price, E, P, E_star, P_star)
    west = brute.sales(economy, economy.price, E_star, P_star, E, P)
    return firms, (P, P_star), (east, west)


def regime_of(firms):
    return {0.0: short_run.ALL_WEST, 1.0: short_run.ALL_EAST}.get(firms, short_run.BOTH)


@pytest.mark.parametrize("economy", ECONOMIES)
@pytest.mark.parametrize("share", SPENDING_SHARES)
def test_short_run(economy, share):
    firms, prices, outputs = at_short_run(economy, share)
    regime = regime_of(firms)
    known = numbers(economy, S_E=share, E=2 * share, E_star=2 * (1 - share))
    conditions = [short_run.regime_condition(each).subs(known) for each in (1, 2, 3)]
    assert [bool(each) for each in conditions] == [regime == each for each in (1, 2, 3)]
    assert value(sp.sympify(short_run.firms_in(regime)), known) == pytest.approx(firms)
    price_equation = {1: 21, 2: 23, 3: 25}[regime]
    derived = [value(part.rhs, known) for part in equation(price_equation).parts]
    assert derived == pytest.approx(prices)
    output_equation = {1: 22, 2: 24, 3: 26}[regime]
    active = {1: outputs, 2: outputs[:1], 3: outputs[1:]}[regime]
    derived = [value(part.rhs, known) for part in equation(output_equation).parts]
    assert derived == pytest.approx(active)
    profit = [(economy.price - 1) * each for each in active]
    assert [value(equation(27).rhs, known)] * len(profit) == pytest.approx(profit)


def test_all_three_regimes_are_met():
    met = {
        regime_of(at_short_run(economy, share)[0])
        for economy in ECONOMIES
        for share in SPENDING_SHARES
    }
    assert met == {1, 2, 3}


@pytest.mark.parametrize("economy", ECONOMIES)
@pytest.mark.parametrize("lam", [0.0, 0.35, 0.8, 1.0])
def test_incomes_and_spending(economy, lam):
    K, K_star = brute.knowledge(economy, lam)
    E, E_star, incomes, _, profit = brute.spending(economy, lam)
    known = numbers(economy, lam=lam, K=K, K_star=K_star, Pi=profit)
    assert value(equation(27).parts[1].rhs, known) == pytest.approx(profit)
    assets = value(equation(28).rhs, known)
    pay = [value(part.rhs, known) for part in equation(29).parts]
    assert [assets + each for each in pay] == pytest.approx(incomes)
    assert [value(part.rhs, known) for part in equation(30).parts] == pytest.approx((E, E_star))


@pytest.mark.parametrize("economy", ECONOMIES)
@pytest.mark.parametrize("lam", [0.02, 0.35, 0.5, 0.8, 0.99])
def test_utility_gap(economy, lam):
    K, K_star = brute.knowledge(economy, lam)
    E, E_star, incomes, _, profit = brute.spending(economy, lam)
    firms = brute.firm_share(economy, E, E_star)
    P = brute.price_index(economy, firms, 1 - firms)
    P_star = brute.price_index(economy, 1 - firms, firms)
    known = numbers(
        economy, lam=lam, K=K, K_star=K_star, Pi=profit, P=P, P_star=P_star, S_E=E / (E + E_star)
    )
    utilities = [value(part.rhs, known) for part in equation(31).parts]
    expected = [incomes[0] * P**-economy.mu, incomes[1] * P_star**-economy.mu]
    assert utilities == pytest.approx(expected)
    gap = brute.utility_gap(economy, lam)
    assert value(equation(32).rhs, known) == pytest.approx(gap, abs=1e-12)
    assert value(equation(33).rhs, known) == pytest.approx(gap, abs=1e-12)


@pytest.mark.parametrize("economy", ECONOMIES[::2])  # firms in both regions
@pytest.mark.parametrize("lam", [0.45, 0.5, 0.55])
def test_response_to_digital_technology(economy, lam):
    step = 1e-5
    moved = [brute.Economy(**{**economy.__dict__, "g": economy.g + move}) for move in (step, -step)]
    up, down = (brute.spending(each, lam) for each in moved)
    share_slope = (up[0] / (up[0] + up[1]) - down[0] / (down[0] + down[1])) / (2 * step)
    gap_slope = np.diff([brute.utility_gap(each, lam) for each in moved])[0] / (-2 * step)
    K, K_star = brute.knowledge(economy, lam)
    E, E_star, _, _, profit = brute.spending(economy, lam)
    known = numbers(
        economy, lam=lam, K=K, K_star=K_star, Pi=profit, E=E, E_star=E_star,
        g=economy.g, g_star=economy.g_star,
    )  # fmt: skip
    share, sign = equation(35).parts
    assert value(digital.in_levels(share.rhs), known) == pytest.approx(share_slope, rel=1e-4)
    firms = brute.firm_share(economy, E, E_star)
    assert 0 < firms < 1
    slopes = {digital.spending_slope: share.rhs}
    inserted = digital.in_levels(equation(34).rhs.subs(slopes)).subs(sy.S_E, E / (E + E_star))
    assert value(inserted, known) == pytest.approx(gap_slope, rel=1e-4)
    full = digital.in_levels(digital.gap_response_in_full())
    assert value(full, known) == pytest.approx(gap_slope, rel=1e-4)
    assert gap_slope < 0
    assert isinstance(sign, sp.StrictLessThan)
    assert sign.rhs == 0


def test_registry_is_the_papers_numbering():
    assert sorted(EQUATIONS) == list(range(1, 36))
    assert {each.section for each in EQUATIONS.values()} == set(SECTIONS)
    assert [n for n, each in EQUATIONS.items() if each.assumed] == [14, 15, 18, 19, 30]
    assert all(each.original for each in EQUATIONS.values())


def test_equation_answers_from_python():
    shown = equation(33)
    assert "33" in repr(shown)
    assert r"\begin{cases}" in shown.latex
    assert shown.sympy.lhs == sy.DeltaV
    assert len(equation(8).sympy) == 2
    assert "(33)" in shown._repr_latex_()


@pytest.mark.parametrize("number", [0, 36, "33"])
def test_unknown_number(number):
    with pytest.raises(ValueError, match="numbered 1 to 35"):
        equation(number)


def test_dependencies_point_backwards_except_the_price_index():
    graph = dependencies()
    forward = {
        (user, source) for user, sources in graph.items() for source in sources if source > user
    }
    assert forward == {(1, 2)}
    assert graph[33] >= {20, 21, 23, 25, 32}
    assert graph[35] >= {17, 30, 34}


def test_arranged_refuses_a_wrong_form():
    right = sy.sigma / (sy.sigma - 1)
    assert arranged(1 / (1 - 1 / sy.sigma), right) == right
    with pytest.raises(DerivationError):
        arranged(1 / (1 - 1 / sy.sigma), sy.sigma / (sy.sigma + 1))
    assert difference(sp.log(sy.S_E / (1 - sy.S_E)), sp.log(sy.S_E) - sp.log(1 - sy.S_E)) == 0

import brute_model as brute
import pytest
import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.accountings import (
    ACCOUNTINGS,
    CLOSED,
    CLOSED_WITH_ASSETS,
    PUBLISHED,
    accounting,
    stocks,
)
from spillover.theory.equations import equation
from spillover.theory.equations.registry import difference

ECONOMY = brute.Economy(mu=0.4, sigma=4.0, tau=1.6, beta=0.7, g=2.0, g_star=1.0, L=1.7)


def known(lam, inward=False):
    K, K_star = brute.knowledge(ECONOMY, lam, inward)
    return {sy.mu: 0.4, sy.sigma: 4.0, sy.L: 1.7, sy.lam: lam, sy.K: K, sy.K_star: K_star,
            sy.phi: 1.6**-3.0}  # fmt: skip


@pytest.mark.parametrize("name", ACCOUNTINGS)
@pytest.mark.parametrize("lam", [0.0, 0.3, 0.9])
def test_spending_and_residual(name, lam):
    E, E_star, incomes, firms, profit = brute.spending(ECONOMY, lam, name)
    books, at = accounting(name), known(lam)
    assert float(books.profit().subs(at)) == pytest.approx(profit)
    assert float(sp.sympify(books.firms).subs(at)) == pytest.approx(firms)
    assert [float(each.subs(at)) for each in books.incomes()] == pytest.approx(incomes)
    assert [float(each.subs(at)) for each in books.spending()] == pytest.approx((E, E_star))
    assert float(books.spending_share().subs(at)) == pytest.approx(E / (E + E_star))
    residual = E + E_star - brute.total_spending(ECONOMY)
    assert float(books.residual().subs(at)) == pytest.approx(residual, abs=1e-12)


def test_only_the_published_accounting_does_not_add_up():
    assert CLOSED.residual() == 0
    assert CLOSED_WITH_ASSETS.residual() == 0
    pay = (sy.lam * sy.K + (1 - sy.lam) * sy.K_star) * equation(29).rhs / sy.K
    assert difference(PUBLISHED.residual(), pay) == 0


def test_published_accounting_is_equations_30_to_33():
    profit = {sy.Pi: equation(27).parts[1].rhs}
    for mine, papers in zip(PUBLISHED.spending(), equation(30).parts, strict=True):
        assert difference(mine, papers.rhs.subs(profit)) == 0
    share = {sy.S_E: PUBLISHED.spending_share()}
    for regime, (branch, _) in enumerate(equation(33).rhs.args, start=1):
        at = known(0.4)
        expected = branch.subs(share).subs(at)
        assert float(PUBLISHED.gap(regime).subs(at)) == pytest.approx(float(expected))


@pytest.mark.parametrize("inward", [False, True])
def test_stocks_by_direction(inward):
    levels = stocks("inward" if inward else "outward")
    at = {sy.lam: 0.3, sy.beta: 0.7, sy.eta(sy.g): 2 / 3, sy.eta(sy.g_star): 1 / 2}
    expected = brute.knowledge(ECONOMY, 0.3, inward)
    assert [float(levels[k].subs(at)) for k in (sy.K, sy.K_star)] == pytest.approx(expected)


def test_unknown_names():
    with pytest.raises(ValueError, match="accounting 'open'"):
        accounting("open")
    with pytest.raises(ValueError, match="direction 'up'"):
        stocks("up")

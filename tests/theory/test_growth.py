import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad

from spillover.theory import growth
from spillover.theory import symbols as sy
from spillover.theory.accountings import CLOSED_WITH_ASSETS
from spillover.theory.equations.short_run import ALL_EAST, BOTH
from spillover.theory.propositions import PROPOSITIONS
from spillover.theory.welfare import GROUPS


def test_the_price_of_a_firm_is_its_discounted_profit():
    discounted = quad(lambda t: np.exp(-0.05 * t) * 2 * np.exp(-0.03 * t), 0, np.inf)[0]
    at = {growth.rho: 0.05, growth.growth: 0.03, sy.pi: 2}
    assert float(growth.firm_price().subs(at)) == pytest.approx(discounted)


def test_accounts_add_up_and_are_closed_with_assets_at_a_unit_rate():
    books = growth.BALANCED_GROWTH
    assert books.residual() == 0
    for mine, known in zip(books.incomes(), CLOSED_WITH_ASSETS.incomes(), strict=True):
        assert sp.simplify(mine.subs(growth.rho, 1) - known) == 0


@pytest.mark.parametrize("key", ["income adds up", "corners", "pull"])
def test_propositions_hold_on_a_balanced_path(key):
    proof = PROPOSITIONS[key].prove(growth.BALANCED_GROWTH)
    assert proof.outcome == "proved"
    assert proof.accounts == "balanced growth"


def lifetime(access, rate, rho, mu=0.4, sigma=4.0):
    """Discounted log real income of a worker whose varieties grow at a rate, by quadrature."""
    flow = lambda t: np.exp(-rho * t) * mu / (sigma - 1) * (np.log(access) + rate * t)  # noqa: E731
    return quad(flow, 0, np.inf)[0]


@pytest.mark.parametrize(("regime", "phi"), [(BOTH, 0.3), (ALL_EAST, 0.9)])
@pytest.mark.parametrize("group", GROUPS[:2])
def test_lifetime_gains_are_discounted_flows(group, regime, phi):
    rho, stock, spent = 0.05, 0.8, (1 + 0.4 / 4) / 2
    share = spent if group == GROUPS[0] else 1 - spent
    after = (1 + phi) * share if regime == BOTH else {GROUPS[0]: 1, GROUPS[1]: phi}[group]
    known = lifetime(after, 1.0, rho) - lifetime((1 + phi) / 2, stock, rho)
    at = {growth.rho: rho, sy.K: stock, sy.mu: 0.4, sy.sigma: 4, sy.phi: phi}
    scale = 0.4 / 3 / rho
    found = scale * float(growth.lifetime_gain(group, regime).subs(at))
    assert found == pytest.approx(known, rel=1e-6)


def test_patient_workers_of_the_west_gain():
    at = {sy.K: 0.8, sy.mu: 0.4, sy.sigma: 4, sy.phi: 0.3}
    bound = growth.west_gains_below()[0]
    assert float(bound.subs(at)) == pytest.approx(0.2 / -np.log(0.9))
    gain = growth.lifetime_gain(GROUPS[1], BOTH).subs(at)
    assert float(gain.subs(growth.rho, 0.99 * bound.subs(at))) > 0
    assert float(gain.subs(growth.rho, 1.01 * bound.subs(at))) < 0


def test_growth_is_fastest_together():
    assert growth.growth_rate(1, 1, 0) == 1
    assert growth.growth_rate(sp.Rational(1, 2), sy.K, sy.K) == sy.K


def test_only_workers_have_a_lifetime_gain_here():
    with pytest.raises(ValueError, match="group 'creative people, East'"):
        growth.lifetime_gain(GROUPS[2], BOTH)

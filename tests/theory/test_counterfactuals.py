from dataclasses import replace

import numpy as np
import pytest

from spillover.theory import tastes
from spillover.theory.accountings import ACCOUNTINGS
from spillover.theory.counterfactuals import circle, counterfactual, uniqueness, wave_scales
from spillover.theory.many_regions import Economy, LongRun, calibrated, long_run, short_run
from spillover.theory.two_regions import TwoRegions
from spillover.theory.welfare import market_share, real_incomes

OBSERVED = np.array([0.3, 0.25, 0.2, 0.15, 0.07, 0.03])


def observed_run(accounts="closed", psi=1.5):
    generator = np.random.default_rng(8)
    place = generator.random((6, 2))
    distance = np.linalg.norm(place[:, None] - place, axis=2)
    economy = Economy(
        np.exp(-6 * distance),
        np.exp(-2 * distance),
        2 * generator.random(6),
        labour=generator.dirichlet(np.full(6, 5.0)),
        accounts=accounts,
    )
    return calibrated(economy, OBSERVED, psi)


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_changes_lead_where_solving_again_leads(accounts):
    base = observed_run(accounts)
    new = base.economy.digital * np.array([1.1, 1, 1, 1, 1, 1])
    found = counterfactual(base, new)
    again = long_run(base.economy.with_digital(new), base.psi, base.creative)
    assert np.allclose(found.state.creative, again.creative, atol=1e-9)
    assert found.shares_hat == pytest.approx(again.creative / OBSERVED)


def test_amenities_are_not_needed():
    base = observed_run()
    bare = replace(base.economy, amenity=0.0)
    stripped = replace(base, economy=bare, state=short_run(bare, OBSERVED))
    new = 1.1 * base.economy.digital
    with_, without = (counterfactual(run, new).shares_hat for run in (base, stripped))
    assert with_ == pytest.approx(without)


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_welfare_in_two_regions_is_that_of_the_two_region_model(accounts):
    known = TwoRegions(phi=0.4, g=1.2, mu=0.3, beta=0.5, accounts=accounts)
    after = TwoRegions(phi=0.4, g=1.5, mu=0.3, beta=0.5, accounts=accounts)
    economy = Economy(
        np.array([[1, 0.4], [0.4, 1]]), np.ones((2, 2)), np.array([1.2, 1.0]), accounts=accounts
    )
    found = counterfactual(long_run(economy, 2.0), np.array([1.5, 1.0]))
    old, new = (real_incomes(m, market_share(m, 2.0)) for m in (known, after))
    workers = [new[group] - old[group] for group in list(new)[:2]]
    assert found.worker_welfare == pytest.approx(workers, abs=1e-7)

    def expected(incomes):
        return 2.0 * np.logaddexp(*(value / 2.0 for value in list(incomes.values())[2:]))

    assert found.creative_welfare == pytest.approx(expected(new) - expected(old), abs=1e-7)


def test_weak_tastes_that_never_settle_are_refused(monkeypatch):
    monkeypatch.setattr("spillover.theory.counterfactuals.ROUNDS", 2)
    with pytest.raises(ArithmeticError, match="shares are still off"):
        counterfactual(observed_run(), 2 * observed_run().economy.digital)


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
def test_waves_on_a_circle_are_the_eigenvalues_of_choice(accounts):
    economy = circle(9, 1.5, 0.7, accounts=accounts)
    even = np.full(9, 1 / 9)
    run = LongRun(economy, 1.0, short_run(economy, even), 0.0)
    known = np.sort(np.linalg.eigvals(run.choice_slope).real)[::-1]
    scales = np.sort(np.repeat(wave_scales(economy), 2))[::-1]
    assert np.allclose(known[np.abs(known) > 1e-12], scales, atol=1e-10)
    assert wave_scales(economy).idxmax() == 1


def test_below_the_critical_scale_the_even_circle_gives_way():
    economy = circle(6, 1.5, 0.7, accounts="closed")
    critical = wave_scales(economy).max()
    assert np.ptp(long_run(economy, 1.05 * critical).creative) < 1e-8
    assert np.ptp(long_run(economy, 0.95 * critical).creative) > 0.01


@pytest.mark.parametrize("accounts", ACCOUNTINGS)
@pytest.mark.parametrize("phi", [0.1, 0.4])
def test_where_uniqueness_is_certified_it_holds(accounts, phi):
    model = TwoRegions(phi=phi, g=1.2, accounts=accounts)
    links = np.ones((2, 2))
    freeness = np.array([[1, phi], [phi, 1]])
    economy = Economy(freeness, links, [1.2, 1.0], mu=0.4, beta=0.7, accounts=accounts)
    certificate = uniqueness(economy, 1.0)
    critical = certificate.critical_scale
    assert critical > tastes.uniqueness_scale(model)
    assert uniqueness(economy, critical).spectral_radius == pytest.approx(1)
    assert uniqueness(economy, 1.01 * critical).unique
    assert not uniqueness(economy, 0.99 * critical).unique
    assert len(tastes.equilibria(model, 1.01 * critical)) == 1


def test_the_critical_scale_of_tastes_in_closed_form():
    economy = Economy(np.array([[1, 0.4], [0.4, 1]]), np.ones((2, 2)), 1.0, accounts="closed")
    spent = (0.3 / 3.7) / (0.5 + 0.3 / 3.7)
    expected = 0.1 * spent + (1 + 0.1 * spent) / 0.5
    assert uniqueness(economy, 1.0).critical_scale == pytest.approx(expected)

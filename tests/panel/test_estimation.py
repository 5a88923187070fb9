"""Estimates against brute force: the best value of the full likelihood, found the slow way."""

import numpy as np
import pytest
from brute_force import (
    FIXED,
    MODELS,
    Brute,
    at_estimate,
    dummy_columns,
    gradient,
    model,
    seeds,
    two_peaks,
    weights,
)
from hypothesis import given, settings

from spillover.panel.estimation import climb, maximise

few = settings(max_examples=3, deadline=None, derandomize=True)


@pytest.mark.parametrize("effects", FIXED)
@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_maximum_of_the_dummy_variable_likelihood(name, effects, seed):
    fitted = model(seed, name, effects)
    fit = fitted.fit(effects, None)
    brute = Brute.of(fitted, effects)
    best, psi = brute.maximum(fitted.log_determinant.interval)
    assert fit.loglik == pytest.approx(best, abs=1e-9)
    np.testing.assert_allclose(fit.estimate.psi, psi, atol=2e-5)


@pytest.mark.parametrize("effects", FIXED)
@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_likelihood_is_stationary_and_equals_the_normal_density(name, effects, seed):
    fitted = model(seed, name, effects)
    fit = fitted.fit(effects, None)
    brute = Brute.of(fitted, effects)
    p = at_estimate(brute, fit)
    assert fit.loglik == pytest.approx(brute.loglik(p), abs=1e-9)
    assert np.abs(gradient(brute.loglik, p)).max() < 1e-7


@pytest.mark.parametrize("name", ["sem", "sac", "sdem"])
@few
@given(seed=seeds)
def test_error_lags_with_unequal_row_sums_keep_exact_time_effects(name, seed):
    fitted = model(seed, name, W=weights(7, seed, row_standardised=False))
    for effects in ("time", "twoways"):
        fit = fitted.fit(effects, None)
        p = at_estimate(Brute.of(fitted, effects), fit)
        assert np.abs(gradient(Brute.of(fitted, effects).loglik, p)).max() < 1e-7
        assert len(fit.params) == fitted.data.K * (2 if name == "sdem" else 1) + len(
            fit.spatial_names
        )


@pytest.mark.parametrize("name", ["sar", "sdm"])
@pytest.mark.parametrize("effects", FIXED)
def test_weights_that_change_over_time(name, effects):
    Ws = [weights(7, seed) for seed in range(4)]
    fitted = model(3, name, effects, W=Ws, lam=0.0)
    fit = fitted.fit(effects, None)
    brute = Brute.of(fitted, effects)
    assert fit.loglik == pytest.approx(brute.maximum(fitted.log_determinant.interval)[0], abs=1e-9)
    p = at_estimate(brute, fit)
    np.testing.assert_allclose(
        fit.cov, brute.expected_covariance(p)[:-1, :-1], rtol=1e-7, atol=1e-12
    )


def test_weights_that_change_over_time_in_the_error():
    Ws = [weights(7, seed, row_standardised=seed % 2 == 0) for seed in range(4)]
    fitted = model(3, "sdem", "time", W=Ws, rho=0.0)
    fit = fitted.fit("time", None)
    p = at_estimate(Brute.of(fitted, "time"), fit)
    assert np.abs(gradient(Brute.of(fitted, "time").loglik, p)).max() < 1e-7


@pytest.mark.parametrize("standard", [True, False])
@pytest.mark.parametrize("effects", ["individual", "twoways"])
@pytest.mark.parametrize("name", ["sem", "sdem", "sac"])
def test_weights_that_change_over_time_in_the_error_with_region_effects(name, effects, standard):
    """Region effects, filtered by a changing W, are no longer what demeaning removes."""
    Ws = [weights(6, seed, row_standardised=standard) for seed in range(5)]
    fitted = model(3, name, effects, W=Ws, T=5, N=6)
    fit = fitted.fit(effects, None, "expected")
    brute = Brute.of(fitted, effects)
    assert fit.loglik == pytest.approx(brute.maximum(fitted.log_determinant.interval)[0], abs=1e-8)
    p = at_estimate(brute, fit)
    np.testing.assert_allclose(
        fit.cov, brute.expected_covariance(p)[:-1, :-1], rtol=1e-6, atol=1e-12
    )
    dummies = dummy_columns(5, 6, effects).shape[-1]
    assert fit.aic_with_effects == pytest.approx(
        2 * (len(fit.params) + 1 + dummies) - 2 * fit.loglik
    )
    assert "W changes over time: region effects are estimated as dummies." in fit.notes


def test_the_higher_of_two_maxima_is_found():
    fitted = two_peaks()
    likelihood = fitted.sample("twoways", None).likelihood
    low, high = fitted.log_determinant.interval
    best = maximise(likelihood)
    tops = set()
    for rho in np.linspace(low, high, 9)[1:-1]:
        for lam in np.linspace(low, high, 9)[1:-1]:
            top = climb(likelihood, np.array([rho, lam, 1.0]))
            tops.add(tuple(top.round(6)))
            assert likelihood.profile(top) <= best.loglik + 1e-10
    assert len(tops) == best.maxima == 2


def test_newton_never_leaves_the_admissible_interval():
    likelihood = model(1, "sar").sample("twoways", None).likelihood
    low, high = likelihood.jacobian.interval
    for start in (low + 1e-6, high - 1e-6):
        psi = climb(likelihood, np.array([start, 0.0, 1.0]))
        assert low < psi[0] < high
        assert np.abs(likelihood.profile_derivatives(psi)[0]).max() < 1e-8

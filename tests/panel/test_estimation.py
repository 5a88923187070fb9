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
    ring,
    seeds,
    two_peaks,
    weights,
)
from hypothesis import given, settings
from numpy.testing import assert_allclose

from spillover.panel import SpatialPanel
from spillover.panel.estimation import climb, maximise
from spillover.panel.likelihood import RHO

few = settings(max_examples=3, derandomize=True)


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


def of_two_filters(name, effects="twoways", seed=5, M=None):
    M = weights(7, seed + 1) if M is None else M
    return model(seed, name, effects).with_error_weights(M)


@pytest.mark.parametrize("effects", [*FIXED, "random"])
@pytest.mark.parametrize("name", ["sac", "sem", "sdem"])
def test_weights_of_the_errors_own(name, effects):
    fitted = of_two_filters(name, effects)
    fit = fitted.fit(effects, None)
    brute = Brute.of(fitted, effects)
    p = at_estimate(brute, fit)
    assert fit.loglik >= brute.maximum(fitted.log_determinant.interval)[0] - 1e-8
    assert fit.loglik == pytest.approx(brute.loglik(p), abs=1e-9)
    inner = fit.estimate.psi[2] < 1 or effects != "random"
    free = np.ones(len(p), bool) if inner else np.arange(len(p)) != len(p) - 2
    assert np.abs(gradient(brute.loglik, p)[free]).max() < 1e-6
    if inner:
        kept = len(fit.params)
        expected = brute.observed_covariance(p)[:kept, :kept]
        assert_allclose(fit.cov, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("effects", ["individual", "time", "twoways"])
def test_weights_of_the_errors_own_under_the_transformation(effects):
    fitted = of_two_filters("sac", effects)
    fit = fitted.fit(effects, "lee-yu")
    brute = Brute.transformed(fitted, effects)
    p = at_estimate(brute, fit)
    assert fit.loglik == pytest.approx(brute.loglik(p), abs=1e-9)
    assert np.abs(gradient(brute.loglik, p)).max() < 1e-6


def test_the_same_weights_twice_are_the_model_itself():
    one = model(3, "sac", N=12, T=6)
    two = one.with_error_weights(one.data.W)
    for covariance in ("observed", "driscoll-kraay"):
        a, b = (m.fit(covariance=covariance) for m in (one, two))
        assert_allclose(b.params, a.params, rtol=1e-9)
        assert_allclose(b.cov, a.cov, rtol=1e-7)
        assert_allclose(b.impacts(), a.impacts(), rtol=1e-6)
        for kind in ("in_sample", "reduced_form"):
            assert_allclose(b.predict(kind), a.predict(kind), rtol=1e-8)


def test_reduced_form_undoes_the_errors_own_filter():
    fitted = of_two_filters("sac")
    fit = fitted.fit(correction=None)
    S, R = (np.eye(7) - r * W.toarray() for r, W in zip(
        fit.estimate.psi[:2], (fitted.data.W, fitted.error.W), strict=True))  # fmt: skip
    noise = fit.residuals.unstack().T.to_numpy() @ np.linalg.inv(R @ S).T
    expected = fitted.data.long(fitted.data.y - noise)
    assert_allclose(fit.predict("reduced_form"), expected, atol=1e-9)


def test_weights_of_the_errors_own_stay_with_the_model():
    fitted = of_two_filters("sem")
    wider = fitted.with_data(fitted.data)
    dense = fitted.with_log_determinant("dense")
    for other in (wider, dense, fitted.with_outcome(fitted.data.y)):
        assert (other.error.W != fitted.error.W).nnz == 0
        assert other.fit().loglik == pytest.approx(fitted.fit().loglik)
    assert fitted.with_model("sdm").fit().covariance == "expected"


def test_weights_of_the_errors_own_are_refused_where_they_have_no_meaning():
    with pytest.raises(ValueError, match="model='sdm' has no spatial error"):
        of_two_filters("sdm")
    Ws = [weights(7, seed) for seed in range(4)]
    with pytest.raises(ValueError, match="need one W for all periods"):
        model(3, "sem", W=Ws).with_error_weights(ring(7))
    fitted = of_two_filters("sac")
    for kind in ("expected", "robust", "clustered"):
        with pytest.raises(ValueError, match=f"{kind} errors need one W"):
            fitted.fit(covariance=kind)
    raw = of_two_filters("sac", M=weights(7, 2, row_standardised=False))
    with pytest.raises(ValueError, match="correction='lee-yu' with time effects needs"):
        raw.fit()
    with pytest.raises(ValueError, match="needs one W for outcome and error"):
        fitted.fit(correction="lee-yu-direct")
    assert "The error has weights of its own." in raw.fit(correction=None).notes


@pytest.mark.slow
def test_weights_of_the_errors_own_on_a_simulated_truth():
    """Estimates centred on rho .4 and lambda .5, and intervals that hold them."""
    N, T, rng = 31, 9, np.random.default_rng(11)
    W, M = weights(N, 1), ring(N)
    S, R = np.eye(N) - 0.4 * W, np.eye(N) - 0.5 * M
    found = []
    for _ in range(400):
        X = rng.normal(size=(T, N, 2))
        errors = np.linalg.solve(R, rng.normal(size=(N, T))).T
        y = np.linalg.solve(S, (X @ [1.0, -0.5] + rng.normal(size=N) + errors).T).T
        fit = SpatialPanel(y, X, W, "sac").with_error_weights(M).fit()
        found.append((fit.params - [1.0, -0.5, 0.4, 0.5]).tolist() + (fit.std_errors).tolist())
    gaps, errors = np.split(np.array(found), 2, axis=1)
    assert np.abs(gaps.mean(0) / (gaps.std(0) / 20)).max() < 4
    held = (np.abs(gaps) < 1.96 * errors).mean(0)
    assert (np.abs(held - 0.95) < 0.04).all()


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
    low, high = likelihood.jacobian_of(RHO).interval
    for start in (low + 1e-6, high - 1e-6):
        psi = climb(likelihood, np.array([start, 0.0, 1.0]))
        assert low < psi[0] < high
        assert np.abs(likelihood.profile_derivatives(psi)[0]).max() < 1e-8

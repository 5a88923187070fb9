"""Random effects against the normal density with a region component, and against spreg."""

import numpy as np
import pytest
from brute_force import MODELS, Brute, at_estimate, gradient, model, panel, seeds, weights
from hypothesis import given, settings

from spillover.panel import SpatialPanel
from spillover.panel.effects import between, quasi_demean, within
from spillover.panel.inference import covariance

few = settings(max_examples=2, derandomize=True)
SIZE = {"N": 7, "T": 5, "effect_size": 1.5}


@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_maximum_likelihood(name, seed):
    fitted = model(seed, name, "random", **SIZE)
    fit = fitted.fit("random")
    brute = Brute.of(fitted, "random")
    p = at_estimate(brute, fit)
    assert fit.loglik == pytest.approx(brute.loglik(p), abs=1e-9)
    assert fit.loglik >= brute.maximum(fitted.log_determinant.interval)[0] - 1e-8
    slopes = gradient(brute.loglik, p)
    if fit.estimate.psi[2] == 1:  # no variance between regions: the score pushes against the bound
        assert slopes[-2] > 0
        slopes = np.delete(slopes, -2)
    assert np.abs(slopes).max() < 1e-6


@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_informations(name, seed):
    W = weights(7, seed, row_standardised=seed % 2 == 0)
    fitted = model(seed, name, "random", W=W, **SIZE)
    fit = fitted.fit("random")
    brute = Brute.of(fitted, "random")
    p = at_estimate(brute, fit)
    for kind, expected in (
        ("expected", brute.expected_covariance(p)),
        ("observed", brute.observed_covariance(p)),
    ):
        found = covariance(fit.sample, fit.estimate, kind)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_weights_that_change_over_time():
    fitted = model(4, "sdm", "random", W=[weights(7, s) for s in range(5)], **SIZE)
    fit = fitted.fit("random")
    brute = Brute.of(fitted, "random")
    p = at_estimate(brute, fit)
    assert np.abs(gradient(brute.loglik, p)).max() < 1e-6
    assert fit.covariance == "observed"
    np.testing.assert_allclose(fit.cov, brute.observed_covariance(p)[:-2, :-2], rtol=1e-5)
    with pytest.raises(ValueError, match="use covariance='observed'"):
        fitted.fit("random", covariance="expected")


def test_variance_components_are_recovered():
    data, W = panel(2, N=400, T=6, W=weights(400, 2), effects="random", effect_size=2.0, lam=0.0)
    fit = SpatialPanel.from_formula("y ~ x1 + x2", data, W).fit("random")
    assert fit.sigma2 == pytest.approx(1, rel=0.1)
    assert fit.sigma2_mu == pytest.approx(4, rel=0.25)


def test_no_region_variance_ends_at_the_pooled_model():
    data, W = panel(1, N=9, T=4, effects="none")
    y = data["y"] - 0.9 * data["y"].groupby("region").transform("mean")
    fitted = SpatialPanel.from_formula("y ~ x1 + x2", data.assign(y=y), W, model="sar")
    random, pooled = fitted.fit("random"), fitted.fit("none")
    assert random.sigma2_mu == 0
    np.testing.assert_allclose(random.params, pooled.params, atol=1e-8)
    assert random.loglik == pytest.approx(pooled.loglik)


def test_spreg_agrees_on_the_random_effects_lag_model():
    from libpysal.weights import full2W
    from spreg import Panel_RE_Lag

    data, W = panel(6, N=25, T=6, W=weights(25, 6), effects="random", lam=0.0)
    fit = SpatialPanel.from_formula("y ~ x1 + x2", data, W, model="sar").fit("random")
    wide = data.swaplevel().sort_index()
    peer = Panel_RE_Lag(wide[["y"]].to_numpy(), wide[["x1", "x2"]].to_numpy(), full2W(W))
    np.testing.assert_allclose(fit.params[:3], peer.betas[:3, 0], rtol=1e-4)
    assert fit.params["rho"] == pytest.approx(peer.rho, abs=1e-4)


def test_robust_errors_are_by_region_only():
    fitted = model(4, "sdm", "random", **SIZE)
    with pytest.raises(ValueError, match="covariance='clustered'"):
        fitted.fit("random", covariance="robust")
    assert (fitted.fit("random", covariance="clustered").std_errors > 0).all()


def test_quasi_demeaning_splits_into_within_and_between():
    values = np.random.default_rng(0).standard_normal((5, 4))
    omega = 0.3
    total = (quasi_demean(values, omega) ** 2).sum()
    parts = (within(values, "individual") ** 2).sum() + omega * (between(values) ** 2).sum()
    assert total == pytest.approx(parts)

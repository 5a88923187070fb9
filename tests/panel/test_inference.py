"""Covariances against numerical Hessians, Fisher's formula, loops over pairs, and simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from brute_force import FIXED, MODELS, Brute, at_estimate, model, panel, ring, seeds, weights
from hypothesis import given, settings
from scipy import sparse

from spillover.panel import SpatialPanel, inference
from spillover.panel.effects import within
from spillover.panel.inference import (
    covariance,
    expected_information,
    invert,
    observed_information,
    score_variance,
    solve,
)

few = settings(max_examples=2, derandomize=True)


@pytest.mark.parametrize("effects", FIXED)
@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_observed_information_is_the_numerical_hessian(name, effects, seed):
    fitted = model(seed, name, effects)
    fit = fitted.fit(effects, None, covariance="observed")
    brute = Brute.of(fitted, effects)
    expected = brute.observed_covariance(at_estimate(brute, fit))
    found = covariance(fit.sample, fit.estimate, "observed")
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("effects", FIXED)
@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_expected_information_is_that_of_a_normal_density(name, effects, seed):
    fitted = model(seed, name, effects, W=weights(7, seed, row_standardised=seed % 2 == 0))
    fit = fitted.fit(effects, None)
    brute = Brute.of(fitted, effects)
    expected = brute.expected_covariance(at_estimate(brute, fit))
    found = covariance(fit.sample, fit.estimate, "expected")
    size = len(expected)
    found = np.delete(found, np.s_[brute.size[0] : len(found) - (size - brute.size[0])], axis=0)
    found = np.delete(found, np.s_[brute.size[0] : found.shape[1] - size + brute.size[0]], axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("by_region", [False, True])
def test_without_spatial_parameters_the_sandwich_is_that_of_least_squares(by_region):
    fit = model(5, "slx").fit("twoways", None, covariance="clustered" if by_region else "robust")
    data = fit.model.data
    X = np.concatenate([data.X, data.lag(data.X)], axis=-1)
    y, X = (within(v, "twoways").reshape(data.T * data.N, -1) for v in (data.y, X))
    ols = sm.OLS(y, X).fit()
    if by_region:
        groups = np.tile(np.arange(data.N), data.T)
        options = {"groups": groups, "use_correction": False}
        expected = ols.get_robustcov_results("cluster", **options).cov_params()
        expected *= data.N / (data.N - 1)
    else:
        free = (data.N - 1) * (data.T - 1)
        expected = ols.get_robustcov_results("HC0").cov_params() * data.N * data.T / free
    np.testing.assert_allclose(fit.cov, expected, rtol=1e-9)


@pytest.mark.parametrize("by_region", [False, True])
def test_variance_of_the_quadratic_form_counts_every_pair_of_regions_once(by_region):
    fit = model(2, "sar", "none").fit("none")
    data, sigma2 = fit.model.data, fit.sigma2
    W = data.W.toarray()
    G = W @ np.linalg.inv(np.eye(data.N) - fit.params["rho"] * W)
    e = fit.sample.errors(fit.estimate)
    mean = np.stack([W @ y - G @ u for y, u in zip(data.y, e, strict=True)])
    own = mean * e + np.diag(G) * (e**2 - (e**2).mean())
    pair = np.einsum("ti,ij,tj->tij", e, G + G.T, e)
    above = np.triu_indices(data.N, 1)
    if by_region:
        total = (own.sum(axis=0) ** 2).sum() + (pair.sum(axis=0)[above] ** 2).sum()
        total *= data.N / (data.N - 1)
    else:
        total = (own**2).sum() + (pair[:, above[0], above[1]] ** 2).sum()
    place = len(fit.estimate.beta)
    found = score_variance(fit.sample, fit.estimate, by_region)[place, place]
    assert found == pytest.approx(total / sigma2**2, rel=1e-10)


@pytest.mark.parametrize(
    ("name", "process"),
    [
        ("sdm", {"rho": 0.6, "lam": 0.0}),
        ("sem", {"theta": [0, 0], "rho": 0.0, "lam": 0.5}),
        ("sac", {"theta": [0, 0], "rho": 0.5, "lam": 0.4}),
    ],
)
@pytest.mark.parametrize("by_region", [False, True])
def test_score_variance_is_the_information_when_errors_are_normal(name, process, by_region):
    """On a large panel with independent normal errors the three informations agree."""
    N, T = 300, 8
    W = sparse.csr_array(ring(N))
    data, _ = panel(11, T=T, W=W, **process)
    fit = SpatialPanel.from_formula("y ~ x1 + x2", data, W, model=name).fit("twoways", "lee-yu")
    expected = expected_information(fit.sample, fit.estimate)
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    observed = observed_information(fit.sample, fit.estimate)
    meat = score_variance(fit.sample, fit.estimate, by_region)
    np.testing.assert_allclose(observed / scale, expected / scale, atol=0.08)
    np.testing.assert_allclose(np.diag(meat / scale), 1, atol=0.15)


def test_heteroskedastic_errors_widen_the_robust_standard_errors():
    N, T = 60, 20
    W = weights(N, 4)
    X = np.random.default_rng(1).standard_normal((T, N, 1))

    def errors(rng, shape):
        return rng.standard_normal(shape) * np.abs(X[..., 0]) * 2

    data, _ = panel(4, T=T, W=W, beta=[1.0], theta=[0.5], X=X, errors=errors)
    fitted = SpatialPanel.from_formula("y ~ x1", data, W, model="slx")
    plain, robust = (
        fitted.fit(correction=None, covariance=c).std_errors["x1"] for c in ("expected", "robust")
    )
    assert 1.4 < robust / plain < 2.2  # sqrt(E x^4 / (E x^2)^2) = sqrt 3 for normal x


def test_information_is_scaled_before_it_is_inverted():
    scales = np.array([1e-9, 1.0, 1e9])
    correlated = np.array([[2, 0.5, 0.1], [0.5, 1, 0.2], [0.1, 0.2, 3]])
    inverse = invert(correlated * np.outer(scales, scales)) * np.outer(scales, scales)
    np.testing.assert_allclose(inverse @ correlated, np.eye(3), atol=1e-12)


@pytest.mark.parametrize("matrix", [[[1, 1], [1, 1]], [[1, 2], [2, 1]], [[1, 0], [0, -1]]])
def test_what_cannot_be_inverted_is_refused(matrix):
    with pytest.raises(ValueError, match="no standard errors"):
        invert(np.array(matrix, float))


def test_large_panels_fall_back_to_the_observed_information(monkeypatch):
    fitted = model(1, "sdm")
    expected = fitted.fit(correction=None)
    monkeypatch.setattr(inference, "DENSE", 5)
    monkeypatch.setattr(inference, "DENSE_ON_REQUEST", 6)
    observed = fitted.fit(correction=None)
    assert (expected.covariance, observed.covariance) == ("expected", "observed")
    assert any("observed information" in note for note in observed.notes)
    with pytest.raises(ValueError, match="N x N arrays"):
        fitted.fit(correction=None, covariance="robust")
    with pytest.raises(ValueError, match="N x N arrays"):
        fitted.with_model("sac").fit(correction=None, covariance="expected")
    assert fitted.with_model("slx").fit(correction=None).covariance == "expected"


def test_sparse_solution_equals_the_dense_one(monkeypatch):
    W = sparse.csr_array(weights(7, 3))
    b = np.arange(14.0).reshape(7, 2)
    dense = solve(W, 0.6, b)
    np.testing.assert_allclose(dense - 0.6 * (W @ dense), b, atol=1e-12)
    monkeypatch.setattr(inference, "small_or_dense", lambda W: False)
    np.testing.assert_allclose(solve(W, 0.6, b), dense, atol=1e-12)
    np.testing.assert_allclose(solve(W, 0.6, b[:, 0]), dense[:, 0], atol=1e-12)


def test_unknown_covariance_is_refused():
    with pytest.raises(ValueError, match="'hc3': choose one of classic, expected, observed"):
        model(1, "sdm").fit(correction=None, covariance="hc3")

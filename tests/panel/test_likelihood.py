"""The likelihood on its small factor, and its derivatives."""

import numpy as np
import pytest
from brute_force import FIXED, MODELS, gradient, hessian, model
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime

from spillover.panel.likelihood import (
    Jacobian,
    filters,
    psi_directions,
    residual_coefficients,
)
from spillover.panel.log_determinant import log_determinant


def likelihood(name, effects):
    return model(4, name, effects).sample(effects, None).likelihood


@pytest.mark.parametrize("effects", ["none", "twoways", "random"])
@pytest.mark.parametrize("name", MODELS)
def test_score_and_information_are_derivatives_away_from_the_maximum(name, effects):
    like = likelihood(name, effects)
    psi = np.array([0.2 if 0 in like.free else 0, -0.3 if 1 in like.free else 0, 1.0])
    psi[2] = 0.4 if 2 in like.free else 1.0
    beta, sigma2, free = np.linspace(0.5, 1, like.k), 1.3, list(like.free)

    def value(p):
        full = psi.copy()
        full[free] = p[like.k : -1]
        return like.value(full, p[: like.k], p[-1])

    p = np.concatenate([beta, psi[free], [sigma2]])
    numerical = approx_fprime(p, value, 1e-7)
    score = like.score(psi, beta, sigma2)
    np.testing.assert_allclose(score, numerical[like.k : -1], rtol=1e-4, atol=1e-4)

    h = 1e-4
    steps = h * np.eye(len(p))
    second = [
        [
            (value(p + a + b) - value(p + a - b) - value(p - a + b) + value(p - a - b))
            / (4 * h * h)
            for b in steps
        ]
        for a in steps
    ]
    found = like.information(psi, beta, sigma2)
    np.testing.assert_allclose(found, -np.array(second), rtol=1e-4, atol=2e-4)


@pytest.mark.parametrize("effects", FIXED)
@pytest.mark.parametrize("name", MODELS)
def test_profile_without_regressors_is_the_profile(name, effects):
    like = likelihood(name, effects)
    short = like.concentrated()
    assert (short is like) == (like.free != (0,))
    low, high = next((own.interval for own in like.jacobians.values()), (-1, 1))
    psi = np.array([0.7 * low, 0.6 * high, 1.0]) * [0 in like.free, 1 in like.free, 1]
    assert short.profile(psi) == pytest.approx(like.profile(psi), rel=1e-13)
    assert_allclose(short.profile(psi[None]), like.profile(psi[None]), rtol=1e-13)
    for found, expected in zip(
        short.profile_derivatives(psi), like.profile_derivatives(psi), strict=True
    ):
        assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_profile_is_the_value_at_the_best_slopes(name):
    like = likelihood(name, "random")
    grid = np.array([[0.1, 0.2, 0.5], [0.0, -0.2, 1.0]])
    grid[:, [s for s in (0, 1) if s not in like.free]] = 0
    profiles = like.profile(grid)
    for psi, profile in zip(grid, profiles, strict=True):
        beta, sigma2 = like.coefficients(psi)
        assert like.value(psi, beta, sigma2) == pytest.approx(profile, abs=1e-10)
        for shift in (1e-3, -1e-3):
            assert like.value(psi, beta + shift, sigma2) < profile
            assert like.value(psi, beta, sigma2 * (1 + shift)) < profile


def test_small_factor_keeps_every_inner_product():
    sample = model(4, "sac").sample("twoways", None)
    values = sample.transform(sample.columns.values, 1.0).reshape(28, -1)
    factor = sample.likelihood.factor[:, sample.columns.present]
    np.testing.assert_allclose(factor.T @ factor, values.T @ values, atol=1e-12)


def test_residual_is_the_filtered_equation():
    sample = model(4, "sac", "none").sample("none", None)
    data, beta, psi = sample.data, np.array([0.3, 1.0, -0.5]), np.array([0.2, 0.4, 1.0])
    W, identity = data.W.toarray(), np.eye(data.N)
    Z = np.concatenate([np.ones((data.T, data.N, 1)), data.X], axis=-1)
    raw = data.y @ (identity - 0.2 * W).T - Z @ beta
    expected = raw @ (identity - 0.4 * W).T
    found = sample.columns.combine(residual_coefficients(psi, beta))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    lag_of_y, lag_of_error = np.moveaxis(sample.columns.combine(psi_directions(psi, beta)), -1, 0)
    np.testing.assert_allclose(lag_of_y, data.y @ W.T @ (identity - 0.4 * W).T, atol=1e-12)
    np.testing.assert_allclose(lag_of_error, raw @ W.T, atol=1e-12)


def test_filters_of_a_grid_are_stacked():
    stacked = filters(np.array([0.1, 0.2]), np.array([0.3, 0.4]), 2)
    np.testing.assert_array_equal(stacked[1], filters(0.2, 0.4, 2))


def test_jacobian_counts_periods_and_removed_eigenvalues():
    W = model(4, "sar").data.W
    jacobian = Jacobian(log_determinant(W), 3, (1.0,))
    roots = np.linalg.eigvals(W.toarray()).real
    others = np.delete(roots, np.abs(roots - 1).argmin())
    assert jacobian.value(0.4) == pytest.approx(3 * np.log(1 - 0.4 * others).sum())
    assert jacobian.trace_g(0.4) == pytest.approx(3 * (others / (1 - 0.4 * others)).sum())
    assert jacobian.trace_g2(0.4) == pytest.approx(3 * ((others / (1 - 0.4 * others)) ** 2).sum())


def test_derivatives_of_the_brute_force_likelihood_are_right():
    def f(p):
        return np.exp(p[0]) * p[1] ** 2

    p = np.array([0.3, 2.0])
    e = np.exp(0.3)
    np.testing.assert_allclose(gradient(f, p), [4 * e, 4 * e])
    np.testing.assert_allclose(hessian(f, p), [[4 * e, 4 * e], [4 * e, 2 * e]], rtol=1e-8)

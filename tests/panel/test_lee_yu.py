"""Lee and Yu: the transformation by explicit contrasts, the direct correction by its bias."""

import numpy as np
import pytest
from brute_force import MODELS, Brute, at_estimate, model, panel, ring, seeds, weights
from hypothesis import assume, given, settings

from spillover.panel import SpatialPanel
from spillover.panel.inference import covariance
from spillover.panel.lee_yu import choose_correction

few = settings(max_examples=2, derandomize=True)
CORRECTED = ("individual", "time", "twoways")


@pytest.mark.parametrize("effects", CORRECTED)
@pytest.mark.parametrize("name", MODELS)
@few
@given(seed=seeds)
def test_transformation_approach_is_the_likelihood_of_the_contrasts(name, effects, seed):
    fitted = model(seed, name, effects, rho=0.2, lam=0.1, N=9)
    brute = Brute.transformed(fitted, effects)
    low, high = fitted.log_determinant.interval
    best, psi = brute.maximum((low, high))
    assume(low + 1e-4 < psi[:2].min() and psi[:2].max() < high - 1e-4)  # no derivatives at an end
    fit = fitted.fit(effects, correction="lee-yu")
    p = at_estimate(brute, fit)
    assert fit.loglik == pytest.approx(brute.loglik(p), abs=1e-8)
    assert fit.loglik == pytest.approx(best, abs=1e-8)
    np.testing.assert_allclose(fit.estimate.psi, psi, atol=5e-5)
    assert fit.nobs == brute.y.size
    for kind, expected in (
        ("expected", brute.expected_covariance(p)),
        ("observed", brute.observed_covariance(p)),
    ):
        found = covariance(fit.sample, fit.estimate, kind)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_common_row_sums_other_than_one_work_as_well():
    W = weights(8, 3)
    data, _ = panel(3, W=W)
    one = SpatialPanel.from_formula("y ~ x1 + x2", data, W).fit("twoways", "lee-yu")
    two = SpatialPanel.from_formula("y ~ x1 + x2", data, 2 * W).fit("twoways", "lee-yu")
    assert two.loglik == pytest.approx(one.loglik, abs=1e-9)
    assert 2 * two.params["rho"] == pytest.approx(one.params["rho"], abs=1e-8)
    assert 2 * two.std_errors["rho"] == pytest.approx(one.std_errors["rho"], rel=1e-6)


def test_individual_effects_bias_only_sigma2():
    fitted = model(4, "sdm", "individual", T=4)
    plain, moved, direct = (fitted.fit("individual", c) for c in (None, "lee-yu", "lee-yu-direct"))
    np.testing.assert_allclose(moved.params, plain.params, atol=1e-8)
    np.testing.assert_allclose(direct.params, plain.params, atol=1e-12)
    assert moved.sigma2 == pytest.approx(plain.sigma2 * 4 / 3)
    assert direct.sigma2 == pytest.approx(plain.sigma2 * 4 / 3)
    np.testing.assert_allclose(direct.std_errors, moved.std_errors, rtol=1e-6)


@pytest.mark.parametrize("name", ["sar", "sem"])
@pytest.mark.parametrize("effects", ["time", "twoways"])
def test_direct_correction_removes_most_of_the_distance_to_the_transformation(name, effects):
    """The corrected estimate is an order 1/N closer to that of the transformation."""
    W = ring(40)
    fitted = model(6, name, effects, W=W, T=6, theta=[0, 0], rho=0.5, lam=0.5)
    plain, moved, direct = (fitted.fit(effects, c) for c in (None, "lee-yu", "lee-yu-direct"))
    spatial = plain.params.index[-1]
    before = abs(plain.params[spatial] - moved.params[spatial])
    after = abs(direct.params[spatial] - moved.params[spatial])
    assert after < 0.25 * before
    assert abs(direct.sigma2 / moved.sigma2 - 1) < 0.02


def test_direct_correction_adds_inverse_information_times_the_bias_of_the_score():
    fitted = model(8, "sar", "twoways", N=9, T=5)
    plain, direct = fitted.fit("twoways", None), fitted.fit("twoways", "lee-yu-direct")
    brute = Brute.of(fitted, "twoways")
    rho, s2 = plain.params["rho"], plain.sigma2
    score_bias = 5 * np.array([0, 0, 1 / (1 - rho), 1 / (2 * s2)])
    step = brute.expected_covariance(at_estimate(brute, plain)) @ score_bias
    np.testing.assert_allclose(direct.params, plain.params + step[:-1], atol=1e-8)
    assert direct.sigma2 == pytest.approx((s2 + step[-1]) * 5 / 4)
    assert direct.loglik < plain.loglik


@pytest.mark.parametrize("name", ["sar", "sem", "sac"])
def test_score_bias_of_the_direct_approach_in_the_mean(name):
    """E[score] at the true spatial parameters is minus T times the trace that J takes away.

    With errors e ~ N(0, s2 I), the dummy-variable score of (rho, lambda) is a quadratic form
    whose mean is a trace: computed here with dense projections for weights of unequal row sums.
    """
    fitted = model(3, name, "time", W=weights(7, 3, row_standardised=False))
    fit = fitted.fit("time", None)
    from spillover.panel.inference import solve
    from spillover.panel.lee_yu import lost_traces

    psi, T = fit.estimate.psi, fitted.data.T
    W, identity = fitted.data.W.toarray(), np.eye(7)
    direction = (identity - psi[1] * W) @ np.ones(7)
    J = identity - np.outer(direction, direction) / (direction @ direction)
    free = fit.sample.likelihood.free
    expected = []
    for s in free:
        G = W @ np.linalg.inv(identity - psi[s] * W)
        expected.append(T * (np.trace(G) - np.trace(J @ G)))
    np.testing.assert_allclose(lost_traces(psi, free, fitted.data, solve), expected, rtol=1e-9)


def test_loglik_and_sigma2_belong_to_the_estimator():
    fitted = model(4, "sdm", "twoways", N=8, T=5)
    sizes = {c: fitted.fit("twoways", c).nobs for c in (None, "lee-yu", "lee-yu-direct")}
    assert sizes == {None: 40, "lee-yu": 28, "lee-yu-direct": 40}
    fit = fitted.fit("twoways", "lee-yu")
    rss = (fit.residuals**2).sum()
    assert fit.sigma2 == pytest.approx(rss / 28)


def test_direct_correction_with_weights_that_change_over_time():
    Ws = [weights(7, seed) for seed in range(4)]
    fitted = model(3, "sar", "twoways", W=Ws, lam=0.0)
    plain, direct = fitted.fit("twoways", None), fitted.fit("twoways", "lee-yu-direct")
    assert direct.params["rho"] > plain.params["rho"]
    np.testing.assert_array_less(0, direct.std_errors)


@pytest.mark.parametrize(
    ("effects", "correction", "message"),
    [
        ("twoways", "leeyu", "choose one of auto, None, lee-yu"),
        ("none", "lee-yu", "bias of fixed effects"),
        ("random", "lee-yu-direct", "bias of fixed effects"),
    ],
)
def test_corrections_that_do_not_exist_are_refused(effects, correction, message):
    with pytest.raises(ValueError, match=message):
        model(1, "sdm").fit(effects, correction)


def test_transformation_that_does_not_close_is_refused():
    unequal = model(1, "sar", W=weights(7, 1, row_standardised=False))
    with pytest.raises(ValueError, match="rows all have the same sum"):
        unequal.fit("twoways", "lee-yu")
    assert unequal.fit("individual", "lee-yu").nobs == 21
    changing = model(1, "sar", W=[weights(7, s) for s in range(4)])
    with pytest.raises(ValueError, match="one W for all"):
        changing.fit("twoways", "lee-yu")
    assert changing.fit("time", "lee-yu").nobs == 24
    assert changing.data.common_row_sums == pytest.approx((1, 1, 1, 1))
    assert unequal.data.common_row_sums is None


@pytest.mark.parametrize("effects", CORRECTED)
def test_auto_is_the_transformation_where_it_closes_and_direct_elsewhere(effects):
    unequal = model(1, "sar", W=weights(7, 1, row_standardised=False))
    changing = model(1, "sar", W=[weights(7, s) for s in range(4)])
    chosen = [
        choose_correction("auto", effects, each.data)
        for each in (model(1, "sar"), unequal, changing)
    ]
    closes = [True, effects == "individual", effects == "time"]
    assert chosen == ["lee-yu" if each else "lee-yu-direct" for each in closes]

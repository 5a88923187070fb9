"""Restrictions, effects and Hausman's test, against algebra done another way."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import optimize, stats

from spillover.panel import SpatialPanel
from spillover.panel.simulate import simulate_panel
from spillover.panel.specification import hausman, lr, lr_effects, wald, with_region_means

N, T = 20, 6
BETA, THETA = [1.0, -0.6], [0.7, 0.3]
FORMULA = "y ~ x1 + x2"


def ring(n: int = N) -> np.ndarray:
    """Each region is bound to the next two on either side, in unequal parts."""
    W = sum(w * np.roll(np.eye(n), k, axis=1) for k, w in {1: 3, -1: 2, 2: 1, -2: 2}.items())
    return W / 8


def model(kind="sdm", n=N, t=T, seed=1, lagged=None, **process) -> SpatialPanel:
    process = {"beta": BETA, "theta": THETA, "rho": 0.4, "effects": "twoways"} | process
    frame = simulate_panel(ring(n), t, rng=seed, **process)
    return SpatialPanel.from_formula(FORMULA, frame, ring(n), model=kind, lagged=lagged)


def numerical_wald(fit, restriction) -> float:
    """Wald statistic with a Jacobian by finite differences."""

    def by_position(values):
        return restriction(dict(zip(fit.params.index, values, strict=True)))

    R = np.atleast_2d(optimize.approx_fprime(fit.params.to_numpy(), by_position))
    g = by_position(fit.params)
    return g @ np.linalg.inv(R @ fit.cov.to_numpy() @ R.T) @ g


RESTRICTIONS = {
    ("sdm", "sar"): lambda p: np.array([p["W*x1"], p["W*x2"]]),
    ("sdm", "slx"): lambda p: np.array([p["rho"]]),
    ("sdm", "ols"): lambda p: np.array([p["rho"], p["W*x1"], p["W*x2"]]),
    ("sdm", "sem"): lambda p: np.array([p[f"W*{x}"] + p["rho"] * p[x] for x in ("x1", "x2")]),
    ("sdem", "sem"): lambda p: np.array([p["W*x1"], p["W*x2"]]),
    ("sdem", "slx"): lambda p: np.array([p["lambda"]]),
    ("sac", "sar"): lambda p: np.array([p["lambda"]]),
    ("sac", "sem"): lambda p: np.array([p["rho"]]),
    ("sar", "ols"): lambda p: np.array([p["rho"]]),
    ("slx", "ols"): lambda p: np.array([p["W*x1"], p["W*x2"]]),
}


@pytest.mark.parametrize("pair", RESTRICTIONS, ids="-".join)
@pytest.mark.parametrize("correction", [None, "lee-yu"])
def test_wald_against_numerical_restrictions(pair, correction):
    fit = model(pair[0]).fit(correction=correction)
    test = wald(fit, pair[1])
    restriction = RESTRICTIONS[pair]
    assert_allclose(test.statistic, numerical_wald(fit, restriction), rtol=1e-5)
    assert test.df == len(restriction(fit.params.to_dict()))
    assert_allclose(test.p_value, 1 - stats.chi2.cdf(test.statistic, test.df), atol=1e-12)


@pytest.mark.parametrize("pair", RESTRICTIONS, ids="-".join)
def test_lr_is_twice_the_difference_of_log_likelihoods(pair):
    large, small = pair
    fit = model(large).fit(correction=None)
    lagged = [] if small == "ols" else None
    restricted = model("slx" if small == "ols" else small, lagged=lagged).fit(correction=None)
    test = lr(fit, small)
    assert_allclose(test.statistic, 2 * (fit.loglik - restricted.loglik))
    assert test.df == len(RESTRICTIONS[pair](fit.params.to_dict()))
    assert test.statistic > 0


@pytest.mark.parametrize("correction", ["lee-yu", "lee-yu-direct"])
def test_lr_keeps_effects_and_correction(correction):
    fit = model().fit("individual", correction)
    small = model("sar").fit("individual", correction)
    assert_allclose(lr(fit, "sar").statistic, 2 * (fit.loglik - small.loglik))


def test_methods_of_the_results_are_these_tests():
    fit = model().fit(correction=None)
    assert fit.wald("sem") == wald(fit, "sem")
    assert fit.lr("sar") == lr(fit, "sar")


def test_partial_durbin():
    fit = model(lagged=["x2"]).fit(correction=None)
    assert wald(fit, "sar").df == lr(fit, "sar").df == 1
    assert lr(fit, "slx").df == 1
    for test in (wald, lr):
        with pytest.raises(ValueError, match="common factor needs the spatial lags of x1"):
            test(fit, "sem")


@pytest.mark.parametrize("test", [wald, lr])
def test_models_that_are_not_nested_are_refused(test):
    with pytest.raises(ValueError, match="sem is not a special case of sar"):
        test(model("sar").fit(correction=None), "sem")
    with pytest.raises(ValueError, match="sdm is not a special case of sdm"):
        test(model().fit(correction=None), "sdm")
    with pytest.raises(ValueError, match="unknown model 'gwr'"):
        test(model().fit(correction=None), "gwr")


def test_wald_and_lr_agree_in_large_samples_and_reject_what_is_false():
    large = model(n=200, t=10).fit(correction=None)
    for small in ("sar", "sem", "slx"):
        assert_allclose(wald(large, small).statistic, lr(large, small).statistic, rtol=0.3)
        assert lr(large, small).p_value < 1e-6
    true_sar = model(n=200, t=10, theta=[0.0, 0.0], seed=3).fit(correction=None)
    assert lr(true_sar, "sar").p_value > 0.05 > lr(true_sar, "sem").p_value
    true_sem = model(n=200, t=10, theta=[0.0, 0.0], rho=0.0, lam=0.4, seed=3).fit(correction=None)
    assert lr(true_sem, "sem").p_value > 0.05 > lr(true_sem, "sar").p_value


@pytest.mark.slow
@pytest.mark.parametrize("test", [wald, lr])
def test_size_of_the_common_factor_test(test):
    draws = [
        test(
            model(n=60, t=8, theta=[0.0, 0.0], rho=0.0, lam=0.4, seed=s).fit(correction=None), "sem"
        ).p_value
        for s in range(400)
    ]
    assert 0.02 < np.mean(np.array(draws) < 0.05) < 0.09


def test_lr_of_effects():
    m = model("sar")
    fits = {e: m.fit(e, None).loglik for e in ("none", "individual", "time", "twoways")}
    expected = {
        ("twoways", "time"): N - 1,
        ("twoways", "individual"): T - 1,
        ("twoways", "none"): N + T - 2,
        ("individual", "none"): N - 1,
        ("time", "none"): T - 1,
    }
    for (larger, smaller), df in expected.items():
        test = lr_effects(m, larger, smaller)
        assert_allclose(test.statistic, 2 * (fits[larger] - fits[smaller]))
        assert test.df == df
    assert lr_effects(m, "twoways", "time").null == "no individual effects beside time effects"
    with pytest.raises(ValueError, match="'time' effects are not a case of 'individual'"):
        lr_effects(m, "individual", "time")


def effects_panel(kind: str, effects: str, n: int = 80, seed: int = 8) -> SpatialPanel:
    theta = THETA if kind == "sdm" else [0.0, 0.0]
    dependence = {"rho": 0.0, "lam": 0.3} if kind == "sem" else {"rho": 0.3}
    process = {"theta": theta, "effects": effects, "effect_size": 0.7, **dependence}
    return model(kind, n=n, t=5, seed=seed, **process)


@pytest.mark.parametrize("kind", ["sar", "sdm"])
def test_hausman_plain_by_hand(kind):
    m = effects_panel(kind, "individual")
    fixed, random = m.fit("individual", "lee-yu"), m.fit("random")
    names = [n for n in random.params.index if n != "Intercept"]
    d = (fixed.params - random.params)[names]
    V = (fixed.cov - random.cov).loc[names, names]
    test = hausman(m, "classic")
    assert_allclose(test.statistic, d @ np.linalg.inv(V) @ d)
    assert test.df == len(names)
    assert test.p_value < 2e-3


def test_hausman_leaves_the_error_parameter_out():
    assert hausman(effects_panel("sem", "random", n=200), "classic").df == 2


def test_hausman_accepts_independent_effects():
    draws = [hausman(effects_panel("sar", "random", seed=s), "classic").p_value for s in range(40)]
    assert np.mean(np.array(draws) < 0.05) < 0.2


def test_hausman_with_weights_by_period():
    frame = simulate_panel(ring(80), 5, BETA, rho=0.3, effects="individual", rng=8)
    constant = SpatialPanel.from_formula(FORMULA, frame, ring(80), model="sar")
    changing = SpatialPanel.from_formula(FORMULA, frame, [ring(80)] * 5, model="sar")
    assert_allclose(changing.fit("individual", "lee-yu-direct").params["rho"],
                    constant.fit("individual", "lee-yu").params["rho"], atol=1e-6)  # fmt: skip
    assert hausman(changing, "classic").p_value < 2e-3


def test_hausman_says_so_when_there_is_no_statistic(monkeypatch):
    from spillover.panel.results import SpatialPanelResults

    inflated = SpatialPanelResults.cov.func
    monkeypatch.setattr(
        SpatialPanelResults,
        "cov",
        property(lambda fit: inflated(fit) * (4 if fit.effects == "random" else 1)),
    )
    test = hausman(effects_panel("sar", "individual"), "classic")
    assert np.isnan(test.statistic)
    assert np.isnan(test.p_value)
    assert "not positive definite" in test.note
    assert "form='mundlak'" in test.note


@pytest.mark.parametrize("period_effects", [False, True])
@pytest.mark.parametrize("form", ["robust", "mundlak"])
@pytest.mark.parametrize("kind", ["sar", "sem", "sdm"])
def test_auxiliary_regression_tells_correlated_from_independent_effects(kind, form, period_effects):
    correlated = hausman(effects_panel(kind, "individual"), form, period_effects)
    independent = hausman(effects_panel(kind, "random"), form, period_effects)
    assert correlated.p_value < 1e-3 < 0.05 < independent.p_value
    assert independent.df == (4 if kind == "sdm" else 2)


def test_robust_hausman_is_a_clustered_wald_test_of_the_means():
    m = effects_panel("sar", "individual", n=30)
    wider, tested = with_region_means(m)
    assert tested == ["mean(x1)", "mean(x2)"]
    fit = wider.fit("random", covariance="clustered")
    b, V = fit.params[tested], fit.cov.loc[tested, tested]
    test = hausman(m, "robust")
    assert_allclose(test.statistic, b @ np.linalg.inv(V) @ b)
    assert_allclose(test.p_value, 1 - stats.f.cdf(test.statistic * 28 / (2 * 29), 2, 28))


def test_robust_hausman_needs_more_regions_than_means():
    frame = simulate_panel(ring(6), 9, [1.0] * 6, rng=1)
    m = SpatialPanel.from_formula("y ~ x1 + x2 + x3 + x4 + x5 + x6", frame, ring(6), model="sar")
    with pytest.raises(ValueError, match="more than 7 regions, the panel has 6"):
        hausman(m, "robust")


def test_region_means_leave_time_invariant_regressors_alone():
    frame = simulate_panel(ring(), T, BETA, rng=1).assign(area=np.repeat(np.arange(N), T) % 7)
    m = SpatialPanel.from_formula("y ~ x1 + area", frame, ring(), model="sdm", lagged=["area"])
    wider, tested = with_region_means(m)
    assert tested == ["mean(x1)"]
    assert wider.data.names == ("x1", "area", "mean(x1)")
    assert wider.lagged == ("area",)
    assert_allclose(wider.data.X[3, :, 2], m.data.X[..., 0].mean(axis=0))


@pytest.mark.slow
def test_size_of_the_robust_hausman_test():
    draws = [
        hausman(effects_panel("sdm", "random", n=50, seed=s), "robust").p_value for s in range(300)
    ]
    assert 0.02 < np.mean(np.array(draws) < 0.05) < 0.11


def test_likelihood_ratio_after_a_direct_correction_compares_maxima():
    for seed in range(12):
        m = model(n=9, t=4, seed=seed)
        direct, plain = m.fit(correction="lee-yu-direct"), m.fit(correction=None)
        for small in ("sar", "sem", "slx", "ols"):
            assert lr(direct, small).statistic >= 0
            assert lr(direct, small).statistic == lr(plain, small).statistic
    assert "without correction" in lr(direct, "sar").note


def test_linear_restrictions():
    fit = model().fit()
    p, V = fit.params, fit.cov
    gap, variance = p["x1"] - p["x2"], V.loc["x1", "x1"] + V.loc["x2", "x2"] - 2 * V.loc["x1", "x2"]
    assert_allclose(fit.wald_test("x1 = x2").statistic, gap**2 / variance)
    assert_allclose(fit.wald_test("W*x1 = 0, W*x2 = 0").statistic, fit.wald("SAR").statistic)
    total = fit.wald_test("x1 + W*x1 = 0.5")
    assert_allclose(total.statistic, (p["x1"] + p["W*x1"] - 0.5) ** 2
                    / V.loc[["x1", "W*x1"], ["x1", "W*x1"]].to_numpy().sum())  # fmt: skip
    with pytest.raises(ValueError, match=r"cannot be read.*between x1, x2, W\*x1"):
        fit.wald_test("x9 = 0")
    with pytest.raises(ValueError, match="depend on each other"):
        fit.wald_test("x1 = x2, 2*x1 = 2*x2")


def test_mundlak_statistic_counts_the_regressors_between_regions():
    m = effects_panel("sdm", "random", n=20)
    wider, tested = with_region_means(m)
    fit = wider.fit("random", covariance="expected")
    b, V = fit.params[tested], fit.cov.loc[tested, tested]
    test = hausman(m)
    assert_allclose(test.statistic, b @ np.linalg.inv(V) @ b * (20 - 1 - 4) / 20)
    assert_allclose(test.p_value, 1 - stats.f.cdf(test.statistic / 4, 4, 15))


def test_bootstrap_of_the_region_means():
    correlated = hausman(effects_panel("sar", "individual", n=25), "bootstrap", draws=19)
    assert correlated.p_value == pytest.approx(1 / 20)
    m = effects_panel("sar", "random", n=25)
    first, again = (hausman(m, "bootstrap", draws=9) for _ in range(2))
    assert first == again
    assert first.p_value > 0.1
    wider, _ = with_region_means(m)
    ratio = 2 * (wider.fit("random").loglik - m.fit("random").loglik)
    assert_allclose(first.statistic, ratio)


def test_period_effects_stand_on_both_sides():
    m = effects_panel("sar", "random", n=40)
    shifted = m.with_outcome(m.data.y + np.arange(5.0)[:, None] * 3)
    without, base = (hausman(x, period_effects=True) for x in (shifted, m))
    assert_allclose(without.statistic, base.statistic, rtol=1e-4)


def test_unknown_form_is_refused():
    with pytest.raises(ValueError, match="choose one of mundlak, bootstrap, robust, classic"):
        hausman(effects_panel("sar", "random", n=20), "plain")


def test_a_chain_of_equations_restricts_every_link():
    fit = model().fit(correction=None)
    chained, apart = fit.wald_test("x1 = x2 = 0"), fit.wald_test("x1 = 0, x2 = 0")
    assert chained.df == 2
    assert chained.statistic == pytest.approx(apart.statistic)
    assert fit.wald_test("(x1 = x2 = 0), rho = 0").df == 3


@pytest.mark.parametrize("nothing", ["", "x1 = x1", "x1 = x2, x2 = x1"])
def test_restrictions_that_say_nothing_are_refused(nothing):
    fit = model().fit(correction=None)
    with pytest.raises(ValueError, match="depend on each other"):
        fit.wald_test(nothing)

"""Results: inference tables, predictions, fit statistics, notes."""

import numpy as np
import pandas as pd
import pytest
from brute_force import Brute, at_estimate, model, panel, ring, two_peaks, weights
from scipy import stats

from spillover.panel import BoundaryWarning, SpatialPanel
from spillover.panel.effects import within


def dense_filters(fit):
    p, identity = fit.params, np.eye(fit.model.data.N)
    W = fit.model.data.W.toarray()
    return identity - p.get("rho", 0.0) * W, identity - p.get("lambda", 0.0) * W


def test_names_and_order_of_the_parameters():
    fit = model(1, "sdm", "none").fit("none")
    assert list(fit.params.index) == ["Intercept", "x1", "x2", "W*x1", "W*x2", "rho"]
    assert list(model(1, "sac").fit(correction=None).params.index) == ["x1", "x2", "rho", "lambda"]


def test_inference_follows_from_estimates_and_standard_errors():
    fit = model(1, "sdm").fit(correction=None)
    table = fit.tidy()
    np.testing.assert_allclose(fit.std_errors, np.sqrt(np.diag(fit.cov)))
    np.testing.assert_allclose(table["statistic"], fit.params / fit.std_errors)
    np.testing.assert_allclose(table["p_value"], 2 * stats.norm.cdf(-np.abs(fit.tstats)))
    reach = stats.norm.ppf(0.95) * fit.std_errors
    np.testing.assert_allclose(fit.conf_int(0.9)["upper"], fit.params + reach)
    np.testing.assert_allclose(fit.conf_int(0.9)["lower"], fit.params - reach)
    expected = ["estimate", "std_error", "statistic", "p_value", "lower", "upper"]
    assert list(table.columns) == expected


@pytest.mark.parametrize("name", ["sar", "sem", "sdm", "slx", "sdem", "sac"])
@pytest.mark.parametrize("effects", ["none", "individual", "time", "twoways", "random"])
def test_predictions_solve_the_model(name, effects):
    fitted = model(3, name, effects)
    fit = fitted.fit(effects, None)
    brute = Brute.of(fitted, effects)
    S, R = dense_filters(fit)
    y = fitted.data.y
    reduced = fit.predict("reduced_form").unstack(level=0).to_numpy()
    residual = fit.residuals.unstack(level=0).to_numpy()
    in_sample = fit.predict().unstack(level=0).to_numpy()
    np.testing.assert_allclose(in_sample + residual, y)
    np.testing.assert_allclose((y - reduced) @ S.T @ R.T, residual, atol=1e-10)
    if effects == "random":
        return
    mean = brute.moments(at_estimate(brute, fit))[0].reshape(y.shape)
    np.testing.assert_allclose(reduced, mean, atol=1e-7)


@pytest.mark.parametrize("name", ["sdm", "sem"])
def test_fixed_effects_are_the_coefficients_of_the_dummies(name):
    fitted = model(3, name)
    fit = fitted.fit("twoways", None)
    brute = Brute.of(fitted, "twoways")
    k, d = brute.size
    dummies = at_estimate(brute, fit)[k : k + d]
    level = fit.fixed_effects.unstack(level=0).to_numpy()
    np.testing.assert_allclose(level[0], dummies[: fitted.data.N], atol=1e-7)
    np.testing.assert_allclose((level - level[0])[1:, 0], dummies[fitted.data.N :], atol=1e-7)


def test_random_effects_are_shrunk_region_means_of_the_residuals():
    fit = model(3, "sar", "random", effect_size=2.0).fit("random")
    raw = fit.sample.errors(fit.estimate)
    omega = fit.sigma2 / (fit.sigma2 + fit.model.data.T * fit.sigma2_mu)
    removed = raw - fit.residuals.unstack(level=0).to_numpy()
    expected = np.broadcast_to((1 - omega) * raw.mean(axis=0), raw.shape)
    np.testing.assert_allclose(removed, expected, atol=1e-12)


def test_measures_of_fit():
    fit = model(3, "sdm").fit("twoways", None)
    data, W = fit.model.data, fit.model.data.W.toarray()
    p = fit.params
    xb = data.X @ p[["x1", "x2"]].to_numpy() + data.lag(data.X) @ p[["W*x1", "W*x2"]].to_numpy()
    form = np.linalg.solve(np.eye(data.N) - p["rho"] * W, xb.T).T

    def squared(a, b):
        return np.corrcoef(a.ravel(), b.ravel())[0, 1] ** 2

    y = data.y
    residual = fit.residuals.to_numpy()
    assert fit.rsquared == pytest.approx(
        1 - residual @ residual / (within(y, "twoways") ** 2).sum()
    )
    assert fit.squared_correlation == pytest.approx(
        squared(within(y, "twoways"), within(form, "twoways"))
    )
    assert fit.rsquared_within == pytest.approx(
        squared(y - y.mean(axis=0), form - form.mean(axis=0))
    )
    assert fit.rsquared_between == pytest.approx(squared(y.mean(axis=0), form.mean(axis=0)))
    assert fit.rsquared_overall == pytest.approx(squared(y, form))


def test_information_criteria_count_slopes_spatial_and_variance_parameters():
    fit = model(3, "sdm").fit("twoways", None)
    assert fit.aic == pytest.approx(2 * 6 - 2 * fit.loglik)
    assert fit.bic == pytest.approx(6 * np.log(28) - 2 * fit.loglik)


def test_summary_names_estimator_divisor_and_assumptions():
    fit = model(3, "sdm").fit("twoways", "lee-yu")
    text = str(fit)
    for part in ("SDM, twoways effects", "lee-yu", "W*x1", "rho", "count 18 observations"):
        assert part in text
    assert "sorted order of the panel's region ids" in text


def test_unequal_row_sums_and_observed_information_are_noted():
    fit = model(3, "sem", W=weights(7, 3, row_standardised=False)).fit(
        correction=None, covariance="observed"
    )
    assert any("estimated as dummies" in note for note in fit.notes)
    assert any("observed information" in note for note in fit.notes)


def test_two_maxima_are_noted():
    assert "local maxima" in str(two_peaks().fit(correction=None))
    assert "local maxima" not in str(model(1, "sdm").fit(correction=None))


def test_a_parameter_at_its_bound_is_flagged_and_has_no_standard_error():
    """Contrasts leave dense weights little to identify lambda by, and nothing stops it at one."""
    W = weights(12, 5)
    fitted = model(5, "sem", N=12, T=5, W=W, rho=0.0, theta=[0, 0], lam=0.9)
    with pytest.warns(BoundaryWarning, match="lambda at the end"):
        fit = fitted.fit("twoways", "lee-yu")
    assert fit.at_boundary == ("lambda",)
    assert fit.std_errors.isna().all()
    assert "admissible interval" in str(fit)


def test_interval_is_that_of_the_weights():
    fit = model(1, "sdm", W=ring(8)).fit(correction=None)
    assert fit.interval == pytest.approx((-1, 1))
    assert model(1, "slx").fit(correction=None).interval is None


def test_tests_are_methods():
    fit = model(1, "sdm", N=12, T=6).fit(correction=None)
    assert fit.wald("sar").df == 2
    assert fit.lr("slx").df == 1


def test_profile_peaks_at_the_estimate_and_splits_the_likelihood():
    fitted = model(3, "sdm")
    fit = fitted.fit(correction=None)
    profile = fit.profile(401)
    low, high = fit.interval
    assert abs(profile["loglik"].idxmax() - fit.params["rho"]) <= (high - low) / 401
    assert profile["loglik"].max() <= fit.loglik
    brute = Brute.of(fitted, "twoways")
    expected = [brute.profile([rho, 0.0, 1.0]) for rho in profile.index[::50]]
    np.testing.assert_allclose(profile["loglik"].iloc[::50], expected, atol=1e-9)
    values = fitted.data.T * fitted.log_determinant.value(profile.index.to_numpy())
    np.testing.assert_allclose(profile["log_jacobian"], values)
    np.testing.assert_allclose(profile["log_jacobian"] + profile["fit"], profile["loglik"])
    with pytest.raises(ValueError, match="exactly one spatial parameter"):
        model(3, "sac").fit(correction=None).profile()


def test_unknown_prediction_is_refused():
    with pytest.raises(ValueError, match="choose in_sample or reduced_form"):
        model(1, "sdm").fit(correction=None).predict("mean")


def test_series_are_indexed_by_region_and_period():
    data, W = panel(1)
    shuffled = data.sample(frac=1, random_state=1)
    fit = SpatialPanel.from_formula("y ~ x1", shuffled, W, regions=range(7)).fit(correction=None)
    assert isinstance(fit.residuals, pd.Series)
    both = fit.predict() + fit.residuals
    pd.testing.assert_series_equal(both.sort_index(), data["y"].sort_index(), check_names=False)


def test_names_of_statsmodels_work():
    fit = model(3, "sdm").fit()
    pd.testing.assert_series_equal(fit.bse, fit.std_errors)
    pd.testing.assert_series_equal(fit.tvalues, fit.tstats)
    pd.testing.assert_series_equal(fit.resid, fit.residuals)
    pd.testing.assert_series_equal(fit.fittedvalues, fit.predict())
    pd.testing.assert_frame_equal(fit.cov_params(), fit.cov)
    assert fit.llf == fit.loglik
    assert str(fit.summary()) == repr(fit)
    assert "<table" in fit._repr_html_()


@pytest.mark.parametrize("level", [95, 0.05, 1.0])
def test_levels_that_are_no_coverage_are_refused(level):
    fit = model(3, "sdm").fit()
    for intervals in (fit.conf_int, lambda level: fit.impacts(level=level), fit.tidy):
        with pytest.raises(ValueError, match=r"coverage of the interval, for instance 0.95"):
            intervals(level)


def test_fit_with_effects_counted_and_not():
    fit = model(3, "sar").fit(correction=None)
    y = fit.model.data.y
    rss = (fit.residuals**2).sum()
    assert fit.rsquared_with_effects == pytest.approx(1 - rss / ((y - y.mean()) ** 2).sum())
    assert fit.rsquared < fit.rsquared_with_effects
    dummies = 7 + 4 - 1
    assert fit.aic_with_effects == pytest.approx(fit.aic + 2 * dummies)
    assert model(3, "sar").fit().aic_with_effects == pytest.approx(fit.aic_with_effects)


def test_criterion_with_effects_finds_the_effects_of_the_process():
    for true in ("individual", "twoways"):
        fitted = model(2, "sar", true, N=30, T=12, effect_size=3.0)
        values = {e: fitted.fit(e).aic_with_effects for e in ("none", "individual", "twoways")}
        assert min(values, key=values.get) == true


def test_raw_weights_and_missing_correction_are_noted():
    raw = model(3, "sar", W=weights(7, 3, row_standardised=False)).fit("individual", None)
    assert any("rows do not sum to one" in note for note in raw.notes)
    assert any("No correction of the bias" in note for note in raw.notes)
    assert not any("No correction" in note for note in model(3, "sar").fit().notes)


def test_zero_variance_of_region_effects_is_noted():
    for seed in range(20):
        fit = model(seed, "sar", "none").fit("random")
        told = any("estimated as zero" in note for note in fit.notes)
        assert told == (fit.sigma2_mu <= 0)
        if told:
            return
    raise AssertionError("no panel at the bound among the seeds")


def test_errors_follow_the_test_of_serial_correlation():
    def persistent(rng, shape):
        e = rng.standard_normal((shape[0] + 30, shape[1]))
        for t in range(1, len(e)):
            e[t] = 0.7 * e[t - 1] + np.sqrt(1 - 0.49) * e[t]
        return e[30:]

    W = weights(31, 1)
    serial = model(1, "sdm", N=31, T=9, W=W, errors=persistent).fit()
    assert serial.serial_correlation.p_value < 0.01
    assert serial.covariance == "clustered"
    assert any("clustered by region" in note for note in serial.notes)
    classic = serial.model.fit(covariance="classic")
    assert classic.covariance == "expected"
    assert any("prefer covariance='clustered'" in note for note in classic.notes)
    white = model(2, "sdm", N=31, T=9, W=W).fit()
    assert white.serial_correlation.p_value > 0.05
    assert white.covariance == "expected"


def test_names_of_other_packages_mean_the_same():
    fitted = model(3, "sdm")
    fit = fitted.fit("Two-Way", covariance="cluster")
    assert (fit.effects, fit.covariance) == ("twoways", "clustered")
    assert fitted.fit("FE").effects == "individual"
    assert fitted.fit("RE").effects == "random"
    assert fitted.fit(None).effects == "none"
    assert fitted.fit(covariance="nonrobust").covariance == "expected"
    pd.testing.assert_frame_equal(fit.conf_int(alpha=0.1), fit.conf_int(0.9))
    pd.testing.assert_series_equal(fit.resids, fit.resid)
    assert fit.df_resid == fit.nobs - 4


def test_a_scenario_says_where_and_a_prediction_which():
    fit = model(3, "sdm").fit()
    with pytest.raises(ValueError, match="changes of x1: give a mapping"):
        fit.scenario({"x1": 1.0})
    with pytest.raises(ValueError, match=r"changed regressors use scenario\(\)"):
        fit.predict(fit.model.data.long(fit.model.data.y).to_frame())

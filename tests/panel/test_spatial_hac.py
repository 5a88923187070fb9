"""Errors that allow for space and time: brute force over pairs, limits, calibration, refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from brute_force import model, panel, weights
from numpy.testing import assert_allclose
from statsmodels.stats.sandwich_covariance import cov_nw_groupsum

from spillover.panel import Conley, DriscollKraay, SpatialPanel
from spillover.panel.effects import within
from spillover.panel.inference import (
    covariance,
    invert,
    observed_information,
    period_scores,
    separate_scores,
)

N, T = 15, 9


def panel_model(name: str):
    return model(3, name, N=N, T=T, W=weights(N, 3), rho=0.2, lam=0.0)


def places(n=N, seed=1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"latitude": rng.uniform(25, 45, n), "longitude": rng.uniform(90, 120, n)}, range(n)
    )


def kilometres(frame: pd.DataFrame) -> np.ndarray:
    lat, lon = np.radians(frame.to_numpy()).T
    cosine = np.sin(lat)[:, None] * np.sin(lat) + np.cos(lat)[:, None] * np.cos(lat) * np.cos(
        lon[:, None] - lon
    )
    return 6371.0 * np.arccos(np.clip(cosine, -1, 1))


@pytest.mark.parametrize("lags", [0, 2])
def test_driscoll_kraay_of_least_squares_is_that_of_statsmodels(lags):
    fitted = panel_model("ols")
    fit = fitted.fit(covariance=DriscollKraay(lags))
    y, X = (within(v, "twoways").reshape(N * T, -1) for v in (fitted.data.y, fitted.data.X))
    ols = sm.OLS(y, X).fit()
    peer = cov_nw_groupsum(ols, lags, np.repeat(np.arange(T), N), use_correction=0)
    assert_allclose(fit.cov, peer * T / (T - 1), rtol=1e-8)


@pytest.mark.parametrize(("periods", "lags"), [(5, 2), (9, 2), (16, 2), (28, 3)])
def test_driscoll_kraay_reaches_back_further_in_longer_panels(periods, lags):
    """4 (T / 100)^(2/9): 2.06, 2.34, 2.66 and 3.01."""
    fit = model(3, "ols", N=N, T=periods, W=weights(N, 3)).fit()
    found, known = (
        rule.score_variance(fit.sample, fit.estimate)
        for rule in (DriscollKraay(), DriscollKraay(lags))
    )
    assert_allclose(found, known)


@pytest.mark.parametrize("name", ["sar", "sdm", "sem", "sac"])
def test_period_scores_add_up_to_the_score_of_the_likelihood(name):
    fit = panel_model(name).fit()
    scores = period_scores(fit.sample, fit.estimate)
    size = np.abs(scores).sum(axis=0)
    assert (np.abs(scores.sum(axis=0)) < 1e-6 * size).all()


@pytest.mark.parametrize("kernel", ["bartlett", "uniform"])
@pytest.mark.parametrize("lags", [0, 2])
def test_conley_by_a_loop_over_pairs(kernel, lags):
    fit = panel_model("sdm").fit()
    rule = Conley(places(), 900, kernel, lags)
    own, products = separate_scores(fit.sample, fit.estimate)
    distance = kilometres(places())
    total = products.copy()
    for t in range(T):
        for i in range(N):
            for j in range(N):
                if distance[i, j] < 900:
                    weight = 1 - distance[i, j] / 900 if kernel == "bartlett" else 1.0
                    total += weight * np.outer(own[t, i], own[t, j])
            for lag in range(1, min(lags, t) + 1):
                pair = np.outer(own[t, i], own[t - lag, i])
                total += (1 - lag / (lags + 1)) * (pair + pair.T)
    assert_allclose(rule.score_variance(fit.sample, fit.estimate), total, rtol=1e-6)
    bread = invert(observed_information(fit.sample, fit.estimate))
    assert_allclose(covariance(fit.sample, fit.estimate, rule), bread @ total @ bread, rtol=1e-6)


def test_without_neighbours_conley_is_robust():
    fitted = panel_model("sdm")
    assert_allclose(
        fitted.fit(covariance=Conley(places(), 0.01)).cov, fitted.fit(covariance="robust").cov
    )


def test_coordinates_are_matched_by_region():
    fitted = panel_model("sar")
    shuffled = places().sample(frac=1, random_state=1)
    pair = [fitted.fit(covariance=Conley(c, 900)).cov for c in (places(), shuffled)]
    assert_allclose(*pair)


def test_common_shocks_widen_driscoll_kraay_errors():
    """Shocks and a regressor that half of the regions share."""
    side = np.where(np.arange(30) < 15, 1.0, -1.0)

    def shared(rng, shape):
        return 0.6 * rng.standard_normal(shape) + 0.8 * rng.standard_normal((shape[0], 1)) * side

    rng = np.random.default_rng(3)
    X = rng.standard_normal((40, 30, 1)) + 2 * rng.standard_normal((40, 1, 1)) * side[:, None]
    ratio = []
    for seed in range(5):
        options = {"beta": [1.0], "theta": [0.0], "rho": 0.0, "lam": 0.0, "X": X, "errors": shared}
        data, W = panel(seed, N=30, T=40, **options)
        m = SpatialPanel.from_formula("y ~ x1", data, W, model="ols")
        classic, wide = (
            m.fit(covariance=c).std_errors["x1"] for c in ("classic", "driscoll-kraay")
        )
        ratio.append(wide / classic)
    assert np.mean(ratio) > 1.8


def test_refusals():
    fitted = panel_model("sar")
    with pytest.raises(ValueError, match="choose one of bartlett, uniform"):
        Conley(places(), 100, "gauss")
    with pytest.raises(ValueError, match="distance in kilometres"):
        Conley(places(), 0)
    with pytest.raises(ValueError, match="no coordinates for 0"):
        fitted.fit(covariance=Conley(places().drop(index=0), 100)).cov  # noqa: B018
    with pytest.raises(ValueError, match="one column latitude or lat"):
        fitted.fit(covariance=Conley(places()[["longitude"]], 100)).cov  # noqa: B018
    for rule in (DriscollKraay(9), Conley(places(), 100, lags=9)):
        with pytest.raises(ValueError, match="lags=9: choose between 0 and 8, one less than per"):
            fitted.fit(covariance=rule).cov  # noqa: B018
    with pytest.raises(ValueError, match="are for fixed effects"):
        fitted.fit("random", covariance="driscoll-kraay")


def test_names_appear_in_the_summary():
    fitted = panel_model("sar")
    assert "Driscoll-Kraay" in str(fitted.fit(covariance="driscoll-kraay"))
    assert "bartlett kernel to 900 km" in str(fitted.fit(covariance=Conley(places(), 900)))

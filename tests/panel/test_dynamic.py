"""The dynamic Durbin panel: known truth, brute force of impacts and traces, tests, refusals."""

import numpy as np
import pandas as pd
import pytest
from brute_force import ring, weights
from numpy.testing import assert_allclose

from spillover.panel import DynamicSpatialPanel, SpatialPanel
from spillover.panel.dynamic import lost_traces

TRUE = {"tau": 0.5, "eta": -0.1, "rho": 0.3, "x1": 1.0, "W*x1": 0.5}


def process(seed: int, W: np.ndarray, T: int = 10, burn: int = 30) -> tuple[np.ndarray, np.ndarray]:
    rng, N = np.random.default_rng(seed), len(W)
    spread = np.linalg.inv(np.eye(N) - TRUE["rho"] * W)
    mu, y, kept = rng.normal(size=N), np.zeros(N), []
    for _ in range(T + burn):
        x = rng.normal(size=N) + 0.5 * mu
        now = TRUE["x1"] * x + TRUE["W*x1"] * W @ x + mu + rng.normal() + rng.normal(size=N)
        y = spread @ (TRUE["tau"] * y + TRUE["eta"] * W @ y + now)
        kept.append((y, x))
    ys, xs = zip(*kept[-T:], strict=True)
    return np.array(ys), np.array(xs)


def fitted(seed=1, N=31, T=10, model="sdm", effects="twoways", correction="auto", **options):
    W = ring(N)
    y, x = process(seed, W, T)
    panel = DynamicSpatialPanel(y, x, W, model=model, **options)
    return panel.fit(effects, correction)


def test_without_correction_it_is_the_durbin_model_with_lags_as_regressors():
    W = weights(12, 7)
    y, x = process(3, W)
    X = np.stack([x[1:], y[:-1]], axis=-1)
    by_hand = SpatialPanel(y[1:], X, W).fit("twoways", None, "expected")
    fit = DynamicSpatialPanel(y, x, W).fit(correction=None)
    found = fit.params[["x1", "tau", "W*x1", "eta", "rho"]]
    assert_allclose(found, by_hand.params)
    assert_allclose(fit.std_errors[found.index], by_hand.std_errors)


@pytest.mark.parametrize("effects", ["individual", "twoways"])
def test_traces_of_the_correction_by_explicit_inverses(effects):
    N = 9
    fit = fitted(N=N, T=12, effects=effects, correction=None)
    p, W = fit.params, fit.model.data.W.toarray()
    keep = np.eye(N) - (1 / N if effects == "twoways" else 0)
    M = np.linalg.inv((1 - p["tau"]) * np.eye(N) - (p["rho"] + p["eta"]) * W)
    G = W @ np.linalg.inv(np.eye(N) - p["rho"] * W)
    names = fit.panel.dynamic.sample(effects, None).names
    sample = fit.panel.dynamic.sample(effects, "lee-yu")
    found = lost_traces(sample, fit.estimate, names.index("tau"), names.index("W*tau"))
    assert_allclose(found, [np.trace(keep @ A) for A in (M, W @ M, G)])


@pytest.mark.parametrize("effects", ["individual", "twoways"])
def test_correction_adds_the_covariance_times_what_the_scores_lose(effects):
    """Period means correlate with every error: scores lose tr M (tau), tr W M (eta, rho).

    Of the last, tr G is regained where the likelihood counts one period less.
    """
    fit = fitted(N=9, T=12, effects=effects)
    plain = fit.panel.dynamic.fit(effects, "lee-yu", "expected")
    p, W = plain.params, fit.model.data.W.toarray()
    keep = np.eye(9) - (1 / 9 if effects == "twoways" else 0)
    M = np.linalg.inv((1 - p["tau"]) * np.eye(9) - (p["rho"] + p["W*tau"]) * W)
    G = W @ np.linalg.inv(np.eye(9) - p["rho"] * W)
    matrices = {"tau": M, "W*tau": W @ M, "rho": W @ M - G}
    lost = pd.Series({name: np.trace(keep @ each) for name, each in matrices.items()})
    moved = p + plain.cov[lost.index] @ lost
    assert_allclose(fit.params, moved.rename({"W*tau": "eta"})[fit.params.index])


def test_correction_removes_the_bias_of_short_panels():
    """Twenty panels of 31 regions and nine usable periods."""
    both = {c: pd.DataFrame([fitted(s, correction=c).params for s in range(20)])
            for c in ("auto", None)}  # fmt: skip
    truth = pd.Series(TRUE)[both["auto"].columns]
    error = {c: draws.mean() - truth for c, draws in both.items()}
    noise = both["auto"].std() / np.sqrt(20)
    assert (error["auto"].abs() < 3 * noise + 0.015)[["tau", "rho", "x1"]].all()
    assert error[None]["tau"] < -0.06
    assert abs(error["auto"]["tau"]) < 0.5 * abs(error[None]["tau"])


@pytest.mark.parametrize("model", ["sdm", "sar"])
@pytest.mark.parametrize("horizon", ["short", "long"])
def test_impacts_and_their_gradients_by_brute_force(model, horizon):
    fit = fitted(model=model)
    W, names = fit.model.data.W.toarray(), list(fit.params.index)
    N = len(W)

    def impacts(values):
        p = dict(zip(names, values, strict=True))
        lags = p["tau"] * np.eye(N) + p["eta"] * W if horizon == "long" else 0
        total = np.linalg.inv(np.eye(N) - p["rho"] * W - lags)
        effect = total @ (p["x1"] * np.eye(N) + p.get("W*x1", 0) * W)
        direct, total = np.trace(effect) / N, effect.sum() / N
        return np.array([direct, total - direct, total])

    point, h = fit.params.to_numpy(), 1e-6
    jacobian = np.stack(
        [(impacts(point + h * e) - impacts(point - h * e)) / (2 * h) for e in np.eye(len(point))], 1
    )
    errors = np.sqrt(np.diag(jacobian @ fit.cov.to_numpy() @ jacobian.T))
    table = fit.impacts(horizon).loc["x1"]
    assert_allclose(table["estimate"], impacts(point), rtol=1e-9)
    assert_allclose(table["std_error"], errors, rtol=1e-5)


def test_stability_is_that_of_the_reduced_form():
    fit = fitted()
    p, W = fit.params, fit.model.data.W.toarray()
    N = len(W)
    step = np.linalg.solve(np.eye(N) - p["rho"] * W, p["tau"] * np.eye(N) + p["eta"] * W)
    assert fit.stability["radius"] == pytest.approx(np.abs(np.linalg.eigvals(step)).max())
    assert fit.stability["stable"]


def test_static_model_is_rejected_where_it_is_false_and_only_there():
    assert fitted().wald().p_value < 1e-6
    assert fitted().lr("static").p_value < 1e-6
    assert fitted().lr().df == 2
    assert fitted(space_time_lag=False).wald().df == 1
    rng = np.random.default_rng(2)
    y, x = rng.normal(size=(12, 31)), rng.normal(size=(12, 31))
    quiet = DynamicSpatialPanel(y, x, ring(31)).fit()
    assert quiet.wald().p_value > 0.05
    assert quiet.lr().p_value > 0.01


def test_static_durbin_misses_the_long_run():
    y, x = process(1, weights(31, 7), 12)
    static = SpatialPanel(y, x, weights(31, 7)).fit().impacts().loc[("x1", "total"), "estimate"]
    dynamic = DynamicSpatialPanel(y, x, weights(31, 7)).fit()
    long_run = dynamic.impacts("long").loc[("x1", "total")]
    assert long_run["lower"] < 1.5 / 0.3 < long_run["upper"]
    assert static < 0.75 * long_run["estimate"]


def test_refusals():
    y, x = process(1, weights(8, 7), 6)
    with pytest.raises(ValueError, match="dynamic model is one of sar, sdm"):
        DynamicSpatialPanel(y, x, ring(8), model="sem")
    with pytest.raises(ValueError, match="one W for all periods"):
        DynamicSpatialPanel(y, x, [ring(8)] * 6)
    panel = DynamicSpatialPanel(y, x, ring(8))
    with pytest.raises(ValueError, match="individual or twoways"):
        panel.fit("random")
    with pytest.raises(ValueError, match="auto, yu-de-jong-lee or None"):
        panel.fit(correction="gmm")
    with pytest.raises(ValueError, match="needs at least 4"):
        DynamicSpatialPanel(y[:3], x[:3], ring(8)).fit()
    with pytest.raises(ValueError, match="same sum"):
        DynamicSpatialPanel(y, x, weights(8, 1, row_standardised=False)).fit()
    with pytest.raises(ValueError, match="short or long"):
        panel.fit(correction=None).impacts("eternal")
    walk = y.cumsum(axis=0)
    with pytest.raises(ValueError, match=r"not those of a stable process|no long run"):
        DynamicSpatialPanel(walk, x, ring(8)).fit().impacts("long")


@pytest.mark.parametrize("name", ["tau", "eta"])
def test_columns_named_like_the_outcomes_lags_are_refused(name):
    y, x = process(3, ring(9))
    index = pd.MultiIndex.from_product([range(9), range(10)], names=["region", "year"])
    frame = pd.DataFrame({"y": y.T.ravel(), name: x.T.ravel()}, index=index)
    with pytest.raises(ValueError, match=f"dynamic model's own terms: {name}"):
        DynamicSpatialPanel.from_formula(f"y ~ {name}", frame, ring(9))


def test_the_summary_names_the_model_and_its_correction():
    text = str(fitted(N=9, T=12))
    assert "dynamic SDM, twoways effects" in text
    assert "yu-de-jong-lee" in text


def test_last_periods_outcome_is_no_regressor_with_impacts():
    fit = fitted(N=9, T=12)
    assert fit.variables == ("x1",)
    with pytest.raises(ValueError, match="'tau' is not a regressor"):
        fit.scenario({"tau": {0: 1.0}})

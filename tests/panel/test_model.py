"""The model: data and weights in any form and order, partial Durbin, errors."""

import numpy as np
import pandas as pd
import pytest
from brute_force import model, panel, weights
from hypothesis import given, settings
from hypothesis import strategies as st
from libpysal.graph import Graph
from scipy import sparse

from spillover.panel import SpatialPanel
from spillover.panel.simulate import simulate_panel


@given(order=st.permutations(range(7)))
@settings(max_examples=5, deadline=None, derandomize=True)
def test_regions_are_matched_by_id(order):
    data, W = panel(3)
    labels = list("gfedcba")
    data = data.rename(index=dict(enumerate(labels)), level=0)
    frame = pd.DataFrame(W, index=labels, columns=labels)
    expected = SpatialPanel.from_formula("y ~ x1 + x2", data, frame).fit()
    mixed = [labels[i] for i in order]
    shuffled = frame.loc[mixed, mixed]
    found = SpatialPanel.from_formula("y ~ x1 + x2", data.sample(frac=1, random_state=1), shuffled)
    pd.testing.assert_series_equal(found.fit().params, expected.params, rtol=1e-6)


def test_every_form_of_weights_gives_the_same_estimates():
    data, W = panel(3)
    frame = pd.DataFrame(W)
    links = frame.stack().rename_axis(["focal", "neighbor"]).rename("weight")
    graph = Graph.from_adjacency(links[links > 0].reset_index())
    by_year = dict.fromkeys(range(1, 5), W)
    forms = [W, sparse.csr_array(W), frame, graph, graph.to_W(), [W] * 4, by_year]
    params = [SpatialPanel.from_formula("y ~ x1 + x2", data, form).fit().params for form in forms]
    for other in params[1:]:
        np.testing.assert_allclose(other, params[0], atol=1e-8)


def test_arrays_and_formula_agree():
    data, W = panel(3)
    formula = SpatialPanel.from_formula("y ~ x1 + x2", data, W)
    labelled = SpatialPanel(data["y"], data[["x1", "x2"]], W)
    bare = SpatialPanel(formula.data.y, formula.data.X, W)
    for other in (labelled, bare):
        np.testing.assert_allclose(other.fit().params, formula.fit().params)


def test_partial_durbin_lags_only_what_is_named():
    data, W = panel(3)
    fitted = SpatialPanel.from_formula("y ~ x1 + x2", data, W, lagged=["x2"])
    fit = fitted.fit()
    assert list(fit.params.index) == ["x1", "x2", "W*x2", "rho"]
    by_hand = fitted.data.long(fitted.data.lag(fitted.data.X)[..., 1])
    wider = data.assign(wx2=by_hand.rename_axis(["region", "year"]))
    other = SpatialPanel.from_formula("y ~ x1 + x2 + wx2", wider, W, model="sar").fit()
    np.testing.assert_allclose(fit.params, other.params, atol=1e-8)
    assert fit.impacts().index.unique("variable").tolist() == ["x1", "x2"]


def test_durbin_without_lags_is_the_lag_model():
    data, W = panel(3)
    none = SpatialPanel.from_formula("y ~ x1 + x2", data, W, model="sdm", lagged=[]).fit()
    sar = SpatialPanel.from_formula("y ~ x1 + x2", data, W, model="sar").fit()
    np.testing.assert_allclose(none.params, sar.params)


def test_nested_models_rank_by_likelihood():
    base = model(3, "sdm")
    loglik = {m: base.with_model(m).fit().loglik for m in ("sar", "sem", "slx", "sdm")}
    assert loglik["sdm"] >= max(loglik["sar"], loglik["sem"], loglik["slx"])


def test_another_outcome_shares_weights_and_regressors():
    base = model(3, "sdm")
    new = base.with_outcome(2 * base.data.y + 1)
    fit = new.fit("individual")
    assert new.log_determinant is base.log_determinant
    scaled = base.fit("individual").params * np.array([2, 2, 2, 2, 1])
    np.testing.assert_allclose(fit.params, scaled, atol=1e-8)


def test_another_model_shares_the_log_determinant():
    base = model(3, "sdm")
    assert base.with_model("sem").log_determinant is base.log_determinant


def test_without_spatial_parameters_no_log_determinant_is_computed(monkeypatch):
    monkeypatch.setattr("spillover.panel.model.log_determinant", None)
    model(3, "slx").fit("twoways").impacts()


def test_one_period_is_a_cross_section():
    W = weights(30, 2)
    data = simulate_panel(W, 1, [1.0], rho=0.5, rng=1)
    fit = SpatialPanel.from_formula("y ~ x1", data, W, model="sar").fit("none")
    assert abs(fit.params["rho"] - 0.5) < 4 * fit.std_errors["rho"]
    with pytest.raises(ValueError, match="too few periods"):
        SpatialPanel.from_formula("y ~ x1", data, W, model="sar").fit("twoways")


def test_an_intercept_is_estimated_unless_effects_absorb_it():
    data, W = panel(3, effects="none", intercept=3.0)
    fitted = SpatialPanel.from_formula("y ~ x1", data, W, model="sar")
    assert "Intercept" in fitted.fit("none").params.index
    assert "Intercept" in fitted.fit("random").params.index
    assert "Intercept" not in fitted.fit("individual").params.index
    without = SpatialPanel.from_formula("y ~ 0 + x1", data, W, model="sar")
    assert "Intercept" not in without.fit("none").params.index


def faulty(**columns):
    data, W = panel(3)
    region = data.index.get_level_values(0).to_numpy(float)
    year = data.index.get_level_values(1).to_numpy(float)
    return data.assign(constant=region, common=year, twice=2 * data["x1"], **columns), W


@pytest.mark.parametrize(
    ("formula", "effects", "message"),
    [
        ("y ~ x1 + constant", "individual", "no variation left in constant"),
        ("y ~ x1 + common", "time", "no variation left in common"),
        ("y ~ x1 + twice", "twoways", "x1, twice"),
        ("y ~ x1 + common", "none", "collinear columns"),
    ],
)
def test_absorbed_and_collinear_regressors_are_named(formula, effects, message):
    data, W = faulty()
    with pytest.raises(ValueError, match=message):
        SpatialPanel.from_formula(formula, data, W).fit(effects)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "spatial"}, "choose one of sar, sem"),
        ({"model": "sar", "lagged": ["x1"]}, "has no lagged regressors"),
        ({"lagged": ["x9"]}, "not in the model: x9"),
        ({"lagged": "x1"}, "give a list"),
    ],
)
def test_wrong_specifications_are_refused(options, message):
    data, W = panel(3)
    with pytest.raises(ValueError, match=message):
        SpatialPanel.from_formula("y ~ x1 + x2", data, W, **options)


def test_filtering_by_changing_weights_does_not_keep_region_effects():
    fitted = model(3, "sem", W=[weights(7, s) for s in range(4)], rho=0.0)
    with pytest.raises(ValueError, match="needs one W for all periods"):
        fitted.fit("individual")
    assert fitted.fit("time").loglik < 0


def test_more_coefficients_than_free_observations():
    with pytest.raises(ValueError, match="4 coefficients but 4 observations"):
        model(3, "sdm", N=5, T=2).fit("twoways")


def test_regressors_absorbed_by_explicit_period_dummies_are_named():
    data, _ = faulty()
    uneven = weights(7, 3, row_standardised=False)
    fitted = SpatialPanel.from_formula("y ~ x1 + common", data, uneven, model="sem")
    with pytest.raises(ValueError, match=r"common.*period"):
        fitted.fit("time")
    with pytest.raises(ValueError, match=r"common.*period"):
        fitted.fit("twoways")

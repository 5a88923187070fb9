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
from spillover.panel.effects import within
from spillover.panel.simulate import simulate_panel


@given(order=st.permutations(range(7)))
@settings(max_examples=5, derandomize=True)
def test_regions_are_matched_by_id(order):
    data, W = panel(3)
    labels = list("gfedcba")
    data = data.rename(index=dict(enumerate(labels)), level=0)
    frame = pd.DataFrame(W, index=labels, columns=labels)
    expected = SpatialPanel.from_formula("y ~ x1 + x2", data, frame).fit(correction=None)
    mixed = [labels[i] for i in order]
    shuffled = frame.loc[mixed, mixed]
    found = SpatialPanel.from_formula("y ~ x1 + x2", data.sample(frac=1, random_state=1), shuffled)
    pd.testing.assert_series_equal(found.fit(correction=None).params, expected.params, rtol=1e-6)


def test_every_form_of_weights_gives_the_same_estimates():
    data, W = panel(3)
    frame = pd.DataFrame(W)
    links = frame.stack().rename_axis(["focal", "neighbor"]).rename("weight")
    graph = Graph.from_adjacency(links[links > 0].reset_index())
    by_year = dict.fromkeys(range(1, 5), W)
    forms = [W, sparse.csr_array(W), frame, graph, graph.to_W(), [W] * 4, by_year]
    params = [
        SpatialPanel.from_formula("y ~ x1 + x2", data, form).fit(correction=None).params
        for form in forms
    ]
    for other in params[1:]:
        np.testing.assert_allclose(other, params[0], atol=1e-8)


def test_arrays_and_formula_agree():
    data, W = panel(3)
    formula = SpatialPanel.from_formula("y ~ x1 + x2", data, W)
    labelled = SpatialPanel(data["y"], data[["x1", "x2"]], W)
    bare = SpatialPanel(formula.data.y, formula.data.X, W)
    for other in (labelled, bare):
        np.testing.assert_allclose(
            other.fit(correction=None).params, formula.fit(correction=None).params
        )


def test_partial_durbin_lags_only_what_is_named():
    data, W = panel(3)
    fitted = SpatialPanel.from_formula("y ~ x1 + x2", data, W, lagged=["x2"])
    fit = fitted.fit(correction=None)
    assert list(fit.params.index) == ["x1", "x2", "W*x2", "rho"]
    by_hand = fitted.data.long(fitted.data.lag(fitted.data.X)[..., 1])
    wider = data.assign(wx2=by_hand.rename_axis(["region", "year"]))
    other = SpatialPanel.from_formula("y ~ x1 + x2 + wx2", wider, W, model="sar").fit(
        correction=None
    )
    np.testing.assert_allclose(fit.params, other.params, atol=1e-8)
    assert fit.impacts().index.unique("variable").tolist() == ["x1", "x2"]


def test_durbin_without_lags_is_the_lag_model():
    data, W = panel(3)
    none = SpatialPanel.from_formula("y ~ x1 + x2", data, W, model="sdm", lagged=[]).fit(
        correction=None
    )
    sar = SpatialPanel.from_formula("y ~ x1 + x2", data, W, model="sar").fit(correction=None)
    np.testing.assert_allclose(none.params, sar.params)


def test_nested_models_rank_by_likelihood():
    base = model(3, "sdm")
    loglik = {m: base.with_model(m).fit().loglik for m in ("sar", "sem", "slx", "sdm")}
    assert loglik["sdm"] >= max(loglik["sar"], loglik["sem"], loglik["slx"])


def test_another_outcome_shares_weights_and_regressors():
    base = model(3, "sdm")
    new = base.with_outcome(2 * base.data.y + 1)
    fit = new.fit("individual", None)
    assert new.log_determinant is base.log_determinant
    scaled = base.fit("individual", None).params * np.array([2, 2, 2, 2, 1])
    np.testing.assert_allclose(fit.params, scaled, atol=1e-8)


def test_another_model_shares_the_log_determinant():
    base = model(3, "sdm")
    assert base.with_model("sem").log_determinant is base.log_determinant


def test_without_spatial_parameters_no_log_determinant_is_computed(monkeypatch):
    monkeypatch.setattr("spillover.panel.model.log_determinant", None)
    model(3, "slx").fit("twoways", None).impacts()


def test_one_period_is_a_cross_section():
    W = weights(30, 2)
    data = simulate_panel(W, 1, [1.0], rho=0.5, rng=1)
    fit = SpatialPanel.from_formula("y ~ x1", data, W, model="sar").fit("none")
    assert abs(fit.params["rho"] - 0.5) < 4 * fit.std_errors["rho"]
    with pytest.raises(ValueError, match="too few periods"):
        SpatialPanel.from_formula("y ~ x1", data, W, model="sar").fit("twoways", None)


def test_an_intercept_is_estimated_unless_effects_absorb_it():
    data, W = panel(3, effects="none", intercept=3.0)
    fitted = SpatialPanel.from_formula("y ~ x1", data, W, model="sar")
    assert "Intercept" in fitted.fit("none").params.index
    assert "Intercept" in fitted.fit("random").params.index
    assert "Intercept" not in fitted.fit("individual", None).params.index
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
        ("y ~ x1 + common + I(2 * common)", "none", "collinear columns"),
    ],
)
def test_absorbed_and_collinear_regressors_are_named(formula, effects, message):
    data, W = faulty()
    with pytest.raises(ValueError, match=message):
        SpatialPanel.from_formula(formula, data, W).fit(effects, None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "spatial"}, "choose one of ols, sar, sem"),
        ({"model": "sar", "lagged": ["x1"]}, "has no lagged regressors"),
        ({"lagged": ["x9"]}, "not in the model: x9"),
        ({"lagged": "x1"}, "give a list"),
    ],
)
def test_wrong_specifications_are_refused(options, message):
    data, W = panel(3)
    with pytest.raises(ValueError, match=message):
        SpatialPanel.from_formula("y ~ x1 + x2", data, W, **options)


def test_region_effects_filtered_by_changing_weights_need_few_regions(monkeypatch):
    fitted = model(3, "sem", W=[weights(7, s) for s in range(4)], rho=0.0)
    assert fitted.fit("individual").loglik < 0
    monkeypatch.setattr("spillover.panel.model.REGION_DUMMIES", 6)
    with pytest.raises(ValueError, match="at most 6 regions, the panel has 7"):
        fitted.fit("individual")
    assert fitted.fit("time").loglik < 0


def test_absorbed_regressors_are_named_beside_region_dummies():
    data, _ = faulty()
    changing = [weights(7, s) for s in range(4)]
    fitted = SpatialPanel.from_formula("y ~ x1 + constant", data, changing, model="sem")
    with pytest.raises(ValueError, match="no variation left in constant once twoways"):
        fitted.fit("twoways")


def test_more_coefficients_than_free_observations():
    with pytest.raises(ValueError, match="4 coefficients but 4 observations"):
        model(3, "sdm", N=5, T=2).fit("twoways", None)


def test_regressors_absorbed_by_explicit_period_dummies_are_named():
    data, _ = faulty()
    uneven = weights(7, 3, row_standardised=False)
    fitted = SpatialPanel.from_formula("y ~ x1 + common", data, uneven, model="sem")
    with pytest.raises(ValueError, match="no variation left in common"):
        fitted.fit("time", None)
    with pytest.raises(ValueError, match="no variation left in common"):
        fitted.fit("twoways", None)


def test_dummies_of_periods_are_not_lagged():
    data, W = panel(3)
    fit = SpatialPanel.from_formula("y ~ x1 + C(year)", data, W).fit("none")
    lags = [name for name in fit.params.index if name.startswith("W*")]
    assert lags == ["W*x1"]


def test_lags_stand_once_and_in_the_order_of_the_regressors():
    data, W = panel(3)
    fitted = SpatialPanel.from_formula("y ~ x1 + x2", data, W, lagged=["x2", "x1", "x2"])
    assert fitted.lagged == ("x1", "x2")


def test_outcome_without_variation_of_its_own_is_refused():
    data, W = panel(3, N=12, T=5)
    constant = data.assign(y=data.groupby("region")["x1"].transform("mean"))
    with pytest.raises(ValueError, match="no variation left in the outcome y once twoways"):
        SpatialPanel.from_formula("y ~ x1 + x2", constant, W).fit()
    identity = data.assign(y=3 * data["x1"] - data["x2"])
    for name in ("sar", "sem", "sdm", "slx", "ols"):
        with pytest.raises(ValueError, match="outcome y is an exact combination"):
            SpatialPanel.from_formula("y ~ x1 + x2", identity, W, model=name).fit()


@pytest.mark.parametrize("name", ["sar", "sem", "sac"])
def test_spatial_parameter_that_is_not_identified_is_refused(name):
    complete = (np.ones((7, 7)) - np.eye(7)) / 6
    fitted = model(3, name, W=complete)
    for effects in ("time", "twoways"):
        with pytest.raises(ValueError, match="spatial parameter is not identified"):
            fitted.fit(effects)
    assert fitted.fit("individual").loglik < 0


@pytest.mark.parametrize(
    ("effects", "options", "chosen"),
    [
        ("twoways", {}, "lee-yu"),
        ("individual", {}, "lee-yu"),
        ("none", {}, None),
        ("random", {}, None),
        ("twoways", {"row_standardised": False}, "lee-yu-direct"),
        ("individual", {"row_standardised": False}, "lee-yu"),
    ],
)
def test_default_is_the_correction_that_exists(effects, options, chosen):
    fit = model(3, "sdm", W=weights(7, 3, **options)).fit(effects)
    assert fit.correction == chosen
    told = any("direct, approximate correction" in note for note in fit.notes)
    assert told == (chosen == "lee-yu-direct")


def test_weights_that_change_get_the_direct_correction_by_default():
    changing = model(1, "sdm", W=[weights(7, s) for s in range(4)])
    assert changing.fit().correction == "lee-yu-direct"
    assert changing.fit("time").correction == "lee-yu"


def test_names_of_other_programs_are_understood():
    fitted = model(3, "SDM")
    assert fitted.fit("two-way").effects == "twoways"
    assert fitted.fit("entity").effects == "individual"
    assert fitted.fit(None).effects == "none"
    assert model(3, "OLS").fit().params.index.tolist() == ["x1", "x2"]


def test_ols_is_least_squares():
    fitted = model(2, "ols", N=9)
    y, X = (within(v, "twoways").reshape(36, -1) for v in (fitted.data.y, fitted.data.X))
    fit = fitted.fit()
    np.testing.assert_allclose(fit.params, np.linalg.lstsq(X, y[:, 0])[0])
    total = fit.impacts()["estimate"].unstack()
    np.testing.assert_allclose(total["total"], fit.params)
    np.testing.assert_allclose(total["indirect"], 0)

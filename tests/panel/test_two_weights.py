"""Regressors lagged by weights of their own: by hand, by dense inverses, by differences."""

import numpy as np
import pandas as pd
import pytest
from brute_force import panel, ring, weights
from numpy.testing import assert_allclose

from spillover.panel import SpatialPanel, TwoWeightsPanel, two_weights

N, T = 12, 7
FORMULA = "y ~ x1 + x2"


@pytest.fixture(scope="module")
def frame():
    return panel(5, N=N, T=T)[0]


@pytest.fixture(scope="module")
def pair():
    return weights(N, 5), ring(N)


def averages(model, params, W, M):
    """Direct and total impacts of x1 and x2 by the whole matrix."""
    found = []
    for name in ("x1", "x2"):
        inverse = np.linalg.inv(np.eye(N) - params.get("rho", 0.0) * W)
        effect = inverse @ (params[name] * np.eye(N) + params[f"W*{name}"] * M)
        direct, total = np.trace(effect) / N, effect.sum() / N
        found += [direct, total - direct, total]
    return np.array(found)


def differences(f, params, step=1e-6):
    moves = [step * pd.Series(e, params.index) for e in np.eye(len(params))]
    return np.column_stack([(f(params + e) - f(params - e)) / (2 * step) for e in moves])


@pytest.mark.parametrize("name", ["sdm", "slx", "sdem"])
def test_with_the_same_weights_twice_it_is_the_durbin_model(frame, pair, name):
    W, _ = pair
    one = SpatialPanel.from_formula(FORMULA, frame, W, model=name).fit(covariance="expected")
    two = TwoWeightsPanel.from_formula(FORMULA, frame, W, W, model=name).fit(covariance="expected")
    assert_allclose(two.params, one.params[two.params.index])
    assert two.loglik == pytest.approx(one.loglik)
    assert_allclose(two.impacts(), one.impacts(), rtol=1e-7)
    pairs = [
        (
            fit.impact_cells("x1", receiver=3),
            fit.impact_cells("x1", source=3),
            fit.impact_matrix("x1"),
        )
        for fit in (one, two)
    ]
    for of_one, of_two in zip(*pairs, strict=True):
        assert_allclose(of_two, of_one, rtol=1e-7, atol=1e-12)
    changes = {"x1": {0: 1.0, 4: -2.0}, "x2": {1: 0.5}}
    assert_allclose(two.scenario(changes), one.scenario(changes), rtol=1e-7, atol=1e-12)


def test_lags_by_other_weights_are_regressors_like_any_others(frame, pair):
    W, M = pair
    own = frame[["x1", "x2"]].unstack("year")
    lagged = pd.DataFrame(M @ own, own.index, own.columns).stack("year").add_prefix("m_")
    wider = frame.join(lagged)
    one = SpatialPanel.from_formula(f"{FORMULA} + m_x1 + m_x2", wider, W, model="sar").fit()
    two = TwoWeightsPanel.from_formula(FORMULA, frame, W, M).fit()
    assert_allclose(two.params, one.params)


@pytest.mark.parametrize("name", ["sdm", "slx", "sdem"])
def test_impacts_are_those_of_the_whole_matrix(monkeypatch, frame, pair, name):
    monkeypatch.setattr(two_weights, "BLOCK", 4)
    W, M = pair
    fit = TwoWeightsPanel.from_formula(FORMULA, frame, W, M, model=name).fit()
    whole = lambda params: averages(fit, params, W, M)  # noqa: E731
    assert_allclose(fit.impacts()["estimate"], whole(fit.params), rtol=1e-9)
    gradients = differences(whole, fit.params)
    errors = np.sqrt(np.einsum("ip,pq,iq->i", gradients, fit.cov, gradients))
    assert_allclose(fit.impacts()["std_error"], errors, rtol=1e-5)
    assert_allclose(fit.combined_impacts({"x1": 1.0}), fit.impacts().loc["x1"], rtol=1e-9)
    matrix = fit.impact_matrix("x2")
    row, column = fit.impact_cells("x2", receiver=2), fit.impact_cells("x2", source=2)
    assert_allclose(row["estimate"], matrix.loc[2])
    assert_allclose(column["estimate"], matrix[2])

    def cells(params):
        inverse = np.linalg.inv(np.eye(N) - params.get("rho", 0.0) * W)
        effect = inverse @ (params["x2"] * np.eye(N) + params["W*x2"] * M)
        return np.concatenate([effect[2], effect[:, 2]])

    gradients = differences(cells, fit.params)
    errors = np.sqrt(np.einsum("ip,pq,iq->i", gradients, fit.cov, gradients))
    assert_allclose(pd.concat([row, column])["std_error"], errors, rtol=1e-5, atol=1e-9)


def test_lags_are_no_regressors_of_their_own(frame, pair):
    fit = TwoWeightsPanel.from_formula(FORMULA, frame, *pair).fit()
    assert list(fit.impacts().index.unique("variable")) == ["x1", "x2"]
    with pytest.raises(ValueError, match="'W\\*x1' is not a regressor"):
        fit.scenario({"W*x1": {0: 1.0}})
    assert "SDM, regressors lagged by other weights" in str(fit)


def test_weights_without_ids_need_one_order(frame, pair):
    W, M = pair
    shuffled = frame.loc[[3, *(r for r in range(N) if r != 3)]]
    labelled = pd.DataFrame(W, range(N), range(N))
    with pytest.raises(ValueError, match="W carries no region ids"):
        TwoWeightsPanel.from_formula(FORMULA, shuffled, labelled, M)
    labelled_too = pd.DataFrame(M, range(N), range(N))
    ours = TwoWeightsPanel.from_formula(FORMULA, shuffled, labelled, labelled_too).fit()
    assert_allclose(ours.params, TwoWeightsPanel.from_formula(FORMULA, frame, W, M).fit().params)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"model": "sac"}, "choose one of sdm, slx, sdem"), ({"lagged": ["x9"]}, "not in the model")],
)
def test_wrong_specifications_are_refused(frame, pair, change, message):
    with pytest.raises(ValueError, match=message):
        TwoWeightsPanel.from_formula(FORMULA, frame, *pair, **change)
    with pytest.raises(ValueError, match="one W for all periods"):
        TwoWeightsPanel.from_formula(FORMULA, frame, [pair[0]] * T, pair[1])

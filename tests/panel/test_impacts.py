"""Impacts against dense matrices, gradients against numerical ones, draws against the delta."""

import time

import numpy as np
import pytest
from brute_force import model, ring, seeds, weights
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from spillover.panel.impacts import average_impacts, impact_gradients

few = settings(max_examples=5, derandomize=True)


def dense_impacts(W, beta, theta, rho):
    effect = np.linalg.solve(np.eye(len(W)) - rho * W, beta * np.eye(len(W)) + theta * W)
    direct, total = np.trace(effect) / len(W), effect.sum() / len(W)
    return [direct, total - direct, total]


@pytest.mark.parametrize("name", ["sar", "sem", "sdm", "slx", "sdem", "sac"])
@pytest.mark.parametrize("row_standardised", [True, False])
@few
@given(seed=seeds)
def test_impacts_are_averages_of_the_dense_effect_matrix(name, row_standardised, seed):
    fitted = model(seed, name, W=weights(7, seed, row_standardised))
    fit = fitted.fit(correction=None)
    p, W = fit.params, fitted.data.W.toarray()
    for variable in ("x1", "x2"):
        slopes = p[variable], p.get(f"W*{variable}", 0.0), p.get("rho", 0.0)
        found = fit.impacts().loc[variable, "estimate"]
        np.testing.assert_allclose(found, dense_impacts(W, *slopes), atol=1e-10)
        matrix = fit.impact_matrix(variable)
        np.testing.assert_allclose(np.diag(matrix).mean(), found["direct"], atol=1e-10)
        np.testing.assert_allclose(matrix.sum(axis=1).mean(), found["total"], atol=1e-10)


@pytest.mark.parametrize("row_standardised", [True, False])
@given(beta=st.floats(-2, 2), theta=st.floats(-2, 2), rho=st.floats(-0.8, 0.8))
@settings(max_examples=25, derandomize=True)
def test_gradient_is_the_numerical_one(row_standardised, beta, theta, rho):
    fit = model(5, "sdm", W=weights(7, 5, row_standardised)).fit(correction=None)
    multipliers, h = fit.multipliers, 1e-6

    def impacts(b, c, r):
        return average_impacts(np.array([b]), np.array([c]), r, multipliers)[0]

    found = impact_gradients(np.array([beta]), np.array([theta]), rho, multipliers)[0]
    point = np.array([beta, theta, rho])
    numerical = [
        (impacts(*(point + h * e)) - impacts(*(point - h * e))) / (2 * h) for e in np.eye(3)
    ]
    np.testing.assert_allclose(found, np.transpose(numerical), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["sar", "sdm", "slx", "sac"])
def test_delta_errors_are_gradient_covariance_gradient(name):
    fit = model(5, name).fit(correction=None)
    W, h = fit.model.data.W.toarray(), 1e-6

    def impacts(p):
        named = dict(zip(fit.params.index, p, strict=True))
        return np.array(
            dense_impacts(W, named["x2"], named.get("W*x2", 0.0), named.get("rho", 0.0))
        )

    p = fit.params.to_numpy()
    slopes = [(impacts(p + h * e) - impacts(p - h * e)) / (2 * h) for e in np.eye(len(p))]
    expected = np.sqrt(np.diag(np.transpose(slopes) @ fit.cov.to_numpy() @ slopes))
    np.testing.assert_allclose(fit.impacts().loc["x2", "std_error"], expected, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("row_standardised", [True, False])
def test_simulated_impacts_are_those_of_the_drawn_parameters(row_standardised):
    fit = model(5, "sdm", N=20, T=9, W=weights(20, 5, row_standardised)).fit(correction=None)
    W = fit.model.data.W.toarray()
    rng = np.random.default_rng(3)
    draws = rng.multivariate_normal(fit.params, fit.cov, size=400, method="cholesky")
    names = list(fit.params.index)
    b, c, r = (draws[:, names.index(n)] for n in ("x1", "W*x1", "rho"))
    low, high = fit.interval
    inside = (r > low) & (r < high)
    dense = np.array(
        [dense_impacts(W, *t) for t in zip(b[inside], c[inside], r[inside], strict=True)]
    )
    found = fit.impacts(se="simulated", draws=400, seed=3)
    np.testing.assert_allclose(found.loc["x1", "std_error"], dense.std(axis=0, ddof=1), rtol=1e-6)
    lower = np.quantile(dense, 0.025, axis=0)
    np.testing.assert_allclose(found.loc["x1", "lower"], lower, rtol=1e-5, atol=1e-7)
    assert found.attrs["dropped"] == pytest.approx(1 - inside.mean())


def test_draws_outside_the_admissible_interval_are_dropped():
    options = {"N": 8, "T": 3, "W": ring(8), "rho": -0.9, "lam": 0.0}
    fit = model(3, "sdm", "individual", **options).fit("individual", correction=None)
    beyond = norm.sf((fit.params["rho"] - fit.interval[0]) / fit.std_errors["rho"])
    found = fit.impacts(se="simulated", draws=20_000)
    assert found.attrs["dropped"] == pytest.approx(beyond, rel=0.3)
    assert found.attrs["dropped"] > 0


def test_simulated_and_delta_errors_agree_in_a_large_sample():
    fit = model(7, "sdm", N=40, T=40, W=weights(40, 7), lam=0.0, rho=0.3).fit(correction=None)
    delta, simulated = fit.impacts(), fit.impacts(se="simulated", draws=20_000)
    np.testing.assert_allclose(simulated["std_error"], delta["std_error"], rtol=0.06)
    np.testing.assert_array_equal(simulated["estimate"], delta["estimate"])


def test_draws_are_seeded():
    fit = model(5, "sdm").fit(correction=None)
    one, same, other = (fit.impacts(se="simulated", draws=50, seed=s) for s in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_ten_thousand_draws_take_well_under_a_second():
    fit = model(5, "sdm", N=31, T=9).fit(correction=None)
    start = time.perf_counter()
    fit.impacts(se="simulated", draws=10_000)
    assert time.perf_counter() - start < 0.8


def test_without_a_spatial_lag_the_direct_impact_is_the_coefficient():
    fit = model(5, "sem").fit(correction=None)
    impacts = fit.impacts()
    rows = impacts.loc["x1"]
    assert rows.loc["direct", "estimate"] == pytest.approx(fit.params["x1"])
    assert rows.loc["direct", "std_error"] == pytest.approx(fit.std_errors["x1"])
    assert rows.loc["indirect", ["estimate", "std_error"]].tolist() == [0, 0]
    assert np.isnan(rows.loc["indirect", "statistic"])
    slx = model(5, "slx").fit(correction=None)
    assert slx.impacts().loc[("x1", "indirect"), "estimate"] == pytest.approx(slx.params["W*x1"])


def test_weights_that_change_over_time_are_averaged():
    Ws = [weights(7, seed) for seed in range(4)]
    fit = model(3, "sdm", W=Ws).fit(correction=None)
    p = fit.params
    dense = [dense_impacts(W, p["x1"], p["W*x1"], p["rho"]) for W in Ws]
    np.testing.assert_allclose(fit.impacts().loc["x1", "estimate"], np.mean(dense, axis=0))
    np.testing.assert_allclose(np.trace(fit.impact_matrix("x1", period=2)) / 7, dense[1][0])
    with pytest.raises(ValueError, match="give period="):
        fit.impact_matrix("x1")


def test_intervals_and_p_values_follow_from_estimates():
    impacts = model(5, "sdm").fit(correction=None).impacts(level=0.9)
    half = 1.6448536269514722 * impacts["std_error"]
    np.testing.assert_allclose(impacts["upper"] - impacts["estimate"], half)
    np.testing.assert_allclose(impacts["statistic"], impacts["estimate"] / impacts["std_error"])
    np.testing.assert_allclose(impacts["p_value"], 2 * norm.sf(impacts["statistic"].abs()))
    assert list(impacts.index.names) == ["variable", "impact"]


def test_wrong_requests_are_refused():
    fit = model(5, "sdm").fit(correction=None)
    with pytest.raises(ValueError, match="choose one of delta, simulated"):
        fit.impacts(se="bootstrap")
    with pytest.raises(ValueError, match="'x9' is not a regressor"):
        fit.impact_matrix("x9")


@pytest.mark.parametrize("name", ["slx", "sdem", "sem", "ols"])
def test_simulated_errors_without_a_lag_of_the_outcome_and_unequal_row_sums(name):
    W = weights(20, 3, row_standardised=False)
    fit = model(3, name, N=20, T=9, W=W, rho=0.2, lam=0.0).fit()
    delta, drawn = fit.impacts(), fit.impacts(se="simulated", draws=20_000)
    np.testing.assert_allclose(drawn["estimate"], delta["estimate"])
    np.testing.assert_allclose(drawn["std_error"], delta["std_error"], rtol=0.05, atol=1e-12)


def by_hand(fit, effect_of):
    """Values and delta-method errors of a function of (parameters by name), numerically."""
    names, point, h = list(fit.params.index), fit.params.to_numpy(), 1e-6

    def at(values):
        return effect_of(dict(zip(names, values, strict=True)))

    slopes = [(at(point + h * e) - at(point - h * e)) / (2 * h) for e in np.eye(len(point))]
    jacobian = np.stack(slopes, axis=-1)
    return at(point), np.sqrt(np.einsum("ip,pq,iq->i", jacobian, fit.cov.to_numpy(), jacobian))


@pytest.mark.parametrize("row_standardised", [True, False])
@pytest.mark.parametrize("name", ["sar", "sdm", "slx", "sdem", "ols"])
def test_cells_rows_and_columns_of_the_impact_matrix(name, row_standardised):
    fit = model(3, name, N=8, T=9, W=weights(8, 3, row_standardised), rho=0.2, lam=0.0).fit()
    W = fit.model.data.W.toarray()

    def matrix(p):
        own = p["x1"] * np.eye(8) + p.get("W*x1", 0.0) * W
        return np.linalg.solve(np.eye(8) - p.get("rho", 0.0) * W, own)

    row = fit.impact_cells("x1", receiver=2)
    column = fit.impact_cells("x1", source=5)
    for table, take in ((row, lambda p: matrix(p)[2]), (column, lambda p: matrix(p)[:, 5])):
        value, error = by_hand(fit, take)
        np.testing.assert_allclose(table["estimate"], value, atol=1e-12)
        np.testing.assert_allclose(table["std_error"], error, rtol=1e-4, atol=1e-9)
    cell = fit.impact_cells("x1", receiver=2, source=5)
    assert cell.index.tolist() == [(2, 5)]
    np.testing.assert_allclose(cell.iloc[0], row.loc[(2, 5)])
    np.testing.assert_allclose(cell.iloc[0], column.loc[(2, 5)])


def test_scenario_adds_up_changes_with_their_errors():
    fit = model(3, "sdm", N=8, T=9, W=weights(8, 3), rho=0.2, lam=0.0).fit()
    W = fit.model.data.W.toarray()

    def change(p):
        parts = [
            (p[x] * np.eye(8) + p[f"W*{x}"] * W) @ delta
            for x, delta in {
                "x1": np.eye(8)[3] - 2 * np.eye(8)[6],
                "x2": 0.5 * np.eye(8)[3],
            }.items()
        ]
        return np.linalg.solve(np.eye(8) - p["rho"] * W, sum(parts))

    found = fit.scenario({"x1": {3: 1.0, 6: -2.0}, "x2": {3: 0.5}})
    value, error = by_hand(fit, change)
    np.testing.assert_allclose(found["estimate"], value)
    np.testing.assert_allclose(found["std_error"], error, rtol=1e-4)
    column = fit.impact_cells("x1", source=3)
    alone = fit.scenario({"x1": {3: 1.0}})
    np.testing.assert_allclose(alone.to_numpy(), column.to_numpy())


def test_impacts_of_a_variable_in_several_terms():
    fit = model(3, "sdm", N=20, T=9, W=weights(20, 3), rho=0.2).fit()
    W = fit.model.data.W.toarray()

    def averages(p):
        beta = p["x1"] + 3 * p["x2"]
        theta = p["W*x1"] + 3 * p["W*x2"]
        effect = np.linalg.solve(np.eye(20) - p["rho"] * W, beta * np.eye(20) + theta * W)
        direct, total = np.trace(effect) / 20, effect.sum() / 20
        return np.array([direct, total - direct, total])

    value, error = by_hand(fit, averages)
    found = fit.combined_impacts({"x1": 1, "x2": 3})
    np.testing.assert_allclose(found["estimate"], value)
    np.testing.assert_allclose(found["std_error"], error, rtol=1e-5)
    np.testing.assert_allclose(fit.combined_impacts({"x2": 1}), fit.impacts().loc["x2"])


def test_unknown_places_are_named():
    fit = model(3, "sdm").fit()
    with pytest.raises(ValueError, match="give receiver=, source= or both"):
        fit.impact_cells("x1")
    with pytest.raises(ValueError, match="'Atlantis' is not a region"):
        fit.impact_cells("x1", source="Atlantis")
    with pytest.raises(ValueError, match="'z' is not a regressor"):
        fit.scenario({"z": {1: 1.0}})

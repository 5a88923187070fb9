"""Simulated panels satisfy their own equation; the summary of estimators is right by hand."""

import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph
from numpy.testing import assert_allclose

from spillover.book.estimator_monte_carlo import WEIGHTS, random_places
from spillover.panel.monte_carlo import Design, calibration, estimator_draws
from spillover.panel.simulate import simulate_panel, true_impacts

N, T = 6, 4
BETA, THETA = np.array([1.0, -2.0]), np.array([0.5, 0.3])
W = np.random.default_rng(1).uniform(size=(N, N)) * (1 - np.eye(N)) / 5
X = np.random.default_rng(2).normal(size=(T, N, 2))
SHOCKS = np.random.default_rng(3).normal(size=(T, N))


def cube(frame: pd.DataFrame, column: str = "y") -> np.ndarray:
    return frame[column].unstack("year").to_numpy().T


def given_shocks(rng, shape):
    assert shape == (T, N)
    return SHOCKS


def test_process_satisfies_its_equation():
    frame = simulate_panel(
        W, T, BETA, THETA, rho=0.3, lam=-0.4, sigma=2, intercept=5, X=X, errors=given_shocks, rng=1
    )
    y = cube(frame)
    for t in range(T):
        u = y[t] - 0.3 * W @ y[t] - X[t] @ BETA - W @ X[t] @ THETA - 5
        assert_allclose(u + 0.4 * W @ u, 2 * SHOCKS[t], atol=1e-12)
    assert_allclose(cube(frame, "x2"), X[..., 1])


@pytest.mark.parametrize("effects", ["none", "individual", "time", "twoways", "random"])
def test_effects_vary_as_they_should(effects):
    options = {"X": X, "sigma": 0.0, "rho": 0.2, "effects": effects, "rng": 7}
    y = cube(simulate_panel(W, T, BETA, **options))
    level = y - 0.2 * y @ W.T - X @ BETA
    over_time, over_regions = np.ptp(level, axis=0).max(), np.ptp(level, axis=1).max()
    assert (over_time > 0.1) == (effects in ("time", "twoways"))
    assert (over_regions > 0.1) == (effects in ("individual", "twoways", "random"))
    interaction = level - level.mean(axis=0) - level.mean(axis=1, keepdims=True) + level.mean()
    assert_allclose(interaction, 0, atol=1e-12)


@pytest.mark.parametrize(("effects", "related"), [("individual", True), ("random", False)])
def test_fixed_effects_are_correlated_with_the_regressor_and_random_are_not(effects, related):
    ring = WEIGHTS["nearest"](random_places(400, seed=1))
    frame = simulate_panel(ring, 3, [0.0], sigma=0.0, effects=effects, effect_size=0.2, rng=2)
    means = frame.groupby(level="region").mean()
    assert (np.corrcoef(means["y"], means["x1"])[0, 1] > 0.9) == related


def test_weights_by_period():
    matrices = [W * (t + 1) / 3 for t in range(T)]
    y = cube(simulate_panel(matrices, T, BETA, rho=0.5, X=X, errors=given_shocks, rng=1))
    for t, M in enumerate(matrices):
        assert_allclose(y[t] - 0.5 * M @ y[t] - X[t] @ BETA, SHOCKS[t], atol=1e-12)


def test_regions_are_named_by_the_weights():
    graph = Graph.from_arrays(list("badc"), list("abcd"), [1, 1, 1, 1])
    frame = simulate_panel(graph, 2, [1.0], first_period=2001, rng=1)
    assert list(frame.index.unique("region")) == list("badc")
    assert list(frame.index.unique("year")) == [2001, 2002]
    assert list(frame.columns) == ["y", "x1"]


def test_seed_decides_the_draw():
    first, again, other = (simulate_panel(W, T, BETA, rng=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not np.allclose(first, other)


def test_bad_processes_are_refused():
    with pytest.raises(ValueError, match=r"theta of length 2 .* got \(1,\)"):
        simulate_panel(W, T, BETA, [0.1], rng=1)
    with pytest.raises(ValueError, match=r"X of shape \(4, 6, 2\)"):
        simulate_panel(W, T, BETA, X=X[:2], rng=1)
    with pytest.raises(ValueError, match="3 weights matrices for 4 periods"):
        simulate_panel([W] * 3, T, BETA, rng=1)
    with pytest.raises(ValueError, match="effects='fixed'"):
        simulate_panel(W, T, BETA, effects="fixed", rng=1)
    frame = pd.DataFrame(W, list("abcdef"), list("abcdef"))
    with pytest.raises(ValueError, match="same region ids in the same order"):
        simulate_panel([frame, frame.loc[::-1, ::-1]], 2, BETA, rng=1)


def test_true_impacts_are_what_happens_when_a_regressor_moves():
    options = {"beta": BETA, "theta": THETA, "rho": 0.3, "sigma": 0.0, "rng": 1}
    base = cube(simulate_panel(W, T, X=X, **options))
    response = np.empty((N, N))
    for j in range(N):
        moved = X.copy()
        moved[:, j, 0] += 1
        response[:, j] = (cube(simulate_panel(W, T, X=moved, **options)) - base)[0]
    direct, total = np.diag(response).mean(), response.sum(axis=1).mean()
    ours = true_impacts(W, BETA, THETA, 0.3).loc["x1"]
    assert_allclose(ours, [direct, total - direct, total])


def test_calibration_by_hand():
    index = pd.MultiIndex.from_product(
        [range(4), ["none"], ["beta"]], names=["replication", "correction", "parameter"]
    )
    draws = pd.DataFrame({"estimate": [1.0, 2.0, 3.0, 6.0], "std_error": [1.0, 1, 1, 1]}, index)
    row = calibration(draws, pd.Series({"beta": 2.5})).loc[("none", "beta")]
    assert_allclose(row["bias"], 0.5)
    assert_allclose(row["sd"], np.std([1, 2, 3, 6], ddof=1))
    assert_allclose(row["se_ratio"], 1 / row["sd"])
    assert_allclose(row["bias_error"], row["sd"] / 2)
    assert_allclose(row["coverage"], 0.75)
    assert_allclose(row["coverage_error"], np.sqrt(0.75 * 0.25 / 4))
    assert calibration(draws, pd.Series({"beta": 2.5}), level=0.5)["coverage"].item() == 0.5


def test_estimates_without_standard_error_are_counted_and_not_covered():
    index = pd.MultiIndex.from_product(
        [range(3), ["none"], ["rho", "sigma2"]], names=["replication", "correction", "parameter"]
    )
    draws = pd.DataFrame({"estimate": [0.4, 1.0, 0.5, 1.0, 0.99, 1.0]}, index)
    draws["std_error"] = [0.1, np.nan, 0.1, np.nan, np.nan, np.nan]
    table = calibration(draws, pd.Series({"rho": 0.4, "sigma2": 1.0})).loc["none"]
    assert list(table["without_se"]) == [1, 0]
    assert table.loc["rho", "coverage"] == 1
    assert np.isnan(table.loc["sigma2", "coverage"])


def test_draws_do_not_depend_on_their_number():
    design = Design(WEIGHTS["nearest"](random_places(10, seed=1)), 4)
    many = estimator_draws(design, 3, seed=5)
    pd.testing.assert_frame_equal(estimator_draws(design, 2, seed=5), many.loc[[0, 1]])


@pytest.mark.slow
def test_draws_do_not_depend_on_the_number_of_processes():
    design = Design(WEIGHTS["nearest"](random_places(10, seed=1)), 4)
    one, two = (estimator_draws(design, 2, seed=5, n_jobs=jobs) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two)


@pytest.fixture(scope="module")
def quick():
    """A short Monte Carlo at the paper's size, two-way effects."""
    design = Design(WEIGHTS["nearest"](random_places(31, seed=1)), 9)
    return calibration(estimator_draws(design, 120, seed=5), design.truth)


def test_lee_yu_removes_the_bias_that_dummies_leave(quick):
    sigma2 = quick.xs("sigma2", level="parameter")["bias"]
    lost = 1 / 31 + 1 / 9 - 1 / (31 * 9)
    assert_allclose(sigma2["none"], -lost, atol=0.03)
    assert_allclose(sigma2[["lee-yu", "lee-yu-direct"]], 0, atol=0.045)
    rho = quick.xs("rho", level="parameter")
    assert rho["bias"]["none"] < -4 * rho["bias_error"]["none"]
    assert abs(rho["bias"]["lee-yu"]) < 3 * rho["bias_error"]["lee-yu"]


@pytest.mark.parametrize("parameter", ["beta", "theta", "rho", "direct", "indirect", "total"])
@pytest.mark.parametrize("correction", ["lee-yu", "lee-yu-direct"])
def test_intervals_of_lee_yu_cover(quick, correction, parameter):
    row = quick.loc[(correction, parameter)]
    assert 0.88 <= row["coverage"] <= 1
    assert 0.8 < row["se_ratio"] < 1.2


def test_inverse_distance_weights_use_the_same_points():
    W = WEIGHTS["distance"](random_places(12, seed=1))
    nearest = WEIGHTS["nearest"](random_places(12, seed=1)).sparse.toarray() > 0
    assert_allclose(W.sum(axis=1), 1)
    assert_allclose(np.diag(W), 0)
    for own, near in zip(W, nearest, strict=True):
        assert set(np.argsort(own)[-4:]) == set(np.flatnonzero(near))

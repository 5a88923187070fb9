"""LM tests against spreg's cross-section tests on the stacked panel with explicit dummies."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import spreg
import statsmodels.api as sm
from brute_force import model
from esda import Moran
from libpysal.weights import WSP, W
from numpy.testing import assert_allclose
from scipy import sparse, stats

from spillover.panel.diagnostics import (
    lm_tests,
    pesaran_cd,
    residual_moran,
    serial_correlation,
)
from spillover.panel.inputs import PanelData
from spillover.panel.simulate import simulate_panel

N, T = 8, 5
ALL_OF_SIX = [list(order) for order in permutations(range(6))]
# spreg 1.9 sorts its printed output in a way that pandas 3.1 deprecates.


def weights(seed: int = 7, standardised: bool = False) -> np.ndarray:
    W = np.random.default_rng(seed).uniform(0.1, 1, (N, N)) * (1 - np.eye(N))
    W = W * (np.abs(np.subtract.outer(range(N), range(N))) <= 2)
    return W / W.sum(axis=1, keepdims=True) if standardised else W / 3


def panel(W=None, **process) -> PanelData:
    W = weights() if W is None else W
    frame = simulate_panel(W, T, [1.0, -0.5], effects="twoways", rng=5, **process)
    return PanelData.from_formula("y ~ x1 + x2", frame, W)


def dummies(effects: str) -> np.ndarray:
    own, common = np.tile(np.eye(N), (T, 1)), np.repeat(np.eye(T), N, axis=0)
    columns = {"none": [], "individual": [own[:, 1:]], "time": [common[:, 1:]]}
    columns["twoways"] = columns["individual"] + columns["time"]
    return np.hstack([np.empty((N * T, 0)), *columns[effects]])


def stacked(data: PanelData) -> W:
    return WSP(sparse.csr_matrix(sparse.block_diag(data.W_by_period))).to_W(silence_warnings=True)


def stacked_spreg(data: PanelData, effects: str, durbin: bool = False) -> spreg.LMtests:
    X = np.concatenate([data.X, data.lag(data.X)], axis=2) if durbin else data.X
    X = np.hstack([X.reshape(N * T, -1), dummies(effects)])
    stacked = WSP(sparse.csr_matrix(sparse.block_diag(data.W_by_period))).to_W(
        silence_warnings=True
    )
    return spreg.LMtests(spreg.OLS(data.y.reshape(-1, 1), X, nonspat_diag=False), stacked)


@pytest.mark.parametrize("durbin", [False, True])
@pytest.mark.parametrize("effects", ["none", "individual", "time", "twoways"])
def test_lm_tests_equal_spreg_on_the_stacked_panel(effects, durbin):
    data = panel(rho=0.3)
    peer = stacked_spreg(data, effects, durbin)
    ours = lm_tests(data, effects, durbin, form="textbook").loc[effects]
    expected = [peer.lml, peer.lme, peer.rlml, peer.rlme]
    names = ["lag", "error", "robust lag", "robust error"]
    assert_allclose(ours.loc[names, ["statistic", "p_value"]], np.array(expected), rtol=1e-9)


def contrasts(n: int) -> np.ndarray:
    """Orthonormal columns that add up to zero, shape (n, n - 1)."""
    return np.linalg.svd(np.eye(n) - 1 / n)[0][:, :-1]


@pytest.mark.parametrize("effects", ["none", "individual", "time", "twoways"])
def test_lm_tests_are_those_of_the_observations_that_contrasts_leave(effects):
    data = panel(weights(standardised=True), rho=0.3)
    over = contrasts(T) if effects in ("individual", "twoways") else np.eye(T)
    across = contrasts(N) if effects in ("time", "twoways") else np.eye(N)
    left = np.kron(over, across).T
    X, y = left @ data.X.reshape(N * T, -1), left @ data.y.ravel()
    if effects == "none":
        X = np.column_stack([X, np.ones(len(X))])
    W = np.kron(np.eye(over.shape[1]), across.T @ data.W.toarray() @ across)
    n, project = len(y), np.eye(len(y)) - X @ np.linalg.pinv(X)
    e = project @ y
    s2 = e @ e / n
    lag, error = (e @ W @ v / s2 - np.trace(W) for v in (y, e))
    D = np.trace(W.T @ W + W @ W) - 2 * np.trace(W) ** 2 / n
    spread = project @ W @ (y - e)
    J = spread @ spread / s2 + D
    robust = (lag - error) ** 2 / (J - D), (error - D / J * lag) ** 2 / (D * (1 - D / J))
    ours = lm_tests(data, effects).loc[effects, "statistic"]
    assert_allclose(ours, [lag**2 / J, error**2 / D, *robust], rtol=1e-9)


def test_lm_tests_with_weights_by_period():
    data = panel([weights(seed) for seed in range(T)], rho=0.2)
    ours = lm_tests(data, "twoways", form="textbook").loc["twoways", "statistic"]
    peer = stacked_spreg(data, "twoways")
    assert_allclose(ours, [peer.lml[0], peer.lme[0], peer.rlml[0], peer.rlme[0]], rtol=1e-9)


def test_lm_tests_see_lag_and_error_apart():
    W = np.kron(np.eye(5), weights(standardised=True))
    make = {"lag": {"rho": 0.5}, "error": {"lam": 0.5}}
    for kind, other in (("lag", "error"), ("error", "lag")):
        frame = simulate_panel(W, 8, [1.0], effects="individual", rng=11, **make[kind])
        data = PanelData.from_formula("y ~ x1", frame, W)
        p_value = lm_tests(data, "individual", form="textbook").loc["individual", "p_value"]
        assert p_value[f"robust {kind}"] < 0.001 < 0.01 < p_value[f"robust {other}"]


def test_lm_table_has_all_effects_in_order():
    table = lm_tests(panel(), form="textbook")
    assert list(table.index.unique("effects")) == ["none", "individual", "time", "twoways"]
    assert_allclose(table["p_value"], stats.chi2.sf(table["statistic"], 1))


def series(cube):
    """An array (T, N) as residuals by (region, period)."""
    return pd.DataFrame(cube).T.stack()


def test_pesaran_cd_by_hand():
    e = np.random.default_rng(2).normal(size=(6, 4))
    pairs = [np.corrcoef(e[:, i], e[:, j])[0, 1] for i in range(4) for j in range(i)]
    expected = np.sqrt(2 * 6 / (4 * 3)) * sum(pairs)
    test = pesaran_cd(series(e))
    assert_allclose(test.statistic, expected)
    assert_allclose(test.p_value, 2 * (1 - stats.norm.cdf(abs(expected))))
    with pytest.raises(ValueError, match="too few periods"):
        pesaran_cd(series(e[:2]))


@pytest.mark.parametrize("test", [pesaran_cd, lambda e: residual_moran(e, panel(), seed=1)])
def test_arrays_whose_axes_cannot_be_told_apart_are_refused(test):
    with pytest.raises(ValueError, match=r"give the fit, or a series"):
        test(np.zeros((T, N)))


def test_pesaran_cd_has_its_size_and_sees_a_common_factor():
    rng = np.random.default_rng(4)
    draws = np.array([pesaran_cd(series(rng.normal(size=(12, 20)))).statistic for _ in range(400)])
    assert abs(draws.mean()) < 0.15
    assert 0.9 < draws.std() < 1.1
    common = rng.normal(size=(12, 1)) + rng.normal(size=(12, 20))
    assert pesaran_cd(series(common)).p_value < 1e-6


def test_residual_moran_is_moran_of_the_stacked_panel():
    data = panel()
    e = data.y - data.y.mean()
    stacked = WSP(sparse.csr_matrix(sparse.block_diag(data.W_by_period))).to_W(
        silence_warnings=True
    )
    peer = Moran(e.ravel(), stacked, transformation="O", permutations=0)
    assert_allclose(residual_moran(data.long(e), data, 9, seed=1).statistic, peer.I)


def test_residual_moran_p_value():
    W = np.kron(np.eye(4), weights(standardised=True))
    noise = PanelData.from_formula("y ~ x1", simulate_panel(W, 5, [0.0], rng=3), W)
    waves = PanelData.from_formula("y ~ x1", simulate_panel(W, 5, [0.0], lam=0.7, rng=3), W)
    assert residual_moran(waves.long(waves.y), waves, 199, seed=1).p_value == pytest.approx(1 / 200)
    assert residual_moran(noise.long(noise.y), noise, 199, seed=1).p_value > 0.05
    again = residual_moran(noise.long(noise.y), noise, 199, seed=1)
    assert again == residual_moran(noise.long(noise.y), noise, 199, seed=1)


@pytest.mark.parametrize("order", [[0, 2, 1, 3, 5, 4], [0, 5, 1, 3, 2, 4]])
def test_residual_moran_is_two_sided_over_all_orders_of_the_regions(order):
    """Regions in a line: like values near each other, then apart; one tail alone has 0.16."""
    line = np.eye(6, k=1) + np.eye(6, k=-1)
    e = np.array([[-2.0, -1.5, -0.3, 0.4, 1.2, 2.2], [-1.0, -2.0, 0.5, 0.1, 1.6, 0.8]])[:, order]
    data = PanelData.from_arrays(e, e**2, line)
    every = np.array([(e[:, p] * (e[:, p] @ line)).sum() for p in ALL_OF_SIX])
    away = np.abs(every - every.mean())
    test = residual_moran(data.long(e), data, 1500, seed=1)
    known = (away >= away[0] - 1e-12).mean()
    assert 0.25 < known < 0.3
    assert test.p_value == pytest.approx(known, rel=0.15)


def test_residual_moran_keeps_time_series_together():
    data = panel()
    constant = np.tile(np.arange(float(N)), (T, 1))
    one = PanelData.from_arrays(constant[:1], data.X[:1], weights())
    many = PanelData.from_arrays(constant, data.X, weights())
    short = residual_moran(one.long(constant[:1] - 3.5), one, 199, seed=1)
    long = residual_moran(many.long(constant - 3.5), many, 199, seed=1)
    assert_allclose(long.statistic, short.statistic)
    assert long.p_value == short.p_value
    assert pd.notna(long.p_value)


@pytest.mark.parametrize(("effects", "expected"), [("individual", -1 / (T - 1)), ("time", 0.0)])
def test_serial_correlation_is_the_clustered_test_of_the_slope_that_effects_leave(
    effects, expected
):
    e = np.random.default_rng(6).normal(size=(T, N)).cumsum(axis=0)
    used = e - e.mean(axis=0) if effects == "individual" else e
    groups = np.tile(np.arange(N), T - 1)
    regression = sm.OLS(used[1:].ravel(), used[:-1].ravel())
    fit = regression.fit(cov_type="cluster", cov_kwds={"groups": groups})
    statistic = ((fit.params[0] - expected) / fit.bse[0]) ** 2
    found = serial_correlation(e, effects)
    assert_allclose(found.statistic, statistic)
    assert_allclose(found.p_value, 2 * stats.t.sf(np.sqrt(statistic), N - 1))


def test_residuals_with_periods_first_are_read_the_same():
    fit = model(3, "sar").fit(correction=None)
    swapped = fit.residuals.swaplevel()
    assert pesaran_cd(swapped).statistic == pytest.approx(pesaran_cd(fit).statistic)
    options = {"data": fit.model.data, "permutations": 19, "seed": 1}
    assert residual_moran(swapped, **options) == residual_moran(fit, **options)


def test_a_series_needs_its_panel_and_its_regions():
    fit = model(3, "sar").fit(correction=None)
    with pytest.raises(ValueError, match="a series needs data="):
        residual_moran(fit.residuals, seed=1)
    with pytest.raises(ValueError, match="differ in regions or periods"):
        residual_moran(fit.residuals.drop(2, level=0), fit.model.data, seed=1)

"""A whole fit by sparse factorisations equals the same fit by eigenvalues and dense solves."""

import tracemalloc
from functools import cache

import numpy as np
import pytest
from scipy import sparse
from scipy.spatial import cKDTree

from spillover.panel import SpatialPanel
from spillover.panel import log_determinant as module
from spillover.seeds import SEEDS

T, N, NEIGHBOURS = 4, 450, 6


def weights(standardised):
    """Nearest neighbours, row-standardised or with unequal raw values below 1/6."""
    rng = np.random.default_rng(21)
    near = cKDTree(points := rng.random((N, 2))).query(points, NEIGHBOURS + 1)[1][:, 1:]
    rows = np.repeat(np.arange(N), NEIGHBOURS)
    values = np.ones(len(rows)) if standardised else rng.uniform(0.2, 1, len(rows))
    return sparse.csr_array((values / NEIGHBOURS, (rows, near.ravel())), shape=(N, N))


@cache
def panel(standardised, rho=0.4):
    """A simulated two-way spatial Durbin panel."""
    rng, W = np.random.default_rng(22), weights(standardised)
    X = rng.normal(size=(T, N, 2))
    signal = X @ [1.0, -0.5] + np.stack([W @ x for x in X]) @ [0.3, 0.2]
    noise = rng.normal(size=(T, N)) + rng.normal(size=N) + rng.normal(size=(T, 1))
    y = np.linalg.solve(np.eye(N) - rho * W.toarray(), (signal + noise).T).T
    return SpatialPanel(y, X, W)


@cache
def panel_again(standardised, rho=0.4):
    """The same without the log-determinant that the first has computed."""
    return SpatialPanel(panel(standardised, rho).data)


def path(model):
    return type(model.log_determinant).__name__


def everything(model, options):
    """All that a fit reports, rho first."""
    fit = model.fit("twoways", **options)
    parts = [fit.params["rho"], fit.loglik, fit.sigma2, fit.params, fit.std_errors]
    return np.concatenate([np.ravel(part) for part in [*parts, fit.impacts()]])


@pytest.mark.parametrize("covariance", ["expected", "observed"])
@pytest.mark.parametrize("standardised, correction", [(1, None), (1, "lee-yu"), (0, None)])
def test_whole_fits_agree(monkeypatch, standardised, correction, covariance):
    options = {"correction": correction, "covariance": covariance}
    by_factors = everything(panel(standardised), options)
    monkeypatch.setattr(module, "DENSE_UP_TO", N)
    by_eigenvalues = everything(panel_again(standardised), options)
    assert path(panel(standardised)) == "Interpolant"
    assert path(panel_again(standardised)) == "Eigenvalues"
    assert by_factors[0] == pytest.approx(by_eigenvalues[0], abs=1e-8)
    np.testing.assert_allclose(by_factors, by_eigenvalues, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.02, 0.9, 0.99])
def test_whole_fits_agree_by_few_factorisations_wherever_rho_is(monkeypatch, rho):
    options = {"correction": "lee-yu", "covariance": "expected"}
    by_factors = everything(panel(True, rho), options)
    assert panel(True, rho).log_determinant.factorisations <= (7 if rho < 0.95 else 14)
    monkeypatch.setattr(module, "DENSE_UP_TO", N)
    by_eigenvalues = everything(panel_again(True, rho), options)
    assert by_factors[0] == pytest.approx(by_eigenvalues[0], abs=1e-8)
    np.testing.assert_allclose(by_factors, by_eigenvalues, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    "standardised, correction, covariance",
    [(1, "lee-yu", "expected"), (0, "lee-yu-direct", "observed")],
)
def test_all_that_a_fit_by_moments_reports_is_off_by_no_more_than_it_says(
    monkeypatch, standardised, correction, covariance
):
    exact = panel(standardised).fit("twoways", correction, covariance)
    assert (exact.approximation_error().stack().dropna() == 0).all()
    shares = []
    for seed in range(8):
        monkeypatch.setitem(SEEDS, "log_determinant_moments", seed)
        moments = panel(standardised).with_log_determinant("moments")
        fit = moments.fit("twoways", correction, covariance)
        bound = fit.approximation_error().stack().dropna()
        off = (fit.reported() - exact.reported()).abs().stack().dropna() - 1e-12
        shares.append([(off <= bound).mean(), (off <= bound / 10).mean()])
        assert path(moments) == "Moments"
        assert 0 < bound["rho", "estimate"] < 0.2 * exact.std_errors["rho"]
    covered, by_a_tenth = np.mean(shares, axis=0)
    assert covered > 0.99
    assert by_a_tenth < 0.5


def test_bounds_of_a_model_with_two_filters_or_weights_by_period():
    one, other = weights(True)[:90, :90], weights(False)[:90, :90]
    rng = np.random.default_rng(24)
    y, X = rng.normal(size=(3, 90)), rng.normal(size=(3, 90, 1))
    changing = SpatialPanel(y, X, [one, other, one], "sar", islands=True)
    apart = SpatialPanel(y, X, one, "sac", islands=True).with_error_weights(other, islands=True)
    for model in (changing, apart):
        exact, fit = (
            each.fit("individual", None, "observed")
            for each in (model, model.with_log_determinant("moments"))
        )
        beyond = (fit.reported() - exact.reported()).abs() > fit.approximation_error() + 1e-12
        assert not beyond.to_numpy().any()


def test_default_errors_of_a_large_panel_hold_no_array_of_regions_by_regions(monkeypatch):
    """Serially correlated errors, which a small panel would cluster by dense arrays."""
    n, periods = 2500, 3
    rng = np.random.default_rng(23)
    near = cKDTree(points := rng.random((n, 2))).query(points, 7)[1][:, 1:]
    W = sparse.csr_array((np.full(6 * n, 1 / 6), (np.repeat(np.arange(n), 6), near.ravel())))
    X = rng.normal(size=(periods, n, 1))
    y = X[..., 0] + np.cumsum(rng.normal(size=(periods, n)), axis=0)
    monkeypatch.setattr("spillover.panel.results.DENSE_ON_REQUEST", n - 1)
    tracemalloc.start()
    fit = SpatialPanel(y, X, W).fit()
    assert fit.std_errors.notna().all()
    assert fit.impacts()["std_error"].notna().all()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * n**2 / 3
    assert fit.serial_correlation.p_value < 0.05
    assert "prefer covariance='driscoll-kraay'." in fit.notes[-1]

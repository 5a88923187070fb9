"""Batches of fits equal single fits, in one process, in several and on a Dask cluster."""

import joblib
import numpy as np
import pytest
from scipy import sparse

from spillover.panel import SpatialPanel
from spillover.panel.many_fits import many_fits
from spillover.panel.results import BoundaryWarning

T, N = 5, 14


@pytest.fixture(scope="module")
def outcomes():
    return np.random.default_rng(3).normal(size=(7, T, N))


def model(kind="sdm", standardised=True, lagged=None):
    rng = np.random.default_rng(8)
    W = rng.random((N, N)) * (rng.random((N, N)) < 0.4)
    np.fill_diagonal(W, 0)
    W[np.arange(N), np.roll(np.arange(N), 1)] = 0.5
    W = W / W.sum(axis=1, keepdims=True) if standardised else W
    X, y = rng.normal(size=(T, N, 2)), rng.normal(size=(T, N))
    return SpatialPanel(y, X, sparse.csr_array(W), model=kind, lagged=lagged)


def assert_equal_single_fits(fits, panel, outcomes, **options):
    for row, y in enumerate(outcomes):
        single = panel.with_outcome(y).fit(covariance="classic", **options)
        impacts = single.impacts()
        pairs = [
            (fits.params, single.params),
            (fits.std_errors, single.std_errors),
            (fits.impacts, impacts["estimate"]),
            (fits.impact_errors, impacts["std_error"]),
        ]
        for batch, expected in pairs:
            assert batch.columns.equals(expected.index)
            np.testing.assert_allclose(batch.iloc[row], expected, rtol=1e-8, atol=1e-9)
        assert fits.fit["loglik"][row] == pytest.approx(single.loglik, abs=1e-8)
        assert fits.fit["sigma2"][row] == pytest.approx(single.sigma2, rel=1e-8)


@pytest.mark.parametrize("effects", ["individual", "time", "twoways"])
@pytest.mark.parametrize("correction", [None, "lee-yu"])
@pytest.mark.parametrize("kind, lagged", [("sar", None), ("sdm", None), ("sdm", ["x2"])])
def test_batch_equals_single_fits(outcomes, kind, lagged, effects, correction):
    panel = model(kind, lagged=lagged)
    fits = many_fits(panel, outcomes, effects, correction, batch=4)
    assert_equal_single_fits(fits, panel, outcomes, effects=effects, correction=correction)


def test_one_further_outcome(outcomes):
    panel = model()
    for effects in ("two-way", "individual"):
        for one in (outcomes[:1], outcomes[1:2]):
            fits = many_fits(panel, one, effects)
            assert_equal_single_fits(fits, panel, one, effects=effects)
    lag = panel.with_model("sar")
    assert_equal_single_fits(many_fits(lag, outcomes[:1]), lag, outcomes[:1], effects="twoways")


def test_what_outcomes_share_is_computed_once(outcomes, monkeypatch):
    panel = model()
    first = many_fits(panel, outcomes[:1])
    monkeypatch.setattr(SpatialPanel, "sample", None)
    again = many_fits(panel, outcomes[:1])
    np.testing.assert_array_equal(first.params, again.params)


def test_batch_with_raw_weights(outcomes):
    panel = model(standardised=False)
    assert_equal_single_fits(many_fits(panel, outcomes), panel, outcomes, effects="twoways")


@pytest.mark.parametrize("kind, correction", [("sem", None), ("sdm", "lee-yu-direct")])
def test_other_models_are_fitted_one_by_one(outcomes, kind, correction):
    panel = model(kind)
    fits = many_fits(panel, outcomes[:3], "individual", correction, batch=2)
    options = {"effects": "individual", "correction": correction}
    assert_equal_single_fits(fits, panel, outcomes[:3], **options)


def test_a_fit_at_the_boundary_has_no_standard_errors(outcomes):
    explosive = outcomes.cumsum(axis=2)
    with pytest.warns(BoundaryWarning, match=r"in \d fits of 7"):
        fits = many_fits(model(), explosive, "twoways", "lee-yu")
    stuck = fits.params["rho"] > 0.99999
    assert stuck.any() and not stuck.all()
    for errors in (fits.std_errors, fits.impact_errors):
        assert errors[stuck].isna().all(axis=None) and errors[~stuck].notna().all(axis=None)


def test_progress_is_shown_on_request(outcomes, capsys):
    many_fits(model(), outcomes, batch=3)
    assert capsys.readouterr().err == ""
    many_fits(model(), outcomes, batch=3, progress=True)
    assert "3/3" in capsys.readouterr().err


def test_outcomes_of_the_wrong_shape_are_refused(outcomes):
    with pytest.raises(ValueError, match=r"need shape \(fits, 5, 14\), got \(7, 14, 5\)"):
        many_fits(model(), outcomes.swapaxes(1, 2))


def test_dask_cluster_gives_identical_numbers(outcomes):
    distributed = pytest.importorskip("distributed")
    here = many_fits(model(), outcomes, batch=3)
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    )
    with cluster, distributed.Client(cluster), joblib.parallel_config(backend="dask"):
        there = many_fits(model(), outcomes, batch=3)
    for name in ("params", "std_errors", "impacts", "impact_errors", "fit"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))

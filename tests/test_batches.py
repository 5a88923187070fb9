"""Batches: the same numbers however they are run; nothing lost, nothing counted twice."""

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillover.batches import Batch, plan, run

CASES = {"low": 0.0, "high": 10.0}


def draw(case: float, generators: list[np.random.Generator]) -> pd.DataFrame:
    return pd.DataFrame({"value": [case + rng.standard_normal() for rng in generators]})


def draw_or_stop(case: float, generators: list[np.random.Generator]) -> pd.DataFrame:
    if case:
        raise KeyboardInterrupt
    return draw(case, generators)


def test_every_replication_is_there_once(tmp_path):
    results = run(draw, CASES, 6, 1, tmp_path, size=2, n_jobs=1, progress=False)
    assert results.index.tolist() == [(case, r) for case in CASES for r in range(6)]
    assert results["value"].is_unique


def test_numbers_do_not_depend_on_processes(tmp_path):
    one = run(draw, CASES, 4, 1, tmp_path / "one", size=2, n_jobs=1, progress=False)
    two = run(draw, CASES, 4, 1, tmp_path / "two", size=2, n_jobs=2, progress=False)
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_numbers_on_a_dask_cluster_are_identical(tmp_path):
    distributed = pytest.importorskip("distributed")
    here = run(draw, CASES, 4, 1, tmp_path / "here", size=2, n_jobs=1, progress=False)
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    )
    with cluster, distributed.Client(cluster), joblib.parallel_config(backend="dask"):
        there = run(draw, CASES, 4, 1, tmp_path / "there", size=2, progress=False)
    pd.testing.assert_frame_equal(here, there, check_exact=True)


def test_an_interrupted_run_is_resumed(tmp_path):
    whole = run(draw, CASES, 4, 1, tmp_path / "whole", size=2, n_jobs=1, progress=False)
    part = tmp_path / "part"
    with pytest.raises(KeyboardInterrupt):
        run(draw_or_stop, CASES, 4, 1, part, size=2, n_jobs=1, progress=False)
    kept = {path.name: path.stat().st_mtime_ns for path in part.glob("low-*.csv")}
    assert kept
    resumed = run(draw, CASES, 4, 1, part, size=2, n_jobs=1, progress=False)
    pd.testing.assert_frame_equal(resumed, whole, check_exact=True)
    assert kept == {name: (part / name).stat().st_mtime_ns for name in kept}


def test_more_replications_extend_a_run(tmp_path):
    few = run(draw, CASES, 2, 1, tmp_path, size=2, n_jobs=1, progress=False)
    more = run(draw, CASES, 4, 1, tmp_path, size=2, n_jobs=1, progress=False)
    pd.testing.assert_frame_equal(more.loc[few.index], few, check_exact=True)


def test_a_folder_of_another_plan_is_refused(tmp_path):
    run(draw, CASES, 2, 1, tmp_path, size=2, n_jobs=1, progress=False)
    with pytest.raises(ValueError, match="another plan"):
        run(draw, CASES, 2, 2, tmp_path, size=2, n_jobs=1, progress=False)


def test_a_broken_batch_size_is_refused():
    with pytest.raises(ValueError, match="multiple"):
        plan(CASES, 5, 2, 1)


@given(st.integers(0, 5), st.integers(0, 5))
def test_batches_share_no_random_numbers(position, number):
    batch, other = Batch("a", position, number, 2, 7), Batch("a", position, number + 1, 2, 7)
    draws = [rng.integers(2**62) for b in (batch, other) for rng in b.generators()]
    assert len(set(draws)) == 4

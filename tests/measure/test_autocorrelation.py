"""Moran's I: formula by hand, esda's moments, exact permutations, seeds, range."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from esda.moran import Moran, Moran_Local
from libpysal.graph import Graph

from spillover.datasets import load_paper_table, load_provinces, load_rd_projects_2009, load_regions
from spillover.measure import autocorrelation, weights
from spillover.measure.indices import relative_size


@pytest.fixture(scope="module")
def patents():
    return relative_size(load_provinces(local=None)["patents_granted"])


@pytest.fixture(scope="module")
def raw():
    return weights.gravity(load_rd_projects_2009()["personnel_fte"], load_regions())


@pytest.fixture(scope="module")
def standardised(raw):
    return weights.row_standardise(raw)


def chain(values):
    """Five regions in a row, each linked to the next."""
    names = list("abcde")
    graph = Graph.from_arrays(
        ["a", "b", "b", "c", "c", "d", "d", "e"], ["b", "a", "c", "b", "d", "c", "e", "d"], [1] * 8
    )
    index = pd.MultiIndex.from_product([names, [2013]], names=["region", "year"])
    return pd.Series(values, index, name="x", dtype=float), graph


def test_by_hand():
    series, graph = chain([1, 2, 3, 4, 5])
    found = autocorrelation.moran_by_year(series, graph, permutations=99).loc[2013]
    # z = -2..2; the four neighbouring products are 2, 0, 0, 2, each counted twice
    assert found["moran_i"] == pytest.approx(5 / 8 * 2 * (2 + 0 + 0 + 2) / 10)
    assert found["expected"] == -0.25


@pytest.mark.parametrize("which", ["raw", "standardised"])
def test_graph_is_used_as_given(which, patents, request):
    graph = request.getfixturevalue(which)
    found = autocorrelation.moran_by_year(patents, graph, permutations=9).loc[2021]
    z = patents.xs(2021, level="year").reindex(graph.unique_ids)
    z = (z - z.mean()).to_numpy()
    w = weights.dense(graph).to_numpy()
    assert found["moran_i"] == pytest.approx(31 / w.sum() * z @ w @ z / (z @ z))


def test_moments_are_esdas(patents, standardised):
    found = autocorrelation.moran_by_year(patents, standardised, permutations=9).loc[2016]
    values = patents.xs(2016, level="year").reindex(standardised.unique_ids)
    fit = Moran(values.to_numpy(), standardised, permutations=0)
    assert found["z_normal"] == pytest.approx(fit.z_norm)
    assert found["z_random"] == pytest.approx(fit.z_rand)
    assert found["p_normal"] == pytest.approx(math.erfc(abs(fit.z_norm) / math.sqrt(2)))


def test_permutation_p_approaches_all_permutations():
    series, graph = chain([1, 5, 2, 8, 3])
    w = weights.dense(graph).to_numpy()
    z = series.to_numpy() - series.mean()
    every = np.array([p @ w @ p for p in map(np.array, itertools.permutations(z))])
    observed = z @ w @ z
    tail = min((every >= observed - 1e-9).mean(), (every <= observed + 1e-9).mean())
    found = autocorrelation.moran_by_year(series, graph, permutations=20_000)
    assert found.loc[2013, "p_permutation"] == pytest.approx(2 * tail, abs=0.02)


def test_permutations_repeat_and_follow_the_seed(patents, standardised):
    first, again, other = (
        autocorrelation.moran_by_year(patents, standardised, permutations=199, seed=seed)
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["p_permutation"].equals(other["p_permutation"])


def test_order_of_regions_does_not_matter(patents, standardised):
    shuffled = patents.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        autocorrelation.moran_by_year(shuffled, standardised, 99).sort_index(),
        autocorrelation.moran_by_year(patents, standardised, 99),
    )


def test_incomplete_years_are_left_out(patents, standardised):
    holed = patents.copy()
    holed[("Hebei", 2014)] = np.nan
    assert 2014 not in autocorrelation.moran_by_year(holed, standardised, 9).index


def test_bad_series_are_named(patents, standardised):
    with pytest.raises(ValueError, match="Hebei is in the graph but has no value"):
        autocorrelation.moran_by_year(patents.drop("Hebei"), standardised)
    with pytest.raises(ValueError, match="patents_granted 2013: all values are the same"):
        autocorrelation.moran_by_year(patents * 0 + 1, standardised)
    with pytest.raises(ValueError, match="Hebei is in the graph"):
        autocorrelation.local_moran(patents.xs(2013, level="year").drop("Hebei"), standardised)


def test_local_statistics_add_up_to_the_global(patents, standardised):
    values = patents.xs(2021, level="year")
    local = autocorrelation.local_moran(values, standardised, permutations=99)
    found = autocorrelation.moran_by_year(patents, standardised, 9).loc[2021]
    # esda divides by N - 1 in the variance of the local statistics
    assert local["local_i"].sum() / 30 == pytest.approx(found["moran_i"])
    assert (local["z"] * local["lag"]).mean() == pytest.approx(found["moran_i"])
    assert np.allclose(local["lag"], weights.dense(standardised) @ local["z"])


@pytest.mark.parametrize("which", ["raw", "standardised"])
def test_local_statistics_are_esdas(which, patents, request):
    graph = request.getfixturevalue(which)
    values = patents.xs(2021, level="year").reindex(graph.unique_ids)
    local = autocorrelation.local_moran(values, graph, permutations=9)
    kind = graph.transformation
    fit = Moran_Local(values.to_numpy(), graph, transformation=kind, permutations=0)
    assert np.allclose(local["local_i"], fit.Is)
    words = {1: "high-high", 2: "low-high", 3: "low-low", 4: "high-low"}
    assert local["quadrant"].tolist() == [words[quadrant] for quadrant in fit.q]


def test_local_p_approaches_all_conditional_permutations():
    series, graph = chain([1, 5, 2, 8, 3])
    values = series.droplevel("year")
    local = autocorrelation.local_moran(values, graph, permutations=20_000)
    z = local["z"]
    for region, partners in [("b", ["a", "c"]), ("a", ["b"]), ("d", ["c", "e"])]:
        rest = z.drop(region)
        every = np.array([sum(draw) for draw in itertools.permutations(rest, len(partners))])
        observed = z[partners].sum()
        tail = min((every >= observed - 1e-9).mean(), (every <= observed + 1e-9).mean())
        assert local.loc[region, "p_value"] == pytest.approx(min(1, 2 * tail), abs=0.02)


def test_local_p_values(patents, standardised):
    values = patents.xs(2021, level="year")
    first, again = (
        autocorrelation.local_moran(values, standardised, permutations=999) for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert first["p_value"].between(2 / 1000, 1).all()
    assert (first["p_adjusted"] >= first["p_value"]).all()
    assert first.loc["Guangxi", "p_value"] < 0.01  # next to the largest hub


def test_range_is_attained_and_never_left(raw):
    low, high = autocorrelation.moran_range(raw)
    w = weights.dense(raw).to_numpy()
    centre = np.eye(31) - 1 / 31
    eigenvalues, vectors = np.linalg.eigh(centre @ (w + w.T) / 2 @ centre)
    best = pd.Series(vectors[:, -1], raw.unique_ids)
    fit = Moran(best.to_numpy(), raw, transformation="O", permutations=0)
    assert high == pytest.approx(fit.I)
    assert low == pytest.approx(31 / w.sum() * eigenvalues[0])
    draws = np.random.default_rng(5).normal(size=(500, 31)) @ centre
    moran = 31 / w.sum() * ((draws @ w) * draws).sum(axis=1) / (draws**2).sum(axis=1)
    assert ((moran >= low) & (moran <= high)).all()


def test_range_of_a_complete_graph_is_one_point():
    names = list("abcd")
    pairs = [(i, j) for i in names for j in names if i != j]
    graph = Graph.from_arrays(*zip(*pairs, strict=True), [1] * len(pairs))
    assert autocorrelation.moran_range(graph) == pytest.approx((-1 / 3, -1 / 3))


def test_published_standard_errors_fit_raw_matrices_only(patents, raw, standardised):
    table = load_paper_table("table3_moran")
    implied = autocorrelation.implied_standard_error(table["moran_i"], table["z"], 31)
    assert implied.iloc[0] == pytest.approx((0.597 + 1 / 30) / 3.005)
    values = patents.xs(2017, level="year")
    on_raw = autocorrelation.moran_standard_errors(values, raw)
    on_standardised = autocorrelation.moran_standard_errors(values, standardised)
    assert implied.between(0.9 * on_raw.min(), 1.1 * on_raw.max()).all()
    assert implied.min() > 2 * on_standardised.max()


def test_permutations_do_not_depend_on_how_many_are_drawn_at_a_time(
    monkeypatch, patents, standardised
):
    in_blocks = autocorrelation.moran_by_year(patents, standardised, permutations=300)
    monkeypatch.setattr(autocorrelation, "BLOCK", 300)
    at_once = autocorrelation.moran_by_year(patents, standardised, permutations=300)
    pd.testing.assert_frame_equal(at_once, in_blocks)

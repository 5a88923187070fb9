"""Weights: hand-computed values, facts of geography, symmetry, and no silent dense matrix."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from libpysal.graph import Graph
from scipy.spatial.distance import pdist, squareform

from spillover.datasets import load_rd_projects_2009, load_regions
from spillover.measure import weights


@pytest.fixture(scope="module")
def regions():
    return load_regions()


@pytest.fixture(scope="module")
def personnel():
    return load_rd_projects_2009()["personnel_fte"]


@pytest.fixture
def square():
    """Four places on the equator and one degree north of it."""
    return pd.DataFrame(
        {"latitude": [0.0, 0.0, 1.0, 1.0], "longitude": [0.0, 1.0, 0.0, 1.0]}, index=list("abcd")
    )


DEGREE = np.pi / 180 * weights.EARTH_RADIUS_KM


def test_distances_by_hand(square):
    km = weights.great_circle_km(square)
    assert km.loc["a", "b"] == pytest.approx(DEGREE)
    assert km.loc["a", "c"] == pytest.approx(DEGREE)
    central_angle = np.arccos(np.cos(np.radians(1)) ** 2)
    assert km.loc["a", "d"] == pytest.approx(central_angle * weights.EARTH_RADIUS_KM)
    assert (np.diag(km) == 0).all()


def test_distances_of_antipodes_and_cities(regions):
    poles = pd.DataFrame({"latitude": [90.0, -90.0], "longitude": [0.0, 0.0]}, index=["n", "s"])
    half = np.pi * weights.EARTH_RADIUS_KM
    assert weights.great_circle_km(poles).loc["n", "s"] == pytest.approx(half)
    assert weights.great_circle_km(regions).loc["Beijing", "Shanghai"] == pytest.approx(1068, abs=2)


@settings(max_examples=30)
@given(arrays(float, (5, 2), elements=st.floats(-80, 80, allow_subnormal=False), unique=True))
def test_distance_is_a_metric(places):
    frame = pd.DataFrame(places, columns=["latitude", "longitude"])
    km = weights.great_circle_km(frame).to_numpy()
    assert np.allclose(km, km.T)
    assert (km[:, :, None] <= km[:, None, :] + km.T[None, :, :] + 1e-6).all()


def test_gravity_by_hand(square):
    mass = pd.Series({"d": 5.0, "c": 3.0, "b": 2.0, "a": 1.0})  # in another order than regions
    matrix = weights.dense(weights.gravity(mass, square))
    km = weights.great_circle_km(square)
    for i in square.index:
        for j in square.index:
            expected = 0 if i == j else mass[i] * mass[j] / km.loc[i, j] ** 2
            assert matrix.loc[i, j] == pytest.approx(expected)


def test_gravity_keeps_names_and_order(regions, personnel):
    graph = weights.gravity(personnel.sample(frac=1, random_state=1), regions)
    assert list(graph.unique_ids) == list(regions.index)
    assert weights.is_symmetric(graph)


def test_power_one_and_unit_mass(square):
    unit = pd.Series(1.0, square.index)
    first = weights.dense(weights.gravity(unit, square, power=1))
    pd.testing.assert_frame_equal(first, weights.dense(weights.inverse_distance(square)))
    second = weights.dense(weights.inverse_distance(square, power=2))
    assert np.allclose(second, first**2)


def test_rows_sum_to_one_and_keep_ratios(regions, personnel):
    raw = weights.gravity(personnel, regions)
    matrix = weights.dense(weights.row_standardise(raw))
    assert np.allclose(matrix.sum(axis=1), 1)
    ratio = matrix / weights.dense(raw)
    assert np.allclose(ratio.max(axis=1), ratio.min(axis=1))


def test_largest_links_first(square):
    mass = pd.Series({"a": 1.0, "b": 10.0, "c": 1.0, "d": 10.0})
    table = weights.links(weights.gravity(mass, square))
    assert set(table.loc[0, ["region", "neighbour"]]) == {"b", "d"}
    assert len(table) == 6
    assert table["weight"].is_monotonic_decreasing


def test_k_nearest_against_all_distances(regions):
    graph = weights.k_nearest(regions, 4)
    km = weights.great_circle_km(regions)
    for region in regions.index:
        assert set(graph[region].index) == set(km[region].drop(region).nsmallest(4).index)


def test_cutoff_keeps_the_pairs_within(regions, personnel):
    near = weights.dense(weights.gravity(personnel, regions, cutoff_km=600))
    everyone = weights.dense(weights.gravity(personnel, regions))
    km = weights.great_circle_km(regions)
    assert np.allclose(near, everyone.where(km <= 600, 0))


def test_places_on_a_plane_against_libpysal_and_scipy():
    places = pd.DataFrame(np.random.default_rng(3).uniform(0, 100, (40, 2)), columns=["x", "y"])
    km = squareform(pdist(places))
    np.fill_diagonal(km, np.inf)
    nearest = weights.k_nearest(places, 4)
    known = Graph.build_knn(places.to_numpy(), k=4)
    assert np.array_equal(nearest.sparse.toarray(), known.sparse.toarray())
    everyone = weights.dense(weights.inverse_distance(places, power=2)).to_numpy()
    assert np.allclose(everyone, 1 / km**2)
    within = weights.dense(weights.inverse_distance(places, cutoff_km=30)).to_numpy()
    assert np.allclose(within, np.where(km <= 30, 1 / km, 0))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["x", "northing"], "no column 'y': give latitude and longitude in degrees, or x and y"),
        (["latitude", "lon"], "no column 'longitude'"),
        (["x", "y"], "y of c is inf"),
    ],
)
def test_places_without_coordinates_are_refused(columns, message):
    places = pd.DataFrame([[0, 1], [2, 3], [4, np.inf]], list("abc"), columns)
    with pytest.raises(ValueError, match=message):
        weights.inverse_distance(places)


def test_economic_geographic_forms(square):
    income = pd.Series({"a": 1.0, "b": 2.0, "c": 4.0, "d": 9.0})
    km = weights.great_circle_km(square)
    scaled = weights.dense(weights.economic_geographic(income, square))
    assert scaled.loc["a", "d"] == pytest.approx(9 / 4 / km.loc["a", "d"])
    assert scaled.loc["d", "a"] == pytest.approx(1 / 4 / km.loc["a", "d"])
    similar = weights.dense(weights.economic_geographic(income, square, "similar"))
    assert similar.loc["a", "d"] == pytest.approx(1 / (8 * km.loc["a", "d"]))
    with pytest.raises(ValueError, match="'scaled' nor 'similar'"):
        weights.economic_geographic(income, square, "nested")
    with pytest.raises(ValueError, match="a and b have the same income"):
        weights.economic_geographic(income.replace(2.0, 1.0), square, "similar")


def test_large_samples_are_never_dense():
    rng = np.random.default_rng(7)
    n = 10_000
    places = pd.DataFrame(
        {"latitude": rng.uniform(20, 50, n), "longitude": rng.uniform(80, 130, n)},
        index=[f"place {i}" for i in range(n)],
    )
    mass = pd.Series(1.0, places.index)
    with pytest.raises(ValueError, match="choose k"):
        weights.gravity(mass, places)
    with pytest.raises(ValueError, match="10000 regions"):
        weights.great_circle_km(places)
    graph = weights.gravity(mass, places, k=8)
    assert graph.sparse.nnz == 8 * n
    assert (graph.cardinalities == 8).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"latitude": 95.0}, "latitude of b is 95"),
        ({"longitude": np.nan}, "longitude of b is nan"),
        ({"latitude": 0.0, "longitude": 0.0}, "a and b are at the same place"),
    ],
)
def test_bad_places_are_named(square, change, message):
    square.loc["b", list(change)] = list(change.values())
    with pytest.raises(ValueError, match=message):
        weights.inverse_distance(square)


def test_bad_masses_and_names(square):
    with pytest.raises(ValueError, match="mass of c is nan"):
        weights.gravity(pd.Series({"a": 1, "b": 1, "d": 1}), square)
    with pytest.raises(ValueError, match=r"mass of a is 0\.0"):
        weights.gravity(pd.Series({"a": 0, "b": 1, "c": 1, "d": 1}), square)
    with pytest.raises(ValueError, match="region a appears twice"):
        weights.inverse_distance(square.rename({"b": "a"}))
    with pytest.raises(ValueError, match="k is 4"):
        weights.k_nearest(square, 4)
    with pytest.raises(ValueError, match="not both"):
        weights.inverse_distance(square, k=1, cutoff_km=1)


def test_places_that_coincide_keep_k_neighbours(square):
    twice = pd.concat([square, square.rename(lambda name: name * 2)])
    with pytest.raises(ValueError, match="at the same place"):
        weights.k_nearest(twice, 1)


def test_summary(square):
    mass = pd.Series({"a": 1.0, "b": 1.0, "c": 1.0, "d": 4.0})
    graph = weights.gravity(mass, square)
    found = weights.summary(weights.row_standardise(graph))
    matrix = weights.dense(weights.row_standardise(graph))
    assert found["density"] == 1
    assert found["links"] == 12
    assert found["largest_share"] == pytest.approx(matrix.max().max())
    assert found["median_largest_share"] == pytest.approx(matrix.max(axis=1).median())
    assert found["largest_eigenvalue"] == pytest.approx(1)
    assert found["row_standardised"]
    assert not found["symmetric"]
    assert weights.summary(graph)["symmetric"]
    assert weights.summary(weights.contiguity([("a", "b")], pd.Index([*"abc"])))["isolates"] == 1


def test_perpetual_inventory_by_hand():
    flows = pd.DataFrame({"x": [100.0, 110.0, 121.0]}, index=[2017, 2018, 2019])
    stock = weights.capital_stock(flows, base_year=2017, depreciation=0.15)["x"]
    assert stock[2017] == pytest.approx(100 * 1.1 / 0.25)
    assert stock[2017] == pytest.approx(sum(100 * (0.85 / 1.1) ** age for age in range(200)))
    assert stock[2018] == pytest.approx(110 + 0.85 * 440)
    assert stock[2019] == pytest.approx(121 + 0.85 * (110 + 0.85 * 440))
    assert np.ptp(stock / flows["x"]) == pytest.approx(0)  # steady growth: a constant ratio


def test_inventory_in_the_prices_of_the_base_year():
    flows = pd.DataFrame({"x": [100.0, 121.0]}, index=[2017, 2018])
    prices = {2016: 1.0, 2017: 1.0, 2018: 1.1}
    real = weights.capital_stock(flows, 2017, 0.15, prices)["x"]
    assert real[2018] == pytest.approx(110 + 0.85 * real[2017])
    later = weights.capital_stock(flows, 2018, 0.15, prices)["x"]
    assert later[2018] == pytest.approx(1.1 * real[2018])


def test_one_year_of_flows_is_proportional_to_the_stock():
    flows = pd.DataFrame({"x": [100.0], "y": [50.0]}, index=[2009])
    stock = weights.capital_stock(flows, 2009, 0.15, growth=0.10)
    assert stock.loc[2009].to_dict() == pytest.approx({"x": 440.0, "y": 220.0})
    with pytest.raises(ValueError, match="one year"):
        weights.capital_stock(flows, 2009, 0.15)


def test_bad_flows_are_named():
    flows = pd.DataFrame({"x": [100.0, 0.0], "y": [1.0, 1.0]}, index=[2017, 2018])
    with pytest.raises(ValueError, match="expenditure of x in 2018"):
        weights.capital_stock(flows, 2017)
    with pytest.raises(ValueError, match="consecutive"):
        weights.capital_stock(flows.set_axis([2017, 2019]), 2017)
    with pytest.raises(ValueError, match="no value for 2018"):
        weights.capital_stock(flows + 1, 2017, deflator={2017: 1})
    with pytest.raises(ValueError, match="x: growth plus depreciation"):
        weights.capital_stock(pd.DataFrame({"x": [100.0, 50.0]}, [2017, 2018]), 2017)

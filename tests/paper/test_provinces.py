"""The provinces' borders: facts of geography."""

import networkx

from spillover.datasets import load_regions
from spillover.measure import weights
from spillover.paper import provinces

NEIGHBOURS = {
    "Beijing": 2,
    "Inner Mongolia": 8,
    "Shaanxi": 8,
    "Shanghai": 2,
    "Sichuan": 7,
    "Tibet": 4,
}


def test_contiguity_is_a_fact():
    graph = provinces.contiguity()
    assert weights.is_symmetric(graph)
    assert graph.n_edges == 2 * 69
    cardinalities = graph.cardinalities
    assert cardinalities[list(NEIGHBOURS)].to_dict() == NEIGHBOURS
    assert sorted(graph["Hebei"].index) == [
        "Beijing",
        "Henan",
        "Inner Mongolia",
        "Liaoning",
        "Shandong",
        "Shanxi",
        "Tianjin",
    ]
    assert list(graph["Hainan"].index) == ["Guangdong"]
    assert networkx.check_planarity(graph.to_networkx())[0]  # as every political map is


def test_hainan_without_the_strait():
    graph = provinces.contiguity(hainan_by_sea=False)
    assert list(graph.isolates) == ["Hainan"]
    assert graph.n == 31
    assert weights.dense(weights.row_standardise(graph)).loc["Hainan"].sum() == 0


def test_borders_join_near_capitals():
    km = weights.great_circle_km(load_regions())
    linked = weights.dense(provinces.contiguity()) > 0
    assert km.where(linked).stack().mean() < 0.6 * km.where(~linked & (km > 0)).stack().mean()

"""The paper's variables: companion and own columns, substitutes, named matrices."""

import numpy as np
import pytest

from spillover.datasets import load_paper_table, load_provinces, load_rd_projects_2009
from spillover.measure import weights
from spillover.paper import variables


@pytest.fixture(scope="module")
def panel():
    return load_provinces(local=None)


def test_companion_outcome_says_what_it_is(panel):
    outcome = variables.agglomeration(panel)
    assert outcome.name == "knowledge_agglomeration"
    mean = panel["patents_granted"].xs(2013, level="year").mean()
    assert outcome["Beijing", 2013] == pytest.approx(
        panel.loc[("Beijing", 2013), "patents_granted"] / mean
    )


def test_own_revenue_replaces_the_companion(panel):
    own = panel.assign(cultural_revenue_100m_yuan=panel["population_10k"])
    outcome = variables.agglomeration(own)
    assert outcome.name == "cultural_agglomeration"
    mean = panel["population_10k"].xs(2021, level="year").mean()
    assert outcome["Tibet", 2021] == pytest.approx(
        panel.loc[("Tibet", 2021), "population_10k"] / mean
    )


def test_digital_indicators_by_hand(panel):
    found = variables.digital_indicators(panel).loc[("Hubei", 2018)]
    row = panel.loc[("Hubei", 2018)]
    assert found["mobile_internet_per_100"] == pytest.approx(
        100 * row["mobile_internet_users_10k"] / row["population_10k"]
    )
    assert found["scitech_budget_pct"] == pytest.approx(
        100 * row["budget_scitech_100m_yuan"] / row["budget_total_100m_yuan"]
    )
    ratio = panel["telecom_volume_100m_yuan"] / panel["gdp_100m_yuan"]
    assert found["telecom_over_gdp_relative"] == pytest.approx(
        ratio["Hubei", 2018] / ratio.xs(2018, level="year").mean()
    )


def test_public_columns_cover_2015_to_2021(panel):
    indicators = variables.digital_indicators(panel)
    assert list(indicators.index.unique("year")) == list(range(2015, 2022))
    assert len(indicators) == 31 * 7
    assert indicators.shape[1] == 7


def test_a_change_of_price_base_changes_nothing(panel):
    rebased = panel["telecom_volume_100m_yuan"].copy()
    rebased[rebased.index.get_level_values("year") == 2021] *= 4
    before = variables.digital_index(panel).scores
    after = variables.digital_index(panel.assign(telecom_volume_100m_yuan=rebased)).scores
    assert np.allclose(before, after)


def test_index_without_patents_ignores_patents(panel):
    indicators = variables.digital_indicators(panel, patents=False)
    assert "patents_granted" not in indicators
    before = variables.digital_index(panel, patents=False).scores
    after = variables.digital_index(panel.assign(patents_granted=1.0), patents=False).scores
    assert np.allclose(before, after)


def test_index_is_higher_where_technology_is(panel):
    latest = variables.digital_index(panel).scores.xs(2021, level="year")
    assert set(latest.nlargest(4).index) == {"Beijing", "Guangdong", "Jiangsu", "Zhejiang"}
    assert latest.idxmin() == "Tibet"


def test_own_indicators_take_the_place_of_substitutes(panel):
    own = panel.assign(
        internet_penetration_pct=50.0 + np.arange(len(panel)) % 7,
        broadband_ports_10k=panel["population_10k"],
    )
    found = variables.digital_indicators(own)
    assert "mobile_internet_per_100" not in found
    assert {"internet_penetration_pct", "broadband_ports_10k"} <= set(found)
    full = panel.assign(rd_expenditure_100m_yuan=panel["gdp_100m_yuan"] / 50)
    assert np.allclose(variables.digital_indicators(full)["rd_over_gdp_pct"], 2)
    assert "scitech_budget_pct" not in variables.digital_indicators(full)


def test_partly_filled_own_indicator_leaves_the_substitute(panel):
    own = panel.assign(internet_penetration_pct=panel["rd_expenditure_100m_yuan"])
    assert "mobile_internet_per_100" in variables.digital_indicators(own)


def test_mapping_table_agrees_with_the_code(panel):
    mapping = load_paper_table("table1_digital_indicators")
    assert mapping["status"].value_counts().to_dict() == {
        "present": 4,
        "substituted": 3,
        "missing": 2,
    }
    used = (mapping["status"] != "missing").sum()
    assert variables.digital_indicators(panel).shape[1] == used
    missing = mapping.loc[mapping["status"] == "missing", "column"]
    assert set(missing) == set(variables.OWN_ONLY)


def test_no_common_year_is_an_error(panel):
    with pytest.raises(ValueError, match="no year has all of"):
        variables.digital_indicators(panel.assign(websites=1.0, firms_with_ecommerce_pct=np.nan))


def test_endowment_waits_for_its_columns(panel):
    with pytest.raises(ValueError, match="needs relics_per_km2, library_books_per_head"):
        variables.cultural_endowment(panel)
    rng = np.random.default_rng(11)
    columns = {name: rng.gamma(2, 3, len(panel)) for name in variables.endowment_columns()}
    index = variables.cultural_endowment(panel.assign(**columns))
    assert index.weights.sum() == pytest.approx(1)
    assert index.scores.between(0, 1).all()
    assert len(index.weights) == 5


def test_named_matrices(panel):
    matrices = variables.named_matrices(panel)
    raw = variables.named_matrices(panel, row_standardise=False)
    assert list(matrices) == list(raw)
    assert len(matrices) == 6
    for name, graph in matrices.items():
        assert list(graph.unique_ids) == list(panel.index.unique("region"))
        dense = weights.dense(graph)
        assert np.allclose(dense.sum(axis=1), 1), name
        before = weights.dense(raw[name])
        assert np.allclose(before.div(before.sum(axis=1), axis=0), dense)
    assert np.allclose(
        weights.dense(raw["inverse_distance_squared"]), weights.dense(raw["inverse_distance"]) ** 2
    )


def test_personnel_links_are_of_2009_unless_given(panel):
    km = weights.great_circle_km(variables.load_regions()).loc["Beijing", "Shanghai"]
    base = load_rd_projects_2009()["personnel_fte"]
    public = weights.dense(variables.named_matrices(panel, False)["rd_personnel"])
    assert public.loc["Beijing", "Shanghai"] == pytest.approx(
        base["Beijing"] * base["Shanghai"] / km**2
    )
    own = panel.assign(rd_personnel_fte=panel["population_10k"])
    given = weights.dense(variables.named_matrices(own, False)["rd_personnel"])
    mean = panel["population_10k"].groupby("region").mean()
    assert given.loc["Beijing", "Shanghai"] == pytest.approx(
        mean["Beijing"] * mean["Shanghai"] / km**2
    )

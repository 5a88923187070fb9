"""The paper's variables: outcomes, years, substitutes, masses and matrices."""

import numpy as np
import pytest

from spillover.datasets import (
    load_paper_table,
    load_prices,
    load_provinces,
    load_rd_personnel,
    load_regions,
    load_table,
)
from spillover.measure import weights
from spillover.paper import variables


@pytest.fixture(scope="module")
def panel():
    return load_provinces(local=None)


def test_outcomes_are_relative_to_the_mean_of_the_year(panel):
    assert variables.outcome_columns(panel) == [
        "culture_wage_bill_100m_yuan",
        "culture_employment_10k",
        "patents_granted",
    ]
    outcome = variables.agglomeration(panel)
    assert outcome.name == "wage bill of culture relative to mean"
    assert list(outcome.index.unique("year")) == list(range(2013, 2021))
    bill = panel["culture_wage_bill_100m_yuan"].xs(2013, level="year")
    assert outcome["Beijing", 2013] == pytest.approx(bill["Beijing"] / bill.mean())


def test_own_revenue_comes_first(panel):
    own = panel.assign(cultural_revenue_100m_yuan=panel["population_10k"])
    outcome = variables.agglomeration(own)
    assert outcome.name == "cultural revenue relative to mean"
    assert variables.outcome_columns(own)[1:] == variables.outcome_columns(panel)
    mean = panel["population_10k"].xs(2021, level="year").mean()
    assert outcome["Tibet", 2021] == pytest.approx(
        panel.loc[("Tibet", 2021), "population_10k"] / mean
    )


def test_digital_indicators_by_hand(panel):
    found = variables.digital_indicators(panel, range(2015, 2021)).loc[("Hubei", 2018)]
    row = panel.loc[("Hubei", 2018)]
    assert found["mobile_internet_per_100"] == pytest.approx(
        100 * row["mobile_internet_users_10k"] / row["population_10k"]
    )
    assert found["rd_over_gdp_pct"] == pytest.approx(
        100 * row["rd_expenditure_100m_yuan"] / row["gdp_100m_yuan"]
    )
    assert found["software_employment_share_pct"] == pytest.approx(
        100 * row["it_employment_10k"] / row["urban_unit_employment_10k"]
    )
    ratio = panel["telecom_volume_100m_yuan"] / panel["gdp_100m_yuan"]
    assert found["telecom_over_gdp_relative"] == pytest.approx(
        ratio["Hubei", 2018] / ratio.xs(2018, level="year").mean()
    )


def test_more_years_leave_fewer_indicators(panel):
    def kept(years):
        return variables.digital_indicators(panel, years).shape

    assert kept(None) == kept(range(2013, 2021)) == (31 * 8, 4)
    assert kept(range(2015, 2021)) == (31 * 6, 7)
    assert kept(range(2013, 2022)) == (31 * 9, 3)
    assert kept(range(2015, 2022)) == (31 * 7, 7)  # computers stand in for software in 2021


def test_years_that_the_panel_lacks_are_named(panel):
    with pytest.raises(ValueError, match="no year 2012, 2022"):
        variables.digital_indicators(panel, range(2012, 2023))


def test_study_years_follow_what_is_supplied(panel):
    assert variables.study_years(panel) == list(range(2013, 2021))
    own = panel.assign(
        cultural_revenue_100m_yuan=panel["gdp_100m_yuan"],
        software_employment_share_pct=panel["urbanisation_pct"] / 10,
    )
    assert variables.study_years(own) == list(range(2013, 2022))


def test_a_change_of_price_base_changes_nothing(panel):
    rebased = panel["telecom_volume_100m_yuan"].copy()
    rebased[rebased.index.get_level_values("year") == 2016] *= 4
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
    latest = variables.digital_index(panel).scores.xs(2020, level="year")
    assert set(latest.nlargest(4).index) == {"Beijing", "Guangdong", "Jiangsu", "Shanghai"}
    assert (load_regions()["macro_region"][latest.nsmallest(5).index] == "West").all()


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


def test_partly_filled_own_indicator_leaves_the_substitute(panel):
    partly = panel["urbanisation_pct"].where(panel.index.get_level_values("year") > 2016)
    own = panel.assign(internet_penetration_pct=partly)
    assert "mobile_internet_per_100" in variables.digital_indicators(own, range(2015, 2021))


def test_mapping_table_agrees_with_the_code(panel):
    mapping = load_paper_table("table1_digital_indicators")
    assert mapping["status"].value_counts().to_dict() == {
        "present": 6,
        "substituted": 1,
        "missing": 2,
    }
    used = (mapping["status"] != "missing").sum()
    assert variables.digital_indicators(panel, range(2015, 2021)).shape[1] == used
    missing = mapping.loc[mapping["status"] == "missing", "column"]
    assert set(missing) == {"mobile_phones_per_100", "broadband_ports_10k"}


def test_endowment_takes_the_indicators_that_cover_the_years(panel):
    def names(frame, years):
        return list(variables.cultural_endowment(frame, years).weights.index)

    assert names(panel, range(2013, 2021)) == ["intangible_heritage"]
    public = ["library_books_per_head", "cultural_venues", "intangible_heritage"]
    assert names(panel, range(2013, 2019)) == public
    rng = np.random.default_rng(11)
    listed = load_paper_table("table2_cultural_endowment")["column"]
    columns = {name: rng.gamma(2, 3, len(panel)) for name in listed}
    index = variables.cultural_endowment(panel.assign(**columns))
    assert index.weights.sum() == pytest.approx(1)
    assert index.scores.between(0, 1).all()
    assert len(index.weights) == 5


def test_named_matrices(panel):
    matrices = variables.named_matrices(panel)
    assert len(matrices) == 6
    for name, graph in matrices.items():
        assert list(graph.unique_ids) == list(panel.index.unique("region"))
        assert np.allclose(weights.dense(graph).sum(axis=1), 1), name
    squares = weights.dense(matrices["inverse_distance"]) ** 2
    squared = weights.dense(matrices["inverse_distance_squared"])
    assert np.allclose(squares.div(squares.sum(axis=1), axis=0), squared)


def links(panel):
    return variables.knowledge_links(variables.link_masses(panel)["rd_personnel"])


def test_links_are_predetermined_unless_given(panel):
    km = weights.great_circle_km(load_regions()).loc["Beijing", "Shanghai"]
    personnel = load_rd_personnel().unstack("year")[[2010, 2011, 2012]].mean(axis=1)
    public = weights.dense(links(panel))
    assert public.loc["Beijing", "Shanghai"] == pytest.approx(
        personnel["Beijing"] * personnel["Shanghai"] / km**2
    )
    own = panel.assign(rd_personnel_fte=panel["population_10k"])
    given = weights.dense(links(own))
    mean = panel["population_10k"].groupby("region").mean()
    assert given.loc["Beijing", "Shanghai"] == pytest.approx(
        mean["Beijing"] * mean["Shanghai"] / km**2
    )


def test_capital_is_a_perpetual_inventory_in_constant_prices():
    flows = load_table("knowledge")["rd_expenditure_100m_yuan"].unstack("year").loc["Hubei"]
    prices = load_prices()
    stock = variables.rd_capital()["Hubei"]
    real = flows[2011] / (prices[2011] / 100)
    assert stock[2011] == pytest.approx(0.85 * stock[2010] + real)

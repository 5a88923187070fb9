"""Distances to the paper's outcome, recomputed by hand; what is public of it."""

import numpy as np
import pytest

from spillover.datasets import load_cultural_revenue, load_provinces, load_regions
from spillover.paper import nearness


@pytest.fixture(scope="module")
def panel():
    return load_provinces(local=None)


def test_macro_gap_by_hand(panel):
    """Patents, one year: the four gaps written out."""
    year = 2021
    patents = panel["patents_granted"].xs(year, level="year")
    revenue = load_cultural_revenue().loc[year].drop("National")
    gaps = [
        abs(
            patents[load_regions()["macro_region"] == area].sum() / patents.sum()
            - revenue[area] / revenue.sum()
        )
        for area in ("East", "Central", "West", "Northeast")
    ]
    one_year = panel["patents_granted"].loc[:, [year]]
    assert nearness.macro_gap(one_year) == pytest.approx(100 * np.mean(gaps))


def test_a_candidate_equal_to_the_outcome_is_at_no_distance(panel):
    """Sizes with the published shares and the known values have distance zero to both."""
    shares = nearness.published_shares()
    areas = load_regions()["macro_region"]
    wide = panel["gdp_100m_yuan"].unstack("year")[[2019]]
    for area in shares:
        inside = areas.index[areas == area]
        wide.loc[inside] *= shares.loc[2019, area] / wide.loc[inside, 2019].sum()
    values = wide.T.stack().swaplevel().rename_axis(["region", "year"])
    assert nearness.macro_gap(values) == pytest.approx(0, abs=1e-10)


def test_known_sizes_by_hand():
    known = nearness.known_relative_sizes()
    assert len(known) == 9
    jiangxi = known.loc[("Jiangxi", 2019)]
    assert jiangxi["relative"] == jiangxi["high"] == pytest.approx(31 * 1904.42 / 86_624)
    beijing = known.loc[("Beijing", 2019)]
    assert beijing["relative"] == pytest.approx(31 * 0.131)
    assert beijing["matched"]
    assert (known["low"] < known["high"]).all()
    assert nearness.later_vintage() == pytest.approx(99_200 / 86_624, abs=0.001)


def test_distances_agree_with_a_first_reading(panel):
    table = nearness.distances(panel)
    assert table["macro"].round(1).to_dict() == {
        "wage bill of culture": 6.9,
        "employment in culture": 13.2,
        "patents": 3.0,
        "wage bill of information and software": 3.8,
        "GDP": 11.4,
    }
    assert table["provinces"]["wage bill of culture"] == pytest.approx(0.42, abs=0.005)
    culture = table[table["culture"]]
    assert set(culture.index) == {"wage bill of culture", "employment in culture"}
    assert culture["macro"].idxmin() == "wage bill of culture"


@pytest.mark.parametrize("year", [2019, 2021])
def test_compatible_sizes_meet_every_constraint(year):
    misfit, sizes = nearness.compatible_sizes(year)
    assert misfit < 1e-6
    assert (sizes > -1e-9).all()
    assert sizes.mean() == pytest.approx(1)
    totals = sizes.groupby(load_regions()["macro_region"]).sum() / 31
    assert totals[["East", "West"]].tolist() == pytest.approx(
        nearness.published_shares().loc[year, ["East", "West"]].tolist()
    )
    known = nearness.known_relative_sizes().xs(year, level="year")
    assert (sizes[known.index] >= known["low"] - 1e-6).all()
    assert (sizes[known.index] <= known["high"] + 1e-6).all()

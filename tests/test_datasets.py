"""Official figures: sums, ranges, breaks, checksums; and what validation says of bad ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillover import datasets
from spillover.project import DATA, ROOT

YEARBOOK = ROOT.parent / "shared" / "data" / "yearbook" / "provinces_2013_2021_wide.csv"
ALWAYS_PUBLISHED = [
    "gdp_100m_yuan",
    "population_10k",
    "urbanisation_pct",
    "disposable_income_yuan",
    "patents_granted",
    "budget_total_100m_yuan",
    "budget_scitech_100m_yuan",
    "telecom_volume_100m_yuan",
    "rd_expenditure_100m_yuan",
    "budget_culture_100m_yuan",
    "national_intangible_heritage_items",
]
UNTIL = dict.fromkeys(
    [
        *("culture_employment_10k", "culture_wage_bill_100m_yuan", "culture_average_wage_yuan"),
        *("it_employment_10k", "it_wage_bill_100m_yuan"),
        *("urban_unit_employment_10k", "urban_unit_wage_bill_100m_yuan"),
    ],
    2020,
) | {"library_stock_10k": 2018, "public_libraries": 2018}


@pytest.fixture(scope="module")
def panel():
    return datasets.load_provinces(local=None)


def total(panel, column, year):
    return panel[column].xs(year, level="year").sum()


def test_panel_is_balanced_and_sorted(panel):
    assert panel.shape == (31 * 9, 26)
    assert panel.index.is_unique
    assert panel.index.is_monotonic_increasing
    assert list(panel.index.unique("year")) == list(range(2013, 2022))
    assert list(panel.index.unique("region")) == list(datasets.load_regions().index)
    assert {dtype.name for dtype in panel.dtypes} == {"float64"}


def test_sums_meet_known_totals(panel):
    assert total(panel, "rd_expenditure_100m_yuan", 2017) == pytest.approx(17606.1295, abs=0.005)
    assert total(panel, "population_10k", 2021) == 141_060
    assert datasets.load_rd_projects_2009()["personnel_fte"].sum() == 2_000_142


def test_single_cells_against_the_yearbook(panel):
    assert panel.loc[("Beijing", 2013), "gdp_100m_yuan"] == 21134.6
    assert panel.loc[("Guangdong", 2021), "population_10k"] == 12684
    assert panel.loc[("Guangdong", 2017), "rd_expenditure_100m_yuan"] == pytest.approx(
        2343.6, abs=0.05
    )
    assert datasets.load_rd_projects_2009().loc["Tibet", "projects"] == 420


def test_gdp_is_one_vintage(panel):
    """Sums of the vintage after the fourth census; the later one's are 2 per cent higher."""
    sums = panel["gdp_100m_yuan"].groupby("year").sum()
    assert sums[[2013, 2017, 2021]].tolist() == pytest.approx([597974.7, 832096.4, 1142483.0])
    assert "fourth economic census" in datasets.panel_codebook().loc["gdp_100m_yuan", "definition"]


def test_missing_only_where_not_published(panel):
    assert panel[ALWAYS_PUBLISHED].notna().all().all()
    for column in panel.columns.difference(ALWAYS_PUBLISHED):
        known = panel[column].notna().groupby("year").mean()
        covered = known.index <= UNTIL[column] if column in UNTIL else known.index >= 2015
        assert (known == covered).all()


def test_codebook_covers_every_column(panel):
    book = datasets.panel_codebook()
    assert set(panel.columns) <= set(book.index)
    described = book.loc[panel.columns]
    assert (described[["name", "unit", "definition", "origin", "years"]] != "").all().all()
    assert (described["minimum"] < described["maximum"]).all()
    assert ((panel.min() >= described["minimum"]) & (panel.max() <= described["maximum"])).all()


def test_codebook_years_match_the_tables():
    for name in datasets.THEMES:
        table = datasets.load_table(name)
        for column in table:
            years = table[column].dropna().index.get_level_values("year")
            stated = datasets.load_codebook().loc[(name, column), "years"]
            assert stated == f"{years.min()}-{years.max()}"


def test_telecom_break_is_named_and_visible(panel):
    growth = panel["telecom_volume_100m_yuan"].groupby("year").sum().pct_change()
    assert growth[2016] < -0.3
    assert growth[2021] < -0.8
    notes = datasets.panel_codebook().loc["telecom_volume_100m_yuan", "notes"]
    assert "2016" in notes
    assert "2021" in notes


def recorded_checksums() -> dict[str, str]:
    lines = datasets.CHECKSUMS.read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def test_panel_and_checksums_are_fresh(panel):
    pd.testing.assert_frame_equal(panel, datasets.build_panel())
    assert datasets.checksums() == recorded_checksums()


def test_checksums_see_an_edit(tmp_path, monkeypatch):
    (tmp_path / "provinces").mkdir()
    copy = tmp_path / "provinces" / "economy.csv"
    copy.write_bytes(
        (DATA / "provinces" / "economy.csv").read_bytes().replace(b"20584.0", b"20584.1")
    )
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    name = "provinces/economy.csv"
    assert datasets.checksums()[name] != recorded_checksums()[name]


def test_cultural_revenue_adds_up():
    revenue = datasets.load_cultural_revenue()
    parts = revenue.drop(columns="National").sum(axis=1)
    assert (parts - revenue["National"]).abs().max() <= 1
    assert revenue.loc[2021, "National"] == 119_064


def test_research_inputs_meet_the_printed_totals():
    """Every province in every year; figures and totals are of different pages of the yearbook."""
    table = datasets.load_rd_personnel()
    assert table.groupby("year").size().to_dict() == dict.fromkeys(range(2010, 2024), 31)
    gap = datasets.check_totals()["difference"]
    assert gap["personnel_fte"].drop(2009).abs().max() <= 39
    assert gap["rd_expenditure_100m_yuan"].abs().max() < 0.0044
    assert len(gap["personnel_fte"].drop(2009)) == len(gap["rd_expenditure_100m_yuan"]) == 14
    assert table.groupby("year").sum()[2021] == 5_716_332


def test_budget_for_culture_meets_the_printed_totals():
    gap = datasets.check_totals()["difference"]["budget_culture_100m_yuan"]
    assert list(gap.index) == [2019, 2020, 2021, 2022, 2023]
    assert gap.abs().max() < 0.021


def test_wage_bills_are_heads_times_average_wage():
    """Two columns of one source against a third: no slip of a row or a unit."""
    table = datasets.load_table("employment")
    ratio = (
        1e4
        * table["culture_wage_bill_100m_yuan"]
        / (table["culture_employment_10k"] * table["culture_average_wage_yuan"])
    )
    assert ratio.mean() == pytest.approx(0.998, abs=0.001)
    assert ratio.std() == pytest.approx(0.019, abs=0.001)
    assert (table["culture_employment_10k"] < table["urban_unit_employment_10k"]).all()
    assert table["culture_employment_10k"].groupby("year").sum().between(137, 153).all()


def test_research_of_2010_follows_the_projects_of_2009():
    personnel = datasets.load_rd_personnel().xs(2010, level="year")
    projects = datasets.load_rd_projects_2009()["personnel_fte"]
    assert np.log(personnel).corr(np.log(projects)) == pytest.approx(0.9986, abs=5e-5)


def test_heritage_changes_with_the_lists_only():
    items = datasets.load_table("culture")["national_intangible_heritage_items"].dropna()
    by_year = items.groupby("year").sum()
    assert by_year[2021] == 3540
    assert list(by_year.index[by_year.diff() > 0]) == [2014, 2021]
    assert (items.groupby("region").diff().dropna() >= 0).all()


def test_wider_budget_category_is_named_and_visible():
    budget = datasets.load_table("culture")["budget_culture_100m_yuan"].unstack("year")
    assert (budget[2019] / budget[2018]).median() == pytest.approx(1.17, abs=0.005)
    assert budget[2019].corr(budget[2018], method="spearman") == pytest.approx(0.983, abs=5e-4)
    notes = datasets.load_codebook().loc[("culture", "budget_culture_100m_yuan"), "notes"]
    assert "2019" in notes


def test_named_jumps_are_the_jumps():
    """The codebook names the provinces and years whose heads moved by more than a fifth."""
    heads = datasets.load_table("employment")["culture_employment_10k"].unstack("region")
    growth = (heads / heads.shift()).loc[2014:].stack()
    found = growth.index[(growth > 1.2) | (growth < 0.83)]
    notes = datasets.load_codebook().loc[("employment", "culture_employment_10k"), "notes"]
    notes = notes[notes.index("Jumps") :]
    for year, region in found:
        sentence = notes[notes.index(region) :].split(",")[0].split(".")[0]
        assert str(year) in sentence, (region, year)
    assert len(found) == 11


def test_public_values_of_the_outcome():
    values = datasets.load_provincial_revenue()
    assert len(values) == 12
    assert values.index.unique("region").size == 7
    assert set(values.index.unique("region")) <= set(datasets.load_regions().index)
    assert set(values["report"]) == {"fast", "later"}
    derived = values[values["derived"] != ""]["revenue_100m_yuan"]
    assert derived["Jiangsu", 2021] == pytest.approx(14_110.2 - 1_020.2)
    assert derived["Jiangxi", 2020] == pytest.approx(2_967.9 - 477.43)


def test_prices():
    prices = datasets.load_prices()
    assert list(prices.index) == list(range(2010, 2024))
    assert prices[2011] == 105.4


def test_regions():
    regions = datasets.load_regions()
    assert regions["macro_region"].value_counts().to_dict() == {
        "West": 12,
        "East": 10,
        "Central": 6,
        "Northeast": 3,
    }
    for column in ("code", "adcode", "name_zh", "capital"):
        assert regions[column].is_unique
    assert not regions.duplicated(["tile_row", "tile_column"]).any()
    assert regions.loc["Inner Mongolia", "name_zh"] == "内蒙古"


def test_paper_tables():
    assert len(datasets.load_paper_table("table3_moran")) == 36
    assert datasets.load_paper_table("table1_digital_indicators").shape[0] == 9
    assert datasets.load_paper_table("table2_cultural_endowment").shape[0] == 5
    sdm = datasets.load_paper_table("table4_sdm").set_index(["weights", "term"])
    assert sdm.loc[("rd_personnel", "rho"), "estimate"] == -0.468
    assert sdm.loc[("rd_personnel", "N"), "stars"] == ""
    with pytest.raises(ValueError, match="table9"):
        datasets.load_paper_table("table9")


def test_indicator_columns_exist():
    known = datasets.panel_codebook().index
    for name in ("table1_digital_indicators", "table2_cultural_endowment"):
        assert set(datasets.load_paper_table(name)["column"]) <= set(known)


def test_unknown_theme_is_refused():
    with pytest.raises(ValueError, match="economy"):
        datasets.load_table("weather")


def test_valid_panel_has_no_messages(panel):
    assert datasets.validate(panel) == []
    assert datasets.validate(panel.reset_index()) == []


def fault(panel, change):
    frame = (
        panel[["population_10k", "urbanisation_pct"]]
        .reset_index()
        .astype({"urbanisation_pct": object})
    )
    return change(frame)


def with_cell(frame, column, value):
    frame.loc[(frame["region"] == "Beijing") & (frame["year"] == 2014), column] = value
    return frame


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f[f["region"] != "Tibet"], ["2013: Tibet missing (1 of 31"]),
        (
            lambda f: pd.concat([f, f[f["region"] == "Hebei"].head(1)]),
            ["more than one row for Hebei 2013"],
        ),
        (
            lambda f: f.assign(gdp_100m_yaun=1.0),
            ["gdp_100m_yaun: not in the codebook", "'gdp_100m_yuan'?"],
        ),
        (
            lambda f: with_cell(f, "urbanisation_pct", "n/a"),
            ["column 'urbanisation_pct', Beijing 2014: 'n/a' is not a number"],
        ),
        (
            lambda f: with_cell(f, "urbanisation_pct", 0.86),
            ["another unit", "per cent", "0.86 in Beijing 2014"],
        ),
        (
            lambda f: f.assign(population_10k=f["population_10k"] * 1e4),
            ["another unit", "and 276 more"],
        ),
        (
            lambda f: f.replace({"region": {"Hebei": "Hebbei"}}),
            ["'Hebbei' is not", "did you mean 'Hebei'?"],
        ),
        (lambda f: f.drop(columns="year"), ["no column 'year'"]),
        (
            lambda f: f.astype({"year": object}).replace({"year": {2014: "2014a"}}),
            ["'2014a' is not a year"],
        ),
    ],
)
def test_each_fault_gets_its_line(panel, change, words):
    messages = datasets.validate(fault(panel, change))
    for word in words:
        assert any(word in message for message in messages), messages
    assert all("\n" not in message for message in messages)


def test_a_single_fault_gets_a_single_line(panel):
    assert len(datasets.validate(fault(panel, lambda f: with_cell(f, "population_10k", 1.0)))) == 1


@given(st.sampled_from(["北京", "北京市", "110000", "Beijing", " Beijing "]))
def test_every_form_of_a_name(form):
    assert datasets.english_name(form) == "Beijing"


def test_long_chinese_names():
    assert datasets.english_name("内蒙古自治区") == "Inner Mongolia"
    assert datasets.english_name("黑龙江省") == "Heilongjiang"
    assert datasets.english_name("Atlantis") == "Atlantis"


def own_file(tmp_path, **columns):
    sheet = datasets.template()[list(columns)].astype(object)
    path = tmp_path / "panel.csv"
    sheet.assign(**columns).to_csv(path)
    return path


def test_template_is_stored_and_valid(tmp_path):
    stored = pd.read_csv(DATA / "local" / "template.csv", index_col=datasets.KEYS)
    assert stored.shape == (279, len(datasets.load_codebook().loc["local"]))
    assert datasets.load_local(DATA / "local" / "template.csv").empty


def test_local_readme_names_every_slot():
    text = (DATA / "local" / "README.md").read_text()
    assert all(f"`{column}`" in text for column in datasets.load_codebook().loc["local"].index)


def test_local_columns_join_the_panel(tmp_path, panel):
    path = own_file(tmp_path, cultural_revenue_100m_yuan=500.0, rd_personnel_fte=np.nan)
    joined = datasets.load_provinces(path)
    assert (joined["cultural_revenue_100m_yuan"] == 500.0).all()
    assert "rd_personnel_fte" not in joined  # a blank column is no column
    pd.testing.assert_frame_equal(joined[panel.columns], panel)


def test_years_beyond_the_panel_are_an_error_that_names_them(tmp_path, panel):
    sheet = panel[["gdp_100m_yuan"]].reset_index()
    later = sheet[sheet["year"] == 2021].assign(year=2022)
    path = tmp_path / "panel.csv"
    pd.concat([sheet, later]).to_csv(path, index=False)
    with pytest.raises(ValueError, match=r"panel\.csv has rows of 2022: .* 2013 to 2021"):
        datasets.load_provinces(path)


def test_local_column_replaces_the_public_one_as_a_whole(tmp_path):
    path = tmp_path / "panel.csv"
    sheet = datasets.template().iloc[:, :0].assign(gdp_100m_yuan=np.nan)
    sheet.loc["Beijing", "gdp_100m_yuan"] = 1000.0
    sheet.to_csv(path)
    gdp = datasets.load_provinces(path)["gdp_100m_yuan"]
    assert (gdp["Beijing"] == 1000.0).all()
    assert gdp.drop("Beijing").isna().all()


def test_faulty_local_file_is_refused_with_its_name(tmp_path):
    path = own_file(tmp_path, cultural_revenue_100m_yuan="many")
    with pytest.raises(ValueError, match=r"panel\.csv.*\n.*is not a number"):
        datasets.load_provinces(path)


def test_absent_local_file_changes_nothing(tmp_path, panel):
    pd.testing.assert_frame_equal(datasets.load_provinces(tmp_path / "none.csv"), panel)


@pytest.mark.skipif(not YEARBOOK.exists(), reason="no yearbook table beside the project")
def test_a_yearbook_table_goes_through_the_slot(tmp_path):
    raw = pd.read_csv(YEARBOOK).rename(
        columns={
            "province": "region",
            "rd_fte_personyears": "rd_personnel_fte",
            "rd_exp_100m_yuan_bulletin": "rd_expenditure_100m_yuan",
            "broadband_access_ports_10k": "broadband_ports_10k",
        }
    )
    kept = ["region", "year", "rd_personnel_fte", "rd_expenditure_100m_yuan", "broadband_ports_10k"]
    path = tmp_path / "panel.csv"
    raw[kept].to_csv(path, index=False)
    joined = datasets.load_provinces(path)
    assert joined[kept[2:]].notna().all().all()
    assert joined["rd_personnel_fte"].xs(2013, level="year").idxmax() == "Guangdong"


def test_totals():
    gap = datasets.check_totals()["difference"]
    assert gap["rd_expenditure_100m_yuan", 2017] == pytest.approx(0, abs=0.001)
    assert gap["population_10k", 2021] == -200
    assert gap["personnel_fte", 2009] == -32

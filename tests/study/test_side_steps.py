"""A side step that is not defined is skipped and named; only the main model stops a run."""

import warnings
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from spillover.measure.autocorrelation import moran_by_year
from spillover.measure.weights import row_standardise
from spillover.panel import BoundaryWarning
from spillover.panel.simulate import simulate_panel
from spillover.present.chain_tables import moran_layout, significant, variants_layout
from spillover.study import exhibits as shown
from spillover.study import suspicions as looks
from spillover.study.chain import (
    errors,
    estimates,
    impacts,
    moran,
    require_identified,
    run,
    statistics,
)
from spillover.study.errors import covariance
from spillover.study.files import PanelError
from spillover.study.links import as_graph
from spillover.study.question import lagged, study_from_columns
from spillover.study.robustness import left_out, row_of, some_regions, variants, without_boundary
from spillover.study.skipping import NotIdentified, Skipped
from spillover.study.specification_curve import choices_for, interior, specification_curve
from spillover.study.template import template_panel

PLACES = ["latitude", "longitude"]
STAR = [f"R{i:02d}" for i in range(12)]


@pytest.fixture(scope="module")
def panel():
    return template_panel().set_index(["region", "year"])


@pytest.fixture(scope="module")
def study(panel):
    return study_from_columns(
        panel, "outcome", "focus", "control", coordinates=PLACES, masses="mass"
    )


@pytest.fixture(scope="module")
def chain(study):
    return run(study, curve=False)


def star(regions):
    matrix = pd.DataFrame(0.0, regions, regions)
    matrix.iloc[0, 1:] = matrix.iloc[1:, 0] = 1.0
    return matrix


def test_a_star_shaped_matrix_runs_and_what_is_skipped_is_listed():
    links = row_standardise(as_graph(star(STAR), STAR))
    drawn = simulate_panel(
        links, 20, [-0.4], [0.8], rho=0.2, effects="twoways", rng=np.random.default_rng(3)
    )
    starred = study_from_columns(drawn, "y", "x1", weights=links)
    chain = run(starred, curve=False)
    assert chain.impacts["estimate"].notna().all()
    skipped = Skipped()
    skipped.attempt("Hausman", "W", lambda: np.linalg.inv(np.zeros((2, 2))))
    listed = shown.exhibits(replace(chain, lm=None, skipped=skipped.frame()))
    assert "lm_tests" not in [exhibit.key for exhibit in listed]
    assert listed[-1].layout.loc["Hausman"].tolist() == ["W", "Singular matrix"]


def test_a_main_model_at_the_boundary_stops_with_the_reason(panel, study):
    starred = study_from_columns(panel, "outcome", "focus", weights=star(study.regions))
    with pytest.raises(NotIdentified, match="at the boundary"):
        run(starred, curve=False)


@pytest.mark.filterwarnings("ignore::spillover.panel.BoundaryWarning")
@pytest.mark.parametrize("step", [estimates, statistics, impacts])
def test_a_second_matrix_at_the_boundary_is_in_no_table(study, step):
    second = row_standardise(as_graph(star(study.regions), study.regions))
    both = replace(study, weights={**study.weights, "star": second})
    skipped = Skipped()
    table = step(both, skipped.attempt).reset_index()
    assert table["weights"].unique().tolist() == [study.headline]
    rows = [(row["item"], row["reason"]) for row in skipped.rows]
    assert rows == [("star", "at the boundary, no estimate")]


def test_beyond_five_hundred_regions_nothing_is_permuted():
    regions = pd.Index([f"R{i:03d}" for i in range(501)])
    index = pd.MultiIndex.from_product([regions, [2020, 2021, 2022]], names=["region", "year"])
    values = np.random.default_rng(2).normal(size=(len(index), 2))
    pairs = np.roll(np.eye(501), 1, axis=1)
    W = pd.DataFrame(pairs + pairs.T, regions, regions)
    many = study_from_columns(pd.DataFrame(values, index, ["y", "x"]), "y", "x", weights=W)
    table = moran(many)
    assert table["p_permutation"].isna().all() and table["p_value"].notna().all()


def test_the_headline_alone_gives_the_same_estimate(study):
    alone = study.under_headline()
    assert list(alone.weights) == [study.headline]
    assert not alone.alternatives
    pd.testing.assert_series_equal(alone.fit().params, study.fit().params)


def test_a_control_that_only_one_region_has_is_left_in_when_others_are_left_out(panel, study):
    first = panel.index.get_level_values(0) == study.regions[0]
    alone = panel.assign(control=np.where(first, panel["control"], 0.0))
    one = study_from_columns(alone, "outcome", "focus", "control", coordinates=PLACES)
    skipped = Skipped()
    table = left_out(one, skipped.attempt)
    assert ("region", study.regions[0]) not in table.index
    assert len(table) == len(study.regions) - 1 + len(study.years)
    assert [row["item"] for row in skipped.rows] == [f"region: {study.regions[0]}"]


def test_five_regions_run(panel, study):
    five = panel.loc[list(study.regions[:5])]
    small = study_from_columns(five, "outcome", "focus", coordinates=PLACES)
    assert "2 nearest" in small.alternatives
    assert run(small, curve=False).impacts["estimate"].notna().all()


def test_a_main_model_that_is_not_identified_stops_with_the_reason(panel):
    doubled = panel.assign(control=2 * panel["focus"])
    study = study_from_columns(doubled, "outcome", "focus", "control", coordinates=PLACES)
    with pytest.raises(NotIdentified, match="collinear"):
        run(study, curve=False)


def test_other_faults_than_undefined_steps_are_not_hidden():
    with pytest.raises(KeyError):
        Skipped().attempt("step", "item", lambda: {}["typing error"])


def test_an_estimate_at_the_boundary_is_in_no_table_and_no_count(study):
    rows = variants(replace(study, controls=()))
    rows.loc[("Effects", "region only"), ["direct_se", "indirect_se", "total_se"]] = np.nan
    rows.loc[("Effects", "region only"), "direct"] = -33414.430
    rows = without_boundary(rows)
    cells = variants_layout(rows, significant).loc[("Effects", "region only")]
    assert cells.tolist() == ["at the boundary, no estimate", "", "", ""]
    assert len(interior(rows)) == len(rows) - 1
    assert rows.loc[("Model", "SLX"), "direct"] == pytest.approx(rows["direct"].median(), abs=1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00001234, "0.0000123"),
        (-0.409, "-0.409"),
        (1234567.8, "1,234,568"),
        (12.345, "12.3"),
        (0.0, "0.00"),
        (3.2e-9, "3.20e-09"),
        (np.nan, ""),
    ],
)
def test_three_significant_digits(value, text):
    assert significant(value) == text


def test_a_focus_in_small_units_is_not_printed_as_zero(panel):
    yuan = panel.assign(focus=panel["focus"] * 1e6)
    study = study_from_columns(yuan, "outcome", "focus", "control", coordinates=PLACES)
    chain = run(study, curve=False)
    first = shown.summary(chain)[0]
    assert "0.000 " not in first and "e-07" in first
    tables = {exhibit.key: exhibit.layout for exhibit in shown.exhibits(chain)}
    assert "0.000***" not in tables["impacts"].to_string()


def test_last_years_values_skip_a_gap(panel):
    gap = panel.drop(index=2018, level=1)
    moved = lagged(gap, "focus")
    assert sorted(moved.index.unique(1)) == [2016, 2017, 2020, 2021, 2022]
    region = moved.index[0][0]
    assert moved.loc[(region, 2020), "focus"] == panel.loc[(region, 2019), "focus"]


def test_many_regions_are_sampled(study, monkeypatch):
    monkeypatch.setattr("spillover.study.robustness.MOST_REGIONS_LEFT_OUT", 10)
    assert len(set(some_regions(study))) == 5 and set(some_regions(study)) <= set(study.regions)


def test_the_study_takes_what_the_command_takes(panel):
    positive = panel.assign(outcome=np.exp(panel["outcome"]))
    study = study_from_columns(
        positive,
        "outcome",
        ["focus", "control"],
        coordinates=PLACES,
        logs="outcome",
        effects="individual",
        kind="sar",
        covariance="clustered",
        correction=None,
    )
    assert study.outcome == "log outcome" and study.regressors == ["focus", "control"]
    fit = study.fit()
    assert (fit.model.model, fit.effects, fit.correction) == ("sar", "individual", None)
    other = study.about("control")
    assert (other.focus, other.also) == ("control", ("focus",))
    np.testing.assert_allclose(other.fit().params["control"], fit.params["control"], rtol=1e-6)
    none = replace(study, effects="none", correction="lee-yu")
    assert none.fit().effects == "none" and none.used_correction is None
    assert "no region or year effects, no bias correction; region-clustered" in shown.design(none)


def test_names_and_misspelt_regions(panel, study):
    assert study.controls == ("control",)
    assert replace(study, controls="control").controls == ("control",)
    with pytest.raises(PanelError, match=r"did you mean 'Region 01 \(simulated\)'"):
        study.without_regions("Region 01 (simulatd)")
    with pytest.raises(PanelError, match="no year 1999"):
        study.without_years([1999])
    with pytest.raises(PanelError, match="no matrix"):
        study.matrix("Gravity, mas")
    with pytest.raises(PanelError, match="less than a metre apart"):
        moved = panel.assign(latitude=30.0, longitude=np.where(panel["mass"] > 20, -180, 180.0))
        study_from_columns(moved, "outcome", "focus", coordinates=PLACES)


def test_the_headline_says_whether_other_errors_change_the_verdict(study, chain):
    table = errors(study, Skipped().attempt)
    assert {"classic", "robust", "clustered"} <= set(table.index)
    assert np.ptp(table["direct"]) < 1e-9 < np.ptp(table["direct_se"])
    assert any("errors changes" in sentence for sentence in shown.summary(chain))
    doubtful = replace(chain, errors=table.assign(direct_p=0.4))
    text = " ".join(shown.summary(doubtful))
    assert (
        "the direct impact is not significant at 5% with heteroskedasticity-robust errors" in text
    )


def test_suspicions(panel, study):
    assert looks.suspicions(study, PLACES) == []
    assert "sum or mean" in one(study, panel.rename(index={study.regions[3]: "全国"}, level=0))
    spoiled = panel.copy()
    spoiled.iloc[7, spoiled.columns.get_loc("control")] = -9999
    assert "missing value" in one(study, spoiled)
    spoiled.iloc[7, spoiled.columns.get_loc("control")] = 40
    assert "standard deviations" in one(study, spoiled)
    assert "no rows between 2017 and 2019" in one(study, panel.drop(index=2018, level=1))
    swapped = looks.suspicions(study, ["longitude", "lat"])
    assert any("swapped" in line for line in swapped)
    near = study.places.copy()
    near.iloc[1] = near.iloc[0] + 1e-5
    assert any("m apart" in line for line in looks.suspicions(replace(study, places=near)))


def one(study, panel):
    lines = looks.suspicions(replace(study, panel=panel, places=None))
    return " | ".join(lines)


def test_identification_is_asked_before_anything_else(study):
    require_identified(study)


def test_one_flat_year_costs_no_other_years_moran(panel, study):
    flat = panel.copy()
    flat.loc[(slice(None), 2017), "focus"] = 1.0
    skipped = Skipped()
    table = moran(replace(study, panel=flat), skipped.attempt)
    rows = table[table["variable"] == "focus"]
    assert sorted(rows["year"]) == [year for year in study.years if year != 2017]
    assert len(table[table["variable"] == "outcome"]) == len(study.years)
    assert [row["reason"] for row in skipped.rows] == ["2017: all regions have the same value"]
    assert moran_layout(table).loc[2017].iloc[1] == ""
    with pytest.raises(ValueError, match="2017: all regions"):
        moran(replace(study, panel=flat))


def test_a_step_without_any_item_is_none_and_each_item_is_named_once(panel):
    six = panel.loc[list(panel.index.unique(0)[:6]), :].query("year < 2018")
    regions = six.index.unique(0)
    pairs = pd.DataFrame(np.kron(np.eye(3), [[0, 1], [1, 0]]), regions, regions)
    lone = study_from_columns(six, "outcome", "focus", weights=pairs, correction=None)
    skipped = Skipped()
    assert skipped.attempt("left_out", "all", lambda: left_out(lone, skipped.attempt)) is None
    assert "left_out" not in skipped.frame()["step"].tolist()


def test_a_report_holds_where_all_but_the_headline_is_at_the_boundary(study):
    chain = run(study, curve=False)
    few = replace(choices_for(study), effects={"two-way": "twoways"}, corrections={"none": None})
    curve = blank(specification_curve(study, few), 0)
    chain = replace(
        chain,
        left_out=blank(chain.left_out, 0),
        alternatives=blank(chain.alternatives, 1),
        variants=blank(chain.variants, 1),
        curve=curve,
    )
    assert f"None of {len(curve)} specifications has an estimate." in shown.summary(chain)
    for exhibit in shown.exhibits(chain):
        assert exhibit.key != "specification_curve"
        if exhibit.draw:
            plt.close(exhibit.draw())


def blank(rows, kept):
    """Rows without figures from one on, as at the boundary."""
    figures = rows.columns[rows.columns.str.match(r"(rho|direct|indirect|total)(_|$)")]
    rows = rows.copy()
    rows.loc[rows.index[kept:], figures] = np.nan
    return rows


def test_what_is_skipped_for_one_reason_is_one_line(study):
    rows = [{"step": "Curve", "item": f"fit {i}", "reason": "collinear"} for i in range(40)]
    chain = replace(run(study, curve=False), skipped=pd.DataFrame(rows))
    listed = shown.exhibits(chain)[-1]
    assert listed.layout.loc["Curve"].tolist() == ["fit 0, fit 1, fit 2 and 37 more", "collinear"]
    assert len(listed.data) == 40


def test_a_boundary_that_the_rows_show_is_no_warning(study, monkeypatch):
    def at_boundary():
        warnings.warn("rho at the end", BoundaryWarning, stacklevel=2)
        return study.fit()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (
            row_of(at_boundary, "focus")["direct"]
            == study.fit().impacts().loc[("focus", "direct"), "estimate"]
        )


def test_a_cut_off_without_conley_errors_is_refused(study):
    with pytest.raises(PanelError, match="reach of Conley errors, not of classic"):
        covariance("classic", study.places, 500)
    assert covariance("conley", study.places, 500).cutoff == 500


def test_places_that_coincide_cost_the_links_by_distance_only(panel, study):
    moved = panel.assign(latitude=30.0, longitude=np.where(panel["mass"] > 20, 180, -180.0))
    links = study.weights[study.headline]
    given = study_from_columns(moved, "outcome", "focus", coordinates=PLACES, weights=links)
    assert (list(given.weights), given.alternatives) == (["W"], {})
    assert any("0 m apart: no links by distance" in line for line in looks.suspicions(given))
    with pytest.raises(PanelError, match="less than a metre apart"):
        study_from_columns(
            moved, "outcome", "focus", coordinates=PLACES, weights=links, masses="mass"
        )


def test_a_matrix_named_like_one_of_ours_is_kept_beside_it(panel, study):
    links = star(study.regions)
    both = study_from_columns(
        panel, "outcome", "focus", coordinates=PLACES, weights={"Inverse distance": links}
    )
    assert list(both.weights) == ["Inverse distance (given)"]
    given = both.weights["Inverse distance (given)"].sparse.toarray()
    assert (given > 0).tolist() == (links.to_numpy() > 0).tolist()
    assert "Inverse distance" in both.alternatives


def test_a_matrix_a_year_is_refused(panel, study):
    W = study.weights[study.headline]
    for several in (dict.fromkeys(study.years, W), {"W": {2015: W}}, [W] * len(study.years)):
        with pytest.raises(PanelError, match="one matrix for all years"):
            study_from_columns(panel, "outcome", "focus", weights=several)


@pytest.mark.parametrize("unit", [1e29, 1e-29])
def test_the_largest_and_smallest_units_that_are_taken_are_estimated(panel, study, unit):
    scaled = panel.assign(outcome=panel["outcome"] * unit, focus=panel["focus"] / unit)
    fit = study_from_columns(
        scaled, "outcome", "focus", "control", coordinates=PLACES, masses="mass"
    ).fit()
    expected = study.fit().impacts().loc["focus", "p_value"]
    np.testing.assert_allclose(fit.impacts().loc["focus", "p_value"], expected, rtol=1e-4)
    with pytest.raises(PanelError, match="choose another unit"):
        study_from_columns(
            panel.assign(outcome=panel["outcome"] * unit**1.2), "outcome", "focus", weights=star
        )


def test_z_values_of_moran_are_those_of_randomisation(study):
    table = moran(study).query("variable == 'focus'").set_index("year")
    W = study.weights[study.headline]
    expected = moran_by_year(study.panel["focus"], W, permutations=0)
    np.testing.assert_allclose(table["z"], expected["z_random"])
    assert (table["z"] - expected["z_normal"]).abs().max() > 1e-3


@pytest.mark.parametrize("kind", ["classic", "robust", "clustered"])
def test_each_kind_of_errors_is_the_one_that_its_name_says(study, kind):
    found = study.fit(covariance=covariance(kind, study.places)).std_errors
    np.testing.assert_allclose(found, study.fit(covariance=kind).std_errors)


def test_each_sentence_has_its_own_verdict(study, chain):
    rows = chain.alternatives.copy()
    rows.loc[study.headline, ["direct_p", "indirect_p", "rho_p"]] = [0.5, 0.001, 0.04]
    first, second, *rest = shown.summary(replace(chain, alternatives=rows, errors=None))
    assert "not significant" in first and "significant at 1%" in second
    assert "significant at 5%" in rest[0]


def test_another_kind_of_errors_changes_the_verdict_at_five_per_cent_only(study, chain):
    rows = chain.alternatives.copy()
    rows.loc[study.headline, ["direct_p", "indirect_p"]] = [0.049, 0.051]
    told = {p: with_p(chain, rows, p) for p in ((0.049, 0.051), (0.051, 0.09), (0.001, 0.049))}
    assert told[0.049, 0.051].startswith("No other kind")
    assert "direct impact is not significant" in told[0.051, 0.09]
    assert "; the indirect" not in told[0.051, 0.09]
    assert "the indirect impact is significant" in told[0.001, 0.049]


def with_p(chain, rows, p_values):
    """The sentence on other errors where only the robust ones exist, with these p-values."""
    row = chain.errors.loc[["robust"]].copy()
    row[["direct_p", "indirect_p"]] = p_values
    return shown.summary(replace(chain, alternatives=rows, errors=row))[2]


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_the_headline_has_a_sign_for_each_impact(study, chain, signs):
    rows = chain.alternatives.copy()
    rows.loc[study.headline, ["direct", "indirect"]] = [0.2 * sign for sign in signs]
    assert shown.headline_signs(replace(chain, alternatives=rows)) == signs


def test_matrices_are_counted_by_both_signs_and_only_with_an_estimate(chain):
    rows = chain.alternatives.iloc[:4].copy()
    rows[["direct", "indirect"]] = [[1, 1], [1, -1], [-1, 1], [1, 1]]
    rows.loc[rows.index[3], ["direct_se", "direct_lower"]] = np.nan
    counted = "1 of 3 matrices give both impacts the same signs (1 more at the boundary"
    assert counted in " ".join(shown.summary(replace(chain, alternatives=rows)))

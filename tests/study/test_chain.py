"""The chain on a panel with a known answer, and on the provinces' figures."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spillover.datasets import load_codebook, load_provinces, load_rd_personnel, load_regions
from spillover.measure.weights import gravity, row_standardise
from spillover.panel.diagnostics import lm_tests
from spillover.panel.simulate import true_impacts
from spillover.panel.specification import hausman
from spillover.paper import outcomes
from spillover.project import ROOT
from spillover.study import robustness
from spillover.study.chain import run
from spillover.study.question import restricted, study_from_columns
from spillover.study.template import LAGGED_SLOPES, RHO, SLOPES, template_panel

PLACES = ["latitude", "longitude"]


@pytest.fixture(scope="module")
def panel():
    return template_panel().set_index(["region", "year"])


@pytest.fixture(scope="module")
def study(panel):
    return study_from_columns(
        panel, "outcome", "focus", ["control"], coordinates=PLACES, masses=["mass"]
    )


@pytest.fixture(scope="module")
def chain(study):
    return run(study, curve=False)


def test_the_chain_finds_the_impacts_that_the_template_was_drawn_from(study, chain):
    truth = true_impacts(study.weights["Gravity, mass"], SLOPES, LAGGED_SLOPES, RHO).loc["x1"]
    found = chain.impacts.set_index(["variable", "impact"]).loc["focus"]
    for kind in ("direct", "indirect", "total"):
        assert found.loc[kind, "lower"] < truth[kind] < found.loc[kind, "upper"]
        assert abs(found.loc[kind, "estimate"] - truth[kind]) < 0.2


def test_a_headline_matrix_and_the_panel_are_read_once(study):
    fresh = replace(study)
    assert fresh.model().data is fresh.model(fresh.headline, "sar").data
    assert fresh.model().log_determinant is fresh.model(kind="sem").log_determinant
    assert fresh.without_years([2015]).model().data.T == fresh.model().data.T - 1


def test_gravity_links_use_the_masses_of_the_first_year(panel):
    growing = panel.assign(mass=panel["mass"] * np.where(panel.index.codes[0] == 3, 1, 2))
    growing.loc[(slice(None), 2015), "mass"] = panel.loc[(slice(None), 2015), "mass"]
    study = study_from_columns(growing, "outcome", "focus", coordinates=PLACES, masses=["mass"])
    places = panel.loc[(slice(None), 2015), :].droplevel("year")
    expected = row_standardise(gravity(places["mass"], places[PLACES]))
    np.testing.assert_allclose(
        study.weights["Gravity, mass"].sparse.toarray(), expected.sparse.toarray()
    )
    assert "Gravity, mean mass" in study.alternatives


def test_a_mass_that_never_changes_adds_no_second_copy_of_its_matrix(study):
    assert "Gravity, mean mass" not in study.alternatives


def test_without_masses_or_weights_distance_is_the_headline(panel):
    study = study_from_columns(panel, "outcome", "focus", coordinates=PLACES)
    assert list(study.weights) == ["Inverse distance"]
    assert "Inverse distance" not in study.alternatives


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"masses": ["mass"]}, "need coordinates"),
        ({}, "give weights"),
        ({"controls": ["focus"], "coordinates": PLACES}, "more than one part"),
    ],
)
def test_incomplete_questions_are_refused(panel, arguments, message):
    with pytest.raises(ValueError, match=message):
        study_from_columns(panel, "outcome", "focus", **arguments)


def test_masses_and_places_are_checked_by_region_and_year(panel):
    zero = panel.copy()
    zero.loc[("Region 03 (simulated)", 2017), "mass"] = 0
    with pytest.raises(ValueError, match=r"'mass', region 'Region 03 .*', year 2017: 0 is not"):
        study_from_columns(zero, "outcome", "focus", coordinates=PLACES, masses=["mass"])
    moved = panel.copy()
    moved.loc[("Region 03 (simulated)", 2017), "latitude"] += 1
    with pytest.raises(ValueError, match=r"'latitude', region 'Region 03 .*' changes|changes"):
        study_from_columns(moved, "outcome", "focus", coordinates=PLACES)


def test_tables_have_one_block_a_matrix_and_one_row_a_year(study, chain):
    assert len(chain.moran) == len(study.weights) * 2 * len(study.years)
    assert list(chain.statistics.index) == list(study.weights)
    tests = chain.specification[["test", "null"]].to_numpy().tolist()
    assert tests == [["LR", "SAR"], ["LR", "SEM"], ["Wald", "SAR"], ["Wald", "SEM"]]
    assert list(chain.alternatives.index) == [*study.weights, *study.alternatives]


def test_moran_of_the_chain_is_the_textbook_formula(study, chain):
    W = study.weights[study.headline]
    values = study.panel["focus"].xs(2018, level="year").reindex(W.unique_ids).to_numpy()
    z, M = values - values.mean(), W.sparse.toarray()
    expected = len(z) / M.sum() * (z @ M @ z) / (z @ z)
    row = chain.moran.query("variable == 'focus' and year == 2018")
    assert row["moran_i"].item() == pytest.approx(expected)


def test_lr_statistics_are_twice_the_difference_of_log_likelihoods(study, chain):
    tests = chain.specification.set_index(["test", "null"])["statistic"]
    for small in ("sar", "sem"):
        expected = 2 * (study.fit().loglik - study.fit(kind=small).loglik)
        assert tests["LR", small.upper()] == pytest.approx(expected)


def test_variants_change_what_they_say(study, chain):
    rows = chain.variants
    assert rows.loc[("Reference", "unchanged"), "direct"] == pytest.approx(
        rows.loc[("Correction", "Lee-Yu transformation"), "direct"]
    )
    without = replace(study, controls=()).fit().impacts().loc[("focus", "direct"), "estimate"]
    assert rows.loc[("Controls", "none"), "direct"] == pytest.approx(without)
    none, clustered = rows.loc[("Correction", "none")], rows.loc[("Standard errors", "clustered")]
    assert none["direct"] == clustered["direct"] and none["direct_se"] != clustered["direct_se"]
    assert np.isnan(rows.loc[("Model", "SLX"), "rho"])


def test_tests_of_effects_are_those_that_they_are_called(study, chain):
    model, rows = study.model(), chain.effects.set_index("test")["statistic"]
    assert rows["Hausman"] == pytest.approx(hausman(model, "classic").statistic, nan_ok=True)
    with_years = hausman(model, "mundlak", period_effects=True).statistic
    assert rows["Mundlak"] == pytest.approx(with_years)
    assert rows["Mundlak"] != pytest.approx(hausman(model, "mundlak").statistic)
    full, *fewer = (
        study.fit(effects=effects, correction=None).loglik
        for effects in ("twoways", "time", "individual", "none")
    )
    assert rows["LR"].tolist() == pytest.approx([2 * (full - small) for small in fewer])


def test_multiplier_tests_remove_the_studys_effects(study, chain):
    expected = lm_tests(study.model(), "twoways").loc["twoways", "statistic"]
    assert chain.lm["statistic"].tolist() == pytest.approx(expected.tolist())


def test_the_foot_of_the_estimates_is_that_of_the_fit(study, chain):
    foot, fit = chain.statistics.loc[study.headline], study.fit()
    assert foot["nobs"] == len(study.panel)
    for name in ("rsquared_within", "squared_correlation", "loglik", "sigma2"):
        assert foot[name] == pytest.approx(getattr(fit, name)), name


def test_each_variant_is_the_fit_that_its_name_says(panel, study):
    places = panel.xs(2015, level="year")
    raw, gone = gravity(places["mass"], places[PLACES]), list(study.regions[:2])
    asked = replace(study, rescaled={"raw": raw}, exclusions={"two left out": gone})
    rows = robustness.variants(asked)
    expected = {
        ("Effects", "region only"): study.fit(effects="individual"),
        ("Standard errors", "robust"): study.fit(correction=None, covariance="robust"),
        ("Standard errors", "clustered"): study.fit(correction=None, covariance="clustered"),
        ("Model", "SAR"): study.fit(kind="sar"),
        ("Model", "SDEM"): study.fit(kind="sdem"),
        ("Timing", "regressors of last year"): study.lagged().fit(),
        ("Weights", "raw"): study.fit(raw, correction=None),
        ("Sample", "two left out"): study.without_regions(gone).fit(),
    }
    for key, fit in expected.items():
        direct = fit.impacts().loc[("focus", "direct"), ["estimate", "std_error"]].tolist()
        assert rows.loc[key, ["direct", "direct_se"]].tolist() == pytest.approx(direct), key
    within = rows[["rho_lower", "rho", "rho_upper"]].dropna().diff(axis=1).iloc[:, 1:]
    assert (within > 0).all(axis=None)


def test_lagged_regressors_are_last_years(study):
    lagged = study.lagged()
    region = study.regions[0]
    assert lagged.years[0] == study.years[1]
    for column in ("focus", "control"):
        assert lagged.panel.loc[(region, 2018), column] == study.panel.loc[(region, 2017), column]
    outcome = lagged.panel.loc[(region, 2018), "outcome"]
    assert outcome == study.panel.loc[(region, 2018), "outcome"]


def test_leaving_a_region_out_drops_it_everywhere_and_rescales_links(study):
    gone = study.regions[2]
    smaller = study.without_regions([gone])
    W = smaller.weights[study.headline]
    assert gone not in smaller.regions and gone not in W.unique_ids
    np.testing.assert_allclose(W.sparse.sum(axis=1), 1)
    full = study.weights[study.headline].sparse.toarray()
    kept = np.delete(np.delete(full, 2, 0), 2, 1)
    np.testing.assert_allclose(W.sparse.toarray(), kept / kept.sum(axis=1, keepdims=True))


def test_every_region_and_year_is_left_out_once(study, chain):
    assert list(chain.left_out.loc["region"].index) == list(study.regions)
    assert list(chain.left_out.loc["year"].index) == list(study.years)
    one = study.without_years([2018]).fit().impacts().loc[("focus", "indirect"), "estimate"]
    assert chain.left_out.loc[("year", 2018), "indirect"] == pytest.approx(one)


def test_a_region_that_is_the_only_neighbour_of_another_is_not_left_out(panel):
    regions = panel.index.unique("region")
    ring = pd.DataFrame(0.0, regions, regions)
    for i, region in enumerate(regions[1:], start=1):
        ring.loc[region, regions[i % (len(regions) - 1) + 1]] = 1
    ring.iloc[0, 1] = 1
    from libpysal.graph import Graph

    pairs = ring.stack()
    pairs = pairs[pairs > 0]
    W = Graph.from_arrays(
        pairs.index.get_level_values(0), pairs.index.get_level_values(1), pairs.to_numpy()
    )
    study = study_from_columns(panel, "outcome", "focus", weights={"ring": W})
    kept = restricted(W, regions.drop(regions[1]))
    assert len(kept.isolates)
    left = robustness.left_out(study)
    assert ("region", regions[1]) not in left.index
    assert ("region", regions[0]) in left.index


# --- the provinces -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public():
    return load_provinces(local=None)


def test_the_headline_is_named_and_patents_are_an_indicator_of_culture_only(public):
    study = outcomes.provincial_study(public)
    assert study.outcome == "wage bill of culture relative to mean"
    assert not outcomes.is_own(public)
    assert (study.years[0], study.years[-1]) == (2013, 2020)
    doubled = public.assign(patents_granted=public["patents_granted"] ** 2)
    focus = {
        name: [outcomes.provincial_study(p, name).panel[outcomes.FOCUS] for p in (public, doubled)]
        for name in ("culture_wage_bill_100m_yuan", "patents_granted")
    }
    pd.testing.assert_series_equal(*focus["patents_granted"])
    assert not np.allclose(*focus["culture_wage_bill_100m_yuan"])


def test_the_outcome_is_relative_to_the_mean_of_the_year(public):
    study = outcomes.provincial_study(public)
    means = study.panel[study.outcome].groupby("year").mean()
    np.testing.assert_allclose(means, 1)
    shown = study.panel.loc[("Anhui", 2015), study.outcome]
    bill = public["culture_wage_bill_100m_yuan"].xs(2015, level="year")
    assert shown == pytest.approx(bill["Anhui"] / bill.mean())


def test_all_outcomes_stand_side_by_side_in_both_scales(public):
    table = outcomes.side_by_side(public)
    names = ["wage bill of culture", "employment in culture", "patents"]
    assert list(table.index.unique("outcome")) == names
    assert list(table.index.unique("scale")) == ["relative size", "log"]
    study = outcomes.logged(outcomes.provincial_study(public, "culture_employment_10k"))
    one = study.fit("R&D capital").impacts().loc[("digital technology", "direct"), "estimate"]
    assert table.loc[("employment in culture", "log", "R&D capital"), "direct"] == one
    wages = np.log(public["culture_employment_10k"]["Hebei", 2015])
    mean = np.log(public["culture_employment_10k"].xs(2015, level="year").mean())
    assert study.panel.loc[("Hebei", 2015), study.outcome] == pytest.approx(wages - mean)


def test_a_year_without_the_outcome_is_an_error_that_names_it(public):
    with pytest.raises(ValueError, match=r"culture_wage_bill.* in 2021"):
        outcomes.provincial_study(public, years=range(2013, 2022))


def test_choices_of_years_cost_indicators(public):
    table = outcomes.by_period(public)
    wages = table.loc["wage bill of culture"]
    assert wages["indicators"].to_dict() == {"2013-2020": 4, "2015-2020": 7, "2013-2018": 4}
    assert wages["observations"].tolist() == [248, 186, 186]
    assert table.loc[("patents", "2013-2021"), "observations"] == 279


def test_the_readers_cultural_revenue_leads(public):
    revenue = public["gdp_100m_yuan"] * 0.04
    study = outcomes.provincial_study(public.assign(cultural_revenue_100m_yuan=revenue))
    assert study.outcome == "cultural revenue relative to mean"
    expected = public["gdp_100m_yuan"] / public["gdp_100m_yuan"].groupby("year").transform("mean")
    np.testing.assert_allclose(
        study.panel[study.outcome], expected.loc[study.panel.index], rtol=1e-12
    )


def test_the_readers_own_controls_and_masses_are_used(public):
    own = public.assign(
        culture_consumption_yuan=public["disposable_income_yuan"] / 10,
        budget_culture_100m_yuan=public["budget_total_100m_yuan"] / 50,
        culture_policies=public["population_10k"] / 100,
        rd_personnel_fte=public["population_10k"],
    )
    study = outcomes.provincial_study(own)
    assert {"cultural demand", "budget for culture", "cultural policies"} <= set(study.controls)
    assert "income" not in study.controls
    gap = (
        study.weights["R&D personnel"].sparse
        - outcomes.provincial_study(public).weights["R&D personnel"].sparse
    )
    assert abs(gap).max() > 0.01


def test_heritage_is_a_control_where_it_moves(public):
    with_it = outcomes.provincial_study(public)
    without = outcomes.provincial_study(public, years=range(2015, 2021))
    assert set(with_it.controls) - set(without.controls) == {"cultural endowment"}


def test_a_control_that_stands_still_without_a_year_goes_with_it(public):
    study = outcomes.provincial_study(public)
    assert "cultural endowment" in study.controls
    assert "cultural endowment" not in study.without_years([2013]).controls
    assert study.without_years([2016]).controls == study.controls
    assert np.isfinite(study.without_years([2013]).fit().params).all()


def test_links_of_other_years_are_among_the_alternatives(public):
    study = outcomes.provincial_study(public)
    personnel = load_rd_personnel().unstack("year")[list(range(2013, 2021))].mean(axis=1)
    expected = row_standardise(gravity(personnel, load_regions())).sparse.toarray()
    found = study.alternatives["R&D personnel, panel mean"].sparse.toarray()
    np.testing.assert_allclose(found, expected)
    assert {"R&D personnel, 2009", "R&D capital, 2009"} <= set(study.alternatives)


def test_sentences_about_your_figures_do_not_name_ours(public):
    """A made-up local panel in which every column is supplied."""
    slots = load_codebook().loc["local"]
    rng = np.random.default_rng(1)
    every = {
        name: rng.uniform(row["minimum"], row["maximum"], 279) for name, row in slots.iterrows()
    }
    own = public.assign(**every)
    note = outcomes.outcome_note(own) + outcomes.mass_note(own) + outcomes.source_name(own)
    assert "2009" not in note
    assert "2010" not in note
    assert "Not a replication" not in note
    assert "your" in outcomes.mass_note(own)
    study = outcomes.provincial_study(own)
    assert study.outcome == "cultural revenue relative to mean"
    assert list(study.years) == list(range(2013, 2022))
    assert {"cultural demand", "cultural policies", "cultural endowment"} <= set(study.controls)
    assert np.isfinite(study.fit().params).all()


def test_estimates_are_those_of_a_least_squares_check(public):
    """SLX with two-way effects is least squares on dummies: the same slope by other means."""
    study = outcomes.provincial_study(public)
    data = study.model(kind="slx").data
    T, N, K = data.X.shape
    X = np.concatenate([data.X, data.lag(data.X)], axis=2).reshape(T * N, 2 * K)
    regions = np.tile(np.eye(N), (T, 1))
    years = np.repeat(np.eye(T), N, axis=0)
    slopes = np.linalg.lstsq(np.hstack([X, regions, years]), data.y.ravel(), rcond=None)[0]
    fit = study.fit(kind="slx", correction=None)
    np.testing.assert_allclose(fit.params[: 2 * K], slopes[: 2 * K], rtol=1e-6)


YEARBOOK = ROOT.parent / "shared" / "data" / "yearbook" / "provinces_2013_2021_wide.csv"


@pytest.mark.skipif(not YEARBOOK.exists(), reason="the yearbook table is not here")
def test_columns_from_the_yearbook_reach_the_study(tmp_path):
    book = pd.read_csv(YEARBOOK)
    own = {
        "region": book["province"],
        "year": book["year"],
        "rd_personnel_fte": book["rd_fte_personyears"],
        "broadband_ports_10k": book["broadband_access_ports_10k"],
    }
    pd.DataFrame(own).to_csv(tmp_path / "panel.csv", index=False)
    panel = load_provinces(tmp_path / "panel.csv")
    study = outcomes.provincial_study(panel)
    public = outcomes.provincial_study(load_provinces(local=None))
    ours, theirs = (s.weights["R&D personnel"].sparse.toarray() for s in (study, public))
    assert not np.allclose(ours, theirs)
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.98
    early = study.alternatives["R&D personnel, 2009"].sparse.toarray()
    assert not np.allclose(early, ours)

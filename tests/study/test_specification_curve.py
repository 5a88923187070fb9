"""The specification curve: every combination once, each equal to its own separate estimate."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spillover.datasets import load_provinces
from spillover.panel import PanelData
from spillover.paper import outcomes
from spillover.study.files import PanelError
from spillover.study.question import restricted, study_from_columns
from spillover.study.specification_curve import (
    CHOICES,
    agreement,
    choices_for,
    control_sets,
    interior,
    specification_curve,
)
from spillover.study.template import template_panel


@pytest.fixture(scope="module")
def study():
    panel = template_panel().set_index(["region", "year"])
    study = study_from_columns(
        panel, "outcome", "focus", ["control"], coordinates=["latitude", "longitude"]
    )
    return replace(study, alternatives=dict(list(study.alternatives.items())[:1]))


@pytest.fixture(scope="module")
def curve(study):
    return specification_curve(study, choices_for(study))


def test_every_combination_appears_once(study, curve):
    choices = choices_for(study)
    assert len(choices) == len(curve) == 2 * 2 * 3 * 2
    assert list(choices.outcome) == ["as given"]
    assert not curve.duplicated(list(CHOICES)).any()


def test_each_row_is_the_estimate_that_its_labels_describe(study, curve):
    choices = choices_for(study)
    for _, row in curve.iloc[::5].iterrows():
        alone = replace(study, controls=choices.controls[row["Controls"]])
        fit = alone.fit(
            row["Weights"],
            effects=choices.effects[row["Effects"]],
            correction=choices.corrections[row["Correction"]],
            covariance="classic",
        )
        impacts = fit.impacts().loc["focus"]
        assert row["direct"] == pytest.approx(impacts.loc["direct", "estimate"], rel=1e-10)
        assert row["indirect_upper"] == pytest.approx(impacts.loc["indirect", "upper"], rel=1e-8)
        assert row["rho"] == pytest.approx(fit.params["rho"], rel=1e-10)


def test_an_outcome_is_taken_in_logs_when_asked_for_and_never_twice(study):
    positive = study.panel.assign(outcome=np.exp(study.panel["outcome"]))
    asked = replace(study, panel=positive)
    assert list(choices_for(asked).outcome) == ["as given"]
    choices = choices_for(asked, logs=True)
    logged = choices.samples["all"][choices.outcome["in logs"]]
    np.testing.assert_allclose(logged, study.panel["outcome"])
    with pytest.raises(PanelError, match="in logarithms already"):
        choices_for(replace(asked, logged=("outcome",)), logs=True)
    with pytest.raises(PanelError, match="not above zero"):
        choices_for(study, logs=True)


def test_the_curve_uses_the_outcome_that_its_labels_name(study):
    positive = replace(study, panel=study.panel.assign(outcome=np.exp(study.panel["outcome"])))
    narrow = replace(
        choices_for(positive, logs=True),
        weights=dict(study.weights),
        effects={"two-way": "twoways"},
        corrections={"none": None},
        controls={"control": ("control",)},
    )
    rows = specification_curve(positive, narrow).set_index("Outcome")["direct"]
    assert rows["as given"] == pytest.approx(direct(positive), rel=1e-10)
    assert rows["in logs"] == pytest.approx(direct(study), rel=1e-10)


def direct(study) -> float:
    return study.fit(correction=None).impacts().loc[("focus", "direct"), "estimate"]


def test_estimates_at_the_boundary_are_left_out():
    curve = hand_made()
    curve.loc[0, ["direct_lower", "direct_upper"]] = np.nan
    assert agreement(curve).loc[("All", "all"), "specifications"] == 3


def test_control_sets():
    assert list(control_sets("ab")) == ["none", "a", "b", "a + b"]
    assert len(control_sets("abcd")) == 16
    sets = control_sets("abcdef")
    assert (
        len(sets) == 8 and sets["none"] == () and sets["a + b + c + d + e + f"] == tuple("abcdef")
    )
    assert control_sets("") == {"none": ()}


def hand_made() -> pd.DataFrame:
    rows = [
        ("A", -1, -2, -0.5, 1, 0.5, 2),
        ("A", -1, -2, 0.5, 1, -0.5, 2),
        ("B", 1, 0.5, 2, 1, 0.5, 2),
        ("B", -1, -2, -0.5, -1, -2, -0.5),
    ]
    columns = ["Weights", "direct", "direct_lower", "direct_upper"]
    columns += ["indirect", "indirect_lower", "indirect_upper"]
    curve = pd.DataFrame(rows, columns=columns)
    return curve.assign(**{choice: "same" for choice in CHOICES if choice != "Weights"})


def test_shares_of_agreement_by_hand():
    shares = agreement(hand_made(), (-1, 1))
    assert list(shares.index) == [("All", "all"), ("Weights", "A"), ("Weights", "B")]
    assert shares.loc[("All", "all")].tolist() == [4, 0.75, 0.75, 0.5, 0.25]
    assert shares.loc[("Weights", "A")].tolist() == [2, 1, 1, 1, 0.5]
    assert shares.loc[("Weights", "B"), "signs"] == 0


def test_agreement_turns_round_with_the_expected_signs():
    assert agreement(hand_made(), (1, 1)).loc[("All", "all"), "significant"] == 0.25
    assert agreement(hand_made(), (1, -1)).loc[("All", "all"), "signs"] == 0


def test_stored_curve_covers_the_choices_and_a_sample_of_it_reproduces():
    panel = load_provinces(local=None)
    every = outcomes.all_choices(panel)
    stored = outcomes.CURVE.read(every)
    assert len(stored) == sum(map(len, every.values())) < 12_288
    for column, choices in every.items():
        study = outcomes.provincial_study(panel, column)
        rows = interior(stored[stored["Outcome"].isin(choices.outcome)])
        assert len(rows) > 2000
        for _, row in rows.iloc[:: len(rows) // 5].iterrows():
            _agrees_with(row, study, choices)


def _agrees_with(row, study, choices):
    variant = replace(
        study,
        panel=choices.samples[row["Sample"]],
        outcome=choices.outcome[row["Outcome"]],
        focus=choices.focus[row["Focus"]],
        controls=choices.controls[row["Controls"]],
    )
    fit = variant.fit(
        restricted(choices.weights[row["Weights"]], variant.regions),
        effects=choices.effects[row["Effects"]],
        correction=choices.corrections[row["Correction"]],
        covariance="classic",
    )
    impacts = fit.impacts().loc[variant.focus]
    for kind in ("direct", "indirect"):
        stored_row = row[[kind, f"{kind}_lower", f"{kind}_upper"]].astype(float)
        found = impacts.loc[kind, ["estimate", "lower", "upper"]]
        np.testing.assert_allclose(stored_row, found, rtol=1e-4)


def test_stored_curve_is_used_only_for_the_figures_it_belongs_to(monkeypatch):
    panel = load_provinces(local=None)
    monkeypatch.setattr(outcomes, "specification_curve", lambda *_: pd.DataFrame({"anew": [1]}))
    assert len(outcomes.provincial_curve(panel)) > 1000
    panel["gdp_100m_yuan"] *= np.linspace(1, 1.01, len(panel))
    assert list(outcomes.provincial_curve(panel)) == ["anew"]


def test_the_curve_is_by_the_studys_kind_of_errors(study):
    few = replace(choices_for(study), effects={"two-way": "twoways"}, corrections={"none": None})
    classic, clustered = (
        specification_curve(replace(study, covariance=kind), few) for kind in (None, "clustered")
    )
    np.testing.assert_allclose(classic["direct"], clustered["direct"])
    fit = study.fit(correction=None, covariance="clustered").impacts().loc[(study.focus, "direct")]
    row = clustered.query("Weights == @study.headline and Controls == @study.controls[0]").iloc[0]
    assert row["direct_se"] == pytest.approx(fit["std_error"])
    assert (classic["direct_se"] - clustered["direct_se"]).abs().min() > 1e-6


def test_corrections_are_combined_with_the_effects_that_call_for_one(study):
    choices = choices_for(study, effects=["twoways", "none"])
    pairs = {(row["Effects"], row["Correction"]) for row in choices}
    assert pairs == {("twoways", c) for c in choices.corrections} | {("none", "none")}
    assert len(choices) == len(list(choices)) == 2 * 4 * 2


def test_the_panel_is_read_once_whatever_the_matrix(study, monkeypatch):
    reads, read = [], PanelData.from_arrays
    monkeypatch.setattr(PanelData, "from_arrays", lambda *a: reads.append(1) or read(*a))
    choices = choices_for(study)
    specification_curve(study, choices)
    assert len(reads) == len(choices.controls)

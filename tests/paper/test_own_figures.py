"""With figures of the reader's own the chapters run, and say whose figures they are."""

import ast

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from execute import read
from spillover import datasets
from spillover.book import values
from spillover.paper import outcomes, own_figures, variables
from spillover.project import ROOT

CHAPTERS = [
    *("measure-figures", "measure-weights", "measure-indices", "panel-estimates"),
    "panel-robustness",
]
MASSES = {f"{name}_masses" for name in ("measure_weights", "panel_estimates", "panel_robustness")}
SLOTS = datasets.load_codebook().loc["local"]


def made_up(columns=None, missing=None):
    """Invented figures that grow at rates of their own, as a reader's file; some years blank."""
    rng = np.random.default_rng(8)
    index = datasets.template().index
    years = np.arange(len(datasets.YEARS))
    figures = {}
    for name, slot in SLOTS.iterrows():
        low, high = np.log(max(slot["minimum"], 0.05) * 1.5), np.log(slot["maximum"] / 3)
        start, rate = rng.uniform(low, (low + high) / 2, 31), rng.normal(0.05, 0.02, 31)
        noise = rng.normal(0, 0.05, (31, len(years)))
        figures[name] = np.exp(start[:, None] + rate[:, None] * years + noise).ravel()
    frame = pd.DataFrame(figures, index)[list(columns or figures)]
    for name, blank in (missing or {}).items():
        frame.loc[frame.index.get_level_values("year").isin(blank), name] = np.nan
    return frame


@pytest.fixture
def own(tmp_path):
    def written(**options):
        made_up(**options).to_csv(tmp_path / "panel.csv")
        return datasets.load_provinces(tmp_path / "panel.csv")

    return written


def run(chapter, monkeypatch):
    """Execute a chapter's cells; return what they record for the prose and what they show."""
    recorded = {}
    monkeypatch.setattr(values, "record", recorded.update)
    names, shown = {}, []
    for cell in read(ROOT / "book" / f"{chapter}.md").cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, chapter, "exec"), names)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), chapter, "eval"), names))
        plt.close("all")
    return recorded, [text for text in map(_as_text, shown) if text]


def _as_text(shown):
    return getattr(shown, "data", None) or (shown if isinstance(shown, str) else "")


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapters_run_on_figures_of_the_readers_own(own, monkeypatch, chapter):
    panel = own()
    monkeypatch.setattr(datasets, "load_provinces", lambda: panel)
    recorded, shown = run(chapter, monkeypatch)
    assert any("Your figures" in text and "R&D personnel" in text for text in shown)
    named = {key: text for key, text in recorded.items() if key.endswith(("outcome", "headline"))}
    assert all("cultural revenue" in text for text in named.values())
    masses = [recorded[key] for key in recorded.keys() & MASSES]
    assert all("your R&D personnel" in text and "2010" not in text for text in masses)
    spans = [text for key, text in recorded.items() if key.endswith("span")]
    assert all(text == "2013 to 2021" for text in spans)


def test_public_figures_need_no_note():
    public = datasets.load_provinces(local=None)
    assert own_figures.note(public) == ""
    assert outcomes.outcome_note(public).startswith(":::{admonition} Not a replication")


def test_own_columns_are_named_in_notes_and_tables(own):
    panel = own(columns=["culture_policies", "cultural_revenue_100m_yuan"])
    note = outcomes.outcome_note(panel)
    assert "Revenue of cultural enterprises" in note and "Policy documents" in note
    assert "Not complete" not in note and "Not a replication" not in note
    names = own_figures.marked(datasets.panel_codebook()["name"], panel)
    assert names["culture_policies"] == "Policy documents (yours)"
    assert names["gdp_100m_yuan"] == "Gross regional product"


def test_an_incomplete_column_is_named_with_its_years_and_left_out(own):
    missing = {"culture_policies": [2013, 2014], "internet_penetration_pct": [2017]}
    panel = own(missing=missing)
    note = own_figures.note(panel)
    assert "Policy documents in 2013, 2014" in note and "Internet penetration in 2017" in note
    study = outcomes.provincial_study(panel)
    assert "cultural policies" not in study.controls and "cultural demand" in study.controls
    assert "cultural policies" in outcomes.provincial_study(panel, years=range(2015, 2022)).controls
    assert "internet_penetration_pct" not in variables.digital_indicators(panel)


def test_years_that_the_outcome_does_not_cover_are_an_error_that_names_them(own):
    panel = own(missing={"cultural_revenue_100m_yuan": [2013, 2014, 2018]})
    assert list(outcomes.provincial_study(panel).years) == [2015, 2016, 2017, 2019, 2020, 2021]
    with pytest.raises(ValueError, match=r"cultural_revenue.* in 2013, 2014, 2018"):
        outcomes.provincial_study(panel, years=range(2013, 2022))
    late = own(missing={"cultural_revenue_100m_yuan": range(2013, 2020)})
    with pytest.raises(ValueError, match="together in 2020, 2021: at least 3 years"):
        outcomes.provincial_study(late)


def test_a_curve_has_only_the_years_that_the_outcome_covers(own):
    late = own(missing={"cultural_revenue_100m_yuan": [2013, 2014]})
    samples = outcomes.provincial_choices(late).samples
    assert list(samples) == ["31 provinces", "no municipalities", "2015-2020"]


def test_masses_are_means_over_the_years_that_every_province_has(own):
    panel = own()
    mass = panel["rd_personnel_fte"]
    expected = mass.drop(2016, level="year").groupby("region").mean()
    panel.loc[("Hunan", 2016), "rd_personnel_fte"] = np.nan
    np.testing.assert_allclose(variables.link_masses(panel)["rd_personnel"], expected)
    panel["rd_personnel_fte"] = mass.where(mass.index.get_level_values("region") != "Hunan")
    with pytest.raises(ValueError, match="rd_personnel_fte is not known for every province"):
        variables.link_masses(panel)

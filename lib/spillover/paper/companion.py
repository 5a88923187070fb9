"""The book's own study: the paper's chain on public figures, or on the reader's where supplied."""

from dataclasses import replace

import numpy as np
import pandas as pd
from libpysal.graph import Graph

from spillover.datasets import load_provinces, load_rd_projects_2009, load_regions
from spillover.measure.indices import entropy_index, pca_index, relative_size
from spillover.measure.variables import (
    agglomeration,
    cultural_endowment,
    digital_indicators,
    endowment_columns,
    named_matrices,
)
from spillover.measure.weights import gravity, k_nearest, row_standardise
from spillover.paper.specification_curve import Choices, control_sets
from spillover.paper.study import Study

FOCUS = "digital technology"
HEADLINE = ("R&D personnel", "R&D capital")
LABELS = {
    "rd_personnel": "R&D personnel",
    "rd_capital": "R&D capital",
    "inverse_distance": "Inverse distance",
    "inverse_distance_squared": "Inverse distance squared",
    "economic_geographic": "Economic-geographic",
    "contiguity": "Contiguity",
}
OUTCOMES = {
    "knowledge_agglomeration": "patents relative to mean",
    "cultural_agglomeration": "cultural revenue relative to mean",
}
MUNICIPALITIES = ("Beijing", "Tianjin", "Shanghai", "Chongqing")
TELECOM = "telecom over GDP"


def is_companion(panel: pd.DataFrame) -> bool:
    """Whether the outcome is the public companion (patents), not the paper's cultural revenue."""
    return "cultural_revenue_100m_yuan" not in panel


def provincial_study(panel: pd.DataFrame | None = None, correction: str | None = "lee-yu") -> Study:
    """The paper's question on the 31 provinces.

    The outcome is the reader's cultural revenue where the panel holds it. Otherwise it is the
    companion, patents granted relative to the national mean, and the digital index is built
    without patents: its estimates answer the paper's question for another outcome, they do not
    replicate the paper's coefficients.

    Parameters
    ----------
    panel
        As :func:`spillover.datasets.load_provinces` returns it, which is used if left out.
    correction
        Lee-Yu correction of the headline estimates.

    Returns
    -------
    Study
        The years in which every indicator of the digital index is known (2015-2021 with the
        public columns); the index has mean zero and variance one.
    """
    panel = load_provinces() if panel is None else panel
    indicators = digital_indicators(panel, patents=not is_companion(panel))
    return _study(panel, pca_index(indicators).scores, correction)


def long_study(panel: pd.DataFrame | None = None, correction: str | None = "lee-yu") -> Study:
    """The same question over all nine years, the focus being the one indicator that spans them.

    Telecommunications volume over GDP relative to the mean of the year, standardised; the other
    indicators of the index start in 2015.
    """
    panel = load_provinces() if panel is None else panel
    telecom = relative_size(panel["telecom_volume_100m_yuan"] / panel["gdp_100m_yuan"])
    study = _study(panel, standardised(telecom), correction)
    return replace(study, panel=study.panel.rename(columns={FOCUS: TELECOM}), focus=TELECOM)


def standardised(values: pd.Series) -> pd.Series:
    """Values with mean zero and variance one over all region-years."""
    return (values - values.mean()) / values.std(ddof=0)


def _study(panel: pd.DataFrame, focus: pd.Series, correction: str | None) -> Study:
    outcome = agglomeration(panel)
    name = OUTCOMES[outcome.name]
    controls = control_variables(panel)
    frame = pd.DataFrame({name: outcome, FOCUS: focus, **controls})
    matrices = {LABELS[key]: W for key, W in named_matrices(panel).items()}
    matrices["4 nearest"] = row_standardise(k_nearest(load_regions(), 4))
    return Study(
        panel=frame.loc[focus.index],
        outcome=name,
        focus=FOCUS,
        controls=tuple(controls),
        weights={key: matrices.pop(key) for key in HEADLINE},
        alternatives=matrices,
        correction=correction,
    )


def control_variables(panel: pd.DataFrame) -> dict[str, pd.Series]:
    """The paper's controls (section 3.2) as far as the panel holds them.

    GDP per head (in logs) and urbanisation are the paper's own. The reader's spending on culture
    and public expenditure on culture are used where supplied; otherwise income per head relative
    to the national mean stands in for cultural demand and public expenditure per head (in logs)
    for government support. The reader's policy documents and cultural endowment have no public
    counterpart.
    """
    people = panel["population_10k"]
    controls = {
        "urbanisation": panel["urbanisation_pct"] / 100,
        "GDP per head": np.log(panel["gdp_100m_yuan"] / people),
    }
    if "culture_consumption_yuan" in panel:
        controls["cultural demand"] = relative_size(panel["culture_consumption_yuan"])
    else:
        controls["income"] = relative_size(panel["disposable_income_yuan"])
    if "budget_culture_100m_yuan" in panel:
        controls["budget for culture"] = np.log(panel["budget_culture_100m_yuan"])
    else:
        controls["public spending"] = np.log(panel["budget_total_100m_yuan"] / people)
    if "culture_policies" in panel:
        controls["cultural policies"] = panel["culture_policies"]
    if set(endowment_columns()) <= set(panel):
        controls["cultural endowment"] = cultural_endowment(panel).scores
    return controls


def provincial_choices(panel: pd.DataFrame | None = None) -> Choices:
    """What could have been chosen otherwise, all of it defensible.

    Nine matrices, two kinds of effects, three corrections, all sets of controls, four ways to make
    the digital index from the same indicators (each with variance one), all provinces or all but
    the four municipalities.
    """
    panel = load_provinces() if panel is None else panel
    study = provincial_study(panel)
    frame = study.panel.assign(**digital_measures(panel))
    matrices = {**study.weights, **study.alternatives, **_slower_decay()}
    return Choices(
        weights=matrices,
        controls=control_sets(study.controls),
        focus={name: name for name in digital_measures(panel)},
        samples={
            "31 provinces": frame,
            "no municipalities": frame.drop(index=list(MUNICIPALITIES), level="region"),
        },
    )


def digital_measures(panel: pd.DataFrame) -> dict[str, pd.Series]:
    """Four indices from the same indicators, each standardised over all region-years."""
    indicators = digital_indicators(panel, patents=not is_companion(panel))
    indices = {
        "first component": pca_index(indicators).scores,
        "Kaiser rule": pca_index(indicators, rule="kaiser").scores,
        "entropy weights": entropy_index(indicators).scores,
        "equal weights": indicators.apply(standardised).mean(axis=1),
    }
    return {name: standardised(values) for name, values in indices.items()}


def _slower_decay() -> dict[str, Graph]:
    mass = load_rd_projects_2009()["personnel_fte"]
    return {"R&D personnel, d¹": row_standardise(gravity(mass, load_regions(), power=1))}

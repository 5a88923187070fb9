"""The book's own study: the paper's chain on public figures, or on the reader's where supplied."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from tqdm import tqdm

from spillover.datasets import load_provinces, load_rd_projects_2009, load_regions
from spillover.measure.indices import entropy_index, pca_index, relative_size
from spillover.measure.weights import gravity, k_nearest, row_standardise
from spillover.paper.variables import (
    agglomeration,
    cultural_endowment,
    digital_indicators,
    endowment_columns,
    named_matrices,
)
from spillover.stored import Stored
from spillover.study.question import Study
from spillover.study.specification_curve import (
    CHOICES,
    Choices,
    Progress,
    control_sets,
    specification_curve,
)

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
LOGS = "log relative size"
STORED = [
    *("rho", "direct", "direct_lower", "direct_upper"),
    *("indirect", "indirect_lower", "indirect_upper"),
]
SLOW = "R&D personnel, slow decay"
CURVE = Stored("estimates/specification_curve", "spillover.paper.outcomes", seed=None, digits=5)


def is_companion(panel: pd.DataFrame) -> bool:
    """Whether the outcome is the public companion (patents), not the paper's cultural revenue."""
    return "cultural_revenue_100m_yuan" not in panel


def source_name(panel: pd.DataFrame) -> str:
    """How tables call these estimates where they stand beside the paper's."""
    return "Patents" if is_companion(panel) else "Yours"


def outcome_note(panel: pd.DataFrame) -> str:
    """What the outcome is and what the estimates therefore can and cannot say, as MyST."""
    if is_companion(panel):
        return (
            ":::{admonition} Not a replication of the paper's coefficients\n:class: warning\n"
            "The paper's outcome, provincial revenue of cultural enterprises, is not public. The "
            "estimates here are for a **companion outcome**: patents granted relative to the "
            "national mean, the size of the theory's creative sector, with a digital index built "
            "without patents, for the years in which its indicators exist. They show what the "
            "paper's method finds on neighbouring figures. They neither confirm nor refute its "
            "coefficients.\n:::"
        )
    return (
        ":::{admonition} Your figures\n:class: note\n"
        "The outcome is cultural revenue relative to the national mean, from your "
        "`data/local/panel.csv`. Tables and figures are yours. Where the text describes a result "
        "in words, it describes the public companion (patents).\n:::"
    )


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
    if "rd_personnel_fte" in panel:
        matrices["R&D personnel 2009"] = _personnel_2009(power=2)
    return Study(
        panel=frame.loc[focus.index],
        outcome=name,
        focus=FOCUS,
        controls=tuple(controls),
        weights={key: matrices.pop(key) for key in HEADLINE},
        alternatives=matrices,
        rescaled={"not row-standardised": _unit_row_sum(named_matrices(panel, False))},
        exclusions={"no municipalities": MUNICIPALITIES},
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

    Relative size as the paper takes it or its logarithm, eight matrices, two kinds of effects,
    three corrections, all sets of controls, four ways to make the digital index from the same
    indicators (each with variance one), all provinces or all but the four municipalities.
    """
    panel = load_provinces() if panel is None else panel
    study = provincial_study(panel)
    logs = {LOGS: np.log(study.panel[study.outcome])}
    frame = study.panel.assign(**digital_measures(panel), **logs)
    matrices = {**study.weights, **study.alternatives, SLOW: _personnel_2009(power=1)}
    return Choices(
        outcome={"relative size": study.outcome, LOGS: LOGS},
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


def _personnel_2009(power: float) -> Graph:
    mass = load_rd_projects_2009()["personnel_fte"]
    return row_standardise(gravity(mass, load_regions(), power))


def _unit_row_sum(matrices: Mapping[str, Graph]) -> Graph:
    """The personnel links divided by their largest row sum: symmetric, not row-standardised."""
    links = matrices["rd_personnel"].sparse
    ids = matrices["rd_personnel"].unique_ids
    return Graph.from_sparse((links / links.sum(axis=1).max()).tocoo(), ids=ids)


def provincial_curve(progress: Progress = iter) -> pd.DataFrame:
    """The specification curve of the provincial study: stored figures where they are current.

    The stored ones belong to the public columns. With columns of the reader's own the curve is
    estimated anew, which takes a few minutes.
    """
    panel = load_provinces()
    choices = provincial_choices(panel)
    if CURVE.made_from(choices):
        return CURVE.read(choices)
    return specification_curve(provincial_study(panel), choices, progress)


def changes(study: Study) -> pd.DataFrame:
    """Change of focus, outcome and its logarithm from the first to the last year, by region."""
    columns = study.panel[[study.focus, study.outcome]]
    columns = columns.assign(**{LOGS: np.log(columns[study.outcome])})
    first, last = (columns.xs(year, level="year") for year in study.years[[0, -1]])
    return (last - first).rename(columns={study.outcome: "relative size"})


def store_curve() -> None:
    """Estimate the curve on the public columns and store it with the command that made it."""
    panel = load_provinces(local=None)
    choices = provincial_choices(panel)
    curve = specification_curve(provincial_study(panel), choices, tqdm)
    CURVE.save(curve[[*CHOICES, *STORED]], choices)


if __name__ == "__main__":
    store_curve()

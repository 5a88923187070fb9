"""The book's own study: the paper's chain on public figures, or on the reader's where supplied."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from tqdm import tqdm

from spillover.datasets import load_provinces, load_regions
from spillover.measure.indices import entropy_index, pca_index, relative_size
from spillover.measure.weights import k_nearest, row_standardise
from spillover.paper import own_figures
from spillover.paper.published import MATRICES
from spillover.paper.variables import (
    OUTCOMES,
    OWN_MASSES,
    PREDETERMINED,
    REVENUE,
    agglomeration,
    complete_years,
    cultural_endowment,
    digital_indicators,
    knowledge_links,
    link_masses,
    named_matrices,
    outcome_columns,
    rd_masses,
    rd_masses_2009,
    study_years,
)
from spillover.stored import Stored
from spillover.study import chain
from spillover.study.question import Study
from spillover.study.reading import MINIMUM_YEARS
from spillover.study.robustness import focus_row
from spillover.study.specification_curve import CHOICES, Choices, Progress, specification_curve

FOCUS = "digital technology"
ENDOWMENT = "cultural endowment"
LABELS = MATRICES | {
    "inverse_distance": "Inverse distance",
    "inverse_distance_squared": "Inverse distance squared",
    "economic_geographic": "Economic-geographic",
    "contiguity": "Contiguity",
}
CURVE_CORRECTIONS = {"none": None, "Lee-Yu": "lee-yu"}
MUNICIPALITIES = ("Beijing", "Tianjin", "Shanghai", "Chongqing")
CORRECTION = "lee-yu"
PERIODS = {
    "2013-2020": range(2013, 2021),
    "2015-2020": range(2015, 2021),
    "2013-2018": range(2013, 2019),
    "2013-2021": range(2013, 2022),
    "2015-2021": range(2015, 2022),
}
CURVE_PERIODS = ("2015-2020", "2013-2018")
STORED = [
    *("rho", "direct", "direct_lower", "direct_upper"),
    *("indirect", "indirect_lower", "indirect_upper"),
]
CURVE = Stored("estimates/specification_curve", "spillover.paper.outcomes", seed=None, digits=5)


def is_own(panel: pd.DataFrame) -> bool:
    """Whether the headline outcome is the reader's cultural revenue, the paper's own."""
    return REVENUE in panel


def outcome_name(panel: pd.DataFrame, column: str | None = None) -> str:
    """What an outcome is called in sentences.

    Parameters
    ----------
    panel
        As :func:`spillover.datasets.load_provinces` returns it.
    column
        Of the outcome, the headline's if left out.

    Returns
    -------
    str
    """
    return OUTCOMES[column or outcome_columns(panel)[0]]


def source_name(panel: pd.DataFrame) -> str:
    """How tables call these estimates where they stand beside the paper's."""
    return "Yours" if is_own(panel) else outcome_name(panel).capitalize()


def mass_note(panel: pd.DataFrame) -> str:
    """Where the masses of the knowledge links come from, as the end of a sentence."""
    span = f"{PREDETERMINED[0]}-{PREDETERMINED[-1]}"
    masses: dict[str, list[str]] = {}
    for name, label in MATRICES.items():
        if OWN_MASSES[name] in panel:
            masses.setdefault("your years", []).append(f"your {label}")
        else:
            masses.setdefault(f"{span}, before the panel begins", []).append(label)
    return "; ".join(f"{' and '.join(each)}, mean of {years}" for years, each in masses.items())


def outcome_note(panel: pd.DataFrame) -> str:
    """What the outcome is and what the estimates therefore can and cannot say, as MyST."""
    years = study_years(panel)
    others = " and ".join(outcome_name(panel, c) for c in outcome_columns(panel)[1:])
    if is_own(panel):
        return own_figures.note(
            panel,
            "The outcome is cultural revenue relative to the national mean, "
            f"{years[0]} to {years[-1]}; {others} are shown beside it.",
        )
    return own_figures.note(panel) + (
        ":::{admonition} Not a replication of the paper's coefficients\n:class: warning\n"
        "The paper's outcome, provincial revenue of cultural enterprises, is public for a few "
        "provinces and years only. The estimates here are for the public figure of culture nearest "
        f"to it, the **{outcome_name(panel)}** relative to the national mean, "
        f"{years[0]} to {years[-1]}; {others} are shown beside it. They show what the paper's "
        "method finds on neighbouring figures. They neither confirm nor refute its "
        "coefficients.\n:::"
    )


def provincial_study(
    panel: pd.DataFrame | None = None,
    outcome: str | None = None,
    years: Collection[int] | None = None,
    correction: str | None = CORRECTION,
) -> Study:
    """The paper's question on the 31 provinces.

    Parameters
    ----------
    panel
        As :func:`spillover.datasets.load_provinces` returns it, which is used if left out.
    outcome
        Column that measures the outcome, see
        :func:`spillover.paper.variables.outcome_columns`; the headline's if left out. Where it
        is patents, the digital index is built without them.
    years
        Years to study; those that the outcome and the paper's own indicators cover if left out
        (2013-2020 with the public columns). They decide which indicators the index has.
    correction
        Lee-Yu correction of the headline estimates.

    Returns
    -------
    Study
        The digital index has mean zero and variance one.

    Raises
    ------
    ValueError
        If outcome or controls are not known in one of the years: it is named. Also if fewer than
        three years are left.
    """
    panel = load_provinces() if panel is None else panel
    outcome = outcome or outcome_columns(panel)[0]
    years = study_years(panel, outcome) if years is None else list(years)
    _require_years(panel[[outcome]], years)
    if len(years) < MINIMUM_YEARS:
        known = ", ".join(map(str, years)) or "no year"
        raise ValueError(
            f"{outcome} and the digital indicators are known together in {known}: at least "
            f"{MINIMUM_YEARS} years are needed"
        )
    focus = pca_index(digital_indicators(panel, years, outcome != "patents_granted")).scores
    controls = _control_variables(panel, years)
    name = f"{OUTCOMES[outcome]} relative to mean"
    frame = pd.DataFrame({name: agglomeration(panel, outcome), FOCUS: focus, **controls})
    frame = frame.loc[focus.index]
    _require_years(frame, years)
    return _study(panel, frame, name, tuple(controls), correction)


def _require_years(frame: pd.DataFrame, years: Iterable[int]) -> None:
    """Refuse years in which a figure of a frame is missing, naming the column and these years."""
    for column in frame:
        if absent := sorted(set(years) - set(complete_years(frame[[column]]))):
            listed = ", ".join(map(str, absent))
            raise ValueError(f"{column} is not known for every province in {listed}")


def _study(
    panel: pd.DataFrame,
    frame: pd.DataFrame,
    outcome: str,
    controls: tuple[str, ...],
    correction: str | None,
) -> Study:
    matrices = {LABELS[key]: W for key, W in named_matrices(panel).items()}
    links = knowledge_links(link_masses(panel)["rd_personnel"])
    matrices["4 nearest"] = row_standardise(k_nearest(load_regions(), 4))
    matrices |= other_masses(tuple(frame.index.unique("year")))
    return Study(
        panel=frame,
        outcome=outcome,
        focus=FOCUS,
        controls=controls,
        weights={key: matrices.pop(key) for key in MATRICES.values()},
        alternatives=matrices,
        rescaled={"not row-standardised": _unit_row_sum(links)},
        exclusions={"no municipalities": MUNICIPALITIES},
        correction=correction,
    )


@cache
def other_masses(years: tuple[int, ...]) -> dict[str, Graph]:
    """The knowledge links with masses of other years: the mean of the panel's, and of 2009."""
    mean = {name: by_year.loc[list(years)].mean() for name, by_year in rd_masses().items()}
    masses = {"panel mean": mean, "2009": rd_masses_2009()}
    return {
        f"{LABELS[name]}, {when}": row_standardise(knowledge_links(mass))
        for when, group in masses.items()
        for name, mass in group.items()
    }


def _control_variables(panel: pd.DataFrame, years: Collection[int]) -> dict[str, pd.Series]:
    """The paper's controls (section 3.2) as far as the panel holds them in some years.

    GDP per head and public expenditure on culture (both in logs) and urbanisation are the paper's
    own. Cultural endowment is the index of those of its indicators that cover the years, see
    :func:`spillover.paper.variables.cultural_endowment`; where it stands still in them (the
    national lists of heritage change in 2014 and 2021 only), region effects hold it constant. The
    reader's spending on culture is used where it covers the years; otherwise income per head
    relative to the national mean stands in for cultural demand. The reader's policy documents have
    no public counterpart.
    """

    def covered(column: str) -> bool:
        return column in panel and set(years) <= set(complete_years(panel[[column]]))

    controls = {
        "urbanisation": panel["urbanisation_pct"] / 100,
        "GDP per head": np.log(panel["gdp_100m_yuan"] / panel["population_10k"]),
    }
    if covered("culture_consumption_yuan"):
        controls["cultural demand"] = relative_size(panel["culture_consumption_yuan"])
    else:
        controls["income"] = relative_size(panel["disposable_income_yuan"])
    controls["budget for culture"] = np.log(panel["budget_culture_100m_yuan"])
    endowment = cultural_endowment(panel, years).scores
    if np.ptp(endowment.unstack("year"), axis=1).any():
        controls[ENDOWMENT] = endowment
    if covered("culture_policies"):
        controls["cultural policies"] = panel["culture_policies"]
    return controls


def logged(study: Study) -> Study:
    """The same study with the logarithm of the outcome, which counts all provinces alike."""
    name = f"log {study.outcome.removesuffix(' relative to mean')}"
    panel = study.panel.assign(**{name: np.log(study.panel[study.outcome])})
    return replace(study, panel=panel, outcome=name)


def both_scales(study: Study) -> dict[str, Study]:
    """The study in relative size, the paper's scale, and in logarithms."""
    return {"relative size": study, "log": logged(study)}


def studies(panel: pd.DataFrame) -> Iterator[tuple[str, str, Study]]:
    """Outcome, scale and study of every outcome that the panel holds, the headline first."""
    for column in outcome_columns(panel):
        for scale, study in both_scales(provincial_study(panel, column)).items():
            yield OUTCOMES[column], scale, study


def side_by_side(panel: pd.DataFrame) -> pd.DataFrame:
    """Impacts of digital technology on every outcome, in both scales, under both matrices.

    Returns
    -------
    DataFrame
        Indexed by (outcome, scale, weights); columns as
        :func:`spillover.study.robustness.focus_row` gives them.
    """
    rows = {
        (outcome, scale, weights): focus_row(study.fit(weights), FOCUS)
        for outcome, scale, study in studies(panel)
        for weights in study.weights
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.rename_axis(["outcome", "scale", "weights"])


def chain_by_outcome(panel: pd.DataFrame) -> pd.DataFrame:
    """Every step of the chain for every outcome, in both scales, under the first matrix.

    Indexed by (outcome, scale, step, row), in the chain's order: ``figure`` (Moran's I by year, a
    test statistic, a coefficient or an impact of digital technology) and ``p_value``.
    """
    columns = {(outcome, scale): _steps(study) for outcome, scale, study in studies(panel)}
    return pd.concat(columns, names=["outcome", "scale"])


def _steps(study: Study) -> pd.DataFrame:
    study = replace(study, weights={study.headline: study.weights[study.headline]})
    moran, effects, impacts = chain.moran(study), chain.effects(study), chain.impacts(study)
    ratios = effects["test"] == "LR"
    terms = [FOCUS, f"W*{FOCUS}", "rho"]
    blocks = {
        "Moran's I": _rows(moran[moran["variable"] == study.outcome], "year", "moran_i"),
        "Random effects": _rows(effects[~ratios], "test", "statistic"),
        "Fixed effects, LR": _rows(effects[ratios], "null", "statistic"),
        "LM": _rows(chain.lm(study), "test", "statistic"),
        "SDM": _rows(chain.estimates(study), "term", "estimate").loc[terms],
        "Impact": _rows(impacts[impacts["variable"] == FOCUS], "impact", "estimate"),
    }
    simpler = chain.specification(study)
    for test, rows in simpler.groupby("test", sort=False):
        blocks[f"{test}, SDM against"] = _rows(rows, "null", "statistic")
    return pd.concat(blocks, names=["step"])


def _rows(table: pd.DataFrame, row: str, figure: str) -> pd.DataFrame:
    """One step of the chain: its figures and their p-values."""
    columns = {row: "row", figure: "figure"}
    return (
        table[[*columns, "p_value"]].rename(columns=columns).astype({"row": str}).set_index("row")
    )


def by_period(panel: pd.DataFrame) -> pd.DataFrame:
    """The same under the headline matrix for every choice of years, with what it costs.

    Returns
    -------
    DataFrame
        Indexed by (outcome, years); ``indicators`` of the digital index (their
        number), ``observations``, then columns as `side_by_side`, in relative size. A choice of
        years that an outcome does not cover has no row.
    """
    rows = {}
    for column in outcome_columns(panel):
        for label, years in PERIODS.items():
            try:
                study = provincial_study(panel, column, years)
            except ValueError:
                continue
            indicators = digital_indicators(panel, years, column != "patents_granted")
            rows[OUTCOMES[column], label] = {
                "indicators": indicators.shape[1],
                "observations": len(study.panel),
                **focus_row(study.fit(), FOCUS),
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["outcome", "years"])


def standardised(values: pd.Series) -> pd.Series:
    """Values with mean zero and variance one over all region-years."""
    return (values - values.mean()) / values.std(ddof=0)


def provincial_choices(panel: pd.DataFrame | None = None, outcome: str | None = None) -> Choices:
    """What could have been chosen otherwise for one outcome, all of it defensible.

    Relative size as the paper takes it or its logarithm, the paper's five matrices and
    contiguity, two kinds of effects, with and without correction, sets of controls, ways to
    make the digital index from the same indicators (each with variance one), all provinces, all but
    the four municipalities, fewer years, or the years in which more indicators are known. The
    endowment is left out: in the last of these nothing of it remains beside region effects.

    Parameters
    ----------
    panel
        As :func:`spillover.datasets.load_provinces` returns it, which is used if left out.
    outcome
        Column of the outcome, the headline's if left out.

    Returns
    -------
    Choices
    """
    panel = load_provinces() if panel is None else panel
    outcome = outcome or outcome_columns(panel)[0]
    study = provincial_study(panel, outcome)
    patents = outcome != "patents_granted"
    frame = _with_measures(panel, study, patents)
    covered = set(study_years(panel, outcome))
    others = {each: PERIODS[each] for each in CURVE_PERIODS if covered.issuperset(PERIODS[each])}
    matrices = {**study.weights, **study.alternatives}
    names = tuple(name for name in study.controls if name != ENDOWMENT)
    leave_one = {f"without {one}": tuple(n for n in names if n != one) for one in names}
    return Choices(
        outcome={
            f"{OUTCOMES[outcome]}, {s}": variant.outcome
            for s, variant in both_scales(study).items()
        },
        weights={label: matrices[label] for label in LABELS.values()},
        controls={"none": (), "all": names, **leave_one},
        focus={label: label for label in _digital_measures(panel, study.years, patents)},
        samples={
            "31 provinces": frame,
            "no municipalities": frame.drop(index=list(MUNICIPALITIES), level="region"),
            **{
                label: _with_measures(panel, provincial_study(panel, outcome, years), patents)
                for label, years in others.items()
            },
        },
        corrections=CURVE_CORRECTIONS,
    )


def _with_measures(panel: pd.DataFrame, study: Study, patents: bool) -> pd.DataFrame:
    return logged(study).panel.assign(**_digital_measures(panel, study.years, patents))


def _digital_measures(
    panel: pd.DataFrame, years: Collection[int], patents: bool
) -> dict[str, pd.Series]:
    """Indices from the same indicators, each standardised over all region-years.

    Without patents among the indicators no index leaves them out.
    """
    indicators = digital_indicators(panel, years, patents)
    indices = {
        "first component": pca_index(indicators).scores,
        "entropy weights": entropy_index(indicators).scores,
    }
    if patents:
        indices["without patents"] = pca_index(indicators.drop(columns="patents_granted")).scores
    return {name: standardised(values) for name, values in indices.items()}


def _unit_row_sum(links: Graph) -> Graph:
    """Links divided by their largest row sum: symmetric if they were, not row-standardised."""
    largest = links.sparse.sum(axis=1).max()
    return Graph.from_sparse((links.sparse / largest).tocoo(), ids=links.unique_ids)


def provincial_curve(panel: pd.DataFrame | None = None, progress: Progress = iter) -> pd.DataFrame:
    """The specification curve over all outcomes: stored figures where they are current.

    The stored ones belong to the public columns. With columns of the reader's own the curve is
    estimated anew, which takes a few minutes.

    Parameters
    ----------
    panel
        As :func:`spillover.datasets.load_provinces` returns it, which is used if left out.
    progress
        Wraps the iterations over specifications, for instance ``tqdm``.

    Returns
    -------
    DataFrame
        As :func:`spillover.study.specification_curve.specification_curve` returns it, the
        outcomes one below the other.
    """
    panel = load_provinces() if panel is None else panel
    choices = all_choices(panel)
    if CURVE.made_from(choices):
        return CURVE.read(choices)
    return _all_curves(panel, choices, progress)


def all_choices(panel: pd.DataFrame) -> dict[str, Choices]:
    """The choices for every outcome, by its column."""
    return {outcome: provincial_choices(panel, outcome) for outcome in outcome_columns(panel)}


def _all_curves(
    panel: pd.DataFrame, choices: Mapping[str, Choices], progress: Progress
) -> pd.DataFrame:
    curves = [
        specification_curve(provincial_study(panel, outcome), options, progress)
        for outcome, options in choices.items()
    ]
    return pd.concat(curves, ignore_index=True)


def changes(study: Study) -> pd.DataFrame:
    """Change of focus, outcome and its logarithm from the first to the last year, by region."""
    columns = {"relative size": study.panel[study.outcome], study.focus: study.panel[study.focus]}
    frame = pd.DataFrame(columns).assign(log=np.log(columns["relative size"]))
    first, last = (frame.xs(year, level="year") for year in study.years[[0, -1]])
    return last - first


def store_curve() -> None:
    """Estimate the curve on the public columns and store it with the command that made it."""
    panel = load_provinces(local=None)
    choices = all_choices(panel)
    curve = _all_curves(panel, choices, tqdm)
    CURVE.save(curve[[*CHOICES, *STORED]], choices)


if __name__ == "__main__":
    store_curve()

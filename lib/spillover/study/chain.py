"""The paper's empirical chain, sections 4 and 5, on any panel: each step returns one tidy frame."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from spillover.measure.autocorrelation import moran_by_year
from spillover.panel import BoundaryWarning, SpatialPanelResults
from spillover.panel.diagnostics import lm_tests
from spillover.panel.effects import TIME
from spillover.panel.specification import hausman, lr_effects
from spillover.seeds import SEEDS
from spillover.study.errors import KINDS, covariance
from spillover.study.question import Study
from spillover.study.robustness import ROW, alternatives, focus_row, left_out, variants
from spillover.study.skipping import (
    AT_BOUNDARY,
    UNDEFINED,
    Attempt,
    NothingDefined,
    NotIdentified,
    Skipped,
    defined,
    step,
    strict,
)
from spillover.study.specification_curve import Choices, Progress, choices_for, specification_curve

MORAN = "Moran's I"
RESTRICTED = ("sar", "sem")
MOST_REGIONS_PERMUTED = 500
EFFECTS_TESTED = (("twoways", "time"), ("twoways", "individual"), ("twoways", "none"))


@dataclass(frozen=True)
class Chain:
    """All results of the chain, one frame a step, in the paper's order.

    Attributes
    ----------
    study
        The question.
    moran
        Table 3: weights, variable, year, then the columns of
        :func:`spillover.measure.autocorrelation.moran_by_year`; ``z`` and ``p_value`` are those of
        the randomisation assumption.
    effects
        Hausman test and likelihood-ratio tests for the effects: weights, test, null,
        statistic, df, p_value, note.
    lm
        Lagrange multiplier tests: weights, test, statistic, df, p_value.
    estimates
        Table 4: weights, term, estimate, std_error, statistic, p_value, lower, upper.
    statistics
        Foot of Table 4, indexed by weights: nobs, rsquared_within, squared_correlation, loglik,
        sigma2.
    impacts
        Table 5: weights, variable, impact, estimate, std_error, statistic, p_value, lower, upper.
    specification
        Table 5b: weights, test, null, statistic, df, p_value.
    alternatives
        Section 5.2: the impacts of the focus under every matrix, indexed by weights; columns as
        :func:`focus_row` gives them, NaN where the estimate is at the boundary.
    variants
        Further checks, indexed by (check, variant), the first row unchanged; columns as
        ``alternatives``.
    left_out
        The impacts of the focus without one region or one year, indexed by (unit, left_out), unit
        in region, year; columns as ``alternatives``.
    side_by_side
        SAR, SEM and SDM under the headline matrix, as ``estimates``, ``weights`` being the model.
    errors
        The headline impacts with every kind of standard errors, indexed by kind; columns as
        :func:`focus_row`.
    curve
        The specification curve, a row a specification; None if it was not asked for.
    skipped
        What is not defined for this panel: step, item, reason. A step of which nothing is defined
        is None.
    """

    study: Study
    moran: pd.DataFrame
    effects: pd.DataFrame
    lm: pd.DataFrame
    estimates: pd.DataFrame
    statistics: pd.DataFrame
    impacts: pd.DataFrame
    specification: pd.DataFrame
    alternatives: pd.DataFrame
    variants: pd.DataFrame
    left_out: pd.DataFrame
    side_by_side: pd.DataFrame
    errors: pd.DataFrame
    curve: pd.DataFrame | None = None
    skipped: pd.DataFrame = field(default_factory=lambda: Skipped().frame())


@step
def moran(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """Global Moran's I of outcome and focus in every year under each headline matrix (Table 3).

    Beyond 500 regions nothing is permuted.
    """
    draws = {"permutations": 0} if len(study.regions) > MOST_REGIONS_PERMUTED else {}
    options = {"seed": SEEDS["moran_permutations"], **draws}
    values = {
        variable: _years_that_differ(study.panel[variable], attempt)
        for variable in (study.outcome, study.focus)
    }
    tasks = (
        ((weights, variable), partial(moran_by_year, values[variable], W, **options))
        for weights, W in study.weights.items()
        for variable in values
        if len(values[variable])
    )
    blocks = defined(attempt, MORAN, tasks)
    table = _stacked(blocks, ["weights", "variable"]).reset_index("year")
    return table.reset_index(drop=True).rename(columns={"z_random": "z", "p_random": "p_value"})


def _years_that_differ(values: pd.Series, attempt: Attempt) -> pd.Series:
    """The years in which regions differ; elsewhere Moran's I is not defined."""
    spread = values.groupby(level=1).agg(np.ptp)
    for year in spread.index[spread == 0]:
        attempt(MORAN, values.name, partial(_refuse_equal, year))
    return values[values.index.get_level_values(1).isin(spread.index[spread > 0])]


def _refuse_equal(year: int) -> None:
    raise ValueError(f"{year}: all regions have the same value")


def _stacked(blocks: dict, names: list[str]) -> pd.DataFrame:
    """Blocks one below the other with their keys as columns; those without rows left out."""
    found = {key: block for key, block in blocks.items() if len(block)}
    if not found:
        raise NothingDefined("defined under no matrix")
    return pd.concat(found, names=names).reset_index(names)


@step
def effects(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """Fixed or random effects (Hausman's and Mundlak's test), and which fixed effects (LR)."""
    return _for_each_matrix(
        study, "Which effects", partial(_effects_tests, study, attempt), attempt
    )


def _effects_tests(study: Study, attempt: Attempt, weights: str) -> pd.DataFrame:
    model = study.model(weights)
    tests = {
        "Hausman": partial(hausman, model, "classic"),
        "Mundlak": partial(hausman, model, period_effects=study.effects in TIME),
    }
    for larger, smaller in EFFECTS_TESTED:
        tests[f"LR, {larger} against {smaller}"] = partial(lr_effects, model, larger, smaller)
    return _test_frame(defined(attempt, "Which effects", tests.items()).values())


def _test_frame(tests: Iterable) -> pd.DataFrame:
    """Tests as rows: name and null hypothesis, then the figures."""
    return pd.DataFrame(map(vars, tests)).rename(columns={"name": "test"})


def _for_each_matrix(
    study: Study, step: str, table: Callable[[str], pd.DataFrame], attempt: Attempt
) -> pd.DataFrame:
    blocks = defined(attempt, step, ((name, partial(table, name)) for name in study.weights))
    return _stacked(blocks, ["weights"]).reset_index(drop=True)


@step
def lm(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """Lagrange multiplier tests for a spatial lag and a spatial error, classic and robust."""
    return _for_each_matrix(
        study,
        "Lagrange multiplier tests",
        lambda name: lm_tests(study.model(name).data, study.effects).reset_index(),
        attempt,
    )


def require_identified(study: Study) -> None:
    """Refuse a panel on which the headline model has no estimate, with the reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BoundaryWarning)  # an error below
            fit = study.fit()
            row = focus_row(fit, study.focus)
    except UNDEFINED as fault:
        raise NotIdentified(f"the main model is not identified: {fault}") from fault
    if fit.at_boundary or not np.isfinite(row["direct_se"]):
        raise NotIdentified(
            f"the main model has no estimate under the matrix {study.headline!r}: "
            "the maximum is at the boundary of the spatial parameter's interval"
        )


def _interior(fit: SpatialPanelResults) -> SpatialPanelResults:
    if fit.at_boundary:
        raise ValueError(AT_BOUNDARY)
    return fit


@step
def estimates(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """Coefficients of the headline model under each headline matrix (Table 4)."""
    return _for_each_matrix(
        study, "Estimates", lambda name: _coefficients(study.fit(name)), attempt
    )


def _coefficients(fit: SpatialPanelResults) -> pd.DataFrame:
    return _interior(fit).tidy().reset_index(names="term")


@step
def statistics(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """Foot of Table 4: observations, R2, log-likelihood and error variance."""
    tasks = ((name, partial(_figures, study, name)) for name in study.weights)
    rows = defined(attempt, "Estimates", tasks)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("weights")


def _figures(study: Study, weights: str) -> dict[str, float]:
    fit = _interior(study.fit(weights))
    return {
        "nobs": fit.model.data.y.size,
        "rsquared_within": fit.rsquared_within,
        "squared_correlation": fit.squared_correlation,
        "loglik": fit.loglik,
        "sigma2": fit.sigma2,
    }


@step
def impacts(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """Direct, indirect and total impacts of all regressors (Table 5), delta-method errors."""
    return _for_each_matrix(
        study, "Impacts", lambda name: _interior(study.fit(name)).impacts().reset_index(), attempt
    )


@step
def specification(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """LR and Wald tests of the Durbin model against SAR and SEM (the paper's second Table 5)."""
    return _for_each_matrix(
        study,
        "Can the model be simplified",
        lambda name: _against_restricted(study.fit(name)),
        attempt,
    )


def _against_restricted(fit: SpatialPanelResults) -> pd.DataFrame:
    tests = [test(model) for test in (fit.lr, fit.wald) for model in RESTRICTED]
    nulls = [model.upper() for _ in range(2) for model in RESTRICTED]
    return _test_frame(tests).assign(null=nulls)


@step
def side_by_side(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """All coefficients of SAR, SEM and SDM under the headline matrix."""
    tasks = (
        (kind.upper(), lambda kind=kind: _coefficients(study.fit(kind=kind)))
        for kind in (*RESTRICTED, "sdm")
    )
    blocks = defined(attempt, "Models side by side", tasks)
    return _stacked(blocks, ["weights"]).reset_index(drop=True)


@step
def errors(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """The headline impacts of the focus with every kind of errors."""

    def row(kind: str) -> dict[str, float]:
        return focus_row(study.fit(covariance=covariance(kind, study.places)), study.focus)

    kinds = (kind for kind in KINDS if kind != "conley" or study.places is not None)
    tasks = ((kind, partial(row, kind)) for kind in kinds)
    rows = defined(attempt, "Standard errors", tasks)
    return pd.DataFrame.from_dict(rows, orient="index", columns=ROW)


STEPS: dict[str, Callable[[Study, Attempt], pd.DataFrame]] = {
    "moran": moran,
    "effects": effects,
    "lm": lm,
    "estimates": estimates,
    "statistics": statistics,
    "impacts": impacts,
    "specification": specification,
    "side_by_side": side_by_side,
    "errors": errors,
    "alternatives": alternatives,
    "variants": variants,
    "left_out": left_out,
}


def run(
    study: Study, curve: bool = True, progress: Progress = iter, choices: Choices | None = None
) -> Chain:
    """Run every step of the chain; what is not defined for the panel is left out and named.

    Parameters
    ----------
    study
        The question, see :func:`spillover.study.question.study_from_columns`.
    curve
        Whether to estimate the specification curve, the one step that may take a minute.
    progress
        Wraps the iterations over steps and specifications, for instance ``tqdm``.
    choices
        What the curve varies; as :func:`choices_for` says if left out.

    Returns
    -------
    Chain

    Raises
    ------
    NotIdentified
        If the headline model itself has no estimate.

    Examples
    --------
    >>> from spillover import run, study_from_columns, template_panel
    >>> panel = template_panel().set_index(["region", "year"])
    >>> places = ("latitude", "longitude")
    >>> study = study_from_columns(
    ...     panel, "outcome", "focus", "control", coordinates=places, masses="mass"
    ... )
    >>> run(study, curve=False).impacts.columns[:3].to_list()
    ['weights', 'variable', 'impact']
    """
    require_identified(study)
    skipped = Skipped()
    results = {
        name: skipped.attempt(name, "all", partial(STEPS[name], study, skipped.attempt))
        for name in progress(list(STEPS))
    }
    if curve:
        choices = choices or choices_for(study)
        results["curve"] = specification_curve(study, choices, progress, skipped.attempt)
    return Chain(study, **results, skipped=skipped.frame())

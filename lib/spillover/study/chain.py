"""The paper's empirical chain, sections 4 and 5, on any panel: each step returns one tidy frame."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from spillover.measure.autocorrelation import moran_by_year
from spillover.panel import SpatialPanel, SpatialPanelResults
from spillover.panel.diagnostics import lm_tests
from spillover.panel.effects import TIME
from spillover.panel.specification import hausman, lr_effects
from spillover.seeds import SEEDS
from spillover.study.question import Study
from spillover.study.robustness import alternatives, left_out, variants
from spillover.study.specification_curve import Progress, choices_for, specification_curve

RESTRICTED = ("sar", "sem")
EFFECTS_TESTED = (("twoways", "time"), ("twoways", "individual"), ("twoways", "none"))


@dataclass(frozen=True)
class Chain:
    """All results of the chain, one frame a step, in the paper's order.

    Attributes
    ----------
    study
        The question.
    moran
        Table 3: weights, variable, year, moran_i, z, p_value.
    effects
        Hausman test and likelihood-ratio tests for the effects: weights, test, null,
        statistic, df, p_value, note.
    lm
        Lagrange multiplier tests: weights, test, statistic, df, p_value.
    estimates
        Table 4: weights, term, estimate, std_error, statistic, p_value, lower, upper.
    statistics
        Foot of Table 4, indexed by weights: N, R2, log-likelihood, sigma2.
    impacts
        Table 5: weights, variable, impact, estimate, std_error, statistic, p_value, lower, upper.
    specification
        Table 5b: weights, test, null, statistic, df, p_value.
    alternatives
        Section 5.2: the impacts of the focus under every matrix, a row each.
    variants
        Further checks, indexed by (check, variant).
    left_out
        The impacts of the focus without one region or one year, indexed by (unit, left_out).
    curve
        The specification curve, a row a specification; None if it was not asked for.
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
    curve: pd.DataFrame | None = None


def moran(study: Study) -> pd.DataFrame:
    """Global Moran's I of outcome and focus in every year under each headline matrix (Table 3).

    ``z`` and ``p_value`` are those of the randomisation assumption; the permutation p value and
    the normality figures are kept beside them.
    """
    blocks = {
        (weights, variable): moran_by_year(
            study.panel[variable], W, seed=SEEDS["moran_permutations"]
        )
        for weights, W in study.weights.items()
        for variable in (study.outcome, study.focus)
    }
    table = pd.concat(blocks, names=["weights", "variable"]).reset_index()
    return table.rename(columns={"z_random": "z", "p_random": "p_value"})


def effects(study: Study) -> pd.DataFrame:
    """Fixed or random effects (Hausman's and Mundlak's test), and which fixed effects (LR)."""
    return _for_each_matrix(study, lambda model: _effects_tests(model, study.effects in TIME))


def _effects_tests(model: SpatialPanel, period_effects: bool) -> pd.DataFrame:
    tests = [hausman(model, "classic"), hausman(model, period_effects=period_effects)]
    tests += [lr_effects(model, larger, smaller) for larger, smaller in EFFECTS_TESTED]
    return _test_frame(tests)


def _test_frame(tests: Iterable) -> pd.DataFrame:
    """Tests as rows: name and null hypothesis, then the figures."""
    rows = [vars(test) for test in tests]
    return pd.DataFrame(rows).rename(columns={"name": "test"})


def _for_each_matrix(study: Study, table: Callable[[SpatialPanel], pd.DataFrame]) -> pd.DataFrame:
    blocks = {name: table(study.model(name)) for name in study.weights}
    return pd.concat(blocks, names=["weights"]).reset_index(level="weights").reset_index(drop=True)


def lm(study: Study) -> pd.DataFrame:
    """Lagrange multiplier tests for a spatial lag and a spatial error, classic and robust."""
    return _for_each_matrix(study, lambda model: lm_tests(model.data, study.effects).reset_index())


def estimates(study: Study) -> pd.DataFrame:
    """Coefficients of the spatial Durbin model under each headline matrix (Table 4)."""
    return _for_each_matrix(study, lambda model: _coefficients(study.estimate(model)))


def _coefficients(fit: SpatialPanelResults) -> pd.DataFrame:
    return fit.tidy().reset_index(names="term")


def statistics(study: Study) -> pd.DataFrame:
    """Foot of Table 4: observations, R2, log-likelihood and error variance, a row a matrix."""
    rows = {name: _figures(study.fit(name)) for name in study.weights}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("weights")


def _figures(fit: SpatialPanelResults) -> dict[str, float]:
    return {
        "nobs": fit.model.data.y.size,
        "rsquared_within": fit.rsquared_within,
        "squared_correlation": fit.squared_correlation,
        "loglik": fit.loglik,
        "sigma2": fit.sigma2,
    }


def impacts(study: Study) -> pd.DataFrame:
    """Direct, indirect and total impacts of all regressors (Table 5), delta-method errors."""
    return _for_each_matrix(study, lambda model: study.estimate(model).impacts().reset_index())


def specification(study: Study) -> pd.DataFrame:
    """LR and Wald tests of the Durbin model against SAR and SEM (the paper's second Table 5)."""
    return _for_each_matrix(study, lambda model: _against_restricted(study.estimate(model)))


def _against_restricted(fit: SpatialPanelResults) -> pd.DataFrame:
    tests = [test(model) for test in (fit.lr, fit.wald) for model in RESTRICTED]
    nulls = [model.upper() for _ in range(2) for model in RESTRICTED]
    return _test_frame(tests).assign(null=nulls)


STEPS: dict[str, Callable[[Study], pd.DataFrame]] = {
    "moran": moran,
    "effects": effects,
    "lm": lm,
    "estimates": estimates,
    "statistics": statistics,
    "impacts": impacts,
    "specification": specification,
    "alternatives": alternatives,
    "variants": variants,
    "left_out": left_out,
}


def run(study: Study, curve: bool = True, progress: Progress = iter) -> Chain:
    """Run every step of the chain.

    Parameters
    ----------
    study
        The question, see :func:`spillover.study.question.study_from_columns`.
    curve
        Whether to estimate the specification curve, the one step that may take a minute.
    progress
        Wraps the iterations over steps and specifications, for instance ``tqdm``.
    """
    results = {name: STEPS[name](study) for name in progress(list(STEPS))}
    if curve:
        results["curve"] = specification_curve(study, choices_for(study), progress)
    return Chain(study, **results)

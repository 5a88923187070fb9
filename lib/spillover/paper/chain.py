"""The paper's empirical chain, sections 4 and 5, on any panel: each step returns one tidy frame."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from spillover.measure.autocorrelation import moran_by_year
from spillover.paper.robustness import left_out, variants
from spillover.paper.specification_curve import choices_for, specification_curve
from spillover.paper.study import Study
from spillover.panel import hausman, lm_tests
from spillover.seeds import SEEDS

RESTRICTED = ("sar", "sem")
Progress = Callable[[Iterable], Iterable]


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


def run(study: Study, curve: bool = True, progress: Progress = iter) -> Chain:
    """Run every step of the chain.

    Parameters
    ----------
    study
        The question, see :func:`spillover.paper.study.study_from_columns`.
    curve
        Whether to estimate the specification curve, the one step that may take a minute.
    progress
        Wraps the iteration over the steps, for instance ``tqdm``.
    """
    steps = [name for name in STEPS if curve or name != "curve"]
    return Chain(study, **{name: STEPS[name](study) for name in progress(steps)})


def moran(study: Study, permutations: int = 999) -> pd.DataFrame:
    """Global Moran's I of outcome and focus in every year under each headline matrix (Table 3)."""
    blocks = {
        (weights, variable): moran_by_year(
            study.panel[variable], W, permutations, SEEDS["moran_permutations"]
        )
        for weights, W in study.weights.items()
        for variable in (study.outcome, study.focus)
    }
    return pd.concat(blocks, names=["weights", "variable"]).reset_index()


def effects(study: Study) -> pd.DataFrame:
    """Fixed or random effects (Hausman), and which fixed effects (likelihood ratios)."""
    return _by_weights(study, _effects_tests)


def lm(study: Study) -> pd.DataFrame:
    """Lagrange multiplier tests for a spatial lag and a spatial error, classic and robust."""
    return _by_weights(study, lambda model: lm_tests(model, effects=study.effects))


def estimates(study: Study) -> pd.DataFrame:
    """Coefficients of the spatial Durbin model under each headline matrix (Table 4)."""
    return pd.concat(
        {name: coefficients(study.fit(name)) for name in study.weights}, names=["weights"]
    ).reset_index()


def impacts(study: Study) -> pd.DataFrame:
    """Direct, indirect and total impacts of all regressors (Table 5), delta-method errors."""
    return pd.concat(
        {name: study.fit(name).impacts(se="delta") for name in study.weights}, names=["weights"]
    ).reset_index()

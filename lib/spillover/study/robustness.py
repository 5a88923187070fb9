"""Checks that the paper lacks: one change at a time, and one region or year at a time."""

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from spillover.panel import BoundaryWarning
from spillover.panel.impacts import IMPACTS
from spillover.seeds import SEEDS
from spillover.study.question import Study
from spillover.study.reading import MINIMUM_YEARS
from spillover.study.skipping import Attempt, NothingDefined, defined, step, strict

MOST_REGIONS_LEFT_OUT = 200
SAMPLED_WORK = 50_000  # regions times samples: the larger a panel, the longer one fit takes
FIGURES = ("estimate", "std_error", "p_value", "lower", "upper")
PARTS = ("", "_se", "_p", "_lower", "_upper")
ROW = [*(f"{name}{part}" for name in ("rho", *IMPACTS) for part in PARTS), "loglik"]


def focus_row(fit: Any, focus: str) -> dict[str, float]:
    """rho and the impacts of one variable, each with error, p-value and 95% interval, in one row.

    Parameters
    ----------
    fit
        Results of a spatial panel model.
    focus
        The variable.

    Returns
    -------
    dict
        Keys as in `ROW`; a model without a spatial lag of the outcome has no rho: NaN.
    """
    row = {f"rho{suffix}": float("nan") for suffix in PARTS}
    if "rho" in fit.params.index:
        row = _entries("rho", fit.tidy().loc["rho", list(FIGURES)])
    impacts = fit.impacts(se="delta").loc[focus]
    for kind in IMPACTS:
        row |= _entries(kind, impacts.loc[kind, list(FIGURES)])
    return row | {"loglik": fit.loglik}


def row_of(fit: Callable[[], Any], focus: str) -> dict[str, float]:
    """:func:`focus_row` of a fit; that it ends at the boundary is seen in the row.

    Parameters
    ----------
    fit, focus
        What estimates the model, and the variable.

    Returns
    -------
    dict
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BoundaryWarning)
        return focus_row(fit(), focus)


def _entries(name: str, figures: Iterable[float]) -> dict[str, float]:
    return {f"{name}{part}": figure for part, figure in zip(PARTS, figures, strict=True)}


def without_boundary(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of :func:`focus_row` without figures where the maximum is at the boundary of rho."""
    figures = rows.columns[rows.columns.str.match(r"(rho|direct|indirect|total)(_|$)")]
    return rows.assign(**rows[figures].where(rows["direct_se"].notna(), axis=0))


@step
def alternatives(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """Impacts of the focus under every matrix, the headline ones first (section 5.2)."""
    names = [*study.weights, *study.alternatives]
    fits = ((name, partial(study.fit, name)) for name in names)
    return without_boundary(_rows("Other matrices", fits, study, attempt).rename_axis("weights"))


def _rows(
    step: str, fits: Iterable[tuple[Any, Callable]], study: Study, attempt: Attempt
) -> pd.DataFrame:
    """A row a fit, those that are not defined left out."""
    rows = defined(attempt, step, ((key, partial(row_of, fit, study.focus)) for key, fit in fits))
    if not rows:
        raise NothingDefined(step)
    return pd.DataFrame.from_dict(rows, orient="index", columns=ROW)


@step
def variants(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """The headline estimate with one thing changed at a time."""
    fits = (((check, variant), fit) for check, variant, fit in _changed(study))
    table = _rows("One change at a time", fits, study, attempt)
    table.index = pd.MultiIndex.from_tuples(table.index, names=["check", "variant"])
    return without_boundary(table)


def _changed(study: Study) -> Iterator[tuple[str, str, Callable]]:
    yield "Reference", "unchanged", study.fit
    for name, correction in (
        ("none", None),
        ("Lee-Yu transformation", "lee-yu"),
        ("Lee-Yu direct", "lee-yu-direct"),
    ):
        yield "Correction", name, partial(study.fit, correction=correction)
    yield "Effects", "region only", partial(study.fit, effects="individual")
    for kind in ("robust", "clustered"):
        yield "Standard errors", kind, partial(study.fit, correction=None, covariance=kind)
    for kind in ("sar", "slx", "sdem"):
        yield "Model", kind.upper(), partial(study.fit, kind=kind)
    yield "Timing", "regressors of last year", lambda: study.lagged().fit()
    if study.controls:
        yield "Controls", "none", replace(study, controls=()).fit
    for name, W in study.rescaled.items():
        yield "Weights", name, partial(study.fit, W, correction=None)
    for name, regions in study.exclusions.items():
        yield "Sample", name, lambda regions=regions: study.without_regions(regions).fit()


@step
def left_out(study: Study, attempt: Attempt = strict) -> pd.DataFrame:
    """The impacts of the focus with each region, and then each year, left out.

    Of more than 200 regions a random sample is left out; with three years only regions. A region
    without which another would have no neighbour is not left out.
    """
    table = _rows("One left out", _smaller(study, attempt), study, attempt)
    table.index = pd.MultiIndex.from_tuples(table.index, names=["unit", "left_out"])
    return without_boundary(table)


def _smaller(study: Study, attempt: Attempt) -> Iterator[tuple[tuple[str, Any], Callable]]:
    study = study.under_headline()  # no other matrix needs to lose its regions
    for region in some_regions(study):
        smaller = attempt("One left out", region, partial(study.without_regions, [region]))
        if smaller is not None and not len(smaller.matrix(smaller.headline).isolates):
            yield ("region", region), smaller.fit
    if len(study.years) > MINIMUM_YEARS:
        for year in study.years:
            yield ("year", year), study.without_years([year]).fit


def some_regions(study: Study) -> list:
    """The regions that are left out one at a time: all, or a random sample of many."""
    regions = list(study.regions)
    if len(regions) <= MOST_REGIONS_LEFT_OUT:
        return regions
    rng = np.random.default_rng(SEEDS["left_out_regions"])
    size = max(1, min(MOST_REGIONS_LEFT_OUT // 2, SAMPLED_WORK // len(regions)))
    return sorted(rng.choice(regions, size, replace=False).tolist())

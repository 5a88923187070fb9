"""Checks that the paper lacks: one change at a time, and one region or year at a time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from spillover.study.question import Study
from spillover.study.reading import MINIMUM_YEARS

IMPACTS = ("direct", "indirect", "total")
MOST_REGIONS_LEFT_OUT = 500


def focus_row(fit: Any, focus: str) -> dict[str, float]:
    """rho and the impacts of one variable, each with error, p value and 95% interval, in one row.

    A model without a spatial lag of the outcome has no rho: NaN.
    """
    row = {f"rho{suffix}": float("nan") for suffix in ("", "_se", "_p", "_lower", "_upper")}
    if "rho" in fit.params.index:
        lower, upper = fit.conf_int().loc["rho"]
        row = _entries(
            "rho", fit.params["rho"], fit.std_errors["rho"], fit.pvalues["rho"], lower, upper
        )
    impacts = fit.impacts(se="delta").loc[focus]
    for kind in IMPACTS:
        columns = ["estimate", "std_error", "p_value", "lower", "upper"]
        row |= _entries(kind, *impacts.loc[kind, columns])
    return row | {"loglik": fit.loglik}


def _entries(name: str, estimate, error, p_value, lower, upper) -> dict[str, float]:
    return {
        name: estimate,
        f"{name}_se": error,
        f"{name}_p": p_value,
        f"{name}_lower": lower,
        f"{name}_upper": upper,
    }


def alternatives(study: Study) -> pd.DataFrame:
    """Impacts of the focus under every matrix, the headline ones first (section 5.2).

    Returns
    -------
    DataFrame
        Indexed by weights; columns as :func:`focus_row` gives them.
    """
    names = [*study.weights, *study.alternatives]
    rows = {name: focus_row(study.fit(name), study.focus) for name in names}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("weights")


def variants(study: Study) -> pd.DataFrame:
    """The headline estimate with one thing changed at a time.

    Returns
    -------
    DataFrame
        Indexed by (check, variant), the first row unchanged; columns as :func:`focus_row`.
    """
    rows = {
        (check, variant): focus_row(fit, study.focus) for check, variant, fit in _changed(study)
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["check", "variant"])
    return table


def _changed(study: Study) -> Iterator[tuple[str, str, Any]]:
    yield "Reference", "unchanged", study.fit()
    for name, correction in (
        ("none", None),
        ("Lee-Yu transformation", "lee-yu"),
        ("Lee-Yu direct", "lee-yu-direct"),
    ):
        yield "Correction", name, study.fit(correction=correction)
    yield "Effects", "region only", study.fit(effects="individual")
    for kind in ("robust", "clustered"):
        yield "Standard errors", kind, study.fit(correction=None, covariance=kind)
    for kind in ("sar", "slx", "sdem"):
        yield "Model", kind.upper(), study.fit(kind=kind)
    yield "Timing", "regressors of last year", study.lagged().fit()
    yield "Controls", "none", replace(study, controls=()).fit()
    for name, W in study.rescaled.items():
        yield "Weights", name, study.fit(W, correction=None)
    for name, regions in study.exclusions.items():
        yield "Sample", name, study.without_regions(regions).fit()


def left_out(study: Study) -> pd.DataFrame:
    """Impacts of the focus with each region, and then each year, left out.

    Returns
    -------
    DataFrame
        Indexed by (unit, left_out), unit in region, year; columns as :func:`focus_row`. Beyond
        500 regions only years are left out, with three years only regions. A region without
        which another would have no neighbour is not left out.
    """
    rows = {
        key: focus_row(smaller.fit(), study.focus)
        for key, smaller in _smaller(study)
        if not len(smaller.matrix(smaller.headline).isolates)
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["unit", "left_out"])
    return table


def _smaller(study: Study) -> Iterator[tuple[tuple[str, Any], Study]]:
    if len(study.regions) <= MOST_REGIONS_LEFT_OUT:
        for region in study.regions:
            yield ("region", region), study.without_regions([region])
    if len(study.years) > MINIMUM_YEARS:
        for year in study.years:
            yield ("year", year), study.without_years([year])

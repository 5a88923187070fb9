"""The chain's results in the layouts of the paper's Tables 3, 4, 5 and 5b: text, ready to print."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from spillover.panel.impacts import IMPACTS
from spillover.panel.regression import STARS

Form = Callable[[float], str]


def stars(p_value: float) -> str:
    """Three, two, one or no stars at 1, 5 and 10 per cent, as in the paper."""
    return next((mark for level, mark in STARS.items() if p_value < level), "")


def fixed(value: float, digits: int = 3) -> str:
    """A number with a fixed number of decimals, three as in the paper.

    Parameters
    ----------
    value, digits
        The number, and how many decimals.

    Returns
    -------
    str
        With a point, no sign before positive numbers.
    """
    return f"{value:.{digits}f}"


def significant(value: float) -> str:
    """A number with three significant digits, large ones in full, tiny and huge ones by powers."""
    if not np.isfinite(value):
        return ""
    size = int(np.floor(np.log10(abs(value)))) if value else 0
    if not -6 < size < 9:
        return f"{value:.2e}"
    return f"{value:,.{max(0, 2 - size)}f}"


def brief(value: float) -> str:
    """A number with two decimals, from a hundred on with none: where there are many columns."""
    return fixed(value, 2 if abs(value) < 100 else 0)


def marks(frame: pd.DataFrame) -> pd.Series:
    """Stars as printed where the frame has them, by its p-values otherwise."""
    return frame["stars"] if "stars" in frame else frame["p_value"].map(stars)


def beside(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tidy frames one below the other, the source's name put before that of the matrix."""
    named = [
        frame.assign(weights=f"{source}: " + frame["weights"].astype(str), stars=marks(frame))
        for source, frame in frames.items()
    ]
    return pd.concat(named, ignore_index=True)


def feet_beside(feet: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The feet of tables of estimates, named as :func:`beside` names their columns."""
    named = [foot.rename(index=f"{source}: {{}}".format) for source, foot in feet.items()]
    return pd.concat(named).fillna("")


def _with_stars(frame: pd.DataFrame, column: str, form: Form = fixed) -> pd.Series:
    return frame[column].map(form) + marks(frame)


def _in_brackets(values: pd.Series, form: Form = fixed) -> pd.Series:
    return values.map(lambda value: f"({form(value)})")


def moran_layout(moran: pd.DataFrame) -> pd.DataFrame:
    """Table 3: a row a year; for each matrix and variable Moran's I with stars and (z).

    From columns weights, variable, year, moran_i, z, and p_value or stars.
    """
    cells = _with_stars(moran, "moran_i") + " " + _in_brackets(moran["z"], partial(fixed, digits=2))
    table = moran.assign(cell=cells).pivot(
        index="year", columns=["weights", "variable"], values="cell"
    )
    columns = pd.MultiIndex.from_frame(moran[["weights", "variable"]].drop_duplicates())
    return table[columns].fillna("")


def estimates_layout(
    estimates: pd.DataFrame,
    statistics: pd.DataFrame,
    terms: Sequence[str] | None = None,
    form: Form = fixed,
) -> pd.DataFrame:
    """Table 4: a column a matrix; estimates with stars, standard errors below, then N and R2.

    Parameters
    ----------
    estimates
        Columns weights, term, estimate, std_error, and p_value or stars.
    statistics
        Indexed by weights, a column (of text) for each line of the foot.
    terms
        Those to show, in order; all if left out.
    form
        Text of a number.

    Returns
    -------
    pandas.DataFrame
        Text.
    """
    body = _two_lines(estimates, "term", ["weights"], terms, form)
    foot = statistics.T[body.columns]
    return pd.concat([body, foot]).rename_axis("term").rename_axis(columns=None)


def impacts_layout(impacts: pd.DataFrame, form: Form = fixed) -> pd.DataFrame:
    """Table 5: direct, indirect and total impact for each matrix, standard errors below.

    Parameters
    ----------
    impacts
        Columns weights, variable, impact, estimate, std_error, and p_value or stars.
    form
        Text of a number.

    Returns
    -------
    pandas.DataFrame
        Text; columns (weights, impact).
    """
    body = _two_lines(impacts, "variable", ["weights", "impact"], None, form)
    columns = pd.MultiIndex.from_product([impacts["weights"].unique(), IMPACTS])
    table = body[columns].rename(columns=str.capitalize, level=1)
    return table.rename_axis(columns=[None, None])


def _two_lines(
    frame: pd.DataFrame, row: str, columns: list[str], rows: Sequence[str] | None, form: Form
) -> pd.DataFrame:
    """Estimates with stars on one line, errors in brackets on the next, named on the first."""
    lines = {
        "estimate": _with_stars(frame, "estimate", form),
        "error": _in_brackets(frame["std_error"], form),
    }
    cells = pd.concat(
        [frame[[row, *columns]].assign(line=line, cell=cell) for line, cell in lines.items()]
    )
    table = cells.pivot(index=[row, "line"], columns=columns, values="cell")
    order = [(name, line) for name in (rows or frame[row].unique()) for line in lines]
    table = table.loc[order, table.columns if len(columns) > 1 else frame[columns[0]].unique()]
    labels = [name if line == "estimate" else "" for name, line in table.index]
    return table.set_axis(pd.Index(labels, name=row)).fillna("")


def impacts_by_row(impacts: pd.DataFrame) -> pd.DataFrame:
    """Impacts of one variable: a row a matrix, errors in brackets beside the estimates.

    From columns weights, impact, estimate, std_error, and p_value or stars.
    """
    cells = _with_stars(impacts, "estimate") + " " + _in_brackets(impacts["std_error"])
    table = impacts.assign(cell=cells).pivot(index="weights", columns="impact", values="cell")
    table = table.loc[impacts["weights"].unique(), list(IMPACTS)]
    return table.rename(columns=str.capitalize).rename_axis(columns=None)


def tests_layout(tests: pd.DataFrame) -> pd.DataFrame:
    """Table 5b: statistics with stars; a row a test and null hypothesis, a column a matrix.

    From columns weights, test, null, statistic, and p_value or stars.
    """
    rows = pd.MultiIndex.from_frame(tests[["test", "null"]].drop_duplicates())
    table = tests.assign(cell=_with_stars(tests, "statistic", partial(fixed, digits=2))).pivot(
        index=["test", "null"], columns="weights", values="cell"
    )
    table = table.loc[rows, tests["weights"].unique()]
    return table.rename_axis(columns=None).rename_axis(index=["Test", "SDM against"])


def steps_layout(steps: pd.DataFrame) -> pd.DataFrame:
    """The chain for several outcomes: a row a figure of a step, a column an outcome and scale.

    ``steps`` is indexed by (outcome, scale, step, row), all text; columns figure, p_value. Outcomes
    may cover different years.
    """
    cells = _with_stars(steps, "figure", brief).where(steps["figure"].notna(), "none")
    order = list(steps.index.unique("step"))
    rows = sorted(
        steps.index.droplevel(["outcome", "scale"]).unique(),
        key=lambda row: (order.index(row[0]), row[1] if row[1].isdigit() else ""),
    )
    columns = {
        ", ".join(key): block.droplevel(["outcome", "scale"]).reindex(rows)
        for key, block in cells.groupby(level=["outcome", "scale"], sort=False)
    }
    return pd.DataFrame(columns).fillna("").rename_axis(["Step", "Item"])


def variants_layout(variants: pd.DataFrame, form: Form = fixed) -> pd.DataFrame:
    """Robustness checks, a row each: rho, direct, indirect and total impact with (errors).

    Parameters
    ----------
    variants
        Columns rho, direct, indirect, total, each with ``_se`` and ``_p`` beside it; NaN where the
        estimate is at the boundary.
    form
        Text of a number.

    Returns
    -------
    pandas.DataFrame
        Text, indexed as the variants.
    """
    shown = {name: _variant_cells(variants, name, form) for name in ("rho", *IMPACTS)}
    table = pd.DataFrame(shown)
    table["rho"] = table["rho"].mask(variants["direct_se"].isna(), "at the boundary, no estimate")
    return table.rename(columns={kind: kind.capitalize() for kind in IMPACTS})


def _variant_cells(variants: pd.DataFrame, name: str, form: Form) -> pd.Series:
    cells = variants[name].map(form) + variants[f"{name}_p"].map(stars)
    cells += " " + _in_brackets(variants[f"{name}_se"], form)
    return cells.where(variants[name].notna() & variants["direct_se"].notna(), "")


def flat_columns(table: pd.DataFrame, colon: str = ": ") -> pd.DataFrame:
    """Join the levels of a table's columns, for formats without merged cells.

    Parameters
    ----------
    table, colon
        Any table, and what joins the levels.

    Returns
    -------
    pandas.DataFrame
        The table with one level of columns.
    """
    if table.columns.nlevels == 1:
        return table
    return table.set_axis([colon.join(map(str, column)) for column in table.columns], axis=1)

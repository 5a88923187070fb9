"""The chain's results in the layouts of the paper's Tables 3, 4, 5 and 5b: text, ready to print."""

from collections.abc import Mapping

import pandas as pd

STARS = ((0.01, "***"), (0.05, "**"), (0.10, "*"))
IMPACTS = ("direct", "indirect", "total")


def stars(p_value: float) -> str:
    """Three, two, one or no stars at 1, 5 and 10 per cent, as in the paper."""
    return next((mark for level, mark in STARS if p_value < level), "")


def starred(value: float, p_value: float, digits: int = 3) -> str:
    """A number with its stars; empty if there is no number."""
    return "" if pd.isna(value) else f"{value:.{digits}f}{stars(p_value)}"


def bracketed(value: float, digits: int = 3) -> str:
    """A standard error or z value in parentheses; empty if there is no number."""
    return "" if pd.isna(value) else f"({value:.{digits}f})"


def _ordered(values: pd.Series) -> list:
    return list(dict.fromkeys(values))


def moran_layout(moran: pd.DataFrame) -> pd.DataFrame:
    """Table 3: a row a year; for each matrix and variable Moran's I with stars and (z).

    Parameters
    ----------
    moran
        Columns weights, variable, year, moran_i, z, p_value.
    """
    cells = [
        f"{starred(i, p)} {bracketed(z, 2)}"
        for i, z, p in zip(moran["moran_i"], moran["z"], moran["p_value"], strict=True)
    ]
    table = moran.assign(cell=cells).pivot(
        index="year", columns=["weights", "variable"], values="cell"
    )
    columns = pd.MultiIndex.from_frame(moran[["weights", "variable"]].drop_duplicates())
    return table[columns]


def estimates_layout(
    estimates: pd.DataFrame, statistics: pd.DataFrame, terms: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Table 4: a column a matrix; estimates with stars, standard errors below, then N and R2.

    Parameters
    ----------
    estimates
        Columns weights, term, estimate, std_error, p_value.
    statistics
        Indexed by weights, one column a figure for the foot of the table (already text).
    terms
        Terms to show and how to name them; all, by their own names, if left out.
    """
    terms = terms or {term: term for term in _ordered(estimates["term"])}
    by_column = {
        weights: _stacked(block.set_index("term"), terms)
        for weights, block in estimates.groupby("weights", sort=False)
    }
    body = pd.DataFrame(by_column)
    foot = statistics.T[list(by_column)]
    foot.index = pd.MultiIndex.from_product([foot.index, [""]])
    table = pd.concat([body, foot])
    return _one_level(table, "term")


def _stacked(block: pd.DataFrame, terms: Mapping[str, str]) -> pd.Series:
    cells = {}
    for term, label in terms.items():
        if term in block.index:
            row = block.loc[term]
            cells[label, ""] = starred(row["estimate"], row["p_value"])
            cells[label, "error"] = bracketed(row["std_error"])
    return pd.Series(cells)


def _one_level(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Show a term's name on its first line only."""
    labels = ["" if line == "error" else label for label, line in table.index]
    return table.set_axis(pd.Index(labels, name=name))


def impacts_layout(impacts: pd.DataFrame, labels: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Table 5: direct, indirect and total impact for each matrix, standard errors below.

    Parameters
    ----------
    impacts
        Columns weights, variable, impact, estimate, std_error, p_value.
    labels
        Variables to show and how to name them; all if left out.
    """
    labels = labels or {name: name for name in _ordered(impacts["variable"])}
    columns = pd.MultiIndex.from_product([_ordered(impacts["weights"]), IMPACTS])
    cells = {}
    for variable, label in labels.items():
        block = impacts[impacts["variable"] == variable].set_index(["weights", "impact"])
        rows = block.loc[list(columns)]
        cells[label, ""] = list(map(starred, rows["estimate"], rows["p_value"]))
        cells[label, "error"] = list(map(bracketed, rows["std_error"]))
    table = pd.DataFrame.from_dict(cells, orient="index", columns=columns)
    table.index = pd.MultiIndex.from_tuples(table.index)
    return _one_level(table, "variable").rename(columns=str.capitalize, level=1)


def tests_layout(tests: pd.DataFrame) -> pd.DataFrame:
    """Table 5b: statistics with stars; a row a test and null hypothesis, a column a matrix.

    Parameters
    ----------
    tests
        Columns weights, test, null, statistic, p_value, and df where degrees differ.
    """
    cells = [
        starred(statistic, p, 2)
        for statistic, p in zip(tests["statistic"], tests["p_value"], strict=True)
    ]
    rows = pd.MultiIndex.from_frame(tests[["test", "null"]].drop_duplicates())
    table = tests.assign(cell=cells).pivot(index=["test", "null"], columns="weights", values="cell")
    return table.loc[rows, _ordered(tests["weights"])].rename_axis(columns=None)


def variants_layout(variants: pd.DataFrame) -> pd.DataFrame:
    """Robustness checks, a row each: rho, direct, indirect and total impact with (errors).

    Parameters
    ----------
    variants
        Any index; columns rho, direct, indirect, total, each with ``_se`` and ``_p`` beside it.
    """
    shown = {
        name.capitalize() if name != "rho" else "rho": [
            f"{starred(v, p)} {bracketed(se)}".strip()
            for v, se, p in zip(
                variants[name], variants[f"{name}_se"], variants[f"{name}_p"], strict=True
            )
        ]
        for name in ("rho", *IMPACTS)
    }
    return pd.DataFrame(shown, index=variants.index)


def flat_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Join the levels of a table's columns with a colon, for formats without merged cells."""
    if table.columns.nlevels == 1:
        return table
    return table.set_axis([": ".join(map(str, column)) for column in table.columns], axis=1)

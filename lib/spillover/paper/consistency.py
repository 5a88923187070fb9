"""Do the published tables agree with themselves? The paper's tables as the room `audit` reads them.

Here the tables are set up cell by cell for the ledger; `transcription` gives them to all checks of
:mod:`spillover.audit` at once.
"""

from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from spillover.audit.intervals import Interval, one_sided, two_sided
from spillover.audit.rules import possible_stars
from spillover.datasets import PAPER
from spillover.paper.published import MATRICES
from spillover.present.chain_tables import stars

REGIONS, YEARS = 31, 9
CONTROLS = (
    "cultural demand",
    "cultural endowment",
    "policy documents",
    "cultural budget",
    "GDP per head",
    "urbanisation",
)
REGRESSORS = 1 + len(CONTROLS)
LADDER = (0.10, 0.05, 0.01)  # by the notes under the tables
WEIGHTS = tuple(MATRICES)


@cache
def published(name: str) -> pd.DataFrame:
    """A table of the paper as text, so that the number of printed digits is kept."""
    return pd.read_csv(PAPER / f"{name}.csv", dtype=str, keep_default_na=False)


def fits(printed: str, p_values: Interval) -> bool:
    """Whether some p-value earns stars.

    Parameters
    ----------
    printed
        The stars as they stand.
    p_values
        With rounding.

    Returns
    -------
    bool
    """
    return len(printed) in possible_stars(p_values, LADDER)


@cache
def moran_table() -> pd.DataFrame:
    """Table 3, cell by cell: what z and I imply.

    Indexed by (year, weights, variable): ``moran_i``, ``z``, ``p_two``, ``p_one`` and ``sd`` as
    `Interval`; the printed ``stars``; ``agrees_two`` and ``agrees_one``, whether the stars fit a
    two-sided or one-sided test. ``sd`` is the standard deviation of I implied by ``z = (I - E I) /
    sd`` with ``E I = -1 / (N - 1)``.
    """
    table = published("table3_moran").copy()
    table["year"] = table["year"].astype(int)
    table[["moran_i", "z"]] = table[["moran_i", "z"]].map(Interval.printed)
    table["p_two"], table["p_one"] = table["z"].map(two_sided), table["z"].map(one_sided)
    for side in ("two", "one"):
        pairs = zip(table["stars"], table[f"p_{side}"], strict=True)
        table[f"agrees_{side}"] = [fits(marks, p) for marks, p in pairs]
    table["sd"] = (table["moran_i"] + 1 / (REGIONS - 1)) / table["z"]
    return table.set_index(["year", "weights", "variable"])


@cache
def coefficient_table() -> pd.DataFrame:
    """Table 4: both readings of the figures in parentheses.

    Indexed by (weights, term): ``estimate`` and ``parentheses`` as `Interval`, ``stars``, ``z`` if
    the parentheses hold standard errors, ``as_standard_error`` and ``as_p_value``: whether the
    stars fit that reading.
    """
    table = published("table4_sdm")
    rows = table[table["in_parentheses"] != ""].drop(columns="in_parentheses")
    return _both_readings(rows.assign(parentheses=table["in_parentheses"]), ["weights", "term"])


@cache
def effects_table() -> pd.DataFrame:
    """Table 5, as `coefficient_table`; indexed by (weights, effect)."""
    table = published("table5_effects").rename(columns={"in_parentheses": "parentheses"})
    return _both_readings(table, ["weights", "effect"])


def _both_readings(table: pd.DataFrame, index: list[str]) -> pd.DataFrame:
    out = table.set_index(index)
    out[["estimate", "parentheses"]] = out[["estimate", "parentheses"]].map(Interval.printed)
    out["z"] = out["estimate"] / out["parentheses"]
    out["p_value"] = out["z"].map(two_sided)
    out["as_standard_error"] = [
        fits(s, p) for s, p in zip(out["stars"], out["p_value"], strict=True)
    ]
    out["as_p_value"] = [fits(s, p) for s, p in zip(out["stars"], out["parentheses"], strict=True)]
    return out


def parts_and_total(weights: str) -> tuple[Interval, Interval]:
    """Direct plus indirect, and the total, of Table 5."""
    effect = effects_table()["estimate"][weights]
    return effect["direct"] + effect["indirect"], effect["total"]


@cache
def specification_table() -> pd.DataFrame:
    """The second Table 5, a restriction for every regressor.

    Indexed by (test, null, weights): ``statistic`` as `Interval`, ``stars``, ``p_value``,
    ``agrees`` (stars fit it), ``largest_df`` (the most restrictions at which the printed stars
    would still be earned).
    """
    table = published("table5b_specification_tests").set_index(["test", "null", "weights"])
    table["statistic"] = table["statistic"].map(Interval.printed)
    middle = table["statistic"].map(lambda interval: interval.middle)
    table["p_value"] = stats.chi2.sf(middle, REGRESSORS)
    table["agrees"] = [s == stars(p) for s, p in zip(table["stars"], table["p_value"], strict=True)]
    df = np.arange(1, 200)
    levels = table["stars"].map(lambda marks: [1.0, *LADDER][len(marks)]).to_numpy()[:, None]
    earned = stats.chi2.sf(middle.to_numpy()[:, None], df) < levels
    table["largest_df"] = np.where(earned, df, 0).max(axis=1)
    return table


def wald_of_focus_alone(weights: str) -> Interval:
    """Square of the z of W*dig: the Wald statistic of SDM -> SAR if only dig were lagged.

    A joint Wald statistic is at least that of each single restriction, so the joint one of
    the paper must not be smaller; and if it is larger, other regressors were lagged too.
    """
    z = coefficient_table().loc[(weights, "W*dig"), "z"]
    return z * z


# All tables for all checks ---------------------------------------------------------------------

NOTE = "p-values"  # what the note under Table 4 says of the parentheses


def transcription() -> dict:
    """The paper's tables 3, 4 and 5 (both) in the form that :mod:`spillover.audit` reads."""
    years = moran_table().index.unique("year")
    return {
        "key": "cultural_industry_in_31_provinces",
        "citation": {"title": "The paper of this book"},
        "panel": {
            "N": str(REGIONS),
            "T": str(YEARS),
            "NT": str(REGIONS * YEARS),
            "years": f"{min(years)}-{max(years)}",
            "row_standardised": "not said",
        },
        "regression": [_column(weights) for weights in WEIGHTS],
        "moran": _moran_series(),
        "tests": [_tests(weights) for weights in WEIGHTS],
    }


def _column(weights: str) -> dict:
    rows = published("table4_sdm").set_index(["weights", "term"]).loc[weights]
    effects = published("table5_effects").set_index(["weights", "effect"]).loc[weights]

    def cells(row: pd.Series) -> list[str]:
        return [row["estimate"] + row["stars"], row["in_parentheses"]]

    return {
        "label": f"Tables 4 and 5, {weights}",
        "model": "SDM",
        "paren": NOTE,
        "stars": "* 10%, ** 5%, *** 1%",
        "controls": "yes, not printed",
        "relative": "yes",
        "nobs": rows.loc["N", "estimate"],
        "coef": [["dig", *cells(rows.loc["dig"])]],
        "wx": [["dig", *cells(rows.loc["W*dig"])]],
        "rho": cells(rows.loc["rho"]),
        **{name: [["dig", *cells(row)]] for name, row in effects.iterrows()},
    }


def _moran_series() -> list[dict]:
    groups = published("table3_moran").groupby(["weights", "variable"], sort=False)
    return [
        {
            "series": variable,
            "w": weights,
            "second": "z",
            "rows": [[r.year, r.moran_i + r.stars, r.z] for r in rows.itertuples()],
        }
        for (weights, variable), rows in groups
    ]


def _tests(weights: str) -> dict:
    table = published("table5b_specification_tests")
    rows = table[table["weights"] == weights]
    named = [[f"{r.test} {r.null}", r.statistic + r.stars, "", ""] for r in rows.itertuples()]
    return {"label": f"second Table 5, {weights}", "rows": named}

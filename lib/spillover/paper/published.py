"""The paper's published tables in the form of the chain's own frames, to be set beside them."""

import numpy as np
import pandas as pd
from scipy import stats

from spillover.datasets import load_paper_table

MATRICES = {"rd_personnel": "R&D personnel", "rd_capital": "R&D capital"}
MASSES = {key: name.removeprefix("R&D ") for key, name in MATRICES.items()}
VARIABLES = {"cul": "cultural revenue relative to mean", "dig": "digital technology"}
TERMS = {"dig": "digital technology", "W*dig": "W*digital technology", "rho": "rho"}


def _table(name: str) -> pd.DataFrame:
    """A table of the paper, its matrices named."""
    return load_paper_table(name).replace({"weights": MATRICES})


def published_moran() -> pd.DataFrame:
    """Table 3: weights, variable, year, moran_i, z, stars (as printed)."""
    return _table("table3_moran").replace({"variable": VARIABLES})


def published_estimates() -> pd.DataFrame:
    """Table 4: weights, term, estimate, std_error, stars (as printed).

    The note under the table calls the parentheses p-values; read as such they contradict the stars,
    read as standard errors they agree with them.
    """
    table = _table("table4_sdm").rename(columns={"in_parentheses": "std_error"})
    return table[table["term"].isin(TERMS)].replace({"term": TERMS})


def published_statistics() -> pd.DataFrame:
    """Foot of Table 4: N and R2 as text, indexed by weights."""
    table = _table("table4_sdm")
    foot = table[~table["term"].isin(TERMS)].pivot(
        index="weights", columns="term", values="estimate"
    )
    foot = foot.assign(N=foot["N"].map("{:.0f}".format), R2=foot["R2"].map("{:.3f}".format))
    return foot.rename_axis(columns=None)


def published_impacts() -> pd.DataFrame:
    """Table 5: weights, variable, impact, estimate, std_error, lower, upper, stars (as printed)."""
    names = {"effect": "impact", "in_parentheses": "std_error"}
    shown = _table("table5_effects").rename(columns=names).assign(variable=TERMS["dig"])
    reach = stats.norm.ppf(0.975) * shown["std_error"]
    return shown.assign(lower=shown["estimate"] - reach, upper=shown["estimate"] + reach)


def published_tests() -> pd.DataFrame:
    """The second Table 5: weights, test, null, statistic, stars (as printed)."""
    table = _table("table5b_specification_tests")
    return table.assign(null=table["null"].str.removeprefix("SDM->"))


def published_signs() -> tuple[int, int]:
    """Signs of the published direct and indirect impact, the same under both matrices."""
    impacts = published_impacts().pivot(index="weights", columns="impact", values="estimate")
    signs = np.sign(impacts[["direct", "indirect"]]).drop_duplicates()
    if len(signs) != 1:
        raise ValueError("the published impacts differ in sign between the matrices")
    return tuple(signs.iloc[0].astype(int))

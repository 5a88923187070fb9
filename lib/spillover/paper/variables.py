"""The paper's variables from the panel's columns: outcome, digital index, endowment, matrices."""

import pandas as pd
from libpysal.graph import Graph

from spillover.datasets import load_paper_table, load_rd_projects_2009, load_regions
from spillover.measure import weights
from spillover.measure.indices import (
    EntropyIndex,
    PrincipalComponentIndex,
    entropy_index,
    pca_index,
    relative_size,
)
from spillover.paper import provinces

# What the paper measured: what stands in for it where the panel does not hold it.
SUBSTITUTES = {
    "internet_penetration_pct": "mobile_internet_per_100",
    "software_employment_share_pct": "computers_per_100_persons",
    "rd_over_gdp_pct": "scitech_budget_pct",
}
OWN_ONLY = ("mobile_phones_per_100", "broadband_ports_10k")


def agglomeration(panel: pd.DataFrame) -> pd.Series:
    """The outcome: cultural revenue relative to the national mean, or its public companion.

    Parameters
    ----------
    panel
        As `spillover.datasets.load_provinces` returns it.

    Returns
    -------
    pandas.Series
        ``cultural_agglomeration`` where the panel holds ``cultural_revenue_100m_yuan``
        (the reader's own column). Otherwise ``knowledge_agglomeration``: patents granted
        relative to the national mean, the size of the theory's creative sector. The companion
        is another variable: its estimates do not replicate the paper's.
    """
    if "cultural_revenue_100m_yuan" in panel:
        return relative_size(panel["cultural_revenue_100m_yuan"]).rename("cultural_agglomeration")
    return relative_size(panel["patents_granted"]).rename("knowledge_agglomeration")


def digital_indicators(panel: pd.DataFrame, patents: bool = True) -> pd.DataFrame:
    """The paper's digital-technology indicators (its Table 1), as far as the panel holds them.

    The paper's own indicator is used where the panel has it, its substitute elsewhere; the
    two that have neither are left out. Telecommunications volume over GDP is taken relative
    to the mean of the year: its price base changes in 2016 and 2021.

    Parameters
    ----------
    panel
        As `spillover.datasets.load_provinces` returns it.
    patents
        Whether patents granted are an indicator. Not where they are the outcome.

    Returns
    -------
    pandas.DataFrame
        Indexed by (region, year), for the years in which every indicator is known; with
        the public columns alone 2015-2021.

    Raises
    ------
    ValueError
        If no year has all indicators.
    """
    people, gdp = panel["population_10k"], panel["gdp_100m_yuan"]
    frame = pd.DataFrame(
        {
            "mobile_internet_per_100": 100 * panel["mobile_internet_users_10k"] / people,
            "telecom_over_gdp_relative": relative_size(panel["telecom_volume_100m_yuan"] / gdp),
            "broadband_subscribers_10k": panel["broadband_subscribers_10k"],
            "computers_per_100_persons": panel["computers_per_100_persons"],
            "firms_with_ecommerce_pct": panel["firms_with_ecommerce_pct"],
            "patents_granted": panel["patents_granted"],
            "scitech_budget_pct": 100
            * panel["budget_scitech_100m_yuan"]
            / panel["budget_total_100m_yuan"],
        }
    )
    own = panel.assign(rd_over_gdp_pct=100 * panel["rd_expenditure_100m_yuan"] / gdp)
    for column in (*SUBSTITUTES, *OWN_ONLY):
        if column in own and own[column].notna().all():
            frame[column] = own[column]
            frame = frame.drop(columns=SUBSTITUTES.get(column, []))
    complete = frame.drop(columns=[] if patents else "patents_granted")
    complete = complete[complete.notna().all(axis=1).groupby(level="year").transform("all")]
    if complete.empty:
        raise ValueError("no year has all of " + ", ".join(complete))
    return complete


def digital_index(
    panel: pd.DataFrame, patents: bool = True, rule: str = "first"
) -> PrincipalComponentIndex:
    """Digital-technology index: principal components of `digital_indicators`."""
    return pca_index(digital_indicators(panel, patents), rule)


def endowment_columns() -> list[str]:
    """Columns of the paper's cultural-endowment index (its Table 2)."""
    return load_paper_table("table2_cultural_endowment")["column"].tolist()


def cultural_endowment(panel: pd.DataFrame) -> EntropyIndex:
    """The paper's cultural-endowment index: entropy weights on its Table 2.

    Raises
    ------
    ValueError
        If the panel lacks one of the five columns, none of which is public for provinces.
    """
    columns = endowment_columns()
    if missing := [column for column in columns if column not in panel]:
        raise ValueError(f"the endowment index needs {', '.join(missing)}")
    return entropy_index(panel[columns])


def named_matrices(panel: pd.DataFrame, row_standardise: bool = True) -> dict[str, Graph]:
    """The matrices of the paper's sections 3.1 and 5.2, and contiguity as the foil.

    Parameters
    ----------
    panel
        As `spillover.datasets.load_provinces` returns it. Its ``rd_personnel_fte`` and
        ``rd_capital_100m_yuan`` (the reader's own columns) are the masses of the gravity
        matrices, averaged over years. Without them personnel and expenditure of 2009 are:
        if R&D has grown at one rate everywhere, capital is proportional to expenditure.
    row_standardise
        Whether rows sum to one.

    Returns
    -------
    dict
        ``rd_personnel``, ``rd_capital``, ``inverse_distance``, ``inverse_distance_squared``,
        ``economic_geographic``, ``contiguity``.
    """
    regions = load_regions()
    base = load_rd_projects_2009()
    income = _mean_over_years(panel["gdp_100m_yuan"] / panel["population_10k"])
    graphs = {
        "rd_personnel": weights.gravity(
            _own_or("rd_personnel_fte", panel, base["personnel_fte"]), regions
        ),
        "rd_capital": weights.gravity(
            _own_or("rd_capital_100m_yuan", panel, base["expenditure_10k_yuan"]), regions
        ),
        "inverse_distance": weights.inverse_distance(regions),
        "inverse_distance_squared": weights.inverse_distance(regions, power=2),
        "economic_geographic": weights.economic_geographic(income, regions),
        "contiguity": provinces.contiguity(),
    }
    if row_standardise:
        return {name: weights.row_standardise(graph) for name, graph in graphs.items()}
    return graphs


def _own_or(column: str, panel: pd.DataFrame, public: pd.Series) -> pd.Series:
    return _mean_over_years(panel[column]) if column in panel else public


def _mean_over_years(series: pd.Series) -> pd.Series:
    return series.groupby(level="region").mean()

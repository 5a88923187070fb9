"""The paper's variables from the panel's columns: outcomes, digital index, endowment, matrices."""

from collections.abc import Collection, Mapping
from typing import Literal

import pandas as pd
from libpysal.graph import Graph

from spillover.datasets import (
    load_paper_table,
    load_prices,
    load_rd_personnel,
    load_rd_projects_2009,
    load_regions,
    load_table,
)
from spillover.measure import weights
from spillover.measure.indices import (
    EntropyIndex,
    PrincipalComponentIndex,
    entropy_index,
    pca_index,
    relative_size,
)
from spillover.paper import provinces

# The outcomes side by side, the headline first; the reader's own revenue comes before them all.
REVENUE = "cultural_revenue_100m_yuan"
OUTCOMES = {
    REVENUE: "cultural revenue",
    "culture_wage_bill_100m_yuan": "wage bill of culture",
    "culture_employment_10k": "employment in culture",
    "patents_granted": "patents",
}
# What the paper measured: what stands in for it in years in which the panel does not hold it.
SUBSTITUTES = {
    "internet_penetration_pct": "mobile_internet_per_100",
    "software_employment_share_pct": "computers_per_100_persons",
}
# The paper's own indicators that are public from its first year on, one dimension or more each.
CORE = (
    "telecom_over_gdp_relative",
    "software_employment_share_pct",
    "patents_granted",
    "rd_over_gdp_pct",
)
PREDETERMINED = range(2010, 2013)
BASE_YEAR = 2010
DEPRECIATION = 0.15
OWN_MASSES = {"rd_personnel": "rd_personnel_fte", "rd_capital": "rd_capital_100m_yuan"}


def outcome_columns(panel: pd.DataFrame) -> list[str]:
    """Columns of the panel that measure the outcome, the headline first.

    The reader's own revenue of cultural enterprises is the paper's outcome. Without it the wage
    bill of culture leads, of the public figures of culture the nearest to the published totals of
    the macro-regions (see :mod:`spillover.paper.outcomes`). Patents are not culture: they are the
    size of the theory's creative sector.
    """
    return [column for column in OUTCOMES if column in panel]


def agglomeration(panel: pd.DataFrame, column: str | None = None) -> pd.Series:
    """An outcome relative to the national mean, in the years in which every province has it.

    Parameters
    ----------
    panel
        As `spillover.datasets.load_provinces` returns it.
    column
        One of `outcome_columns`, the first if left out.

    Returns
    -------
    pandas.Series
        Without unit, mean one in every year; named after the outcome.
    """
    column = column or outcome_columns(panel)[0]
    known = _in_years(panel[column], complete_years(panel[[column]]))
    return relative_size(known).rename(f"{OUTCOMES[column]} relative to mean")


def complete_years(frame: pd.DataFrame) -> list[int]:
    """Years in which no figure of a frame is missing."""
    known = frame.notna().all(axis=1).groupby(level="year").all()
    return known.index[known].tolist()


def study_years(panel: pd.DataFrame, column: str | None = None) -> list[int]:
    """Years in which the outcome and the indicators of `CORE` are known: 2013-2020 in public.

    Parameters
    ----------
    panel, column
        As in `agglomeration`.

    Returns
    -------
    list of int
    """
    column = column or outcome_columns(panel)[0]
    core = all_indicators(panel)[list(CORE)]
    return complete_years(pd.concat([panel[[column]].add_prefix("outcome: "), core], axis=1))


def _in_years(frame: pd.DataFrame | pd.Series, years: Collection[int]) -> pd.DataFrame | pd.Series:
    return frame[frame.index.get_level_values("year").isin(list(years))]


def all_indicators(panel: pd.DataFrame) -> pd.DataFrame:
    """Every digital indicator of the paper's Table 1 that the panel holds, and the substitutes.

    Telecommunications volume over GDP is taken relative to the mean of the year: its price base
    changes in 2016 and 2021. Employment in information and software is a share of the employment
    of urban non-private units.
    """
    people, gdp = panel["population_10k"], panel["gdp_100m_yuan"]
    software = 100 * panel["it_employment_10k"] / panel["urban_unit_employment_10k"]
    columns = {
        "internet_penetration_pct": panel.get("internet_penetration_pct"),
        "mobile_internet_per_100": 100 * panel["mobile_internet_users_10k"] / people,
        "mobile_phones_per_100": panel.get("mobile_phones_per_100"),
        "telecom_over_gdp_relative": relative_size(panel["telecom_volume_100m_yuan"] / gdp),
        "broadband_subscribers_10k": panel["broadband_subscribers_10k"],
        "broadband_ports_10k": panel.get("broadband_ports_10k"),
        "software_employment_share_pct": panel.get("software_employment_share_pct", software),
        "computers_per_100_persons": panel["computers_per_100_persons"],
        "firms_with_ecommerce_pct": panel["firms_with_ecommerce_pct"],
        "patents_granted": panel["patents_granted"],
        "rd_over_gdp_pct": 100 * panel["rd_expenditure_100m_yuan"] / gdp,
    }
    return pd.DataFrame({name: column for name, column in columns.items() if column is not None})


def digital_indicators(
    panel: pd.DataFrame, years: Collection[int] | None = None, patents: bool = True
) -> pd.DataFrame:
    """The digital indicators that cover all of some years.

    More years leave fewer indicators: four of the paper's nine are public for 2013-2020, six (and
    a substitute for a seventh) for 2015-2020, three for 2013-2021. A substitute is used where the
    paper's own indicator does not cover the years.

    Parameters
    ----------
    panel
        As `spillover.datasets.load_provinces` returns it.
    years
        Years to cover; those of `study_years` if left out.
    patents
        Whether patents granted are an indicator. Not where they are the outcome.

    Returns
    -------
    pandas.DataFrame
        Indexed by (region, year).

    Raises
    ------
    ValueError
        If the panel lacks one of the years, or no indicator covers them.
    """
    years = study_years(panel) if years is None else list(years)
    if absent := sorted(set(years) - set(panel.index.unique("year"))):
        raise ValueError(f"the panel has no year {', '.join(map(str, absent))}")
    covered = _in_years(all_indicators(panel), years).dropna(axis=1)
    replaced = [substitute for own, substitute in SUBSTITUTES.items() if own in covered]
    covered = covered.drop(
        columns=[*replaced, *([] if patents else ["patents_granted"])], errors="ignore"
    )
    if covered.empty:
        raise ValueError(f"no digital indicator covers all of {', '.join(map(str, years))}")
    return covered


def digital_index(
    panel: pd.DataFrame, patents: bool = True, rule: Literal["first", "kaiser"] = "first"
) -> PrincipalComponentIndex:
    """Digital-technology index: principal components of `digital_indicators`.

    Parameters
    ----------
    panel, patents
        As for `digital_indicators`.
    rule
        As for :func:`spillover.measure.indices.pca_index`.

    Returns
    -------
    PrincipalComponentIndex
    """
    return pca_index(digital_indicators(panel, patents=patents), rule)


def _endowment_indicators(panel: pd.DataFrame, years: Collection[int]) -> pd.DataFrame:
    """Indicators of the paper's Table 2 that cover some years, the reader's or public."""
    public = {
        "library_books_per_head": panel["library_stock_10k"] / panel["population_10k"],
        "cultural_venues": panel["public_libraries"],
        "intangible_heritage": panel["national_intangible_heritage_items"],
    }
    names = load_paper_table("table2_cultural_endowment")["column"]
    columns = {name: panel.get(name, public.get(name)) for name in names}
    held = {name: column for name, column in columns.items() if column is not None}
    return _in_years(pd.DataFrame(held), years).dropna(axis=1)


def cultural_endowment(panel: pd.DataFrame, years: Collection[int] | None = None) -> EntropyIndex:
    """The paper's cultural-endowment index: entropy weights on its Table 2.

    Public are library stock per resident and libraries (for cultural venues) to 2018, and items
    of intangible heritage on the national lists in all years.

    Parameters
    ----------
    panel
        As `spillover.datasets.load_provinces` returns it.
    years
        Years to cover, `study_years` if left out; they decide which indicators there are.

    Returns
    -------
    EntropyIndex
    """
    return entropy_index(_endowment_indicators(panel, years or study_years(panel)))


def rd_capital(depreciation: float = DEPRECIATION) -> pd.DataFrame:
    """R&D capital stock of every province, 2010-2023, by the perpetual inventory.

    Parameters
    ----------
    depreciation
        Share of the stock lost in a year.

    Returns
    -------
    pandas.DataFrame
        Years in rows, regions in columns, 100 million yuan in prices of `BASE_YEAR`.
    """
    flows = load_table("knowledge")["rd_expenditure_100m_yuan"].unstack("region")
    prices = (load_prices() / 100).cumprod()
    return weights.capital_stock(flows, BASE_YEAR, depreciation, prices)


def rd_masses() -> dict[str, pd.DataFrame]:
    """The masses of the paper's two matrices: personnel and capital, years by regions."""
    personnel = load_rd_personnel().unstack("region")
    return {"rd_personnel": personnel, "rd_capital": rd_capital()}


def rd_masses_2009() -> dict[str, pd.Series]:
    """Personnel and expenditure of the R&D projects of 2009: a check from before all tables.

    If R&D has grown at one rate everywhere, capital is proportional to expenditure.
    """
    projects = load_rd_projects_2009()
    return {
        "rd_personnel": projects["personnel_fte"],
        "rd_capital": projects["expenditure_10k_yuan"],
    }


def knowledge_links(mass: pd.Series) -> Graph:
    """The paper's gravity links of the provinces for one mass, not row-standardised."""
    return weights.gravity(mass, load_regions())


def link_masses(panel: pd.DataFrame) -> dict[str, pd.Series]:
    """The masses of the headline matrices.

    The mean of 2010-2012, three years before the panel, so that nothing that happens in the
    panel can have changed them. Where the reader supplies a mass, the mean of the reader's years.

    Raises
    ------
    ValueError
        If a mass of the reader's is complete in no year.
    """
    public = {name: by_year.loc[PREDETERMINED].mean() for name, by_year in rd_masses().items()}
    own = {name: column for name, column in OWN_MASSES.items() if column in panel}
    return public | {name: _mean_of_years(panel[column]) for name, column in own.items()}


def _mean_of_years(mass: pd.Series) -> pd.Series:
    """Mean over the years in which every province has a figure."""
    years = complete_years(mass.to_frame())
    if not years:
        raise ValueError(f"{mass.name} is not known for every province in any year")
    return _in_years(mass, years).groupby("region").mean()


def named_matrices(
    panel: pd.DataFrame, masses: Mapping[str, pd.Series] | None = None
) -> dict[str, Graph]:
    """The matrices of the paper's sections 3.1 and 5.2, and contiguity as the foil.

    Parameters
    ----------
    panel
        As `spillover.datasets.load_provinces` returns it.
    masses
        ``rd_personnel`` and ``rd_capital`` of each region; those of `link_masses` if left out.

    Returns
    -------
    dict
        ``rd_personnel``, ``rd_capital``, ``inverse_distance``, ``inverse_distance_squared``,
        ``economic_geographic``, ``contiguity``, row-standardised.
    """
    regions = load_regions()
    income = (panel["gdp_100m_yuan"] / panel["population_10k"]).groupby(level="region").mean()
    links = {name: knowledge_links(m) for name, m in (masses or link_masses(panel)).items()}
    graphs = links | {
        "inverse_distance": weights.inverse_distance(regions),
        "inverse_distance_squared": weights.inverse_distance(regions, power=2),
        "economic_geographic": weights.economic_geographic(income, regions),
        "contiguity": provinces.contiguity(),
    }
    return {name: weights.row_standardise(graph) for name, graph in graphs.items()}

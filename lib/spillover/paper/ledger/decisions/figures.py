"""Decisions on the public figures: what they cover, what they say, and what they lack."""

import pandas as pd

from spillover.datasets import (
    load_cultural_revenue,
    load_paper_table,
    load_provinces,
    load_provincial_revenue,
    load_regions,
    panel_codebook,
)
from spillover.measure.indices import relative_size
from spillover.paper.ledger.verdicts import (
    HOLDS,
    HOLDS_UNDER,
    Claim,
    Decision,
    cannot,
    decides,
    decides_evidence,
    holds_if,
)
from spillover.paper.matrices.weights_inverse import PAPER_YEARS
from spillover.paper.nearness import SOLVED, compatible_sizes, known_relative_sizes
from spillover.paper.variables import REVENUE, agglomeration, complete_years

CONTROLS = {
    "gdp": ("gdp_100m_yuan", "population_10k"),
    "urban": ("urbanisation_pct",),
    "budget": ("budget_culture_100m_yuan",),
}
NEEDED = {
    "it_employment_10k": ("it_employment_10k", "urban_unit_employment_10k"),
    "telecom_volume_100m_yuan": ("telecom_volume_100m_yuan", "gdp_100m_yuan"),
    "rd_expenditure_100m_yuan": ("rd_expenditure_100m_yuan", "gdp_100m_yuan"),
    "library_books_per_head": ("library_stock_10k", "population_10k"),
}
JUMP = 1.5


def _covered(columns: tuple[str, ...], claim: Claim) -> Decision:
    panel = load_provinces(local=None)
    every, shared = panel.index.unique("year"), complete_years(panel[list(columns)])
    names = ", ".join(panel_codebook()["name"][list(columns)])
    if len(shared) == len(every):
        return Decision(HOLDS, f"Public for 31 provinces in all {len(every)} years: {names}.")
    span = f"{min(shared)}-{max(shared)}" if shared else "no year"
    years = f"{len(shared)} of {len(every)} years ({span})"
    return cannot(claim, f"Public for all provinces in {years}: {names}.")


@decides("var.indicator")
def _indicator(claim: Claim, number: str) -> Decision:
    """A digital indicator of Table 1."""
    return _listed(load_paper_table("table1_digital_indicators"), claim, number)


def _listed(table: pd.DataFrame, claim: Claim, number: str) -> Decision:
    row = table.iloc[int(number) - 1]
    if row["status"] == "present":
        return _covered(NEEDED.get(row["column"], (row["column"],)), claim)
    return cannot(claim, f"{row['status'].capitalize()}: {row['remark']}.")


@decides("var.endowment")
def _endowment(claim: Claim, number: str = "") -> Decision:
    """An indicator of Table 2, or the index of them all."""
    table = load_paper_table("table2_cultural_endowment")
    if not number:
        counts = table["status"].value_counts()
        shown = ", ".join(f"{status}: {count}" for status, count in counts.items())
        return cannot(claim, f"Of its {len(table)} indicators, {shown}.")
    return _listed(table, claim, number)


@decides("var.control")
def _control(claim: Claim, name: str) -> Decision:
    """A control variable."""
    if name in CONTROLS:
        return _covered(CONTROLS[name], claim)
    return cannot(claim, "No public series by province.")


@decides("var.dimensions")
def _dimensions(claim: Claim) -> Decision:
    """The three dimensions of the text against those of Table 1."""
    names = list(load_paper_table("table1_digital_indicators")["dimension"].unique())
    evidence = f"Table 1 has {len(names)} dimensions: {', '.join(names)}."
    if "Industry" in names:
        return Decision(HOLDS, evidence)
    return Decision(HOLDS_UNDER, evidence, "the text's second dimension is the table's application")


@decides("data.telecom")
def _telecom(claim: Claim) -> Decision:
    """Does the national telecom volume jump where its price base changes?"""
    volume = load_provinces(local=None)["telecom_volume_100m_yuan"].groupby(level="year").sum()
    growth = (volume / volume.shift()).dropna()
    broken = growth[(growth > JUMP) | (growth < 1 / JUMP)]
    shown = ", ".join(f"{year}: × {factor:.2f}" for year, factor in growth.items())
    return holds_if(
        broken.empty,
        f"Growth of the national sum: {shown}."
        if broken.empty
        else f"The national sum jumps ({shown}); it is a volume at constant prices whose base "
        "changes, comparable within a year only.",
    )


@decides("var.outcome")
def _outcome(claim: Claim) -> Decision:
    """What is public of the outcome, and whether it agrees with Table 3."""
    known = known_relative_sizes()
    years = [year for year in known.index.unique("year") if year in PAPER_YEARS]
    met = [year for year in sorted(years) if compatible_sizes(year)[0] < SOLVED]
    return cannot(
        claim,
        f"The totals of four macro-regions are public, and {len(load_provincial_revenue())} values "
        f"of {load_provincial_revenue().index.unique('region').size} provinces. In "
        f"{len(met)} of the {len(years)} years with such values ({min(years)}-{max(years)}) there "
        "are relative sizes that meet them and Table 3 (Moran's I and deviation of the personnel "
        "matrix, raw) together.",
    )


@decides("con.low-concentration")
def _low_concentration(claim: Claim) -> Decision:
    """Heritage, wage bill of culture and the one public revenue of the four provinces."""
    names = ["Henan", "Hebei", "Shanxi", "Sichuan"]
    panel = load_provinces(local=None)
    heritage = relative_size(panel["national_intangible_heritage_items"]).xs(2020, level="year")
    bill = agglomeration(panel).xs(2020, level="year")
    revenue, nation = load_provincial_revenue(), load_cultural_revenue()["National"]
    sichuan = revenue.loc[("Sichuan", 2023), "revenue_100m_yuan"] * len(heritage)
    growth = sichuan / nation[2022] - 1
    shown = "; ".join(f"{n} {heritage[n]:.1f} and {bill[n]:.1f}" for n in names)
    return holds_if(
        growth < 0,
        "Heritage on the national lists and wage bill of culture in 2020, relative to the national "
        f"mean: {shown}. The one revenue of cultural enterprises that is public for them, of "
        "Sichuan in 2023, is above the mean: to be below it the nation's would have had to grow by "
        f"{growth:.0%} in that year.",
    )


@decides("con.provinces")
def _provinces(claim: Claim) -> Decision:
    """Macro-regions of the four provinces."""
    place = load_regions()["macro_region"].loc[["Henan", "Hebei", "Shanxi", "Sichuan"]]
    return holds_if(
        place.isin(["Central", "West"]).all(),
        "By the statistics bureau's macro-regions: "
        + ", ".join(f"{name} ({area})" for name, area in place.items())
        + ".",
    )


# Claims that nothing in this project can decide: said with what is missing.


@decides_evidence("outside")
def _outside(claim: Claim) -> Decision:
    """A statement about the world or the literature that the paper only cites."""
    return cannot(claim, "The paper cites it and does not test it.")


@decides_evidence("not printed")
def _not_printed(claim: Claim) -> Decision:
    """A result that the paper mentions without a figure."""
    return cannot(claim, "No figure is printed.")


@decides_evidence("authors' data")
def _authors_data(claim: Claim) -> Decision:
    """A result that only the authors' data could reproduce."""
    public = load_provinces(local=None)
    if REVENUE in public:
        raise ValueError(f"{REVENUE} is public now: {claim.id} must be decided anew")
    return cannot(claim, f"Not among the {public.shape[1]} public series.")

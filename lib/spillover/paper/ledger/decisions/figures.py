"""Decisions on the public figures: what they cover and what they say."""

from spillover.datasets import (
    load_cultural_revenue,
    load_paper_table,
    load_provinces,
    load_provincial_revenue,
    load_regions,
)
from spillover.measure.indices import relative_size
from spillover.paper.ledger.decisions.printed_tables import holds_if
from spillover.paper.ledger.verdicts import (
    CANNOT,
    FAILS,
    HOLDS,
    HOLDS_UNDER,
    Claim,
    Decision,
    decides,
)
from spillover.paper.matrices.weights_inverse import PAPER_YEARS
from spillover.paper.nearness import SOLVED, compatible_sizes, known_relative_sizes
from spillover.paper.variables import agglomeration

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


def _years(column: str) -> list[int]:
    """Years in which every province has a public figure."""
    wide = load_provinces(local=None)[column].unstack("year")
    return [int(year) for year in wide if wide[year].notna().all()]


def _covered(columns: tuple[str, ...], claim: Claim) -> Decision:
    every = load_provinces(local=None).index.unique("year")
    shared = [year for year in every if all(year in _years(column) for column in columns)]
    names = ", ".join(columns)
    if len(shared) == len(every):
        return Decision(HOLDS, f"Public for 31 provinces in all {len(every)} years: {names}.")
    span = f"{min(shared)}-{max(shared)}" if shared else "no year"
    return Decision(
        CANNOT,
        f"Public for all provinces in {len(shared)} of {len(every)} years ({span}): {names}. "
        f"Needed: {claim.needs}.",
    )


@decides("var.indicator")
def indicator(claim: Claim, number: str) -> Decision:
    """A digital indicator of Table 1."""
    row = load_paper_table("table1_digital_indicators").iloc[int(number) - 1]
    if row["status"] == "present":
        return _covered(NEEDED.get(row["column"], (row["column"],)), claim)
    return Decision(
        CANNOT, f"{row['status'].capitalize()}: {row['remark']}. Needed: {claim.needs}."
    )


@decides("var.endowment")
def endowment(claim: Claim, number: str = "") -> Decision:
    """An indicator of Table 2, or the index of them all."""
    table = load_paper_table("table2_cultural_endowment")
    if not number:
        counts = table["status"].value_counts()
        shown = ", ".join(f"{count} {status}" for status, count in counts.items())
        return Decision(CANNOT, f"Of its indicators {shown}. Needed: {claim.needs}.")
    row = table.iloc[int(number) - 1]
    if row["status"] == "present":
        return _covered(NEEDED.get(row["column"], (row["column"],)), claim)
    return Decision(
        CANNOT, f"{row['status'].capitalize()}: {row['remark']}. Needed: {claim.needs}."
    )


@decides("var.control")
def control(claim: Claim, name: str) -> Decision:
    """A control variable."""
    if name in CONTROLS:
        return _covered(CONTROLS[name], claim)
    return Decision(CANNOT, f"No public series by province. Needed: {claim.needs}.")


@decides("var.dimensions")
def dimensions(claim: Claim) -> Decision:
    """The three dimensions of the text against those of Table 1."""
    names = list(load_paper_table("table1_digital_indicators")["dimension"].unique())
    evidence = f"Table 1 has {len(names)} dimensions: {', '.join(names)}."
    if "Industry" in names:
        return Decision(HOLDS, evidence)
    return Decision(HOLDS_UNDER, evidence, "the text's second dimension is the table's application")


@decides("data.telecom")
def telecom(claim: Claim) -> Decision:
    """Does the national telecom volume jump where its price base changes?"""
    volume = load_provinces(local=None)["telecom_volume_100m_yuan"].groupby(level="year").sum()
    growth = (volume / volume.shift()).dropna()
    broken = growth[(growth > JUMP) | (growth < 1 / JUMP)]
    shown = ", ".join(f"{year}: x {factor:.2f}" for year, factor in growth.items())
    if broken.empty:
        return Decision(HOLDS, f"Growth of the national sum: {shown}.")
    return Decision(
        FAILS,
        f"The national sum jumps ({shown}); it is a volume at constant prices whose base changes, "
        "comparable within a year only.",
    )


@decides("var.outcome")
def outcome(claim: Claim) -> Decision:
    """What is public of the outcome, and whether it agrees with Table 3."""
    known = known_relative_sizes()
    years = [year for year in known.index.unique("year") if year in PAPER_YEARS]
    met = [year for year in sorted(years) if compatible_sizes(year)[0] < SOLVED]
    return Decision(
        CANNOT,
        f"Public are the totals of four macro-regions and {len(load_provincial_revenue())} values "
        f"of {load_provincial_revenue().index.unique('region').size} provinces. In "
        f"{len(met)} of the {len(years)} years with such values ({min(years)}-{max(years)}) there "
        "are relative sizes that meet them and Table 3 (Moran's I and deviation of the personnel "
        f"matrix, raw) together. Needed: {claim.needs}.",
    )


@decides("con.low-concentration")
def low_concentration(claim: Claim) -> Decision:
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
def provinces(claim: Claim) -> Decision:
    """Macro-regions of the four provinces."""
    place = load_regions()["macro_region"].loc[["Henan", "Hebei", "Shanxi", "Sichuan"]]
    return holds_if(
        place.isin(["Central", "West"]).all(),
        "By the statistics bureau's macro-regions: "
        + ", ".join(f"{name} {area}" for name, area in place.items())
        + ".",
    )

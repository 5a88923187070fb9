"""Decisions on the public figures: what they cover and what they say."""

from spillover.datasets import load_codebook, load_paper_table, load_provinces, load_regions
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

CONTROLS = {
    "gdp": ("gdp_100m_yuan", "population_10k"),
    "urban": ("urbanisation_pct",),
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
        return _covered((row["column"],), claim)
    return Decision(
        CANNOT, f"{row['status'].capitalize()}: {row['remark']}. Needed: {claim.needs}."
    )


@decides("var.endowment")
def endowment(claim: Claim, number: str = "1") -> Decision:
    """An indicator of Table 2: a slot for the reader in the codebook."""
    column = load_paper_table("table2_cultural_endowment").iloc[int(number) - 1]["column"]
    public = column in load_provinces(local=None)
    if public:
        return _covered((column,), claim)
    slot = ("local", column) in load_codebook().index
    return Decision(
        CANNOT,
        f"No public series by province; {'a slot' if slot else 'no slot'} for the reader's own "
        f"({column}). Needed: {claim.needs}.",
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

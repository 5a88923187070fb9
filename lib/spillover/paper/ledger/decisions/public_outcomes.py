"""What the chain says on public figures, beside claims that only the authors' data can decide.

The outcome there is another one (patents relative to the mean), so it decides nothing about the
paper's estimates: the verdict stays `cannot be checked`, and the evidence says what the same steps
give where they can be taken.
"""

from functools import cache

import pandas as pd

from spillover.datasets import load_provinces
from spillover.paper.ledger.verdicts import CANNOT, Claim, Decision, decides
from spillover.paper.outcomes import FOCUS, provincial_study
from spillover.study import chain

NAMES = {
    "inverse": "Inverse distance",
    "inverse-squared": "Inverse distance squared",
    "nested": "Economic-geographic",
}
LABEL = "On the public companion (patents, 2015-2021; not a replication)"


@cache
def by_matrix() -> pd.DataFrame:
    """Impacts of digital technology on the companion outcome under every matrix."""
    return chain.alternatives(provincial_study(load_provinces(local=None)))


@cache
def headline() -> pd.DataFrame:
    """Impacts of digital technology under the two headline matrices, indexed by both."""
    table = chain.impacts(provincial_study(load_provinces(local=None)))
    return table[table["variable"] == FOCUS].set_index(["weights", "impact"])


@decides("rob.signs", "rob.significant")
def under_matrix(claim: Claim, name: str) -> Decision:
    """A matrix of section 5.2."""
    row = by_matrix().loc[NAMES[name]]
    shown = ", ".join(f"{e} {row[e]:.2f} (p = {row[f'{e}_p']:.2f})" for e in ("direct", "indirect"))
    return Decision(CANNOT, f"No figure is printed. {LABEL}: {shown}. Needed: {claim.needs}.")


@decides("rob.robust", "abs.robust")
def robust(claim: Claim) -> Decision:
    """How often the signs of the headline survive another matrix."""
    table = by_matrix()
    first, others = table.iloc[0], table.iloc[1:]
    kept = {e: int(((others[e] > 0) == (first[e] > 0)).sum()) for e in ("direct", "indirect")}
    return Decision(
        CANNOT,
        f"No figure is printed. {LABEL}: of {len(others)} other matrices {kept['direct']} keep the "
        f"sign of the direct impact and {kept['indirect']} that of the indirect one. Needed: "
        f"{claim.needs}.",
    )


@decides("txt.local-disperses")
def local(claim: Claim) -> Decision:
    """Direct impact."""
    return _impact(claim, "direct")


@decides("txt.linked-agglomerate", "con.barriers")
def linked(claim: Claim) -> Decision:
    """Indirect impact."""
    return _impact(claim, "indirect")


def _impact(claim: Claim, impact: str) -> Decision:
    rows = headline().xs(impact, level="impact")
    shown = "; ".join(
        f"{weights}: {row['estimate']:.2f} (p = {row['p_value']:.2f})"
        for weights, row in rows.iterrows()
    )
    return Decision(CANNOT, f"{LABEL} the {impact} impact is {shown}. Needed: {claim.needs}.")

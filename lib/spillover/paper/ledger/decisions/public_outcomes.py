"""What the chain says on public figures, beside claims that only the authors' data can decide.

The outcomes there are others (the wage bill of culture and, beside it, patents, relative to the
mean), so they decide nothing about the paper's estimates: the verdict stays `cannot be checked`,
and the evidence says what the same steps give where they can be taken.
"""

from functools import cache

import pandas as pd

from spillover.datasets import load_provinces
from spillover.paper.ledger.verdicts import Claim, Decision, cannot, decides
from spillover.paper.outcomes import FOCUS, provincial_study
from spillover.study import chain

NAMES = {
    "inverse": "Inverse distance",
    "inverse-squared": "Inverse distance squared",
    "nested": "Economic-geographic",
}
SHOWN = {"culture_wage_bill_100m_yuan": "the wage bill of culture", "patents_granted": "patents"}
LABEL = "On public outcomes (2013-2020, relative size; not a replication)"


@cache
def by_matrix(column: str) -> pd.DataFrame:
    """Impacts of digital technology on a public outcome under every matrix."""
    return chain.alternatives(provincial_study(load_provinces(local=None), column))


@cache
def headline(column: str) -> pd.DataFrame:
    """Impacts of digital technology under the two headline matrices, indexed by both."""
    table = chain.impacts(provincial_study(load_provinces(local=None), column))
    return table[table["variable"] == FOCUS].set_index(["weights", "impact"])


def _for_each_outcome(sentence) -> str:
    return "; ".join(f"for {name}, {sentence(column)}" for column, name in SHOWN.items())


@decides("rob.signs", "rob.significant")
def _under_matrix(claim: Claim, name: str) -> Decision:
    """A matrix of section 5.2."""
    shown = _for_each_outcome(lambda column: _impacts(by_matrix(column).loc[NAMES[name]]))
    return cannot(claim, f"No figure is printed. {LABEL}: {shown}.")


def _impacts(row: pd.Series) -> str:
    return ", ".join(f"{e} {row[e]:.2f} ({_p(row[f'{e}_p'])})" for e in ("direct", "indirect"))


def _p(value: float) -> str:
    return "p < 0.01" if value < 0.01 else f"p = {value:.2f}"


@decides("rob.robust", "abs.robust")
def _robust(claim: Claim) -> Decision:
    """How often the signs of the headline survive another matrix."""
    shown = _for_each_outcome(lambda column: _kept(by_matrix(column)))
    return cannot(claim, f"No figure is printed. {LABEL}, {shown}.")


def _kept(table: pd.DataFrame) -> str:
    first, others = table.iloc[0], table.iloc[1:]
    kept = {e: int(((others[e] > 0) == (first[e] > 0)).sum()) for e in ("direct", "indirect")}
    return (
        f"{kept['direct']} of {len(others)} other matrices keep the sign of the direct impact and "
        f"{kept['indirect']} that of the indirect one"
    )


@decides("txt.local-disperses", "txt.linked-agglomerate", "con.barriers")
def _impact(claim: Claim) -> Decision:
    """Direct impact, or the indirect one."""
    kind = "direct" if claim.id == "txt.local-disperses" else "indirect"
    shown = _for_each_outcome(lambda column: _under_both(column, kind))
    return cannot(claim, f"{LABEL} the {kind} impact is, {shown}.")


def _under_both(column: str, impact: str) -> str:
    rows = headline(column).xs(impact, level="impact")
    return ", ".join(
        f"{row['estimate']:.2f} under {weights} ({_p(row['p_value'])})"
        for weights, row in rows.iterrows()
    )

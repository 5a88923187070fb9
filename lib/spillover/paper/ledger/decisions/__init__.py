"""The decisions, by what they rest on; importing this package registers them all."""

from spillover.paper.ledger.decisions import (
    absent,
    figures,
    matrices,
    printed_tables,
    public_outcomes,
    text,
    theory,
)

__all__ = [
    "absent",
    "figures",
    "matrices",
    "printed_tables",
    "public_outcomes",
    "text",
    "theory",
]

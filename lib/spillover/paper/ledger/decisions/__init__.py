"""The decisions, by what they rest on; importing this package registers them all."""

from spillover.paper.ledger.decisions import (  # noqa: F401  (importing registers)
    figures,
    matrices,
    printed_tables,
    public_outcomes,
    text,
    theory,
)

"""The checks, in the order in which a report shows them. Importing this module registers all."""

# isort: off
from spillover.audit.checks import (  # noqa: F401  (importing registers)
    stars,
    figures,
    impacts,
    likelihood,
    moran,
    matrices,
    size,
    statistics,
)
from spillover.audit.findings import REGISTER
# isort: on

__all__ = ["REGISTER"]

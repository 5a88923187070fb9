"""The checks, in the order in which a report shows them. Importing this module registers all."""

from spillover.audit.checks import (  # noqa: F401  (importing registers)
    figures,
    impacts,
    likelihood,
    matrices,
    moran,
    size,
    stars,
    statistics,
)  # isort: skip
from spillover.audit.findings import REGISTER

__all__ = ["REGISTER"]

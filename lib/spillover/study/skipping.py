"""Side steps that are not defined for a panel are left out and named; the run goes on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from spillover.study.files import PanelError

Attempt = Callable[[str, object, Callable[..., Any]], Any]
UNDEFINED = (ValueError, ArithmeticError, np.linalg.LinAlgError)
AT_BOUNDARY = "at the boundary, no estimate"


def strict(step: str, item: object, compute: Callable[..., Any]) -> Any:
    """Compute; whatever is wrong is raised."""
    return compute()


class Skipped:
    """Computes one thing at a time and keeps what could not be computed, with the reason."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []

    def attempt(self, step: str, item: object, compute: Callable[..., Any]) -> Any:
        """The result, or None if it is not defined for this panel."""
        try:
            return compute()
        except NothingDefined:
            return None  # each item is named already
        except UNDEFINED as fault:
            self.add(step, item, str(fault))
            return None

    def add(self, step: str, item: object, reason: str) -> None:
        """Note something that was left out."""
        reason = " ".join(reason.split())
        self.rows.append({"step": step, "item": str(item), "reason": reason})

    def frame(self) -> pd.DataFrame:
        """Columns step, item, reason; a row each."""
        return pd.DataFrame(self.rows, columns=["step", "item", "reason"]).drop_duplicates()


class NothingDefined(ValueError):
    """No item of a step is defined for this panel."""


class NotIdentified(PanelError):
    """The main model cannot be estimated on this panel."""

"""Side steps that are not defined for a panel are left out and named; the run goes on."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from spillover.study.files import PanelError

Attempt = Callable[[str, object, Callable[..., Any]], Any]
Step = TypeVar("Step", bound=Callable[..., pd.DataFrame])
UNDEFINED = (ValueError, ArithmeticError, np.linalg.LinAlgError)
AT_BOUNDARY = "at the boundary, no estimate"
OF_EVERY_STEP = """

Parameters
----------
study, attempt
    The question, and what to do about what is not defined: by default an error.

Returns
-------
pandas.DataFrame
    As the attribute of this name of :class:`spillover.study.Chain`.
"""


def step(function: Step) -> Step:
    """Add to the docstring of a step of the chain what all steps take and return."""
    function.__doc__ = f"{inspect.getdoc(function)}{OF_EVERY_STEP}"
    return function


def strict(_step: str, _item: object, compute: Callable[..., Any]) -> Any:
    """Compute; whatever is wrong is raised."""
    return compute()


def defined(
    attempt: Attempt, step: str, tasks: Iterable[tuple[Any, Callable[..., Any]]]
) -> dict[Any, Any]:
    """Results of those tasks of a step that are defined.

    Parameters
    ----------
    attempt
        Computes, or gives None: `strict` or `Skipped.attempt`.
    step
        Name of the step.
    tasks
        Key and computation of each.

    Returns
    -------
    dict
        Key -> result.
    """
    results = {key: attempt(step, _named(key), task) for key, task in tasks}
    return {key: result for key, result in results.items() if result is not None}


def _named(key: Any) -> str:
    return ": ".join(map(str, key)) if isinstance(key, tuple) else str(key)


class Skipped:
    """Computes one thing at a time and keeps what could not be computed, with the reason."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []

    def attempt(self, step: str, item: object, compute: Callable[..., Any]) -> Any:
        """Compute one thing, and note why if it is not defined for this panel.

        Parameters
        ----------
        step, item, compute
            What is computed, as it is noted, and how.

        Returns
        -------
        object
            What ``compute`` returns, or None.
        """
        try:
            return compute()
        except NothingDefined:
            return None  # each item is named already
        except UNDEFINED as fault:
            reason = " ".join(str(fault).split())
            self.rows.append({"step": step, "item": str(item), "reason": reason})
            return None

    def frame(self) -> pd.DataFrame:
        """Columns step, item, reason; a row each."""
        return pd.DataFrame(self.rows, columns=["step", "item", "reason"]).drop_duplicates()


class NothingDefined(ValueError):
    """No item of a step is defined for this panel."""


class NotIdentified(PanelError):
    """The main model cannot be estimated on this panel."""

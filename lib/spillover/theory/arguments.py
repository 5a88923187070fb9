"""Checks of arguments that several parts of the theory share."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

Levels: TypeAlias = float | np.ndarray


def require(name: str, values: Levels, holds: bool | np.ndarray, domain: str) -> None:
    """Refuse values outside their domain, naming the argument and the first such value.

    Raises
    ------
    ValueError
        If ``holds`` is not true throughout.
    """
    if not np.all(holds):
        values, holds = np.broadcast_arrays(values, holds)
        raise ValueError(f"{name} must be {domain}; got {values[~holds].flat[0]:g}")


def in_unit(name: str, values: ArrayLike) -> None:
    """Refuse values outside the open unit interval."""
    values = np.asarray(values, float)
    require(name, values, (values > 0) & (values < 1), "in (0, 1)")


def above(name: str, values: ArrayLike, bound: float) -> None:
    """Refuse values that are not greater than a bound."""
    values = np.asarray(values, float)
    require(name, values, values > bound, f"greater than {bound:g}")


def positive(name: str, value: float) -> None:
    """Refuse a number that is not positive."""
    if not value > 0:
        raise ValueError(f"{name} must be positive, got {value}")


def shares(name: str, values: ArrayLike) -> np.ndarray:
    """Shares in [0, 1], as an array of floats."""
    values = np.asarray(values, float)
    require(name, values, (values >= 0) & (values <= 1), "a share in [0, 1]")
    return values


def increasing(name: str, values: ArrayLike) -> np.ndarray:
    """At least two increasing numbers, as an array of floats."""
    values = np.asarray(values, float)
    if not (values.ndim == 1 and len(values) > 1 and (np.diff(values) > 0).all()):
        raise ValueError(f"{name} must increase")
    return values

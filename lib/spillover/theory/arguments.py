"""Checks of arguments that several parts of the theory share."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

Levels: TypeAlias = float | np.ndarray


def require(name: str, values: Levels, holds: bool | np.ndarray, domain: str) -> None:
    """Refuse values outside their domain, naming the argument and the first such value.

    Parameters
    ----------
    name
        Of the argument.
    values
        One number or an array.
    holds
        Where they are allowed; broadcasts with them.
    domain
        What they must be, in words.

    Raises
    ------
    ValueError
        If ``holds`` is not true throughout.
    """
    if not np.all(holds):
        values, holds = np.broadcast_arrays(values, holds)
        raise ValueError(f"{name} must be {domain}; got {values[~holds].flat[0]:g}")


def in_unit(name: str, values: ArrayLike) -> None:
    """Refuse values outside the open unit interval, as `require` does.

    Parameters
    ----------
    name, values
        As in `require`.
    """
    values = np.asarray(values, float)
    require(name, values, (values > 0) & (values < 1), "in (0, 1)")


def above_one(name: str, values: ArrayLike) -> None:
    """Refuse values that are not greater than one, as `require` does.

    Parameters
    ----------
    name, values
        As in `require`.
    """
    values = np.asarray(values, float)
    require(name, values, values > 1, "greater than 1")


def positive(name: str, value: float) -> None:
    """Refuse a number that is not positive.

    Parameters
    ----------
    name, value
        Of the argument, and the number.

    Raises
    ------
    ValueError
        If it is zero, negative or not a number.
    """
    if not value > 0:
        raise ValueError(f"{name} must be positive, got {value}")


def shares(name: str, values: ArrayLike) -> np.ndarray:
    """Refuse values outside [0, 1], as `require` does.

    Parameters
    ----------
    name, values
        As in `require`.

    Returns
    -------
    numpy.ndarray
        The shares as floats, shaped as they are given.
    """
    values = np.asarray(values, float)
    require(name, values, (values >= 0) & (values <= 1), "a share in [0, 1]")
    return values


def increasing(name: str, values: ArrayLike) -> np.ndarray:
    """Refuse numbers that do not increase.

    Parameters
    ----------
    name, values
        Of the argument, and at least two numbers.

    Returns
    -------
    numpy.ndarray
        The numbers as floats, shape (n,).

    Raises
    ------
    ValueError
        If there are fewer, or one is not greater than that before it.
    """
    values = np.asarray(values, float)
    if not (values.ndim == 1 and len(values) > 1 and (np.diff(values) > 0).all()):
        raise ValueError(f"{name} must increase")
    return values

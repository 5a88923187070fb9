"""The public face of each room, as its list has it, and what each name is for."""

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import pandas as pd

from spillover.book.tables import numbered
from spillover.text import Markdown

_MATHS = re.compile(r":math:`([^`]*)`")
_ROLE = re.compile(r":[a-z]+:`[.~]?([^`]*)`")


def public_names(room: str) -> dict[str, object]:
    """What a room offers, by name; the functions and classes of a module that it offers whole.

    ``room``: dotted name below ``spillover``: ``"panel"``, ``"paper.ledger"``; empty for the front
    door.
    """
    package = import_module(f"spillover.{room}".rstrip("."))
    offered = getattr(package, "__all__", None)
    return _own(package) if offered is None else dict(_names(package, offered))


def _names(package: ModuleType, names: list[str]) -> Iterator[tuple[str, object]]:
    for name in sorted(names):
        value = getattr(package, name)
        if inspect.isroutine(value) or inspect.isclass(value):
            yield name, value
        elif isinstance(value, ModuleType) and not hasattr(
            value, "__path__"
        ):  # rooms have lists of their own
            yield from ((f"{name}.{key}", item) for key, item in _own(value).items())


def _own(module: ModuleType) -> dict[str, object]:
    """Public functions and classes that a module defines."""
    return {
        key: item
        for key, item in vars(module).items()
        if getattr(item, "__module__", "") == module.__name__ and not key.startswith("_")
    }


def room(name: str, label: str, caption: str, documented: bool = True) -> Markdown:
    """What a room offers: a table of names and, if wanted, their docstrings in full.

    Parameters
    ----------
    name
        Of the room, as for `public_names`.
    label, caption
        Of the table, as for `spillover.book.tables.numbered`.
    documented
        Whether docstrings follow.

    Returns
    -------
    Markdown
    """
    names = public_names(name)
    said = {key: (inspect.getdoc(item) or "").split("\n")[0] for key, item in names.items()}
    rows = [(f"`{key}`", _as_myst(line)) for key, line in said.items()]
    table = numbered(
        pd.DataFrame(rows, columns=["name", "what it is"]), label, caption, index=False
    )
    if not documented:
        return Markdown(table.markdown)
    lines = [line for item in names.values() for line in _directive(item)]
    return Markdown("\n".join([table.markdown, "", "```{eval-rst}", *lines, "```"]))


def _as_myst(line: str) -> str:
    return _ROLE.sub(r"`\1`", _MATHS.sub(r"$\1$", line.replace("``", "`")))


def _directive(item: Any) -> list[str]:
    target = f"{item.__module__}.{item.__qualname__}"
    if not inspect.isclass(item):
        return [f".. autofunction:: {target}"]
    kinds = (FunctionType, classmethod, property, cached_property)
    own = vars(item).items()
    methods = [key for key, value in own if key[0] != "_" and isinstance(value, kinds)]
    return [f".. autoclass:: {target}", *([f"   :members: {', '.join(methods)}"] * bool(methods))]

"""Results that took long, kept in the project: what made them, and from which inputs."""

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from scipy import sparse

from spillover import __version__
from spillover.project import DATA, ROOT

DIGITS = 6


class StaleResults(ValueError):
    """Stored results were made from other inputs than those at hand."""


@dataclass(frozen=True)
class Record:
    """How stored results were made."""

    command: str
    seed: int | None
    replications: int | None
    inputs: str
    version: str = __version__


@dataclass(frozen=True)
class Stored:
    """A table of results under ``data/``; a record beside it says how it was made.

    Attributes
    ----------
    name
        Path under ``data/`` without ending: ``"simulations/bridge"``.
    module
        ``python -m`` of it makes the results anew.
    seed
        Of all that was drawn; None if nothing was.
    index
        Columns that make the index.
    digits
        Significant digits kept, all if None.
    """

    name: str
    module: str
    seed: int | None
    index: tuple[str, ...] = ()
    digits: int | None = None

    @property
    def file(self) -> Path:
        """The table."""
        return DATA / f"{self.name}.csv"

    @property
    def record(self) -> Record:
        """How the results were made."""
        return Record(**json.loads(self.file.with_suffix(".json").read_text("utf-8")))

    def made_from(self, inputs: object) -> bool:
        """Whether the results are there and were made from these inputs."""
        return self.file.exists() and self.record.inputs == fingerprint(inputs)

    def read(self, inputs: object) -> pd.DataFrame:
        """The results, if made from these inputs: all that the numbers depend on, as it is now.

        Raises
        ------
        StaleResults
            If the results were made from other inputs.
        """
        if not self.made_from(inputs):
            raise StaleResults(
                f"{self.file.relative_to(ROOT)} was made from other inputs than today's: "
                f"make it anew with `python -m {self.module}`"
            )
        frame = pd.read_csv(self.file, keep_default_na=False, na_values=[""])
        return frame.set_index(list(self.index)) if self.index else frame

    def save(self, results: pd.DataFrame, inputs: object, replications: int | None = None) -> None:
        """Store results and their record, each whole or not at all.

        Parameters
        ----------
        results
            The table; its index is kept if the stored results have one.
        inputs
            All that the numbers depend on; see `fingerprint`.
        replications
            How many were made, for the record; None if nothing was replicated.
        """
        options = f" --replications {replications}" if replications else ""
        command = f"python -m {self.module}{options}"
        record = Record(command, self.seed, replications, fingerprint(inputs))
        self.file.parent.mkdir(parents=True, exist_ok=True)
        form = f"%.{self.digits}g" if self.digits else None
        table = results.to_csv(index=bool(self.index), float_format=form, lineterminator="\n")
        write_whole(table, self.file)
        write_whole(json.dumps(asdict(record), indent=1) + "\n", self.file.with_suffix(".json"))


def make(module: str) -> None:
    """Simulate and store, with options of the command line.

    The module has ``STORED``, ``REPLICATIONS``, ``inputs()`` and ``simulate(replications,
    n_jobs=...)``. It is imported under its name, by which the processes that simulate find it.
    """
    home = import_module(module)
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("--replications", type=int, default=home.REPLICATIONS)
    parser.add_argument("--jobs", type=int, default=-1)
    options = parser.parse_args()
    results = home.simulate(options.replications, n_jobs=options.jobs)
    home.STORED.save(results, home.inputs(), options.replications)


def write_whole(text: str, target: Path) -> None:
    """Write beside the target and rename, so that the target is never half a file.

    Parameters
    ----------
    text, target
        What is written, and the file; its folder exists.
    """
    part = target.with_suffix(f"{target.suffix}.part")
    part.write_text(text, "utf-8", newline="")
    part.replace(target)


def fingerprint(inputs: object) -> str:
    """SHA-256 of anything made of numbers, names, tables, weights and dataclasses.

    Numbers count to six digits of the largest beside them, so that another machine's rounding
    does not change it.
    """
    digest = hashlib.sha256()
    for part in _parts(inputs):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _parts(value: object) -> Iterator[str]:
    value = _plain(value)
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield f"{key}:"
            yield from _parts(item)
    elif isinstance(value, list | tuple):
        yield f"{len(value)} items"
        for item in value:
            yield from _parts(item)
    elif value is None or isinstance(value, str):
        yield str(value)
    else:
        yield _rounded(np.asarray(value, dtype=float))


def _plain(value: object) -> object:
    """Tables, weights and dataclasses as mappings; names as lists."""
    if isinstance(value, Graph):
        value = value.adjacency
    if isinstance(value, pd.Series | pd.DataFrame):
        return {name: column.to_numpy() for name, column in value.reset_index().items()}
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, sparse.sparray | sparse.spmatrix):
        return value.toarray()
    if isinstance(value, np.ndarray) and value.dtype.kind not in "biuf":
        return value.tolist()
    return value


def _rounded(array: np.ndarray) -> str:
    """Shape, largest size and values over it, to six digits; zeros without a sign."""
    largest = np.abs(array[np.isfinite(array)]).max(initial=0.0)
    values = np.round(array / (largest or 1.0), DIGITS) + 0.0
    return f"{array.shape} {largest:.{DIGITS}g} {values.tolist()}"

"""Long simulations in batches: saved as they end, resumed where they stopped, the same on Dask."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from spillover.project import ROOT
from spillover.stored import Stored, write_whole

Task = Callable[[Any, list[np.random.Generator]], pd.DataFrame]


@dataclass(frozen=True)
class Batch:
    """Some replications of one case; its random numbers depend on these fields alone."""

    case: str
    position: int
    number: int
    size: int
    seed: int

    @property
    def file(self) -> str:
        """Name of the file that keeps the batch."""
        return f"{self.case}-{self.number:04d}.csv"

    def generators(self) -> list[np.random.Generator]:
        """One generator a replication."""
        root = np.random.SeedSequence([self.seed, self.position, self.number])
        return [np.random.default_rng(child) for child in root.spawn(self.size)]


def plan(cases: Mapping[str, Any], replications: int, size: int, seed: int) -> list[Batch]:
    """Split the replications of every case into batches.

    Parameters
    ----------
    cases
        By name; the place of a case in them is part of its random numbers.
    replications, size
        Replications a case, and how many of them make a batch.
    seed
        Root seed.

    Returns
    -------
    list of Batch
        Case by case, numbered from 0 within each.

    Raises
    ------
    ValueError
        If the replications are not a multiple of the batch size.
    """
    if replications % size:
        raise ValueError(f"{replications} replications are not a multiple of the batch size {size}")
    return [
        Batch(case, position, number, size, seed)
        for position, case in enumerate(cases)
        for number in range(replications // size)
    ]


def run_batch(task: Task, case: Any, batch: Batch) -> pd.DataFrame:
    """Results of one batch.

    Parameters
    ----------
    task
        As in `run`.
    case
        What the task is given.
    batch
        The batch: how many replications, and their random numbers.

    Returns
    -------
    pandas.DataFrame
        A row a replication, indexed by (replication, case), numbered within the case.
    """
    rows = task(case, batch.generators())
    first = batch.number * batch.size
    index = pd.RangeIndex(first, first + batch.size, name="replication")
    return rows.set_index(index).assign(case=batch.case).set_index("case", append=True)


def run(
    task: Task,
    cases: Mapping[str, Any],
    replications: int,
    seed: int,
    folder: Path,
    size: int = 50,
    n_jobs: int = -1,
    progress: bool = True,
) -> pd.DataFrame:
    """Run every case ``replications`` times, keeping each batch as soon as it ends.

    An interrupted run continues where it stopped: a batch in ``folder`` is not run again, and a
    batch is there either whole or not at all. Batches run in parallel through joblib, so
    ``joblib.parallel_backend("dask")`` around the call sends them to a Dask cluster.

    Parameters
    ----------
    task
        Function of a case and the generators of some replications, one each, that returns a frame
        with one row of numbers a replication.
    cases
        What ``task`` is given, by name.
    replications, size
        Replications a case, and how many of them make a batch.
    seed
        Root seed; the numbers do not depend on ``n_jobs``, the backend or interruptions.
    folder
        Where the batches are kept; one folder a plan.
    n_jobs
        Processes, -1 for all cores.
    progress
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        One row a replication, indexed by (case, replication), cases in the given order.

    Raises
    ------
    ValueError
        If ``folder`` holds batches of another plan.
    """
    batches = plan(cases, replications, size, seed)
    _claim(folder, {"seed": seed, "size": size, "cases": {k: repr(v) for k, v in cases.items()}})
    pending = [batch for batch in batches if not (folder / batch.file).exists()]
    work = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
        delayed(_run_and_name)(task, cases[batch.case], batch) for batch in pending
    )
    done = len(batches) - len(pending)
    for file, rows in tqdm(work, total=len(batches), initial=done, disable=not progress):
        write_whole(rows.to_csv(lineterminator="\n"), folder / file)
    frames = [pd.read_csv(folder / batch.file) for batch in batches]
    return pd.concat(frames).set_index(["case", "replication"])


@dataclass(frozen=True, kw_only=True)
class Simulation(Stored):
    """A simulation that runs in batches and whose results the project keeps.

    Attributes
    ----------
    task, cases
        As in `run`.
    inputs
        Returns all that the numbers depend on; see `spillover.stored.fingerprint`.
    replications, size
        Replications a case, and how many of them make a batch.
    """

    seed: int
    task: Task
    cases: Mapping[str, Any]
    inputs: Callable[[], object]
    replications: int
    size: int
    index: tuple[str, ...] = ("case", "replication")

    def simulate(
        self, replications: int | None = None, folder: Path | None = None, **options
    ) -> pd.DataFrame:
        """Run all cases, resuming what ``folder`` holds.

        Parameters
        ----------
        replications
            Replications a case; those of the simulation if left out.
        folder
            Where the batches are kept, ``_build/<name>`` of the project if left out.
        **options
            ``size``, ``n_jobs`` and ``progress`` of `run`.

        Returns
        -------
        pandas.DataFrame
            As `run` has it.
        """
        return run(
            self.task,
            self.cases,
            replications or self.replications,
            self.seed,
            folder or ROOT / "_build" / self.name,
            **{"size": self.size} | options,
        )

    def stored(self) -> pd.DataFrame:
        """The stored results."""
        return self.read(self.inputs())


def _run_and_name(task: Task, case: Any, batch: Batch) -> tuple[str, pd.DataFrame]:
    return batch.file, run_batch(task, case, batch)


def _claim(folder: Path, contents: dict) -> None:
    """Mark an empty folder as this plan's, refuse another's."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "plan.json"
    text = json.dumps(contents, indent=1, sort_keys=True)
    if mark.exists() and mark.read_text("utf-8") != text:
        raise ValueError(f"{folder} holds batches of another plan: remove it or choose another")
    mark.write_text(text, "utf-8")

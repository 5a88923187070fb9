"""False alarms and power: audits of simulated tables, printed correctly or with one error."""

import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from libpysal.graph import Graph

from spillover import batches
from spillover.audit.checks import REGISTER
from spillover.audit.findings import CANNOT, DISAGREES, ONLY_IF
from spillover.audit.injections import INJECTIONS, inject
from spillover.audit.printing import Style, as_paper, print_table
from spillover.audit.results import Audit, run
from spillover.measure.weights import inverse_distance, k_nearest, row_standardise
from spillover.panel.results import BoundaryWarning
from spillover.seeds import SEEDS
from spillover.stored import make

REPLICATIONS = 84
YEARS = 10
SIZES, RHOS = (30, 100, 280), (0.2, 0.6)
LABELS = {"nearest": "nearest neighbours", "distance": "inverse distance"}
KINDS = tuple(LABELS)
INJECTED_SIZE = 30
SIGMAS = (0.3, 0.6, 2.0)
SLOPES = 1.0  # largest slope, in standard deviations of the error
REGRESSORS = 3


@dataclass(frozen=True)
class Case:
    """A design of simulated tables: units, kind of W, rho and correction."""

    size: int
    kind: str
    rho: float
    correction: str | None

    @property
    def injected(self) -> bool:
        """Whether errors are injected: in small panels with dummy variables."""
        return self.size == INJECTED_SIZE and self.correction is None

    @property
    def name(self) -> str:
        """Short name."""
        return f"{self.kind} {self.size} {self.rho:g} {self.correction or 'none'}"


CASES = {
    case.name: case
    for case in (
        Case(*design) for design in product(SIZES, KINDS, RHOS, (None, "lee-yu"))
    )
}  # fmt: skip


@cache
def weights(size: int, kind: str) -> Graph:
    """Links of random places, row-standardised.

    Parameters
    ----------
    size
        Number of places.
    kind
        ``"nearest"``, four nearest neighbours, or ``"distance"``, inverse distance.

    Returns
    -------
    Graph
    """
    rng = np.random.default_rng([SEEDS["audit_places"], size])
    places = pd.DataFrame(
        {"latitude": rng.uniform(22, 45, size), "longitude": rng.uniform(98, 122, size)}
    )
    graph = k_nearest(places, 4) if kind == "nearest" else inverse_distance(places)
    return row_standardise(graph)


def _replicate(case: Case, generators: Iterable[np.random.Generator]) -> pd.DataFrame:
    """One simulated table a generator, a row each."""
    return pd.DataFrame([_one_table(case, rng) for rng in generators])


def _one_table(case: Case, rng: np.random.Generator) -> dict[str, int]:
    """What the audit says of one table.

    ``disagrees: <check>`` and ``asks: <check>``, findings of a correct table that say *disagrees*
    or *only if*; ``spoke: <check>``, findings that say anything; and for small tables
    ``caught: <error>`` and ``noticed: <error>``, whether the table with that error has a new
    finding that says *disagrees*, or either.
    """
    tables = draw_table(case, rng)
    correct = run(as_paper(tables))
    row = {f"disagrees: {key}": n for key, n in _by_check(correct, DISAGREES).items()}
    row |= {f"asks: {key}": n for key, n in _by_check(correct, ONLY_IF).items()}
    row |= {f"spoke: {key}": n for key, n in _by_check(correct, None).items()}
    if case.injected:
        for title in INJECTIONS:
            found = run(as_paper(inject(tables, title, rng)))
            row[f"caught: {title}"] = int(bool(news(correct, found, DISAGREES)))
            row[f"noticed: {title}"] = int(bool(news(correct, found, DISAGREES, ONLY_IF)))
    return row


def draw_table(case: Case, rng: np.random.Generator) -> dict:
    """A correctly printed table of a simulated panel, with slopes, scale and style drawn too.

    Estimates at the end of the admissible interval have no standard errors: drawn again.

    Parameters
    ----------
    case, rng
        The design, and what draws all of it.

    Returns
    -------
    dict
        As `spillover.audit.printing.print_table` returns it.
    """
    sigma = rng.choice(SIGMAS)
    beta, theta = sigma * rng.uniform(-SLOPES, SLOPES, (2, REGRESSORS))
    style = Style(
        decimals=int(rng.choice([3, 4])),
        paren=str(rng.choice(["se", "z"])),
        draws=int(rng.choice([500, 1000])),
        correction=case.correction,
        says_correction=bool(case.correction) and bool(rng.random() < 0.5),
    )
    W = weights(case.size, case.kind)
    while True:
        with (
            suppress(BoundaryWarning),
            warnings.catch_warnings(action="error", category=BoundaryWarning),
        ):
            return print_table(W, YEARS, beta, theta, case.rho, sigma, style, rng)


def _by_check(found: Audit, verdict: str | None) -> dict[str, int]:
    counts = dict.fromkeys(REGISTER, 0)
    for f in found.findings:
        counts[f.check] += f.verdict == verdict if verdict else f.verdict != CANNOT
    return counts


def news(correct: Audit, found: Audit, *verdicts: str) -> list:
    """Findings that the correct table does not have in the same place.

    Parameters
    ----------
    correct, found
        Audits of the correct table and of that with an error.
    *verdicts
        That count.

    Returns
    -------
    list of Finding
    """
    known = {(f.check, f.table, f.row, f.verdict) for f in correct.of(DISAGREES, ONLY_IF)}
    return [f for f in found.of(*verdicts) if (f.check, f.table, f.row, f.verdict) not in known]


def inputs() -> list:
    """What the stored results depend on: the cases, their weights, the checks and the errors."""
    graphs = {f"{kind} {size}": weights(size, kind) for size in SIZES for kind in KINDS}
    return [CASES, graphs, list(REGISTER), list(INJECTIONS), SIGMAS, SLOPES, REGRESSORS, YEARS]


STORED = batches.Simulation(
    "simulations/audit",
    __name__,
    seed=SEEDS["audit"],
    task=_replicate,
    cases=CASES,
    inputs=inputs,
    replications=REPLICATIONS,
    size=21,
)
simulate, stored = STORED.simulate, STORED.stored


def false_alarms(results: pd.DataFrame) -> pd.DataFrame:
    """How often checks err on correct tables, by title of the check.

    ``tables`` in which it spoke, ``findings``, and of these ``disagrees`` and ``only if``; and the
    ``share`` of tables with a false alarm.
    """
    rows = {}
    for key, check in REGISTER.items():
        spoke, wrong = results[f"spoke: {key}"], results[f"disagrees: {key}"]
        if spoke.any():
            rows[check.title] = {
                "tables": int((spoke > 0).sum()),
                "findings": int(spoke.sum()),
                "only if": int(results[f"asks: {key}"].sum()),
                "disagrees": int(wrong.sum()),
                "share": float((wrong > 0).sum() / (spoke > 0).sum()),
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def power(results: pd.DataFrame) -> pd.DataFrame:
    """Share of tables with an injected error in which it is caught, by error.

    For each kind of W, ``disagrees`` (a check newly says so) and ``or only if`` (newly says
    either).
    """
    kinds = results.index.get_level_values("case").str.split().str[0]
    injected = results[results[f"caught: {next(iter(INJECTIONS))}"].notna()]
    groups = dict(list(injected.groupby(kinds[results.index.isin(injected.index)])))
    return pd.DataFrame(
        {
            (kind, words): {t: groups[kind][f"{what}: {t}"].mean() for t in INJECTIONS}
            for kind in KINDS
            for words, what in (("disagrees", "caught"), ("or only if", "noticed"))
        }
    )


if __name__ == "__main__":
    make("spillover.book.audit_simulation")

"""Does the paper's regression find the paper's model? Its estimates on panels the model made.

All panels are simulated (see `spillover.paper.model_panels`); each is estimated with several
weights matrices, the right one and wrong ones. Run from the project's root:
``python -m spillover.paper.bridge``.
"""

import argparse
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from scipy import stats

from spillover import batches
from spillover.datasets import load_provinces, load_rd_projects_2009, load_regions
from spillover.measure.variables import named_matrices
from spillover.measure.weights import gravity, row_standardise
from spillover.panel import SpatialPanel
from spillover.paper.model_panels import Geography, Process, World, provinces, scattered
from spillover.project import DATA, ROOT
from spillover.seeds import SEEDS

RESULTS = DATA / "simulations" / "bridge.csv"
WORK = ROOT / "_build" / "simulations" / "bridge"
REPLICATIONS = 1000
BATCH = 50
LEVEL = 0.05
BASE = Process()
RIGHT = "the right links"
RAW = "right, not row-standardised"
IMPACTS = ["direct", "indirect", "total"]


@dataclass(frozen=True)
class Case:
    """One experiment: a process on a geography, and how loud the noise is beside the signal.

    Attributes
    ----------
    process
        Its ``noise`` is set from ``loudness``.
    loudness
        Measurement error in units of what technology moves in the base process.
    size, periods
        N and T of an imagined country; None: the 31 provinces and their years.
    """

    process: Process = BASE
    loudness: float = 1.0
    size: int | None = None
    periods: int | None = None


CASES: dict[str, Case] = {
    "base": Case(),
    "little noise": Case(loudness=0.2),
    "much noise": Case(loudness=5.0),
    "slow migration": Case(replace(BASE, adjustment=0.3)),
    "restless places": Case(replace(BASE, place_shock=0.001)),
    "strong tastes": Case(replace(BASE, psi=2.0)),
    "freer trade": Case(replace(BASE, distance_elasticity=2.5)),
    "inward spillover": Case(replace(BASE, direction="inward")),
    "no spillover": Case(replace(BASE, spillover=0.0)),
    "31 towns, 9 years": Case(size=31, periods=9),
    "31 towns, 27 years": Case(size=31, periods=27),
    "93 towns, 9 years": Case(size=93, periods=9),
}


@lru_cache
def geography(size: int | None = None, periods: int | None = None) -> Geography:
    """The 31 provinces, or an imagined country of the given size."""
    return provinces() if size is None else scattered(size, periods, SEEDS["bridge_towns"])


@lru_cache
def world(case: Case) -> World:
    """The world that a case's panels come from, its noise set."""
    place = geography(case.size, case.periods)
    # Without spillovers technology moves nothing: noise is then measured by the base process.
    loud = World(place, replace(case.process, spillover=BASE.spillover))
    return World(place, replace(case.process, noise=case.loudness * loud.movement))


@lru_cache
def candidates(size: int | None = None, periods: int | None = None) -> dict[str, Graph]:
    """Weights a researcher might use: the right ones first, for the provinces also wrong ones."""
    place = geography(size, periods)
    right = {RIGHT: _graph(place)}
    if size is not None:
        return right
    personnel, regions = load_rd_projects_2009()["personnel_fte"], load_regions()
    named = named_matrices(load_provinces())
    return right | {
        RAW: _scaled(gravity(personnel, regions)),
        "gravity in R&D capital": named["rd_capital"],
        "gravity, distance not squared": row_standardise(gravity(personnel, regions, power=1)),
        "inverse distance": named["inverse_distance"],
        "contiguity": named["contiguity"],
    }


def _graph(place: Geography) -> Graph:
    focal, neighbour = np.nonzero(place.links)
    names = np.array(place.regions)
    return Graph.from_arrays(names[focal], names[neighbour], place.links[focal, neighbour])


def _scaled(graph: Graph) -> Graph:
    """Raw weights over their mean row sum: rho keeps a familiar size, nothing else changes."""
    mean = graph.adjacency.groupby(level="focal").sum().mean()
    return Graph(graph.adjacency / mean)


@lru_cache
def models(case: Case) -> dict[str, SpatialPanel]:
    """The paper's model on the case's digital index, for every candidate matrix."""
    panel = world(case).frame(world(case).undisturbed)
    matrices = candidates(case.size, case.periods)
    return {
        name: SpatialPanel.from_formula("size ~ digital", panel, W) for name, W in matrices.items()
    }


def replicate(case: Case, rng: np.random.Generator) -> dict[str, float]:
    """Impacts and rho, with standard errors, on one simulated panel, for every candidate W."""
    place, sizes = world(case).geography, world(case).draw(rng)
    row = {}
    for name, model in models(case).items():
        order = pd.Index(place.regions).get_indexer(model.data.regions)
        estimates = _estimates(model.with_outcome(sizes[:, order]))
        row |= {f"{name}|{key}": value for key, value in estimates.items()}
    return row


def _estimates(model: SpatialPanel) -> dict[str, float]:
    """The paper's estimate: a Durbin model with two-way effects, no correction."""
    fit = model.fit("twoways")
    impacts = fit.impacts().loc["digital"]
    own = {"rho": fit.params["rho"], "rho se": fit.std_errors["rho"]}
    points = impacts["estimate"].loc[IMPACTS].to_dict()
    return own | points | impacts["std_error"].loc[IMPACTS].add_suffix(" se").to_dict()


def long_form(results: pd.DataFrame) -> pd.DataFrame:
    """Results with one row for each case, replication and matrix."""
    columns = results.columns.str.split("|", expand=True)
    wide = results.set_axis(columns.set_names(["weights", None]), axis=1)
    return wide.stack("weights", future_stack=True).dropna(how="all")


def truths() -> pd.DataFrame:
    """The model's own impacts by case, computed, not estimated."""
    return pd.DataFrame(
        {name: world(case).true_impacts._asdict() for name, case in CASES.items()}
    ).T


def agreement(results: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """How often the regression says what the paper says, by case and weights matrix.

    Returns
    -------
    pandas.DataFrame
        Shares of panels: ``signs`` (direct below zero and indirect above), ``significant`` (both
        of these, each significant), ``reversed`` (both significant, the other way round);
        ``covered`` (the direct impact's interval holds the truth); and the means of rho and of
        the direct and indirect impacts.
    """
    long, reach = long_form(results), stats.norm.ppf(1 - level / 2)
    truth = truths()["direct"].reindex(long.index.get_level_values("case")).to_numpy()
    direct, indirect = long["direct"], long["indirect"]
    sure = (direct.abs() > reach * long["direct se"]) & (
        indirect.abs() > reach * long["indirect se"]
    )
    table = pd.DataFrame(
        {
            "signs": (direct < 0) & (indirect > 0),
            "significant": (direct < 0) & (indirect > 0) & sure,
            "reversed": (direct > 0) & (indirect < 0) & sure,
            "covered": (direct - truth).abs() <= reach * long["direct se"],
            "rho": long["rho"],
            "direct": direct,
            "indirect": indirect,
        }
    )
    return table.astype(float).groupby(level=["case", "weights"], sort=False).mean()


def simulate(replications: int = REPLICATIONS, folder: Path = WORK, **options) -> pd.DataFrame:
    """Run all cases, resuming what ``folder`` holds; options as in `spillover.batches.run`."""
    return batches.run(
        replicate, CASES, replications, SEEDS["bridge"], folder, **{"size": BATCH} | options
    )


def main() -> None:
    """Simulate and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--jobs", type=int, default=-1)
    options = parser.parse_args()
    results = simulate(options.replications, n_jobs=options.jobs)
    command = f"python -m spillover.paper.bridge --replications {options.replications}"
    made = batches.Provenance(SEEDS["bridge"], options.replications, command)
    batches.save_results(results, RESULTS, made)


if __name__ == "__main__":
    main()

"""Does the paper's regression find the paper's model? Its estimates on panels the model made.

All panels are simulated (see `spillover.paper.bridge.model_panels`); each is estimated with several
weights matrices, the right one and wrong ones. Run from the project's root:
``python -m spillover.paper.bridge.cases``.
"""

import warnings
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from spillover import batches
from spillover.datasets import load_provinces, load_regions
from spillover.measure.indices import relative_size
from spillover.measure.weights import gravity, row_standardise
from spillover.panel import SpatialPanel
from spillover.panel.effects import within
from spillover.panel.many_fits import ManyFits, many_fits
from spillover.panel.results import BoundaryWarning
from spillover.paper.bridge.model_panels import Geography, Process, World, provinces, scattered
from spillover.paper.relative_size import keep_sum
from spillover.paper.variables import knowledge_links, named_matrices, rd_masses_2009
from spillover.seeds import SEEDS
from spillover.stored import make

REPLICATIONS = 500
LEVEL = 0.05
BASE = Process()
RIGHT = "right links"
RAW = "right, not row-standardised"
IMPACTS = ("direct", "indirect")


@dataclass(frozen=True)
class Case:
    """One experiment: a process on a geography, and how loud the noise is beside the signal.

    Attributes
    ----------
    process
        How the model makes the panel.
    loudness
        Measurement error in units of what technology moves.
    size, periods
        N and T of an imagined country; None: the 31 provinces and their years.
    new_index
        Whether a panel has its own index, without pattern, or the real one.
    """

    process: Process = BASE
    loudness: float = 1.0
    size: int | None = None
    periods: int | None = None
    new_index: bool = False


LADDER: dict[str, Case] = {
    "same effect everywhere": Case(replace(BASE, response="alike")),
    "theory's effects, index at random": Case(replace(BASE, response="linear"), new_index=True),
    "theory's effects, real index": Case(replace(BASE, response="linear")),
    "theory in full": Case(),
}
VARIATIONS: dict[str, Case] = {
    "slow migration": Case(replace(BASE, adjustment=0.3)),
    "closed accounts": Case(replace(BASE, accounts="closed", psi=2.0)),
    "firms, not people": Case(replace(BASE, outcome="firms")),
    "spillover reversed": Case(replace(BASE, direction="inward")),
    "no spillover": Case(replace(BASE, spillover=0.0)),
}
NOISE: dict[str, Case] = {
    f"noise x {loudness:g}": Case(loudness=loudness) for loudness in (0.2, 0.5, 2.0, 5.0, 20.0)
}
COUNTRIES: dict[str, Case] = {
    f"{name}, {size} towns, {periods} years": Case(process, size=size, periods=periods)
    for name, process in (("theory", BASE), ("same effect", replace(BASE, response="alike")))
    for size, periods in ((31, 9), (31, 27), (93, 9))
}
CASES = LADDER | VARIATIONS | NOISE | COUNTRIES


@lru_cache
def geography(size: int | None = None, periods: int | None = None) -> Geography:
    """The 31 provinces and their years, or an imagined country.

    Parameters
    ----------
    size, periods
        Of the imagined country, N towns and T years.

    Returns
    -------
    Geography
    """
    return scattered(size, periods, SEEDS["bridge_towns"]) if size and periods else provinces()


def world(case: Case) -> World:
    """The world that a case's panels come from."""
    return _world(case.process, case.size, case.periods)


@lru_cache
def _world(process: Process, size: int | None, periods: int | None) -> World:
    return World(geography(size, periods), process)


def noise(case: Case) -> float:
    """Standard deviation of a case's measurement error.

    Without spillovers technology moves nothing: the process with them is then the measure.
    """
    heard = replace(case.process, spillover=BASE.spillover)
    return case.loudness * _world(heard, case.size, case.periods).movement


@lru_cache
def candidates(size: int | None = None, periods: int | None = None) -> dict[str, np.ndarray]:
    """Weights a researcher might use: the right ones; for the provinces also wrong ones.

    Parameters
    ----------
    size, periods
        As for `geography`.

    Returns
    -------
    dict
        Name -> (N, N) matrix.
    """
    right = {RIGHT: geography(size, periods).links}
    if size is not None:
        return right
    masses = rd_masses_2009()
    named = named_matrices(load_provinces(local=None), masses)
    graphs = {
        RAW: knowledge_links(masses["rd_personnel"]),
        "R&D capital": named["rd_capital"],
        "distance not squared": row_standardise(
            gravity(masses["rd_personnel"], load_regions(), power=1)
        ),
        "contiguity": named["contiguity"],
    }
    matrices = {name: graph.sparse.toarray() for name, graph in graphs.items()}
    # Over its mean row sum a raw matrix leaves rho a familiar size; nothing else changes.
    return right | matrices | {RAW: matrices[RAW] / matrices[RAW].sum(axis=1).mean()}


def model(sizes: np.ndarray, digital: np.ndarray, W: np.ndarray) -> SpatialPanel:
    """The paper's model: a spatial Durbin panel of sizes on the digital index.

    Parameters
    ----------
    sizes, digital, W
        (T, N), (T, N) and (N, N).

    Returns
    -------
    SpatialPanel
    """
    return SpatialPanel(sizes, digital[..., None], W, model="sdm")


def replicate(case: Case, generators: list[np.random.Generator]) -> pd.DataFrame:
    """Impacts and rho, with standard errors, on simulated panels, for every candidate W.

    Parameters
    ----------
    case, generators
        The experiment, and a generator a panel.

    Returns
    -------
    pandas.DataFrame
        A row a panel; columns are those of `figures`, each after the name of W and a bar.
    """
    here = world(case)
    if case.new_index:
        groups = [_with_own_index(case, rng) for rng in generators]
    else:  # panels that share one index are estimated together
        panels = np.array([here.draw(rng, noise(case)) for rng in generators])
        groups = [(here.geography.digital, panels)]
    with warnings.catch_warnings(action="ignore", category=BoundaryWarning):
        rows = {
            name: pd.concat([estimates(*group, W) for group in groups], ignore_index=True)
            for name, W in candidates(case.size, case.periods).items()
        }
    return pd.concat(rows, axis=1).set_axis(
        [f"{name}|{column}" for name, table in rows.items() for column in table], axis=1
    )


def _with_own_index(case: Case, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    here = world(case)
    index = here.draw_index(rng)
    return index, here.draw(rng, noise(case), here.respond(index))[None]


def estimates(index: np.ndarray, panels: np.ndarray, W: np.ndarray) -> pd.DataFrame:
    """`figures` of panels that share a digital index, under one W.

    Parameters
    ----------
    index, panels, W
        (T, N), (R, T, N) and (N, N).

    Returns
    -------
    pandas.DataFrame
        A row a panel.
    """
    return figures(many_fits(model(panels[0], index, W), panels, correction=None))


def figures(fits: ManyFits) -> pd.DataFrame:
    """Rho, direct and indirect impact with standard errors, a row a fit."""
    (variable,) = fits.impacts.columns.unique(0)
    columns = {"rho": fits.params["rho"], "rho se": fits.std_errors["rho"]}
    for impact in IMPACTS:
        columns[impact] = fits.impacts[variable, impact]
        columns[f"{impact} se"] = fits.impact_errors[variable, impact]
    return pd.DataFrame(columns)


def long_form(results: pd.DataFrame, *levels: str) -> pd.DataFrame:
    """Results with a row for each case, replication and level of their columns.

    Parameters
    ----------
    results
        As simulated; levels stand in the names of columns, parted by bars.
    *levels
        What they are called; weights if left out.

    Returns
    -------
    pandas.DataFrame
        Indexed by (case, replication, levels).
    """
    names = levels or ("weights",)
    columns = results.columns.str.split("|", expand=True).set_names([*names, None])
    stacked = results.set_axis(columns, axis=1).stack(list(names), future_stack=True)
    return stacked.dropna(how="all")


def truths(cases: dict[str, Case] = CASES) -> pd.DataFrame:
    """The model's own impacts by case, computed, not estimated: direct, indirect, total."""
    return pd.DataFrame(
        {name: world(case).true_impacts._asdict() for name, case in cases.items()}
    ).T


def verdicts(long: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """What each estimate says; one without a standard error (rho at its boundary): not significant.

    Parameters
    ----------
    long
        Columns direct, ``direct se``, indirect and ``indirect se``; a row an estimate.
    level
        Of each test.

    Returns
    -------
    pandas.DataFrame
        Booleans: ``signs`` (direct below zero and indirect above, as the paper has it),
        ``significant`` (both of these, each significant), ``reversed`` (both significant, the other
        way round).
    """
    reach = stats.norm.ppf(1 - level / 2)
    sure = (long["direct"].abs() > reach * long["direct se"]) & (
        long["indirect"].abs() > reach * long["indirect se"]
    )
    signs = (long["direct"] < 0) & (long["indirect"] > 0)
    other_way = (long["direct"] > 0) & (long["indirect"] < 0)
    return pd.DataFrame({"signs": signs, "significant": signs & sure, "reversed": other_way & sure})


def agreement(results: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """How often the regression says what the paper says.

    Parameters
    ----------
    results, truth
        As `simulate` and `truths` return them.

    Returns
    -------
    pandas.DataFrame
        Indexed by (case, weights). Shares of panels: those of `verdicts`, and ``covers direct`` and
        ``covers indirect`` (the interval holds the truth); means of ``rho``, ``direct`` and
        ``indirect``.
    """
    long, reach = long_form(results), stats.norm.ppf(1 - LEVEL / 2)
    cases = long.index.get_level_values("case")
    covers = {
        f"covers {impact}": (long[impact] - truth[impact].reindex(cases).to_numpy()).abs()
        <= reach * long[f"{impact} se"]
        for impact in IMPACTS
    }
    table = verdicts(long).assign(**covers).join(long[["rho", *IMPACTS]])
    return table.astype(float).groupby(level=["case", "weights"], sort=False).mean()


def adding_up(long: pd.DataFrame, size: int) -> pd.Series:
    """Direct impacts with the sum of outcomes kept, as `spillover.paper.relative_size.keep_sum`.

    Parameters
    ----------
    long
        Columns direct and indirect.
    size
        Number of regions.

    Returns
    -------
    pandas.Series
        A value a row.
    """
    return keep_sum(long["direct"], long["indirect"], size)


def provinces_apart() -> pd.DataFrame:
    """How provinces differ in the base process, by region.

    ``own effect``: the diagonal of the matrix of effects; ``share of movement``: the part of the
    index's variance within provinces and years that is the province's.
    """
    here = world(Case())
    squares = (within(here.geography.digital, "twoways") ** 2).sum(axis=0)
    columns = {"own effect": np.diag(here.matrix), "share of movement": squares / squares.sum()}
    return pd.DataFrame(columns, index=pd.Index(here.geography.regions, name="region"))


def common_pattern() -> float:
    """Share of the index's movement that follows one pattern over the years (first component)."""
    lengths = np.linalg.svd(within(geography().digital, "twoways"), compute_uv=False) ** 2
    return float(lengths[0] / lengths.sum())


MAGNITUDES: dict[str, Process] = {
    "base": BASE,
    "tastes matter little (psi 0.3)": replace(BASE, psi=0.3),
    "knowledge adds up (beta 0.9)": replace(BASE, beta=0.9),
    "index twice as strong": replace(BASE, digital_spread=1.0),
    "everyone hears everyone": replace(BASE, openness=1.0),
    "closed accounts (psi 2)": replace(BASE, accounts="closed", psi=2.0),
    "closed accounts, everyone hears everyone": replace(BASE, accounts="closed", openness=1.0),
    "firms instead of people": replace(BASE, outcome="firms"),
}


def magnitudes() -> pd.DataFrame:
    """True direct impact, number of own effects below zero, whether the start is stable."""
    worlds = {name: world(Case(process)) for name, process in MAGNITUDES.items()}
    rows = {
        name: {
            "direct": here.true_impacts.direct,
            "own effects < 0": int((np.diag(here.matrix) < -1e-12).sum()),
            "settled": here.settled,
        }
        for name, here in worlds.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("process")


def real_loudness() -> float:
    """How loud the noise would be if all that moves in the public outcome were noise.

    The outcome is patents granted relative to the mean, less province and year means; the unit is
    what technology moves in the base process.
    """
    outcome = relative_size(load_provinces(local=None)["patents_granted"]).unstack("region")
    years = outcome.iloc[-len(geography().digital) :]
    return float(within(years.to_numpy(), "twoways").std() / world(Case()).movement)


def inputs() -> list:
    """What the stored results depend on: every case with its country and weights."""
    sizes = [(case.size, case.periods) for case in CASES.values()]
    return [CASES, *((geography(*size), candidates(*size)) for size in dict.fromkeys(sizes))]


STORED = batches.Simulation(
    "simulations/bridge",
    __name__,
    seed=SEEDS["bridge"],
    digits=5,
    task=replicate,
    cases=CASES,
    inputs=inputs,
    replications=REPLICATIONS,
    size=50,
)
simulate, stored = STORED.simulate, STORED.stored


if __name__ == "__main__":
    make("spillover.paper.bridge.cases")

r"""What an outcome that sums to a constant does on its own: to rho, and to the impacts.

The paper's outcome is a province's cultural revenue relative to the national mean, so that the 31
values of a year always sum to 31. Two consequences need no data. Without any interaction, what
one province gains the others lose, which a spatial model may take for a negative rho. And no
regressor can raise all values together, so that a total impact other than zero is impossible.
"""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from libpysal.graph import Graph

from spillover.audit.inverse import Reported
from spillover.datasets import load_provinces
from spillover.measure.weights import row_standardise
from spillover.panel import SpatialPanel
from spillover.panel.inference import solve
from spillover.paper.consistency import REGIONS, REGRESSORS, YEARS
from spillover.paper.variables import knowledge_links, rd_masses_2009
from spillover.seeds import SEEDS
from spillover.stored import Stored, make
from spillover.theory.many_regions import average_impacts

STORED = Stored(
    "simulations/relative_size",
    "spillover.paper.relative_size",
    SEEDS["relative_size"],
    index=("design", "weights", "correction", "replication"),
)
REPLICATIONS = 1000
VOLATILITY = 0.1  # standard deviation of a year's growth shock, in logarithms
DESIGNS = {
    "absolute": "Independent outcomes, not made relative",
    "equal": "Relative size, provinces alike",
    "unequal": "Relative size, real spread of sizes",
    "persistent": "Relative size, real spread, lasting shocks",
}
CORRECTIONS = {"none": None, "lee-yu": "lee-yu"}


def paper_links() -> dict[str, Graph]:
    """The paper's two matrices from the figures of 2009, row-standardised."""
    return {name: row_standardise(knowledge_links(m)) for name, m in rd_masses_2009().items()}


def draw_outcome(
    design: str, sizes: np.ndarray, rng: np.random.Generator, volatility: float = VOLATILITY
) -> np.ndarray:
    """A simulated outcome without any spatial interaction.

    Parameters
    ----------
    design
        One of `DESIGNS`.
    sizes
        Expected of the N provinces, whose shocks are independent.
    rng
        Draws the shocks.
    volatility
        Standard deviation of a year's growth shock, in logarithms.

    Returns
    -------
    numpy.ndarray
        (T, N).
    """
    shocks = volatility * rng.standard_normal((YEARS, len(sizes)))
    if design == "absolute":
        return shocks
    if design == "equal":
        sizes = np.ones_like(sizes)
    if design == "persistent":
        shocks = shocks.cumsum(axis=0)
    values = sizes * np.exp(shocks)
    return values / values.mean(axis=1, keepdims=True)


def real_sizes() -> np.ndarray:
    """GDP of the provinces in the first year: a spread of sizes as it is."""
    return load_provinces(local=None)["gdp_100m_yuan"].unstack("year").iloc[:, 0].to_numpy()


def simulate_one(
    design: str,
    W: Graph,
    correction: str | None,
    replications: int = REPLICATIONS,
    volatility: float = VOLATILITY,
) -> pd.DataFrame:
    """Estimate the paper's model, two-way spatial Durbin, on outcomes that do not interact.

    The panels are the same for every W and correction; the regressors, independent of all else, are
    drawn once.

    Parameters
    ----------
    design
        One of `DESIGNS`.
    W
        Row-standardised over the provinces in alphabetical order.
    correction
        As :meth:`spillover.panel.SpatialPanel.fit` takes it.
    replications
        Panels.
    volatility
        See `draw_outcome`.

    Returns
    -------
    pandas.DataFrame
        Columns ``rho`` and ``z`` (by classic errors), a row a replication.
    """
    rng = np.random.default_rng(SEEDS["relative_size"])
    sizes = real_sizes()
    X = rng.standard_normal((YEARS, len(sizes), REGRESSORS))
    blank = np.zeros((YEARS, len(sizes)))
    model = SpatialPanel(blank, X, W, model="sdm", regions=W.unique_ids)
    fits = (
        model.with_outcome(draw_outcome(design, sizes, rng, volatility)).fit(
            "twoways", correction, "classic"
        )
        for _ in range(replications)
    )
    draws = [(fit.params["rho"], fit.tstats["rho"]) for fit in fits]
    return pd.DataFrame(draws, columns=["rho", "z"])


def simulate(replications: int = REPLICATIONS, n_jobs: int = 1) -> pd.DataFrame:
    """Every design, matrix and correction.

    Parameters
    ----------
    replications
        Of each.
    n_jobs
        Processes, -1 for all cores.

    Returns
    -------
    pandas.DataFrame
        A row a replication, to four decimals.
    """
    links = paper_links()
    keys = list(product(DESIGNS, links, CORRECTIONS))
    blocks = Parallel(n_jobs=n_jobs)(
        delayed(simulate_one)(design, links[name], CORRECTIONS[label], replications)
        for design, name, label in keys
    )
    return pd.concat(dict(zip(keys, blocks, strict=True)), names=STORED.index).round(4)


def summary(draws: pd.DataFrame, printed: dict[str, float]) -> pd.DataFrame:
    r"""What the simulated rho look like beside the printed ones, by matrix.

    Parameters
    ----------
    draws, printed
        As `simulate` returns them, and rho by matrix.

    Returns
    -------
    pandas.DataFrame
        Indexed by (design, weights, correction): ``mean``, ``low`` and ``high`` (5th and 95th
        percentile), ``rejected`` (share with \|z\| above 1.96 although rho is zero), ``negative``
        (share with z below -1.96), ``as_low`` (share at or below the printed rho).
    """
    levels = ["design", "weights", "correction"]
    groups = draws.groupby(level=levels, sort=False)
    rows = {key: _summary_row(group, printed[key[1]]) for key, group in groups}
    return pd.DataFrame(rows).T.rename_axis(levels)


def _summary_row(group: pd.DataFrame, printed: float) -> dict[str, float]:
    rho, z = group["rho"], group["z"]
    return {
        "mean": rho.mean(),
        "low": rho.quantile(0.05),
        "high": rho.quantile(0.95),
        "rejected": (z.abs() > 1.96).mean(),
        "negative": (z < -1.96).mean(),
        "as_low": (rho <= printed).mean(),
    }


def stored() -> pd.DataFrame:
    """The simulated draws in the project (``python -m spillover.paper.relative_size``)."""
    return STORED.read(inputs())


def inputs() -> list:
    """What they depend on: designs, corrections, sizes and links."""
    return [DESIGNS, CORRECTIONS, real_sizes(), paper_links(), VOLATILITY, YEARS, REGRESSORS]


# Adding up -----------------------------------------------------------------------------------


def impact_matrix(W: np.ndarray, report: Reported) -> np.ndarray:
    """Response of province i's outcome to a unit more of the regressor in j, as estimated.

    Parameters
    ----------
    W
        (N, N) matrix as it enters the model.
    report
        Printed estimates of a variable.

    Returns
    -------
    numpy.ndarray
        (N, N): (I - rho W)^-1 (beta I + theta W).

    References
    ----------
    LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics, section 2.7.
    """
    beta, theta, rho = (number.middle for number in (report.beta, report.theta, report.rho))
    return solve(W, rho, beta * np.eye(len(W)) + theta * W)


def keep_sum(direct: Any, indirect: Any, size: int) -> Any:
    """Direct impact of an outcome relative to the mean, what moves all N regions alike taken out.

    Relative sizes of N regions sum to N, so their total impact is zero; an estimated total is a
    common movement that the year effects could as well have taken. Its N-th part comes off the
    direct impact, and the indirect impact is what is left with its sign reversed.

    Parameters
    ----------
    direct, indirect
        As estimated: numbers, or arrays or columns of them.
    size
        Number of regions N.

    Returns
    -------
    As ``direct``
    """
    return direct - (direct + indirect) / size


def printed_impacts_with_sum_kept(report: Reported) -> pd.Series:
    """Direct, indirect and total impact as printed, once the sum of outcomes is kept."""
    direct, indirect = (report.impacts[name].middle for name in ("direct", "indirect"))
    direct = keep_sum(direct, indirect, REGIONS)
    return pd.Series({"direct": direct, "indirect": -direct, "total": 0.0})


def adding_up_impacts(W: np.ndarray, report: Reported) -> pd.Series:
    """Impacts computed from the coefficients and W, once the year effects keep the sum fixed.

    They differ from the printed impacts with their sum kept as far as W differs from the matrix
    that the authors used.

    With row-standardised W a year effect shifts all outcomes alike, so the column means of the
    impact matrix are taken out. What is left obeys the identity: indirect = - direct.

    Parameters
    ----------
    W, report
        As in `impact_matrix`.

    Returns
    -------
    pandas.Series
        ``direct``, ``indirect``, ``total``.
    """
    M = impact_matrix(W, report)
    shift = solve(W, report.rho.middle, np.ones(len(W)))
    M = M - np.outer(shift, M.sum(axis=0)) / shift.sum()
    return pd.Series(average_impacts(M)._asdict())


if __name__ == "__main__":
    make("spillover.paper.relative_size")

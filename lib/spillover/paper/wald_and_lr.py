"""How far apart may a Wald and a likelihood-ratio test of the same restriction be?

Both are chi-squared with as many degrees of freedom under the null, and both grow alike under
the alternative, but in a sample of 31 provinces and 9 years they differ. Simulated panels of the
paper's size, with effects strong enough to give statistics like the printed ones, show by how much.
"""

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from spillover.panel import SpatialPanel
from spillover.panel.simulate import simulate_panel
from spillover.paper.consistency import REGRESSORS, WEIGHTS, YEARS, specification_table
from spillover.paper.matrices.weights_inverse import reported
from spillover.paper.relative_size import paper_links
from spillover.seeds import SEEDS
from spillover.stored import Stored, make

STORED = Stored(
    "simulations/wald_and_lr",
    "spillover.paper.wald_and_lr",
    SEEDS["wald_and_lr"],
    index=("weights", "replication", "null"),
)
REPLICATIONS = 500
STRENGTH = 0.3  # of each lagged regressor; gives likelihood ratios like the printed ones
COVARIANCES = ("observed", "clustered")
SIMILAR = 0.25  # simulated likelihood ratios within this share of a printed one


def simulate(replications: int = REPLICATIONS, n_jobs: int = 1) -> pd.DataFrame:
    """Both matrices.

    Parameters
    ----------
    replications
        Of each.
    n_jobs
        Processes, -1 for all cores.

    Returns
    -------
    pandas.DataFrame
        As `simulate_one`, to three decimals, ``weights`` added to the index.
    """
    blocks = Parallel(n_jobs=n_jobs)(delayed(simulate_one)(name, replications) for name in WEIGHTS)
    return pd.concat(dict(zip(WEIGHTS, blocks, strict=True)), names=["weights"]).round(3)


def simulate_one(
    weights: str, replications: int = REPLICATIONS, seed: int = SEEDS["wald_and_lr"]
) -> pd.DataFrame:
    """Wald and likelihood-ratio statistics of simulated panels of the paper's size.

    Parameters
    ----------
    weights
        Matrix ``rd_personnel`` or ``rd_capital``, row-standardised, figures of 2009.
    replications
        Panels.
    seed
        Of their random numbers.

    Returns
    -------
    pandas.DataFrame
        Indexed by (replication, null): ``lr``, and ``wald`` under each of `COVARIANCES`.
    """
    W, rng = paper_links()[weights], np.random.default_rng(seed)
    rows = [_statistics(W, weights, rng) for _ in range(replications)]
    return pd.concat(rows, keys=range(replications), names=["replication", "null"])


def _statistics(W, weights: str, rng: np.random.Generator) -> pd.DataFrame:
    theta = STRENGTH * rng.choice([-1, 1], REGRESSORS)
    data = simulate_panel(
        W, YEARS, beta=-theta, theta=theta, rho=reported(weights).rho.middle, rng=rng
    )
    regressors = [f"x{k + 1}" for k in range(REGRESSORS)]
    model = SpatialPanel(data["y"], data[regressors], W, model="sdm")
    fits = {kind: model.fit("twoways", None, covariance=kind) for kind in COVARIANCES}
    return pd.DataFrame(
        {
            null: {"lr": fits[COVARIANCES[0]].lr(null.lower()).statistic}
            | {f"wald_{kind}": fit.wald(null.lower()).statistic for kind, fit in fits.items()}
            for null in ("SAR", "SEM")
        }
    ).T


def printed() -> pd.DataFrame:
    """Wald over likelihood ratio in the paper, by (weights, null)."""
    table = specification_table()["statistic"].map(lambda interval: interval.middle)
    ratio = table["Wald"] / table["LR"]
    frame = pd.DataFrame({"lr": table["LR"], "wald": table["Wald"], "ratio": ratio}).reset_index()
    frame["null"] = frame["null"].str.removeprefix("SDM->")
    return frame.set_index(["weights", "null"]).sort_index()


def compare(draws: pd.DataFrame, covariance: str = "observed") -> pd.DataFrame:
    """The printed ratio of the two statistics among simulated ones with a similar LR.

    Parameters
    ----------
    draws, covariance
        As `simulate` returns them, and one of `COVARIANCES`.

    Returns
    -------
    pandas.DataFrame
        Indexed by (weights, null): the printed ``lr``, ``wald`` and ``ratio``; ``panels``, how many
        simulated ones are similar; ``low`` and ``high``, 2.5th and 97.5th percentile of their
        ratio; ``p_value``, two-sided, of the printed ratio among them.
    """
    rows = {}
    for key, row in printed().iterrows():
        group = draws.xs(key, level=["weights", "null"])
        similar = group[(group["lr"] / row["lr"] - 1).abs() <= SIMILAR]
        ratio = similar[f"wald_{covariance}"] / similar["lr"]
        below = (1 + (ratio <= row["ratio"]).sum()) / (1 + len(ratio))
        above = (1 + (ratio >= row["ratio"]).sum()) / (1 + len(ratio))
        rows[key] = row.to_dict() | {
            "panels": len(ratio),
            "low": ratio.quantile(0.025),
            "high": ratio.quantile(0.975),
            "p_value": min(1.0, 2 * min(below, above)),
        }
    return pd.DataFrame(rows).T.rename_axis(["weights", "null"])


def stored() -> pd.DataFrame:
    """The simulated statistics in the project (``python -m spillover.paper.wald_and_lr``)."""
    return STORED.read(inputs())


def inputs() -> list:
    """What they depend on: links, printed estimates and the size of the panels."""
    printed = {name: reported(name).rho.middle for name in WEIGHTS}
    return [printed, paper_links(), STRENGTH, REGRESSORS, YEARS, COVARIANCES]


if __name__ == "__main__":
    make("spillover.paper.wald_and_lr")

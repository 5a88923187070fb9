"""Would the published test have found the effect? Size, power, bias and coverage of its design.

The process is the paper's own: a two-way spatial Durbin panel of 31 provinces and 9 years with
the printed estimates as the truth, or a fraction of them. All panels are simulated. Run from the
project's root: ``python -m spillover.paper.bridge.published_design``.
"""

import warnings

import numpy as np
import pandas as pd

from spillover import batches
from spillover.panel.monte_carlo import CORRECTIONS, Design, calibration, estimator_draws
from spillover.panel.results import BoundaryWarning
from spillover.paper.bridge import cases
from spillover.paper.bridge.cases import RIGHT, candidates, verdicts
from spillover.paper.consistency import YEARS
from spillover.paper.published import MATRICES, published_estimates, published_impacts
from spillover.seeds import SEEDS
from spillover.stored import make

REPLICATIONS = 500
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
_KEYS = ["case", "correction"]
MATRIX = MATRICES["rd_personnel"]
PILOTS = 40
SIGMA = 2.003  # from calibrated_sigma()
PARAMETERS = ("beta", "theta", "rho", "direct", "indirect", "total")


def printed() -> pd.DataFrame:
    """The paper's estimates under the personnel matrix: estimate and std_error by parameter."""
    table = published_estimates().query("weights == @MATRIX")
    effects = published_impacts().query("weights == @MATRIX")
    rows = pd.concat([table, effects])[["estimate", "std_error"]]
    return rows.set_axis(pd.Index(PARAMETERS, name="parameter"))


def design(strength: float = 1.0, sigma: float = SIGMA) -> Design:
    """The paper's process with beta and theta at a fraction of the printed estimates.

    Parameters
    ----------
    strength
        The fraction.
    sigma
        Standard deviation of errors; `calibrated_sigma` tells where it comes from.

    Returns
    -------
    Design
        Its regressor is standard normal.
    """
    known = printed()["estimate"]
    return Design(
        candidates()[RIGHT],
        YEARS,
        beta=strength * known["beta"],
        theta=strength * known["theta"],
        rho=known["rho"],
        sigma=sigma,
    )


def calibrated_sigma() -> float:
    """Standard deviation of errors at which the mean standard error of beta is the printed one.

    Standard errors of slopes are proportional to sigma, up to the small part that they share with
    rho: two rounds settle it to three digits.
    """
    sigma, target = 1.0, printed().loc["beta", "std_error"]
    seed = SEEDS["published_design_sigma"]
    for _ in range(2):
        pilots = estimator_draws(design(1.0, sigma), PILOTS, seed, [None], n_jobs=1)
        sigma *= target / pilots.xs("beta", level="parameter")["std_error"].mean()
    return round(float(sigma), 3)


CASES: dict[str, float] = {f"{strength:.0%}": strength for strength in STRENGTHS}


def replicate(strength: float, generators: list[np.random.Generator]) -> pd.DataFrame:
    """Estimates and standard errors of simulated panels under every correction.

    Parameters
    ----------
    strength, generators
        See `design`; a generator a panel.

    Returns
    -------
    pandas.DataFrame
        A row a panel; columns are correction, parameter and figure, parted by bars.
    """
    with warnings.catch_warnings(action="ignore", category=BoundaryWarning):
        return pd.concat([_one(strength, rng) for rng in generators])


def _one(strength: float, rng: np.random.Generator) -> pd.DataFrame:
    draws = estimator_draws(design(strength), 1, int(rng.integers(2**62)), CORRECTIONS, n_jobs=1)
    kept = draws.loc[draws.index.isin(PARAMETERS, level="parameter")]
    wide = kept.rename(columns={"std_error": "se"}).stack().to_frame().T
    return wide.set_axis(["|".join(column[1:]) for column in wide], axis=1)


def long_form(results: pd.DataFrame) -> pd.DataFrame:
    """Indexed by (case, replication, correction, parameter); columns estimate and std_error."""
    return cases.long_form(results, "correction", "parameter").rename(columns={"se": "std_error"})


def accuracy(results: pd.DataFrame) -> pd.DataFrame:
    """Bias, spread, standard errors and coverage by case, correction and parameter."""
    long = long_form(results)
    tables = {
        case: calibration(long.loc[case], design(CASES[case]).truth)
        for case in results.index.unique("case")
    }
    return pd.concat(tables, names=["case"])


def power(results: pd.DataFrame) -> pd.DataFrame:
    """How often the published verdict comes out, by case and correction.

    Columns ``strength``; ``significant``, the share of panels with direct < 0 and indirect > 0,
    both significant at five per cent; ``direct`` and ``indirect``, the shares in which each is
    significant alone, with any sign; ``exaggeration``, the mean estimate of the direct impact in
    the panels that count as significant, over the truth.
    """
    long = long_form(results)
    estimates, errors = long["estimate"].unstack(), long["std_error"].unstack()
    wide = estimates.join(errors.add_suffix(" se"))
    wide["significant"] = verdicts(wide)["significant"]
    tables = {key: _power_row(key[0], group) for key, group in wide.groupby(_KEYS, sort=False)}
    return pd.DataFrame(tables).T.rename_axis(_KEYS)


def _power_row(case: str, group: pd.DataFrame) -> dict[str, float]:
    truth = design(CASES[case]).truth["direct"]
    found = group.loc[group["significant"], "direct"]
    alone = {
        name: (group[name].abs() > 1.959964 * group[f"{name} se"]).mean()
        for name in ("direct", "indirect")
    }
    row = {"strength": CASES[case], "significant": group["significant"].mean()} | alone
    return row | {"exaggeration": found.mean() / truth if truth else np.nan}


def inputs() -> dict[str, Design]:
    """What the stored results depend on: the process of every case."""
    return {case: design(strength) for case, strength in CASES.items()}


STORED = batches.Simulation(
    "simulations/published_design",
    __name__,
    seed=SEEDS["published_design"],
    digits=6,
    task=replicate,
    cases=CASES,
    inputs=inputs,
    replications=REPLICATIONS,
    size=25,
)
simulate, stored = STORED.simulate, STORED.stored


if __name__ == "__main__":
    make("spillover.paper.bridge.published_design")

"""How estimators do on simulated panels: bias, calibration of standard errors, coverage.

References
----------
Morris, T. P., White, I. R. and Crowther, M. J. (2019). Using simulation studies to evaluate
statistical methods. Statistics in Medicine 38, 2074-2102.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import stats

from spillover.panel.inputs import Weights
from spillover.panel.model import SpatialPanel
from spillover.panel.results import SpatialPanelResults
from spillover.panel.simulate import simulate_panel, true_impacts

CORRECTIONS = (None, "lee-yu", "lee-yu-direct")


@dataclass(frozen=True)
class Design:
    """A Durbin process with one regressor, from which panels of T periods are drawn.

    The effects are those of the process and of the estimation.
    """

    W: Weights
    T: int
    beta: float = 1.0
    theta: float = 0.5
    rho: float = 0.4
    sigma: float = 1.0
    effects: str = "twoways"

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        """One simulated panel."""
        return simulate_panel(
            self.W,
            self.T,
            [self.beta],
            [self.theta],
            rho=self.rho,
            sigma=self.sigma,
            effects=self.effects,
            rng=rng,
        )

    @property
    def truth(self) -> pd.Series:
        """The quantities that are estimated."""
        impacts = true_impacts(self.W, [self.beta], [self.theta], self.rho).loc["x1"]
        own = {"beta": self.beta, "theta": self.theta, "rho": self.rho, "sigma2": self.sigma**2}
        return pd.Series({**own, **impacts}).rename_axis("parameter")


def estimator_draws(
    design: Design,
    replications: int,
    seed: int,
    corrections: Sequence[str | None] = CORRECTIONS,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Estimates and standard errors on many simulated panels.

    Every correction is applied to the same panels.

    Parameters
    ----------
    design
        The process.
    replications
        Number of panels.
    seed
        Root of the panels' seeds: panel r is the same whatever ``replications`` and ``n_jobs``.
    corrections
        Corrections of the incidental parameters to compare.
    n_jobs
        Processes to use.

    Returns
    -------
    pandas.DataFrame
        Indexed by (replication, correction, parameter), columns estimate and std_error.
    """
    seeds = np.random.SeedSequence(seed).spawn(replications)
    frames = Parallel(n_jobs=n_jobs)(delayed(_replicate)(design, s, corrections) for s in seeds)
    return pd.concat(dict(enumerate(frames)), names=["replication"])


def _replicate(
    design: Design, seed: np.random.SeedSequence, corrections: Sequence[str | None]
) -> pd.DataFrame:
    panel = design.draw(np.random.default_rng(seed))
    model = SpatialPanel.from_formula("y ~ x1", panel, design.W, model="sdm")
    fits = {c: model.fit(design.effects, c, "classic") for c in corrections}
    tables = {c or "none": _estimates(fit) for c, fit in fits.items()}
    return pd.concat(tables, names=["correction"])


def _estimates(fit: SpatialPanelResults) -> pd.DataFrame:
    own = pd.DataFrame({"estimate": fit.params, "std_error": fit.std_errors})
    own = own.rename({"x1": "beta", "W*x1": "theta"}).loc[["beta", "theta", "rho"]]
    impacts = fit.impacts().loc["x1", ["estimate", "std_error"]]
    own.loc["sigma2"] = fit.sigma2, np.nan
    return pd.concat([own, impacts]).rename_axis("parameter")


def calibration(draws: pd.DataFrame, truth: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """What many estimates say about an estimator.

    Parameters
    ----------
    draws
        From :func:`estimator_draws`.
    truth
        True values by parameter.
    level
        Level of the normal confidence intervals.

    Returns
    -------
    pandas.DataFrame
        Indexed by (correction, parameter); columns truth, bias, sd (of the estimates), mean_se,
        se_ratio (mean standard error over sd), coverage, bias_error and coverage_error (Monte
        Carlo standard errors), and without_se: estimates without a standard error (rho at the end
        of its interval), which coverage leaves out.
    """
    error = draws["estimate"] - truth.reindex(draws.index, level="parameter")
    reach = stats.norm.ppf((1 + level) / 2) * draws["std_error"]
    covered = (error.abs() <= reach).where(reach.notna())
    table = pd.DataFrame({"error": error, "se": draws["std_error"], "covered": covered})
    groups = table.astype(float).groupby(level=["correction", "parameter"], sort=False)
    mean, count = groups.mean(), groups["error"].count()
    sd = groups["error"].std()
    return pd.DataFrame(
        {
            "truth": truth.reindex(mean.index, level="parameter"),
            "bias": mean["error"],
            "bias_error": sd / np.sqrt(count),
            "sd": sd,
            "mean_se": mean["se"],
            "se_ratio": mean["se"] / sd,
            "coverage": mean["covered"],
            "coverage_error": np.sqrt(mean["covered"] * (1 - mean["covered"]) / count),
            "without_se": (count - groups["se"].count()).where(mean["se"].notna(), 0),
            "replications": count,
        }
    )

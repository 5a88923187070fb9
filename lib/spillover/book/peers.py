"""How other programs compute where it differs from the exact answer: for teaching and tests.

Nothing here is used by the estimators. Each function repeats one habit of a widely used program
in a few lines, so that its effect can be seen beside the exact result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from scipy import optimize

from spillover.book.estimator_monte_carlo import random_places
from spillover.measure.weights import k_nearest, row_standardise
from spillover.panel.effects import within
from spillover.panel.inference import expected_information
from spillover.panel.model import SpatialPanel
from spillover.panel.results import SpatialPanelResults
from spillover.panel.simulate import simulate_panel, true_impacts
from spillover.seeds import SEEDS

LogDeterminantValue = Callable[[float], float]
FORMULA = "np.log(gsp) ~ np.log(pcap) + np.log(pc) + np.log(emp) + unemp"
"""The regression of the US states that packages are compared on."""

# What programs printed for that regression: (program, model, effects, correction, quantity).
# ``spatial`` is rho, or lambda in the error model; ``se`` is its standard error.
REPORTED: dict[tuple[str, str, str, str | None, str], float] = {
    ("SDPDmod 0.0.6", "sar", "individual", None, "spatial"): 0.278562033472097,
    ("SDPDmod 0.0.6", "sar", "individual", None, "loglik"): 1609.75971546242,
    ("SDPDmod 0.0.6", "sdm", "individual", None, "se"): 0.1506259706,
    ("SDPDmod 0.0.6", "sdm", "individual", "lee-yu", "se"): 0.1645826609,
    ("SDPDmod 0.0.6", "sdm", "twoways", "lee-yu-direct", "spatial"): 1.5179368460055,
    ("splm 1.6-5", "sar", "time", None, "spatial"): -0.00574524964121925,
    ("splm 1.6-5", "sar", "twoways", None, "spatial"): 0.196664167878035,
    ("splm 1.6-5", "sdm", "time", None, "spatial"): 0.389066402970765,
    ("splm 1.6-5", "sdm", "twoways", None, "spatial"): 0.368846220058488,
    ("splm 1.6-5", "sem", "time", None, "spatial"): 0.496230188340662,
    ("splm 1.6-5", "sem", "twoways", None, "spatial"): 0.390864027152633,
    ("splm 1.6-5", "sar", "twoways", "lee-yu", "sigma2"): 0.000937988632113784,
    ("splm 1.6-5", "sdm", "twoways", "lee-yu", "sigma2"): 0.000868140896269654,
    ("splm 1.6-5", "sar", "twoways", "lee-yu", "loglik"): 1659.44769448397,
}

# What spmixw 0.2.3 printed for the panel of `mixture_panel` with two-way effects: means of
# 12,000 draws after 2,000, seed 1; ``W1*x1`` and ``W2*x1`` are the lags by the two matrices.
MIXTURE_REPORTED = {
    "x1": 0.99520, "W1*x1": 0.66992, "W2*x1": 0.46915, "rho": 0.27987, "first share": 0.80433,
    "direct": 1.01187, "indirect": 0.38265, "total": 1.39451,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class DummyLikelihood:
    """Dummy-variable likelihood of a SAR, SEM or SDM model in its one spatial parameter.

    Attributes
    ----------
    model
        The model.
    effects
        none, individual, time or twoways.
    relag
        Whether the demeaned data are lagged and the lag is left as it is, instead of being
        demeaned. The two differ under time effects unless the columns of W have equal sums.
    log_determinant
        In place of the exact ln|I - rho W|.
    """

    model: SpatialPanel
    effects: str
    relag: bool = False
    log_determinant: LogDeterminantValue | None = None

    def loglik(self, r: float) -> float:
        """Log-likelihood with the coefficients and the variance concentrated out."""
        data = self.model.data
        rss, n = self._rss(r), data.N * data.T
        exact = self.model.log_determinant.value
        jacobian = data.T * float((self.log_determinant or exact)(r))
        return jacobian - n / 2 * (np.log(2 * np.pi * rss / n) + 1)

    def maximise(self, around: tuple[float, float] = (-0.9, 0.95)) -> tuple[float, float]:
        """Spatial parameter and log-likelihood at the maximum in an interval."""
        found = optimize.minimize_scalar(
            lambda r: -self.loglik(r), bounds=around, method="bounded", options={"xatol": 1e-9}
        )
        return float(found.x), -float(found.fun)

    def _rss(self, r: float) -> float:
        data = self.model.data
        columns = np.concatenate([data.y[..., None], self._regressors()], axis=2)
        filtered = within(columns, self.effects)
        lag = data.lag(filtered) if self.relag else within(data.lag(columns), self.effects)
        # The error model filters the outcome and the regressors, the lag model the outcome.
        reach = slice(None) if self.model.model == "sem" else slice(1)
        filtered[..., reach] -= r * lag[..., reach]
        flat = filtered.reshape(data.N * data.T, -1)
        return float(np.linalg.lstsq(flat[:, 1:], flat[:, 0])[1].item())

    def _regressors(self) -> np.ndarray:
        data = self.model.data
        lagged = [data.names.index(n) for n in self.model.lagged]
        return np.concatenate([data.X, data.lag(data.X[..., lagged])], axis=2)


def tabled(exact: LogDeterminantValue, step: float) -> LogDeterminantValue:
    """A function read off a table: the value at the nearest entry.

    Parameters
    ----------
    exact, step
        The function, and the distance between entries.

    Returns
    -------
    callable
    """
    return lambda r: exact(step * np.round(r / step))


def impact_rules(fit: SpatialPanelResults) -> pd.DataFrame:
    r"""Impacts of a Durbin model by three rules, one row a regressor.

    Exact: averages of :math:`(I - \rho W)^{-1}(\beta I + \theta W)`. ``theta as spillover``: the
    direct impact leaves theta out, all of it is called indirect. ``W x apart``: the spatial lag of
    x is treated as a regressor that has nothing to do with x.
    """
    data, p = fit.model.data, fit.params
    exact = fit.impacts()["estimate"].unstack("impact").loc[list(data.names)]
    m, beta, rho = fit.multipliers, p[list(data.names)], p["rho"]
    own, row = 1 + rho * m.diagonal(rho), 1 + rho * m.row_sum(rho)
    rules = {
        "exact": exact[["direct", "indirect", "total"]],
        "theta as spillover": _split(own * beta, exact["total"]),
        "W x apart": _split(own * beta, row * beta),
    }
    return pd.concat(rules, axis=1, names=["rule", "impact"])


def _split(direct: pd.Series, total: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"direct": direct, "indirect": total - direct, "total": total})


class WithoutSpatialCovariance(SpatialPanelResults):
    """Results with the covariance of rho and the coefficients set to zero.

    Parameters
    ----------
    model, sample, estimate, covariance
        As in :class:`~spillover.panel.SpatialPanelResults`.
    """

    @cached_property
    def cov(self) -> pd.DataFrame:
        """Covariance matrix of the parameters."""
        cov = super().cov.copy()
        others = [n for n in cov.index if n != "rho"]
        cov.loc["rho", others] = cov.loc[others, "rho"] = 0.0
        return cov


def without_spatial_covariance(fit: SpatialPanelResults) -> SpatialPanelResults:
    """The same results with the covariance of rho and the coefficients set to zero."""
    return WithoutSpatialCovariance(fit.model, fit.sample, fit.estimate, fit.covariance)


def mixture_panel() -> tuple[pd.DataFrame, dict[str, Graph], pd.Series]:
    """A simulated Durbin panel whose W is .7 of one matrix and .3 of another.

    The panel, the two matrices by name, and the true impacts of ``x1``.
    """
    pair = {
        name: row_standardise(k_nearest(random_places(60, seed), 4))
        for seed, name in enumerate(("first", "second"), start=SEEDS["mixture_links"])
    }
    W = 0.7 * pair["first"].sparse + 0.3 * pair["second"].sparse
    truth: dict[str, Any] = {"beta": [1.0], "theta": [0.5], "rho": 0.4}
    frame = simulate_panel(W, 10, **truth, effects="twoways", rng=SEEDS["mixture_panel"])
    return frame, pair, true_impacts(W, **truth).loc["x1"]


def condition_numbers(fit: SpatialPanelResults) -> pd.Series:
    """Condition of the information matrix as it is, and scaled to a unit diagonal."""
    raw = expected_information(fit.sample, fit.estimate)
    size = np.sqrt(np.diag(raw))
    scaled = raw / np.outer(size, size)
    return pd.Series({"as it is": np.linalg.cond(raw), "scaled": np.linalg.cond(scaled)})


def hausman_with_dummies(model: SpatialPanel) -> float:
    """Hausman's quadratic form with the fixed-effects variance that dummies understate."""
    fixed, random = model.fit("individual", None), model.fit("random")
    names = fixed.params.index
    difference = (fixed.params - random.params)[names].to_numpy()
    V = (fixed.cov - random.cov).loc[names, names].to_numpy()
    return float(difference @ np.linalg.solve(V, difference))

r"""Regressors that spill over by other links than outcome and error.

.. math::
    y_t = \rho W y_t + X_t \beta + M X_t \theta + \mu + \xi_t \iota + u_t, \qquad
    u_t = \lambda W u_t + \varepsilon_t

For estimation :math:`M X` are regressors like any others. Impacts are averages of
:math:`(I - \rho W)^{-1} (\beta_k I + \theta_k M)`: a lag is no regressor of its own.

References
----------
Halleck Vega, S. and Elhorst, J. P. (2015). The SLX model. Journal of Regional Science 55, 339-363.
LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics, section 2.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
import pandas as pd
from scipy import sparse

from spillover.panel import inference
from spillover.panel.estimation import Estimate
from spillover.panel.inference import solve
from spillover.panel.inputs import PanelData, Weights, common_weights
from spillover.panel.model import SpatialPanel
from spillover.panel.results import SpatialPanelResults

WITHOUT_LAGS = {"sdm": "sar", "slx": "ols", "sdem": "sem"}
BLOCK = 512  # columns of M that are spread at a time


class TwoWeightsPanel:
    """A Durbin model with weights of their own for the regressors' lags.

    Parameters
    ----------
    data
        The panel, with one W for all periods: that of the outcome and of the error.
    W_X
        Weights of the regressors' lags, matched by region id.
    model
        ``"sdm"``, ``"slx"`` or ``"sdem"``.
    lagged, islands
        As in :class:`~spillover.panel.SpatialPanel`.

    Raises
    ------
    ValueError
        For another model, weights by period, and whatever :class:`~spillover.panel.SpatialPanel`
        refuses.
    """

    def __init__(
        self,
        data: PanelData,
        W_X: Weights,
        model: str = "sdm",
        lagged: Sequence[str] | None = None,
        islands: bool = False,
    ) -> None:
        self.model = model.lower()
        if self.model not in WITHOUT_LAGS:
            raise ValueError(f"model={model!r}: choose one of {', '.join(WITHOUT_LAGS)}")
        if data.time_varying:
            raise ValueError("two kinds of weights need one W for all periods")
        self.names = data.names
        self.lagged = SpatialPanel(data, model=self.model, lagged=lagged).lagged
        self.M: sparse.csr_array = common_weights(data, W_X, islands).W
        places = [data.names.index(name) for name in self.lagged]
        lags = np.stack([self.M @ x for x in data.X[..., places]])
        wider = replace(
            data,
            X=np.concatenate([data.X, lags], axis=2),
            names=(*data.names, *(f"W*{name}" for name in self.lagged)),
        )
        self.unlagged = SpatialPanel(wider, model=WITHOUT_LAGS[self.model])

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: pd.DataFrame,
        W: Weights,
        W_X: Weights,
        model: str = "sdm",
        lagged: Sequence[str] | None = None,
        regions: Iterable | None = None,
        islands: bool = False,
    ) -> Self:
        """A model by a formula on a long frame.

        Parameters
        ----------
        formula, data, W, lagged, regions, islands
            As in :meth:`SpatialPanel.from_formula`.
        W_X, model
            As in the class.

        Returns
        -------
        TwoWeightsPanel
        """
        panel = PanelData.from_formula(formula, data, W, regions, islands)
        return cls(panel, W_X, model, lagged, islands)

    def fit(
        self,
        effects: str | None = "twoways",
        correction: str | None = "auto",
        covariance: str | inference.ScoreVariance | None = None,
    ) -> TwoWeightsResults:
        """Estimate by maximum likelihood.

        Parameters
        ----------
        effects, correction, covariance
            As in :meth:`SpatialPanel.fit`.

        Returns
        -------
        TwoWeightsResults
        """
        return TwoWeightsResults(self, *self.unlagged.maximum(effects, correction), covariance)


class TwoWeightsResults(SpatialPanelResults):
    """Estimates; ``W*x`` is the coefficient of the lag by the regressors' own weights.

    Parameters
    ----------
    panel
        The model.
    sample, estimate, covariance
        As in :class:`~spillover.panel.SpatialPanelResults`.
    """

    def __init__(
        self,
        panel: TwoWeightsPanel,
        sample: inference.Sample,
        estimate: Estimate,
        covariance: str | inference.ScoreVariance | None,
    ) -> None:
        self.panel = panel
        super().__init__(panel.unlagged, sample, estimate, covariance)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the regressors, without their lags."""
        return self.panel.names

    @property
    def kind(self) -> str:
        """Which model, for the summary."""
        return f"{self.panel.model.upper()}, regressors lagged by other weights"

    def impacts(  # type: ignore[override]
        self, level: float = 0.95
    ) -> pd.DataFrame:
        """Average direct, indirect and total impacts; errors by the delta method."""
        return super().impacts(level=level)

    def averages(
        self, beta: np.ndarray, theta: np.ndarray, rho: float
    ) -> tuple[np.ndarray, np.ndarray]:
        own, own_slopes = super().averages(beta, np.zeros_like(theta), rho)
        (trace, row_sum), slopes = _crossed(self.model.data.W, self.panel.M, rho)
        share = np.array([trace, row_sum - trace, row_sum])
        share_slopes = np.array([slopes[0], slopes[1] - slopes[0], slopes[1]])
        own_slopes[:, :, 1] = share
        own_slopes[:, :, 2] += np.outer(theta, share_slopes)
        return own + np.outer(theta, share), own_slopes

    def spread(
        self, W: sparse.csr_array, start: np.ndarray, slopes: np.ndarray, backwards: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        (beta, theta, rho), M = slopes, self.panel.M
        if backwards:
            own = solve(W.T, rho, start)
            again = solve(W.T, rho, W.T @ own)
            lagged, slope = M.T @ own, beta * again + theta * (M.T @ again)
            return beta * own + theta * lagged, np.column_stack([own, lagged, slope])
        own, lagged = solve(W, rho, np.column_stack([start, M @ start])).T
        effect = beta * own + theta * lagged
        return effect, np.column_stack([own, lagged, solve(W, rho, W @ effect)])

    def impact_matrix(self, variable: str, period: None = None) -> pd.DataFrame:
        data, p = self.model.data, self.params
        self._check_matrix(variable)
        start = p[variable] * np.eye(data.N) + p.get(f"W*{variable}", 0.0) * self.panel.M.toarray()
        effect = solve(data.W, p.get("rho", 0.0), start)
        return pd.DataFrame(effect, index=data.regions, columns=data.regions)


def _crossed(
    W: sparse.csr_array, M: sparse.csr_array, rho: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """tr A M / N and i'A M i / N with A = (I - rho W)^-1, and their derivatives in rho."""
    N = W.shape[0]
    traces = np.zeros(2)
    for first in range(0, N, BLOCK):
        places = np.arange(first, min(first + BLOCK, N))
        reached = solve(W, rho, M[:, places].toarray())
        further = solve(W, rho, W @ reached)
        traces += [v[places, places - first].sum() for v in (reached, further)]
    reached = solve(W, rho, M @ np.ones(N))
    further = solve(W, rho, W @ reached)
    values, slopes = zip(traces / N, (reached.mean(), further.mean()), strict=True)
    return values, slopes

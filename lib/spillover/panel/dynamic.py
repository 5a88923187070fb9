r"""The dynamic spatial Durbin panel: last period's outcome, own and neighbours', as regressors.

.. math::
    y_t = \rho W y_t + \tau y_{t-1} + \eta W y_{t-1} + X_t \beta + W X_t \theta + \mu + \xi_t \iota
    + \varepsilon_t

With region effects removed the lags depend on the errors, which biases maximum likelihood by an
order of 1/T (Nickell). The score of (tau, eta, rho) then has mean
:math:`-(\mathrm{tr}\, M, \mathrm{tr}\, W M, \mathrm{tr}\, W M - \mathrm{tr}\, G)` with
:math:`M = [(1 - \tau) I - (\rho + \eta) W]^{-1}`: the correction moves the estimates by the
inverse information times its negative. All traces come from ln|I - r W| at
:math:`r = (\rho + \eta) / (1 - \tau)`.

References
----------
Yu, J., de Jong, R. and Lee, L. F. (2008). Quasi-maximum likelihood estimators for spatial dynamic
panel data with fixed effects when both n and T are large. Journal of Econometrics 146, 118-134.
Lee, L. F. and Yu, J. (2010). A spatial dynamic panel data model with both time and individual fixed
effects. Econometric Theory 26, 564-597.
Elhorst, J. P. (2014). Spatial Econometrics: From Cross-Sectional Data to Spatial Panels, chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from spillover.panel import inference
from spillover.panel.effects import INDIVIDUAL, TIME, effects_name
from spillover.panel.estimation import Estimate, bounds, maximise
from spillover.panel.hypotheses import SpecificationTest
from spillover.panel.impacts import delta_errors, gradient, impact_frame, with_absent
from spillover.panel.inputs import PanelData, Weights, check_effects
from spillover.panel.lee_yu import check_correction
from spillover.panel.likelihood import RHO
from spillover.panel.log_determinant import Eigenvalues
from spillover.panel.model import SpatialPanel
from spillover.panel.results import SpatialPanelResults

TAU, ETA = "tau", "eta"
MODELS = ("sar", "sdm")
CORRECTIONS = ("auto", "yu-de-jong-lee", None)
HORIZONS = ("short", "long")


class DynamicSpatialPanel:
    """A dynamic spatial panel model; the first period serves as the start.

    Parameters
    ----------
    y, X, W, regions, islands
        As in :class:`~spillover.panel.SpatialPanel`, with one W for all periods.
    model
        ``"sdm"`` (with W X) or ``"sar"``.
    lagged
        Regressors whose spatial lags enter; all if left out.
    space_time_lag
        Whether W y of the period before enters (eta).

    Raises
    ------
    ValueError
        For another model, a W that changes over time, and whatever
        :class:`~spillover.panel.SpatialPanel` refuses.
    """

    def __init__(
        self,
        y: pd.Series | np.ndarray | PanelData,
        X: pd.DataFrame | np.ndarray | None,
        W: Weights | None,
        model: str = "sdm",
        lagged: Sequence[str] | None = None,
        space_time_lag: bool = True,
        regions: Iterable | None = None,
        islands: bool = False,
    ) -> None:
        data = y if isinstance(y, PanelData) else PanelData.from_arrays(y, X, W, regions, islands)
        _check_dynamic(model, data)
        later = replace(data, periods=data.periods[1:], y=data.y[1:], X=data.X[1:])
        self.static = SpatialPanel(later, model=model, lagged=lagged)
        before = data.y[:-1, :, None]
        wider = replace(
            later, X=np.concatenate([later.X, before], axis=2), names=(*later.names, TAU)
        )
        own = [*self.static.lagged, *([TAU] if space_time_lag else [])]
        self.dynamic = SpatialPanel(wider, lagged=own)

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: pd.DataFrame,
        W: Weights | Mapping[Any, Weights],
        model: str = "sdm",
        lagged: Sequence[str] | None = None,
        space_time_lag: bool = True,
        regions: Iterable | None = None,
        islands: bool = False,
    ) -> Self:
        """A model by a formula without the outcome's lags, on a long frame (region, period).

        Parameters
        ----------
        formula, data
            As in :meth:`spillover.panel.SpatialPanel.from_formula`.
        W, model, lagged, space_time_lag, regions, islands
            As in the class.

        Returns
        -------
        DynamicSpatialPanel
        """
        panel = PanelData.from_formula(formula, data, W, regions, islands)
        return cls(panel, None, None, model, lagged, space_time_lag)

    def fit(
        self,
        effects: str = "twoways",
        correction: str | None = "auto",
        covariance: str | inference.ScoreVariance | None = "classic",
    ) -> DynamicResults:
        """Estimate by maximum likelihood, with or without correction of the bias of order 1/T.

        Parameters
        ----------
        effects
            individual or twoways.
        correction
            ``"auto"`` or ``"yu-de-jong-lee"``: bias-corrected, time effects by transformation.
            None: dummy-variable maximum likelihood.
        covariance
            As in :meth:`SpatialPanel.fit`.

        Returns
        -------
        DynamicResults

        Raises
        ------
        ValueError
            For other effects or corrections, fewer than four periods, and two-way effects with
            weights whose row sums differ.
        """
        effects = effects_name(effects)
        data = self.dynamic.data
        if effects not in INDIVIDUAL:
            raise ValueError(f"effects={effects!r}: a dynamic model has individual or twoways")
        if correction not in CORRECTIONS:
            raise ValueError(f"correction={correction!r}: choose auto, yu-de-jong-lee or None")
        if data.T < 3:
            raise ValueError("too few periods: a dynamic model needs at least 4")
        check_effects(data.N, data.T, effects)
        base = "lee-yu" if correction else None
        check_correction(base, effects, data)
        sample = self.dynamic.sample(effects, base)
        estimate = maximise(sample.likelihood)
        if correction:
            estimate = _corrected(sample, estimate)
        return DynamicResults(self, sample, estimate, covariance)


class DynamicResults(SpatialPanelResults):
    """A fitted dynamic model: parameters as in the static one, and ``tau`` and ``eta``.

    Parameters
    ----------
    panel
        The dynamic model.
    sample, estimate
        What the likelihood was computed from, and where it is highest.
    covariance
        Kind of standard errors.
    """

    def __init__(
        self,
        panel: DynamicSpatialPanel,
        sample: inference.Sample,
        estimate: Estimate,
        covariance: str | inference.ScoreVariance | None,
    ) -> None:
        self.panel = panel
        names = tuple(ETA if n == f"W*{TAU}" else n for n in sample.names)
        super().__init__(panel.dynamic, replace(sample, names=names), estimate, covariance)

    @property
    def kind(self) -> str:
        """Which model, for the summary."""
        return f"dynamic {self.panel.static.model.upper()}"

    @property
    def correction_name(self) -> str | None:
        """The correction, by the name under which it is asked for."""
        return self.correction and "yu-de-jong-lee"

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the regressors; last period's outcome has no impact of its own."""
        return self.panel.static.data.names

    @cached_property
    def stability(self) -> pd.Series:
        """Whether shocks die out.

        ``radius``: largest modulus of the eigenvalues of :math:`(I - \\rho W)^{-1}(\\tau I + \\eta
        W)`, below one in a stable process (of the real eigenvalues at the ends of the spectrum
        where W is large); ``sum``: tau + rho + eta, below one for row-standardised W.
        """
        p = self.params
        tau, eta, rho = p[TAU], p.get(ETA, 0.0), p["rho"]
        log_determinant = self.model.log_determinant
        roots = (
            log_determinant.eigenvalues
            if isinstance(log_determinant, Eigenvalues)
            else 1 / np.array(log_determinant.interval)
        )
        radius = np.abs((tau + eta * roots) / (1 - rho * roots)).max()
        return pd.Series({"radius": radius, "sum": tau + rho + eta, "stable": radius < 1})

    def impacts(  # type: ignore[override]
        self, horizon: str = "short", level: float = 0.95
    ) -> pd.DataFrame:
        r"""Average impacts in the same period (``"short"``) or of a lasting change (``"long"``).

        In the long run they are averages of
        :math:`[(1 - \tau) I - (\rho + \eta) W]^{-1} (\beta_k I + \theta_k W)`; errors by the delta
        method.

        Parameters
        ----------
        horizon
            ``"short"`` or ``"long"``.
        level
            Coverage of the intervals.

        Returns
        -------
        pandas.DataFrame
            As :meth:`spillover.panel.SpatialPanelResults.impacts` returns it.

        Raises
        ------
        ValueError
            For an unknown horizon, or a process without a long run because it is not stable.

        References
        ----------
        Elhorst (2014), chapter 4.
        """
        if horizon not in HORIZONS:
            raise ValueError(f"horizon={horizon!r}: choose short or long")
        if horizon == "long" and not self.stability["stable"]:
            raise ValueError(
                f"no long run: the process is not stable (radius {self.stability['radius']:.3f})"
            )
        scale, reach, slopes = self._horizon(horizon == "long")
        beta, theta = self.slopes(self.params.to_numpy())
        m = self.multipliers
        (direct, d), (total, t) = (
            self._impact(beta, theta, scale, reach, slopes, *f)
            for f in (
                (m.diagonal(reach), m.diagonal_slope(reach)),
                (m.row_sum(reach), m.row_sum_slope(reach)),
            )
        )
        at = {name: place for place, name in enumerate(self.params.index)}
        dynamic = np.tile([at["rho"], at[TAU], at.get(ETA, -1)], (len(beta), 1))
        places = np.hstack([self._places[:, :2], dynamic])
        cov = with_absent(self.cov.to_numpy(), axes=2)
        errors = delta_errors(
            np.stack([d, t - d, t], axis=1), cov[places[:, :, None], places[:, None, :]]
        )
        estimates = np.stack([direct, total - direct, total], axis=-1)
        return impact_frame(list(self.variables), estimates, errors, level=level)

    def _horizon(self, long_run: bool) -> tuple[float, float, np.ndarray]:
        """Scale s and reach r of the multiplier, and their derivatives in (rho, tau, eta)."""
        p = self.params
        if not long_run:
            return 1.0, p["rho"], np.array([[0.0, 0, 0], [1, 0, 0]])
        s = 1 / (1 - p[TAU])
        r = (p["rho"] + p.get(ETA, 0.0)) * s
        return s, r, np.array([[0, s**2, 0], [s, r * s, s]])

    @staticmethod
    def _impact(beta, theta, scale, reach, slopes, f, slope):
        """s (beta (1 + r f) + theta f) and its gradient in (beta, theta, rho, tau, eta)."""
        value = beta * (1 + reach * f) + theta * f
        inner = gradient(beta, theta, reach, f, slope)
        dynamic = np.outer(value, slopes[0]) + scale * np.outer(inner[:, 2], slopes[1])
        return scale * value, np.column_stack([scale * inner[:, :2], dynamic])

    def wald(self, null: str = "static") -> SpecificationTest:
        """Wald test of the static model, tau = eta = 0."""
        _check_static(null)
        lags = [n for n in (TAU, ETA) if n in self.params.index]
        test = self.wald_test(", ".join(f"{n} = 0" for n in lags))
        return replace(test, null="the dynamic model can be reduced to the static one")

    def lr(self, null: str = "static") -> SpecificationTest:
        """Likelihood-ratio test of the static model of the same periods, at the maxima."""
        _check_static(null)
        large = maximise(self.sample.likelihood).loglik
        small = maximise(self.panel.static.sample(self.effects, self.correction).likelihood).loglik
        df = (TAU in self.params.index) + (ETA in self.params.index)
        name = "the dynamic model can be reduced to the static one"
        return SpecificationTest.chi2("LR", name, 2 * (large - small), df)


def _check_dynamic(model: str, data: PanelData) -> None:
    if model.lower() not in MODELS:
        raise ValueError(f"model={model!r}: a dynamic model is one of {', '.join(MODELS)}")
    if data.time_varying:
        raise ValueError("a dynamic model needs one W for all periods")
    taken = [name for name in (TAU, ETA) if name in data.names]
    if taken:
        raise ValueError(
            f"columns named like the dynamic model's own terms: {', '.join(taken)}; rename them"
        )


def _check_static(null: str) -> None:
    if null.lower() != "static":
        raise ValueError(f"{null!r}: choose 'static', or wald_test() for other restrictions")


def _corrected(sample: inference.Sample, estimate: Estimate) -> Estimate:
    """Estimates less the bias of order 1/T."""
    likelihood, k = sample.likelihood, sample.likelihood.k
    information = inference.default_information(sample, estimate)
    tau = sample.names.index(TAU)
    eta = sample.names.index(f"W*{TAU}") if f"W*{TAU}" in sample.names else None
    own, lagged, spread = lost_traces(sample, estimate, tau, eta)
    lost = np.zeros(k + 2)
    lost[tau] = own
    lost[k] = lagged - spread
    if eta is not None:
        lost[eta] = lagged
    shift = np.linalg.solve(information, lost)
    psi = estimate.psi.copy()
    low, high = bounds(likelihood)
    psi[RHO] = np.clip(psi[RHO] + shift[k], float(low[0]), float(high[0]))
    beta = estimate.beta + shift[:k]
    residual = sample.errors(replace(estimate, psi=psi, beta=beta))
    sigma2 = float((residual**2).sum() / likelihood.n)
    return replace(
        estimate, psi=psi, beta=beta, sigma2=sigma2, loglik=likelihood.value(psi, beta, sigma2)
    )


def lost_traces(
    sample: inference.Sample, estimate: Estimate, tau: int, eta: int | None
) -> tuple[float, float, float]:
    """Traces of the bias correction, without the direction that time effects remove.

    Parameters
    ----------
    sample
        What the likelihood was computed from.
    estimate
        Where it is highest.
    tau, eta
        Places among beta of the outcome's lag in time, and of its spatial lag in time; None if
        the model has none.

    Returns
    -------
    tuple of float
        tr M, tr W M and tr G.

    Raises
    ------
    ValueError
        If the estimates are not those of a stable process.
    """
    rho, beta = estimate.psi[RHO], estimate.beta
    t, e = beta[tau], beta[eta] if eta is not None else 0.0
    r = (rho + e) / (1 - t)
    jacobian = sample.likelihood.jacobian_of(RHO)
    low, high = jacobian.interval
    if t >= 1 or not low < r < high:
        raise ValueError(
            f"no bias correction: tau {t:.3f}, rho {rho:.3f} and eta {e:.3f} are not those of a "
            "stable process; use correction=None"
        )
    of = jacobian.log_determinant
    own, lagged, spread = of.trace_inverse(r) / (1 - t), of.trace_g(r) / (1 - t), of.trace_g(rho)
    if sample.effects in TIME:
        (c,) = jacobian.removed
        gap = (1 - t) - (rho + e) * c
        own, lagged, spread = own - 1 / gap, lagged - c / gap, spread - c / (1 - rho * c)
    return float(own), float(lagged), float(spread)

"""Results of a spatial panel model: estimates, inference, fit, impacts, predictions."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, stats

from spillover.panel import inference, spatial_hac, specification
from spillover.panel.diagnostics import serial_correlation
from spillover.panel.effects import INDIVIDUAL, TIME, between, free_observations, within
from spillover.panel.estimation import Estimate, bounds
from spillover.panel.hypotheses import SpecificationTest
from spillover.panel.impacts import (
    STANDARD_ERRORS,
    Multipliers,
    average_impacts,
    delta_errors,
    effect_frame,
    impact_frame,
    impact_gradients,
    impact_matrix,
    inference_frame,
    slope_places,
    spread_gradients,
    with_absent,
)
from spillover.panel.inference import DENSE_ON_REQUEST, Sample, covariance
from spillover.panel.inputs import PanelData
from spillover.panel.lee_yu import transformation_fault
from spillover.panel.likelihood import LAMBDA, OMEGA, RHO, residual_coefficients
from spillover.panel.log_determinant import stated_error
from spillover.panel.protocols import Model
from spillover.panel.summary import Summary
from spillover.seeds import SEEDS

SPATIAL_NAMES = {RHO: "rho", LAMBDA: "lambda"}


PREDICTIONS = ("in_sample", "reduced_form")
SERIAL_LEVEL = 0.05  # of the test that chooses between classic and clustered errors
FEW_CLUSTERS = 10  # regions below which errors are not clustered unasked
ALSO_CALLED = {
    "unadjusted": inference.CLASSIC,
    "nonrobust": inference.CLASSIC,
    "heteroskedastic": "robust",
    "hc1": "robust",
    "cluster": "clustered",
}
BLIND_TO_PERIODS = ("expected", "observed", "robust")  # errors that take periods as independent


class BoundaryWarning(UserWarning):
    """The likelihood is highest at the end of the admissible interval."""


class SpatialPanelResults:
    """A fitted spatial panel model.

    Attributes
    ----------
    model
        The model; ``fit.model.data`` holds the panel.
    effects, correction, covariance
        As estimated; ``covariance`` is the kind of standard errors.
    sample, estimate
        What the likelihood was computed from, and where it is highest.
    loglik, sigma2
        Of the likelihood that was used: under ``"lee-yu"`` that of the transformed observations,
        under ``"lee-yu-direct"`` the dummy-variable likelihood at the corrected parameters.
    nobs
        Observations that this likelihood counts; the divisor of sigma2.

    References
    ----------
    Elhorst, J. P. (2014), Spatial Econometrics: From Cross-Sectional Data to Spatial Panels.
    LeSage, J. and Pace, R. K. (2009), Introduction to Spatial Econometrics, sections 2.7 and 5.6.
    """

    def __init__(
        self,
        model: Model,
        sample: Sample,
        estimate: Estimate,
        covariance: str | inference.ScoreVariance | None = None,
    ) -> None:
        self.model = model
        self.effects = sample.effects
        self.correction = sample.correction
        self.loglik = estimate.loglik
        self.sigma2 = estimate.sigma2
        self.nobs = sample.likelihood.n
        self.sample = sample
        self.estimate = estimate
        self.covariance = self._kind(covariance)
        inference.check_covariance(self.covariance, sample)
        if self.at_boundary:
            text = f"{', '.join(self.at_boundary)} at the end of the admissible interval"
            warnings.warn(text, BoundaryWarning, stacklevel=3)

    # --- estimates -------------------------------------------------------------------------

    @cached_property
    def params(self) -> pd.Series:
        """Coefficients of regressors (``x``, ``W*x``), then ``rho`` and ``lambda``."""
        spatial = self.estimate.psi[self._spatial]
        values = np.concatenate([self.estimate.beta[: len(self.sample.names)], spatial])
        return pd.Series(values, index=self._names, name="parameter")

    def reported(self) -> pd.DataFrame:
        """All of :meth:`tidy`, then :meth:`impacts`, then what is said of the fit as a whole."""
        of_fit = {
            "sigma2": self.sigma2,
            "log-likelihood": self.loglik,
            "AIC": self.aic,
            "BIC": self.bic,
            "R2": self.rsquared,
        }
        impacts = self.impacts()
        impacts.index = impacts.index.map(" ".join)
        return pd.concat([self.tidy(), impacts, pd.Series(of_fit, name="estimate").to_frame()])

    def approximation_error(self) -> pd.DataFrame:
        """Bounds on what ln|I - rho W| by moments puts off all of :meth:`reported`; zero if exact.

        The model is estimated without each vector of random signs, and with a longer series; see
        :func:`~spillover.panel.log_determinant.stated_error`.
        """
        reported, others = self.reported(), []
        for likelihood in self.sample.likelihood.variants():
            sample = replace(self.sample, likelihood=likelihood)
            estimate = self.model.highest(sample)
            others.append(type(self)(self.model, sample, estimate, self.covariance).reported())
        return stated_error(reported, others) if others else 0 * reported

    @cached_property
    def cov(self) -> pd.DataFrame:
        """Covariance matrix of the parameters; NaN if one of them is at its boundary."""
        k, reported = len(self.estimate.beta), len(self.sample.names)
        if self.at_boundary:
            return pd.DataFrame(np.nan, index=self._names, columns=self._names)
        full = covariance(self.sample, self.estimate, self.covariance)
        kept = [*range(reported), *range(k, k + len(self._spatial))]
        return pd.DataFrame(full[np.ix_(kept, kept)], index=self._names, columns=self._names)

    @property
    def std_errors(self) -> pd.Series:
        """Standard errors of the parameters."""
        return pd.Series(np.sqrt(np.diag(self.cov.to_numpy())), index=self._names, name="std_error")

    @property
    def tstats(self) -> pd.Series:
        """Parameters divided by their standard errors."""
        return (self.params / self.std_errors).rename("statistic")

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values by the normal distribution."""
        p = 2 * stats.norm.sf(np.abs(self.tstats))
        return pd.Series(p, index=self._names, name="p_value")

    def conf_int(self, level: float = 0.95, *, alpha: float | None = None) -> pd.DataFrame:
        """Confidence intervals by the normal distribution, columns lower and upper.

        Parameters
        ----------
        level
            Coverage.
        alpha
            One less the coverage, as statsmodels has it; goes before ``level``.

        Returns
        -------
        pandas.DataFrame
            Indexed by parameter.

        Raises
        ------
        ValueError
            For a coverage that is not between one half and one.
        """
        level = level if alpha is None else 1 - alpha
        _check_level(level)
        reach = stats.norm.ppf((1 + level) / 2) * self.std_errors
        return pd.DataFrame({"lower": self.params - reach, "upper": self.params + reach})

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Estimates and inference, one row a parameter."""
        _check_level(level)
        index = pd.Index(self._names, name="parameter")
        return inference_frame(
            self.params.to_numpy(), self.std_errors.to_numpy(), index, level=level
        )

    @property
    def df_resid(self) -> int:
        """Observations that the likelihood counts, less the estimated coefficients."""
        return self.nobs - len(self.estimate.beta)

    @property
    def sigma2_mu(self) -> float:
        """Variance of the region effects under random effects, NaN otherwise."""
        if self.effects != "random":
            return np.nan
        omega = self.estimate.psi[OMEGA]
        return float(self.sigma2 * (1 / omega - 1) / self.model.data.T)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Admissible interval of rho and lambda."""
        return self.model.log_determinant.interval if self._spatial else None

    @property
    def at_boundary(self) -> tuple[str, ...]:
        """Spatial parameters that ended at the ends of their interval."""
        if not self._spatial:
            return ()
        lower, upper = bounds(self.sample.likelihood)
        psi = self.estimate.psi[self._spatial]
        ends = (psi <= lower[: len(psi)]) | (psi >= upper[: len(psi)])
        return tuple(name for name, end in zip(self.spatial_names, ends, strict=True) if end)

    # --- fit -------------------------------------------------------------------------------

    @property
    def df_model(self) -> int:
        """Number of estimated parameters (coefficients, spatial, variance)."""
        return len(self.estimate.beta) + len(self.sample.likelihood.free) + 1

    @property
    def aic(self) -> float:
        """Akaike information criterion; fixed effects are not counted as parameters."""
        return 2 * self.df_model - 2 * self.loglik

    @property
    def aic_with_effects(self) -> float:
        """Akaike criterion of dummy-variable ML with its effects counted; it compares effects."""
        if self.correction is not None:
            return self.model.fit(self.effects, None, "classic").aic_with_effects
        data = self.model.data
        effects = data.N * data.T - free_observations(data.T, data.N, self.effects)
        counted = len(self.estimate.beta) - len(self.sample.names)
        return self.aic + 2 * (effects - counted)

    @property
    def bic(self) -> float:
        """Bayesian information criterion; fixed effects are not counted as parameters."""
        return np.log(self.nobs) * self.df_model - 2 * self.loglik

    @cached_property
    def rsquared(self) -> float:
        """1 - RSS / TSS of the outcome with fixed effects removed; effects do not count."""
        y = self.model.data.y
        centred = y - y.mean() if self.effects in ("none", "random") else within(y, self.effects)
        return float(1 - (self._errors**2).sum() / (centred**2).sum())

    @property
    def rsquared_with_effects(self) -> float:
        """1 - RSS / TSS of the outcome itself; effects count (Elhorst 2014, table 3.1)."""
        y = self.model.data.y
        return float(1 - (self._errors**2).sum() / ((y - y.mean()) ** 2).sum())

    @cached_property
    def squared_correlation(self) -> float:
        """Squared correlation of outcome and reduced form, fixed effects removed (same table)."""
        removed = {"random": "none"}.get(self.effects, self.effects)
        return _squared_correlation(
            within(self.model.data.y, removed), within(self._systematic, removed)
        )

    @property
    def rsquared_within(self) -> float:
        """Squared correlation within regions of outcome and reduced form without effects."""
        pair = (within(v, "individual") for v in (self.model.data.y, self._systematic))
        return _squared_correlation(*pair)

    @property
    def rsquared_between(self) -> float:
        """Squared correlation of region means of outcome and reduced form without effects."""
        return _squared_correlation(between(self.model.data.y), between(self._systematic))

    @property
    def rsquared_overall(self) -> float:
        """Squared correlation of outcome and reduced form without effects."""
        return _squared_correlation(self.model.data.y, self._systematic)

    @property
    def residuals(self) -> pd.Series:
        """Estimated errors by (region, period); under random effects without the region's part."""
        return self.model.data.long(self._errors, "residual")

    def predict(self, kind: str = "in_sample") -> pd.Series:
        r"""Predicted outcome by (region, period), fixed effects included.

        Parameters
        ----------
        kind
            ``"in_sample"``: given the neighbours' outcomes (and errors), the outcome less the
            residual. ``"reduced_form"``: given regressors and effects only,
            :math:`(I - \rho W)^{-1}` times the systematic part.

        Returns
        -------
        pandas.Series
            Named by the kind.

        Raises
        ------
        ValueError
            For an unknown kind.
        """
        data = self.model.data
        if not isinstance(kind, str) or kind not in PREDICTIONS:
            raise ValueError(
                f"kind: choose {' or '.join(PREDICTIONS)}; for changed regressors use scenario()"
            )
        if kind == "in_sample":
            return data.long(data.y - self._errors, "in_sample")
        return data.long(data.y - self._unfilter(self._errors), "reduced_form")

    @cached_property
    def fixed_effects(self) -> pd.Series:
        """Level of the equation that the effects stand for, by (region, period).

        ``fixed_effects.groupby(level=0).mean()`` gives region effects up to a constant.
        """
        data = self.model.data
        level = self._filter_rho(data.y - self._unfilter(self._errors)) - self._regression
        return data.long(level, "effect")

    def profile(self, points: int = 201) -> pd.DataFrame:
        """Log-likelihood along the admissible interval, all other parameters at their best.

        A profile with two peaks, or one that climbs to the end of the interval, explains odd
        estimates at a glance.

        Parameters
        ----------
        points
            Values of the spatial parameter, evenly spaced.

        Returns
        -------
        pandas.DataFrame
            Indexed by the spatial parameter; columns ``log_jacobian`` (what the log-determinant
            contributes), ``fit`` (what the residual sum of squares contributes) and their sum
            ``loglik``.

        Raises
        ------
        ValueError
            For a model without, or with more than one spatial parameter.
        """
        if len(self.sample.likelihood.free) != 1:
            raise ValueError("a profile needs a model with exactly one spatial parameter")
        likelihood, s = self.sample.likelihood, self._spatial[0]
        (low,), (high,) = bounds(likelihood)
        grid = np.linspace(low, high, points + 2)[1:-1]
        psi = np.tile([0.0, 0.0, 1.0], (points, 1))
        psi[:, s] = grid
        loglik, jacobian = likelihood.profile(psi), likelihood.jacobian_of(s).value(grid)
        columns = {"log_jacobian": jacobian, "fit": loglik - jacobian, "loglik": loglik}
        return pd.DataFrame(columns, index=pd.Index(grid, name=self.spatial_names[0]))

    # As statsmodels and linearmodels call them.
    bse, tvalues, resid, resids = std_errors, tstats, residuals, residuals
    llf = property(attrgetter("loglik"), doc="Log-likelihood.")
    fittedvalues = property(predict, doc="Predictions in sample.")

    def cov_params(self) -> pd.DataFrame:
        """Covariance matrix of the parameters, as statsmodels calls it."""
        return self.cov

    # --- impacts ---------------------------------------------------------------------------

    def impacts(
        self,
        se: str = "delta",
        level: float = 0.95,
        draws: int = 10_000,
        seed: int = SEEDS["impact_draws"],
    ) -> pd.DataFrame:
        """Average direct, indirect and total impacts of every regressor.

        Parameters
        ----------
        se
            ``"delta"``: analytic gradient, normal intervals. ``"simulated"``: standard deviation
            and percentiles of impacts at parameters drawn from their estimated distribution;
            draws outside the admissible interval of rho are dropped (share in ``attrs``).
        level
            Coverage of the intervals.
        draws, seed
            Of the simulation.

        Returns
        -------
        pandas.DataFrame
            Indexed by (variable, impact); columns estimate, std_error, statistic, p_value,
            lower, upper. The estimate is that at the estimated parameters in both cases.

        Raises
        ------
        ValueError
            For an unknown ``se``, or a level outside [0.5, 1).

        References
        ----------
        LeSage and Pace (2009), sections 2.7 and 5.6.

        Examples
        --------
        Continues the example of :class:`~spillover.panel.SpatialPanel`.

        >>> fit.impacts()[["estimate", "std_error"]].round(3)
                           estimate  std_error
        variable impact
        x1       direct       1.082      0.185
                 indirect     0.910      0.397
                 total        1.992      0.541
        """
        _check_level(level)
        if se not in STANDARD_ERRORS:
            raise ValueError(f"se={se!r}: choose one of {', '.join(STANDARD_ERRORS)}")
        variables = list(self.variables)
        beta, theta = self.slopes(self.params.to_numpy())
        estimates, gradients = self.averages(beta, theta, self.estimate.psi[RHO])
        if se == "delta":
            errors = delta_errors(gradients, self._slope_covariances())
            return impact_frame(variables, estimates, errors, level=level)
        drawn, dropped = self._drawn_impacts(draws, seed)
        lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        frame = impact_frame(variables, estimates, drawn.std(axis=0, ddof=1), lower, upper)
        frame.attrs["dropped"] = dropped
        return frame

    def combined_impacts(self, weights: Mapping[str, float], level: float = 0.95) -> pd.DataFrame:
        """Average impacts of a weighted sum of regressors: of a variable in several terms.

        The impact of x in a model with ``x`` and ``I(x ** 2)``, at x = 2, has the weights
        ``{"x": 1, "I(x ** 2)": 4}``; that of x beside ``x:z``, at z = 3, ``{"x": 1, "x:z": 3}``.

        Parameters
        ----------
        weights
            Derivative of each term with respect to the variable.
        level
            Coverage of the intervals (delta method).

        Returns
        -------
        pandas.DataFrame
            Indexed by impact: direct, indirect, total; columns as in :meth:`impacts`.
        """
        _check_level(level)
        slopes, cov = self._combination(weights)
        estimates, gradients = self.averages(slopes[:1], slopes[1:2], slopes[2])
        errors = delta_errors(gradients, cov[None])
        return impact_frame(["combined"], estimates, errors, level=level).loc["combined"]

    def impact_cells(
        self,
        variable: str | Mapping[str, float],
        receiver: Any = None,
        source: Any = None,
        period: Any = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Who gains from whom, with uncertainty: a cell, a row or a column of the impact matrix.

        Parameters
        ----------
        variable
            A regressor, or weights of terms as in :meth:`combined_impacts`.
        receiver, source
            The region whose outcome responds and the region whose regressor moves: both for a
            cell; one for a row (receiver) or a column (source).
        period
            Which period's weights, needed where W changes.
        level
            Coverage of the intervals (delta method).

        Returns
        -------
        pandas.DataFrame
            Indexed by (receiver, source); columns estimate, std_error, statistic, p_value, lower,
            upper.

        Raises
        ------
        ValueError
            If neither region is given, or a name is unknown.
        """
        _check_level(level)
        if receiver is None and source is None:
            raise ValueError("give receiver=, source= or both: names of regions")
        weights = {variable: 1.0} if isinstance(variable, str) else variable
        slopes, cov = self._combination(weights)
        W, regions = self._weights_of(period), self.model.data.regions
        by_row = source is None
        known = receiver if by_row else source
        start = np.zeros(len(regions))
        start[self._region(known)] = 1
        values = self.spread(W, start, slopes, backwards=by_row)
        pairs = [(known, r) for r in regions] if by_row else [(r, known) for r in regions]
        index = pd.MultiIndex.from_tuples(pairs, names=["receiver", "source"])
        frame = effect_frame(*values, cov, index, level)
        both = receiver is not None and source is not None
        return frame.iloc[[self._region(receiver)]] if both else frame

    def scenario(
        self, changes: Mapping[str, Mapping[Any, float]], period: Any = None, level: float = 0.95
    ) -> pd.DataFrame:
        """What happens to every region's outcome if regressors change, effects kept as they are.

        Parameters
        ----------
        changes
            Change by regressor and region: ``{"digital": {"Sichuan": 1.0}}``.
        period
            Which period's weights, needed where W changes.
        level
            Coverage of the intervals (delta method).

        Returns
        -------
        pandas.DataFrame
            Indexed by region; columns estimate (the change), std_error, statistic, p_value, lower,
            upper.

        Raises
        ------
        ValueError
            For an unknown regressor or region, and changes that do not say where.
        """
        _check_level(level)
        data, W = self.model.data, self._weights_of(period)
        total, gradients = np.zeros(data.N), np.zeros((data.N, len(self.params) + 1))
        for name, by_region in changes.items():
            if not hasattr(by_region, "items"):
                raise ValueError(f"changes of {name}: give a mapping from regions to numbers")
            start = np.zeros(data.N)
            for region, change in by_region.items():
                start[self._region(region)] += change
            slopes, _ = self._combination({name: 1.0})
            value, gradient = self.spread(W, start, slopes)
            total = total + value
            np.add.at(gradients.T, self._triple(name), gradient.T)
        cov = with_absent(self.cov.to_numpy(), axes=2)
        return effect_frame(total, gradients, cov, data.regions, level)

    def impact_matrix(self, variable: str, period: Any = None) -> pd.DataFrame:
        """Effect of a regressor in each region (column) on the outcome of each region (row).

        Parameters
        ----------
        variable
            Name of the regressor.
        period
            Which period's weights, needed where W changes.

        Returns
        -------
        pandas.DataFrame
            (N, N): element (i, j) of (I - rho W)^-1 (beta I + theta W).

        Raises
        ------
        ValueError
            For an unknown regressor or period, or too many regions to hold the matrix.
        """
        data, p = self.model.data, self.params
        self._check_matrix(variable)
        W = self._weights_of(period)
        slopes = p.get(variable, 0.0), p.get(f"W*{variable}", 0.0)
        return impact_matrix(W, data.regions, *slopes, p.get("rho", 0.0))

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the regressors, whose impacts are reported."""
        return self.model.data.names

    def averages(
        self, beta: np.ndarray, theta: np.ndarray, rho: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Average impacts at given slopes, and their derivatives.

        Parameters
        ----------
        beta, theta
            Coefficients of regressors and of their lags, shape (K,).
        rho
            Spatial lag parameter.

        Returns
        -------
        tuple
            Direct, indirect and total impacts (K, 3); derivatives in (beta, theta, rho): (K, 3, 3).
        """
        m = self.multipliers
        return average_impacts(beta, theta, rho, m), impact_gradients(beta, theta, rho, m)

    def spread(
        self, W: sparse.csr_array, start: np.ndarray, slopes: np.ndarray, backwards: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Effects of a change by region; backwards, the effects of all regions on a weighted sum.

        Parameters
        ----------
        W
            Weights.
        start
            Change by region, or weights of the sum, shape (N,).
        slopes
            beta, theta and rho.
        backwards
            Whether ``start`` weighs the receivers.

        Returns
        -------
        tuple
            Values (N,) and their derivatives in beta, theta and rho (N, 3).
        """
        return spread_gradients(W.T if backwards else W, start, slopes)

    # --- tests -----------------------------------------------------------------------------

    def wald(self, null: str) -> SpecificationTest:
        """Wald test of a simpler model; see :func:`spillover.panel.specification.wald`."""
        return specification.wald(self, null)

    def wald_test(self, restrictions: str) -> SpecificationTest:
        """Wald test of linear restrictions such as ``"x1 = x2"``; see :func:`.wald_linear`."""
        return specification.wald_linear(self, restrictions)

    def lr(self, null: str) -> SpecificationTest:
        """Likelihood-ratio test of a simpler model; see :func:`.specification.lr`."""
        return specification.lr(self, null)

    @cached_property
    def serial_correlation(self) -> SpecificationTest:
        """Test of serial correlation of the errors; see :func:`.serial_correlation`."""
        return serial_correlation(self.sample.errors(self.estimate), self.effects)

    @property
    def kind(self) -> str:
        """Which model, for the summary."""
        return self.model.model.upper()

    @property
    def correction_name(self) -> str | None:
        """The correction, by the name under which it is asked for."""
        return self.correction

    # --- summary ---------------------------------------------------------------------------

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of these numbers should know, one sentence each."""
        data, test = self.model.data, self.serial_correlation
        notes = {
            f"Log-likelihood and sigma2 count {self.nobs} observations.": True,
            "Standard errors from the observed information.": self.covariance == "observed",
            f"The likelihood has {self.estimate.maxima} local maxima; the highest is reported.": (
                self.estimate.maxima > 1
            ),
            f"{', '.join(self.at_boundary)} lies at the end of the admissible interval.": bool(
                self.at_boundary
            ),
            "Row sums of W differ: period effects are estimated as dummies.": (
                self.sample.removed in ("none", "individual") and self.effects in TIME
            ),
            "The error has weights of its own.": self.sample.likelihood.own_error_weights,
            "W changes over time: region effects are estimated as dummies.": (
                self.sample.removed in ("none", "time") and self.effects in INDIVIDUAL
            ),
            "W is used as it is, its rows do not sum to one: a lag is a sum, not a mean.": (
                bool(self._spatial or self.model.lagged) and not data.row_standardised
            ),
            "Lee and Yu's transformation does not exist for these weights and effects: their "
            "direct, approximate correction is used.": (
                self.correction == "lee-yu-direct"
                and transformation_fault(self.effects, data) is not None
            ),
            "No correction of the bias that fixed effects bring: in small panels the spatial "
            "parameter is estimated too low and its intervals are too short.": (
                self.correction is None and self.effects not in ("none", "random")
            ),
            "The variance of the region effects is estimated as zero.": (
                self.effects == "random" and self.estimate.psi[OMEGA] >= 1
            ),
            f"Errors are serially correlated (Wooldridge's test, p = {test.p_value:.3g}): "
            f"{self._serial_advice}.": test.p_value < SERIAL_LEVEL and bool(self._serial_advice),
        }
        return (*data.notes, *(text for text, applies in notes.items() if applies))

    def summary(self) -> Summary:
        """Summary in the field's habit: text when printed, HTML in a notebook."""
        data = self.model.data
        test = self.serial_correlation
        head = {
            "Model": f"{self.kind}, {self.effects} effects",
            "Outcome": data.outcome,
            "Correction": self.correction_name or "none (dummy-variable ML)",
            "Regions, periods": f"{data.N}, {data.T}",
            "Log-likelihood": f"{self.loglik:.4f}",
            "sigma2": f"{self.sigma2:.6g}",
            "R2, squared corr.": f"{self.rsquared:.4f}, {self.squared_correlation:.4f}",
            "R2 with effects": f"{self.rsquared_with_effects:.4f}",
            "AIC, BIC": f"{self.aic:.2f}, {self.bic:.2f}",
            "Serial correlation": f"{test.name}, p = {test.p_value:.3g}",
            "Standard errors": str(self.covariance),
        }
        return Summary(head, self.tidy(), self.notes)

    def __repr__(self) -> str:
        return str(self.summary())

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    @property
    def _serial_advice(self) -> str:
        """What follows from serially correlated errors; nothing where they are allowed for."""
        if self.covariance == "clustered":
            return "standard errors are clustered by region"
        if self.covariance not in BLIND_TO_PERIODS:
            return ""
        clusters = not self._spatial or self.model.data.N <= DENSE_ON_REQUEST
        return f"prefer covariance='{'clustered' if clusters else 'driscoll-kraay'}'"

    def _kind(
        self, covariance: str | inference.ScoreVariance | None
    ) -> str | inference.ScoreVariance:
        """Kind of standard errors: as asked for, or as the test of serial correlation advises."""
        classic = inference.default_covariance(self.sample)
        if covariance is not None:
            if not isinstance(covariance, str):
                return covariance
            plain = ALSO_CALLED.get(covariance.lower(), covariance.lower())
            named: dict[str, Any] = {inference.CLASSIC: classic, **spatial_hac.NAMED}
            return named.get(plain, plain)
        few = self.model.data.N < FEW_CLUSTERS
        if few or classic != "expected" or not self.serial_correlation.p_value < SERIAL_LEVEL:
            return classic
        return "clustered"

    # --- pieces ----------------------------------------------------------------------------

    @property
    def _spatial(self) -> list[int]:
        return [s for s in self.sample.likelihood.free if s != OMEGA]

    @property
    def spatial_names(self) -> list[str]:
        """Names of the spatial parameters of the model, rho, lambda or both."""
        return [SPATIAL_NAMES[s] for s in self._spatial]

    @property
    def _labels(self) -> tuple[str, ...]:
        return (*self.sample.names, *self.spatial_names)

    @cached_property
    def _names(self) -> pd.Index:
        return _index(self._labels).view()

    @cached_property
    def multipliers(self) -> Multipliers:
        """What rho makes of a shock on average, as functions of rho."""
        own = self.sample.likelihood.jacobians.get(RHO)
        return Multipliers(self.model.data, own.log_determinant if own else None)

    @cached_property
    def _errors(self) -> np.ndarray:
        """Errors (T, N); the best predictor of random effects is taken out of them."""
        errors = self.sample.errors(self.estimate)
        return errors - (1 - self.estimate.psi[OMEGA]) * errors.mean(axis=0)

    @cached_property
    def _regression(self) -> np.ndarray:
        """Z beta of the reported regressors, shape (T, N)."""
        beta = self.estimate.beta.copy()
        beta[len(self.sample.names) :] = 0
        whole = residual_coefficients(np.array([0, 0, 1.0]), beta)
        whole[0] = 0
        return -self.sample.columns.combine(whole)

    @cached_property
    def _systematic(self) -> np.ndarray:
        """Reduced form without effects: (I - rho W)^-1 Z beta."""
        return self._solve(self.estimate.psi[RHO], self._regression)

    def _unfilter(self, errors: np.ndarray) -> np.ndarray:
        """Undo both spatial filters: what the errors contribute to the outcome."""
        psi = self.estimate.psi
        return self._solve(psi[RHO], self._solve(psi[LAMBDA], errors, self.model.error))

    def _filter_rho(self, values: np.ndarray) -> np.ndarray:
        rho = self.estimate.psi[RHO]
        return values - rho * self.model.data.lag(values) if rho else values

    def _solve(self, r: float, values: np.ndarray, data: PanelData | None = None) -> np.ndarray:
        data = data or self.model.data
        if r == 0:
            return values
        if not data.time_varying:
            return inference.solve(data.W, r, values.T).T
        return np.stack([inference.solve(W, r, v) for W, v in zip(data.W, values, strict=True)])

    @cached_property
    def _places(self) -> np.ndarray:
        """Places of beta, theta and rho of each regressor among the parameters, shape (K, 3)."""
        return slope_places(self._labels, self.variables)

    def slopes(self, params: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """beta and theta of every regressor, zero where absent; params of shape (..., P)."""
        beta, theta, _ = self._places.T
        padded = with_absent(params)
        return padded[..., beta], padded[..., theta]

    def _slope_covariances(self) -> np.ndarray:
        """Covariance of each regressor's (beta, theta, rho), shape (K, 3, 3)."""
        places = self._places
        return with_absent(self.cov.to_numpy(), axes=2)[places[:, :, None], places[:, None, :]]

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """An outcome drawn from the estimated random-effects model, shape (T, N)."""
        T, N = self.model.data.y.shape
        effects = np.sqrt(max(self.sigma2_mu, 0.0)) * rng.standard_normal(N)
        shocks = np.sqrt(self.sigma2) * rng.standard_normal((T, N))
        return self._systematic + self._unfilter(effects + shocks)

    def _check_regressor(self, name: str) -> None:
        if name not in self.variables:
            known = ", ".join(self.variables)
            raise ValueError(f"{name!r} is not a regressor: choose from {known}")

    def _check_matrix(self, variable: str) -> None:
        self._check_regressor(variable)
        if (N := self.model.data.N) > DENSE_ON_REQUEST:
            raise ValueError(f"the impact matrix would be {N} x {N}")

    def _region(self, region: Any) -> int:
        regions = self.model.data.regions
        if region not in regions:
            raise ValueError(f"{region!r} is not a region of the panel")
        return regions.get_loc(region)

    def _weights_of(self, period: Any) -> sparse.csr_array:
        data = self.model.data
        if not data.time_varying:
            return data.W
        if period not in data.periods:
            raise ValueError("W changes over time: give period=, one of the panel's periods")
        return data.W[data.periods.get_loc(period)]

    def _triple(self, name: str) -> np.ndarray:
        """Places of beta, theta and rho of a regressor among the parameters, -1 if absent."""
        self._check_regressor(name)
        return self._places[self.variables.index(name)]

    def _combination(self, weights: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """(beta, theta, rho) of a weighted sum of regressors, and their covariance."""
        picked = np.zeros((3, len(self.params) + 1))
        for name, weight in weights.items():
            beta, theta, rho = self._triple(name)
            picked[0, beta] += weight
            picked[1, theta] += weight
            picked[2, rho] = 1
        picked[:, -1] = 0
        slopes = picked @ np.append(self.params.to_numpy(), 0.0)
        return slopes, picked @ with_absent(self.cov.to_numpy(), axes=2) @ picked.T

    def _drawn_impacts(self, draws: int, seed: int) -> tuple[np.ndarray, float]:
        rng = np.random.default_rng(seed)
        params = rng.multivariate_normal(self.params, self.cov, size=draws, method="cholesky")
        rho = np.zeros(draws)
        if RHO in self._spatial:
            low, high = self.model.log_determinant.interval
            rho = params[:, self._labels.index("rho")]
            inside = (rho > low) & (rho < high)
            params, rho = params[inside], rho[inside]
        drawn = average_impacts(*self.slopes(params), rho, self.multipliers)
        return drawn, 1 - len(rho) / draws


def _check_level(level: float) -> None:
    if not 0.5 <= level < 1:
        raise ValueError(f"level={level}: give the coverage of the interval, for instance 0.95")


@cache
def _index(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


def _squared_correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1] ** 2)

"""Spatial panel models: which of SAR, SEM, SDM, SLX, SDEM, SAC, on which data and weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from spillover.panel import inference, lee_yu
from spillover.panel.effects import INDIVIDUAL, TIME, effects_name, free_observations, within
from spillover.panel.estimation import Estimate, maximise
from spillover.panel.inputs import (
    ABSORBED,
    COLLINEAR,
    PanelData,
    Weights,
    check_design,
    check_effects,
    common_weights,
)
from spillover.panel.likelihood import (
    LAMBDA,
    MWY,
    MY,
    OMEGA,
    RHO,
    WY,
    Columns,
    Jacobian,
    Likelihood,
    Y,
    Z,
)
from spillover.panel.log_determinant import LogDeterminant, log_determinant
from spillover.panel.results import SpatialPanelResults

SPATIAL_PARAMETERS = {
    "ols": (),
    "sar": (RHO,),
    "sem": (LAMBDA,),
    "sdm": (RHO,),
    "slx": (),
    "sdem": (LAMBDA,),
    "sac": (RHO, LAMBDA),
}
DURBIN = ("sdm", "slx", "sdem")
REGION_DUMMIES = 500  # regions up to which a changing W may filter region effects
EXACT = 1e-9  # what regressors leave of an outcome's norm if it is a combination of them


class Lags:
    """What depends on regressors and weights alone, shared by all fits on them."""

    def __init__(self, data: PanelData, method: str | None = None) -> None:
        self.data = data
        self.designs: dict[tuple, Any] = {}  # of many fits, by model, effects and correction
        self.method = method

    @cached_property
    def X(self) -> np.ndarray:
        """W X, shape (T, N, K)."""
        return self.data.lag(self.data.X)

    @cached_property
    def log_determinant(self) -> LogDeterminant:
        """ln|I - rho W|, summed over periods where W changes."""
        return log_determinant(self.data.W, self.method)


@dataclass(frozen=True, eq=False)
class _Regressors:
    """Columns of Z, their names, and how many of them are reported (dummies are not)."""

    Z: np.ndarray
    names: tuple[str, ...]
    reported: int


class SpatialPanel:
    r"""A spatial panel model.

    .. math::
        y_t = \rho W y_t + X_t \beta + W X_t \theta + \mu + \xi_t \iota + u_t, \qquad
        u_t = \lambda W u_t + \varepsilon_t

    ====  =======================
    ols   none of them
    sar   rho
    sem   lambda
    sdm   rho and theta
    slx   theta
    sdem  lambda and theta
    sac   rho and lambda
    ====  =======================

    Parameters
    ----------
    y
        Series with a (region, period) MultiIndex, or an array of shape (T, N); or a
        :class:`~spillover.panel.inputs.PanelData`, which holds all but ``model`` and ``lagged``.
    X
        Frame on the same index, or an array of shape (T, N, K); no intercept.
    W
        Weights, matched by region id: libpysal Graph or W, scipy sparse, frame or array; or a
        list (in the order of the periods) or dict (by period) of them.
    model
        One of ols, sar, sem, sdm, slx, sdem, sac.
    lagged
        Regressors whose spatial lags enter a Durbin model. If left out: all but those that are
        the same in every region, such as the dummies of ``C(year)``.
    regions
        Order of the rows of a W that carries no ids. It can be left out where the regions appear
        in the data in sorted order.
    islands
        Whether regions without neighbours are allowed: their spatial lag is zero.

    Raises
    ------
    ValueError
        For an unknown model or regressor, and for every fault of data or weights that
        :class:`~spillover.panel.inputs.PanelData` refuses.

    References
    ----------
    Elhorst, J. P. (2014). Spatial Econometrics: From Cross-Sectional Data to Spatial Panels.
    LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics.

    Examples
    --------
    >>> import numpy as np
    >>> from spillover.panel import SpatialPanel, simulate_panel
    >>> ring = (np.roll(np.eye(9), 1, 1) + np.roll(np.eye(9), -1, 1)) / 2
    >>> data = simulate_panel(ring, T=8, beta=[1.0], theta=[0.5], rho=0.4, effects="twoways", rng=1)
    >>> model = SpatialPanel(data["y"], data[["x1"]], ring, regions=range(9))
    >>> fit = model.fit()
    >>> fit.params.round(3)
    x1      0.962
    W*x1    0.403
    rho     0.315
    Name: parameter, dtype: float64
    """

    def __init__(
        self,
        y: pd.Series | np.ndarray | PanelData,
        X: pd.DataFrame | np.ndarray | None = None,
        W: Weights | Sequence[Weights] | Mapping[Any, Weights] | None = None,
        model: str = "sdm",
        lagged: Sequence[str] | None = None,
        regions: Iterable | None = None,
        islands: bool = False,
    ) -> None:
        data = y if isinstance(y, PanelData) else PanelData.from_arrays(y, X, W, regions, islands)
        self.data: PanelData = data
        self.lags = self.error_lags = Lags(self.data)
        self.model, self.lagged = _chosen(model, lagged, self.data)

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: pd.DataFrame,
        W: Weights | Sequence[Weights] | Mapping[Any, Weights],
        model: str = "sdm",
        lagged: Sequence[str] | None = None,
        regions: Iterable | None = None,
        islands: bool = False,
    ) -> Self:
        """A model by a Wilkinson formula on a long frame with a (region, period) MultiIndex.

        Parameters
        ----------
        formula
            ``"np.log(y) ~ np.log(x1) + x2"``; it may name levels of the index, as in
            ``C(year)``, and ``0 +`` leaves out the intercept.
        data
            Long frame with a (region, period) MultiIndex, rows in any order.
        W, model, lagged, regions, islands
            As in the class.

        Returns
        -------
        SpatialPanel

        Raises
        ------
        ValueError
            As in the class; also if the formula cannot be read, or has no or several
            outcomes.

        Examples
        --------
        Continues the example of :class:`~spillover.panel.SpatialPanel`.

        >>> SpatialPanel.from_formula("np.exp(y) ~ x1", data, ring).fit().params.round(3)
        x1      13.456
        W*x1   -30.210
        rho     -0.050
        Name: parameter, dtype: float64
        """
        panel = PanelData.from_formula(formula, data, W, regions, islands)
        return cls(panel, model=model, lagged=lagged)

    def with_model(self, model: str, lagged: Sequence[str] | None = None) -> Self:
        """Another model of the same data; spatial lags and log-determinant are shared.

        Parameters
        ----------
        model, lagged
            As in the class.

        Returns
        -------
        SpatialPanel

        Examples
        --------
        Continues the example of :class:`~spillover.panel.SpatialPanel`.

        >>> model.with_model("sem").fit().params.round(3)
        x1        0.766
        lambda    0.359
        Name: parameter, dtype: float64
        """
        other = copy(self)
        other.model, other.lagged = _chosen(model, lagged, self.data)
        return other

    def with_log_determinant(self, method: str) -> Self:
        """The same model with ln|I - rho W| by a method of its own.

        Parameters
        ----------
        method : {"dense", "sparse", "moments"}
            As in :func:`spillover.panel.log_determinant.log_determinant`. ``"moments"`` fits a
            million regions; :meth:`SpatialPanelResults.approximation_error` says how exactly.
        """
        other = copy(self)
        other.lags = other.error_lags = Lags(self.data, method)
        if not self._one_filter:
            other.error_lags = Lags(self.error, method)
        return other

    def with_error_weights(self, W: Weights, islands: bool = False) -> Self:
        """The same model whose error has weights of its own: SAC, SEM or SDEM.

        The likelihood is exact: ln|I - rho W| + ln|I - lambda M| with the error's weights M.
        Standard errors come from the observed information, or are Driscoll and Kraay's.

        Parameters
        ----------
        W
            Weights of the error, one for all periods, matched by region id.
        islands
            As in the class.

        Returns
        -------
        SpatialPanel

        Raises
        ------
        ValueError
            For a model without a spatial error, and weights that change over time.

        Examples
        --------
        Continues the example of :class:`~spillover.panel.SpatialPanel`.

        >>> nearest = np.roll(np.eye(9), 1, 1)
        >>> model.with_model("sac").with_error_weights(nearest).fit().params.round(3)
        x1        0.892
        rho       0.456
        lambda   -0.080
        Name: parameter, dtype: float64
        """
        if LAMBDA not in SPATIAL_PARAMETERS[self.model]:
            raise ValueError(f"model={self.model!r} has no spatial error: choose sac, sem or sdem")
        if self.data.time_varying:
            raise ValueError("weights of the error's own need one W for all periods")
        other = copy(self)
        other.error_lags = Lags(common_weights(self.data, W, islands), self.lags.method)
        return other

    def with_data(self, data: PanelData, lagged: Sequence[str] | None = None) -> Self:
        """The same model of other data.

        Parameters
        ----------
        data
            A balanced panel with its weights.
        lagged
            As in the class.

        Returns
        -------
        SpatialPanel
        """
        other = type(self)(data, model=self.model, lagged=lagged)
        if not self._one_filter:
            other.error_lags = Lags(replace(data, W=self.error.W), self.lags.method)
        return other

    def with_weights(self, W: Weights) -> Self:
        """The same model under another W, one for all periods, matched by region id."""
        return self.with_data(common_weights(self.data, W), self.lagged or None)

    def with_outcome(self, y: np.ndarray) -> Self:
        """The same model of another outcome, shape (T, N); all else is shared."""
        other = copy(self)
        other.data = self.data.with_outcome(y)
        return other

    @property
    def log_determinant(self) -> LogDeterminant:
        """ln|I - rho W|, computed once for all fits."""
        return self.lags.log_determinant

    @property
    def error(self) -> PanelData:
        """The panel with the weights of the error."""
        return self.error_lags.data

    @property
    def _one_filter(self) -> bool:
        """Whether outcome and error share their weights, or only one of them has any."""
        return self.error_lags is self.lags or LAMBDA not in SPATIAL_PARAMETERS[self.model]

    def fit(
        self,
        effects: str | None = "twoways",
        correction: str | None = "auto",
        covariance: str | inference.ScoreVariance | None = None,
    ) -> SpatialPanelResults:
        """Estimate by maximum likelihood.

        Parameters
        ----------
        effects
            none, individual, time, twoways (fixed) or random (region effects that are part of
            the filtered error, as in Kapoor, Kelejian and Prucha 2007).
        correction
            Of the bias that fixed effects bring. ``"lee-yu"``: Lee and Yu's transformation
            approach. ``"lee-yu-direct"``: their bias correction of the direct approach. None:
            dummy-variable maximum likelihood. ``"auto"``: the first where it exists, elsewhere the
            second; none without fixed effects.
        covariance
            ``"classic"``: expected information, or observed where N x N arrays would be too large;
            ``"expected"`` and ``"observed"`` choose one of them. ``"robust"`` (sandwich),
            ``"clustered"`` (by region), ``"driscoll-kraay"``, or an object of
            :mod:`spillover.panel.spatial_hac`. If left out: clustered where the test of serial
            correlation rejects at 5%, classic elsewhere.

        Returns
        -------
        SpatialPanelResults

        Raises
        ------
        ValueError
            For regressors that the effects absorb or that are collinear (by name), too few
            periods or regions, and corrections or weights that do not suit the model.

        References
        ----------
        Elhorst (2014), chapter 3; Lee and Yu (2010) for the corrections.

        Examples
        --------
        Continues the example of :class:`~spillover.panel.SpatialPanel`.

        >>> model.fit("individual", covariance="clustered").std_errors.round(3)
        x1      0.177
        W*x1    0.271
        rho     0.050
        Name: std_error, dtype: float64
        """
        return SpatialPanelResults(self, *self.maximum(effects, correction), covariance)

    def maximum(
        self, effects: str | None = "twoways", correction: str | None = "auto"
    ) -> tuple[inference.Sample, Estimate]:
        """What the likelihood is computed from, and where it is highest.

        Parameters
        ----------
        effects, correction
            As in :meth:`fit`.

        Returns
        -------
        tuple
            The sample and the estimate, its bias corrected where that was asked for.
        """
        effects, correction = self.resolved(effects, correction)
        sample = self.sample(effects, correction)
        return sample, self.highest(sample)

    def highest(self, sample: inference.Sample) -> Estimate:
        """Where a sample's likelihood is highest, its bias corrected where that was asked for."""
        estimate = maximise(sample.likelihood)
        if sample.correction == "lee-yu-direct":
            return self._correct_bias(replace(sample, correction=None), estimate)
        return estimate

    def resolved(self, effects: str | None, correction: str | None) -> tuple[str, str | None]:
        """Names of effects and correction, checked against the model's data and weights.

        Parameters
        ----------
        effects, correction
            As in :meth:`fit`.

        Returns
        -------
        tuple
            Of none, individual, time, twoways, random; and of None, lee-yu, lee-yu-direct.
        """
        effects = effects_name(effects)
        check_effects(self.data.N, self.data.T, effects)
        correction = lee_yu.choose_correction(correction, effects, self.data)
        lee_yu.check_correction(correction, effects, self.data)
        self._check_weights(effects)
        if not self._one_filter and correction is not None:
            _check_two_filters(correction, effects, self.error)
        return effects, correction

    def columns(self, effects: str) -> Columns:
        """The columns that residuals are combinations of, effects not yet removed."""
        return self._columns(self._regressors(effects))

    def sample(self, effects: str, correction: str | None) -> inference.Sample:
        """Columns and likelihood; a direct correction starts from the uncorrected likelihood.

        Parameters
        ----------
        effects
            none, individual, time, twoways or random.
        correction
            None, ``"lee-yu"`` or ``"lee-yu-direct"``.

        Returns
        -------
        spillover.panel.inference.Sample
        """
        counted = None if correction == "lee-yu-direct" else correction
        removed = self._demeaned(effects)
        regressors = self._regressors(effects)
        columns = self._columns(regressors)
        spatial = SPATIAL_PARAMETERS[self.model]
        random = effects == "random"
        likelihood = Likelihood(
            factor=columns.within_factor("individual" if random else removed),
            between=columns.between_factor() if random else None,
            k=columns.k,
            n=lee_yu.counted(self.data, effects, counted)[0],
            N=self.data.N,
            jacobians={s: self._jacobian(s, effects, counted) for s in spatial},
            free=(*spatial, OMEGA) if random else spatial,
            own_error_weights=not self._one_filter,
        )
        self._check_design(columns, likelihood, regressors, effects)
        _check_outcome(columns, likelihood.stacked(1.0), effects, self.data.outcome)
        reported = regressors.names[: regressors.reported]
        return inference.Sample(
            self.data, columns, reported, removed, effects, correction, likelihood
        )

    def _jacobian(self, s: int, effects: str, correction: str | None) -> Jacobian:
        lags = self.error_lags if s == LAMBDA else self.lags
        _, multiplicity, gone = lee_yu.counted(lags.data, effects, correction)
        return Jacobian(lags.log_determinant, multiplicity, gone)

    def _demeaned(self, effects: str) -> str:
        """The fixed effects that are removed by demeaning; the others are dummies."""
        region = effects in INDIVIDUAL and not self._needs_region_dummies(effects)
        period = effects in TIME and not self._needs_period_dummies(effects)
        return {(0, 0): "none", (1, 0): "individual", (0, 1): "time", (1, 1): "twoways"}[
            region, period
        ]

    def _regressors(self, effects: str) -> _Regressors:
        data = self.data
        own = [data.X, self._lagged_regressors()]
        names = [*data.names, *(f"W*{name}" for name in self.lagged)]
        if effects in ("none", "random") and data.intercept:
            own.insert(0, np.ones((data.T, data.N, 1)))
            names.insert(0, "Intercept")
        reported = len(names)
        if self._needs_period_dummies(effects):
            periods = np.eye(data.T)[:, None, effects in INDIVIDUAL :]
            own.append(np.broadcast_to(periods, (data.T, data.N, periods.shape[-1])))
            names += [f"period {p}" for p in data.periods[effects in INDIVIDUAL :]]
        if self._needs_region_dummies(effects):
            drop_first = self._demeaned(effects) == "time"
            regions = np.eye(data.N)[:, drop_first:]
            own.append(np.broadcast_to(regions, (data.T, *regions.shape)))
            names += [f"region {r}" for r in data.regions[drop_first:]]
        Z = np.concatenate(own, axis=-1)
        return _Regressors(Z, tuple(names), reported)

    def _lagged_regressors(self) -> np.ndarray:
        if not self.lagged:
            return self.data.X[..., :0]
        return self.lags.X[..., [self.data.names.index(name) for name in self.lagged]]

    def _columns(self, regressors: _Regressors) -> Columns:
        """The columns that this model's residual is a combination of."""
        spatial = SPATIAL_PARAMETERS[self.model]
        y, Z_, k = self.data.y, regressors.Z, regressors.Z.shape[-1]
        parts = [y[..., None]]
        present: list[Sequence[int] | np.ndarray] = [[Y]]
        if RHO in spatial:
            parts.append(self.data.lag(y)[..., None])
            present.append([WY])
        if LAMBDA in spatial:
            lagged = self.error.lag(np.concatenate(parts, axis=-1))  # of y, and of Wy
            parts.append(lagged)
            present.append([MY, MWY][: lagged.shape[-1]])
        parts.append(Z_)
        present.append(Z + np.arange(k))
        if LAMBDA in spatial:
            parts.append(self.error.lag(Z_))
            present.append(Z + k + np.arange(k))
        return Columns(np.concatenate(parts, axis=-1), np.concatenate(present).astype(int), k)

    def _check_design(
        self, columns: Columns, likelihood: Likelihood, regressors: _Regressors, effects: str
    ) -> None:
        raw, reported = columns.norms()[None], regressors.reported
        if reported < columns.k:
            own = within(regressors.Z[..., :reported], effects)
            flat = own.reshape(-1, reported)
            check_design(raw[:, :reported], flat, regressors.names[:reported], effects)
        transformed = likelihood.stacked(1.0)[:, Z : Z + columns.k]
        check_design(raw, transformed, regressors.names, effects)
        left = free_observations(self.data.T, self.data.N, effects)
        if left <= reported:
            raise ValueError(f"{reported} coefficients but {left} observations free of effects")

    def _check_weights(self, effects: str) -> None:
        if self._needs_region_dummies(effects) and self.data.N > REGION_DUMMIES:
            raise ValueError(
                f"model={self.model!r} with {effects} effects and a W for each period needs a dummy"
                f" for each region, for filtering by a changing W turns a constant region effect "
                f"into a changing one: at most {REGION_DUMMIES} regions, the panel has "
                f"{self.data.N}"
            )

    def _needs_region_dummies(self, effects: str) -> bool:
        """Whether the error filter turns region effects into something that demeaning leaves."""
        error_lag = LAMBDA in SPATIAL_PARAMETERS[self.model]
        return error_lag and effects in INDIVIDUAL and self.data.time_varying

    def _needs_period_dummies(self, effects: str) -> bool:
        """Whether the error filter turns period effects into something that demeaning leaves."""
        error_lag = LAMBDA in SPATIAL_PARAMETERS[self.model]
        return error_lag and effects in TIME and self.error.common_row_sums is None

    def _correct_bias(self, sample: inference.Sample, estimate: Estimate) -> Estimate:
        information = inference.default_information(sample, estimate)
        return lee_yu.correct_bias(
            estimate, sample.likelihood, information, self.data, sample.effects, inference.solve
        )


def _check_outcome(columns: Columns, factor: np.ndarray, effects: str, outcome: str) -> None:
    """Refuse an outcome that the effects absorb, and a spatial lag that says nothing of its own."""
    raw = columns.size(Y)
    own = np.linalg.norm(factor[:, Y])
    if own <= ABSORBED * raw:
        raise ValueError(
            f"no variation left in the outcome {outcome} once {effects} effects are removed"
        )
    left, left_of_lag = _left(factor, columns.k)
    if left <= EXACT * own:
        raise ValueError(
            f"the outcome {outcome} is an exact combination of the regressors: "
            "no error is left to estimate from"
        )
    lags = [place for place in (WY, MY) if place in columns.present]
    if lags and left_of_lag <= COLLINEAR * columns.size(lags[0]):
        raise ValueError(
            "the spatial parameter is not identified: once "
            f"{effects} effects are removed, the spatial lag of {outcome} is an exact combination "
            f"of {outcome} and the regressors (as with time effects where every region is "
            "linked to all others alike)"
        )


def _left(factor: np.ndarray, k: int) -> np.ndarray:
    """Norms of what the regressors leave of the outcome, and what both leave of its lag."""
    lag = WY if factor[:, WY].any() else MY
    columns = factor[:, [*range(Z, Z + k), Y, lag]]
    diagonal = np.diagonal(np.linalg.qr(columns, mode="r"))[k:]
    return np.abs(np.append(diagonal, [0.0, 0.0]))[:2]


def _check_two_filters(correction: str, effects: str, error: PanelData) -> None:
    """Refuse corrections that need one W, or row sums that the error's weights do not share."""
    if correction == "lee-yu-direct":
        raise ValueError(
            "correction='lee-yu-direct' needs one W for outcome and error: row-standardise both, "
            "or use correction=None"
        )
    lee_yu.check_correction(correction, effects, error)


def _chosen(
    model: str, lagged: Sequence[str] | None, data: PanelData
) -> tuple[str, tuple[str, ...]]:
    """Name of the model, and of the regressors that it lags."""
    model = model.lower()
    _check_model(model, lagged, data.names)
    return model, _lagged(model, lagged, data)


def _check_model(model: str, lagged: Sequence[str] | None, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"regressors need different names, got {', '.join(names)}")
    if model not in SPATIAL_PARAMETERS:
        raise ValueError(f"model={model!r}: choose one of {', '.join(SPATIAL_PARAMETERS)}")
    if lagged is None:
        return
    if model not in DURBIN:
        raise ValueError(
            f"model={model!r} has no lagged regressors: use one of {', '.join(DURBIN)}"
        )
    if isinstance(lagged, str):
        raise ValueError(f"lagged={lagged!r}: give a list of regressors")
    unknown = [name for name in lagged if name not in names]
    if unknown:
        raise ValueError(f"lagged regressors not in the model: {', '.join(map(str, unknown))}")


def _lagged(model: str, lagged: Sequence[str] | None, data: PanelData) -> tuple[str, ...]:
    """Names of the lagged regressors, in the order of the regressors."""
    if model not in DURBIN:
        return ()
    if lagged is not None:
        return tuple(name for name in data.names if name in lagged)
    common = (data.X[:, :1] == data.X).all(axis=(0, 1))
    return tuple(name for name, same in zip(data.names, common, strict=True) if not same)

"""What tests ask of a model and of its estimates: the classes themselves stand above the tests."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
import pandas as pd

from spillover.panel.estimation import Estimate
from spillover.panel.inference import Sample
from spillover.panel.inputs import PanelData
from spillover.panel.log_determinant import LogDeterminant


class Fit(Protocol):
    """Estimates of a :class:`Model`."""

    model: Model
    effects: str
    correction: str | None
    loglik: float

    @property
    def params(self) -> pd.Series:
        """Parameters by name."""

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """An outcome drawn from the estimated random-effects model, shape (T, N)."""

    @property
    def residuals(self) -> pd.Series:
        """Estimated errors by (region, period)."""

    @property
    def aic_with_effects(self) -> float:
        """Akaike criterion with the effects counted."""

    @property
    def cov(self) -> pd.DataFrame:
        """Covariance matrix of the parameters."""


class Model(Protocol):
    """A spatial panel model that can be estimated with other restrictions."""

    data: PanelData
    model: str
    lagged: tuple[str, ...]

    def with_outcome(self, y: np.ndarray) -> Self:
        """The same model of another outcome."""

    def with_model(self, model: str, lagged: tuple[str, ...] | list[str] | None = None) -> Self:
        """Another model of the same data.

        Parameters
        ----------
        model, lagged
            As in :class:`~spillover.panel.SpatialPanel`.

        Returns
        -------
        Model
        """

    def with_data(self, data: PanelData, lagged: tuple[str, ...] | list[str] | None) -> Self:
        """The same model of other data.

        Parameters
        ----------
        data
            The panel.
        lagged
            As in :class:`~spillover.panel.SpatialPanel`.

        Returns
        -------
        Model
        """

    @property
    def log_determinant(self) -> LogDeterminant:
        """Of the weights."""

    @property
    def error(self) -> PanelData:
        """The panel with the weights of the error."""

    def highest(self, sample: Sample) -> Estimate:
        """Where a sample's likelihood is highest."""

    def fit(self, effects: str = ..., correction: str | None = ..., covariance: str = ...) -> Fit:
        """Estimate by maximum likelihood.

        Parameters
        ----------
        effects, correction, covariance
            As in :meth:`~spillover.panel.SpatialPanel.fit`.

        Returns
        -------
        Fit
        """

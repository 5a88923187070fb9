"""Further fits of one model that differ in the outcome only, one or thousands: simulations.

Regressors, weights, effects and hence the design's QR decomposition and ln|I - rho W| are shared.
What is left of an outcome y is three inner products of y and Wy with the regressors partialled
out; the profile likelihoods of a whole batch are climbed together.

References
----------
Ord, K. (1975). Estimation methods for models of spatial interaction. Journal of the American
Statistical Association 70, 120-126.
Elhorst, J. P. (2014). Spatial Econometrics: From Cross-Sectional Data to Spatial Panels, chapter 3.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from spillover.panel.effects import TIME, within
from spillover.panel.estimation import MARGIN
from spillover.panel.impacts import (
    IMPACTS,
    gradient,
    impact_index,
    impacts_by,
    slope_places,
    with_absent,
)
from spillover.panel.likelihood import RHO, Jacobian, Z, lag_derivatives
from spillover.panel.log_determinant import small_or_dense
from spillover.panel.model import SpatialPanel
from spillover.panel.results import BoundaryWarning

GRID = 33
ITERATIONS = 100
TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class ManyFits:
    """Estimates of many fits, one row a fit.

    Attributes
    ----------
    params, std_errors
        Columns as in ``SpatialPanelResults.params``; NaN errors where rho is at its boundary.
    impacts, impact_errors
        Average impacts and their delta-method standard errors, columns (variable, impact).
    fit
        Columns sigma2 and loglik.
    """

    params: pd.DataFrame
    std_errors: pd.DataFrame
    impacts: pd.DataFrame
    impact_errors: pd.DataFrame
    fit: pd.DataFrame


def many_fits(
    model: SpatialPanel,
    outcomes: np.ndarray,
    effects: str = "twoways",
    correction: str | None = "auto",
    batch: int = 250,
    n_jobs: int = 1,
    progress: bool = False,
) -> ManyFits:
    """Fit one model to other outcomes, one or many.

    Each row equals ``model.with_outcome(y).fit(effects, correction, "classic")``. SAR and SDM with
    fixed effects, one small W and no or the transformation correction are fitted a batch at a time;
    all other models one by one. What outcomes share is kept with the model: a further call does not
    compute it again. Batches run through joblib, hence on several cores, or on a Dask
    cluster under ``joblib.parallel_config(backend="dask")``.

    Parameters
    ----------
    model
        The model; its own outcome is not used.
    outcomes
        Shape (fits, T, N), in the order of the model's periods and regions.
    effects, correction
        As in :meth:`~spillover.panel.SpatialPanel.fit`.
    batch
        Outcomes to a task.
    n_jobs
        Tasks at a time.
    progress
        Show a progress bar on the error stream.

    Returns
    -------
    ManyFits
        A row an outcome.

    Raises
    ------
    ValueError
        For outcomes of the wrong shape, and whatever ``fit`` refuses.
    """
    outcomes = np.asarray(outcomes, float)
    shape = (model.data.T, model.data.N)
    if outcomes.ndim != 3 or outcomes.shape[1:] != shape:
        raise ValueError(
            f"outcomes need shape (fits, {shape[0]}, {shape[1]}), got {outcomes.shape}"
        )
    effects, correction = model.resolved(effects, correction)
    fit = _chosen(model, effects, correction)
    if len(outcomes) <= batch:
        return fit(model, outcomes, effects, correction)
    parts = np.split(outcomes, range(batch, len(outcomes), batch))
    tasks = (delayed(fit)(model, part, effects, correction) for part in parts)
    done = Parallel(n_jobs=n_jobs, return_as="generator")(tasks)
    bar = tqdm(done, total=len(parts), unit="batch", disable=not progress)
    return _joined(list(bar))


def _chosen(model: SpatialPanel, effects: str, correction: str | None) -> Callable[..., ManyFits]:
    together = (
        model.model in ("sar", "sdm")
        and effects in ("individual", "time", "twoways")
        and correction in (None, "lee-yu")
        and not model.data.time_varying
        and small_or_dense(model.data.W)
    )
    return _fit_together if together else _fit_each


def _fit_each(
    model: SpatialPanel, outcomes: np.ndarray, effects: str, correction: str | None
) -> ManyFits:
    """Fit outcomes one by one."""
    fits = [model.with_outcome(y).fit(effects, correction, "classic") for y in outcomes]
    impacts = [fit.impacts() for fit in fits]
    return ManyFits(
        params=_rows([fit.params for fit in fits]),
        std_errors=_rows([fit.std_errors for fit in fits]),
        impacts=_rows([frame["estimate"] for frame in impacts]),
        impact_errors=_rows([frame["std_error"] for frame in impacts]),
        fit=pd.DataFrame({name: [getattr(fit, name) for fit in fits] for name in FIT}),
    )


def _rows(series: list[pd.Series]) -> pd.DataFrame:
    return pd.DataFrame([each.to_numpy() for each in series], columns=series[0].index)


FIT = pd.Index(["sigma2", "loglik"])


def _fit_together(
    model: SpatialPanel, outcomes: np.ndarray, effects: str, correction: str | None
) -> ManyFits:
    """Fit a batch of outcomes at once, by dense algebra over the batch: SAR or SDM with one W."""
    design = _shared(model, outcomes[0], effects, correction)
    Zs, Q, jacobian, n = design.Z, design.Q, design.jacobian, design.n
    y, Wy = _own_and_lag(model, outcomes, effects)
    on_y, on_Wy = Q.T @ y, Q.T @ Wy
    rest, lag = y - Q @ on_y, Wy - Q @ on_Wy
    products = np.stack([(rest**2).sum(0), (rest * lag).sum(0), (lag**2).sum(0)])
    rho, stuck = _maximise(jacobian, n, *products)
    beta = np.linalg.solve(design.R, on_y - rho * on_Wy).T
    errors = rest - rho * lag
    sigma2 = (errors**2).sum(0) / n
    G = _multipliers(model, rho)
    shocks = errors.T.reshape(outcomes.shape) @ G.transpose(0, 2, 1)
    means = Wy.T - within(np.moveaxis(shocks, 0, -1), effects).reshape(-1, len(rho)).T
    lost = (G.sum(1) ** 2).sum(1) / model.data.N if correction and effects in TIME else 0.0
    squares = jacobian.multiplicity * ((G**2).sum((1, 2)) - lost) + jacobian.trace_g2(rho)
    cov = _covariances(Zs, means, sigma2, squares, jacobian.trace_g(rho), n)
    cov[stuck] = np.nan
    if stuck.any():
        text = f"rho at the end of the admissible interval in {stuck.sum()} fits of {len(stuck)}"
        warnings.warn(text, BoundaryWarning, stacklevel=2)
    params = np.column_stack([beta, rho])
    names, index = design.labels, impact_index(model.data.names)
    impacts, impact_errors = _impacts(design.places, params, cov, G)
    loglik = jacobian.value(rho) - n / 2 * (np.log(2 * np.pi * sigma2) + 1)
    return ManyFits(
        params=pd.DataFrame(params, columns=names),
        std_errors=pd.DataFrame(_root(np.diagonal(cov, axis1=1, axis2=2)), columns=names),
        impacts=pd.DataFrame(impacts, columns=index),
        impact_errors=pd.DataFrame(impact_errors, columns=index),
        fit=pd.DataFrame(np.stack([sigma2, loglik], axis=-1), columns=FIT),
    )


@dataclass(frozen=True, eq=False)
class _Design:
    """What all outcomes share: regressors without effects (T N, k), their factors, and so on."""

    Z: np.ndarray
    Q: np.ndarray
    R: np.ndarray
    jacobian: Jacobian
    n: int
    labels: pd.Index
    places: np.ndarray


def _shared(
    model: SpatialPanel, outcome: np.ndarray, effects: str, correction: str | None
) -> _Design:
    """The design of a model, computed and checked once for all its outcomes."""
    key = model.model, model.lagged, effects, correction
    if key not in model.lags.designs:
        sample = model.with_outcome(outcome).sample(effects, correction)
        columns, names = sample.columns, (*sample.names, "rho")
        regressors = columns.combine(np.eye(Z + 2 * columns.k)[:, Z : Z + columns.k])
        Zs = within(regressors, effects).reshape(-1, columns.k)
        likelihood, places = sample.likelihood, slope_places(names, model.data.names)
        model.lags.designs[key] = _Design(
            Zs,
            *np.linalg.qr(Zs),
            likelihood.jacobian_of(RHO),
            likelihood.n,
            pd.Index(names),
            places,
        )
    return model.lags.designs[key]


def _own_and_lag(model: SpatialPanel, outcomes: np.ndarray, effects: str) -> list[np.ndarray]:
    """Outcomes and their spatial lags, effects removed, shape (T N, fits)."""
    stacked = np.moveaxis(outcomes, 0, -1)
    pair = (stacked, model.data.lag(stacked))
    return [within(v, effects).reshape(-1, len(outcomes)) for v in pair]


def _maximise(
    jacobian: Jacobian, n: int, a: np.ndarray, b: np.ndarray, c: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Maximise jacobian(rho) - n/2 ln(a - 2 b rho + c rho^2), elementwise in a, b and c.

    Newton's method between the neighbours of the best point of a grid; a step out of the bracket
    that the sign of the score keeps is replaced by bisection. Also tells which ended at a bound.
    """
    low, high = jacobian.interval
    margin = MARGIN * (high - low)
    low, high = low + margin, high - margin
    nodes = (1 - np.cos(np.pi * (np.arange(GRID) + 0.5) / GRID)) / 2
    grid = np.concatenate([[low], low + (high - low) * nodes, [high]])
    rss = a[:, None] - 2 * b[:, None] * grid + c[:, None] * grid**2
    best = (jacobian.value(grid) - n / 2 * np.log(rss))[:, 1:-1].argmax(axis=1) + 1
    left, rho, right = grid[best - 1], grid[best], grid[best + 1]
    for _ in range(ITERATIONS):
        rss, pull = a - 2 * b * rho + c * rho**2, b - c * rho
        score, curvature = lag_derivatives(jacobian, n, rho, rss, pull, c)
        left, right = np.where(score > 0, rho, left), np.where(score > 0, right, rho)
        trial = rho + score / np.where(curvature > 0, curvature, np.inf)
        outside = (trial <= left) | (trial >= right) | (curvature <= 0)
        trial = np.where(outside & (score != 0), (left + right) / 2, trial)
        moved, rho = np.abs(trial - rho).max(), trial
        if moved <= TOLERANCE:
            break
    return rho, (rho <= low + margin) | (rho >= high - margin)


def _multipliers(model: SpatialPanel, rho: np.ndarray) -> np.ndarray:
    """G = W (I - rho W)^-1 for each rho, shape (fits, N, N)."""
    W = model.data.matrices[0].toarray()
    return np.linalg.solve(np.eye(len(W)) - rho[:, None, None] * W, W)


def _covariances(
    Zs: np.ndarray,
    means: np.ndarray,
    sigma2: np.ndarray,
    squares: np.ndarray,
    trace_g: np.ndarray,
    n: int,
) -> np.ndarray:
    """Inverse expected information in (beta, rho), shape (fits, k + 1, k + 1)."""
    k = Zs.shape[1]
    information = np.zeros((len(sigma2), k + 2, k + 2))
    information[:, :k, :k] = Zs.T @ Zs / sigma2[:, None, None]
    information[:, :k, k] = information[:, k, :k] = means @ Zs / sigma2[:, None]
    information[:, k, k] = (means**2).sum(1) / sigma2 + squares
    information[:, k, k + 1] = information[:, k + 1, k] = trace_g / sigma2
    information[:, k + 1, k + 1] = n / (2 * sigma2**2)
    scale = 1 / _root(np.diagonal(information, axis1=1, axis2=2))
    scale = scale[:, :, None] * scale[:, None, :]
    return (np.linalg.inv(information * scale) * scale)[:, : k + 1, : k + 1]


def _impacts(
    places: np.ndarray, params: np.ndarray, cov: np.ndarray, G: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Direct, indirect and total impacts and their standard errors, shape (fits, K 3)."""
    beta, theta, rho = np.moveaxis(with_absent(params)[:, places], -1, 0)
    rows = G.sum(2)
    powers = np.einsum("dij,dji->d", G, G), (G @ rows[..., None]).mean((1, 2))
    multipliers = np.trace(G, axis1=1, axis2=2) / G.shape[1], rows.mean(1)
    slopes = powers[0] / G.shape[1], powers[1]
    a, b = (f[:, None] for f in multipliers)
    estimates = impacts_by(beta, theta, rho, a, b)
    d, t = (
        gradient(beta, theta, rho, f, slope[:, None])
        for f, slope in zip((a, b), slopes, strict=True)
    )
    gradients = np.stack([d, t - d, t], axis=-2)
    blocks = with_absent(cov, axes=2)[:, places[:, :, None], places[:, None, :]]
    errors = _root(np.einsum("dkip,dkpq,dkiq->dki", gradients, blocks, gradients))
    width = len(places) * len(IMPACTS)
    return estimates.reshape(-1, width), errors.reshape(-1, width)


def _root(variances: np.ndarray) -> np.ndarray:
    """Standard errors; NaN where the information matrix was not positive definite."""
    return np.sqrt(np.where(variances >= 0, variances, np.nan))


def _joined(parts: list[ManyFits]) -> ManyFits:
    frames = {
        name: pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ManyFits.__dataclass_fields__
    }
    return ManyFits(**frames)

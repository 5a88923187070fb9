"""Maximum likelihood: a coarse search over the admissible region, then Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from spillover.panel.likelihood import OMEGA, LagProfile, Likelihood

GRID_POINTS = {1: 33, 2: 17, 3: 9}
MARGIN = 1e-7  # distance from the ends of an interval, as a share of its length
STARTS = 5
FINE = np.linspace(-1, 1, 17)  # of a line around a start
REFINEMENTS = (1, 1 / 8, 1 / 64)  # of its length
TOLERANCE = 1e-8  # Newton's steps square: the next one would be of the order of rounding


@dataclass(frozen=True, eq=False)
class Estimate:
    """Parameters at a maximum of the likelihood.

    Attributes
    ----------
    psi
        rho, lambda and omega (the weight of the between variation), zero, zero and one if fixed.
    beta
        Coefficients of the columns of Z.
    sigma2
        Error variance, by the likelihood's own divisor.
    loglik
        Log-likelihood at these parameters.
    maxima
        Number of local maxima found.
    """

    psi: np.ndarray
    beta: np.ndarray
    sigma2: float
    loglik: float
    maxima: int


def maximise(likelihood: Likelihood) -> Estimate:
    """Find the global maximum of a likelihood.

    Every local maximum of the profile likelihood on a grid over the admissible region starts a
    Newton search; the best of them is returned.
    """
    start = np.array([0.0, 0.0, 1.0])
    if not likelihood.free:
        return _estimate(likelihood, start, 1)
    profile = likelihood.concentrated()
    tops = [climb(profile, psi) for psi in _starts(profile, start)]
    best = max(tops, key=profile.profile)
    distinct = {tuple(np.round(psi, 6)) for psi in tops}
    return _estimate(likelihood, best, len(distinct))


def bounds(likelihood: Likelihood | LagProfile) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bounds of the free parameters."""
    ends = np.array([_interval(likelihood, s) for s in likelihood.free]).reshape(-1, 2)
    margin = MARGIN * (ends[:, 1] - ends[:, 0])
    top = np.where(np.array(likelihood.free) == OMEGA, 0, margin)
    return ends[:, 0] + margin, ends[:, 1] - top


def climb(
    likelihood: Likelihood | LagProfile, psi: np.ndarray, iterations: int = 100
) -> np.ndarray:
    """Newton's method within bounds; every step raises the profile likelihood.

    Parameters
    ----------
    likelihood
        What is climbed.
    psi
        (rho, lambda, omega) to start from.
    iterations
        Steps at most.

    Returns
    -------
    numpy.ndarray
        (rho, lambda, omega) at the top.
    """
    free = list(likelihood.free)
    lower, upper = bounds(likelihood)
    value = float(likelihood.profile(psi))
    for _ in range(iterations):
        score, information = likelihood.profile_derivatives(psi)
        step = _ascent(score, information, psi[free], lower, upper)
        trial, trial_value = _best_on_line(likelihood, psi, step, value, lower, upper)
        moved = np.abs(trial - psi).max()
        psi, value = trial, trial_value
        if moved <= TOLERANCE:
            break
    return psi


def _starts(likelihood: Likelihood | LagProfile, start: np.ndarray) -> list[np.ndarray]:
    """Local maxima of the profile likelihood on a grid, best first."""
    lower, upper = bounds(likelihood)
    points = GRID_POINTS[len(likelihood.free)]
    nodes = (1 - np.cos(np.pi * (np.arange(points) + 0.5) / points)) / 2
    axes = np.meshgrid(*(lo + (hi - lo) * nodes for lo, hi in zip(lower, upper, strict=True)))
    grid = np.broadcast_to(start, (*axes[0].shape, 3)).copy()
    grid[..., list(likelihood.free)] = np.stack(axes, axis=-1)
    values = likelihood.profile(grid, coarse=True)
    peaks = np.argwhere(values == ndimage.maximum_filter(values, size=3, mode="nearest"))
    ordered = sorted(map(tuple, peaks), key=lambda place: -values[place])[:STARTS]
    spacing = (upper - lower) * np.pi / (2 * points)  # of the grid where it is widest
    return [_refined(likelihood, grid[place], spacing, lower, upper) for place in ordered]


def _refined(
    likelihood: Likelihood | LagProfile,
    psi: np.ndarray,
    reach: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
) -> np.ndarray:
    """A maximum of the coarse profile near psi, by ever finer grids one parameter at a time."""
    psi = psi.copy()
    for zoom in REFINEMENTS:
        for place, free in enumerate(likelihood.free):
            line = psi[free] + reach[place] * zoom * FINE
            trials = np.tile(psi, (len(FINE), 1))
            trials[:, free] = np.clip(line, lower[place], upper[place])
            psi = trials[likelihood.profile(trials, coarse=True).argmax()]
    return psi


def _ascent(
    score: np.ndarray,
    information: np.ndarray,
    position: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
) -> np.ndarray:
    """Newton step uphill; curvature of the wrong sign is turned round, bounds are respected."""
    stuck = ((position <= lower) & (score < 0)) | ((position >= upper) & (score > 0))
    step = np.zeros_like(score)
    inner = ~stuck
    if inner.any():
        roots, vectors = np.linalg.eigh(information[np.ix_(inner, inner)])
        roots = np.maximum(np.abs(roots), 1e-8 * np.abs(roots).max())
        step[inner] = vectors @ (vectors.T @ score[inner] / roots)
    return step


def _best_on_line(
    likelihood: Likelihood | LagProfile,
    psi: np.ndarray,
    step: np.ndarray,
    value: float,
    lower: np.ndarray,
    upper: np.ndarray,
) -> tuple[np.ndarray, float]:
    """Halve the step until the profile likelihood does not fall; stay if it never does."""
    free = list(likelihood.free)
    for halving in range(40):
        trial = psi.copy()
        trial[free] = np.clip(psi[free] + step / 2**halving, lower, upper)
        trial_value = float(likelihood.profile(trial))
        if trial_value >= value - 1e-13 * abs(value):
            return trial, max(trial_value, value)
    return psi, value


def _interval(likelihood: Likelihood | LagProfile, s: int) -> tuple[float, float]:
    return (0.0, 1.0) if s == OMEGA else likelihood.jacobian_of(s).interval


def _estimate(likelihood: Likelihood, psi: np.ndarray, maxima: int) -> Estimate:
    beta, sigma2 = likelihood.coefficients(psi)
    return Estimate(psi, beta, sigma2, likelihood.value(psi, beta, sigma2), maxima)

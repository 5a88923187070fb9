r"""The inverse problem: what printed coefficients, impacts and Moran's I say about the matrix.

With :math:`S = (I - \rho W)^{-1}` the impacts of the Durbin model are
:math:`\mathrm{direct} = \beta + b\,(\theta + \rho\beta)` and
:math:`\mathrm{total} = \beta + t\,(\theta + \rho\beta)`, where W enters only through
:math:`b = \mathrm{tr}(SW)/N` (what returns to its origin) and :math:`t = 1'SW1/N` (all that
arrives). Coefficients and impacts together reveal both scalars, without the authors' data.

References
----------
LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics, section 2.7.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from spillover.audit.intervals import Interval
from spillover.measure.autocorrelation import Moments
from spillover.panel.impacts import IMPACTS, scalars
from spillover.panel.inference import solve
from spillover.panel.log_determinant import admissible_interval

DRAWS = 500  # default of the Stata command that reports impacts as means of simulation draws
STRAY = 100  # draws that would blur impacts as much as shared draws and their curvature do
LEVEL = 0.05


@dataclass(frozen=True)
class Reported:
    """Printed estimates of one variable under one matrix; ``unit`` is one of the last digit.

    Methods take W, a candidate for that matrix: (N, N), as it enters the model.
    """

    beta: Interval
    theta: Interval
    rho: Interval
    impacts: dict[str, Interval]
    errors: dict[str, float]
    unit: float = 0.001

    @property
    def slope(self) -> Interval:
        """theta + rho beta, through which W moves the impacts."""
        return self.theta + self.rho * self.beta

    def scalars(self) -> tuple[Interval, Interval]:
        """b and t that the printed impacts imply, rounding carried along."""
        own, total = ((self.impacts[k] - self.beta) / self.slope for k in ("direct", "total"))
        return own, total

    def predicted(self, b_t: np.ndarray) -> np.ndarray:
        """Direct and total impact of the printed coefficients, given b and t."""
        return self.beta.middle + b_t * self.slope.middle

    def gap(self, b_t: np.ndarray) -> np.ndarray:
        """Printed less predicted direct and total impact, given b and t."""
        return [self.impacts[name].middle for name in ("direct", "total")] - self.predicted(b_t)

    def at(self, W: np.ndarray) -> np.ndarray:
        """b and t of W at the printed rho."""
        return np.array(scalars(W, self.rho.middle))

    def gap_in_errors(self, W: np.ndarray) -> np.ndarray:
        """Printed less predicted direct and total impact, each in its own standard errors."""
        return self.gap(self.at(W)) / np.sqrt(np.diag(self.noise(W, DRAWS)))

    def distance(self, W: np.ndarray, draws: int | None = DRAWS) -> float:
        """Squared distance of printed from predicted (direct, total), in standard errors.

        Parameters
        ----------
        W
            (N, N) matrix as it enters the model.
        draws
            Simulation draws of which printed impacts are means; None if they are exact, when
            rounding alone blurs them.

        Returns
        -------
        float
            Chi-squared with two degrees of freedom if W is the authors' matrix.
        """
        gap = self.gap(self.at(W))
        return float(gap @ np.linalg.solve(self.noise(W, draws), gap))

    def p_value(self, W: np.ndarray, draws: int | None = DRAWS) -> float:
        """Probability of printed impacts at least this far from those of W, if W was used.

        Parameters
        ----------
        W, draws
            As in `distance`.

        Returns
        -------
        float
        """
        return float(stats.chi2.sf(self.distance(W, draws), 2))

    def noise(self, W: np.ndarray, draws: int | None) -> np.ndarray:
        """Covariance of the printed (direct, total) around those of the printed coefficients.

        Parameters
        ----------
        W, draws
            As in `distance`.

        Returns
        -------
        numpy.ndarray
            (2, 2).
        """
        b_t, rho = self.at(W), self.rho.middle
        rounding = np.eye(2) + np.outer(b_t, b_t) + np.outer(1 + rho * b_t, 1 + rho * b_t)
        simulation = self.covariance() / draws if draws else 0.0
        return self.unit**2 / 12 * rounding + simulation

    def covariance(self) -> np.ndarray:
        """Covariance of direct and total impact; their correlation follows from three errors."""
        direct, indirect, total = (self.errors[e] for e in IMPACTS)
        shared = (direct**2 + total**2 - indirect**2) / 2
        return np.array([[direct**2, shared], [shared, total**2]])

    def scalar_noise(self, W: np.ndarray) -> np.ndarray:
        """Covariance of the implied (b, t) if W was used and impacts are means of `DRAWS`."""
        return self.noise(W, DRAWS) / self.slope.middle**2

    def most_draws(self, W: np.ndarray) -> int:
        """Most simulation draws at which W is not yet refused.

        0 if W is refused at ten draws, the largest integer if it stands with exact impacts.
        """
        if self.p_value(W, 10) < LEVEL:
            return 0
        if self.p_value(W, None) >= LEVEL:
            return np.iinfo(int).max
        excess = optimize.brentq(
            lambda log_draws: self.p_value(W, np.exp(log_draws)) - LEVEL, np.log(10), np.log(1e9)
        )
        return int(np.exp(excess))

    def best_scale(self, W: np.ndarray) -> tuple[float, float]:
        """The scale of a raw matrix that fits the impacts best, and its p-value.

        The scale is a multiple of the spectral one.
        """
        unit = W / spectral_radius(W)
        limit = _largest_scale(unit, self.rho.middle)
        grid = np.linspace(0.01, limit, 400)
        start = min(grid, key=lambda s: self.distance(s * unit))
        found = optimize.minimize_scalar(
            lambda s: self.distance(s * unit),
            bounds=(max(start - limit / 200, 1e-3), min(start + limit / 200, limit)),
            method="bounded",
        )
        return float(found.x), self.p_value(found.x * unit)


def spectral_radius(W: np.ndarray) -> float:
    """Largest modulus of an eigenvalue."""
    return float(np.abs(np.linalg.eigvals(W)).max())


def admissible(W: np.ndarray, rho: float) -> bool:
    """Whether rho lies in the interval around zero in which I - rho W is invertible.

    Parameters
    ----------
    W, rho
        (N, N) matrix, and the spatial coefficient.

    Returns
    -------
    bool
    """
    low, high = admissible_interval(np.linalg.eigvals(W))
    return low < rho < high


def row_standardised(W: np.ndarray) -> np.ndarray:
    """Rows divided by their sums; a row without links stays empty."""
    sums = W.sum(axis=1, keepdims=True)
    return np.divide(W, sums, out=np.zeros_like(W, dtype=float), where=sums > 0)


NORMALISATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "raw, spectral scaling": lambda W: W / spectral_radius(W),
    "raw, min-max scaling": lambda W: W / min(W.sum(axis=0).max(), W.sum(axis=1).max()),
    "raw, mean row sum one": lambda W: W * len(W) / W.sum(),
    "row-standardised": row_standardised,
}


def discrimination(candidates: Mapping, report: Reported) -> pd.DataFrame:
    """How often printed impacts would let one candidate stand although another was used.

    The distance is then non-central chi-squared, so no simulation is needed.

    Parameters
    ----------
    candidates
        Name -> (N, N) matrix as it enters the model.
    report
        Printed estimates of a variable.

    Returns
    -------
    pandas.DataFrame
        Rows: the matrix used; columns: the matrix tested; values: probability that it stands. The
        diagonal is 95%.
    """
    bound = stats.chi2.isf(LEVEL, 2)
    points = {key: report.predicted(report.at(W)) for key, W in candidates.items()}
    noise = {key: report.noise(W, DRAWS) for key, W in candidates.items()}

    def stands(used: Hashable, tested: Hashable) -> float:
        shift = points[used] - points[tested]
        distance = shift @ np.linalg.solve(noise[tested], shift)
        return float(stats.ncx2.cdf(bound, 2, distance) if distance else 1 - LEVEL)

    return pd.DataFrame({t: {u: stands(u, t) for u in points} for t in points})


def scale_curve(W: np.ndarray, rho: float, steps: int = 200) -> pd.DataFrame:
    """b and t of a matrix under every scale for which rho is admissible.

    Parameters
    ----------
    W
        (N, N) matrix before normalisation.
    rho
        Spatial coefficient, not zero.
    steps
        Number of scales.

    Returns
    -------
    pandas.DataFrame
        Columns ``scale`` (multiple of the spectral scaling), ``b``, ``t``; a row a step.
    """
    unit = W / spectral_radius(W)
    scale = np.linspace(0, _largest_scale(unit, rho), steps + 1)[1:]
    b_t = np.array([scalars(s * unit, rho) for s in scale])
    return pd.DataFrame({"scale": scale, "b": b_t[:, 0], "t": b_t[:, 1]})


def _largest_scale(W: np.ndarray, rho: float) -> float:
    """Just below the factor at which I - rho W would become singular, for rho other than zero."""
    low, high = admissible_interval(np.linalg.eigvals(W))
    return 0.999 * (high if rho > 0 else low) / rho


def posterior(
    candidates: Mapping[str, np.ndarray], reports: Sequence[Reported], draws: int | None = STRAY
) -> pd.DataFrame:
    """Which of several matrices the printed impacts speak for, all being equally likely before.

    Parameters
    ----------
    candidates
        Name -> (N, N) matrix as it enters the model.
    reports
        Printed variables; taken as independent given the matrix.
    draws
        See `Reported.distance`.

    Returns
    -------
    pandas.DataFrame
        Indexed by name: ``distance`` (chi-squared with ``df`` degrees of freedom if the matrix is
        the authors'), ``df``, ``p_value`` and ``posterior``, which sums to one.
    """
    rows = {name: _evidence(W, reports, draws) for name, W in candidates.items()}
    table = pd.DataFrame(rows).T.rename_axis("matrix")
    table["posterior"] = special.softmax(table.pop("log_density").to_numpy())
    return table


def _evidence(W: np.ndarray, reports: Sequence[Reported], draws: int | None) -> dict[str, float]:
    if not all(admissible(W, report.rho.middle) for report in reports):
        return {"distance": np.inf, "df": 2 * len(reports), "p_value": 0.0, "log_density": -1e6}
    distance = sum(report.distance(W, draws) for report in reports)
    spread = sum(np.linalg.slogdet(report.noise(W, draws))[1] for report in reports)
    df = 2 * len(reports)
    return {
        "distance": distance,
        "df": df,
        "p_value": float(stats.chi2.sf(distance, df)),
        "log_density": -(distance + spread) / 2,
    }


def largest_error_of_rho(W: np.ndarray, rho: float, periods: int) -> float:
    """Standard error of rho if the regressors told nothing about W y: the most it can be.

    From the expected information of the panel Durbin model with fixed effects; regressors add
    information, so the printed standard error may not exceed this bound.

    Parameters
    ----------
    W
        (N, N) matrix as it enters the model.
    rho
        Spatial coefficient.
    periods
        Of the panel.

    Returns
    -------
    float
    """
    G = solve(W, rho, W)
    information = periods * (np.sum(G * G.T) + np.sum(G * G) - 2 * np.trace(G) ** 2 / len(W))
    return float(information**-0.5)


# Which standard deviations of Moran's I a matrix permits ------------------------------------------


def moran_sd_range(W: np.ndarray) -> Interval:
    """Every standard deviation of I that some variable can have under randomisation.

    The kurtosis of n numbers lies between 1 and n - 2 + 1 / (n - 1).
    """
    intercept, slope = Moments.of(W).line
    n = len(W)
    ends = [max(intercept - slope * kurtosis, 0.0) for kurtosis in (1, n - 2 + 1 / (n - 1))]
    return Interval.hull(np.sqrt(ends))


def implied_kurtosis(W: np.ndarray, sd: float) -> float:
    """Kurtosis of the variable that gives Moran's I a standard deviation.

    Parameters
    ----------
    W
        (N, N) matrix.
    sd
        Standard deviation of I under randomisation.

    Returns
    -------
    float
    """
    intercept, slope = Moments.of(W).line
    return (intercept - sd**2) / slope


def one_line_through(boxes: Iterable[tuple[Interval, Interval]]) -> bool:
    """Whether some straight line passes through every box (x interval, y interval).

    For each slope the intercepts that serve all boxes form an interval; its width is concave in
    the slope on either side of zero, so a search over slopes decides. Steep lines are found by
    exchanging the axes.
    """
    boxes = list(boxes)
    return any(
        _widest(sign, pairs) >= 0
        for pairs in (boxes, [(y, x) for x, y in boxes])
        for sign in (1, -1)
    )


def _widest(sign: int, boxes: list[tuple[Interval, Interval]]) -> float:
    """Largest width, over slopes from 0 to sign, of the interval of intercepts."""

    def width(size: float) -> float:
        left = [y - x * (sign * size) for x, y in boxes]
        return min(i.high for i in left) - max(i.low for i in left)

    found = optimize.minimize_scalar(lambda s: -width(s), bounds=(0, 1), method="bounded")
    return max(width(found.x), width(0.0), width(1.0))

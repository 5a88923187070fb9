r"""Standard errors that allow errors to depend on each other over space and over time.

The covariance of the estimates is :math:`H^{-1} \Omega H^{-1}` with the observed information H and
the variance :math:`\Omega` of the score. Two ways to estimate it are here; both are given to
``fit(covariance=...)``.

References
----------
Driscoll, J. C. and Kraay, A. C. (1998). Consistent covariance matrix estimation with spatially
dependent panel data. Review of Economics and Statistics 80, 549-560.
Conley, T. G. (1999). GMM estimation with cross sectional dependence. Journal of Econometrics 92,
1-45.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from spillover.panel import inference
from spillover.panel.estimation import Estimate
from spillover.panel.inference import Sample, ScoreVariance

EARTH_RADIUS_KM = 6371.0
KERNELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bartlett": lambda share: 1 - share,
    "uniform": np.ones_like,
}
LATITUDES, LONGITUDES = ("latitude", "lat"), ("longitude", "lon", "lng")


@dataclass(frozen=True)
class DriscollKraay(ScoreVariance):
    """Any dependence between regions, and between periods up to some lags: for many periods.

    The scores of a period are added up over regions, with all products of their errors, and
    weighted over lags by Bartlett's kernel. Nothing of size N x N is needed.

    Attributes
    ----------
    lags
        Periods that errors reach back; :math:`4 (T/100)^{2/9}` rounded down if left out.
    """

    lags: int | None = None

    def __str__(self) -> str:
        return "Driscoll-Kraay" + (f", {self.lags} lags" if self.lags is not None else "")

    def score_variance(self, sample: Sample, estimate: Estimate) -> np.ndarray:
        T = sample.data.T
        lags = int(4 * (T / 100) ** (2 / 9)) if self.lags is None else self.lags
        _check_lags(lags, T)
        scores = inference.period_scores(sample, estimate)
        return T / (T - 1) * _over_lags(scores[:, None], lags)


@dataclass(frozen=True, eq=False)
class Conley(ScoreVariance):
    """Dependence between regions that fades with distance, and within a region over periods.

    Scores of regions closer than the cut-off are multiplied, weighted by the kernel; products of
    different regions' errors within one score count as in ``"robust"``.

    Attributes
    ----------
    coordinates
        Frame indexed by region with latitude and longitude in degrees.
    cutoff
        Distance in kilometres from which errors are independent.
    kernel
        ``"bartlett"`` (weights fall linearly to zero at the cut-off) or ``"uniform"``.
    lags
        Periods that the errors of a region reach back, weighted by Bartlett's kernel.
    """

    coordinates: pd.DataFrame
    cutoff: float
    kernel: str = "bartlett"
    lags: int = 0

    def __post_init__(self) -> None:
        if self.kernel not in KERNELS:
            raise ValueError(f"kernel={self.kernel!r}: choose one of {', '.join(KERNELS)}")
        if not self.cutoff > 0:
            raise ValueError(f"cutoff={self.cutoff}: give a distance in kilometres")

    def __str__(self) -> str:
        serial = f", {self.lags} lags" if self.lags else ""
        return f"Conley, {self.kernel} kernel to {self.cutoff:g} km{serial}"

    def score_variance(self, sample: Sample, estimate: Estimate) -> np.ndarray:
        _check_lags(self.lags, sample.data.T)
        own, products = inference.separate_scores(sample, estimate)
        near = self.weights(sample.data.regions)
        over_space = sum(s.T @ (near @ s) for s in own)
        over_time = _over_lags(own, self.lags) - _over_lags(own, 0)
        return over_space + over_time + products

    def weights(self, regions: pd.Index) -> sparse.csr_array:
        """Kernel weights of all pairs of regions within the cut-off, ones on the diagonal."""
        places = _on_the_sphere(self.coordinates, regions)
        reach = 2 * np.sin(min(self.cutoff / (2 * EARTH_RADIUS_KM), np.pi / 2))
        tree = cKDTree(places)
        chords = tree.sparse_distance_matrix(tree, reach, output_type="coo_matrix")
        off = chords.row != chords.col
        distance = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chords.data[off] / 2, 1))
        values = KERNELS[self.kernel](distance / self.cutoff)
        pairs = sparse.coo_array((values, (chords.row[off], chords.col[off])), chords.shape)
        return sparse.csr_array(pairs + sparse.eye_array(len(regions)))


def _check_lags(lags: int, T: int) -> None:
    if not 0 <= lags < T:
        raise ValueError(f"lags={lags}: choose between 0 and {T - 1}, one less than periods")


def _over_lags(scores: np.ndarray, lags: int) -> np.ndarray:
    """Bartlett-weighted sum of products of scores (T, units, p) up to some lags."""
    total = np.einsum("tip,tiq->pq", scores, scores)
    for lag in range(1, lags + 1):
        product = np.einsum("tip,tiq->pq", scores[lag:], scores[:-lag])
        total += (1 - lag / (lags + 1)) * (product + product.T)
    return total


def _on_the_sphere(coordinates: pd.DataFrame, regions: pd.Index) -> np.ndarray:
    """Unit vectors of the regions, shape (N, 3)."""
    missing = regions.difference(coordinates.index)
    if len(missing):
        raise ValueError(f"no coordinates for {', '.join(map(str, missing[:6]))}")
    columns = [_named(coordinates, names) for names in (LATITUDES, LONGITUDES)]
    latitude, longitude = np.radians(coordinates.loc[regions, columns].to_numpy(float)).T
    flat = np.cos(latitude)
    return np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


def _named(coordinates: pd.DataFrame, names: tuple[str, ...]) -> str:
    found = [c for c in coordinates.columns if str(c).lower() in names]
    if len(found) != 1:
        raise ValueError(f"coordinates need one column {' or '.join(names)}, in degrees")
    return found[0]


NAMED = {"driscoll-kraay": DriscollKraay()}

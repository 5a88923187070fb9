"""Moran's I, global by year and local, on the graph exactly as given."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from scipy import sparse, stats

from spillover.seeds import SEEDS

HIGH_LOW = {True: "high", False: "low"}
BLOCK = 128  # permutations at a time


def moran_by_year(
    series: pd.Series,
    graph: Graph,
    permutations: int = 999,
    seed: int = SEEDS["moran_permutations"],
) -> pd.DataFrame:
    """Global Moran's I of each year, with three ways to judge it.

    Parameters
    ----------
    series
        Values indexed by (region, year); years with a missing value are left out.
    graph
        Links between the regions, used as they are: standardise rows first if you want to.
    permutations
        Number of random relabellings of the regions.
    seed
        Of the relabellings; every year uses the same ones.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``moran_i``; ``expected`` = -1/(N-1); ``z_normal``, ``p_normal``
        (values drawn from one normal distribution); ``z_random``, ``p_random`` (values
        fixed, places random); ``p_permutation``. All p-values are two-sided.

    Raises
    ------
    ValueError
        If a region of the graph is not in the series, or a year's values do not vary.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981), Spatial Processes, equations 2.33 to 2.39.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover import contiguity, moran_by_year
    >>> index = pd.MultiIndex.from_product([list("abcd"), [2020, 2021]], names=["region", "year"])
    >>> line = contiguity([("a", "b"), ("b", "c"), ("c", "d")], pd.Index(list("abcd")))
    >>> values = pd.Series([1.0, 1.0, 2.0, 4.0, 3.0, 2.0, 4.0, 3.0], index)
    >>> moran_by_year(values, line)[["moran_i", "expected"]].round(3)
          moran_i  expected
    year
    2020    0.333    -0.333
    2021   -0.867    -0.333
    """
    table = series.unstack("year").reindex(graph.unique_ids)
    if (absent := table.isna().all(axis=1)).any():
        raise ValueError(f"{absent.idxmax()} is in the graph but has no value")
    moments, matrix = Moments.of(graph), as_sparse(graph)
    order = _relabellings(graph.n, permutations, seed)
    rows = {
        year: _moran(values.to_numpy(float), matrix, moments, order, f"{series.name} {year}")
        for year, values in table.dropna(axis=1).items()
    }
    return pd.DataFrame(rows).T.rename_axis("year")


@dataclass(frozen=True)
class Moments:
    """What the distribution of Moran's I takes from the weights, whatever the variable.

    Attributes
    ----------
    n
        Number of regions.
    s0, s1, s2
        Sums of the weights, of squares of ``w_ij + w_ji`` (halved), and of squared row plus
        column sums.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981), Spatial Processes, p. 21 (sampling without replacement).
    """

    n: int
    s0: float
    s1: float
    s2: float

    @classmethod
    def of(cls, W: Graph | np.ndarray) -> Self:
        """Moments of a graph or of an (N, N) array."""
        matrix = as_sparse(W)
        both = matrix + matrix.T
        sums = np.asarray(both.sum(axis=1)).ravel()
        s1 = float((both.data**2).sum() / 2)
        return cls(matrix.shape[0], float(matrix.sum()), s1, float(sums @ sums))

    @property
    def expected(self) -> float:
        """Mean of I without dependence."""
        return -1 / (self.n - 1)

    @property
    def se_normal(self) -> float:
        """Standard deviation of I if the variable is normal."""
        n, s0 = self.n, self.s0
        second = (n**2 * self.s1 - n * self.s2 + 3 * s0**2) / ((n**2 - 1) * s0**2)
        return float(np.sqrt(second - self.expected**2))

    @property
    def line(self) -> tuple[float, float]:
        """Variance of I under randomisation, a line in kurtosis: intercept and (falling) slope."""
        n, s0 = self.n, self.s0
        ordered = (n - 1) * (n - 2) * (n - 3) * s0**2
        first = n * ((n**2 - 3 * n + 3) * self.s1 - n * self.s2 + 3 * s0**2)
        second = (n**2 - n) * self.s1 - 2 * n * self.s2 + 6 * s0**2
        return float(first / ordered - self.expected**2), float(second / ordered)

    def se_random(self, z: np.ndarray) -> float:
        """Standard deviation of I if these centred values are relabelled."""
        intercept, slope = self.line
        return float(np.sqrt(intercept - slope * stats.kurtosis(z, fisher=False)))


def as_sparse(W: Graph | np.ndarray) -> sparse.csr_array:
    """A graph or an (N, N) array as a sparse matrix."""
    return W.sparse.tocsr() if isinstance(W, Graph) else sparse.csr_array(W)


def moran_i(values: np.ndarray, matrix: np.ndarray | sparse.csr_array) -> float:
    """Moran's I of one cross-section.

    Parameters
    ----------
    values
        Shape (N,).
    matrix
        Weights, shape (N, N).

    Returns
    -------
    float
        ``N / S_0 * z'Wz / z'z``, with z the deviations from the mean.

    References
    ----------
    Moran, P. A. P. (1950), Notes on continuous stochastic phenomena, Biometrika 37(1/2), 17-23.
    """
    z = values - values.mean()
    return float(len(z) / matrix.sum() / (z @ z) * (z @ (matrix @ z)))


def _relabellings(n: int, permutations: int, seed: int) -> list[np.ndarray]:
    """Random orders of n regions, one a column, in blocks that a processor's cache holds."""
    rows = np.tile(np.arange(n, dtype=np.int32), (permutations, 1))
    orders = np.random.default_rng(seed).permuted(rows, axis=1)
    starts = range(0, permutations, BLOCK)
    return [np.ascontiguousarray(orders[start : start + BLOCK].T) for start in starts]


def _moran(
    values: np.ndarray,
    matrix: sparse.csr_array,
    moments: Moments,
    order: list[np.ndarray],
    what: str,
) -> dict[str, float]:
    if np.ptp(values) == 0:
        raise ValueError(f"{what}: all values are the same, Moran's I is not defined")
    z = values - values.mean()
    scale = moments.n / moments.s0 / (z @ z)
    found = moran_i(values, matrix)
    z_normal = (found - moments.expected) / moments.se_normal
    z_random = (found - moments.expected) / moments.se_random(z)
    return {
        "moran_i": found,
        "expected": moments.expected,
        "z_normal": z_normal,
        "p_normal": 2 * stats.norm.sf(abs(z_normal)),
        "z_random": z_random,
        "p_random": 2 * stats.norm.sf(abs(z_random)),
        "p_permutation": _permutation_p(z, matrix, found, scale, order),
    }


def _permutation_p(
    z: np.ndarray, matrix: sparse.csr_array, observed: float, scale: float, order: list[np.ndarray]
) -> float:
    """Two-sided pseudo p-value; esda's own permutations cannot be seeded. NaN without draws."""
    if not order:
        return float("nan")
    drawn = [np.einsum("np,np->p", shuffled := z[block], matrix @ shuffled) for block in order]
    return float(_two_sided_p(observed, scale * np.concatenate(drawn)))


def _two_sided_p(observed: float | np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Twice the smaller tail, the observed value counted as one more draw."""
    slack = 1e-9 * drawn.std(axis=0)  # ties belong to both tails, whatever rounding does
    above, below = drawn >= observed - slack, drawn <= observed + slack
    tail = np.minimum(above.sum(axis=0), below.sum(axis=0))
    return np.minimum(1, 2 * (tail + 1) / (len(drawn) + 1))


def moran_range(W: Graph | np.ndarray) -> tuple[float, float]:
    """Smallest and largest Moran's I that any values can attain on a graph or an (N, N) array.

    Only row-standardised weights keep it near [-1, 1]: under others a value above one is
    possible and means nothing by itself.

    References
    ----------
    de Jong, P., Sprenger, C., van Veen, F. (1984), On extreme values of Moran's I and
    Geary's c, Geographical Analysis 16(1): N / S_0 times the extreme eigenvalues of
    M (W + W') / 2 M with M the matrix that subtracts the mean.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import contiguity, moran_range
    >>> line = contiguity([("a", "b"), ("b", "c"), ("c", "d")], pd.Index(list("abcd")))
    >>> [round(bound, 3) for bound in moran_range(line)]
    [-1.079, 0.412]
    """
    matrix = as_sparse(W).toarray()
    centred = matrix - matrix.mean(axis=0)
    centred -= centred.mean(axis=1, keepdims=True)
    # The mean itself is an eigenvector with value zero, but no admissible pattern.
    values = np.delete(
        eigenvalues := np.linalg.eigvalsh((centred + centred.T) / 2), np.abs(eigenvalues).argmin()
    )
    low, high = len(matrix) / matrix.sum() * values[[0, -1]]
    return float(low), float(high)


def moran_standard_errors(values: pd.Series, graph: Graph) -> pd.Series:
    """Standard errors of Moran's I of one cross-section.

    Parameters
    ----------
    values
        Indexed by region; every region of the graph has one.
    graph
        Links between the regions, used as they are.

    Returns
    -------
    pandas.Series
        ``normality``, which depends on the graph alone, and ``randomisation``, which depends on
        the kurtosis of the values, too; see `Moments`.
    """
    aligned = values.reindex(graph.unique_ids).to_numpy(float)
    moments = Moments.of(graph)
    z = aligned - aligned.mean()
    return pd.Series({"normality": moments.se_normal, "randomisation": moments.se_random(z)})


def implied_standard_error(moran_i: pd.Series, z: pd.Series, n: int) -> pd.Series:
    """Standard error that a published Moran's I and its z imply.

    Parameters
    ----------
    moran_i, z
        As published, on the same index.
    n
        Number of regions.

    Returns
    -------
    pandas.Series
        ``(I + 1 / (n - 1)) / z``, as I has the mean ``-1 / (n - 1)`` without dependence.
    """
    return (moran_i + 1 / (n - 1)) / z


def local_moran(
    values: pd.Series,
    graph: Graph,
    permutations: int = 9999,
    seed: int = SEEDS["local_moran_permutations"],
) -> pd.DataFrame:
    """Local Moran statistics (LISA) of one cross-section.

    Parameters
    ----------
    values
        Indexed by region.
    graph
        Links between the regions, used as they are.
    permutations, seed
        Of the conditional permutations.

    Returns
    -------
    pandas.DataFrame
        Indexed by region in the graph's order: ``z`` (standardised value), ``lag`` (its
        spatial lag), ``local_i``, ``quadrant`` (value and lag high or low), two-sided
        pseudo ``p_value``, and ``p_adjusted`` for the false discovery rate over regions.

    Raises
    ------
    ValueError
        If a region of the graph has no value.

    References
    ----------
    Anselin, L. (1995), Local indicators of spatial association - LISA, Geographical Analysis 27(2),
    93-115.
    """
    aligned = values.reindex(graph.unique_ids)
    if aligned.isna().any():
        raise ValueError(f"{aligned.isna().idxmax()} is in the graph but has no value")
    z = stats.zscore(aligned.to_numpy(float))
    lag = graph.lag(z)
    scale = (graph.n - 1) / graph.n
    p_value = _two_sided_p(z * lag, z * _conditional_lags(z, graph, permutations, seed))
    return pd.DataFrame(
        {
            "z": z,
            "lag": lag,
            "local_i": scale * z * lag,
            "quadrant": [
                f"{HIGH_LOW[a]}-{HIGH_LOW[b]}" for a, b in zip(z > 0, lag > 0, strict=True)
            ],
            "p_value": p_value,
            "p_adjusted": stats.false_discovery_control(p_value),
        },
        index=aligned.index.rename("region"),
    )


def _conditional_lags(z: np.ndarray, graph: Graph, permutations: int, seed: int) -> np.ndarray:
    """Lags of each region when all values but its own are relabelled, (permutations, N).

    Plain numpy: esda compiles its own version for twenty seconds before the first number.
    """
    matrix = graph.sparse.tocsr()
    most = np.diff(matrix.indptr).max()
    others = np.tile(np.arange(graph.n - 1), (permutations, 1))
    others = np.random.default_rng(seed).permuted(others, axis=1)[:, :most]
    lags = np.empty((permutations, graph.n))
    for i, (start, end) in enumerate(pairwise(matrix.indptr)):
        drawn = others[:, : end - start]
        lags[:, i] = z[drawn + (drawn >= i)] @ matrix.data[start:end]
    return lags

"""Moran's I, global by year and local, on the graph exactly as given."""

import warnings

import numpy as np
import pandas as pd
from esda.moran import Moran, Moran_Local
from libpysal.graph import Graph
from scipy import stats

from spillover.seeds import SEEDS

QUADRANTS = {1: "high-high", 2: "low-high", 3: "low-low", 4: "high-low"}


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
    """
    table = series.unstack("year").reindex(graph.unique_ids)
    if (absent := table.isna().all(axis=1)).any():
        raise ValueError(f"{absent.idxmax()} is in the graph but has no value")
    rows = {
        year: _moran(values, graph, permutations, seed, f"{series.name} {year}")
        for year, values in table.dropna(axis=1).items()
    }
    return pd.DataFrame(rows).T.rename_axis("year")


def _moran(
    values: pd.Series, graph: Graph, permutations: int, seed: int, what: str
) -> dict[str, float]:
    if values.nunique() < 2:
        raise ValueError(f"{what}: all values are the same, Moran's I is not defined")
    fit = Moran(values.to_numpy(), graph, transformation=graph.transformation, permutations=0)
    return {
        "moran_i": fit.I,
        "expected": fit.EI,
        "z_normal": fit.z_norm,
        "p_normal": fit.p_norm,
        "z_random": fit.z_rand,
        "p_random": fit.p_rand,
        "p_permutation": _permutation_p(values, graph, fit.I, permutations, seed),
    }


def _permutation_p(
    values: pd.Series, graph: Graph, observed: float, permutations: int, seed: int
) -> float:
    """Two-sided pseudo p-value; esda's own permutations cannot be seeded."""
    z = (values - values.mean()).to_numpy()
    matrix = graph.sparse.tocsr()
    shuffled = np.random.default_rng(seed).permuted(np.tile(z, (permutations, 1)), axis=1)
    drawn = len(z) / matrix.sum() * (shuffled * (matrix @ shuffled.T).T).sum(axis=1) / (z @ z)
    return float(_two_sided_p(observed, drawn))


def _two_sided_p(observed: float | np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Twice the smaller tail, the observed value counted as one more draw."""
    tail = np.minimum((drawn >= observed).sum(axis=0), (drawn <= observed).sum(axis=0))
    return np.minimum(1, 2 * (tail + 1) / (len(drawn) + 1))


def moran_range(graph: Graph) -> tuple[float, float]:
    """Smallest and largest Moran's I that any values can attain on a graph.

    Only row-standardised graphs keep it near [-1, 1]: on others a value above one is
    possible and means nothing by itself.

    References
    ----------
    de Jong, P., Sprenger, C., van Veen, F. (1984), On extreme values of Moran's I and
    Geary's c, Geographical Analysis 16(1): N / S_0 times the extreme eigenvalues of
    M (W + W') / 2 M with M the matrix that subtracts the mean.
    """
    matrix = graph.sparse.toarray()
    centred = matrix - matrix.mean(axis=0)
    centred -= centred.mean(axis=1, keepdims=True)
    # The mean itself is an eigenvector with value zero, but no admissible pattern.
    values = np.delete(
        eigenvalues := np.linalg.eigvalsh((centred + centred.T) / 2), np.abs(eigenvalues).argmin()
    )
    low, high = graph.n / matrix.sum() * values[[0, -1]]
    return float(low), float(high)


def moran_standard_errors(values: pd.Series, graph: Graph) -> pd.Series:
    """Standard error of Moran's I under ``normality`` and ``randomisation``.

    The first depends on the graph alone. The second depends on the kurtosis of the values too.
    """
    aligned = values.reindex(graph.unique_ids).to_numpy(float)
    fit = Moran(aligned, graph, transformation=graph.transformation, permutations=0)
    return pd.Series({"normality": fit.seI_norm, "randomisation": fit.seI_rand})


def implied_standard_error(moran_i: pd.Series, z: pd.Series, n: int) -> pd.Series:
    """Standard error that a published I and z imply: ``(I + 1 / (n - 1)) / z``."""
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
    """
    aligned = values.reindex(graph.unique_ids)
    if aligned.isna().any():
        raise ValueError(f"{aligned.isna().idxmax()} is in the graph but has no value")
    fit = _local_fit(aligned.to_numpy(float), graph, permutations, seed)
    p_value = _two_sided_p(fit.Is, fit.sim)
    return pd.DataFrame(
        {
            "z": fit.z,
            "lag": graph.lag(fit.z),
            "local_i": fit.Is,
            "quadrant": [QUADRANTS[q] for q in fit.q],
            "p_value": p_value,
            "p_adjusted": stats.false_discovery_control(p_value),
        },
        index=aligned.index.rename("region"),
    )


def _local_fit(values: np.ndarray, graph: Graph, permutations: int, seed: int) -> Moran_Local:
    with warnings.catch_warnings():
        # esda announces a change of its own p-values, which are not used here.
        warnings.filterwarnings("ignore", "The alternative hypothesis", DeprecationWarning)
        return Moran_Local(
            values,
            graph,
            transformation=graph.transformation,
            permutations=permutations,
            seed=seed,
        )

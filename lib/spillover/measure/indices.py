"""Composite indices: size relative to the national mean, principal components, entropy weights.

References
----------
Jolliffe, I. T. (2002). Principal Component Analysis, 2nd edition.
Kaiser, H. F. (1974). An index of factorial simplicity. Psychometrika 39, 31-36.
Bartlett, M. S. (1950). Tests of significance in factor analysis. British Journal of Psychology,
Statistical Section 3, 77-85.
Shannon, C. E. (1948). A mathematical theory of communication. Bell System Technical Journal 27,
379-423.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.multivariate.pca import PCA


def relative_size(series: pd.Series) -> pd.Series:
    """Size relative to the mean over regions of the same year: the paper's agglomeration.

    Parameters
    ----------
    series
        Sizes, indexed by (region, year).

    Returns
    -------
    pandas.Series
        As ``series``, without unit; its mean over regions is one in every year.

    Raises
    ------
    ValueError
        If a year's mean is not positive.

    References
    ----------
    The paper's section 3.2: x_it / (sum_i x_it / n).

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover import relative_size
    >>> index = pd.MultiIndex.from_product([list("abcd"), [2020, 2021]], names=["region", "year"])
    >>> relative_size(pd.Series([1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 2.0, 1.0], index)).to_numpy()
    array([0.5, 0.5, 1. , 1.5, 1.5, 1.5, 1. , 0.5])
    """
    means = series.groupby(level="year").transform("mean")
    if (means <= 0).any():
        year = (means <= 0).idxmax()[1]
        raise ValueError(f"{series.name}: the mean over regions in {year} is not positive")
    return series / means


@dataclass(frozen=True)
class PrincipalComponentIndex:
    """An index from principal components, with what is needed to judge it.

    Attributes
    ----------
    scores
        The index, mean zero and variance one over all region-years.
    loadings
        Correlation of each indicator (rows) with each component (columns).
    eigenvalues
        Of the correlation matrix, largest first; they sum to the number of indicators.
    kept
        Number of components in the index.
    """

    scores: pd.Series
    loadings: pd.DataFrame
    eigenvalues: pd.Series
    kept: int

    @property
    def explained(self) -> pd.Series:
        """Share of the indicators' variance that each component explains."""
        return self.eigenvalues / self.eigenvalues.sum()

    @property
    def weights(self) -> pd.Series:
        """Weight of each standardised indicator in the index."""
        vectors = self.loadings.iloc[:, : self.kept] / np.sqrt(self.eigenvalues[: self.kept])
        shares = self.explained[: self.kept] / self.explained[: self.kept].sum()
        combined = vectors @ shares
        return combined / np.sqrt(
            ((vectors.T @ combined) ** 2 * self.eigenvalues[: self.kept]).sum()
        )


def pca_index(
    indicators: pd.DataFrame, rule: Literal["first", "kaiser"] = "first"
) -> PrincipalComponentIndex:
    """Index from the principal components of standardised indicators, pooled over years.

    Parameters
    ----------
    indicators
        Region-years in rows, indicators in columns, all of them "more is more". An
        indicator whose unit changes over time must be made comparable first (for
        instance by `relative_size`).
    rule
        ``"first"``: the first component. ``"kaiser"``: all components with an eigenvalue
        above one, weighted by the variance they explain.

    Returns
    -------
    PrincipalComponentIndex
        Signs are such that each component's loadings have a positive sum.

    Raises
    ------
    ValueError
        If a figure is missing, an indicator does not vary, or there is no such rule.

    Notes
    -----
    Components are scores of the correlation matrix (`statsmodels.multivariate.pca.PCA`). The
    sign of a component is arbitrary; the one with a positive sum of loadings is taken.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover import pca_index
    >>> index = pd.MultiIndex.from_product([list("abcd"), [2020, 2021]], names=["region", "year"])
    >>> table = pd.DataFrame({"a": range(1, 9), "b": [1, 1, 2, 2, 3, 3, 9, 9]}, index)
    >>> pca_index(table).eigenvalues.round(3).to_numpy()
    array([1.876, 0.124])
    """
    if rule not in ("first", "kaiser"):
        raise ValueError(f"rule {rule!r} is neither 'first' nor 'kaiser'")
    _require_complete(indicators)
    fit = PCA(indicators, standardize=True, normalize=False)
    names = [f"component {i + 1}" for i in range(indicators.shape[1])]
    eigenvalues = pd.Series(fit.eigenvals.to_numpy() / len(indicators), names)
    vectors = pd.DataFrame(fit.eigenvecs.to_numpy(), indicators.columns, names)
    loadings = vectors * np.sqrt(eigenvalues)
    signs = np.where(loadings.sum() < 0, -1, 1)
    kept = 1 if rule == "first" else int((eigenvalues > 1).sum())
    shares = eigenvalues[:kept] / eigenvalues[:kept].sum()
    total = (fit.scores.set_axis(names, axis=1) * signs).iloc[:, :kept] @ shares
    scores = (total / total.std(ddof=0)).rename("index")
    return PrincipalComponentIndex(scores, loadings * signs, eigenvalues, kept)


def kmo(indicators: pd.DataFrame) -> pd.Series:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, of each indicator and overall.

    Squared correlations over themselves plus squared partial correlations. Below 0.5 the
    indicators have too little in common for a component to stand for them.

    Returns
    -------
    pandas.Series
        One value an indicator, and ``overall``.
    """
    _require_complete(indicators)
    correlation = indicators.corr().to_numpy()
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(len(correlation), dtype=bool)
    simple, partial = correlation**2 * off, (inverse / scale) ** 2 * off
    each = simple.sum(axis=0) / (simple.sum(axis=0) + partial.sum(axis=0))
    overall = simple.sum() / (simple.sum() + partial.sum())
    return pd.Series([*each, overall], [*indicators.columns, "overall"])


def bartlett_sphericity(indicators: pd.DataFrame) -> pd.Series:
    """Bartlett's test that the indicators are uncorrelated.

    It takes rows as independent. Years of one region are not: read it as a low hurdle.

    Returns
    -------
    pandas.Series
        ``statistic``, ``df``, ``p_value``.
    """
    _require_complete(indicators)
    n, count = indicators.shape
    log_determinant = np.linalg.slogdet(indicators.corr())[1]
    statistic = -(n - 1 - (2 * count + 5) / 6) * log_determinant
    df = count * (count - 1) // 2
    return pd.Series({"statistic": statistic, "df": df, "p_value": stats.chi2.sf(statistic, df)})


@dataclass(frozen=True)
class EntropyIndex:
    """An index by the entropy-weight method.

    Attributes
    ----------
    scores
        The index, between zero and one.
    weights
        Of the indicators; they sum to one.
    entropy
        Of each indicator, between zero and one: the closer to one, the less it tells
        region-years apart and the smaller its weight.
    """

    scores: pd.Series
    weights: pd.Series
    entropy: pd.Series


def entropy_index(
    indicators: pd.DataFrame, negative: Collection[str] = (), shift: float = 0.0
) -> EntropyIndex:
    """Index by the entropy-weight method, pooled over all region-years.

    Each indicator is scaled to [0, 1] by its range (x - min over max - min; max - x for
    negative ones), turned into shares p of its sum, and weighted by ``1 - e`` with
    ``e = -sum p ln p / ln n``.

    Parameters
    ----------
    indicators
        Region-years in rows, indicators in columns.
    negative
        Names of indicators of which less is more.
    shift
        Number added after scaling. The scaled minimum is zero and has no logarithm; with
        0 the limit ``0 ln 0 = 0`` is used, which needs no shift. Many Chinese papers add
        0.0001 or 0.01 instead: give it to reproduce them.

    Returns
    -------
    EntropyIndex

    Raises
    ------
    ValueError
        If a figure is missing, an indicator does not vary, or ``negative`` names no column.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover import entropy_index
    >>> index = pd.MultiIndex.from_product([list("abcd"), [2020, 2021]], names=["region", "year"])
    >>> table = pd.DataFrame({"a": range(1, 9), "b": [1, 1, 2, 2, 3, 3, 9, 9]}, index)
    >>> entropy_index(table).weights.round(3)
    a    0.301
    b    0.699
    dtype: float64
    """
    _require_complete(indicators)
    if unknown := sorted(set(negative) - set(indicators.columns)):
        raise ValueError(f"no indicator {unknown[0]!r} to be taken as negative")
    low, high = indicators.min(), indicators.max()
    scaled = (indicators - low) / (high - low)
    scaled[list(negative)] = 1 - scaled[list(negative)]
    shares = (scaled + shift) / (scaled + shift).sum()
    entropy = pd.Series(stats.entropy(shares) / np.log(len(shares)), indicators.columns)
    weights = (1 - entropy) / (1 - entropy).sum()
    return EntropyIndex(((scaled + shift) @ weights).rename("index"), weights, entropy)


def _require_complete(indicators: pd.DataFrame) -> None:
    if indicators.isna().to_numpy().any():
        column = indicators.isna().any().idxmax()
        place = " ".join(map(str, np.atleast_1d(indicators[column].isna().idxmax())))
        raise ValueError(f"{column} is missing in {place}")
    flat = indicators.nunique() < 2
    if flat.any():
        raise ValueError(f"{flat.idxmax()} does not vary: it cannot be part of an index")

"""Composite indices: size relative to the national mean, principal components, entropy weights."""

import pandas as pd


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
    """
    means = series.groupby(level="year").transform("mean")
    if (means <= 0).any():
        year = means.index[means <= 0][0][1]
        raise ValueError(f"{series.name}: the mean over regions in {year} is not positive")
    return series / means

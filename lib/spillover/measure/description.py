"""What a panel looks like: spread between and within regions, coverage, concentration."""

import pandas as pd


def describe_panel(panel: pd.DataFrame) -> pd.DataFrame:
    """Mean and spread of each column, split into between and within regions.

    Parameters
    ----------
    panel
        Indexed by (region, year); missing values are left out.

    Returns
    -------
    pandas.DataFrame
        One row a column: ``observations``, ``mean``, ``std_dev``, ``between`` (standard
        deviation of the regions' means), ``within`` (of the deviations from them),
        ``minimum``, ``maximum``.
    """
    means = panel.groupby(level="region").mean()
    deviations = panel - panel.groupby(level="region").transform("mean")
    return pd.DataFrame(
        {
            "observations": panel.count(),
            "mean": panel.mean(),
            "std_dev": panel.std(),
            "between": means.std(),
            "within": deviations.std(),
            "minimum": panel.min(),
            "maximum": panel.max(),
        }
    )


def coverage(panel: pd.DataFrame) -> pd.DataFrame:
    """First and last year of each column and the number of region-years known."""
    known = panel.stack().dropna().rename_axis(["region", "year", "column"]).reset_index()
    years = known.groupby("column")["year"].agg(first="min", last="max", observations="size")
    return years.reindex(panel.columns)


def top_share(series: pd.Series, count: int) -> pd.Series:
    """Share of the largest regions in the sum over regions.

    Parameters
    ----------
    series
        Indexed by (region, year), in any unit that adds up.
    count
        How many of the largest regions of each year are summed.

    Returns
    -------
    pandas.Series
        Between 0 and 1, by year.
    """
    by_year = series.groupby(level="year")
    return by_year.agg(lambda values: values.nlargest(count).sum() / values.sum())

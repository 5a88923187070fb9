"""What a panel looks like: spread between and within regions, coverage, sums, concentration."""

import pandas as pd

from spillover.datasets import PROVINCES, load_rd_projects_2009, load_table


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


def check_totals() -> pd.DataFrame:
    """Sums over the 31 provinces beside published national totals.

    Returns
    -------
    pandas.DataFrame
        Indexed by (column, year): ``sum``, ``published``, ``difference``, ``remark``.
    """
    totals = pd.read_csv(PROVINCES / "national_totals.csv")
    totals["sum"] = [
        _sum(table, column, year)
        for table, column, year in totals[["table", "column", "year"]].itertuples(index=False)
    ]
    totals["difference"] = totals["sum"] - totals["published"]
    kept = ["sum", "published", "difference", "remark"]
    return totals.set_index(["column", "year"])[kept]


def _sum(table: str, column: str, year: int) -> float:
    if table == "rd_projects_2009":
        return float(load_rd_projects_2009()[column].sum())
    return float(load_table(table)[column].xs(year, level="year").sum())


def top_share(series: pd.Series, count: int) -> pd.Series:
    """Share of the ``count`` largest regions in the sum over regions, by year."""
    by_year = series.groupby(level="year")
    return by_year.agg(lambda values: values.nlargest(count).sum() / values.sum())

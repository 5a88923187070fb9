"""What is public of the paper's outcome, and which public figure is nearest to it."""

from functools import cache

import numpy as np
import pandas as pd
from scipy import optimize, stats

from spillover.datasets import (
    load_cultural_revenue,
    load_provinces,
    load_provincial_revenue,
    load_regions,
)
from spillover.measure.autocorrelation import moran_i
from spillover.paper.consistency import REGIONS, moran_table
from spillover.paper.matrices.weights_inverse import yearly_deviations, yearly_links
from spillover.paper.variables import OUTCOMES
from spillover.seeds import SEEDS

BEIJING_SHARE_2019 = 0.131  # of the nation, as the white paper behind Beijing's figure states
CANDIDATES = OUTCOMES | {
    "it_wage_bill_100m_yuan": "wage bill of information and software",
    "gdp_100m_yuan": "GDP",
}
ENTERPRISE_SHARE = 12_997.3 / 13_544.3  # of all legal units, Beijing 2019: the only place with both
STARTS = 20
SOLVED = 1e-6


def later_vintage() -> float:
    """National total of 2019 in the later vintage over the fast report: about 1.15.

    The later total is implied by Beijing's revenue and its stated share of the nation.
    """
    beijing = load_provincial_revenue().loc[("Beijing", 2019), "revenue_100m_yuan"]
    return beijing / BEIJING_SHARE_2019 / load_cultural_revenue().loc[2019, "National"]


def known_relative_sizes() -> pd.DataFrame:
    """The public provincial values relative to the national mean, with their uncertainty.

    Returns
    -------
    pandas.DataFrame
        Indexed by (region, year), years with a published national total only: ``revenue``;
        ``report``, ``scope`` and ``derived`` as in the table; ``matched``, whether value and
        national total are of one vintage; ``relative``, the best reading; ``low`` and ``high``,
        with the national total of the later vintage and of the fast report.
    """
    known = load_provincial_revenue()
    national = load_cultural_revenue()["National"]
    known = known[known.index.get_level_values("year").isin(national.index)]
    total = national.loc[known.index.get_level_values("year")].to_numpy()
    scope = np.where(known["scope"] == "enterprises", 1.0, ENTERPRISE_SHARE)
    fast = REGIONS * known["revenue_100m_yuan"] * scope / total
    later = fast / later_vintage()
    is_fast = known["report"] == "fast"
    matched = is_fast | (known.index == ("Beijing", 2019))
    return known[["revenue_100m_yuan", "report", "scope", "derived"]].assign(
        matched=matched, relative=fast.where(is_fast, later), low=later, high=fast
    )


def published_shares() -> pd.DataFrame:
    """Shares of the four macro-regions in the published revenue of cultural enterprises."""
    revenue = load_cultural_revenue().drop(columns="National")
    return revenue.div(revenue.sum(axis=1), axis=0)


def macro_gap(values: pd.Series) -> float:
    """Mean absolute gap between a variable's and the published shares, in percentage points."""
    sums = values.unstack("region").dropna().T.groupby(load_regions()["macro_region"]).sum().T
    shares = sums.div(sums.sum(axis=1), axis=0)
    shares, published = shares.align(published_shares(), join="inner", axis=0)
    return float(100 * (shares - published[shares.columns]).abs().mean(axis=None))


def provincial_gap(values: pd.Series) -> float:
    """Root mean squared log gap between a variable's and the known relative sizes.

    A variable that ends before a known value is compared in its own last year.
    """
    known = known_relative_sizes()["relative"]
    wide = values.unstack("region").dropna()
    relative = wide.div(wide.mean(axis=1), axis=0)
    gaps = [
        np.log(relative.loc[min(year, relative.index[-1]), region] / value)
        for (region, year), value in known.items()
    ]
    return float(np.sqrt(np.mean(np.square(gaps))))


def distances(panel: pd.DataFrame | None = None) -> pd.DataFrame:
    """Each candidate's distance to what is published of the paper's outcome.

    Returns
    -------
    pandas.DataFrame
        Indexed by candidate: ``macro`` and ``provinces``, see `macro_gap` and `provincial_gap`;
        ``kurtosis`` and ``moran_i`` under the raw personnel links, means over the years, to be set
        beside `implied_by_tables`; ``culture``, whether it measures culture at all.
    """
    panel = load_provinces(local=None) if panel is None else panel
    rows = {
        name: {
            "macro": macro_gap(panel[column].dropna()),
            "provinces": provincial_gap(panel[column].dropna()),
            **_shape(panel[column].dropna()),
            "culture": "cultur" in column,
        }
        for column, name in CANDIDATES.items()
        if column in panel
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("candidate")


def _shape(values: pd.Series) -> dict[str, float]:
    """Mean over the paper's years of kurtosis and Moran's I."""
    wide = values.unstack("region").dropna().sort_index(axis=1)
    links = yearly_links("rd_personnel")
    figures = [
        {"kurtosis": stats.kurtosis(sizes, fisher=False), "moran_i": moran_i(sizes, W)}
        for year, W in links.items()
        if year in wide.index
        for sizes in [wide.loc[year].to_numpy()]
    ]
    return pd.DataFrame(figures).mean().to_dict()


@cache
def implied_by_tables(year: int) -> dict[str, float]:
    """Moran's I and kurtosis of the outcome by Table 3, if raw personnel links were used."""
    kurtosis = yearly_deviations("rd_personnel").loc[(year, "cul"), "kurtosis"]
    printed = moran_table().loc[(year, "rd_personnel", "cul"), "moran_i"].middle
    return {"moran_i": printed, "kurtosis": float(kurtosis)}


def compatible_sizes(year: int) -> tuple[float, pd.Series]:
    """Relative sizes that meet everything public and come as near to Table 3 as they can.

    ``year``: 2016-2021.

    Returns
    -------
    misfit
        Sum of squared gaps of Moran's I and of the logarithm of kurtosis: zero if the published
        totals, the known provincial values and Table 3 can be true together.
    sizes
        Relative size by province.

    Notes
    -----
    Sizes are positive, the macro-regions have their published shares, and provinces with a known
    value in the year lie between its readings (`known_relative_sizes`). Searched by sequential
    quadratic programming from random starts until one is solved.
    """
    regions = load_regions()
    W, target = yearly_links("rd_personnel")[year], implied_by_tables(year)
    shares = published_shares().loc[year]
    sums = [
        optimize.LinearConstraint((regions["macro_region"] == area).astype(float), total, total)
        for area, total in (REGIONS * shares).items()
    ]
    rng = np.random.default_rng(SEEDS["compatible_sizes"])
    found: list[optimize.OptimizeResult] = []
    while len(found) < STARTS and (not found or found[-1].fun >= SOLVED):
        start = _start(regions["macro_region"], shares, rng)
        result = optimize.minimize(
            _misfit, start, (W, target), bounds=_bounds(regions.index, year), constraints=sums
        )
        found.append(result)
    best = min(found, key=lambda result: result.fun)
    return float(best.fun), pd.Series(best.x, regions.index)


def _start(areas: pd.Series, shares: pd.Series, rng: np.random.Generator) -> np.ndarray:
    draws = pd.Series(rng.lognormal(0, 1, REGIONS), areas.index)
    return (draws / draws.groupby(areas).transform("sum") * areas.map(shares) * REGIONS).to_numpy()


def _bounds(regions: pd.Index, year: int) -> list[tuple[float, float]]:
    known = known_relative_sizes()[["low", "high"]]
    known = known[known.index.get_level_values("year") == year].droplevel("year")
    return [tuple(known.loc[r]) if r in known.index else (0.0, REGIONS) for r in regions]


def _misfit(sizes: np.ndarray, W: np.ndarray, target: dict[str, float]) -> float:
    kurtosis = stats.kurtosis(sizes, fisher=False)
    return (moran_i(sizes, W) - target["moran_i"]) ** 2 + np.log(kurtosis / target["kurtosis"]) ** 2

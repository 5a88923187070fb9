"""Which weights matrix did the authors use? What the published numbers say about W.

Three tables constrain the matrix in three ways, none of which needs the authors' data.

* Table 5. Coefficients and impacts together reveal two scalars of W: what returns to its origin,
  b, and all that arrives, t; see :mod:`spillover.audit.inverse`.
* Table 3. I and z reveal the standard deviation of I, which depends on W (and, under
  randomisation, on the kurtosis of the variable); and I cannot exceed the largest value that W
  permits.
* Table 4. The standard error of rho cannot be larger than the one of a model without regressors.
"""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from spillover.audit.intervals import Interval
from spillover.audit.inverse import (
    DRAWS,
    LEVEL,
    NORMALISATIONS,
    Reported,
    admissible,
    implied_kurtosis,
    largest_error_of_rho,
    moran_sd_range,
    one_line_through,
    row_standardised,
)
from spillover.datasets import load_provinces, load_regions
from spillover.measure.autocorrelation import moran_i, moran_range
from spillover.measure.indices import relative_size
from spillover.measure.weights import gravity, inverse_distance
from spillover.panel.impacts import scalars
from spillover.paper.consistency import (
    WEIGHTS,
    YEARS,
    coefficient_table,
    effects_table,
    moran_table,
)
from spillover.paper.provinces import contiguity
from spillover.paper.published import MASSES
from spillover.paper.variables import rd_masses, rd_masses_2009

POWERS = (1, 2)
OWN_LINKS = {key: f"gravity of {mass}, d^2" for key, mass in MASSES.items()}
PROXIES = ("gdp_100m_yuan", "patents_granted", "ecommerce_sales_100m_yuan")
OWN_YEARS = "2013-2021"  # the mean of the paper's years
PAPER_YEARS = range(2013, 2022)
VINTAGES = (2009, "2010-2012", *PAPER_YEARS, OWN_YEARS)


@cache
def reported(weights: str) -> Reported:
    """Tables 4 and 5 for one of the paper's two matrices."""
    coefficient = coefficient_table()["estimate"][weights]
    effects = effects_table().loc[weights]
    return Reported(
        coefficient["dig"],
        coefficient["W*dig"],
        coefficient["rho"],
        effects["estimate"].to_dict(),
        effects["parentheses"].map(lambda interval: interval.middle).to_dict(),
    )


@cache
def masses(when: int | str = OWN_YEARS) -> dict[str, pd.Series]:
    """The paper's two masses, personnel and capital, of some time.

    ``when``: a year from 2010 on; ``"2013-2021"``, the mean of the paper's years; ``"2010-2012"``,
    the mean of the years before; or 2009, the personnel and expenditure of that year's projects.
    """
    if when == 2009:
        return rd_masses_2009()
    first, last = (int(year) for year in str(when).split("-")) if "-" in str(when) else (when, when)
    return {name: by_year.loc[first:last].mean() for name, by_year in rd_masses().items()}


@cache
def candidates(when: int | str = OWN_YEARS) -> dict[tuple[str, str], np.ndarray]:
    """Every matrix a reader of section 3.1 might build, with the `masses` of some time.

    Returns
    -------
    dict
        (links, normalisation) -> (N, N) array; links are gravity of the two masses with distance
        powers 1 and 2, and as controls inverse distance and contiguity. The scale of a raw matrix
        is not identified from a map, so three scalings stand for it; see also `scale_curve`.
    """
    return {
        (links, name): normalise(W)
        for links, W in raw_links(when).items()
        for name, normalise in NORMALISATIONS.items()
    }


@cache
def raw_links(when: int | str = OWN_YEARS) -> dict[str, np.ndarray]:
    """The links before any normalisation, provinces in alphabetical order."""
    regions = load_regions()
    graphs = {
        f"gravity of {MASSES[name]}, d^{power}": gravity(mass, regions, power)
        for name, mass in masses(when).items()
        for power in POWERS
    }
    graphs |= {f"inverse distance, d^{p}": inverse_distance(regions, p) for p in POWERS}
    graphs["contiguity"] = contiguity()
    return {name: graph.sparse.toarray() for name, graph in graphs.items()}


def own_matrix(weights: str, when: int | str = OWN_YEARS) -> np.ndarray:
    """The paper's formula with its own masses of some time, row-standardised.

    Parameters
    ----------
    weights
        ``rd_personnel`` or ``rd_capital``.
    when
        Time of the masses, see `masses`.

    Returns
    -------
    numpy.ndarray
        (N, N), rows summing to one.
    """
    return row_standardised(raw_links(when)[OWN_LINKS[weights]])


# Table 5: impacts ------------------------------------------------------------------------------


def with_empty_rows(W: np.ndarray, regions: Iterable[str]) -> np.ndarray:
    """The row-standardised matrix if some provinces had no links, for instance a blank mass.

    Parameters
    ----------
    W
        (N, N) links, provinces in alphabetical order.
    regions
        Without links.

    Returns
    -------
    numpy.ndarray
        (N, N); rows sum to one, those of the provinces without links to zero.
    """
    gone = load_regions().index.isin(list(regions))
    return row_standardised(np.where(gone[:, None] | gone[None, :], 0.0, W))


# Table 3: Moran's I ----------------------------------------------------------------------------


def fixed_matrices_possible(without: Iterable[int] = ()) -> bool:
    """Whether Table 3 could come from two matrices that stay the same in all years.

    A variable has one kurtosis a year, whatever the matrix. Under two fixed matrices both
    variances of I are falling lines in that kurtosis, so that all pairs of variances, one pair a
    variable and year, lie on one straight line.

    ``without``: years to leave out, for instance one with a suspected misprint.
    """
    sd = moran_table()["sd"].unstack("weights").drop(index=list(without), level="year")
    return one_line_through(
        (x * x, y * y) for x, y in zip(sd[WEIGHTS[0]], sd[WEIGHTS[1]], strict=True)
    )


def implied_deviations() -> pd.DataFrame:
    """Standard deviations of I that Table 3 implies: years down, (matrix, variable) across."""
    sd = moran_table()["sd"].map(lambda interval: interval.middle)
    return sd.rename(MASSES, level="weights").unstack(["weights", "variable"])


def variance_bounds() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lower and upper ends of the implied variances: (year, variable) down, matrices across."""
    squares = moran_table()["sd"].map(lambda sd: sd * sd).unstack("weights")[list(WEIGHTS)]
    squares = squares.rename(columns=MASSES)
    return squares.map(lambda i: i.low), squares.map(lambda i: i.high)


def sd_ratio() -> pd.DataFrame:
    """Standard deviation of I for dig over that for cul, by year and matrix (printed figures)."""
    sd = moran_table()["sd"].map(lambda interval: interval.middle).unstack("variable")
    return (sd["dig"] / sd["cul"]).unstack("weights")


def vintages(weights: str) -> pd.DataFrame:
    """The paper's links with masses of other times: how much the time matters.

    Returns
    -------
    pandas.DataFrame
        Indexed by the time of the masses, see `masses`: ``sd_high``, the largest standard
        deviation of I without normalisation; ``b`` of the row-standardised matrix at the printed
        rho; ``direct_gap``, printed less predicted direct impact in simulation errors.
    """
    rows = {when: _vintage(weights, when) for when in VINTAGES}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("masses")


def _vintage(weights: str, when: int | str) -> dict[str, float]:
    own, report = own_matrix(weights, when), reported(weights)
    return {
        "sd_high": moran_sd_range(raw_links(when)[OWN_LINKS[weights]]).high,
        "b": scalars(own, report.rho.middle)[0],
        "direct_gap": report.gap_in_errors(own)[0],
    }


# A matrix that changes from year to year --------------------------------------------------------


@cache
def yearly_links(weights: str) -> dict[int, np.ndarray]:
    """The paper's links with the masses of each of its years, before normalisation."""
    return {year: raw_links(year)[OWN_LINKS[weights]] for year in PAPER_YEARS}


def yearly_deviations(
    weights: str, normalise: Callable[[np.ndarray], np.ndarray] | None = None
) -> pd.DataFrame:
    """Table 3 beside the matrix of each year: what it permits and what it then says of the data.

    Parameters
    ----------
    weights
        ``rd_personnel`` or ``rd_capital``.
    normalise
        One of `NORMALISATIONS`; none if left out: the deviation of I does not depend on the scale
        of raw links.

    Returns
    -------
    pandas.DataFrame
        Indexed by (year, variable): ``printed``, the standard deviation of I that Table 3 implies;
        ``sd_low`` and ``sd_high``, what the year's matrix permits; ``possible``; ``kurtosis``, that
        of the variable if the year's matrix was used (at least 1 and at most N - 2 + 1 / (N - 1)).
    """
    normalise = normalise or (lambda W: W)
    sd = moran_table()["sd"].xs(weights, level="weights")
    matrices = {year: normalise(W) for year, W in yearly_links(weights).items()}
    rows = {key: _yearly_deviation(matrices[key[0]], interval) for key, interval in sd.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["year", "variable"])


def _yearly_deviation(W: np.ndarray, printed: Interval) -> dict[str, float | bool]:
    permitted = moran_sd_range(W)
    return {
        "printed": printed.middle,
        "sd_low": permitted.low,
        "sd_high": permitted.high,
        "possible": printed.high >= permitted.low and printed.low <= permitted.high,
        "kurtosis": implied_kurtosis(W, printed.middle),
    }


def yearly_impacts(weights: str) -> pd.Series:
    """Table 5 under a row-standardised matrix that changes every year: averages over the years.

    ``b``, ``t``, ``direct_gap``, ``total_gap`` and ``p_value``, as in `compatibility`; and
    ``largest_error_of_rho``.
    """
    report = reported(weights)
    matrices = [row_standardised(W) for W in yearly_links(weights).values()]
    b_t = np.mean([scalars(W, report.rho.middle) for W in matrices], axis=0)
    noise = np.mean([report.noise(W, DRAWS) for W in matrices], axis=0)
    gap = report.gap(b_t)
    errors = [largest_error_of_rho(W, report.rho.middle, 1) for W in matrices]
    return pd.Series(
        {
            "b": b_t[0],
            "t": b_t[1],
            "direct_gap": gap[0] / np.sqrt(noise[0, 0]),
            "total_gap": gap[1] / np.sqrt(noise[1, 1]),
            "p_value": stats.chi2.sf(gap @ np.linalg.solve(noise, gap), 2),
            "largest_error_of_rho": np.sum(np.power(errors, -2.0)) ** -0.5,
        }
    )


def proxy_moran() -> pd.DataFrame:
    """Moran's I of public size variables under the raw and row-standardised personnel links."""
    panel = load_provinces(local=None)
    W = raw_links()[OWN_LINKS["rd_personnel"]]
    forms = {"raw": W, "row-standardised": row_standardised(W)}
    rows = {}
    for name in PROXIES:
        years = relative_size(panel[name].dropna()).unstack("year").sort_index().to_numpy().T
        rows[name] = {k: np.mean([moran_i(sizes, M) for sizes in years]) for k, M in forms.items()}
    return pd.DataFrame(rows).T


# All together ----------------------------------------------------------------------------------


def compatibility(weights: str) -> pd.DataFrame:
    """What each candidate says to Tables 3, 4 and 5 of one of the paper's matrices.

    ``weights``: ``rd_personnel`` or ``rd_capital``.

    Returns
    -------
    pandas.DataFrame
        Indexed by (links, normalisation). ``admissible``, whether the printed rho is possible
        under the matrix; ``b`` and ``t``; ``impacts_p``, the p-value of Table 5;
        ``table5``, whether it is at least 5 per cent; ``direct_gap`` and ``total_gap``, printed
        less predicted impact in standard errors; ``sd_low`` and ``sd_high``, the standard
        deviations of I that the matrix permits; ``sd_excess``, by which share the largest printed
        one exceeds them; ``ceiling``, the largest I, and ``ceiling_ok``; ``table3``, whether there
        is no excess and no I above the ceiling; ``table4``, whether the
        standard error of rho is possible.
    """
    rows = {key: _verdicts(W, weights) for key, W in candidates().items()}
    return pd.DataFrame(rows).T.rename_axis(["links", "normalisation"]).infer_objects()


def _verdicts(W: np.ndarray, weights: str) -> dict[str, float | bool]:
    report = reported(weights)
    b, t = scalars(W, report.rho.middle)
    fits = admissible(W, report.rho.middle)
    p_value = report.p_value(W) if fits else 0.0
    gap = report.gap_in_errors(W) if fits else np.full(2, np.nan)
    table3 = moran_table().xs(weights, level="weights")
    sd, ceiling = moran_sd_range(W), moran_range(W)[1]
    excess = max(printed.low / sd.high - 1 for printed in table3["sd"])
    ceiling_ok = all(printed.low <= ceiling for printed in table3["moran_i"])
    error = coefficient_table().loc[(weights, "rho"), "parentheses"].low
    return {
        "admissible": fits,
        "b": b,
        "t": t,
        "direct_gap": gap[0],
        "total_gap": gap[1],
        "impacts_p": p_value,
        "table5": p_value >= LEVEL,
        "sd_low": sd.low,
        "sd_high": sd.high,
        "sd_excess": excess,
        "ceiling": ceiling,
        "ceiling_ok": ceiling_ok,
        "table3": excess <= 0 and ceiling_ok,
        "table4": error <= largest_error_of_rho(W, report.rho.middle, YEARS),
    }

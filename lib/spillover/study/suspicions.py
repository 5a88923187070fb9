"""What is probably wrong with a panel although it can be estimated, a line each."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from spillover.measure.weights import great_circle_km
from spillover.study.question import Study

TOTALS = re.compile(
    r"total|sum|all|nation(al|wide)?|whole country|overall|world|average|mean"
    r"|全国|合计|总计|总和|全國|合計|總計|平均|전국|합계|전체",
    re.IGNORECASE,
)
CODES = (-9999.0, -999.0, -99.0, 9999.0, 99999.0, 999999.0)  # often stand for a missing value
BUILT_IN = ("Gravity", "Inverse distance", "Distance and")
FAR, NEAR_KM = 10, 0.05


def suspicions(study: Study, coordinates: Sequence[str] | None = None) -> list[str]:
    """Lines about regions, values, years and places that deserve a look.

    Parameters
    ----------
    study
        The question.
    coordinates
        Names of the columns given as latitude and longitude.

    Returns
    -------
    list of str
    """
    checks = [_totals(study), _codes(study), _outliers(study), _gaps(study)]
    if study.places is not None:
        checks.append(_places(study, study.places, coordinates))
    return [line for check in checks for line in check]


def _totals(study: Study) -> Iterator[str]:
    for region in study.regions:
        if TOTALS.fullmatch(str(region).strip()):
            yield f"region {region!r} looks like a sum or mean of the others (see --where)"


def _codes(study: Study) -> Iterator[str]:
    for name in (study.outcome, *study.regressors):
        column = study.panel[name]
        for code in CODES:
            rows = column.index[column == code]
            others = column[column != code].abs().max()
            if len(rows) and abs(code) > 2 * others:
                region, year = rows[0]
                yield (
                    f"column {name!r}, region {region!r}, year {year}: {code:g} "
                    f"({len(rows)} times) looks like a missing value"
                )


def _outliers(study: Study) -> Iterator[str]:
    """Values far from the middle, in standard deviations of the others."""
    for name in (study.outcome, *study.regressors):
        column = study.panel[name]
        spread = stats.median_abs_deviation(column, scale="normal")
        spread = max(spread, column.drop(column.abs().idxmax()).std(ddof=0))
        distance = (column - column.median()).abs() / spread if spread else column * 0
        if distance.max() > FAR:
            region, year = distance.idxmax()
            yield (
                f"column {name!r}, region {region!r}, year {year}: {column[region, year]:g} is "
                f"{distance.max():.0f} standard deviations from the others"
            )


def _gaps(study: Study) -> Iterator[str]:
    years = np.asarray(study.years)
    for before, after in pairwise(years):
        if after - before > 1:
            yield (
                f"no rows between {before} and {after}: where last year's values are used, "
                f"{after} is left out"
            )


def _places(study: Study, places: pd.DataFrame, coordinates: Sequence[str] | None) -> Iterator[str]:
    if coordinates and _swapped_names(*coordinates):
        yield f"--coordinates {','.join(coordinates)}: latitude comes first; these look swapped"
    elif _swapped_links(study, places):
        yield "linked regions are nearer to each other with latitude and longitude exchanged"
    km = great_circle_km(places).to_numpy(copy=True)
    np.fill_diagonal(km, np.inf)
    one, other = np.unravel_index(km.argmin(), km.shape)
    if km[one, other] < NEAR_KM:
        names = places.index[[one, other]]
        without = "" if study.alternatives else ": no links by distance"
        yield f"{names[0]!r} and {names[1]!r} are {1000 * km[one, other]:.0f} m apart{without}"


def _swapped_names(latitude: str, longitude: str) -> bool:
    east = re.compile(r"(^|[^a-z])(lon|lng|long|x)|经|經|경도", re.IGNORECASE)
    north = re.compile(r"(^|[^a-z])(lat|y)|纬|緯|위도", re.IGNORECASE)
    return bool(east.search(latitude) and north.search(longitude))


def _swapped_links(study: Study, places: pd.DataFrame) -> bool:
    """Whether the linked regions are markedly closer when the coordinates are exchanged."""
    given = [W for name, W in study.weights.items() if not name.startswith(BUILT_IN)]
    exchanged = places.set_axis(["longitude", "latitude"], axis=1)
    if not given or (exchanged["latitude"].abs() > 90).any():
        return False
    as_given, otherwise = (_relative(each, given[0]) for each in (places, exchanged))
    return otherwise < 0.8 * as_given


def _relative(places: pd.DataFrame, W) -> float:
    """Mean distance of linked regions over that of all."""
    km = great_circle_km(places).loc[W.unique_ids, W.unique_ids].to_numpy()
    links = W.sparse.toarray()
    return float((km * links).sum() / links.sum() / km[~np.eye(len(km), dtype=bool)].mean())

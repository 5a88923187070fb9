"""Spatial weights between regions as `libpysal.graph.Graph` with the regions' names as ids.

Row i, column j of every matrix is the link of i to j; the diagonal is zero. Regions come as a
frame indexed by name with ``latitude`` and ``longitude`` in degrees, or with ``x`` and ``y`` in
kilometres on a plane. Matrices over all pairs are refused beyond `DENSE_LIMIT` regions: choose
``k`` nearest or a ``cutoff_km``.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from scipy import sparse
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

EARTH_RADIUS_KM = 6371.0088
DENSE_LIMIT = 3000
SAME_PLACE_KM = 0.001  # such a pair would take all the weight


def great_circle_km(regions: pd.DataFrame) -> pd.DataFrame:
    """Great-circle distances between all regions (haversine on a sphere of 6,371.0088 km).

    Parameters
    ----------
    regions
        ``latitude`` and ``longitude`` in degrees, indexed by region.

    Returns
    -------
    pandas.DataFrame
        (N, N), kilometres, zero diagonal, symmetric.

    Raises
    ------
    ValueError
        If a coordinate is missing or outside its range, or a region appears twice.

    References
    ----------
    Sinnott, R. W. (1984), Virtues of the haversine, Sky and Telescope 68(2), 158-159.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import great_circle_km
    >>> places = pd.DataFrame({"latitude": [0, 0, 1], "longitude": [0, 1, 0]}, list("abc"))
    >>> great_circle_km(places).round(1)
           a      b      c
    a    0.0  111.2  111.2
    b  111.2    0.0  157.2
    c  111.2  157.2    0.0
    """
    points = _unit_vectors(regions)
    _refuse_dense(len(points))
    return pd.DataFrame(_arc_km(cdist(points, points)), regions.index, regions.index)


def gravity(
    mass: pd.Series,
    regions: pd.DataFrame,
    power: float = 2,
    *,
    k: int | None = None,
    cutoff_km: float | None = None,
) -> Graph:
    """Gravity links, ``M_i M_j / d_ij^power``: the paper's knowledge-link matrix.

    Parameters
    ----------
    mass
        Positive mass of each region (R&D personnel, R&D capital), indexed by region.
    regions
        ``latitude`` and ``longitude`` in degrees, or ``x`` and ``y`` in km, indexed by region.
    power
        Exponent of distance; the paper takes 2.
    k
        Keep only each region's ``k`` nearest others.
    cutoff_km
        Keep only pairs at most this far apart.

    Returns
    -------
    libpysal.graph.Graph
        Not row-standardised; symmetric unless ``k`` is given.

    Raises
    ------
    ValueError
        If a region has no mass, a mass that is not positive, or the place of another.

    References
    ----------
    The paper's section 3.1: R_ij = M_i M_j / d_ij^2 with M the R&D personnel or capital.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import dense, gravity
    >>> places = pd.DataFrame({"latitude": [0, 0, 1], "longitude": [0, 1, 0]}, list("abc"))
    >>> mass = pd.Series([1.0, 2.0, 3.0], places.index)
    >>> dense(gravity(mass, places, power=1)).round(3).to_numpy()
    array([[0.   , 0.018, 0.027],
           [0.018, 0.   , 0.038],
           [0.027, 0.038, 0.   ]])
    """
    focal, neighbour, km = _pairs(regions, k, cutoff_km)
    values = _positive(mass, regions.index, "mass")
    return _graph(regions.index, focal, neighbour, values[focal] * values[neighbour] / km**power)


def inverse_distance(
    regions: pd.DataFrame, power: float = 1, *, k: int | None = None, cutoff_km: float | None = None
) -> Graph:
    """Inverse distance, ``1 / d_ij^power`` with d in kilometres.

    Parameters
    ----------
    regions
        ``latitude`` and ``longitude`` in degrees, or ``x`` and ``y`` in km, indexed by region.
    power
        Exponent of distance.
    k, cutoff_km
        As in `gravity`.

    Returns
    -------
    libpysal.graph.Graph
        Not row-standardised; symmetric unless ``k`` is given.

    Raises
    ------
    ValueError
        If a region has the place of another, or ``k`` and ``cutoff_km`` are both given.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981), Spatial Processes, chapter 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import dense, inverse_distance
    >>> places = pd.DataFrame({"latitude": [0, 0, 1], "longitude": [0, 1, 0]}, list("abc"))
    >>> dense(inverse_distance(places)).round(4).to_numpy()
    array([[0.    , 0.009 , 0.009 ],
           [0.009 , 0.    , 0.0064],
           [0.009 , 0.0064, 0.    ]])
    """
    focal, neighbour, km = _pairs(regions, k, cutoff_km)
    return _graph(regions.index, focal, neighbour, km**-power)


def economic_geographic(
    income: pd.Series,
    regions: pd.DataFrame,
    form: Literal["scaled", "similar"] = "scaled",
    *,
    k: int | None = None,
    cutoff_km: float | None = None,
) -> Graph:
    """Economic-geographic nested weights, in either of the two forms in common use.

    Parameters
    ----------
    income
        Income of each region, for instance mean GDP per head, indexed by region.
    regions
        ``latitude`` and ``longitude`` in degrees, or ``x`` and ``y`` in km, indexed by region.
    form
        ``"scaled"``: ``(1 / d_ij) (y_j / mean of y)``, near and rich regions weigh more.
        ``"similar"``: ``1 / (d_ij |y_i - y_j|)``, near and similarly rich regions weigh more.
    k, cutoff_km
        As in `gravity`.

    Returns
    -------
    libpysal.graph.Graph
        Not row-standardised.

    Raises
    ------
    ValueError
        If an income is missing or not positive, or two are equal under ``"similar"``.

    References
    ----------
    The paper's section 5.2 names such a matrix without giving its formula.
    """
    focal, neighbour, km = _pairs(regions, k, cutoff_km)
    values = _positive(income, regions.index, "income")
    if form == "scaled":
        return _graph(regions.index, focal, neighbour, values[neighbour] / values.mean() / km)
    if form != "similar":
        raise ValueError(f"form {form!r} is neither 'scaled' nor 'similar'")
    gap = np.abs(values[focal] - values[neighbour])
    if (gap == 0).any():
        pair = regions.index[[focal[gap.argmin()], neighbour[gap.argmin()]]]
        raise ValueError(f"{pair[0]} and {pair[1]} have the same income: their link is infinite")
    return _graph(regions.index, focal, neighbour, 1 / (km * gap))


def contiguity(borders: Iterable[tuple[str, str]], regions: pd.Index) -> Graph:
    """Common borders, 0-1.

    Parameters
    ----------
    borders
        Pairs of neighbours, each pair once.
    regions
        Names of all regions; those in no pair are isolates.

    Returns
    -------
    libpysal.graph.Graph
        Symmetric.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import contiguity, dense
    >>> dense(contiguity([("a", "b"), ("b", "c")], pd.Index(list("abc")))).to_numpy()
    array([[0., 1., 0.],
           [1., 0., 1.],
           [0., 1., 0.]])
    """
    one, other = (regions.get_indexer(side) for side in zip(*borders, strict=True))
    focal, neighbour = np.r_[one, other], np.r_[other, one]
    return _graph(regions, focal, neighbour, np.ones(len(focal)))


def k_nearest(regions: pd.DataFrame, k: int) -> Graph:
    """Each region's ``k`` nearest others with weight one; in general not symmetric.

    Parameters
    ----------
    regions
        ``latitude`` and ``longitude`` in degrees, or ``x`` and ``y`` in km, indexed by region.
    k
        Number of neighbours, from 1 to N - 1.

    Returns
    -------
    libpysal.graph.Graph
        Not row-standardised.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import dense, k_nearest
    >>> places = pd.DataFrame({"latitude": [0, 0, 1], "longitude": [0, 1, 0]}, list("abc"))
    >>> dense(k_nearest(places, 1)).to_numpy()
    array([[0., 1., 0.],
           [1., 0., 0.],
           [1., 0., 0.]])
    """
    focal, neighbour, km = _pairs(regions, k, None)
    return _graph(regions.index, focal, neighbour, np.ones_like(km))


def row_standardise(graph: Graph) -> Graph:
    """Divide each row by its sum, so that ``W y`` is a weighted mean; isolates stay zero.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import dense, k_nearest, row_standardise
    >>> places = pd.DataFrame({"latitude": [0, 0, 1], "longitude": [0, 1, 0]}, list("abc"))
    >>> dense(row_standardise(k_nearest(places, 2))).to_numpy()
    array([[0. , 0.5, 0.5],
           [0.5, 0. , 0.5],
           [0.5, 0.5, 0. ]])
    """
    return graph.transform("r")


def links(graph: Graph) -> pd.DataFrame:
    """Each undirected link once with the sum of its two weights, heaviest first.

    Returns
    -------
    pandas.DataFrame
        Columns ``region``, ``neighbour``, ``weight``.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.measure import inverse_distance, links
    >>> places = pd.DataFrame({"latitude": [0, 0, 1], "longitude": [0, 1, 0]}, list("abc"))
    >>> links(inverse_distance(places)).round(4)
      region neighbour  weight
    0      a         b  0.0180
    1      a         c  0.0180
    2      b         c  0.0127
    """
    both = graph.sparse + graph.sparse.T
    upper = sparse.triu(both, k=1).tocoo()
    ids = graph.unique_ids
    table = pd.DataFrame(
        {"region": ids[upper.row], "neighbour": ids[upper.col], "weight": upper.data}
    )
    return table.sort_values("weight", ascending=False, ignore_index=True)


def capital_stock(
    flows: pd.DataFrame,
    base_year: int,
    depreciation: float = 0.15,
    deflator: Mapping[int, float] | None = None,
    growth: float | None = None,
) -> pd.DataFrame:
    """R&D capital by the perpetual inventory: ``K_t = E_t + (1 - depreciation) K_{t-1}``.

    The first stock is the sum of all earlier expenditure that would be left had it always
    grown at one rate: ``K_0 = E_0 (1 + growth) / (growth + depreciation)``. (The factor
    ``1 + growth`` is often left out; it belongs to the convention that this year's
    expenditure is in this year's stock.) All in the prices of ``base_year``.

    Parameters
    ----------
    flows
        Expenditure in current prices, consecutive years in rows, regions in columns.
    base_year
        Year whose prices are used; the deflator is divided by its value in that year.
    depreciation
        Share of the stock lost in a year; 15 per cent is usual for R&D.
    deflator
        Price level by year. None takes the flows to be in constant prices already.
    growth
        Growth rate before the first year. None takes each region's average in the data.

    Returns
    -------
    pandas.DataFrame
        Stock at the end of each year, shaped as ``flows``.

    Raises
    ------
    ValueError
        If years are missing, a flow is not positive, the first stock would not be, or there
        is one year only and no ``growth``.

    References
    ----------
    Griliches, Z. (1980), R&D and the productivity slowdown, American Economic Review 70(2).
    """
    _require_flows(flows)
    prices = (
        pd.Series(1.0, flows.index) if deflator is None else _prices(deflator, flows, base_year)
    )
    real = flows.div(prices, axis=0)
    before = _average_growth(real) if growth is None else pd.Series(growth, real.columns)
    if (before + depreciation <= 0).any():
        region = (before + depreciation).idxmin()
        raise ValueError(f"{region}: growth plus depreciation is not positive, no first stock")
    stock = {real.index[0]: real.iloc[0] * (1 + before) / (before + depreciation)}
    for last, year in zip(real.index, real.index[1:], strict=False):
        stock[year] = real.loc[year] + (1 - depreciation) * stock[last]
    return pd.DataFrame(stock).T.rename_axis(flows.index.name)


def summary(graph: Graph) -> pd.Series:
    """What a matrix looks like: size, density, concentration, symmetry, eigenvalues.

    Parameters
    ----------
    graph
        Any graph, row-standardised or not.

    Returns
    -------
    pandas.Series
        ``regions``; ``links`` (non-zero weights); ``density`` (their share of the N (N - 1)
        possible); ``isolates``; ``largest_share`` (of one neighbour in a row's sum, and
        ``median_largest_share`` over rows); ``symmetric``; ``row_standardised``;
        ``smallest_eigenvalue`` and ``largest_eigenvalue`` (real parts).

    Raises
    ------
    ValueError
        If the graph has more than `DENSE_LIMIT` regions: eigenvalues need a dense matrix.
    """
    matrix = graph.sparse.tocsr()
    _refuse_dense(graph.n)
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    shares = matrix.max(axis=1).toarray().ravel()[sums > 0] / sums[sums > 0]
    eigenvalues = np.linalg.eigvals(matrix.toarray()).real
    count = int((matrix.data != 0).sum())
    return pd.Series(
        {
            "regions": graph.n,
            "links": count,
            "density": count / (graph.n * (graph.n - 1)),
            "isolates": int((sums == 0).sum()),
            "largest_share": shares.max(),
            "median_largest_share": np.median(shares),
            "symmetric": is_symmetric(graph),
            "row_standardised": bool(np.allclose(sums[sums > 0], 1)),
            "smallest_eigenvalue": eigenvalues.min(),
            "largest_eigenvalue": eigenvalues.max(),
        }
    )


def is_symmetric(graph: Graph) -> bool:
    """Whether ``w_ij = w_ji`` for all pairs, up to rounding."""
    matrix = graph.sparse
    return bool(abs(matrix - matrix.T).max() <= 1e-12 * abs(matrix).max())


def _graph(ids: pd.Index, focal: np.ndarray, neighbour: np.ndarray, weight: np.ndarray) -> Graph:
    shape = (len(ids), len(ids))
    return Graph.from_sparse(sparse.coo_array((weight, (focal, neighbour)), shape=shape), ids=ids)


def _pairs(
    regions: pd.DataFrame, k: int | None, cutoff_km: float | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of i and j and their distance, for the pairs that are kept, i != j."""
    on_globe = "latitude" in regions
    points = _unit_vectors(regions) if on_globe else _on_plane(regions)
    if k is not None and cutoff_km is not None:
        raise ValueError("choose k nearest or a cut-off, not both")
    if k is not None:
        focal, neighbour = _nearest(points, k)
    elif cutoff_km is not None:
        focal, neighbour = _within(points, _chord(cutoff_km) if on_globe else cutoff_km)
    else:
        _refuse_dense(len(points))
        focal, neighbour = np.nonzero(~np.eye(len(points), dtype=bool))
    apart = np.linalg.norm(points[focal] - points[neighbour], axis=1)
    km = _arc_km(apart) if on_globe else apart
    if (km < SAME_PLACE_KM).any():
        same = regions.index[[focal[km.argmin()], neighbour[km.argmin()]]]
        raise ValueError(f"{same[0]} and {same[1]} are at the same place, less than a metre apart")
    return focal, neighbour, km


def _nearest(points: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    n = len(points)
    if not 1 <= k < n:
        raise ValueError(f"k is {k}: with {n} regions it must be between 1 and {n - 1}")
    found = cKDTree(points).query(points, k=k + 1)[1]
    others = found != np.arange(n)[:, None]
    others[others.all(axis=1), -1] = False
    return np.repeat(np.arange(n), k), found[others]


def _within(points: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    pairs = cKDTree(points).query_pairs(reach, output_type="ndarray")
    return np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]


def _unit_vectors(regions: pd.DataFrame) -> np.ndarray:
    """Points on the unit sphere: nearest by chord is nearest by arc."""
    latitude, longitude = np.radians(_coordinates(regions, {"latitude": 90, "longitude": 180})).T
    across = np.cos(latitude)
    return np.c_[across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)]


def _on_plane(regions: pd.DataFrame) -> np.ndarray:
    return _coordinates(regions, {"x": sys.float_info.max, "y": sys.float_info.max})


def _coordinates(regions: pd.DataFrame, limits: Mapping[str, float]) -> np.ndarray:
    """Two columns within their limits, (N, 2)."""
    if regions.index.has_duplicates:
        raise ValueError(f"region {regions.index[regions.index.duplicated()][0]} appears twice")
    for column, limit in limits.items():
        if column not in regions:
            raise ValueError(
                f"regions have no column {column!r}: "
                "give latitude and longitude in degrees, or x and y in kilometres"
            )
        bad = ~regions[column].between(-limit, limit)
        if bad.any():
            region = bad.idxmax()
            raise ValueError(f"{column} of {region} is {regions.loc[region, column]}")
    return regions[list(limits)].to_numpy(float)


def _chord(arc_km: float) -> float:
    return 2 * np.sin(min(arc_km / EARTH_RADIUS_KM, np.pi) / 2)


def _arc_km(chord: np.ndarray) -> np.ndarray:
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1))


def _positive(values: pd.Series, ids: pd.Index, name: str) -> np.ndarray:
    aligned = values.reindex(ids).astype(float)
    bad = ~(np.isfinite(aligned) & (aligned > 0))
    if bad.any():
        region = bad.idxmax()
        raise ValueError(f"{name} of {region} is {aligned[region]}: it must be a positive number")
    return aligned.to_numpy()


def _refuse_dense(n: int) -> None:
    if n > DENSE_LIMIT:
        raise ValueError(
            f"{n} regions make {n * n:,} pairs, beyond the limit of {DENSE_LIMIT} regions: "
            "choose k (nearest regions) or cutoff_km"
        )


def _require_flows(flows: pd.DataFrame) -> None:
    if not (np.diff(flows.index) == 1).all():
        raise ValueError("flows need consecutive years in rows")
    bad = ~(flows > 0)
    if bad.to_numpy().any():
        year, region = bad.stack().idxmax()
        raise ValueError(f"expenditure of {region} in {year} is {flows.loc[year, region]}")


def _prices(deflator: Mapping[int, float], flows: pd.DataFrame, base_year: int) -> pd.Series:
    prices = pd.Series(deflator, dtype=float)
    for year in [*flows.index, base_year]:
        if year not in prices.index:
            raise ValueError(f"the deflator has no value for {year}")
    return prices[flows.index] / prices[base_year]


def _average_growth(real: pd.DataFrame) -> pd.Series:
    if len(real) == 1:
        raise ValueError("one year of expenditure has no growth rate: give `growth`")
    return (real.iloc[-1] / real.iloc[0]) ** (1 / (len(real) - 1)) - 1


def dense(graph: Graph) -> pd.DataFrame:
    """The whole matrix as a frame with regions on both axes; refused beyond `DENSE_LIMIT`."""
    _refuse_dense(graph.n)
    return pd.DataFrame(graph.sparse.toarray(), graph.unique_ids, graph.unique_ids)

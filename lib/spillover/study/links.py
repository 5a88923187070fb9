"""Links between regions from any usual file or object, matched to the panel's regions by name."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from libpysal.graph import Graph, read_gal, read_gwt
from scipy import sparse

from spillover.panel.faults import shown
from spillover.panel.inputs import Weights, matrix_and_ids
from spillover.study.files import PanelError, Table, decimal_mark, number, read_table
from spillover.study.reading import near, tidy

ONE_MATRIX = "the chain takes one matrix for all years (SpatialPanel takes more)"
POLYGONS = (".geojson", ".gpkg", ".shp")
DASHES = ("-", "--", "–", "—", "－")
Links = tuple[sparse.csr_array, list[str], list[str]]  # weights, names of rows and of columns


def read_weights(
    path: str | Path, regions: Iterable[str], order: str | Sequence[str] | None = None, **options
) -> Graph:
    """Read links between regions.

    Parameters
    ----------
    path
        A table as :func:`spillover.study.files.read_table` reads it: square with the regions'
        names in the first column and the first row; square numbers alone, if ``order`` is given;
        or a list of links (region, neighbour and, if not all alike, weight). A ``.gal`` or
        ``.gwt`` file. Polygons (``.geojson``, ``.gpkg``, ``.shp``): neighbours share a border or
        a corner.
    regions
        The panel's regions: the links must have exactly these.
    order
        Regions of the rows of a table of numbers alone, or ``"sorted"``.
    **options
        ``encoding``, ``sheet``, ``separator`` of a table.

    Returns
    -------
    libpysal.graph.Graph
        The weights as written, in the order of ``regions``; ids as the panel writes them.

    Raises
    ------
    PanelError
        A region without a row or column, a negative or non-number weight, a weight of a region
        for itself, or a region without neighbours.
    """
    path, regions = Path(path), list(map(str, regions))
    if not path.is_file():
        raise PanelError(f"{path}: no such file")
    suffix = path.suffix.lower()
    if suffix in POLYGONS:
        matrix = _contiguity(read_polygons(path, regions), path.name)
    elif suffix in (".gal", ".gwt"):
        matrix = _from_graph(path, read_gal if suffix == ".gal" else read_gwt)
    else:
        matrix = _from_table(path, regions, order, options)
    return _graph(_matched(matrix, regions, path.name), regions, path.name)


def as_graph(W: Weights | str | Path, regions: Iterable[str], name: str = "W") -> Graph:
    """Links matched to the regions.

    Parameters
    ----------
    W
        In any form that the engine takes, or the name of a file.
    regions
        The panel's.
    name
        Of the links, for messages.

    Returns
    -------
    Graph
        In the order of the regions.

    Raises
    ------
    PanelError
        As `read_weights`; also for one matrix a period, which the chain does not take.
    """
    regions = list(regions)
    if isinstance(W, str | Path):
        return read_weights(W, regions)
    if isinstance(W, list | tuple | dict):
        raise PanelError(f"{name}: {ONE_MATRIX}")
    try:
        values, ids = matrix_and_ids(W)
    except (TypeError, ValueError) as fault:
        raise PanelError(f"{name}: {fault}") from fault
    if ids is None and values.shape[0] != len(regions):
        raise PanelError(f"{name} has {values.shape[0]} rows, the panel {len(regions)} regions")
    labels = list(map(str, regions if ids is None else ids))
    return _graph(_matched((values, labels, labels), list(map(str, regions)), name), regions, name)


def _graph(matrix: sparse.csr_array, regions: Sequence, name: str) -> Graph:
    """Weights in the order of the regions as a graph, every entry checked."""
    matrix.eliminate_zeros()
    values = matrix.tocoo()
    rows, columns = values.coords
    for faulty, complaint in (
        (~np.isfinite(values.data), "is not a number"),
        (values.data < 0, "is negative"),
        (rows == columns, "is a region's weight for itself"),
    ):
        if faulty.any():
            row, column = rows[faulty][0], columns[faulty][0]
            raise PanelError(
                f"{name}, row {regions[row]!r}, column {regions[column]!r}: the entry {complaint}"
            )
    isolated = np.flatnonzero(np.bincount(rows, minlength=len(regions)) == 0)
    if len(isolated):
        raise PanelError(f"{name}, row {regions[isolated[0]]!r}: the region has no neighbour")
    return Graph.from_sparse(matrix, ids=pd.Index(regions))


def read_polygons(path: str | Path, regions: Sequence[str]) -> gpd.GeoDataFrame:
    """Polygons of the panel's regions.

    Parameters
    ----------
    path
        Of a file that geopandas reads.
    regions
        The panel's.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by region: by the one column that holds the panel's names.

    Raises
    ------
    PanelError
        If the file cannot be read or no column, or more than one, holds the names.
    """
    path = Path(path)
    try:
        shapes = gpd.read_file(path)
    except Exception as fault:
        raise PanelError(f"{path.name}: not polygons that can be read ({fault})") from fault
    wanted = {tidy(region) for region in regions}
    shares = {
        column: len(wanted & set(shapes[column].map(_id)))
        for column in shapes
        if column != "geometry"
    }
    best = [column for column, found in shares.items() if found == max(shares.values()) and found]
    if not best:
        raise PanelError(
            f"{path.name}: no column holds the panel's regions ({sorted(wanted)[0]!r} ...)"
        )
    return shapes.set_index(shapes[best[0]].map(_id).rename("region"))


def _contiguity(shapes: gpd.GeoDataFrame, file: str) -> Links:
    other = shapes.index[~shapes.geom_type.isin(("Polygon", "MultiPolygon"))]
    if len(other):
        raise PanelError(f"{file}: region {other[0]!r} has no polygon (for points: --coordinates)")
    twice = shapes.index[shapes.index.duplicated()]
    if len(twice):
        raise PanelError(
            f"{file}: region {twice[0]!r} has more than one row of polygons: join them"
        )
    return _links(Graph.build_contiguity(shapes, rook=False))


def _from_graph(path: Path, read: Callable[[Path], Graph]) -> Links:
    try:
        return _links(read(path))
    except Exception as fault:
        raise PanelError(
            f"{path.name}: not a {path.suffix} file that can be read ({fault})"
        ) from fault


def _links(graph: Graph) -> Links:
    ids = [_id(each) for each in graph.unique_ids]
    return graph.sparse.tocsr(), ids, ids


def _id(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tidy(str(value))


def _from_table(
    path: Path, regions: Sequence[str], order: str | Sequence[str] | None, options: dict
) -> Links:
    bare = read_table(path, header=False, names=regions, **options)
    n, shape = len(regions), bare.cells.shape
    if bare.header == 0 and shape == (n, n) and not _names_in(bare.cells.iloc[:, 0], regions):
        return _square(bare, _order(bare, regions, order))
    table = _without_row_numbers(read_table(path, names=regions, **options))
    first = table.cells.iloc[:, 0]
    named = {*map(tidy, table.cells.columns)} & {*map(tidy, regions)}
    square = table.cells.shape[1] == len(table.cells) + 1
    itself = _names(first) == _names(table.cells.columns[1:])  # be they the panel's or not
    if named or (square and (_names_in(first, regions) or itself)):
        return _named_square(table)
    if table.cells.shape == (n, n) and not _names_in(first, regions):
        return _square(table, _order(table, regions, order))
    if table.cells.shape[1] in (2, 3):
        return _listed(table)
    raise table.fault(
        f"{len(table.cells)} rows and {table.cells.shape[1]} columns are neither a square table of "
        f"{n} regions nor a list of links (region, neighbour, weight)"
    )


def _names(cells: Iterable[str | None]) -> list[str]:
    """Names as they are compared; whole numbers that were saved with a point lose it."""
    names = [tidy(cell or "") for cell in cells]
    with_point = all(re.fullmatch(r"\d+\.0+", name) for name in names)
    return [name.partition(".")[0] for name in names] if with_point else names


def _without_row_numbers(table: Table) -> Table:
    """A list of links without the row numbers that data frames write as its first column."""
    cells = table.cells
    if cells.shape[1] == 4 and cells.columns[0] in ("", "index") and len(cells) > 3:
        return replace(table, cells=cells.iloc[:, 1:])
    return table


def _names_in(column: pd.Series, regions: Sequence[str]) -> bool:
    known = {tidy(region) for region in regions}
    found = [tidy(cell) in known for cell in column if cell is not None]
    return any(map(_is_text, column)) or (bool(found) and 2 * sum(found) >= len(found))


def _is_text(cell: str | None) -> bool:
    return cell is not None and all(np.isnan(number(cell, mark)) for mark in ".,")


def _order(table: Table, regions: Sequence[str], order: str | Sequence[str] | None) -> list[str]:
    if order is None:
        raise table.fault("numbers without names: say with --weights-order whose rows they are")
    if order == "sorted":
        return sorted(map(tidy, regions))
    names = list(map(tidy, order))
    if len(names) != len(table.cells):
        raise table.fault(f"{len(table.cells)} rows, and an order of {len(names)} regions")
    return names


def _square(table: Table, names: list[str]) -> Links:
    return _entries(table, table.cells, names, names), names, names


def _named_square(table: Table) -> Links:
    names, entries = _names(table.cells.iloc[:, 0]), table.cells.iloc[:, 1:]
    columns = _names(entries.columns)
    found = [re.fullmatch(r"[A-Za-z_]{0,3}(\d+)", name) for name in columns]
    numbers = [match and int(match[1]) for match in found]
    counted = any(numbers == [*range(start, start + len(names))] for start in (0, 1))
    if counted and not set(columns) & set(names):
        columns = names  # v1, v2, ... as Stata writes them, or counted from zero
    return _entries(table, entries, names, columns), names, columns


def _entries(
    table: Table, cells: pd.DataFrame, rows: Sequence, columns: Sequence
) -> sparse.csr_array:
    """The cells as numbers; a fault is named by the names of its row and column."""
    # Nothing, or a dash, for a region's weight for itself is zero.
    own = np.equal.outer(np.array(rows, object), np.array(columns, object))
    cells = cells.mask(own & (cells.isna() | cells.isin(DASHES)), "0")
    mark = decimal_mark(replace(table, cells=cells), list(cells.columns))
    numbers = cells.map(lambda cell: number(cell, mark)).to_numpy(float)
    if np.isnan(numbers).any():
        row, column = np.argwhere(np.isnan(numbers))[0]
        raise table.fault(
            f"row {rows[row]!r}, column {columns[column]!r}: the entry is not a number "
            f"({shown(cells.iloc[row, column])}, line {cells.index[row]})"
        )
    return sparse.csr_array(numbers)


def _listed(table: Table) -> Links:
    ends = table.cells.iloc[:, :2]
    if ends.isna().any(axis=None):
        line = ends.index[ends.isna().any(axis=1)][0]
        raise table.fault(f"line {line}: a link without one of its two regions")
    one, other = (pd.Index(_names(ends.iloc[:, side])) for side in (0, 1))
    pairs = pd.MultiIndex.from_arrays([one, other])
    if pairs.has_duplicates:
        line, (a, b) = ends.index[pairs.duplicated()][0], pairs[pairs.duplicated()][0]
        raise table.fault(f"line {line}: the link of {a!r} to {b!r} is there twice")
    weights = np.ones(len(ends))
    if table.cells.shape[1] == 3:
        weights = _entries(table, table.cells.iloc[:, 2:], list(one), ["weight"]).toarray().ravel()
    names = pd.Index(sorted({*one, *other}))
    places = names.get_indexer(one), names.get_indexer(other)
    matrix = sparse.coo_array((weights, places), shape=(len(names), len(names)))
    return matrix.tocsr(), list(names), list(names)


def _matched(links: Links, regions: Sequence[str], name: str) -> sparse.csr_array:
    """The weights in the order of the panel's regions."""
    matrix, *sides = links
    keys = [tidy(region) for region in regions]
    rows, columns = ([tidy(each) for each in side] for side in sides)
    for side, given in (("row", rows), ("column", columns)):
        _require_same(side, given, keys, name)
    order = pd.Index(rows).get_indexer(keys), pd.Index(columns).get_indexer(keys)
    return sparse.csr_array(matrix)[order[0]][:, order[1]]


def _require_same(side: str, given: list[str], regions: list[str], name: str) -> None:
    row = side == "row"
    missing = [region for region in regions if region not in set(given)]
    if missing:
        one, meant = missing[0], near(missing[0], given)
        what = f"no row for region {one!r}" if row else f"no column for region {one!r}"
        raise PanelError(f"{name}: {what}; {meant}{_types(one, given)}")
    strangers = [each for each in given if each not in set(regions)]
    if strangers:
        one, meant = strangers[0], near(strangers[0], regions)
        what = f"row {one!r} is not in the panel" if row else f"column {one!r} is not in the panel"
        raise PanelError(f"{name}: {what}; {meant}")
    twice = pd.Index(given)[pd.Index(given).duplicated()]
    if len(twice):
        one = twice[0]
        what = f"two rows for region {one!r}" if row else f"two columns for region {one!r}"
        raise PanelError(f"{name}: {what}")


def _types(region: str, given: list[str]) -> str:
    if region.isdigit() == all(each.isdigit() for each in given):
        return ""
    here, there = ("number", "text") if region.isdigit() else ("text", "numbers")
    return f" (the panel's is {'a ' if here == 'number' else ''}{here}, these are {there})"

"""A reader's panel from a CSV file: checked cell by cell, every fault named in one line."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd
from libpysal.graph import Graph

ENCODINGS = ("utf-8-sig", "gb18030")  # spreadsheets in China still save the second
MINIMUM_REGIONS = 5
MINIMUM_YEARS = 3


class PanelError(ValueError):
    """A fault in the input, said in one line that names the column, region and year."""


def read_panel(
    path: str | Path,
    columns: Sequence[str],
    region: str = "region",
    year: str = "year",
) -> pd.DataFrame:
    """Read a long-format panel and check everything that the estimators need.

    Parameters
    ----------
    path
        CSV file with one row a region and year, UTF-8 or GB18030.
    columns
        Number columns that will be used; other columns are left out.
    region, year
        Names of the columns that identify a row.

    Returns
    -------
    DataFrame
        Indexed by (region, year), sorted, balanced, all ``columns`` finite.

    Raises
    ------
    PanelError
        Missing or unreadable file; missing column; text, blanks or infinities in a number
        column; a repeated or missing region-year; a column that never varies; a panel that
        is too small.
    """
    table = _read_table(Path(path))
    _require_columns(table, [region, year, *columns])
    index = _identifiers(table, region, year)
    panel = pd.DataFrame(
        {column: _numbers(table[column], index) for column in dict.fromkeys(columns)}
    ).sort_index()
    _require_balanced(panel.index)
    _require_size(panel.index)
    _require_variation(panel)
    return panel


def read_weights(path: str | Path, regions: Iterable[str]) -> Graph:
    """Read a square matrix of weights whose first row and first column are region names.

    Parameters
    ----------
    path
        CSV file; cell (i, j) is the weight of region j for region i.
    regions
        The panel's regions: the matrix must have exactly these.

    Returns
    -------
    libpysal.graph.Graph
        The weights as written, in the order of ``regions``.

    Raises
    ------
    PanelError
        A region without a row or column, a negative or non-number weight, or a weight of a
        region for itself.
    """
    table = _read_table(Path(path))
    table = table.set_index(table.columns[0])
    regions = list(regions)
    for side, names in (("row", table.index), ("column", table.columns)):
        _require_same_regions(side, list(map(str, names)), regions)
    matrix = table.loc[regions, regions].apply(pd.to_numeric, errors="coerce")
    _require_weights(matrix)
    focal, neighbour = np.nonzero(matrix.to_numpy())
    labels = np.asarray(regions)
    return Graph.from_arrays(
        labels[focal], labels[neighbour], matrix.to_numpy(dtype=float)[focal, neighbour]
    )


def constant_by_region(panel: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """One value a region of columns that must not change over the years, such as coordinates."""
    spread = panel[list(columns)].groupby(level=0).nunique()
    for column in columns:
        changing = spread.index[spread[column] > 1]
        if len(changing):
            raise PanelError(
                f"column {column!r}, region {changing[0]!r}: the value changes between years"
            )
    return panel[list(columns)].groupby(level=0).first()


def require_positive(column: pd.Series, why: str) -> None:
    """Check that a column of the panel is above zero everywhere."""
    faulty = column.index[column <= 0]
    if len(faulty):
        region, year = faulty[0]
        raise PanelError(
            f"column {column.name!r}, region {region!r}, year {year}: "
            f"{column.loc[faulty[0]]:g} is not above zero, and {why}"
        )


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise PanelError(f"{path}: no such file")
    for encoding in ENCODINGS:
        try:
            table = pd.read_csv(path, dtype=str, encoding=encoding, skipinitialspace=True)
        except UnicodeDecodeError:
            continue
        except (pd.errors.EmptyDataError, pd.errors.ParserError) as fault:
            raise PanelError(f"{path.name}: not a CSV table ({str(fault).strip()})") from fault
        if table.empty:
            raise PanelError(f"{path.name}: the table has no rows")
        return table.rename(columns=str.strip)
    raise PanelError(f"{path.name}: the text is neither UTF-8 nor GB18030")


def _require_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in table.columns:
            near = get_close_matches(column, table.columns, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(table.columns)}"
            raise PanelError(f"no column {column!r} in the table; {hint}")
        if list(table.columns).count(column) > 1:
            raise PanelError(f"column {column!r} appears more than once")


def _identifiers(table: pd.DataFrame, region: str, year: str) -> pd.MultiIndex:
    regions = table[region].str.strip()
    if regions.isna().any() or (regions == "").any():
        row = int(np.flatnonzero(regions.isna() | (regions == ""))[0]) + 2
        raise PanelError(f"column {region!r} is blank in line {row} of the file")
    years = pd.to_numeric(table[year], errors="coerce")
    faulty = years.isna() | (years % 1 != 0)
    if faulty.any():
        row = int(np.flatnonzero(faulty)[0])
        raise PanelError(
            f"column {year!r}, region {regions.iloc[row]!r}: {_shown(table[year].iloc[row])} "
            "is not a year"
        )
    index = pd.MultiIndex.from_arrays([regions, years.astype(int)], names=["region", "year"])
    if index.has_duplicates:
        name, when = index[index.duplicated()][0]
        raise PanelError(f"region {name!r}, year {when} appears more than once")
    return index


def _numbers(column: pd.Series, index: pd.MultiIndex) -> pd.Series:
    values = pd.Series(pd.to_numeric(column, errors="coerce").to_numpy(float), index)
    faulty = ~np.isfinite(values.to_numpy())
    if faulty.any():
        first = int(np.flatnonzero(faulty)[0])
        region, year = index[first]
        others = int(faulty.sum()) - 1
        more = f" (and {others} more in this column)" if others else ""
        raise PanelError(
            f"column {column.name!r}, region {region!r}, year {year}: "
            f"{_shown(column.iloc[first])} is not a number{more}"
        )
    return values


def _shown(cell: object) -> str:
    return "a blank" if pd.isna(cell) else repr(cell)


def _require_balanced(index: pd.MultiIndex) -> None:
    complete = pd.MultiIndex.from_product(index.levels, names=index.names)
    absent = complete.difference(index)
    if len(absent):
        region, year = absent[0]
        raise PanelError(
            f"region {region!r} has no row for year {year}: every region needs every year "
            f"({len(absent)} missing in all)"
        )


def _require_size(index: pd.MultiIndex) -> None:
    regions, years = (len(level) for level in index.levels)
    if regions < MINIMUM_REGIONS or years < MINIMUM_YEARS:
        raise PanelError(
            f"{regions} regions and {years} years: the chain needs at least "
            f"{MINIMUM_REGIONS} regions and {MINIMUM_YEARS} years"
        )


def _require_variation(panel: pd.DataFrame) -> None:
    flat = [column for column in panel if np.ptp(panel[column]) == 0]
    if flat:
        raise PanelError(f"column {flat[0]!r} has the same value in every region and year")


def _require_same_regions(side: str, names: list[str], regions: list[str]) -> None:
    missing = sorted(set(regions) - set(names))
    if missing:
        raise PanelError(f"the weights have no {side} for region {missing[0]!r}")
    strangers = sorted(set(names) - set(regions))
    if strangers:
        raise PanelError(f"the weights have a {side} {strangers[0]!r} that is not in the panel")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise PanelError(f"the weights have more than one {side} for region {twice!r}")


def _require_weights(matrix: pd.DataFrame) -> None:
    values = matrix.to_numpy(dtype=float)
    for faulty, complaint in (
        (~np.isfinite(values), "is not a number"),
        (values < 0, "is negative"),
        (np.eye(len(values), dtype=bool) & (values != 0), "is a region's weight for itself"),
    ):
        if faulty.any():
            row, column = np.argwhere(faulty)[0]
            raise PanelError(
                f"weights, row {matrix.index[row]!r}, column {matrix.columns[column]!r}: "
                f"the entry {complaint}"
            )
    isolated = matrix.index[values.sum(axis=1) == 0]
    if len(isolated):
        raise PanelError(f"weights, row {isolated[0]!r}: the region has no neighbour")

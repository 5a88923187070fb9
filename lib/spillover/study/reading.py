"""A reader's panel from any usual file: checked cell by cell, every fault named in one line."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from spillover.panel.faults import absent, no_numbers, repeated, unbalanced
from spillover.study.files import PanelError, Table, decimal_mark, number, read_table
from spillover.words import listed

MINIMUM_REGIONS = 5
MINIMUM_YEARS = 3
LARGEST, SMALLEST = 1e30, 1e-30  # beyond these, products leave the range of double precision
YEAR_FORMS = {
    r"-?\d{1,4}": lambda text: int(text),
    r"\d{4}\s*(年度?|년)": lambda text: int(text[:4]),
    r"\d{4}-\d{1,2}(-\d{1,2})?(T[\d:.]+)?": lambda text: int(text[:4]),
    r"\d{4}/\d{1,2}(/\d{1,2})?": lambda text: int(text[:4]),
    r"\d{1,2}[./]\d{1,2}[./]\d{4}": lambda text: int(text[-4:]),
}


def read_panel(
    path: str | Path,
    columns: str | Sequence[str],
    region: str = "region",
    year: str = "year",
    *,
    wide: bool = False,
    where: str | None = None,
    decimal: str | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Read a panel and check everything that the estimators need.

    Parameters
    ----------
    path
        A file as :func:`spillover.study.files.read_table` reads it, one row a region and year.
    columns
        Number columns that will be used; other columns are left out.
    region, year
        Names of the columns that identify a row.
    wide
        Whether the file has one row a region and a column a year (``gdp2013``, ``gdp_2014``).
    where
        Which rows to keep, for instance ``"year >= 2015 and region != 'Total'"``; may name any
        column of the file.
    decimal
        The mark of the decimals, ``"."`` or ``","``; found out if left out.
    **options
        ``encoding``, ``sheet``, ``separator`` of the file.

    Returns
    -------
    DataFrame
        Indexed by (region, year), sorted, balanced, all ``columns`` finite. ``attrs`` holds
        ``file``, ``sha256`` of what was read, and ``notes`` on how it was read.

    Raises
    ------
    PanelError
        Missing or unreadable file; missing column; text, blanks or infinities in a number
        column; a repeated or missing region-year; a column that never varies; a panel that
        is too small.

    Examples
    --------
    >>> from spillover import read_panel
    >>> from spillover.datasets import PROVINCES
    >>> read_panel(PROVINCES / "panel.csv", "gdp_100m_yuan").shape
    (279, 1)
    """
    columns = list(dict.fromkeys([columns] if isinstance(columns, str) else columns))
    names = [region] if wide else [region, year, *columns]
    table = read_table(path, names=names, **options)
    table = _coded(replace(table, cells=table.cells.rename(columns=tidy)), columns)
    if wide:
        table, year = _long(table, columns, region), "year"
    _require_columns(table, [region, year, *columns])
    mark = decimal or decimal_mark(table, columns)
    index = _identifiers(table, region, year)
    if where:
        table, index = _chosen(table, index, where, mark)
    _require_once(table, index)
    panel = pd.DataFrame({name: _numbers(table, name, index, mark) for name in columns})
    order = list(dict.fromkeys(panel.index.get_level_values(0)))
    panel = panel.sort_index()
    _require_balanced(table, panel.index)
    require_size(panel.index)
    _require_variation(table, panel)
    notes = [*table.notes, *(["decimal comma"] if mark == "," else [])]
    panel.attrs = {"file": table.file, "sha256": table.sha256, "notes": notes, "order": order}
    return panel


def tidy(name: str) -> str:
    """A name as it is compared: composed Unicode, single spaces."""
    return re.sub(
        r"\s+", " ", unicodedata.normalize("NFC", str(name)).replace("\ufeff", "")
    ).strip()


def near(name: str, names: Iterable[str]) -> str:
    """What may be meant by a name that is not there.

    Parameters
    ----------
    name, names
        The name, and those that are there.

    Returns
    -------
    str
        The end of a sentence.
    """
    names = list(map(str, names))
    folded = {_folded(each): each for each in names}
    key = _folded(name)
    close = get_close_matches(key, folded, n=1, cutoff=0.6)
    if key.lstrip("0") in folded and key.isdigit():
        close = [key.lstrip("0")]
    padded = next((each for each in folded if each.isdigit() and each.lstrip("0") == key), None)
    if padded:
        close = [padded]
    return f"did you mean {folded[close[0]]!r}?" if close else f"there are {listed(names, 8)}"


def require_positive(column: pd.Series, why: str) -> None:
    """Check that a column of the panel is above zero everywhere.

    Parameters
    ----------
    column
        Indexed by (region, year).
    why
        What needs it, the end of the message.

    Raises
    ------
    PanelError
        For the first value that is not.
    """
    faulty = column.index[column <= 0]
    if len(faulty):
        region, year = faulty[0]
        raise PanelError(
            f"column {column.name!r}, region {region!r}, year {year}: "
            f"{column.loc[faulty[0]]:g} is not above zero, and {why}"
        )


def require_size(index: pd.MultiIndex) -> None:
    """Check that there are enough regions and years."""
    regions, years = (len(index.unique(level)) for level in (0, 1))
    if regions < MINIMUM_REGIONS or years < MINIMUM_YEARS:
        raise PanelError(
            f"{regions} regions and {years} years: the chain needs at least "
            f"{MINIMUM_REGIONS} regions and {MINIMUM_YEARS} years"
        )


def require_magnitude(column: pd.Series) -> None:
    """Check that squares of a column's values can be computed."""
    size = float(column.abs().max())
    if size > LARGEST or 0 < size < SMALLEST:
        raise PanelError(f"column {column.name!r}: values as {size:.0e}; choose another unit")


def _coded(table: Table, columns: Sequence[str]) -> Table:
    """Numbers in place of labels in the columns that are computed with."""
    codes = {name: table.codes[name] for name in columns if name in table.codes}
    return replace(table, cells=table.cells.assign(**codes)) if codes else table


def _require_columns(table: Table, columns: Sequence[str]) -> None:
    names = [name for name in table.cells.columns if name]
    for column in columns:
        if column not in names:
            raise table.fault(f"no column {column!r}; {near(column, names)}")


def _long(table: Table, columns: Sequence[str], region: str) -> Table:
    """One row a region and year from one row a region and a column a year."""
    _require_columns(table, [region])
    found = {name: _by_year(table, name) for name in columns}
    years = sorted({year for by_year in found.values() for year in by_year})
    if not years:
        raise table.fault(f"no column {columns[0]!r} followed by a year, such as {columns[0]}2015")
    blocks = [_one_year(table, found, region, year) for year in years]
    return replace(table, cells=pd.concat(blocks), notes=(*table.notes, "wide"))


def _by_year(table: Table, name: str) -> dict[int, str]:
    named = re.escape(name)
    pattern = re.compile(rf"{named}[ _.-]?(\d{{4}})年?|(\d{{4}})年?[ _.-]?{named}")
    matches = {column: pattern.fullmatch(column) for column in table.cells.columns if column}
    by_year: dict[int, str] = {}
    for column, match in matches.items():
        if not match:
            continue
        year = int(match[1] or match[2])
        if year in by_year:
            raise table.fault(f"columns {by_year[year]!r} and {column!r} are one year")
        by_year[year] = column
    if not by_year and name not in matches:
        raise table.fault(
            f"no column {name!r} and none such as '{name}2015'; {near(name, matches)}"
        )
    if by_year and name in matches:
        raise table.fault(f"both {name!r} and {next(iter(by_year.values()))!r}: which is meant?")
    return by_year


def _one_year(
    table: Table, found: dict[str, dict[int, str]], region: str, year: int
) -> pd.DataFrame:
    block = {region: table.cells[region], "year": str(year)}
    for name, by_year in found.items():
        if by_year and year not in by_year:
            raise table.fault(f"column {name!r} has no year {year}")
        block[name] = table.cells[by_year.get(year, name)]
    return pd.DataFrame(block, index=table.cells.index)


def _identifiers(table: Table, region: str, year: str) -> pd.MultiIndex:
    regions, years = table.cells[region], table.cells[year]
    for name, column in ((region, regions), (year, years)):
        blank = column.index[column.isna()]
        if len(blank):
            raise table.fault(f"column {name!r} is blank in line {blank[0]}")
    tidied = regions.map(tidy)
    return pd.MultiIndex.from_arrays(
        [tidied, _years(table, years, tidied)], names=["region", "year"]
    )


def _years(table: Table, years: pd.Series, regions: pd.Series) -> np.ndarray:
    """Years as whole numbers: written as such, with 年, or as dates, all rows alike."""
    texts = years.str.replace(r"\.0+$", "", regex=True)
    for form, read in YEAR_FORMS.items():
        if texts.str.fullmatch(form).all():
            return texts.map(read).to_numpy(int)
    counts = {form: int(texts.str.fullmatch(form).sum()) for form in YEAR_FORMS}
    usual = max(counts, key=counts.__getitem__)
    first = np.flatnonzero(~texts.str.fullmatch(usual))[0]
    raise table.fault(
        f"column {years.name!r}, line {years.index[first]}, region {regions.iloc[first]!r}: "
        f"{years.iloc[first]!r} is not a year" + (" as in the other lines" if counts[usual] else "")
    )


def _chosen(
    table: Table, index: pd.MultiIndex, where: str, mark: str
) -> tuple[Table, pd.MultiIndex]:
    """The rows that fulfil a condition on region, year and the columns of the file."""
    values = {name: _typed(table.cells[name], mark) for name in table.cells.columns if name}
    frame = pd.DataFrame(
        values | {"region": index.get_level_values(0), "year": index.get_level_values(1)}
    )
    try:
        kept = frame.query(where, engine="python").index
    except SyntaxError as fault:
        raise PanelError(f"--where {where!r} cannot be evaluated: invalid syntax") from fault
    except Exception as fault:
        raise PanelError(f"--where {where!r} cannot be evaluated: {fault}") from fault
    mask = frame.index.isin(kept)
    if not mask.any():
        raise PanelError(f"--where {where!r}: no row is left")
    note = f"rows where {where} ({int(mask.sum())} of {len(mask)})"
    return replace(table, cells=table.cells[mask], notes=(*table.notes, note)), index[mask]


def _typed(column: pd.Series, mark: str) -> np.ndarray:
    numbers = column.map(lambda cell: number(cell, mark)).to_numpy(float)
    return numbers if not np.isnan(numbers[column.notna().to_numpy()]).any() else column.to_numpy()


def _require_once(table: Table, index: pd.MultiIndex) -> None:
    if fault := repeated(index):
        lines = table.cells.index[index.duplicated(keep=False)]
        raise table.fault(f"{fault} (lines {listed(lines)})")


def _numbers(table: Table, name: str, index: pd.MultiIndex, mark: str) -> pd.Series:
    column = table.cells[name]
    values = column.map(lambda cell: number(cell, mark)).to_numpy(float)
    faulty = ~np.isfinite(values)
    lines = zip(column.index[faulty], index[faulty], strict=True)
    places = [f"line {line}, region {region!r}, year {year}" for line, (region, year) in lines]
    if fault := no_numbers(name, list(column[faulty]), places):
        raise table.fault(fault)
    return pd.Series(values, index, name=name)


def _require_balanced(table: Table, index: pd.MultiIndex) -> None:
    if fault := unbalanced(index):
        region = absent(index)[0][0]
        twin = _twin(region, index.unique(0))
        asked = f"{fault}; is {twin!r} the same region as {region!r}?"
        raise table.fault(asked if twin else fault)


def _twin(region: str, regions: Iterable[str]) -> str | None:
    """A region that differs in spaces, width or case alone."""
    key = _bare(region)
    return next((each for each in regions if each != region and _bare(each) == key), None)


def _bare(name: str) -> str:
    return re.sub(r"\s", "", _folded(name))


def _folded(name: str) -> str:
    """A name without width and case."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _require_variation(table: Table, panel: pd.DataFrame) -> None:
    for column in panel:
        if np.ptp(panel[column]) == 0:
            raise table.fault(f"column {column!r} has the same value in every region and year")
        try:
            require_magnitude(panel[column])
        except PanelError as fault:
            raise table.fault(str(fault)) from fault

"""The description of a paper's tables, read or to fill in: TOML, or CSV rows of coefficients."""

import io
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from spillover.audit.printed import Printed, parse, split_cell
from spillover.audit.readings import stated_kind, unsaid
from spillover.audit.tables import (
    BLOCKS,
    SINGLE_ROWS,
    Matrix,
    Moran,
    MoranRow,
    Panel,
    Paper,
    Regression,
    Row,
    Statistic,
    StatisticTable,
    yes_or_no,
)
from spillover.present.report_folder import write_new
from spillover.words import CHINESE, ENGLISH

FIGURES = ("nobs", "loglik", "aic", "bic")
TEXTS = (
    "label", "model", "depvar", "paren", "stars", "effects", "correction", "covariance", "controls",
    "w", "relative", "subsample",
)  # fmt: skip
ALIASES = {"lambda": "lambda_", "ll": "loglik", "n": "nobs", "lag": "wx", "coefficient": "coef"}
UNREAD = {"r2", "pvalues", "levels", "rows", "note"}
TABLES = {
    "key", "role", "uncertain", "citation", "panel", "defaults", "draws", "tables", "regression",
    "moran", "tests", "matrix",
}  # fmt: skip
YEARS = r"\s*(\d{4})\s*年?\s*[-–—~至到]\s*(\d{4})\s*年?\s*"
_FIGURE = r"[\s(\[{{*]*[-+−–]?{}[\s)\]}}*%]*"
DECIMAL_COMMA = re.compile(_FIGURE.format(r"(0?,\d+|\d+,(\d{1,2}|\d{4,}))"))
DECIMAL_POINT = re.compile(_FIGURE.format(r"[\d,]*\.\d+"))
ANY_COMMA = re.compile(_FIGURE.format(r"\d*,\d+"))
TEMPLATES = {
    ENGLISH: {".toml": "paper.toml", ".csv": "rows.csv"},
    CHINESE: {".toml": "paper-zh.toml", ".csv": "rows.csv"},
}
CSV_COLUMNS = ("regression", "block", "variable", "estimate", "parentheses")


def write_template(path: str | Path, force: bool = False, language: str = ENGLISH) -> Path:
    """Write a description to fill in: TOML, or CSV rows by the name's ending.

    Parameters
    ----------
    path
        Of the file to write.
    force
        Whether to replace it.
    language
        Of the comments: ``"en"`` or ``"zh"``.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    FileExistsError
        If the file exists and ``force`` is off.
    ValueError
        For another ending.
    """
    path, templates = Path(path), TEMPLATES[language]
    if path.suffix not in templates:
        raise ValueError(f"{path} should end with .toml or .csv")
    template = files("spillover.audit").joinpath("templates", templates[path.suffix])
    write_new(path, template.read_bytes(), force)
    return path


class Unreadable(ValueError):
    """A file, or a cell of it, that cannot be read; the message names table, row and column."""


def read(path: str | Path) -> Paper:
    """Read a description of printed tables.

    Parameters
    ----------
    path
        A TOML file as ``spillover audit --template`` writes it, or a CSV file with the columns
        regression, block, variable, estimate, parentheses (and p_value, if printed), where block
        is coef, wx, direct, indirect, total, rho, lambda, sigma2, loglik, aic, bic or nobs.

    Returns
    -------
    Paper
        Every figure as printed.

    Raises
    ------
    Unreadable
        If the file is no description, or a cell is no figure: names file, table, row and column.
    """
    path = Path(path)
    try:
        tables = _from_csv(path) if path.suffix.casefold() == ".csv" else _toml(path)
        paper = paper_from(tables, path)
    except Unreadable as fault:
        raise Unreadable(f"{path.name}: {fault}") from None
    if not (paper.regressions or paper.morans or paper.tests):
        raise Unreadable(f"{path.name}: holds no [[regression]], [[moran]] or [[tests]]")
    return paper


def _toml(path: Path) -> dict:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as fault:
        raise Unreadable(f"is not TOML: {fault}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8 text") from None
    except OSError as fault:
        raise Unreadable(f"cannot be read ({fault.strerror})") from None


def _from_csv(path: Path) -> dict:
    """The tables of a CSV file of rows, in the form of the TOML file."""
    try:
        frame = pd.read_csv(io.StringIO(_text(path)), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise Unreadable(f"is not a CSV table: {' '.join(str(fault).split())}") from None
    frame.columns = frame.columns.str.strip().str.casefold()
    absent = [name for name in CSV_COLUMNS[:4] if name not in frame]
    if absent:
        raise Unreadable(f"has no column {absent[0]!r}; columns are {', '.join(frame)}")
    groups = frame.groupby("regression", sort=False)
    return {"regression": [_regression_of_rows(label, rows) for label, rows in groups]}


def _regression_of_rows(label: str, rows: pd.DataFrame) -> dict:
    table: dict[str, Any] = {"label": label}
    for row in rows.to_dict("records"):
        block = ALIASES.get(row["block"].strip().casefold(), row["block"].strip().casefold())
        cells = [row.get(name, "") for name in (*CSV_COLUMNS[2:], "p_value")]
        if block in BLOCKS:
            table.setdefault(block, []).append(cells)
        elif block in SINGLE_ROWS:
            table[block] = cells[1:]
        elif block in FIGURES or block in TEXTS or block in UNREAD:
            table[block] = row["estimate"]
        else:
            raise Unreadable(
                f"{label}, row {row['variable'] or row['block']}: unknown block {block!r}"
            )
    return table


def paper_from(tables: Mapping, path: Path) -> Paper:
    """A paper from its tables.

    Parameters
    ----------
    tables
        In the form of the TOML file.
    path
        Of the file: names the paper, and files that it names lie beside it.

    Returns
    -------
    Paper
        Every figure as printed.

    Raises
    ------
    Unreadable
        If a table has another form, or a cell is no figure.
    """
    if "tables" in tables:
        extra = _named(path.parent / str(tables["tables"]))["regression"]
        tables = {**tables, "regression": _merged(tables.get("regression", []), extra)}
    comma = _decimal_comma(tables)
    tables = _with_points(tables) if comma else tables
    panel, shared = _table(tables, "panel"), _table(tables, "defaults")
    regressions = [
        _regression({**shared, **entry}, f"[[regression]] {number}")
        for number, entry in enumerate(_entries(tables, "regression"), start=1)
    ]
    twice = [f"{r.label}: {place}" for r in regressions for place in r.twice]
    return Paper(
        name=str(tables.get("key") or path.stem),
        citation={k: str(v) for k, v in _table(tables, "citation").items()},
        panel=_panel(panel),
        regressions=tuple(regressions),
        morans=tuple(_moran(*pair) for pair in enumerate(_entries(tables, "moran"), start=1)),
        tests=tuple(_tests(*pair) for pair in enumerate(_entries(tables, "tests"), start=1)),
        matrices=tuple(_matrix(entry, path.parent) for entry in _entries(tables, "matrix")),
        draws=_whole(tables.get("draws") or panel.get("draws")),
        notes=(
            *map(str, _listed(tables.get("uncertain", ()))),
            *(["figures have a decimal comma"] if comma else []),
            *_unused(tables),
            *_not_understood(regressions, panel),
            *([f"stands twice, not compared across blocks: {'; '.join(twice)}"] if twice else []),
        ),
    )


def _texts(value: Any) -> Iterable[str]:
    """Every text of nested tables and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _decimal_comma(tables: Mapping) -> bool:
    """Whether some figure has a decimal comma beyond doubt, and none a point: 305,256 is then no
    thousand."""
    texts = list(_texts(tables))
    return any(map(DECIMAL_COMMA.fullmatch, texts)) and not any(map(DECIMAL_POINT.fullmatch, texts))


def _with_points(value: Any) -> Any:
    """The same tables with decimal points."""
    if isinstance(value, Mapping):
        return {name: _with_points(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_points(each) for each in value]
    comma = isinstance(value, str) and ANY_COMMA.fullmatch(value)
    return value.replace(",", ".") if comma else value


def _named(path: Path) -> dict:
    """The tables of a CSV file that a TOML file names."""
    try:
        return _from_csv(path)
    except Unreadable as fault:
        raise Unreadable(f"tables, {path.name}: {fault}") from None


def _merged(described: list[dict], rows: list[dict]) -> list[dict]:
    """Rows of a CSV file joined with the regressions of the same label."""
    by_label = {str(entry.get("label", "")): entry for entry in described}
    joined = [{**by_label.pop(entry["label"], {}), **entry} for entry in rows]
    return joined + list(by_label.values())


def _table(tables: Mapping, name: str) -> dict:
    value = tables.get(name, {})
    if not isinstance(value, dict):
        raise Unreadable(f"[{name}] is not a table")
    return value


def _entries(tables: Mapping, name: str) -> list[dict]:
    value = tables.get(name, [])
    value = [value] if isinstance(value, dict) else value
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise Unreadable(f"[[{name}]] is not a list of tables")
    return value


def _listed(value: Any) -> Iterable:
    return value if isinstance(value, list | tuple) else [value]


def _lists(value: Any, place: str, fewest: int, needs: str) -> list[list]:
    """A list of rows of at least so many cells each."""
    if not isinstance(value, list):
        raise Unreadable(f"{place}: is not a list of rows")
    for number, cells in enumerate(value, start=1):
        if not isinstance(cells, list) or len(cells) < fewest:
            raise Unreadable(f"{place}, row {number}: needs {needs}")
    return value


def _unused(tables: Mapping) -> list[str]:
    known = {f.name for f in fields(Regression)} | set(ALIASES) | UNREAD | set(BLOCKS)
    unused = {k for entry in _entries(tables, "regression") for k in entry if k not in known}
    unused |= tables.keys() - TABLES
    return [f"not read: {', '.join(sorted(unused))}"] if unused else []


def _not_understood(regressions: Iterable[Regression], panel: Mapping) -> list[str]:
    """Fields that say something of which nothing is understood, so that no check can use it."""
    fields = [
        (f"{column.label}, {name}", said, understood)
        for column in regressions
        for name, said, understood in (
            ("model", column.model, bool(column.kind)),
            ("paren", column.paren, bool(stated_kind(column.paren))),
            ("relative", column.relative, yes_or_no(column.relative) is not None),
        )
    ]
    whether = str(panel.get("row_standardised", ""))
    fields.append(("[panel] row_standardised", whether, yes_or_no(whether) is not None))
    for name in ("N", "T", "NT"):
        number = str(panel.get(name, ""))
        fields.append((f"[panel] {name}", number, _whole(number) is not None))
    found = [f"{place} = {said!r}" for place, said, known in fields if not (known or unsaid(said))]
    return [f"not understood: {'; '.join(found)}"] if found else []


# Cells -----------------------------------------------------------------------------------------


def _figure(value: Any, place: str) -> Printed | None:
    """The figure in a cell, in the first of a list; the place is for the message."""
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    try:
        return parse(value)
    except ValueError as fault:
        raise Unreadable(f"{place}: {fault}") from None


def _row(name: str, cells: list, place: str) -> Row | None:
    """A row, or None if its estimate is blank."""
    cells = [*map(str, cells), "", ""][: max(len(cells), 3)]
    estimate, parentheses, *rest = cells
    if not parentheses:
        estimate, parentheses = split_cell(estimate)
    printed = _figure(estimate, f"{place}, estimate")
    beside = _figure(parentheses, f"{place}, parentheses")
    p_value = _figure(rest[0], f"{place}, p-value") if rest else None
    return Row(name, printed, beside, p_value) if printed else None


def _rows(block: Any, p_values: Mapping[str, Any], place: str) -> tuple[Row, ...]:
    if isinstance(block, dict):
        block = [[name, *_listed(cells)] for name, cells in block.items()]
    rows = []
    for cells in _lists(block, place, 2, "a name and an estimate"):
        name = str(cells[0])
        more = cells[1:]
        if name in p_values and len(cells) < 4:
            more = [*[*more, ""][:2], p_values[name]]
        rows.append(_row(name, more, f"{place}, row {name}"))
    return tuple(row for row in rows if row)


# Tables ----------------------------------------------------------------------------------------


def _regression(entry: Mapping, default: str) -> Regression:
    entry = {ALIASES.get(key, key): value for key, value in entry.items()}
    label = str(entry.get("label") or default)
    listed = _lists(entry.get("pvalues", []), f"{label}, pvalues", 2, "a name and a p-value")
    p_values = {str(name): p for name, p, *_ in listed}
    texts = {name: str(entry[name]) for name in TEXTS[1:] if name in entry}
    figures = {name: _figure(entry.get(name), f"{label}, {name}") for name in FIGURES}
    if figures["nobs"] and figures["nobs"].value < 1:
        raise Unreadable(f"{label}, nobs: {figures['nobs'].text} is no number of observations")
    single = {
        name: _row(name.rstrip("_"), list(_listed(entry[name])), f"{label}, {name.rstrip('_')}")
        for name in SINGLE_ROWS
        if entry.get(name) not in (None, "", [])
    }
    blocks = {
        name: _rows(entry[name], p_values if name == "coef" else {}, f"{label}, {name}")
        for name in BLOCKS
        if entry.get(name)
    }
    fields: dict[str, Any] = {**texts, **figures, **single}
    levels = _levels(entry.get("levels", ()), label)
    return Regression(label, levels=levels, blocks=blocks, **fields)


def _levels(values: Any, label: str) -> tuple[float, ...]:
    """Levels as shares, largest first; ``"5%"`` is 0.05."""
    texts = [str(value).strip() for value in _listed(values)]
    found = [(_figure(text.rstrip("%"), f"{label}, levels"), text.endswith("%")) for text in texts]
    shares = (level.value / (100 if percent else 1) for level, percent in found if level)
    return tuple(sorted(shares, reverse=True))


def _moran(number: int, entry: Mapping) -> Moran:
    label = ", ".join(filter(None, [f"[[moran]] {number}", str(entry.get("series", ""))]))
    second = str(entry.get("second", "z")).casefold().strip()
    read_second = {"p": "p_value", "sd": "sd", "se": "sd"}.get(second.split(" ")[0], "z")
    rows = []
    for cells in _lists(entry.get("rows", []), label, 1, "a year and Moran's I"):
        names = ["i", read_second, "p_value"][: len(cells) - 1]
        place = f"{label}, row {cells[0]}"
        read = {n: _figure(c, f"{place}, {n}") for n, c in zip(names, cells[1:], strict=False)}
        if i := read.pop("i", None):
            rows.append(MoranRow(str(cells[0]), i, **read))
    return Moran(
        str(entry.get("series", "")), str(entry.get("w", "")), tuple(rows), str(entry.get("p", ""))
    )


def _tests(number: int, entry: Mapping) -> StatisticTable:
    label = str(entry.get("label") or f"[[tests]] {number}")
    rows = _lists(entry.get("rows", []), label, 1, "a name and a statistic")
    tests = []
    for name, *rest in ([*cells, "", "", ""][:4] for cells in rows):
        columns = zip(("statistic", "p-value", "df"), rest, strict=True)
        statistic, p_value, df = (
            _figure(c, f"{label}, row {name}, {column}") for column, c in columns
        )
        if statistic:
            tests.append(Statistic(str(name), statistic, p_value, df))
    return StatisticTable(label, tuple(tests))


def _panel(entry: Mapping) -> Panel:
    numbers = {name: _whole(entry.get(name)) for name in ("N", "T", "NT")}
    span = re.match(YEARS, str(entry.get("T", "")))
    if span:
        numbers["T"] = int(span[2]) - int(span[1]) + 1
    inferred = {
        name for name in numbers if re.search(r"infer|tried", str(entry.get(name, "")).casefold())
    }
    return Panel(
        **numbers,
        years=str(entry.get("years", "")),
        row_standardised=yes_or_no(str(entry.get("row_standardised", ""))),
        inferred=frozenset(inferred),
    )


def _whole(value: Any) -> int | None:
    """The first whole number of a text: ``8 (2012-2019)`` is 8."""
    match = re.match(r"\s*(\d[\d,]*)", str(value if value is not None else ""))
    return int(match[1].replace(",", "")) if match else None


def _matrix(entry: Mapping, folder: Path) -> Matrix:
    name = str(entry.get("name") or entry.get("file", ""))
    if "file" not in entry:
        raise Unreadable(f"[[matrix]] {name}: no file is named")
    path = folder / str(entry["file"])
    try:
        frame = pd.read_csv(io.StringIO(_text(path)), index_col=0, dtype=str)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise Unreadable(f"[[matrix]] {name}: {' '.join(str(fault).split())}") from None
    except Unreadable as fault:
        raise Unreadable(f"[[matrix]] {name}: {entry['file']} {fault}") from None
    return Matrix(name, _checked(_numbers(frame, name), name))


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    for row, column in np.argwhere((numbers.isna() & frame.notna()).to_numpy())[:1]:
        place = f"row {frame.index[row]}, column {frame.columns[column]}"
        cell = frame.iloc[row, column]
        raise Unreadable(f"[[matrix]] {name}, {place}: {cell!r} is not a number")
    return numbers.to_numpy(float)


def _checked(W: np.ndarray, name: str) -> np.ndarray:
    problems = {
        "is not square": W.shape[0] != W.shape[1],
        "has blanks": not np.isfinite(W).all(),
        "has negative weights": (W < 0).any(),
        "links units to themselves": np.diag(W).any(),
        "has no links": not W.any(),
    }
    for words, wrong in problems.items():
        if wrong:
            raise Unreadable(f"[[matrix]] {name}: {words}")
    return W

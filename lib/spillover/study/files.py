"""Tables as people save them: any of the usual formats as text cells, with where each was found."""

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import pandas as pd
from charset_normalizer import from_bytes

PARQUET_MARK = b"PAR1"  # at both ends of a file
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
ALPHABETS = ("cp1250", "cp1251", "cp1252")
# Of East Asian encodings the everyday characters: their codec, and where their lead bytes end.
EVERYDAY = {
    "gb18030": ("gb2312", 0xD8),
    "big5": ("big5", 0xC9),
    "cp932": ("shift_jis", 0x98),
    "cp949": ("euc_kr", 0xC9),
}
MOSTLY = 0.9
PROVINCE = re.compile(
    "北京|天津|河北|山西|内蒙|辽宁|吉林|黑龙|上海|江苏|浙江|安徽|福建|江西|山东|河南"
    "|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆"
)
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
MOST_CELLS = 400  # looked at to find an encoding
AS_GOOD = 0.1  # two readings whose measures of disorder differ by less cannot be told apart
EXCEL = (".xlsx", ".xlsm")
MOST_TITLE = 20  # lines among which the names of the columns are looked for
TITLED = "lines above the header left out"
SAVE_AS = "save it as .csv, .xlsx, .dta or .parquet"
SEPARATOR_TOLD = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)  # a first line for a spreadsheet
Rows = list[tuple[int, list[str | None]]]  # number of the line, and its cells


class PanelError(ValueError):
    """A fault in the input, said in one line that names the file, column, region or year."""


@dataclass(frozen=True)
class Table:
    """The cells of a file as text."""

    cells: pd.DataFrame  # text, None for a blank; the index is the line (or row) of the file
    file: str
    sha256: str  # of what was read
    notes: tuple[str, ...] = ()  # what was found out about the file, one phrase each
    header: int = 1  # line that holds the names of the columns; 0 if they are part of the format
    codes: Mapping[str, pd.Series] = field(default_factory=dict)  # numbers behind columns of labels

    def fault(self, text: str) -> PanelError:
        """An error in this file."""
        return PanelError(f"{self.file}: {text}")


def read_table(
    path: str | Path,
    encoding: str | None = None,
    sheet: str | None = None,
    separator: str | None = None,
    header: bool = True,
    names: Sequence[str] = (),
) -> Table:
    """Read a table in the format that the file's name says, as text.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv`` or ``.txt`` (comma, semicolon or tab), ``.xlsx``, ``.dta``,
        ``.parquet``; the text formats and ``.dta`` also with ``.gz``.
    encoding
        Of a text file; found out if left out, and refused if two readings are as good.
    sheet
        Of a workbook with more than one table.
    separator
        Of a text file; found out if left out.
    header
        Whether the first line holds the names of the columns.
    names
        Of columns that the table must have: lines above the one that holds them are a title.

    Returns
    -------
    Table

    Raises
    ------
    PanelError
        If the file is missing, cannot be read, or can be read in more than one way.
    """
    path = Path(path)
    content = _content(path)
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    table = Table(pd.DataFrame(), path.name, hashlib.sha256(content).hexdigest())
    if path.suffix.lower() == ".gz":
        content = _unpacked(table, content)
    if suffix in EXCEL:
        return _headed(_excel(table, content, sheet, names), header)
    if suffix in BINARY:
        return _binary(table, content, suffix)
    return _headed(_text(table, content, encoding, separator, names), header)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise PanelError(f"{path}: no such file")
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise PanelError(f"{path.name}: cannot be read ({fault.strerror})") from fault
    if not content.strip():
        raise PanelError(f"{path.name}: the file is empty")
    return content


def _unpacked(table: Table, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as fault:
        raise table.fault(f"not a whole gzip file ({fault})") from fault


def _title(rows: Iterable[Sequence[str | None]], names: Sequence[str]) -> int | None:
    """Number of rows above the one that holds all these names; None if no row holds them."""
    wanted = {" ".join(name.split()) for name in names}
    for above, row in enumerate(islice(rows, MOST_TITLE)):
        if wanted and wanted <= {" ".join(cell.split()) for cell in row if cell}:
            return above
    return None


def _headed(table: Table, header: bool) -> Table:
    """Take the names of the columns from the first row; leave out rows without a single entry."""
    cells = table.cells.dropna(how="all")
    if cells.empty:
        raise table.fault("the table has no rows")
    if not header:
        return replace(table, cells=cells, header=0)
    line = int(cells.index[0])
    names = ["" if name is None else name for name in cells.iloc[0]]
    body = cells.iloc[1:].set_axis(names, axis=1)
    filled = body.notna().any()
    kept = [bool(name) or full for name, full in zip(names, filled, strict=True)]
    return _checked(replace(table, cells=body.loc[:, kept], header=line))


def _checked(table: Table) -> Table:
    """Refuse a table without rows and names that stand twice."""
    if table.cells.empty:
        raise table.fault("the table has no rows")
    names = [name for name in table.cells.columns if name]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        where = [i + 1 for i, name in enumerate(table.cells.columns) if name == twice]
        raise table.fault(f"two columns are called {twice!r} (columns {where[0]} and {where[1]})")
    return table


def _text(
    table: Table, content: bytes, encoding: str | None, separator: str | None, names: Sequence[str]
) -> Table:
    text, encoding = _decoded(table, content, encoding)
    if text.lstrip().startswith("<"):
        raise table.fault(f"holds HTML or XML, not a table: {SAVE_AS}")
    if told := SEPARATOR_TOLD.match(text):
        separator, text = separator or told[1], "\n" + text[told.end() :]
    rows, separator, title = _rows(table, text, separator, names)
    width = len(rows[0][1])
    if ragged := next(((line, row) for line, row in rows if len(row) != width), None):
        line, row = ragged
        raise table.fault(f"line {line} has {len(row)} cells, line {rows[0][0]} has {width}")
    index = [line for line, _ in rows]
    cells = pd.DataFrame([row for _, row in rows], index=index, dtype=object)
    by = f"separated by {SEPARATORS.get(separator, repr(separator))}"
    return replace(table, cells=cells, notes=(encoding, by, *[TITLED] * (title > 0)))


def _decoded(table: Table, content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text and the encoding by which it was read."""
    if encoding:
        return _decoded_as(table, content, encoding), encoding
    for mark, name in MARKS.items():
        if content.startswith(mark):
            return _decoded_as(table, content, name), name.removesuffix("-sig")
    if b"\0" in content:
        return _wide_characters(table, content)
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _by_likelihood(table, content)


def _decoded_as(table: Table, content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except LookupError as fault:
        raise table.fault(f"there is no encoding {encoding!r}") from fault
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise table.fault(f"line {line} is not text in {encoding}") from fault
    except UnicodeError as fault:
        raise table.fault(f"not text in {encoding}") from fault
    if "\0" in text:
        raise table.fault("holds zero bytes: not a text file, or another --encoding")
    return text.removeprefix("\ufeff")


def _wide_characters(table: Table, content: bytes) -> tuple[str, str]:
    readings = {}
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\n" in text and "\0" not in text:
            readings[encoding] = text
    if len(readings) != 1:
        raise table.fault(f"holds zero bytes: not a text file; {SAVE_AS}")
    ((encoding, text),) = readings.items()
    return text, encoding


def _by_likelihood(table: Table, content: bytes) -> tuple[str, str]:
    """The one encoding in which the text is in order, by charset-normalizer's measure."""
    telling = {cell for cell in re.split(rb'[,;\t\r\n"]', content) if not cell.isascii()}
    sample = b"\n".join(sorted(telling)[:MOST_CELLS])
    found = from_bytes(sample, cp_isolation=[*EVERYDAY, *ALPHABETS], threshold=0.9)
    readings: dict[str, tuple[float, str]] = {}
    for match in sorted(found, key=lambda match: match.chaos):
        for encoding in {match.encoding, *match.could_be_from_charset} & {*EVERYDAY, *ALPHABETS}:
            if _usual(str(match), encoding):
                readings.setdefault(str(match), (match.chaos, encoding))
    if not readings:
        raise table.fault("the text is not UTF-8: name its encoding with --encoding")
    best = min(chaos for chaos, _ in readings.values())
    likely = [encoding for chaos, encoding in readings.values() if chaos <= best + AS_GOOD]
    if "gb18030" in likely and any(map(PROVINCE.match, sample.decode("gb18030").splitlines())):
        likely = ["gb18030"]  # no other reading explains a province's name
    if len(likely) > 1:
        raise table.fault(
            f"the text can be read as {' and as '.join(likely[:2])}: say which with --encoding"
        )
    return _decoded_as(table, content, likely[0]), likely[0]


def _usual(text: str, encoding: str) -> bool:
    """Whether text reads like names in the languages that an encoding was made for."""
    if encoding in EVERYDAY:
        signs = [_everyday(sign, *EVERYDAY[encoding]) for sign in text if not sign.isascii()]
    else:
        words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
        signs = [word.istitle() or word.islower() or word.isupper() for word in words]
        signs += [sign.isalpha() or sign in "’–" for sign in text if not sign.isascii()]
    return sum(signs) >= MOSTLY * len(signs)


def _everyday(sign: str, codec: str, end: int) -> bool:
    try:
        code = sign.encode(codec)
        return len(code) <= 2 and code[0] < end
    except UnicodeEncodeError:
        return False


def _rows(
    table: Table, text: str, separator: str | None, names: Sequence[str]
) -> tuple[Rows, str, int]:
    """Lines from the header on with their cells; the separator is the one that cuts all of them
    into as many cells; and the number of lines above."""
    separators = [separator] if separator else SEPARATORS
    whole = {each: _cut(table, text, each) for each in separators}
    titles = {each: _title((row for _, row in rows), names) or 0 for each, rows in whole.items()}
    cuts = {each: rows[titles[each] :] for each, rows in whole.items()}
    even = [
        each
        for each, rows in cuts.items()
        if len(rows[0][1]) > 1 and len({len(row) for _, row in rows}) == 1
    ]
    if len(even) > 1:
        marks = " and by ".join(SEPARATORS[each] for each in even)
        raise table.fault(f"the columns can be separated by {marks}: say which with --separator")
    chosen = even[0] if even else max(cuts, key=lambda each: len(cuts[each][0][1]))
    return cuts[chosen], chosen, titles[chosen]


def _cut(table: Table, text: str, separator: str) -> Rows:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        rows = [(lines.line_num, [_cell(cell) for cell in row]) for row in lines]
    except csv.Error as fault:
        raise table.fault(f"line {lines.line_num}: {fault}") from fault
    rows = [(line, row) for line, row in rows if any(cell is not None for cell in row)]
    if not rows:
        raise table.fault("the table has no rows")
    return rows


def _cell(value: object) -> str | None:
    """A cell as text: whole numbers without a point, dates as ISO; None for a blank."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp) or hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _excel(table: Table, content: bytes, sheet: str | None, names: Sequence[str]) -> Table:
    try:
        sheets = pd.read_excel(
            io.BytesIO(content), sheet_name=None, header=None, dtype=object, keep_default_na=False
        )
    except Exception as fault:
        raise table.fault(f"not a workbook that can be read ({fault})") from fault
    if sheet is not None and sheet not in sheets:
        raise table.fault(f"no sheet {sheet!r}; it has {', '.join(sheets)}")
    filled = {name: _cells(frame) for name, frame in sheets.items() if not frame.empty}
    if sheet is not None:
        filled = {sheet: _cells(sheets[sheet])}
    titles = {name: _title(cells.to_numpy(), names) for name, cells in filled.items()}
    named = [name for name, title in titles.items() if title is not None]
    likely = named if len(named) == 1 else list(filled)
    if len(likely) != 1:
        listed = ", ".join(filled) or "none that is filled"
        raise table.fault(f"say with --sheet which sheet to read; it has {listed}")
    (chosen,) = likely
    title = titles[chosen] or 0
    notes = (f"sheet {chosen}", *[TITLED] * (title > 0))
    return replace(table, cells=filled[chosen].iloc[title:], notes=notes)


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Every cell as text, with the number of its row."""
    cells = frame.map(_cell).astype(object)
    cells.index = range(1, len(cells) + 1)
    return cells.where(cells.notna(), None)


def _binary(table: Table, content: bytes, suffix: str) -> Table:
    try:
        frame = BINARY[suffix](io.BytesIO(content))
    except ImportError as fault:
        raise table.fault('needs a package more: pip install "spillover[parquet]"') from fault
    except Exception as fault:
        raise table.fault(f"not a {suffix} file that can be read ({fault})") from fault
    if frame.index.names != [None]:
        frame = frame.reset_index()
    codes = _codes(content, frame) if suffix == ".dta" else {}
    names = [str(name).strip() for name in frame]
    cells = _cells(frame.astype(object).set_axis(names, axis=1))
    return _checked(replace(table, cells=cells.dropna(how="all"), header=0, codes=codes))


def _codes(content: bytes, frame: pd.DataFrame) -> dict[str, pd.Series]:
    """The numbers behind the labels of a Stata file, by column."""
    labelled = [name for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    if not labelled:
        return {}
    numbers = pd.read_stata(io.BytesIO(content), convert_categoricals=False)[labelled]
    numbers.index = range(1, len(numbers) + 1)
    return {str(name).strip(): numbers[name].astype(object).map(_cell) for name in labelled}


def _parquet(file: io.BytesIO) -> pd.DataFrame:
    """Read a whole file only: the reader takes the process down when the end is missing."""
    content = file.getvalue()
    footer = int.from_bytes(content[-8:-4], "little")
    whole = content[:4] == content[-4:] == PARQUET_MARK and footer <= len(content) - 12
    if not whole:
        raise ValueError("its end is missing")
    return pd.read_parquet(file)


def _stata(file: io.BytesIO) -> pd.DataFrame:
    """Labels in place of numbers, but the numbers where two of a column's labels are alike."""
    try:
        return pd.read_stata(file)
    except ValueError:
        file.seek(0)
        return pd.read_stata(file, convert_categoricals=False)


BINARY: dict[str, Callable[[io.BytesIO], pd.DataFrame]] = {".dta": _stata, ".parquet": _parquet}

_NUMBER = {
    ".": re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][-+]?\d+)?"),
    ",": re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?([eE][-+]?\d+)?"),
}
_SPACES = re.compile("(?<=\\d)[ \u00a0\u2009\u202f](?=\\d{3}(\\D|$))")


def number(cell: str | None, decimal: str = ".") -> float:
    """A number as people write it: thousands may be set apart.

    Parameters
    ----------
    cell
        Text, or None for a blank.
    decimal
        ``"."`` or ``","``.

    Returns
    -------
    float
        NaN if it is no number.
    """
    if cell is None:
        return float("nan")
    text = _SPACES.sub("", cell.replace("\u2212", "-"))
    if not _NUMBER[decimal].fullmatch(text) or not re.match(r"[-+]?[.,]?\d", text):
        return float("nan")
    thousands = "," if decimal == "." else "."
    return float(text.replace(thousands, "").replace(decimal, "."))


def decimal_mark(table: Table, columns: Sequence[str]) -> str:
    """Whether the numbers of some columns have a decimal point or comma.

    Parameters
    ----------
    table, columns
        As `read_table` returns it, and the names of columns.

    Returns
    -------
    str
        ``"."`` or ``","``.

    Raises
    ------
    PanelError
        If both occur, or every number can be read in two ways (1,234).
    """
    placed = {
        _SPACES.sub("", cell): f"column {name!r}, line {line}"
        for name in columns
        for line, cell in table.cells[name].drop_duplicates().items()
        if cell is not None
    }
    shown = {mark: next(filter(_shows(mark), placed), None) for mark in ".,"}
    if shown["."] and shown[","]:
        raise table.fault(
            f"numbers with a decimal point ({shown['.']}, {placed[shown['.']]}) and with a comma "
            f"({shown[',']}, {placed[shown[',']]})"
        )
    mark = "," if shown[","] else "."
    other = "." if mark == "," else ","
    group = re.compile(rf"[-+]?\d{{1,3}}{re.escape(other)}\d{{3}}")
    doubtful = next(filter(group.fullmatch, placed), None)
    if doubtful and not any(map(_groups(mark), placed)):
        raise table.fault(
            f"{placed[doubtful]}: {doubtful} can be a number with a decimal mark and one in "
            "thousands: say with --decimal which mark the decimals have"
        )
    return mark


def _shows(mark: str) -> Callable[[str], bool]:
    """Whether a number can only be read with this decimal mark."""
    sign = re.escape(mark)
    alone = re.compile(
        rf"[-+]?(\d*{sign}(\d{{0,2}}|\d{{4,}})|0*{sign}\d+|\d{{4,}}{sign}\d*)(e.*)?", re.I
    )
    groups = _groups(mark)
    return lambda text: bool(alone.fullmatch(text)) or groups(text)


def _groups(mark: str) -> Callable[[str], bool]:
    """Whether a number sets thousands apart, with this decimal mark, beyond doubt."""
    sign, other = re.escape(mark), re.escape("," if mark == "." else ".")
    pattern = rf"[-+]?\d{{1,3}}(({other}\d{{3}})+{sign}\d*|({other}\d{{3}}){{2,}})"
    return lambda text: bool(re.fullmatch(pattern, text))

"""Hundreds of corrupted files: each is read right or refused in one line that says where."""

import gzip
import io
import re

import numpy as np
import pandas as pd
import pytest

from spillover.cli import main
from spillover.study.files import PanelError
from spillover.study.links import read_weights
from spillover.study.question import study_from_columns
from spillover.study.reading import read_panel

NAMES = [f"Region {i}" for i in range(1, 8)]
YEARS = range(2015, 2020)
CELLS = pd.DataFrame([(r, t) for r in NAMES for t in YEARS], columns=["region", "year"])
VALUES = np.random.default_rng(5).normal(size=(35, 2)).round(3)
CELLS = CELLS.assign(y=VALUES[:, 0], x=VALUES[:, 1]).astype(object)
RIGHT = CELLS.set_index(["region", "year"]).astype(float).sort_index()
LINKS = pd.DataFrame(np.abs(np.subtract.outer(range(7), range(7))) == 1, NAMES, NAMES) * 1.0

NOT_NUMBERS = [
    "",
    "  ",
    "n/a",
    "NA",
    "null",
    "-",
    "--",
    "..",
    ".",
    "#N/A",
    "#REF!",
    "=1+1",
    "1_0",
    "0x1",
    "inf",
    "-inf",
    "1e999",
    "nan",
    "1.2.3",
    "1,2,3",
    "12%",
    "$5",
    "5*",
    "(5)",
    "五",
    "1;2",
    "1 2",
    "1-2",
    "true",
    "1/2",
    "\u200b",
    "１２a",
    "1e",
    "e5",
    "+-1",
    "1d3",
    "1'000",
    "?",
]
NOT_YEARS = [
    "",
    "20x5",
    "2015.5",
    "FY15",
    "2015/16",
    "41275",
    "15-2015",
    "year",
    "MMXV",
    "2015-",
    "Q1",
]
TWICE = ["Region 2", " Region 2", "Region  2", "Region 2 ", "\ufeffRegion 2"]


def csv(table, **options):
    return table.to_csv(index=False, **options).encode()


def put(column, value, row):
    table = CELLS.copy()
    table.loc[row, column] = value
    return table


def cells():
    for column in ("y", "x"):
        for row in (0, 17, 34):
            for text in NOT_NUMBERS:
                yield f"{column}{row} {text!r}", csv(put(column, text, row)), None
    for row in (0, 34):
        for text in NOT_YEARS:
            yield f"year{row} {text!r}", csv(put("year", text, row)), None
    for text in ["", " ", "\t", *TWICE, "Region 9", "Region O", "region 2"]:
        yield f"region {text!r}", csv(put("region", text, 3)), None
    for factor in (1e150, 1e-200):
        yield f"times {factor}", csv(CELLS.assign(y=CELLS["y"] * factor)), None


def swapped(rows, i, line):
    return b"".join([*rows[:i], line, *rows[i + 1 :]])


def lines():
    whole = csv(CELLS)
    rows = whole.splitlines(keepends=True)
    for i in (1, 9, 35):
        yield f"without line {i}", swapped(rows, i, b""), None
        yield f"line {i} twice", b"".join([*rows, rows[i]]), None
        yield f"line {i} cut", swapped(rows, i, rows[i][:8] + b"\n"), None
        yield (
            f"line {i} long",
            swapped(rows, i, rows[i].strip() + b",7\n"),
            None,
        )
        yield f"quote in line {i}", swapped(rows, i, b'"' + rows[i]), None
        yield f"blank line {i}", b"".join([*rows[:i], b"\n", *rows[i:]]), RIGHT
        yield f"commas in line {i}", b"".join([*rows[:i], b",,,\n", *rows[i:]]), RIGHT
        yield f"zero byte in line {i}", swapped(rows, i, b"\0" + rows[i]), None
        yield (
            f"wrong byte in line {i}",
            swapped(rows, i, b"\xff" + rows[i]),
            None,
        )
    yield "header alone", rows[0], None
    yield "no header", b"".join(rows[1:]), None
    yield "two headers", rows[0] + whole, None
    yield "title above", b"My data\n" + whole, None
    yield "note below", whole + b"Source: yearbook\n", None
    yield "total below", whole + b"Total,,1,1\n", None
    for old, new in ((b"y,x", b"y,y"), (b"y,x", b"y, y"), (b"region", b"year"), (b"year", b"Year")):
        yield f"header {new!r}", whole.replace(old, new, 1), None
    for end in (b"", b"\n", b"\n\n\n", b"\r\n", b" \n", b"\n,,,\n,,,\n"):
        yield f"end {end!r}", whole.rstrip() + end, RIGHT
    for end in (b"\r\n", b"\r"):
        yield f"lines end {end!r}", whole.replace(b"\n", end), RIGHT
    yield "shuffled", csv(CELLS.sample(frac=1, random_state=1)), RIGHT
    yield "spaces", whole.replace(b",", b" , "), RIGHT
    yield "quoted", csv(CELLS, quoting=1), RIGHT
    yield "more columns", csv(CELLS.assign(z="text", note=None)), RIGHT
    yield "unnamed column", whole.replace(b"region", b",region", 1).replace(b"\nR", b"\n1,R"), RIGHT


def texts():
    table = csv(CELLS).decode()
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii", "latin-1"):
        yield f"{encoding}", table.encode(encoding), RIGHT
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le"):
        encoded = table.encode(encoding)
        last = encoded.rindex(",".encode(encoding)[-1:])
        for cut in (1, 3, len(encoded) // 2, last):
            yield f"{encoding} cut at {cut}", encoded[:cut], None
    for separator in (";", "\t"):
        yield f"separator {separator!r}", csv(CELLS, sep=separator), RIGHT
        yield f"comma {separator!r}", comma(separator), RIGHT
        mixed = comma(separator).replace(b",", b".", 9)
        yield f"both marks {separator!r}", mixed, None
    for separator in ("|", ":", " "):
        yield f"separator {separator!r}", csv(CELLS, sep=separator), None
    for form in ("{}年", "{}-12-31", "{}/01/01", "31.12.{}", "{}.0", "{}-12-31T00:00:00"):
        dated = CELLS.assign(year=[form.format(year) for year in CELLS["year"]])
        yield f"years {form}", csv(dated), RIGHT
        dated.loc[7, "year"] = "2017年" if form == "{}.0" else "2017"
        yield f"years {form} but one", csv(dated), None
    for name in [
        "null",
        "None",
        "NA",
        "nan",
        "N/A",
        "-",
        "001",
        "1e5",
        "TRUE",
        "=A1",
        "@x",
        "a,b",
        "$x_1$",
    ]:
        renamed = CELLS.assign(region=CELLS["region"].replace("Region 3", name))
        yield f"region called {name}", csv(renamed), RIGHT.rename({"Region 3": name}).sort_index()


def comma(separator):
    table = CELLS.astype({"y": float, "x": float})
    return table.to_csv(index=False, sep=separator, decimal=",").encode()


# Named by place: a packed file holds the time, so that its length differs from run to run.
CUTS = {
    "to nothing": lambda size: 0,
    "after its head": lambda size: 10,
    "in the middle": lambda size: size // 2,
    "before its end": lambda size: size - 5,
}


def packed():
    whole = csv(CELLS)
    squeezed = gzip.compress(whole)
    for place, cut in CUTS.items():
        yield f"gz cut {place}", squeezed[: cut(len(squeezed))], None, "panel.csv.gz"
    yield "gz of nothing", gzip.compress(b""), None, "panel.csv.gz"
    yield "no gz", whole, None, "panel.csv.gz"
    book, stata, columns = io.BytesIO(), io.BytesIO(), io.BytesIO()
    CELLS.to_excel(book, index=False)
    typed = CELLS.astype({"region": str, "year": int, "y": float, "x": float})
    typed.to_stata(stata, write_index=False)
    typed.to_parquet(columns)
    for name, content in (("xlsx", book), ("dta", stata), ("parquet", columns)):
        content = content.getvalue()
        yield f"{name}", content, RIGHT, f"panel.{name}"
        yield f"{name} called csv", content, None, "panel.csv"
        yield f"csv called {name}", whole, None, f"panel.{name}"
        for place, cut in CUTS.items():
            yield f"{name} cut {place}", content[: cut(len(content))], None, f"panel.{name}"


CASES = [(*case, "panel.csv")[:4] for make in (cells, lines, texts) for case in make()]
CASES += list(packed())
CASE = ("content", "right", "file")


def test_there_are_hundreds_of_them():
    assert len(CASES) >= 300 and len({name for name, *_ in CASES}) == len(CASES)


@pytest.mark.parametrize(CASE, [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_corrupted_panel_is_read_right_or_refused_in_one_line(tmp_path, content, right, file):
    (tmp_path / file).write_bytes(content)
    if right is not None:
        panel = read_panel(tmp_path / file, ["y", "x"])
        pd.testing.assert_frame_equal(panel, right, check_index_type=False, check_column_type=False)
        return
    with pytest.raises(PanelError) as caught:
        panel = read_panel(tmp_path / file, ["y", "x"])
        assert not np.array_equal(panel.to_numpy(), RIGHT.to_numpy()), (
            "read as if nothing were wrong"
        )
    message = str(caught.value)
    assert ("\n" not in message and file in message) or "regions and" in message


BAD_LINKS = {
    "text": lambda w: w.astype(object).replace(0.0, "x"),
    "blank": lambda w: w.astype(object).mask(w == 0),
    "negative": lambda w: -w,
    "own": lambda w: w + np.eye(7),
    "island": lambda w: w.assign(**{"Region 1": 0.0, "Region 2": 0.0}) * 0,
    "one row less": lambda w: w.iloc[1:],
    "one column less": lambda w: w.iloc[:, 1:],
    "one column twice": lambda w: w.iloc[:, [0, 0, *range(2, 7)]],
    "one row twice": lambda w: w.iloc[[0, 0, *range(2, 7)]],
    "another name": lambda w: w.rename(index={"Region 1": "Regoin 1"}),
    "other case": lambda w: w.rename(columns=str.upper),
    "a stranger": lambda w: w.assign(Mars=1.0),
    "nothing": lambda w: w.iloc[:0],
    "infinite": lambda w: w * np.inf,
    "a list with three ends": lambda w: w.assign(a=1).iloc[:, -4:],
}


@pytest.mark.parametrize("name", BAD_LINKS)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_corrupted_links_are_refused_in_one_line(tmp_path, name, suffix):
    path = tmp_path / f"W.{suffix}"
    table = BAD_LINKS[name](LINKS)
    (table.to_csv if suffix == "csv" else table.to_excel)(path)
    with pytest.raises(PanelError) as caught:
        read_weights(path, NAMES)
    assert "\n" not in str(caught.value) and path.name in str(caught.value)


@pytest.mark.parametrize(
    "suffix", ["gal", "gwt", "geojson", "gpkg", "shp", "dta", "xlsx", "parquet"]
)
@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"7 0\n", b"a,b\n1,2\n"])
def test_links_that_are_no_such_file_are_refused_in_one_line(tmp_path, suffix, content):
    path = tmp_path / f"W.{suffix}"
    path.write_bytes(content)
    with pytest.raises(PanelError) as caught:
        read_weights(path, NAMES)
    assert "\n" not in str(caught.value) and "W." in str(caught.value)


def run(tmp_path, *words):
    (tmp_path / "panel.csv").write_bytes(csv(CELLS))
    LINKS.to_csv(tmp_path / "W.csv")
    start = ["run", str(tmp_path / "panel.csv"), "--outcome", "y", "--focus", "x", "--quiet"]
    return main([*start, "--no-curve", "--out", str(tmp_path / "out"), *words])


COMMANDS = {
    "no links": ([], "give weights"),
    "where nothing": (["--where", "year > 3000"], "no row is left"),
    "where nonsense": (["--where", "yaer > 3"], "cannot be evaluated"),
    "log of a negative": (["--log", "y", "--weights", "W.csv"], "not above zero"),
    "log of a stranger": (["--log", "z", "--weights", "W.csv"], "neither outcome"),
    "one coordinate twice": (["--coordinates", "x,x"], "two columns"),
    "coordinates that move": (["--coordinates", "x,y"], "changes between years"),
    "encoding": (["--encoding", "klingon", "--weights", "W.csv"], "no encoding"),
    "wide": (["--wide", "--weights", "W.csv"], "'y'"),
    "conley": (["--se", "conley", "--weights", "W.csv"], "coordinates"),
    "focus twice": (["--focus", "x", "--weights", "W.csv"], "more than one part"),
    "weights twice": (["--weights", "W.csv", "--weights", "W.csv"], "two matrices"),
    "curve log": (["--curve-log", "--weights", "W.csv"], "not above zero"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_faulty_command_is_refused_in_one_line(tmp_path, capsys, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    words, fragment = COMMANDS[name]
    assert run(tmp_path, *words) == 2
    out, err = capsys.readouterr()
    lines = [line for line in err.splitlines() if "warning" not in line]
    assert out == "" and len(lines) == 1 and fragment in lines[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["W.csv", "panel.csv"]


def test_the_api_refuses_a_panel_in_the_engines_words():
    panel = RIGHT.copy()
    for faulty, fragment in (
        (panel.rename(columns={"x": "xx"}), "no column 'x'"),
        (panel.mask(panel == panel.iloc[3, 1]), "missing or infinite values in "),
        (panel.assign(x="a"), "not numbers: x"),
        (panel.drop(panel.index[4]), "unbalanced panel: no row for "),
        (pd.concat([panel, panel.iloc[:1]]), "more than one row for "),
        (panel.assign(y=panel["y"] * 1e150), "choose another unit"),
        (panel.reset_index(), "need a (region, period) MultiIndex"),
    ):
        with pytest.raises(PanelError, match=re.escape(fragment)):
            study_from_columns(faulty, "y", "x", weights=LINKS)

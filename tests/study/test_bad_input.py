"""Hundreds of corrupted files: each is read right or refused in one line that says where."""

import gzip
import io
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

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
ALIKE = ["Region2", "REGION 2", "Ｒegion 2"]  # other names, but the message says what is meant
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
    for text in ["", " ", "\t", *TWICE, *ALIKE, "Region 9", "Region O", "region 2"]:
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
    yield "title above", b"My data\n" + whole, RIGHT
    yield "title and blank above", b"Table 1,,,\n\nSource: yearbook,,,\n" + whole, RIGHT
    yield "units below the header", rows[0] + b",,yuan,km\n" + b"".join(rows[1:]), None
    yield "separator told", b"sep=;\n" + comma(";"), RIGHT
    yield "html", b"<table>" + whole, None
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
    for form in ("{}年", "{}年度", "{}-12-31", "{}/01/01", "31.12.{}", "{}.0", "{}-12-31T00:00:00"):
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
    for name, content in (("xls", b"\xd0\xcf\x11\xe0" + bytes(99)), ("sav", b"$FL2" + bytes(99))):
        yield f"{name}", content, None, f"panel.{name}"
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


def workbook(*sheets):
    """A workbook whose tables begin in the rows given, below a title where there is room."""
    file = io.BytesIO()
    with pd.ExcelWriter(file) as writer:
        for number, (table, first) in enumerate(sheets):
            table.to_excel(writer, sheet_name=f"S{number}", index=False, startrow=first)
            if first:
                writer.sheets[f"S{number}"].cell(1, 1, "Table 1. A title")
    return file.getvalue()


def workbooks():
    notes = pd.DataFrame({"note": ["Source: yearbook"]})
    dates = CELLS.assign(year=pd.to_datetime(CELLS["year"].astype(str)))
    merged = CELLS.assign(region=CELLS["region"].where(CELLS["year"] == 2015))
    blank = CELLS.assign(empty=None)[["region", "empty", "year", "y", "x"]]
    texts = CELLS.assign(y=CELLS["y"].map("{:.3f}".format))
    below = pd.concat([CELLS, pd.DataFrame({"region": [None, "Source: yearbook"]})])
    for name, sheets, right in (
        ("title above", [(CELLS, 3)], RIGHT),
        ("a sheet of notes", [(CELLS, 0), (notes, 0)], RIGHT),
        ("a title and a sheet of notes", [(notes, 0), (CELLS, 2)], RIGHT),
        ("two such sheets", [(CELLS, 0), (CELLS, 0)], None),
        ("dates", [(dates, 0)], RIGHT),
        ("merged regions", [(merged, 0)], None),
        ("an empty column", [(blank, 0)], RIGHT),
        ("numbers as text", [(texts, 0)], RIGHT),
        ("a note below", [(below, 0)], None),
    ):
        yield f"workbook with {name}", workbook(*sheets), right, "panel.xlsx"


def labelled():
    typed = CELLS.astype({"year": int, "y": float, "x": float})
    codes = typed.assign(region=typed["region"].str[-1].astype(int))
    dummy = typed.assign(x=np.arange(35) % 2)
    labels = dict(enumerate(NAMES, 1))
    by_code = RIGHT.rename({name: str(code) for code, name in labels.items()})
    as_is = dummy.set_index(["region", "year"]).astype(float).sort_index()
    for name, table, given, right in (
        ("labels", codes, {"region": labels}, RIGHT),
        ("labels alike", codes, {"region": labels | {2: "Region 1"}}, by_code),
        ("a labelled dummy", dummy, {"x": {0: "no", 1: "yes"}}, as_is),
    ):
        file = io.BytesIO()
        table.to_stata(file, write_index=False, value_labels=given)
        yield f"dta with {name}", file.getvalue(), right, "panel.dta"


CASES = [(*case, "panel.csv")[:4] for make in (cells, lines, texts) for case in make()]
CASES += [*packed(), *workbooks(), *labelled()]
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


@pytest.mark.parametrize("name", ALIKE)
def test_a_name_that_is_nearly_another_is_asked_about(tmp_path, name):
    (tmp_path / "panel.csv").write_bytes(csv(put("region", name, 7)))
    with pytest.raises(PanelError, match="the same region"):
        read_panel(tmp_path / "panel.csv", ["y", "x"])


@pytest.mark.parametrize(
    "form", ["{name}{year}", "{name}_{year}", "{year}{name}", "{year}年{name}"]
)
def test_wide_panels_name_the_year_before_or_after(tmp_path, form):
    wide = CELLS.pivot(index="region", columns="year")
    wide.columns = [form.format(name=name, year=year) for name, year in wide]
    wide.reset_index().to_csv(tmp_path / "wide.csv", index=False)
    panel = read_panel(tmp_path / "wide.csv", ["y", "x"], wide=True)
    pd.testing.assert_frame_equal(panel, RIGHT, check_index_type=False, check_column_type=False)


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


GOOD_LINKS = {
    "blank diagonal": lambda w: w.astype(object).mask(np.eye(7) > 0),
    "dash on the diagonal": lambda w: w.astype(object).mask(np.eye(7) > 0, "-"),
    "rows in another order": lambda w: w.iloc[::-1],
}


@pytest.mark.parametrize("name", GOOD_LINKS)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("title", [0, 2])
def test_links_as_people_save_them_are_read(tmp_path, name, suffix, title):
    path, table = tmp_path / f"W.{suffix}", GOOD_LINKS[name](LINKS)
    if suffix == "xlsx":
        table.to_excel(path, startrow=title)
    else:
        path.write_text("Table 2\n" * title + table.to_csv(), "utf-8")
    found = read_weights(path, NAMES)
    assert (found.sparse.toarray() == LINKS.to_numpy()).all()


CODES = [f"0{k}0101" for k in range(1, 8)]


@pytest.mark.parametrize("kind", [int, float])
def test_codes_that_lost_their_zeros_are_asked_about(tmp_path, kind):
    names = [kind(code) for code in CODES]
    LINKS.set_axis(names).set_axis(names, axis=1).to_csv(tmp_path / "W.csv")
    with pytest.raises(PanelError, match="did you mean '10101'"):
        read_weights(tmp_path / "W.csv", CODES)
    found = read_weights(tmp_path / "W.csv", [code[1:] for code in CODES])
    assert (found.sparse.toarray() == LINKS.to_numpy()).all()


def test_points_and_regions_in_two_rows_are_no_polygons(tmp_path):
    boxes = gpd.GeoDataFrame(
        {"name": NAMES}, geometry=[box(k, 0, k + 1, 1) for k in range(7)], crs=3857
    )
    boxes.set_geometry(boxes.centroid).to_file(tmp_path / "points.geojson")
    pd.concat([boxes, boxes[:1]]).to_file(tmp_path / "twice.geojson")
    for file, words in (("points", "has no polygon"), ("twice", "more than one row")):
        with pytest.raises(PanelError, match=f"{file}.geojson: region 'Region 1' .*{words}"):
            read_weights(tmp_path / f"{file}.geojson", NAMES)


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

"""One panel and one matrix in every format that people save them in give the same numbers."""

import gzip

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph
from scipy import sparse
from shapely import box

from spillover.study.files import PanelError, decimal_mark, number, read_table
from spillover.study.links import as_graph, read_weights
from spillover.study.question import study_from_columns
from spillover.study.reading import read_panel

NAMES = ["01", "Łódź", "null", "北京市", "São Paulo", "서울", "R&D_x"]
COLUMNS = ["y", "x"]
rng = np.random.default_rng(3)
INDEX = pd.MultiIndex.from_product([NAMES, range(2015, 2020)], names=["region", "year"])
PANEL = pd.DataFrame(rng.normal(size=(35, 2)).round(4), INDEX, COLUMNS)
LINKS = np.triu(rng.integers(1, 4, (7, 7)), 1) / 4.0
LINKS += LINKS.T
MATRIX = pd.DataFrame(LINKS, NAMES, NAMES)


def wide(frame):
    table = frame.unstack("year")
    return table.set_axis([f"{name}_{year}" for name, year in table], axis=1).reset_index()


def dated(frame):
    table = frame.reset_index()
    return table.assign(year=table["year"].map("{}年".format))


def write_gz(frame, path):
    path.write_bytes(gzip.compress(frame.to_csv().encode()))


PANELS = {
    "comma.csv": (lambda f, p: f.to_csv(p), {}),
    "semicolon.csv": (lambda f, p: f.to_csv(p, sep=";", decimal=","), {}),
    "tab.tsv": (lambda f, p: f.to_csv(p, sep="\t"), {}),
    "packed.csv.gz": (write_gz, {}),
    "marked.csv": (lambda f, p: f.to_csv(p, encoding="utf-8-sig"), {}),
    "utf16.csv": (lambda f, p: f.to_csv(p, encoding="utf-16"), {}),
    "bare16.csv": (lambda f, p: f.to_csv(p, encoding="utf-16-le"), {}),
    "gb.csv": (lambda f, p: f.to_csv(p, encoding="gb18030"), {"encoding": "gb18030"}),
    "book.xlsx": (lambda f, p: f.reset_index().to_excel(p, index=False), {}),
    "stata.dta": (
        lambda f, p: f.reset_index().to_stata(p, write_index=False, version=118),
        {},
    ),
    "columns.parquet": (lambda f, p: f.reset_index().to_parquet(p), {}),
    "wide.csv": (lambda f, p: wide(f).to_csv(p, index=False), {"wide": True}),
    "wide.xlsx": (lambda f, p: wide(f).to_excel(p, index=False), {"wide": True}),
    "years.csv": (lambda f, p: dated(f).to_csv(p, index=False), {}),
    "blank_end.csv": (lambda f, p: p.write_text(f.to_csv() + "\n\n,,,\n", "utf-8"), {}),
}


def listed(frame):
    return frame.stack().loc[lambda w: w > 0].rename_axis(["a", "b"]).rename("w").reset_index()


def graph(frame):
    ids = pd.Index(frame.index)
    return Graph.from_sparse(sparse.csr_array(frame.to_numpy()), ids=ids)


MATRICES = {
    "square.csv": (lambda w, p: w.to_csv(p), None),
    "shuffled.csv": (lambda w, p: w.iloc[::-1, [3, 1, 0, 2, 6, 5, 4]].to_csv(p), None),
    "semicolon.csv": (lambda w, p: w.to_csv(p, sep=";", decimal=","), None),
    "square.xlsx": (lambda w, p: w.to_excel(p), None),
    "bare.csv": (lambda w, p: w.to_csv(p, header=False, index=False), NAMES),
    "list.csv": (lambda w, p: listed(w).to_csv(p, index=False), None),
    "list.dta": (lambda w, p: listed(w).to_stata(p, write_index=False, version=118), None),
    "rows.csv": (lambda w, p: listed(w).to_csv(p), None),
    "rows.parquet": (lambda w, p: listed(w).sample(frac=1, random_state=2).to_parquet(p), None),
    "numbered.dta": (
        lambda w, p: (
            w.set_axis([f"v{i}" for i in range(7)], axis=1)
            .rename_axis("id")
            .reset_index()
            .to_stata(p, write_index=False, version=118)
        ),
        None,
    ),
}


@pytest.fixture(scope="module")
def expected():
    study = study_from_columns(PANEL, "y", "x", weights=graph(MATRIX))
    return study.fit().impacts()["estimate"].to_numpy()


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_in_every_format_gives_the_same_impacts(tmp_path, name, expected):
    write, options = PANELS[name]
    write(PANEL, tmp_path / name)
    panel = read_panel(tmp_path / name, COLUMNS, **options)
    assert set(panel.index.unique(0)) == set(NAMES)
    found = study_from_columns(panel, "y", "x", weights=graph(MATRIX)).fit().impacts()
    np.testing.assert_array_equal(found["estimate"].to_numpy(), expected)


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_in_every_format_gives_the_same_impacts(tmp_path, name, expected):
    write, order = MATRICES[name]
    write(MATRIX, tmp_path / name)
    W = read_weights(tmp_path / name, NAMES, order)
    found = study_from_columns(PANEL, "y", "x", weights=W).fit().impacts()
    np.testing.assert_allclose(found["estimate"].to_numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("suffix", [".gal", ".gwt"])
def test_graph_files_of_libpysal(tmp_path, suffix):
    plain = [f"r{i}" for i in range(7)]
    W = graph(pd.DataFrame(LINKS if suffix == ".gwt" else (LINKS > 0) * 1.0, plain, plain))
    path = tmp_path / f"links{suffix}"
    (W.to_gwt if suffix == ".gwt" else W.to_gal)(path)
    read = read_weights(path, plain)
    np.testing.assert_allclose(read.sparse.toarray(), W.sparse.toarray())


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp"])
def test_polygons_are_neighbours_where_they_touch(tmp_path, suffix):
    cells = [(i % 3, i // 3) for i in range(6)]
    shapes = gpd.GeoDataFrame(
        {"code": range(6), "name": NAMES[:6]},
        geometry=[box(x, y, x + 1, y + 1) for x, y in cells],
        crs="EPSG:3857",
    )
    shapes.to_file(tmp_path / f"map{suffix}")
    W = read_weights(tmp_path / f"map{suffix}", NAMES[:6])
    touching = [[max(abs(a - c), abs(b - d)) == 1 for c, d in cells] for a, b in cells]
    np.testing.assert_array_equal(W.sparse.toarray(), np.array(touching, float))


@pytest.mark.parametrize(
    "form",
    [
        lambda w: graph(w),
        lambda w: graph(w).to_W(),
        lambda w: w,
        lambda w: w.iloc[::-1, ::-1],
        lambda w: w.loc[sorted(NAMES), sorted(NAMES)].to_numpy(),
        lambda w: sparse.csr_matrix(w.loc[sorted(NAMES), sorted(NAMES)].to_numpy()),
        lambda w: {"mine": w},
    ],
)
def test_weights_in_every_form_of_the_engine(form, expected):
    found = study_from_columns(PANEL, "y", "x", weights=form(MATRIX)).fit().impacts()
    np.testing.assert_allclose(found["estimate"].to_numpy(), expected, rtol=1e-10)


def test_a_masked_weight_is_no_number():
    W = np.ma.masked_equal(LINKS, LINKS[0, 1])
    with pytest.raises(PanelError, match="not a number"):
        as_graph(W, sorted(NAMES))


PLACES = {
    "gb18030": ["内蒙古", "黑龙江", "广西", "云南", "陕西", "甘肃"],
    "big5": ["臺北市", "新北市", "桃園市", "臺中市", "臺南市", "高雄市"],
    "cp932": ["東京都", "大阪府", "神奈川県", "愛知県", "埼玉県", "福岡県"],
    "cp949": ["서울", "부산", "대구", "인천", "광주", "경기도"],
    "cp1250": ["Łódź", "Śląsk", "Poznań", "Gdańsk", "Małopolskie"],
    "cp1251": ["Москва", "Калуга", "Тула", "Рязань", "Орёл"],
    "cp1252": ["São Paulo", "Ceará", "Maranhão", "A Coruña", "Île-de-France"],
}


@pytest.mark.parametrize("encoding", PLACES)
def test_a_text_is_read_right_or_refused_with_both_readings(tmp_path, encoding):
    names = PLACES[encoding]
    path = tmp_path / "panel.csv"
    path.write_bytes(("region,year\n" + "".join(f"{n},2019\n" for n in names)).encode(encoding))
    try:
        assert list(read_table(path).cells["region"]) == names
    except PanelError as fault:
        assert "can be read as" in str(fault) and encoding in str(fault)
    assert list(read_table(path, encoding=encoding).cells["region"]) == names


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.5", ".", 1.5),
        ("-1,5", ",", -1.5),
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("1 234,5", ",", 1234.5),
        ("\u22122", ".", -2),
        ("1e-3", ".", 0.001),
        (".5", ".", 0.5),
    ],
)
def test_numbers_as_people_write_them(text, decimal, value):
    assert number(text, decimal) == value


@pytest.mark.parametrize("text", ["", "1_000", "0x10", "nan", "inf", "1.2.3", "1,23,4", "12%", "-"])
def test_what_is_no_number(text):
    assert np.isnan(number(text))


def numbers(tmp_path, *cells):
    (tmp_path / "n.csv").write_text("a\tb\n" + "".join(f"r\t{cell}\n" for cell in cells))
    return read_table(tmp_path / "n.csv")


@pytest.mark.parametrize(
    ("cells", "mark"),
    [(["1", "2"], "."), (["1.5"], "."), (["1,5"], ","), (["1.234,5", "12.345"], ",")],
)
def test_the_decimal_mark_is_found_out(tmp_path, cells, mark):
    assert decimal_mark(numbers(tmp_path, *cells), ["b"]) == mark


@pytest.mark.parametrize("cells", [["1,234"], ["1.5", "2,5"], ["1,5", "12.345"]])
def test_a_doubtful_decimal_mark_is_refused(tmp_path, cells):
    with pytest.raises(PanelError, match=r"decimal.*|line \d"):
        decimal_mark(numbers(tmp_path, *cells), ["b"])


TILES = ["01", "Łódź", "北京市", "서울", "R&D_x", "Ceará"]
CORNERS = [(i % 3, i // 3) for i in range(6)]
TOUCHING = np.array(
    [[max(abs(a - c), abs(b - d)) == 1 for c, d in CORNERS] for a, b in CORNERS], float
)
BORDERS = pd.DataFrame(TOUCHING, TILES, TILES)


def polygons(path):
    tiles = [box(x, y, x + 1, y + 1) for x, y in CORNERS]
    gpd.GeoDataFrame({"name": TILES}, geometry=tiles, crs="EPSG:3857").to_file(path)


NEIGHBOURS = {
    "square.csv": lambda path: BORDERS.to_csv(path),
    "square.xlsx": lambda path: BORDERS.to_excel(path),
    "square.parquet": lambda path: BORDERS.to_parquet(path),
    "pairs.csv": lambda path: listed(BORDERS)[["a", "b"]].to_csv(path, index=False),
    "pairs.dta": lambda path: listed(BORDERS).to_stata(path, write_index=False, version=118),
    "links.gal": lambda path: graph(BORDERS).to_gal(path),
    "links.gwt": lambda path: graph(BORDERS).to_gwt(path),
    "map.geojson": polygons,
    "map.gpkg": polygons,
    "map.shp": polygons,
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbours_in_every_format_give_the_same_impacts(tmp_path, name):
    panel = PANEL.loc[NAMES[:6]].rename(dict(zip(NAMES, TILES, strict=False)))
    NEIGHBOURS[name](tmp_path / name)
    read = read_weights(tmp_path / name, TILES)
    found, expected = (
        study_from_columns(panel, "y", "x", weights=W, effects="individual").fit().impacts()
        for W in (read, graph(BORDERS))
    )
    np.testing.assert_allclose(found["estimate"], expected["estimate"], rtol=1e-12)

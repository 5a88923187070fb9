"""Reading a user's panel: a good file is read exactly, every fault is named in one line."""

import re

import numpy as np
import pandas as pd
import pytest

from spillover.study.files import PanelError
from spillover.study.links import read_weights
from spillover.study.reading import read_panel

COLUMNS = ["y", "x"]


def good() -> pd.DataFrame:
    regions = ["A", "B", "C", "D", "E"]
    rows = [(r, t) for r in regions for t in (2019, 2020, 2021)]
    table = pd.DataFrame(rows, columns=["region", "year"])
    return table.assign(y=np.arange(15.0), x=np.arange(15.0) ** 2).astype(object)


def written(table: pd.DataFrame, tmp_path, encoding="utf-8"):
    path = tmp_path / "panel.csv"
    table.to_csv(path, index=False, encoding=encoding)
    return path


def read(table, tmp_path, **options):
    return read_panel(written(table, tmp_path), COLUMNS, **options)


def test_a_good_file_is_read_exactly_whatever_the_order_of_its_rows(tmp_path):
    shuffled = good().sample(frac=1, random_state=1)
    panel = read(shuffled, tmp_path)
    assert panel.index.names == ["region", "year"]
    assert panel.loc[("B", 2021)].tolist() == [5.0, 25.0]
    assert panel.index.is_monotonic_increasing and len(panel) == 15


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_region_names_survive_every_encoding(tmp_path, encoding):
    table = good().replace({"region": {"A": "内蒙古"}})
    panel = read_panel(written(table, tmp_path, encoding), COLUMNS)
    assert ("内蒙古", 2019) in panel.index


def test_identifiers_may_have_other_names(tmp_path):
    table = good().rename(columns={"region": "province", "year": "t"})
    panel = read(table, tmp_path, region="province", year="t")
    assert panel.index.names == ["region", "year"]


def test_rows_are_chosen_by_region_year_and_any_column_of_the_file(tmp_path):
    rows = [(r, t) for r in "ABCDEFG" for t in (2018, 2019, 2020, 2021)]
    table = pd.DataFrame(rows, columns=["region", "year"]).assign(y=np.arange(28.0))
    table = table.assign(x=table["y"] ** 2, kind=np.where(table["region"] == "F", "sum", "part"))
    panel = read(table, tmp_path, where="year > 2018 and region != 'G' and kind == 'part'")
    assert panel.index.to_list() == [(r, t) for r in "ABCDE" for t in (2019, 2020, 2021)]
    assert panel.loc[("B", 2020), "y"] == 6
    assert panel.attrs["notes"][-1].endswith("(15 of 28)")


def cell(column, value, row=4):
    def spoil(table):
        table.loc[row, column] = value
        return table

    return spoil


FAULTS = {
    "text": (
        cell("x", "n/a?"),
        "column 'x', line 6, region 'B', year 2020: 'n/a?' is not a number",
    ),
    "thousands": (cell("y", "1,234"), "column 'y', line 6: 1,234 can be"),
    "blank": (
        cell("x", None),
        "column 'x', line 6, region 'B', year 2020: a blank is not",
    ),
    "infinite": (
        cell("x", "inf"),
        "column 'x', line 6, region 'B', year 2020: 'inf' is not",
    ),
    "year": (cell("year", "20x0"), "column 'year', line 6, region 'B': '20x0' is not a year"),
    "half year": (cell("year", "2020.5"), "'2020.5' is not a year"),
    "no region": (cell("region", " "), "column 'region' is blank in line 6"),
    "no column": (lambda t: t.drop(columns="x").assign(xx=1), "no column 'x'; did"),
    "twice": (lambda t: pd.concat([t, t.iloc[[4]]]), "more than one row for B 2020 (lines 6, 17)"),
    "unbalanced": (lambda t: t.drop(4), "unbalanced panel: no row for B 2020"),
    "constant": (lambda t: t.assign(x=3), "column 'x' has the same value in every region"),
    "few regions": (lambda t: t[t["region"] < "D"], "3 regions and 3 years: the chain needs"),
    "few years": (lambda t: t[t["year"] < 2021], "5 regions and 2 years: the chain needs"),
    "no rows": (lambda t: t.iloc[:0], "the table has no rows"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_in_one_line(tmp_path, fault):
    spoil, message = FAULTS[fault]
    with pytest.raises(PanelError, match=re.escape(message)) as caught:
        read(spoil(good()), tmp_path)
    assert "\n" not in str(caught.value)


def test_several_faults_in_a_column_are_counted(tmp_path):
    table = cell("x", "?", 7)(cell("x", "?")(good()))
    with pytest.raises(PanelError, match=r"and 1 more in this column"):
        read(table, tmp_path)


def test_a_column_that_appears_twice_is_refused(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("region,year,x,y\nA,2020,1,2\n")
    assert_fault(lambda: read_panel(path, ["x", "z"]), "no column 'z'")
    assert_fault(lambda: read_panel(tmp_path / "no.csv", ["x"]), "no.csv: no such file")


@pytest.mark.parametrize("content", [b"", b'a,"b\nc', b"\xff\xfe\x80\x81"])
def test_what_is_not_a_csv_table_is_refused(tmp_path, content):
    path = tmp_path / "panel.csv"
    path.write_bytes(content)
    with pytest.raises(PanelError, match=r"panel\.csv|no column"):
        read_panel(path, COLUMNS)


def assert_fault(action, message):
    with pytest.raises(PanelError, match=re.escape(message)):
        action()


# --- weights ---------------------------------------------------------------------------------

REGIONS = ["A", "B", "C"]


def matrix() -> pd.DataFrame:
    values = [[0, 1, 2], [1, 0, 0], [0.5, 3, 0]]
    return pd.DataFrame(values, REGIONS, REGIONS, dtype=object)


def weights(frame, tmp_path):
    path = tmp_path / "W.csv"
    frame.to_csv(path)
    return read_weights(path, REGIONS)


def test_weights_are_matched_by_name_not_by_position(tmp_path):
    shuffled = matrix().loc[["C", "A", "B"], ["B", "C", "A"]]
    graph = weights(shuffled, tmp_path)
    assert list(graph.unique_ids) == REGIONS
    np.testing.assert_array_equal(graph.sparse.toarray(), matrix().to_numpy(float))


WRONG_WEIGHTS = {
    "row": (lambda w: w.drop(index="B"), "no row for region 'B'"),
    "column": (lambda w: w.drop(columns="B"), "no column for region 'B'"),
    "stranger": (lambda w: w.assign(Z=1), "column 'Z' is not in the panel"),
    "negative": (lambda w: w.mask(w == 2, -1), "row 'A', column 'C': the entry is negative"),
    "text": (lambda w: w.mask(w == 2, "x"), "row 'A', column 'C': the entry is not a number"),
    "diagonal": (lambda w: w.mask(np.eye(3) == 1, 1), "row 'A', column 'A'"),
    "island": (lambda w: w.mask(w == 1, 0), "row 'B': the region has no neighbour"),
}


@pytest.mark.parametrize("fault", WRONG_WEIGHTS)
def test_faulty_weights_are_named(tmp_path, fault):
    spoil, message = WRONG_WEIGHTS[fault]
    with pytest.raises(PanelError, match=re.escape(message)):
        weights(spoil(matrix()), tmp_path)


def test_a_link_that_stands_twice_is_refused_and_its_way_back_is_not(tmp_path):
    path = tmp_path / "links.csv"
    path.write_text("from,to,weight\nA,B,1\nB,A,1\nB,C,1\nC,A,1\n")
    assert read_weights(path, REGIONS).n == 3
    path.write_text("from,to,weight\nA,B,1\nB,C,1\nC,A,1\nA,B,2\n")
    with pytest.raises(PanelError, match="line 5: the link of 'A' to 'B' is there twice"):
        read_weights(path, REGIONS)


def test_two_columns_of_one_name_are_refused_by_name_and_place(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("region,year,x,y,x\nA,2020,1,2,3\n")
    assert_fault(lambda: read_panel(path, ["x", "y"]), "two columns are called 'x' (columns 3 and")

"""Files that cannot be read end with one line that names file, table, row and column."""

import pytest

from spillover import audit
from spillover.audit.readings import stated_kind
from spillover.audit.tables import yes_or_no
from spillover.cli import main

TABLE = '[[regression]]\nlabel = "T1"\n'
MATRIX = TABLE + '[[matrix]]\nname = "W"\nfile = "W.csv"\n'
ROWS = "regression,block,variable,estimate,parentheses\nT1,coef,x1,0.5,(0.1)\n"


def fault(path, capsys) -> str:
    """The one line that the command prints."""
    assert main(["audit", str(path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and path.name in error
    return error


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "holds no [[regression]], [[moran]] or [[tests]]"),
        ('{"a": 1}', "is not TOML"),
        ("citation = 'x'\n" + TABLE, "[citation] is not a table"),
        ("panel = [1]\n" + TABLE, "[panel] is not a table"),
        ("regression = ['a']", "[[regression]] is not a list of tables"),
        (TABLE + "coef = 5", "T1, coef: is not a list of rows"),
        (TABLE + "coef = ['x1', '0.5']", "T1, coef, row 1: needs a name and an estimate"),
        (TABLE + "coef = [['x1', '0.5'], []]", "T1, coef, row 2: needs a name and an estimate"),
        (TABLE + "coef = {x1 = []}", "T1, coef, row 1: needs a name and an estimate"),
        (TABLE + "coef = [['x1', '0.5o']]", "T1, coef, row x1, estimate: '0.5o' is not a figure"),
        (TABLE + "coef = [['x1', '1e400']]", "T1, coef, row x1, estimate: '1e400' is not"),
        (TABLE + "coef = [['x1', '0.5', '12#']]", "T1, coef, row x1, parentheses: '12#' is not"),
        (TABLE + "coef = [['x1', '0.5', '0.1', 'o']]", "T1, coef, row x1, p-value: 'o' is not"),
        (TABLE + "wx = [['x1', true]]", "T1, wx, row x1, estimate: 'True' is not a figure"),
        (TABLE + "rho = {a = 1}", "T1, rho, estimate: \"{'a': 1}\" is not a figure"),
        (TABLE + "rho = ['0.5', '0.1.1']", "T1, rho, parentheses: '0.1.1' is not a figure"),
        (TABLE + "nobs = 'many'", "T1, nobs: 'many' is not a figure"),
        (TABLE + "nobs = '-300'", "T1, nobs: -300 is no number of observations"),
        (TABLE + "levels = 'abc'", "T1, levels: 'abc' is not a figure"),
        (TABLE + "pvalues = ['x1', '0.1']", "T1, pvalues, row 1: needs a name and a p-value"),
        (TABLE + "pvalues = 3", "T1, pvalues: is not a list of rows"),
        ("[[moran]]\nrows = '2010'", "[[moran]] 1: is not a list of rows"),
        ("[[moran]]\nrows = ['2010', '0.1']", "[[moran]] 1, row 1: needs a year and Moran's I"),
        ("[[moran]]\nrows = [[]]", "[[moran]] 1, row 1: needs a year and Moran's I"),
        ("[[moran]]\nseries = 'y'\nrows = [[2010, '0.x']]", "[[moran]] 1, y, row 2010, i: '0.x'"),
        ("[[tests]]\nlabel = 'T6'\nrows = ['LM', '5']", "T6, row 1: needs a name and a statistic"),
        ("[[tests]]\nrows = [[]]", "[[tests]] 1, row 1: needs a name and a statistic"),
        ("[[tests]]\nlabel = 'T6'\nrows = [['LM', '5', 'o']]", "T6, row LM, p-value: 'o' is not"),
        ("[[tests]]\nlabel = 'T6'\nrows = [['LM', '5', '', 'o']]", "T6, row LM, df: 'o' is not"),
        ("tables = 'rows.csv'", "tables, rows.csv: cannot be read (No such file"),
        (TABLE + "[[matrix]]\nname = 'W'", "[[matrix]] W: no file is named"),
        (MATRIX, "[[matrix]] W: W.csv cannot be read (No such file or directory)"),
    ],
)
def test_faults_of_a_toml_file(tmp_path, capsys, text, words):
    path = tmp_path / "paper.toml"
    path.write_text(text, "utf-8")
    assert words in fault(path, capsys)


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "is not a CSV table: No columns"),
        (ROWS.splitlines()[0], "holds no [[regression]]"),
        ("a,b\n1,2\n", "has no column 'regression'; columns are a, b"),
        (ROWS.replace(",", ";"), "has no column 'regression'"),
        (ROWS.replace("coef", "cofe"), "T1, row x1: unknown block 'cofe'"),
        (ROWS.replace("(0.1)", "(o.1)"), "T1, coef, row x1, parentheses: '(o.1)' is not a figure"),
        (ROWS + "T1,nobs,,3oo,\n", "T1, nobs: '3oo' is not a figure"),
        (ROWS + "T1,coef,x2,1,2,3,4\n", "Expected 5 fields in line 3, saw 7"),
    ],
)
def test_faults_of_a_csv_file(tmp_path, capsys, text, words):
    path = tmp_path / "rows.csv"
    path.write_text(text, "utf-8")
    assert words in fault(path, capsys)


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "No columns to parse"),
        (",a,b\na,0,x\nb,1,0\n", "row a, column b: 'x' is not a number"),
        (",a,b\na,0,1\n", "is not square"),
        (",a,b\na,0,\nb,1,0\n", "has blanks"),
        (",a,b\na,0,-1\nb,1,0\n", "has negative weights"),
        (",a,b\na,1,1\nb,1,0\n", "links units to themselves"),
        (",a,b\na,0,0\nb,0,0\n", "has no links"),
    ],
)
def test_faults_of_a_candidate_matrix(tmp_path, capsys, text, words):
    path = tmp_path / "paper.toml"
    path.write_text(MATRIX, "utf-8")
    (tmp_path / "W.csv").write_text(text, "utf-8")
    found = fault(path, capsys)
    assert "[[matrix]] W" in found and words in found


@pytest.mark.parametrize("name", ["paper.toml", "rows.csv"])
def test_other_encodings_and_folders_are_named(tmp_path, capsys, name):
    path = tmp_path / name
    path.write_bytes("区域".encode("gb18030") + b"\xff\xff")
    assert "is not UTF-8 text" in fault(path, capsys)
    path.unlink()
    assert "cannot be read (No such file or directory)" in fault(path, capsys)
    path.mkdir()
    assert "cannot be read (Is a directory)" in fault(path, capsys)


def test_keys_that_nothing_reads_and_names_that_stand_twice_are_noted(paper):
    found = paper(TABLE + "cofe = [['x', '1']]\ncoef = [['x', '1'], ['x', '2'], ['z', '3']]")
    unread, twice = found.notes
    assert unread == "not read: cofe"
    assert "T1: x, coefficient" in twice
    assert list(found.regressions[0].block("coef")) == ["z"]
    assert len(found.regressions[0].rows()) == 3


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("空间杜宾模型", "SDM"),
        ("含一阶滞后的动态空间杜宾模型", "SDM"),
        ("空间杜宾误差模型", "SDEM"),
        ("空间滞后模型", "SAR"),
        ("空间自回归模型", "SAR"),
        ("空间误差模型（随机效应）", "SEM"),
        ("自变量的空间滞后模型（SLX）", "SLX"),
        ("普通最小二乘法", "OLS"),
        ("Spatial Durbin model", "SDM"),
        ("spatial lag (SAR)", "SAR"),
        ("gravity", ""),
    ],
)
def test_models_are_known_by_their_names_in_words(paper, model, kind):
    assert paper(TABLE + f"model = '{model}'\ncoef = [['x', '1']]").regressions[0].kind == kind


def test_fields_may_be_filled_in_in_chinese(paper):
    found = paper(
        "[panel]\nrow_standardised = '否'\n"
        + TABLE
        + "paren = '标准误'\nrelative = '是'\neffects = '随机效应'\ncovariance = '稳健'\n"
        + "coef = [['x', '1']]"
    )
    column = found.regressions[0]
    assert found.panel.row_standardised is False
    assert (stated_kind(column.paren), yes_or_no(column.relative)) == ("se", True)
    assert column.random and column.robust
    assert not found.notes


@pytest.mark.parametrize("said", ["no", "否", "not said", "未说明", "none", ""])
def test_an_outcome_is_relative_only_if_the_field_says_so(said):
    assert not yes_or_no(said)


def test_what_a_field_says_in_vain_is_noted(paper):
    text = "[panel]\nN = '三十一'\nT = '2013—2021年'\nNT = 'not said'\n" + TABLE
    found = paper(
        text + "model = 'gravity'\nparen = '括号'\nrelative = 'so-so'\ncoef = [['x', '1']]"
    )
    assert found.notes == (
        "not understood: T1, model = 'gravity'; T1, paren = '括号'; T1, relative = 'so-so'; "
        "[panel] N = '三十一'",
    )


def test_the_command_says_what_was_not_read(tmp_path, capsys):
    path = audit.write_template(tmp_path / "paper.toml")
    path.write_text(path.read_text("utf-8").replace("\nwx = [", "\nlags = ["), "utf-8")
    assert main(["audit", str(path)]) == 0
    assert "Note: not read: lags" in capsys.readouterr().out


def test_a_page_as_it_is_printed_in_chinese(paper):
    found = paper(
        """
        panel = {N = "30个省份", T = "2011—2020年", NT = "300", years = "2011—2020年"}
        [[regression]]
        label = "表4"
        model = "空间杜宾模型 SDM"
        paren = "括号内为t值"
        stars = "***、**、*分别表示在1%、5%、10%的水平上显著"
        nobs = "300"
        rho = ["０．３３８＊＊＊", "（4．69）"]
        coef = [["人均GDP", "－0.296***", "（−5.10）"], ["控制变量", "是"]]
        """.replace("\n        ", "\n").strip()
    )
    assert (found.panel.N, found.panel.T) == (30, 10)
    (column,) = found.regressions
    assert column.rho.estimate.value == 0.338 and column.rho.stars == "***"
    assert column.block("coef")["人均GDP"].parentheses.value == -5.1
    said = audit.run(found)
    assert not said.of("disagrees", "only if")
    assert any("z or t statistics (as stated)" in f.words for f in said if f.check == "parentheses")


@pytest.mark.parametrize(
    ("estimate", "loglik"), [("0,25**", -305.256), ("0.25**", -305256.0), ("25**", -305256.0)]
)
def test_a_decimal_comma_holds_for_the_whole_file(paper, estimate, loglik):
    """-305,256 alone can be thousands; where a figure can only have a decimal comma it is not."""
    read = paper(
        f'[[regression]]\nlabel = "T"\nloglik = "-305,256"\ncoef = [["a, b", "{estimate}", "(0)"]]'
    )
    (column,) = read.regressions
    assert column.loglik.value == loglik
    assert column.blocks["coef"][0].name == "a, b"
    assert ("figures have a decimal comma" in read.notes) == (loglik > -400)


def test_what_has_no_estimate_is_not_in_the_table(paper):
    read = paper(
        TABLE + 'rho = ["", ""]\ncoef = [["a", "0.5", "(0.1)"], ["b", "-", "-"]]\n'
        '[[moran]]\nrows = [["2011", "0.1", "2.0"], ["2012", "", ""]]\n'
        '[[tests]]\nrows = [["LR", "3.84", "0.05"], ["Wald", "", ""]]\n'
    )
    assert [row.name for _, row in read.regressions[0].rows()] == ["a"]
    assert [row.year for row in read.morans[0].rows] == ["2011"]
    assert [test.name for test in read.tests[0].rows] == ["LR"]

"""Tables of results: every number in its place, in four forms."""

import re

import numpy as np
import pytest
from bs4 import BeautifulSoup
from docx import Document
from openpyxl import load_workbook

from spillover.panel import SpatialPanel
from spillover.panel.regression import STARS, regression_table
from spillover.panel.simulate import simulate_panel

N, T = 12, 5
W = sum(np.roll(np.eye(N), k, axis=1) for k in (1, -1)) / 2
LABELS = {"x_1": "log GDP & more"}


@pytest.fixture(scope="module")
def fits():
    frame = simulate_panel(W, T, [1.0, 0.0], [0.5, 0.0], rho=0.3, effects="twoways", rng=1)
    frame = frame.rename(columns={"x1": "x_1"})
    models = {
        k: SpatialPanel.from_formula("y ~ x_1 + x2", frame, W, model=k)
        for k in ("sar", "sdm", "sem")
    }
    return {kind.upper(): model.fit(correction=None) for kind, model in models.items()}


@pytest.fixture(scope="module")
def table(fits):
    return regression_table(fits, impacts=True, stars=STARS, labels=LABELS)


def cell(table, section, term, line="estimate", column="SDM"):
    return table.frame.loc[(section, term, line), column]


def test_cells_hold_the_results(fits, table):
    fit = fits["SDM"]
    assert cell(table, "Coefficients", "x2").rstrip("*") == f"{fit.params['x2']:.3f}"
    assert cell(table, "Coefficients", "x2", "std_error") == f"({fit.std_errors['x2']:.3f})"
    assert (
        cell(table, "Coefficients", "W*log GDP & more").rstrip("*") == f"{fit.params['W*x_1']:.3f}"
    )
    indirect = fit.impacts().loc[("x2", "indirect")]
    assert cell(table, "Indirect impacts", "x2").rstrip("*") == f"{indirect['estimate']:.3f}"
    assert cell(table, "Indirect impacts", "x2", "std_error") == f"({indirect['std_error']:.3f})"
    assert cell(table, "Model", "Log-likelihood") == f"{fit.loglik:.2f}"


def test_cells_are_empty_where_a_model_has_no_such_parameter(table):
    assert cell(table, "Coefficients", "rho", column="SEM") == ""
    assert cell(table, "Coefficients", "rho", "std_error", column="SEM") == ""
    assert cell(table, "Coefficients", "W*x2", column="SAR") == ""
    assert cell(table, "Coefficients", "lambda", column="SEM") != ""


def test_impacts_that_are_zero_by_construction_have_no_standard_error(table):
    assert cell(table, "Indirect impacts", "x2", column="SEM") == "0.000"
    assert cell(table, "Indirect impacts", "x2", "std_error", column="SEM") == ""


def test_lags_come_after_regressors_that_only_a_later_model_has():
    frame = simulate_panel(W, T, [1.0, 0.5], [0.5, 0.2], rho=0.3, effects="twoways", rng=2)
    pair = {
        formula: SpatialPanel.from_formula(formula, frame, W).fit(correction=None)
        for formula in ("y ~ x1", "y ~ x1 + x2")
    }
    rows = regression_table(pair).frame.xs("estimate", level="line").loc["Coefficients"]
    assert list(rows.index) == ["x1", "x2", "W*x1", "W*x2", "rho"]


def test_order_of_rows(table):
    terms = table.frame.xs("estimate", level="line").loc["Coefficients"].index
    own = ["log GDP & more", "x2", "W*log GDP & more", "W*x2", "rho", "lambda"]
    assert list(terms) == own
    sections = ["Coefficients", "Direct impacts", "Indirect impacts", "Total impacts", "Model"]
    assert list(table.frame.index.unique("section")) == sections


def test_stars_follow_p_values(fits, table):
    for name, p in fits["SDM"].pvalues.items():
        term = name.replace("x_1", "log GDP & more")
        expected = "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""
        assert re.search(r"\**$", cell(table, "Coefficients", term)).group() == expected
    assert "*" not in "".join(regression_table(fits).frame.to_numpy().ravel())
    assert table.note.endswith("*** p < 0.01, ** p < 0.05, * p < 0.1.")


def test_t_statistics_or_nothing_below(fits):
    t = regression_table(fits, below="statistic", digits=2)
    assert cell(t, "Coefficients", "x2", "statistic") == f"({fits['SDM'].tstats['x2']:.2f})"
    assert t.note == "t statistics in parentheses."
    bare = regression_table(fits, below=None)
    assert set(bare.frame.index.get_level_values("line")) == {"estimate"}
    assert bare.note == ""


def test_columns_keep_their_order(fits):
    assert list(regression_table({k: fits[k] for k in ("SEM", "SAR")}).frame.columns) == [
        "SEM",
        "SAR",
    ]


def test_latex(table):
    text = table.to_latex("Estimates", "tab:estimates")
    assert r"\toprule" in text
    assert r"\caption{Estimates}" in text
    assert r"\label{tab:estimates}" in text
    assert r"log GDP \& more" in text
    assert r"\itshape Direct impacts" in text
    assert r"\footnotesize Standard errors in parentheses." in text
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {3}
    assert r"\begin{table}" not in table.to_latex()


def test_html_can_be_read_back(table):
    text = table.to_html("Estimates")
    rows = BeautifulSoup(text, "html.parser").find_all("tr")
    cells = [[c.get_text() for c in row.find_all(["th", "td"])] for row in rows]
    assert cells[0] == ["", "SAR", "SDM", "SEM"]
    last = {first: rest for first, *rest in cells}
    total = table.frame.loc[("Total impacts", "log GDP & more", "estimate")]
    assert last["log GDP & more"] == list(total)
    assert "p &lt; 0.01" in text
    assert text == table.to_html("Estimates")


def test_markdown(table):
    lines = table.to_markdown().splitlines()
    assert lines[0] == "|  | SAR | SDM | SEM |"
    assert lines[1] == "| :--- | ---: | ---: | ---: |"
    assert "| *Direct impacts* |  |  |  |" in lines
    rho = next(line for line in lines if line.startswith("| rho |"))
    assert rho.replace("\\", "").split(" | ")[1] == cell(table, "Coefficients", "rho", column="SAR")
    assert r"| W\*x2 |" in table.to_markdown()
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {5}


def test_myst(table):
    text = table.myst("tab-x", "Estimates.")
    assert text.startswith(":::{table} Estimates. Standard errors in parentheses.")
    assert "\n:name: tab-x\n\n|  | SAR |" in text
    assert text.endswith("\n:::")


def test_bad_requests_are_refused(fits):
    with pytest.raises(ValueError, match="no results"):
        regression_table({})
    with pytest.raises(ValueError, match="below='se'"):
        regression_table(fits, below="se")
    with pytest.raises(ValueError, match="unknown statistics DW"):
        regression_table(fits, statistics=["DW", "AIC"])


def test_word_and_excel_hold_every_line(table, tmp_path):
    table.to_word(tmp_path / "t.docx", "Three models")
    table.to_excel(tmp_path / "t.xlsx", "Three models")
    document = Document(str(tmp_path / "t.docx"))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet["A1"].value == "Three models"
    in_sheet = [[cell or "" for cell in row] for row in sheet.iter_rows(3, values_only=True)]
    assert rows == in_sheet[: len(rows)]
    assert rows[0] == ["", "SAR", "SDM", "SEM"]
    sdm = {row[0]: row[2] for row in rows}
    assert sdm["rho"].replace("\u2212", "-") == cell(table, "Coefficients", "rho")
    assert "Standard errors in parentheses" in document.paragraphs[-1].text
    assert in_sheet[-1][0].startswith("Notes. Standard errors")

"""The commands in Chinese: template, messages and reports, with no English left but names."""

import io
import re
import shlex
import tomllib
from importlib.resources import files

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from docx import Document

from spillover.cli import main
from spillover.words import Speaker

CHINESE = ("--language", "zh")
COLUMNS = shlex.split(
    "--region 地区 --year 年份 --outcome 被解释变量 --focus 核心解释变量 --controls 控制变量 "
    "--mass 引力质量 --coordinates 纬度,经度 --curve-effects twoways --quiet"
)
NAMES = {
    *("SAR", "SEM", "SDM", "SLX", "SDEM", "LR", "LM", "Wald", "Mundlak", "Lee", "Yu", "Lee-Yu"),
    *("VIF", "AIC", "BIC", "R2", "rho", "lambda", "sigma", "sigma2", "beta", "theta", "delta"),
    *("ln", "lnL", "pi", "sd", "spillover", "SHA-256", "utf-8-sig", "utf-8"),
}
CODE = re.compile(r"\[@[\w-]+\]|[\w/*.-]+\.(?:\w{2,5})\b|\b[0-9a-f]{64}\b|form='mundlak'", re.ASCII)
WORD = re.compile(r"[A-Za-z][\w-]+", re.ASCII)
VISIBLE = "title, h1, h2, p, li, th, td, dt, dd, summary, img, [aria-label]"


def english(texts) -> set[str]:
    """Latin words of texts that are neither code nor names."""
    return {word for text in texts for word in WORD.findall(CODE.sub(" ", text))} - NAMES


def shown(page) -> list[str]:
    """Texts of a report, without commands, names of files and versions."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert soup.html["lang"] == "zh-CN"
    for name in soup.find_all("dt", string=["命令", "版本"]):
        name.find_next_sibling("dd").decompose()
    for files_named in soup.find_all("p", string=re.compile("^文件："), class_="how"):
        files_named.decompose()
    parts = soup.select(VISIBLE)
    return [
        text
        for part in parts
        for text in (part.get_text(" "), part.get("alt", ""), part.get("aria-label", ""))
    ]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The report on the Chinese template."""
    folder = tmp_path_factory.mktemp("study")
    assert main(["template", str(folder / "panel.csv"), *CHINESE]) == 0
    report = folder / "report"
    assert main(["run", str(folder / "panel.csv"), *COLUMNS, "--out", str(report), *CHINESE]) == 0
    return report


def test_nothing_parts_a_chinese_mark_from_what_follows(study):
    soup = BeautifulSoup((study / "report.html").read_text("utf-8"), "html.parser")
    document = Document(io.BytesIO((study / "tables.docx").read_bytes()))
    texts = [soup.get_text(), *(paragraph.text for paragraph in document.paragraphs)]
    assert not [found for text in texts for found in re.findall("[：，。；] .{9}", text)]
    tables = "".join(path.read_text("utf-8") for path in (study / "tables").glob("*.md"))
    assert "）：直接效应" in tables and not re.search("[\u4e00-\u9fff）]: ", tables)


def test_the_report_has_no_english_sentence(study):
    assert not english(shown(study / "report.html"))
    tables = [path.read_text("utf-8") for path in (study / "tables").glob("*.md")]
    assert len(tables) > 10
    assert not english([*tables, (study / "methods.md").read_text("utf-8")])
    comments = [s for s in (study / "rerun.sh").read_text("utf-8").splitlines() if s[:2] == "# "]
    assert len(comments) == 2 and english(comments) == {"again"}


def test_the_word_document_is_in_chinese(study):
    document = Document(io.BytesIO((study / "tables.docx").read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert "表1　描述性统计" in paragraphs and "被解释变量" in cells
    assert not english([*paragraphs, *cells])


@pytest.fixture
def paper(tmp_path, capsys):
    file = tmp_path / "paper.toml"
    assert main(["audit", "--template", str(file), *CHINESE]) == 0
    text = file.read_text("utf-8").replace('"0.613***"', '"0.631***"')
    file.write_text(text, "utf-8")
    capsys.readouterr()
    return file


def test_the_audit_has_no_english_sentence(paper, tmp_path, capsys):
    assert main(["audit", str(paper), "--out", str(tmp_path / "audit"), *CHINESE]) == 0
    assert "不符" in capsys.readouterr().out
    texts = [*shown(tmp_path / "audit" / "audit.html")]
    labels = re.compile(r"Table 1 \(1\)|An invented paper|my_paper|x[12]")
    assert not english(labels.sub(" ", text) for text in texts)
    markdown = (tmp_path / "audit" / "audit.md").read_text("utf-8")
    assert not english([labels.sub(" ", markdown)])


def test_the_template_of_a_paper_has_the_same_content_in_both_languages():
    folder = files("spillover.audit") / "templates"
    texts = [(folder / f"paper{end}.toml").read_text("utf-8") for end in ("", "-zh")]
    english_one, chinese_one = map(tomllib.loads, texts)
    assert english_one == chinese_one
    assert [line.count("=") for line in texts[0].splitlines() if line[:1] not in "#"] == [
        line.count("=") for line in texts[1].splitlines() if line[:1] not in "#"
    ]


@pytest.mark.parametrize("command", [[], ["run"], ["audit"], ["template"]])
def test_every_head_of_the_help_ends_in_a_chinese_colon(command, capsys):
    with pytest.raises(SystemExit):
        main([*command, "--help", *CHINESE])
    help_text = capsys.readouterr().out
    assert "选项：\n" in help_text
    assert not re.findall(r"^\S.*:$", help_text, re.MULTILINE)


def test_columns_that_an_error_names_are_listed_as_in_chinese(tmp_path, capsys):
    panel = tmp_path / "panel.csv"
    assert main(["template", str(panel), *CHINESE]) == 0
    table = pd.read_csv(panel)
    table.assign(控制变量=table["核心解释变量"]).to_csv(panel, index=False)
    assert main(["run", str(panel), *COLUMNS, "--out", str(tmp_path / "r"), *CHINESE]) == 2
    said = capsys.readouterr().err
    assert said.startswith("spillover：主模型不可识别")
    assert "核心解释变量、控制变量、W*核心解释变量、W*控制变量" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "missing.csv", *COLUMNS, "--out", "r"], "missing.csv：没有这个文件"),
        (["audit"], "audit需要一篇论文的描述文件"),
        (["audit", "missing.toml"], "没有这个文件或文件夹"),
    ],
)
def test_an_error_is_one_line_of_chinese(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*words, *CHINESE]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_column_that_is_missing_is_named_in_chinese(tmp_path, capsys):
    file = str(tmp_path / "panel.csv")
    main(["template", file])
    words = ["run", file, "--outcome", "gdp", "--focus", "focus", "--out", str(tmp_path / "r")]
    assert main([*words, *CHINESE]) == 2
    error = capsys.readouterr().err
    assert "没有列“gdp”" in error and not re.search("there|column", error)


def with_cell(column: int, text: str):
    """The lines of a panel with one cell of the fourth line changed."""

    def change(lines: list[str]) -> list[str]:
        cells = lines[3].split(",")
        return [*lines[:3], ",".join([*cells[:column], text, *cells[column + 1 :]]), *lines[4:]]

    return change


@pytest.mark.parametrize(
    "change",
    {
        "text": with_cell(6, "n.a."),
        "thousands": with_cell(5, '"1,234"'),
        "blank": with_cell(7, ""),
        "a year twice": with_cell(1, "2015"),
        "a year missing": lambda lines: [*lines[:3], *lines[4:]],
        "no region": with_cell(0, ""),
        "mass of zero": with_cell(4, "0"),
        "a region that moves": with_cell(2, "12.0"),
        "ragged": with_cell(7, "1,2"),
        "heads only": lambda lines: lines[:1],
        "few regions": lambda lines: lines[:9],
        "unnamed": with_cell(1, "year"),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_wrong_with_a_file_is_said_in_chinese(change, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["template", "panel.csv", *CHINESE])
    lines = (tmp_path / "panel.csv").read_text("utf-8-sig").splitlines()
    (tmp_path / "faulty.csv").write_text("\n".join(change[1](lines)), "utf-8")
    capsys.readouterr()
    assert main(["run", "faulty.csv", *COLUMNS, "--out", "report", *CHINESE]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert not english([re.sub("“[^”]*”|--[a-z]+", "", said)])


def test_help_is_in_chinese(capsys):
    with pytest.raises(SystemExit):
        main([*CHINESE, "run", "--help"])
    said = capsys.readouterr().out
    assert "被解释变量" in said and "退出码" in said and "show this help" not in said


def test_an_unknown_language_is_one_clear_error(capsys):
    assert main(["template", "--language", "fr"]) == 2
    assert capsys.readouterr().err == "spillover: no language 'fr'; there are en, zh\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("log x and y", "x的对数和y"),
        ("log x, log y and z", "x的对数，y的对数和z"),
        ("Gravity, x; Gravity, y", "引力（x）；引力（y）"),
        (
            "p.csv: unbalanced panel: no row for a 2013, b 2014",
            "p.csv：面板不平衡，缺少以下各行：a 2013、b 2014",
        ),
        (
            "--where '年 >=' cannot be evaluated: invalid syntax",
            "--where '年 >='无法计算：语法错误",
        ),
        ("no column 'a b'; did you mean 'ab'?", "没有列“a b”；是不是“ab”？"),
    ],
)
def test_lists_and_clauses_are_said_one_by_one(text, said):
    assert Speaker("command", "zh")(text) == said


def test_names_of_a_reader_stay_as_they_are():
    say = Speaker("command", "zh", kept={"total", "Mean"})
    assert say("total") == "total"
    assert say("Mean Mean over the years.") == "Mean的各年均值。"
    assert say("a text that nobody knows, and so on") == "a text that nobody knows, and so on"

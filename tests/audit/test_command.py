import json
from dataclasses import replace

import pytest

from spillover import audit
from spillover.audit.report import as_data
from spillover.cli import main


@pytest.fixture
def template(tmp_path):
    return audit.write_template(tmp_path / "paper.toml")


def test_the_command_writes_a_page_markdown_and_json(template, tmp_path, capsys):
    folder = tmp_path / "report"
    assert main(["audit", str(template), "--out", str(folder)]) == 0
    assert "0 disagree" in capsys.readouterr().out
    page = (folder / "audit.html").read_text("utf-8")
    assert "a question to the authors, not a verdict on them" in page
    assert "http://" not in page and "https://" not in page
    data = json.loads((folder / "audit.json").read_text("utf-8"))
    assert {f["verdict"] for f in data["findings"]} <= set(audit.findings.VERDICTS)
    assert audit.run(audit.read(template)).summary() in (folder / "audit.md").read_text("utf-8")


def test_a_disagreement_is_reported_and_ends_well(template, capsys):
    text = template.read_text("utf-8").replace('"0.613***"', '"0.813***"')
    template.write_text(text, "utf-8")
    assert main(["audit", str(template)]) == 0
    assert "add up to 0.613; printed: 0.813" in capsys.readouterr().out


def test_the_report_gives_the_readings_and_shows_stars_as_stars(template, tmp_path):
    text = template.read_text("utf-8").replace('"0.613***"', '"0.813*"')
    template.write_text(text, "utf-8")
    found = audit.run(audit.read(template))
    stars = next(f for f in found if f.check == "stars" and f.verdict == "disagrees")
    folder = tmp_path / "report"
    assert main(["audit", str(template), "--out", str(folder)]) == 0
    for name in ("audit.html", "audit.md"):
        assert f"Would be explained if: {stars.readings[0]}" in (folder / name).read_text("utf-8")
    assert r"earns \*\*\*; printed: \*." in (folder / "audit.md").read_text("utf-8")


def test_every_finding_is_counted_once(template):
    found = audit.run(audit.read(template))
    assert found.counts().to_numpy().sum() == len(found.findings)


def test_a_gap_without_bound_is_null_in_the_data(template):
    found = audit.run(audit.read(template), ["sums"])
    endless = replace(found.findings[0], gap=float("inf"))
    data = as_data(replace(found, findings=(endless,)))
    assert data["findings"][0]["gap"] is None
    assert as_data(found)["findings"][0]["gap"] == found.findings[0].gap


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('"0.153"', '"0.1x3"', "Table 1 (1), wx, row x1, estimate: '0.1x3' is not a figure"),
        ('"(0.131)"', '"(O.131)"', "Table 1 (1), wx, row x1, parentheses: '(O.131)' is not"),
        ('"(0.072)"', '"0.07.2"', "Table 1 (1), rho, parentheses: '0.07.2' is not a figure"),
        ('"-394.022"', '"about 4"', "Table 1 (1), loglik: 'about 4' is not a figure"),
        ("coef = [", "coef = [[", "is not TOML"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_code_two(template, capsys, old, new, words):
    template.write_text(template.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert main(["audit", str(template)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "paper.toml: " in error and words in error


def test_rows_of_a_csv_file_are_read(tmp_path):
    rows = audit.read(audit.write_template(tmp_path / "rows.csv"))
    (regression,) = rows.regressions
    assert regression.block("coef")["x1"].estimate.text == "0.252"
    assert not audit.run(rows).disagreements


def test_a_template_is_not_overwritten(template, capsys):
    assert main(["audit", "--template", str(template)]) == 2
    assert "use --force" in capsys.readouterr().err

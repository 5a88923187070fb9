"""The command line, as a user meets it: help, a first run, every kind of faulty input."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spillover.book.examples import load_produc
from spillover.cli import main
from spillover.datasets import load_provinces, load_regions
from spillover.paper import outcomes
from spillover.paper.variables import link_masses
from spillover.project import DATA
from spillover.study import report
from spillover.study.exhibits import exhibits
from spillover.study.template import template_panel

COLUMNS = ["--outcome", "outcome", "--focus", "focus", "--controls", "control"]
LINKS = ["--mass", "mass", "--coordinates", "latitude,longitude"]


@pytest.fixture
def panel(tmp_path):
    path = tmp_path / "panel.csv"
    template_panel().to_csv(path, index=False)
    return path


@pytest.fixture
def no_figures(monkeypatch):
    """Leave out the pictures, which take most of the time, where only tables are looked at."""
    monkeypatch.setattr(
        report, "exhibits", lambda chain: [replace(e, draw=None) for e in exhibits(chain)]
    )


def run(panel, tmp_path, *words):
    return main(["run", str(panel), *words, "--out", str(tmp_path / "report"), "--quiet"])


def assert_one_line(capsys, *fragments):
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("spillover: ")
    for fragment in fragments:
        assert fragment in err


def test_help_reads_well_and_names_every_option(capsys):
    with pytest.raises(SystemExit) as done:
        main(["run", "--help"])
    text = capsys.readouterr().out
    assert done.value.code == 0 and max(map(len, text.splitlines())) <= 100
    for option in ("--outcome", "--focus", "--mass", "--coordinates", "--force", "examples:"):
        assert option in text


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = "import sys, spillover.cli; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_template_runs_as_it_is(tmp_path, capsys):
    file = tmp_path / "mine.csv"
    assert main(["template", str(file)]) == 0
    assert run(file, tmp_path, *COLUMNS, *LINKS, "--no-curve") == 0
    page = tmp_path / "report" / "report.html"
    assert capsys.readouterr().out.splitlines() == [str(file), str(page)]
    assert page.read_text("utf-8").count("<h2") >= 10


def test_template_is_not_written_over_a_file(tmp_path, capsys):
    file = tmp_path / "mine.csv"
    file.write_text("mine")
    assert main(["template", str(file)]) == 2
    assert_one_line(capsys, "mine.csv exists: use --force")
    assert file.read_text() == "mine"
    assert main(["template", str(file), "--force"]) == 0


def test_stored_template_is_the_one_that_the_command_writes():
    stored = pd.read_csv(DATA / "templates" / "panel.csv")
    pd.testing.assert_frame_equal(stored, template_panel(), check_exact=False, atol=2e-4)


def spoiled(panel, column, value):
    table = pd.read_csv(panel, dtype=object)
    table.loc[9, column] = value
    table.to_csv(panel, index=False)


@pytest.mark.parametrize(
    ("column", "value", "fragments"),
    [
        ("focus", "n.a.?", ["'focus'", "'Region 02 (simulated)'", "2016", "not a number"]),
        ("outcome", None, ["'outcome'", "'Region 02 (simulated)'", "2016", "a blank"]),
        ("mass", "0", ["'mass'", "'Region 02 (simulated)'", "2016", "not above zero"]),
        ("latitude", "12", ["'latitude'", "'Region 02 (simulated)'", "changes"]),
        ("year", "2015", ["Region 02 (simulated) 2015", "more than one row"]),
        ("year", "2030", ["no row for Region 01 (simulated) 2030"]),
        ("region", "", ["'region'", "line 11"]),
    ],
)
def test_a_faulty_cell_ends_with_code_2_and_one_line(
    panel, tmp_path, capsys, column, value, fragments
):
    spoiled(panel, column, value)
    assert run(panel, tmp_path, *COLUMNS, *LINKS) == 2
    assert_one_line(capsys, *fragments)
    assert [p.name for p in tmp_path.iterdir()] == ["panel.csv"]


def lone_column(table):
    return table.assign(copy=table["focus"] * 2 + 1)


def by_region_only(table):
    return table.assign(copy=table.groupby("region")["focus"].transform("mean"))


@pytest.mark.parametrize(
    ("spoil", "words", "fragments"),
    [
        (None, ["--outcome", "gdp", "--focus", "focus", *LINKS], ["no column 'gdp'"]),
        (None, ["--outcome", "outcome", "--focus", "focos", *LINKS], ["did you mean 'focus'"]),
        (None, [*COLUMNS], ["give weights"]),
        (None, [*COLUMNS, "--mass", "mass"], ["need coordinates"]),
        (None, [*COLUMNS, "--coordinates", "latitude"], ["takes two columns"]),
        (None, [*COLUMNS, "--weights", "no.csv"], ["no.csv: no such file"]),
        (None, ["--outcome", "focus", "--focus", "focus", *LINKS], ["more than one part"]),
        (lone_column, [*COLUMNS[:-1], "copy", *LINKS], ["copy", "collinear"]),
        (by_region_only, [*COLUMNS[:-1], "copy", *LINKS], ["copy"]),
    ],
)
def test_a_faulty_command_ends_with_code_2_and_one_line(
    panel, tmp_path, capsys, spoil, words, fragments
):
    if spoil:
        spoil(pd.read_csv(panel)).to_csv(panel, index=False)
    assert run(panel, tmp_path, *words) == 2
    assert_one_line(capsys, *fragments)
    assert not (tmp_path / "report").exists()


def test_an_existing_folder_is_refused_before_anything_is_computed(panel, tmp_path, capsys):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "notes.txt").write_text("keep me")
    spoiled(panel, "focus", "?")
    assert run(panel, tmp_path, *COLUMNS, *LINKS, "--force") == 2
    assert_one_line(capsys, "not a report")


def test_a_folder_with_an_input_is_refused_before_anything_is_computed(panel, tmp_path, capsys):
    spoiled(panel, "focus", "?")
    words = ["run", str(panel), *COLUMNS, *LINKS, "--force", "--out"]
    assert main([*words, str(tmp_path)]) == 2
    assert_one_line(capsys, "is or holds the input", "panel.csv")
    weights = tmp_path / "links" / "W.csv"
    weights.parent.mkdir()
    weights.write_text(",a\na,0\n")
    assert main([*words, str(weights.parent), "--weights", str(weights)]) == 2
    assert_one_line(capsys, "is or holds the input", "W.csv")


@pytest.mark.usefixtures("no_figures")
def test_relative_outcome_is_divided_by_the_mean_of_the_year(panel, tmp_path):
    table = pd.read_csv(panel)
    table["outcome"] = table["outcome"].abs() + 1
    table.to_csv(panel, index=False)
    words = [*COLUMNS, *LINKS, "--no-curve"]
    assert run(panel, tmp_path, *words, "--relative") == 0
    relative = pd.read_csv(tmp_path / "report" / "tables" / "impacts.csv")
    table["outcome"] /= table.groupby("year")["outcome"].transform("mean")
    table.to_csv(panel, index=False)
    assert run(panel, tmp_path, *words, "--force") == 0
    by_hand = pd.read_csv(tmp_path / "report" / "tables" / "impacts.csv")
    pd.testing.assert_frame_equal(relative, by_hand, rtol=1e-8)


@pytest.mark.usefixtures("no_figures")
def test_the_provinces_by_the_command_line_equal_the_book(tmp_path):
    public = load_provinces(local=None)
    study = outcomes.provincial_study(public)
    places = load_regions()[["latitude", "longitude"]]
    mass = link_masses(public)["rd_personnel"].rename("personnel_fte")
    study.panel.join(places).join(mass).to_csv(tmp_path / "provinces.csv")
    words = ["--outcome", study.outcome, "--focus", study.focus]
    words += ["--controls", ",".join(study.controls), "--mass", "personnel_fte"]
    words += ["--coordinates", "latitude,longitude", "--no-curve"]
    assert run(tmp_path / "provinces.csv", tmp_path, *words) == 0
    written = pd.read_csv(tmp_path / "report" / "tables" / "impacts.csv")
    expected = study.fit("R&D personnel").impacts()["estimate"]
    assert written["estimate"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)


@pytest.mark.usefixtures("no_figures")
def test_produc_with_its_own_weights(tmp_path):
    frame, graph = load_produc()
    logs = frame[["gsp", "pcap", "pc", "emp"]].apply(np.log).assign(unemp=frame["unemp"])
    logs.to_csv(tmp_path / "produc.csv")
    matrix = pd.DataFrame(graph.sparse.toarray(), graph.unique_ids, graph.unique_ids)
    matrix.to_csv(tmp_path / "states.csv")
    words = "--region state --outcome gsp --focus pcap --controls pc,emp,unemp --no-curve"
    words = [*words.split(), "--correction", "none", "--weights", str(tmp_path / "states.csv")]
    assert run(tmp_path / "produc.csv", tmp_path, *words) == 0
    table = pd.read_csv(tmp_path / "report" / "tables" / "estimates.csv").set_index("term")
    # Exact dummy-variable maximum likelihood of the two-way spatial Durbin model.
    exact = {"rho": 0.3701681478202872, "pcap": -0.0096368373256450, "W*pcap": -0.0618014495576018}
    assert table.loc[list(exact), "estimate"].to_numpy() == pytest.approx(
        list(exact.values()), abs=1e-6
    )

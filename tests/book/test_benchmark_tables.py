"""Tables and figure of stored timings."""

import numpy as np
import pandas as pd
import pytest

from spillover.book import benchmark_tables


@pytest.fixture
def frame():
    sizes = [500, 1_000, 2_000]
    ours = pd.DataFrame({"case": "spillover", "N": sizes, "T": 10, "status": "ok"})
    ours["seconds"] = 1e-6 * ours["N"] ** 1.5
    ours["peak_mb"] = 300.0
    peer = ours.assign(case="spreg", seconds=1e-9 * ours["N"] ** 3.0)
    peer.loc[2, ["status", "seconds"]] = ["more than 8 GB", np.nan]
    other = ours.iloc[:1].assign(case="one factorisation", seconds=0.012)
    return pd.concat([ours, peer, other], ignore_index=True)


def test_growth_exponent_is_the_slope_in_logarithms_of_finished_cases(frame):
    assert benchmark_tables.growth_exponent(frame, "spillover") == pytest.approx(1.5)
    assert benchmark_tables.growth_exponent(frame, "spreg") == pytest.approx(3)
    assert np.isnan(benchmark_tables.growth_exponent(frame, "one factorisation"))


def test_side_by_side_says_why_a_case_has_no_time(frame):
    table = benchmark_tables.side_by_side(frame)
    assert list(table.columns) == ["spillover", "spreg"]
    assert list(table.index) == ["500, 10", "1,000, 10", "2,000, 10"]
    assert table.loc["2,000, 10"].tolist() == ["0.089 (300)", "more than 8 GB"]


def test_other_cases_and_single_times(frame):
    assert benchmark_tables.others(frame)["Seconds (peak MB)"].tolist() == ["0.012 (300)"]
    assert benchmark_tables.seconds(frame, "spillover", 1_000) == pytest.approx(1e-6 * 1_000**1.5)
    assert np.isnan(benchmark_tables.seconds(frame, "spillover", 31))


def test_each_work_stands_beside_its_floor(frame):
    passes = frame.iloc[:2].assign(case="one pass over the data", seconds=0.001)
    table = benchmark_tables.against_floors(pd.concat([frame, passes]))
    assert table["N"].tolist() == ["500"]  # the factorisation was timed at one size
    assert table.loc[0, "Floor"] == pytest.approx(0.013)
    assert table.loc[0, "Floors"] == pytest.approx(1e-6 * 500**1.5 / 0.013)
    assert table.loc[0, "Growth"] == pytest.approx(1.5)


def test_without_any_floor_there_is_no_row(frame):
    assert benchmark_tables.against_floors(frame.iloc[:3]).empty


def test_figure_draws_finished_cases_on_logarithmic_axes(frame):
    left, right = benchmark_tables.time_figure(frame).axes
    assert [len(line.get_xdata()) for line in left.lines] == [3, 2]
    assert {axes.get_xscale() for axes in (left, right)} == {"log"}
    unsorted = benchmark_tables.time_figure(frame.iloc[::-1]).axes[0]
    assert all(list(line.get_xdata()) == sorted(line.get_xdata()) for line in unsorted.lines)


def test_a_missing_peer_is_left_out(frame):
    ours = frame[frame["case"] != "spreg"]
    assert list(benchmark_tables.side_by_side(ours).columns) == ["spillover"]
    assert len(benchmark_tables.time_figure(ours).axes[0].lines) == 1


def test_numbers_for_prose():
    assert benchmark_tables.shown(1234.56) == "1,234.6"
    assert benchmark_tables.shown(np.nan) == "(not measured)"


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """Two packages at two sizes; the second has no time at the larger one."""
    ours = {"package": "ours", "version": "1.0", "status": "ok", "seconds": 0.25, "ratio": 1}
    peer = ours | {"package": "splm", "version": "1.6", "leaves out": "demeaning the lag"}
    stopped = peer | {"version": None, "status": "more than 8 GB", "seconds": None}
    rows = [each | {"N": 31, "T": 9} for each in (ours, peer)]
    rows += [each | {"N": 2_000, "T": 10} for each in (ours, stopped)]
    pd.DataFrame(rows).assign(rho=0.5, rho_se=0.1, x1=1.0).to_csv(tmp_path / "peers.csv")
    monkeypatch.setattr(benchmark_tables, "FOLDER", tmp_path)


def test_peers_are_shown_with_version_or_with_why_they_have_no_time(runs):
    assert benchmark_tables.peers()["seconds"].to_dict() == {
        ("31, 9", "ours 1.0"): "0.25",
        ("31, 9", "splm 1.6"): "0.25",
        ("2,000, 10", "ours 1.0"): "0.25",
        ("2,000, 10", "splm 1.6"): "more than 8 GB",
    }


def test_what_a_peer_leaves_out_is_said_once(runs):
    assert benchmark_tables.left_out().to_dict() == {"splm 1.6": "demeaning the lag"}

"""The panel that all packages are given, and what is said of a package that is not there."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import peers
from benchmarks.cases import panel


@pytest.fixture
def files(tmp_path):
    peers.write_panel(tmp_path, 31, 9)
    return tmp_path


def test_the_files_hold_the_benchmarks_own_panel(files):
    y, X, W = panel(31, 9)
    frame = pd.read_csv(files / "panel.csv").set_index(["period", "region"]).sort_index()
    links = pd.read_csv(files / "W.csv")
    np.testing.assert_allclose(frame["y"], y.ravel(), rtol=1e-12)
    np.testing.assert_allclose(frame[["x1", "x2", "x3"]], X.reshape(-1, 3), rtol=1e-12)
    assert W[links["row"], links["column"]] == pytest.approx(links["weight"].to_numpy())


def test_a_missing_peer_is_named_as_such(files, monkeypatch, tmp_path):
    monkeypatch.setattr(peers, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(peers.shutil, "which", lambda name: None)
    assert peers.theirs("StatsPAI", files) == {"status": "not installed"}
    assert peers.theirs("splm", files) == {"status": "no R on this machine"}

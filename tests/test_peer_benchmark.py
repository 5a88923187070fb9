"""The panel that all packages are given, and what is said of a package that is not there."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import peers
from benchmarks.cases import panel
from spillover.book.peers import DummyLikelihood
from spillover.panel import SpatialPanel


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


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Error: cannot allocate vector of size 3.0 Gb\nExecution halted", "more than 8 GB"),
        ("Error: ModuleNotFoundError: SDPDmod\nExecution halted", "not installed"),
    ],
)
def test_what_r_says_of_a_failure_is_understood(files, monkeypatch, tmp_path, said, status):
    program = tmp_path / "Rscript"
    program.write_text(f"#!/bin/sh\nprintf '%s' '{said}' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(peers.shutil, "which", lambda name: str(program))
    assert peers.theirs("SDPDmod", files) == {"status": status}


def test_a_peers_rho_is_ours_once_we_leave_out_what_it_leaves_out():
    stored = pd.read_csv(peers.TABLE).query("N == 31").set_index("package")["rho"]
    y, X, W = panel(31, 9)
    model, roots = SpatialPanel(y, X, W), np.linalg.eigvals(W.toarray())
    assert abs(roots.imag).max() > 0.1
    rules = {
        "spillover": {},
        "spreg": {},
        "splm": {"relag": True},
        "StatsPAI": {"log_determinant": lambda rho: np.log(1 - rho * roots.real).sum()},
    }
    found = {
        name: DummyLikelihood(model, "twoways", **rule).maximise()[0]
        for name, rule in rules.items()
        if pd.notna(stored[name])  # R need not be there
    }
    assert found == pytest.approx(stored[list(found)].to_dict(), abs=1e-7)


# splm 1.6-5 in R 4.2.2: coefficients (x, W x, rho), then standard errors.
INDIVIDUAL = {
    500: (
        [
            0.97024898425,
            0.49313686471,
            -0.99814733981,
            -0.35408780173,
            -0.19972877582,
            0.67206519113,
            0.82799640488,
        ],
        [
            0.014419957824,
            0.014513188797,
            0.014341073666,
            0.044777936438,
            0.042540360769,
            0.040492093068,
            0.0085086488969,
        ],
    ),
    2_000: (
        [
            0.95460406019,
            0.46537752211,
            -0.97600755389,
            -0.42228731356,
            -0.18603483451,
            0.68238011509,
            0.86150467698,
        ],
        [
            0.0072088002478,
            0.0071834711038,
            0.0071707165457,
            0.021659630255,
            0.020343159383,
            0.020712902344,
            0.0037777212629,
        ],
    ),
}


@pytest.mark.parametrize("n", INDIVIDUAL)
def test_with_individual_effects_splm_has_our_estimates_and_standard_errors(n):
    """There it leaves nothing out: means over time and lags over space change places."""
    params, errors = INDIVIDUAL[n]
    fit = SpatialPanel(*panel(n, 10)).fit("individual", None, "expected")
    np.testing.assert_allclose(fit.params, params, rtol=1e-7)
    np.testing.assert_allclose(fit.std_errors, errors, rtol=1e-7)

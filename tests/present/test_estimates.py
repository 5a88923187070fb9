"""Figures of likelihoods and sampling distributions hold what they claim."""

from itertools import product

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from spillover.panel import SpatialPanel
from spillover.panel.simulate import simulate_panel
from spillover.present.estimates import MARKS, coverage_plot, plot_profile, plot_sampling

PARAMETERS = ["beta", "rho", "direct"]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def ring(N):
    return (np.roll(np.eye(N), 1, axis=1) + np.roll(np.eye(N), -1, axis=1)) / 2


@pytest.mark.parametrize(("name", "symbol"), [("sdm", r"$\rho$"), ("sem", r"$\lambda$")])
def test_profile_shows_both_forces_and_their_sum(name, symbol):
    W = ring(12)
    data = simulate_panel(W, 4, [1.0], rho=0.4, rng=1)
    fit = SpatialPanel.from_formula("y ~ x1", data, W, model=name).fit(correction=None)
    ax = plot_profile(fit)
    curves = {line.get_label(): line.get_xydata() for line in ax.get_lines()[:3]}
    whole = curves["log-likelihood"]
    parts = curves["sum of squares"][:, 1] + curves["log-determinant"][:, 1]
    np.testing.assert_allclose(parts, whole[:, 1], atol=1e-9)
    assert abs(whole[whole[:, 1].argmax(), 0] - fit.params.iloc[-1]) < 0.02
    assert ax.get_xlabel() == symbol


def test_sampling_draws_one_curve_an_estimator_and_design():
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [range(50), ["none", "lee-yu"], ["rho", "beta"]],
        names=["replication", "correction", "parameter"],
    )
    draws = pd.DataFrame({"estimate": rng.standard_normal(len(index))}, index=index)
    draws.loc[(slice(None), "none", "rho"), "estimate"] -= 5
    figure = plot_sampling({"one": draws, "two": draws}, "rho", 0.5, "estimate")
    assert [ax.get_ylabel() for ax in figure.axes] == ["one", "two"]
    low, high, truth = figure.axes[0].get_lines()
    peak = [line.get_xdata()[line.get_ydata().argmax()] for line in (low, high)]
    assert peak[0] == pytest.approx(-5, abs=1)
    assert peak[1] == pytest.approx(0, abs=1)
    assert truth.get_xdata()[0] == 0.5


@pytest.fixture
def table() -> pd.DataFrame:
    keys = product([(31, 9), (100, 5)], ["time", "twoways"], MARKS, [*PARAMETERS, "sigma2"])
    rows = [(*size, *rest) for size, *rest in keys]
    frame = pd.DataFrame(rows, columns=["N", "T", "effects", "correction", "parameter"])
    coverage = np.linspace(0.7, 0.99, len(frame))
    known = frame["parameter"] != "sigma2"
    return frame.assign(coverage=np.where(known, coverage, np.nan), replications=2000)


def test_each_point_is_at_its_coverage(table):
    figure = coverage_plot(table)
    assert len(figure.axes) == 4
    ax = figure.axes[1]  # first row: time effects; second column: (100, 5)
    shown = table.query("N == 100 and effects == 'time'").dropna(subset="coverage")
    for line, (correction, (colour, _, name)) in zip(ax.lines, MARKS.items(), strict=True):
        expected = shown[shown["correction"] == correction]["coverage"]
        np.testing.assert_allclose(line.get_ydata(), expected)
        np.testing.assert_allclose(np.round(line.get_xdata()), range(len(PARAMETERS)))
        assert (line.get_color(), line.get_label()) == (colour, name)
    assert ax.texts[0].get_text() == "time, N = 100, T = 5"
    ticks = [label.get_text() for label in figure.axes[3].get_xticklabels()]
    assert ticks == [r"$\beta$", r"$\rho$", "direct"]


def test_band_is_two_monte_carlo_errors(table):
    figure = coverage_plot(table)
    band = figure.axes[0].patches[0]
    error = 2 * np.sqrt(0.95 * 0.05 / 2000)
    assert band.get_y() == pytest.approx(0.95 - error)
    assert band.get_height() == pytest.approx(2 * error)

"""The coverage plot shows every estimator's coverage at its place."""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from spillover.present.monte_carlo_plots import MARKS, coverage_plot

PARAMETERS = ["beta", "rho", "direct"]


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
    plt.close(figure)


def test_band_is_two_monte_carlo_errors(table):
    figure = coverage_plot(table)
    band = figure.axes[0].patches[0]
    error = 2 * np.sqrt(0.95 * 0.05 / 2000)
    assert band.get_y() == pytest.approx(0.95 - error)
    assert band.get_height() == pytest.approx(2 * error)
    plt.close(figure)

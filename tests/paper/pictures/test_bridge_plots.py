"""Pictures of the bridge show the numbers that they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from spillover.paper.pictures import bridge_plots as pictures


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_recovery_shows_truth_mean_and_spread_in_units():
    index = pd.MultiIndex.from_product([["b", "a"], range(101)], names=["case", "replication"])
    values = np.r_[np.arange(101.0), 10 + np.arange(101.0)]
    estimates = pd.DataFrame({"direct": values, "indirect": -values}, index)
    truth = pd.DataFrame({"direct": [1.0, 2.0], "indirect": [3.0, 4.0]}, index=["a", "b"])
    figure = pictures.plot_recovery(estimates, truth, unit=10.0)
    direct, indirect = figure.axes
    segments = direct.collections[0].get_segments()
    np.testing.assert_allclose([s[:, 0] for s in segments], [[0.5, 9.5], [1.5, 10.5]])
    mean, diamond = direct.lines[:2]
    np.testing.assert_allclose(mean.get_xdata(), [5, 6])
    np.testing.assert_allclose(diamond.get_xdata(), [0.2, 0.1])
    np.testing.assert_allclose(indirect.lines[1].get_xdata(), [0.4, 0.3])
    assert [tick.get_text() for tick in direct.get_yticklabels()] == ["b", "a"]
    assert "unit 10" in direct.get_xlabel()


def test_verdicts_write_shares_and_leave_gaps():
    table = pd.DataFrame([[0.25, np.nan], [1.0, 0.0]], ["x", "y"], ["w", "v"])
    figure = pictures.plot_verdicts({"left": table, "right": 1 - table})
    left, right = figure.axes[:2]
    assert [text.get_text() for text in left.texts] == ["25%", "100%", "0%"]
    assert [text.get_text() for text in right.texts] == ["75%", "0%", "100%"]
    assert [text.get_position() for text in left.texts] == [(0, 0), (0, 1), (1, 1)]
    assert left.texts[0].get_color() == "white"
    assert left.texts[1].get_color() == "black"
    assert left.get_xlabel() == "left"


def test_noise_lines_are_in_order_with_a_mark():
    table = pd.DataFrame(
        {"loudness": [5.0, 1.0], "weights": ["w", "w"], "a": [0.1, 0.9], "b": [0.2, 0.3]}
    )
    figure = pictures.plot_noise(table, {"a": "share", "b": "mean"}, 300.0, "public")
    left, right = figure.axes
    np.testing.assert_allclose(left.lines[0].get_xydata(), [[1, 0.9], [5, 0.1]])
    np.testing.assert_allclose(right.lines[0].get_ydata(), [0.3, 0.2])
    assert left.lines[1].get_xdata()[0] == 300
    assert left.lines[1].get_label() == "public"
    assert right.get_ylabel() == "mean"


def test_each_world_is_a_point():
    worlds = pd.DataFrame(
        {
            "accounts": ["published", "closed", "published"],
            "true direct": [-0.1, 0.0, 0.2],
            "w|signs": [1.0, 0.5, 0.0],
        }
    )
    (ax,) = pictures.plot_worlds(worlds, ["w"], "signs", "share").axes
    published, closed = ax.collections
    np.testing.assert_allclose(published.get_offsets(), [[-0.1, 1.0], [0.2, 0.0]])
    np.testing.assert_allclose(closed.get_offsets(), [[0.0, 0.5]])
    assert ax.get_ylabel() == "share"


def test_power_rises_with_strength():
    index = pd.MultiIndex.from_product(
        [["50%", "0%"], ["none", "lee-yu", "lee-yu-direct"]], names=["case", "correction"]
    )
    power = pd.DataFrame(
        {"strength": [0.5] * 3 + [0.0] * 3, "significant": [0.6, 0.5, 0.4, 0.03, 0.02, 0.01]}, index
    )
    ax = pictures.plot_power(power)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[0, 0.03], [0.5, 0.6]])
    np.testing.assert_allclose(ax.lines[2].get_ydata(), [0.01, 0.4])
    assert ax.lines[3].get_ydata()[0] == 0.8

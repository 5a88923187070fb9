import matplotlib.pyplot as plt
import numpy as np
import pytest

from spillover.present import two_region_plots as pictures
from spillover.theory import TwoRegions

ECONOMIES = {f"g = {g:g}": TwoRegions(tau=1.6, g=g) for g in (1.0, 4.0)}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def dots(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


def test_wiggle_marks_stable_and_unstable_equilibria():
    axes = pictures.wiggle(ECONOMIES)
    hollow = [dot for dot in dots(axes) if dot.get_markerfacecolor() == "white"]
    assert len(dots(axes)) == 6
    expected = [float(each.threshold()) for each in ECONOMIES.values()]
    assert [dot.get_xdata()[0] for dot in hollow] == pytest.approx(expected)
    curve = axes.lines[0]
    np.testing.assert_allclose(curve.get_ydata(), ECONOMIES["g = 1"].utility_gap(curve.get_xdata()))


def test_phase_lines_point_away_from_the_threshold():
    axes = pictures.phase_lines(ECONOMIES)
    drifts = [(text.xy[0] - text.xyann[0], text.xyann) for text in axes.texts]
    thresholds = [float(each.threshold()) for each in reversed(ECONOMIES.values())]
    assert len(drifts) == 16
    for length, (start, height) in drifts:
        assert np.sign(length) == np.sign(start - thresholds[round(height)])


def test_regimes_are_the_bounds():
    high, low = pictures.regimes().lines
    freeness = high.get_xdata()
    np.testing.assert_allclose(high.get_ydata(), 1 / (1 + freeness))
    np.testing.assert_allclose(low.get_ydata(), freeness / (1 + freeness))


def test_home_market_is_steeper_with_freer_trade():
    axes = pictures.home_market((0.1, 0.7))
    middle = [np.gradient(line.get_ydata(), line.get_xdata())[200] for line in axes.lines]
    assert middle == pytest.approx([1.1 / 0.9, 1.7 / 0.3, 1.0])


def test_knowledge_thresholds_and_paths():
    stocks = pictures.knowledge(ECONOMIES)
    assert len(stocks.lines) == 3
    levels = np.array([0.5, 1.0, 2.0])
    grid = TwoRegions(tau=1.6, g=levels)
    line = pictures.thresholds(levels, {"published": grid}).lines[0]
    np.testing.assert_allclose(line.get_ydata(), grid.threshold())
    frame = ECONOMIES["g = 1"].migrate([0.3, 0.7], np.linspace(0, 5, 6))
    drawn = pictures.paths({"g = 1": frame}).lines
    np.testing.assert_allclose(drawn[1].get_ydata(), frame.iloc[:, 1])

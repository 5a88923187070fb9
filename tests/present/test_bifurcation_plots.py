from collections import namedtuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from spillover.present import bifurcation_plots as draw

Point = namedtuple("Point", "share stable")


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_rest_points_are_full_when_stable_and_hollow_when_not():
    points = [Point(0.0, True), Point(0.6, False)]
    axes = draw.gap_curve(lambda share: share - 0.6, points, share=0.7)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    faces = {line.get_xdata()[0]: line.get_markerfacecolor() for line in dots}
    assert faces[0.0] == draw.RED
    assert faces[0.6] == "white"
    assert 0.7 in faces


def test_branches_split_by_stability_and_marks_are_named():
    found = pd.DataFrame({"parameter": [1, 1], "share": [0.2, 0.5], "stable": [True, False]})
    axes = draw.branches(found, "$\\phi$", {"sustain": 0.9, "break": 1.1})
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert drawn["stable"] == [0.2]
    assert drawn["unstable"] == [0.5]
    assert [text.get_text() for text in axes.texts] == ["sustain", "break"]


def test_one_panel_a_model():
    found = pd.DataFrame({"parameter": [1], "share": [0.2], "stable": [True]})
    figure = draw.side_by_side({"a": found, "b": found}, "x", {"b": {"break": 1.0}})
    assert [axes.texts[-1].get_text() for axes in figure.axes] == ["a", "b"]
    assert figure.axes[1].get_ylabel() == ""
    columns = {name: [1.0, 2.0] for name in (*draw.FORCE_COLOURS, "sum")}
    frame = pd.DataFrame(columns, index=[0.1, 0.2])
    assert len(draw.forces({"a": frame, "b": frame}).axes) == 2


def test_paths_and_thresholds_are_drawn():
    paths = pd.DataFrame({0.2: [0.2, 0.1], 0.8: [0.8, 0.9]}, index=[0, 1])
    left, right = draw.migration(lambda share: share * (1 - share), paths, [0.5]).axes
    assert {line.get_color() for line in right.lines[:2]} == {draw.ORANGE, draw.BLUE}
    assert list(left.lines[-1].get_xdata()) == [0.5, 0.5]
    assert len(draw.lines(paths, "x", "y").lines) == 2


def test_colours_of_an_impact_matrix_are_symmetric_and_signed():
    matrix = pd.DataFrame([[-0.04, 0.01], [0.04, -0.01]], ["a", "b"], ["a", "b"])
    axes = draw.impact_matrix(matrix, "change").axes[0]
    shown = axes.images[0].get_array()
    assert np.allclose(shown, [[-0.2, 0.1], [0.2, -0.1]])
    assert axes.images[0].get_clim() == pytest.approx((-0.2, 0.2))


def test_effects_are_ordered_by_the_own_one():
    effects = pd.DataFrame(
        {"own": [-0.1, -0.3], "lowest other": [-0.1, -0.2], "highest other": [0.2, 0.3]},
        index=["a", "b"],
    )
    axes = draw.own_and_other(effects).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["b", "a"]

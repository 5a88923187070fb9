"""A figure as SVG and PDF, from one layout."""

import base64

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from spillover.present import printing


@pytest.fixture
def figure():
    figure, axes = plt.subplots(layout="constrained")
    axes.plot([0, 1])
    axes.set_title("A title above the axes")
    yield figure
    plt.close(figure)


def test_both_forms_are_the_same_each_time(figure):
    made = printing.forms(figure)
    assert made["image/svg+xml"].lstrip().startswith("<?xml")
    assert base64.b64decode(made["application/pdf"]).startswith(b"%PDF")
    with plt.rc_context({"svg.hashsalt": "same"}):
        assert printing.forms(figure) == printing.forms(figure)


def test_the_layout_is_made_once_and_the_figure_keeps_its_engine(figure, monkeypatch):
    engine, made = figure.get_layout_engine(), []
    monkeypatch.setattr(type(engine), "execute", lambda self, figure: made.append(figure))
    printing.forms(figure)
    assert made == [figure]
    assert figure.get_layout_engine() is engine


def test_an_empty_figure_is_not_shown():
    assert printing.forms(Figure()) == {}

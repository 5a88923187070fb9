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


def test_the_figure_is_drawn_once_for_its_layout_and_once_for_each_form(figure, monkeypatch):
    draw, drawn = Figure.draw, []

    def counting(figure, renderer):
        drawn.append(renderer)
        draw(figure, renderer)

    monkeypatch.setattr(Figure, "draw", counting)
    with plt.rc_context({"figure.constrained_layout.use": True}):  # as the book's style has it
        printing.forms(figure)
    assert len(drawn) == 3


def test_an_empty_figure_is_not_shown():
    assert printing.forms(Figure()) == {}

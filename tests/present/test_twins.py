"""A figure's Chinese twin: labels, ticks and legend translated, the figure left alone."""

import matplotlib.pyplot as plt
import pytest
from matplotlib import font_manager

from spillover import words
from spillover.present import style, twins

CHINESE = {
    "share of people": "人口份额",
    "technology ⟨1⟩": "技术 ⟨1⟩",
    "East": "东部",
    "West": "西部",
    "people, $\\lambda$": "人口，$\\lambda$",
}


@pytest.fixture
def figure(monkeypatch):
    monkeypatch.setattr(words, "catalogue", lambda name, language: CHINESE)
    monkeypatch.setattr(twins, "catalogue", lambda name: CHINESE)
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1], label="technology 0.5")
    axes.set(xlabel="share of people", ylabel="$\\lambda_{\\mathrm{East}}$")
    axes.set_xticks([0, 1], ["East", "West"])
    axes.legend()
    with plt.rc_context({"svg.fonttype": "none", "font.family": ["DejaVu Sans", "Noto Sans SC"]}):
        yield figure
    plt.close(figure)


@pytest.mark.filterwarnings("ignore:Glyph|findfont")
def test_labels_ticks_and_legend_are_drawn_in_chinese(figure):
    svg = twins.twin(figure)["image/svg+xml"]
    assert all(label in svg for label in ("人口份额", "技术 0.5", "东部", "西部"))
    assert "people" not in svg


@pytest.mark.filterwarnings("ignore:Glyph|findfont")
def test_the_figure_stays_english(figure):
    twins.twin(figure)
    assert figure.axes[0].get_xlabel() == "share of people"


@pytest.mark.filterwarnings("ignore:Glyph|findfont")
def test_messages_are_the_labels_with_words(figure):
    made = twins.twin(figure)
    assert list(made["messages"]) == ["East", "West", "share of people", "technology ⟨1⟩"]
    assert made["messages"]["West"] == "西部"


@pytest.mark.filterwarnings("ignore:Glyph|findfont")
def test_words_beside_maths_have_their_glyphs(figure, caplog):
    for font in style.FONTS.glob("*.otf"):
        font_manager.fontManager.addfont(font)
    figure.text(0.5, 0.5, "people, $\\lambda$")
    twins.twin(figure)
    assert "glyph" not in caplog.text


@pytest.mark.filterwarnings("ignore:Glyph|findfont")
def test_a_single_chinese_character_stands_upright(figure):
    name = figure.axes[0].set_title("East", rotation=90)
    with twins.labels_by({"East": "东"}.get):
        assert name.get_rotation() == 0
    with twins.labels_by({"East": "东部"}.get):
        assert name.get_rotation() == 90

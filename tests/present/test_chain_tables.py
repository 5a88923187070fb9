"""Layouts of the chain's tables and its pictures: every number in its place."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from spillover.datasets import load_regions
from spillover.paper import published
from spillover.present import chain_tables as layouts
from spillover.present import curve_plots as curves
from spillover.present import impact_plots as pictures
from spillover.present import style

mpl.use("Agg")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("p_value", "expected"), [(0.0099, "***"), (0.01, "**"), (0.05, "*"), (0.1, ""), (np.nan, "")]
)
def test_stars_at_the_papers_levels(p_value, expected):
    assert layouts.stars(p_value) == expected


def test_the_papers_table_3_is_reproduced_cell_by_cell():
    table = layouts.moran_layout(published.published_moran())
    assert table.shape == (9, 4)
    cell = table.loc[2019, ("R&D capital", "digital technology")]
    assert cell == "0.301 (1.47)"
    assert table.loc[2014, ("R&D capital", "digital technology")] == "0.503** (2.38)"


def test_the_papers_table_4_is_reproduced_line_by_line():
    table = layouts.estimates_layout(
        published.published_estimates(), published.published_statistics()
    )
    assert table["R&D personnel"].tolist() == [
        *("-0.338***", "(0.120)", "1.276***", "(0.349)", "-0.468***", "(0.095)"),
        *("279", "0.116"),
    ]
    assert list(table.index) == [
        *("digital technology", "", "W*digital technology", "", "rho", "", "N", "R2")
    ]


def test_steps_stand_in_the_chains_order_with_a_column_an_outcome():
    keys = [("b", "log", "I", "2014"), ("b", "log", "LM", "lag"), ("b", "log", "LM", "error")]
    keys += [("a", "log", "I", "2013"), ("a", "log", "I", "2014"), ("a", "log", "LM", "lag")]
    index = pd.MultiIndex.from_tuples(keys, names=["outcome", "scale", "step", "row"])
    p_values = [0.2, 0.2, np.nan, 0, 0.07, 0.04]
    steps = pd.DataFrame({"figure": [1.234, 3, np.nan, -0.5, 2, 2], "p_value": p_values}, index)
    table = layouts.steps_layout(steps)
    assert list(table.index) == [("I", "2013"), ("I", "2014"), ("LM", "lag"), ("LM", "error")]
    assert table["b, log"].tolist() == ["", "1.23", "3.00", "none"]
    assert table["a, log"].tolist() == ["-0.50***", "2.00*", "2.00**", ""]


def test_the_papers_table_5_is_reproduced():
    table = layouts.impacts_layout(published.published_impacts())
    assert table.loc["digital technology", ("R&D capital", "Total")] == "0.590**"
    assert table.iloc[1].tolist() == [
        *("(0.129)", "(0.250)", "(0.222)", "(0.128)", "(0.256)", "(0.231)")
    ]
    rows = layouts.impacts_by_row(published.published_impacts())
    assert rows.loc["R&D personnel", "Indirect"] == "1.005*** (0.250)"


def test_the_papers_second_table_5_is_reproduced():
    table = layouts.tests_layout(published.published_tests())
    assert table.loc[("Wald", "SEM"), "R&D personnel"] == "29.77***"
    assert table.loc[("LR", "SAR"), "R&D capital"] == "32.14***"


def test_published_signs():
    assert published.published_signs() == (-1, 1)


def test_beside_keeps_printed_stars_and_makes_the_others():
    theirs = pd.DataFrame({"weights": ["A"], "p_value": [0.5], "stars": ["***"]})
    ours = pd.DataFrame({"weights": ["A"], "p_value": [0.03]})
    both = layouts.beside({"Paper": theirs, "We": ours})
    assert both["weights"].tolist() == ["Paper: A", "We: A"]
    assert both["stars"].tolist() == ["***", "**"]


def variants() -> pd.DataFrame:
    rows = {
        ("Reference", "unchanged"): (0.1, -1.0, 2.0, 1.0),
        ("Model", "SLX"): (np.nan, 1, -2, -1),
    }
    frame = pd.DataFrame(rows, ["rho", "direct", "indirect", "total"]).T
    for name in list(frame):
        frame[f"{name}_se"], frame[f"{name}_p"] = 0.25, 0.02
    return frame


def test_variants_layout_leaves_a_missing_rho_blank():
    table = layouts.variants_layout(variants())
    assert table.loc[("Reference", "unchanged")].tolist() == [
        *("0.100** (0.250)", "-1.000** (0.250)", "2.000** (0.250)", "1.000** (0.250)")
    ]
    assert table.loc[("Model", "SLX"), "rho"] == ""


def test_forest_puts_each_variant_on_its_own_line_in_the_colour_of_its_sign():
    figure = pictures.plot_variants(variants())
    direct = figure.axes[0]
    assert [t.get_text() for t in direct.get_yticklabels()] == [
        *("Reference: unchanged", "Model: SLX")
    ]
    points = direct.collections[1]
    np.testing.assert_allclose(points.get_offsets(), [[-1, 0], [1, -1]])
    assert mpl.colors.to_hex(points.get_facecolors()[0]) == style.BLUE.lower()


def test_left_out_is_sorted_panel_by_panel():
    frame = variants().droplevel(0)
    figure = pictures.plot_left_out(frame, frame.iloc[0])
    first, second = ([t.get_text() for t in ax.get_yticklabels()] for ax in figure.axes)
    assert first == ["unchanged", "SLX"] and second == ["SLX", "unchanged"]


def test_impacts_are_drawn_at_their_values():
    figure = pictures.plot_impacts_side_by_side({"The paper": published.published_impacts()})
    lines = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    np.testing.assert_allclose(lines[0].get_xdata(orig=False), [-0.409, 1.005, 0.596])
    assert len(figure.legends) == 1 and figure.axes[0].get_legend() is None  # nothing over the data


def test_hollow_points_mark_what_is_not_significant():
    figure = pictures.plot_moran(published.published_moran())
    hollow = [
        point
        for points in figure.axes[1].collections
        if mpl.colors.to_hex(points.get_facecolors()[0]) == "#ffffff"
        for point in points.get_offsets().tolist()
    ]
    table = published.published_moran().query("weights == 'R&D capital' and z < 1.95")
    assert sorted(hollow) == sorted(table[["year", "moran_i"]].astype(float).to_numpy().tolist())


def test_maps_and_changes_draw_every_region():
    regions = load_regions()
    values = pd.Series(np.linspace(-1, 1, len(regions)), regions.index)
    figure = pictures.plot_region_maps({"one": values, "two": values}, regions)
    assert len(figure.axes[0].patches) == len(regions)
    frame = pd.DataFrame({"digital": values, "size": values**3})
    figure = pictures.plot_changes(frame, regions, "digital", named=2)
    assert sum(len(c.get_offsets()) for c in figure.axes[0].collections) == len(regions)
    assert {t.get_text() for t in figure.axes[0].texts} == {regions.index[0], regions.index[-1]}


def curve(n: int = 6) -> pd.DataFrame:
    direct = np.linspace(-2, 2, n)
    frame = pd.DataFrame({"direct": direct, "indirect": -direct, "A": ["x", "y"] * (n // 2)})
    for kind in ("direct", "indirect"):
        frame[f"{kind}_lower"], frame[f"{kind}_upper"] = frame[kind] - 1, frame[kind] + 1
    return frame


def test_verdicts_compare_sign_and_interval():
    found = curves.verdicts(curve(), "direct", -1)
    assert found.tolist() == ["agrees", "agrees", "unsure", "unsure", "disagrees", "disagrees"]
    assert curves.verdicts(curve(), "direct", 1).iloc[0] == "disagrees"


@pytest.mark.parametrize("n", [6, 600])
def test_the_curve_shows_every_estimate_and_every_choice(n):
    frame = curve(n).sample(frac=1, random_state=2)
    figure = curves.plot_curve(frame, ["A"])
    points = figure.axes[0].collections[1].get_offsets()
    np.testing.assert_allclose(points[:, 1], np.linspace(-2, 2, n))
    assert "50% of specifications agree" in figure.axes[0].texts[0].get_text()
    drawn = [len(lines.get_segments()) for lines in figure.axes[2].collections]
    assert drawn == [n // 2, n // 2]


def test_rows_without_an_interval_are_left_out_of_the_curve():
    frame = curve()
    frame.loc[0, ["direct_lower", "direct_upper"]] = np.nan
    figure = curves.plot_curve(frame, ["A"])
    assert len(figure.axes[0].collections[1].get_offsets()) == 5


def test_agreement_bars_have_the_shares():
    index = pd.MultiIndex.from_tuples([("All", "all"), ("A", "x")])
    shares = pd.DataFrame({"signs": [0.5, 0.25], "significant": [0.1, 0.0]}, index)
    ax = curves.plot_agreement(shares)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], [0.5, 0.25, 0.1, 0])

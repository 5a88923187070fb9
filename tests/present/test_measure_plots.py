"""Plots of maps, networks and measures: what they draw, not how it looks."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import Normalize, to_hex

from spillover.datasets import (
    load_cultural_revenue,
    load_provinces,
    load_rd_projects_2009,
    load_regions,
)
from spillover.measure import autocorrelation, weights
from spillover.measure.indices import relative_size
from spillover.paper import provinces
from spillover.present import maps, measure_plots, networks
from spillover.present.style import REGION_COLOURS


@pytest.fixture(autouse=True)
def close():
    with mpl.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def regions():
    return load_regions()


@pytest.fixture(scope="module")
def panel():
    return load_provinces(local=None)


@pytest.fixture(scope="module")
def personnel():
    return load_rd_projects_2009()["personnel_fte"]


@pytest.fixture(scope="module")
def local(panel, personnel, regions):
    graph = weights.row_standardise(weights.gravity(personnel, regions))
    patents = relative_size(panel["patents_granted"])
    return autocorrelation.local_moran(patents.xs(2021, level="year"), graph, permutations=99)


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_tile_map_colours_and_labels(panel, regions):
    values = panel["urbanisation_pct"].xs(2021, level="year")
    ax = maps.tile_map(values, regions, "urbanisation", Normalize(0, 100), cmap="Greys")
    assert len(ax.patches) == 31
    assert set(regions["code"]) <= set(texts(ax))
    assert f"{values['Tibet']:.1f}" in texts(ax)
    place = regions.loc["Tibet", ["tile_column", "tile_row"]]
    tile = next(p for p in ax.patches if p.get_xy() == tuple(place))
    assert tile.get_facecolor() == mpl.colormaps["Greys"](values["Tibet"] / 100)
    assert len(ax.figure.axes) == 2  # the map and its colour bar


def test_missing_values_leave_the_tile_empty(panel, regions):
    values = panel["urbanisation_pct"].xs(2021, level="year").drop("Hainan")
    ax = maps.tile_map(values, regions, "urbanisation")
    empty = [patch for patch in ax.patches if patch.get_facecolor()[3] == 0]
    assert len(empty) == 1


def test_ink_contrasts_with_the_tile():
    assert maps.readable_ink("#ffffff") == maps.DARK
    assert maps.readable_ink("#000000") == maps.LIGHT


def test_tile_maps_share_a_scale(panel, regions):
    figure = maps.tile_maps(panel["urbanisation_pct"], regions, [2013, 2017, 2021], "%")
    drawn = [ax for ax in figure.axes if len(ax.patches) == 31]
    assert [ax.texts[-1].get_text() for ax in drawn] == ["2013", "2017", "2021"]


def test_category_map_legend_names_what_is_there(local, regions):
    categories = measure_plots.lisa_categories(local)
    ax = maps.category_map(categories, regions, measure_plots.LISA_COLOURS)
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert set(named) == set(categories)


def test_bubble_area_is_proportional(personnel, regions):
    ax = maps.bubble_map(personnel, regions, "personnel")
    areas = np.concatenate([c.get_sizes() for c in ax.collections])
    assert areas.max() == pytest.approx(maps.LARGEST)
    assert areas.sum() == pytest.approx(maps.LARGEST * personnel.sum() / personnel.max())


def test_link_map_draws_the_strongest(personnel, regions):
    links = weights.links(weights.gravity(personnel, regions))
    ax = networks.link_map(links, personnel, regions, strongest=7)
    lines = ax.collections[0]
    assert len(lines.get_segments()) == 7
    assert max(lines.get_linewidths()) == pytest.approx(networks.WIDEST)
    start = regions.loc[links.loc[0, "region"], ["longitude", "latitude"]].astype(float)
    assert np.allclose(lines.get_segments()[0][0], start)


def test_heatmaps_run_from_east_to_west(personnel, regions):
    graph = weights.gravity(personnel, regions)
    figure = networks.matrix_heatmaps({"raw": weights.dense(graph)}, regions)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[0] == "HL"
    assert labels[-1] == "XJ"


def test_borders_by_splot(regions):
    ax = networks.border_tiles(provinces.contiguity(), regions)
    segments = [len(c.get_segments()) for c in ax.collections if hasattr(c, "get_segments")]
    assert 2 * 69 in segments
    assert set(texts(ax)) == set(regions["code"])


def test_macro_paths_are_means(panel, regions):
    figure = measure_plots.macro_paths(panel, regions["macro_region"], {"urbanisation_pct": "%"})
    northeast = panel["urbanisation_pct"].unstack("year").loc[["Liaoning", "Jilin", "Heilongjiang"]]
    drawn = [line.get_ydata() for line in figure.axes[0].lines if len(line.get_ydata()) == 9]
    assert any(np.allclose(line, northeast.mean()) for line in drawn)


def test_stacked_areas_reach_the_sum():
    parts = load_cultural_revenue().drop(columns="National")
    ax = measure_plots.stacked_areas(parts, "revenue")
    tops = [bar.get_y() + bar.get_height() for bar in ax.containers[-1]]
    assert np.allclose(tops, parts.sum(axis=1))
    assert to_hex(ax.patches[0].get_facecolor()) == REGION_COLOURS["East"].lower()


def test_loading_bars():
    loadings = pd.DataFrame({"one": [0.5, -0.2], "two": [0.1, 0.9]}, index=["a", "b"])
    ax = measure_plots.loading_bars(loadings, {"a": "first", "b": "second"})
    assert [bar.get_width() for bar in ax.patches] == [0.5, -0.2, 0.1, 0.9]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]


def test_moran_scatter_slope_is_moran(local, regions):
    ax = measure_plots.moran_scatter(local, regions["code"], "patents", named=3)
    x, y = ax.lines[0].get_data()
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    assert slope == pytest.approx((local["z"] * local["lag"]).mean())
    assert len(texts(ax)) == 3
    assert "GD" in texts(ax)


def test_lisa_categories_follow_the_level(local):
    everything = measure_plots.lisa_categories(local, level=1.1)
    assert (everything == local["quadrant"]).all()
    assert (measure_plots.lisa_categories(local, level=0) == "not significant").all()


def moran_table(p_values):
    years = pd.Index(range(2013, 2013 + len(p_values)), name="year")
    columns = {"moran_i": 0.5, "expected": -0.03, "z_normal": 2.345, "p_normal": p_values}
    return pd.DataFrame({**columns, "p_permutation": p_values}, index=years)


def test_moran_paths_fill_significant_marks():
    ax = measure_plots.moran_paths({"x": moran_table([0.01, 0.2, 0.03])})
    filled = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_markerfacecolor() != "none" for line in filled] == [True, False]
    assert list(filled[0].get_xdata()) == [2013, 2015]


def test_moran_cells_print_stars_and_z():
    assert measure_plots.moran_cells(moran_table([0.001, 0.04, 0.09, 0.3])).tolist() == [
        "0.500*** (2.35)",
        "0.500** (2.35)",
        "0.500* (2.35)",
        "0.500 (2.35)",
    ]


def test_interval_dots_show_every_series():
    values = pd.DataFrame({name: [0.2, 0.3] for name in "abcd"}, index=[2013, 2014])
    ax = measure_plots.interval_dots(values, {"raw": (0.1, 0.4)}, "se")
    assert len(ax.lines) == 4
    assert len(ax.get_legend().get_texts()) == 5


def test_years_shown(panel):
    assert measure_plots.years_shown(panel["gdp_100m_yuan"]) == [2013, 2021]

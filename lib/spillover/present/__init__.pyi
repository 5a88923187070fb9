from . import (
    bifurcation_plots as bifurcation_plots,
    chain_tables as chain_tables,
    style as style,
    two_region_plots as two_region_plots,
)
from .curve_plots import plot_agreement as plot_agreement, plot_curve as plot_curve
from .estimates import (
    coverage_plot as coverage_plot,
    plot_profile as plot_profile,
    plot_sampling as plot_sampling,
)
from .impact_plots import (
    plot_changes as plot_changes,
    plot_impacts as plot_impacts,
    plot_left_out as plot_left_out,
    plot_moran as plot_moran,
    plot_variants as plot_variants,
)
from .maps import (
    bubble_map as bubble_map,
    category_map as category_map,
    tile_map as tile_map,
    tile_maps as tile_maps,
)
from .measure_plots import lisa_categories as lisa_categories, moran_scatter as moran_scatter
from .networks import link_map as link_map, matrix_heatmaps as matrix_heatmaps

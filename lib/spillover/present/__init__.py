"""Presenting: tables and figures for results of the other rooms."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "RegressionTable", "bifurcation_plots", "bubble_map", "category_map", "chain_tables",
    "coverage_plot", "link_map", "lisa_categories", "matrix_heatmaps", "moran_scatter",
    "plot_agreement", "plot_changes", "plot_curve", "plot_impacts", "plot_left_out", "plot_moran",
    "plot_profile", "plot_sampling", "plot_variants", "regression_table", "residual_map", "style",
    "tile_map", "tile_maps", "two_region_plots",
]  # fmt: skip

"""Measuring: raw figures become variables, weights and spatial autocorrelation."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "EntropyIndex", "PrincipalComponentIndex", "bartlett_sphericity", "capital_stock", "contiguity",
    "coverage", "dense", "describe_panel", "economic_geographic", "entropy_index", "gravity",
    "great_circle_km", "inverse_distance", "k_nearest", "kmo", "links", "local_moran",
    "moran_by_year", "moran_range", "pca_index", "relative_size", "row_standardise", "summary",
]  # fmt: skip

"""Knowledge spillovers, digital technology and the location of cultural industry.

Rooms: `theory` (the model), `panel` (spatial panel econometrics), `measure` (figures to
variables), `present` (tables and figures), `study` (anyone's panel), `paper` (this paper),
`book` (building the book).

What users call is here and in each room's own list (`__init__.pyi`), imported when first used.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "Economy", "SpatialPanel", "SpatialPanelResults", "Study", "TwoRegions", "audit", "contiguity",
    "entropy_index", "equation", "gravity", "hausman", "inverse_distance", "k_nearest", "lm_tests",
    "load_provinces", "long_run", "measure", "moran_by_year", "panel", "paper", "pca_index",
    "pesaran_cd", "present", "read_panel", "read_weights", "relative_size", "row_standardise",
    "run", "study", "study_from_columns", "template_panel", "theory", "write_report",
]  # fmt: skip

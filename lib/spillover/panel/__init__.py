"""Estimating: spatial panel econometrics for any panel and any weights."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "BoundaryWarning", "Conley", "DriscollKraay", "DynamicResults", "DynamicSpatialPanel",
    "PanelData", "SpatialPanel", "SpatialPanelResults", "SpecificationTest", "calibration",
    "estimator_draws", "hausman", "lm_tests", "log_determinant", "lr", "lr_effects", "many_fits",
    "pesaran_cd", "residual_moran", "simulate_panel", "true_impacts", "wald",
]  # fmt: skip

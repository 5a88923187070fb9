"""Estimating: spatial panel econometrics for any panel and any weights."""

from spillover.panel.diagnostics import lm_tests, pesaran_cd, residual_moran
from spillover.panel.dynamic import DynamicResults, DynamicSpatialPanel
from spillover.panel.inputs import PanelData
from spillover.panel.model import SpatialPanel
from spillover.panel.results import BoundaryWarning, SpatialPanelResults
from spillover.panel.spatial_hac import Conley, DriscollKraay
from spillover.panel.specification import hausman, lr, lr_effects, wald

__all__ = [
    "BoundaryWarning",
    "Conley",
    "DriscollKraay",
    "DynamicResults",
    "DynamicSpatialPanel",
    "PanelData",
    "SpatialPanel",
    "SpatialPanelResults",
    "hausman",
    "lm_tests",
    "lr",
    "lr_effects",
    "pesaran_cd",
    "residual_moran",
    "wald",
]

"""Estimating: spatial panel econometrics for any panel and any weights."""

from spillover.panel.inputs import PanelData
from spillover.panel.model import SpatialPanel
from spillover.panel.results import BoundaryWarning, SpatialPanelResults

__all__ = ["BoundaryWarning", "PanelData", "SpatialPanel", "SpatialPanelResults"]

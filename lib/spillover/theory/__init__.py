"""The model: symbols, equations, propositions, and numbers from the same equations."""

from spillover.theory.equations import equation
from spillover.theory.two_regions import TwoRegions

__all__ = ["TwoRegions", "equation"]

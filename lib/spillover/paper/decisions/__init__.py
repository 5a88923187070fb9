"""The decisions, by what they rest on; importing this package registers them all."""

from spillover.paper.decisions import absent, companion, figures, matrices, tables, text, theory

__all__ = ["absent", "companion", "figures", "matrices", "tables", "text", "theory"]

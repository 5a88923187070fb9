"""This paper: its variables and outcomes, its published numbers, and what can be said of them."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "agglomeration", "bridge", "consistency", "contiguity", "cultural_endowment", "digital_index",
    "digital_indicators", "ledger", "long_study", "matrices", "named_matrices", "pictures",
    "provincial_choices", "provincial_curve", "provincial_study", "published_estimates",
    "published_impacts", "published_moran", "published_statistics", "published_tests",
    "relative_size", "wald_and_lr",
]  # fmt: skip

"""The bridge: panels made by the model, and what the estimator finds in them."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "Geography", "Process", "World", "cases", "many_worlds", "provinces", "published_design",
    "scattered",
]  # fmt: skip

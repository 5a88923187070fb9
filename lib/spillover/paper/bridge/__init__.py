"""The bridge: panels made by the model, and what the estimator finds in them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

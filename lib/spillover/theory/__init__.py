"""The model: symbols, equations, propositions, and numbers from the same equations."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

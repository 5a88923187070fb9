"""This paper: its variables and outcomes, its published numbers, and what can be said of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

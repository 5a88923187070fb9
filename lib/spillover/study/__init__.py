"""Studying: the whole chain of estimates for anyone's panel, from a file to a report."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

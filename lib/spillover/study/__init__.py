"""Studying: the whole chain of estimates for anyone's panel, from a file to a report."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "Chain", "PanelError", "Study", "alternatives", "left_out", "read_panel", "read_weights", "run",
    "specification_curve", "study_from_columns", "template_panel", "variants", "write_report",
]  # fmt: skip

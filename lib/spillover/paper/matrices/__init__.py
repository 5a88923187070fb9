"""The inverse problem: which weights matrices did the authors use?"""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "Reported", "compatibility", "discrimination", "impact_distance", "impact_gap",
    "impact_p_value", "largest_error_of_rho", "own_matrix", "predicted", "reported",
    "variance_bounds",
]  # fmt: skip

"""The model: symbols, equations, propositions, and numbers from the same equations."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "Accounting", "Economy", "Equilibrium", "FirmLocation", "LongRun", "Proof", "Proposition",
    "ShortRun", "TwoRegions", "Verdict", "accounting", "bifurcation", "calibrate_amenity",
    "core_periphery", "decide", "dependencies", "dynamics", "equation", "footloose_entrepreneur",
    "locate_firms", "long_run", "long_run_impacts", "prove", "short_run", "short_run_impacts",
    "survey", "symbols", "tastes",
]  # fmt: skip

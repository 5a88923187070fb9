"""The ledger: every claim of the paper, decided by a function."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "Claim", "Decision", "Undecided", "as_text", "by_section", "decide", "decide_all",
    "differences", "load_claims", "stored",
]  # fmt: skip

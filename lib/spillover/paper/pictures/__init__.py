"""Pictures of the audit and of the bridge."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "audit_plots", "bridge_plots",
]  # fmt: skip

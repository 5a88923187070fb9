"""Building the book: what only its chapters and appendices call."""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "NumberedTable", "benchmark_tables", "estimator_monte_carlo", "examples", "exhibits",
    "numbered", "peers", "printed_equations", "public_names", "record", "replication", "widget",
]  # fmt: skip

"""Check the printed tables of any spatial panel paper: which numbers can be true together?

``audit.read("paper.toml")`` reads a transcription, ``audit.run(paper)`` checks it, and
``audit.write_report(found, "report/")`` writes one page that says what was found.
"""

import lazy_loader

__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [
    "REGISTER", "Audit", "Finding", "Unreadable", "check_row", "check_sum", "read", "run",
    "write_report", "write_template",
]  # fmt: skip

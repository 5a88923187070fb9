"""Check the printed tables of any spatial panel paper: which numbers can be true together?

``audit.read("paper.toml")`` reads a transcription, ``audit.run(paper)`` checks it, and
``audit.write_report(found, "report/")`` writes one page that says what was found.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

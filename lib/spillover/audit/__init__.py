"""Check the printed tables of any spatial panel paper: which numbers can be true together?

>>> from spillover import audit
>>> paper = audit.read("paper.toml")  # every figure as printed  # doctest: +SKIP
>>> found = audit.run(paper)  # what all checks say  # doctest: +SKIP
>>> found.table()  # one row a finding; found.disagreements are a list  # doctest: +SKIP
>>> audit.write_report(found, "report/")  # HTML, Markdown and JSON  # doctest: +SKIP
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Knowledge spillovers, digital technology and the location of cultural industry.

Rooms: `theory` (the model), `panel` (spatial panel econometrics), `measure` (figures to
variables), `present` (tables and figures), `study` (anyone's panel), `paper` (this paper),
`book` (building the book).

What users call is here and in each room's own list (`__init__.pyi`), imported when first used.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

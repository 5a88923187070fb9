"""Knowledge spillovers, digital technology and the location of cultural industry.

Rooms: `theory` (the model), `measure` (figures to variables), `panel` (spatial panel
econometrics), `present` (tables and figures), `paper` (this paper's chain and audit).
"""

__version__ = "0.1.0"

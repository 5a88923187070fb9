"""Knowledge spillovers, digital technology and the location of cultural industry.

Rooms: `theory` (the model), `panel` (spatial panel econometrics), `measure` (figures to
variables), `present` (tables and figures), `study` (anyone's panel), `paper` (this paper),
`book` (building the book).
"""

__version__ = "0.1.0"

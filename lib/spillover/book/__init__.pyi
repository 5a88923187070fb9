from . import (
    benchmark_tables as benchmark_tables,
    estimator_monte_carlo as estimator_monte_carlo,
    examples as examples,
    peers as peers,
    printed_equations as printed_equations,
    replication as replication,
    widget as widget,
)
from .exhibit_list import exhibits as exhibits
from .reference import public_names as public_names
from .tables import NumberedTable as NumberedTable, numbered as numbered
from .values import record as record

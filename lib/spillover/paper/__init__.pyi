from . import (
    bridge as bridge,
    consistency as consistency,
    ledger as ledger,
    matrices as matrices,
    nearness as nearness,
    pictures as pictures,
    relative_size as relative_size,
    wald_and_lr as wald_and_lr,
)
from .nearness import distances as distances
from .nearness import known_relative_sizes as known_relative_sizes
from .outcomes import (
    by_period as by_period,
    provincial_choices as provincial_choices,
    provincial_curve as provincial_curve,
    provincial_study as provincial_study,
    side_by_side as side_by_side,
)
from .provinces import contiguity as contiguity
from .published import (
    published_estimates as published_estimates,
    published_impacts as published_impacts,
    published_moran as published_moran,
    published_statistics as published_statistics,
    published_tests as published_tests,
)
from .variables import (
    agglomeration as agglomeration,
    cultural_endowment as cultural_endowment,
    digital_index as digital_index,
    digital_indicators as digital_indicators,
    named_matrices as named_matrices,
    rd_capital as rd_capital,
)

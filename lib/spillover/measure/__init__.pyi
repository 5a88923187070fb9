from .autocorrelation import (
    local_moran as local_moran,
    moran_by_year as moran_by_year,
    moran_range as moran_range,
)
from .description import coverage as coverage, describe_panel as describe_panel
from .indices import (
    EntropyIndex as EntropyIndex,
    PrincipalComponentIndex as PrincipalComponentIndex,
    bartlett_sphericity as bartlett_sphericity,
    entropy_index as entropy_index,
    kmo as kmo,
    pca_index as pca_index,
    relative_size as relative_size,
)
from .weights import (
    capital_stock as capital_stock,
    contiguity as contiguity,
    dense as dense,
    economic_geographic as economic_geographic,
    gravity as gravity,
    great_circle_km as great_circle_km,
    inverse_distance as inverse_distance,
    k_nearest as k_nearest,
    links as links,
    row_standardise as row_standardise,
    summary as summary,
)

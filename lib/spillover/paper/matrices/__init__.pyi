from .weights_inverse import (
    candidates as candidates,
    compatibility as compatibility,
    fixed_matrices_possible as fixed_matrices_possible,
    own_matrix as own_matrix,
    proxy_moran as proxy_moran,
    raw_links as raw_links,
    reported as reported,
    variance_bounds as variance_bounds,
    vintages as vintages,
)

from .weights_inverse import (
    Reported as Reported,
    compatibility as compatibility,
    discrimination as discrimination,
    impact_distance as impact_distance,
    impact_gap as impact_gap,
    impact_p_value as impact_p_value,
    largest_error_of_rho as largest_error_of_rho,
    own_matrix as own_matrix,
    predicted as predicted,
    reported as reported,
    variance_bounds as variance_bounds,
)

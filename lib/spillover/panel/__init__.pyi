from . import log_determinant as log_determinant, many_fits as many_fits
from .diagnostics import (
    lm_tests as lm_tests,
    pesaran_cd as pesaran_cd,
    residual_moran as residual_moran,
)
from .hypotheses import SpecificationTest as SpecificationTest
from .inputs import PanelData as PanelData
from .model import SpatialPanel as SpatialPanel
from .monte_carlo import calibration as calibration, estimator_draws as estimator_draws
from .regression import RegressionTable as RegressionTable, regression_table as regression_table
from .results import BoundaryWarning as BoundaryWarning, SpatialPanelResults as SpatialPanelResults
from .simulate import simulate_panel as simulate_panel, true_impacts as true_impacts
from .specification import hausman as hausman, lr as lr, lr_effects as lr_effects, wald as wald
from .dynamic import DynamicResults as DynamicResults, DynamicSpatialPanel as DynamicSpatialPanel
from .spatial_hac import Conley as Conley, DriscollKraay as DriscollKraay
from .which_matrix import (
    Combination as Combination,
    combine_matrices as combine_matrices,
    matrix_probabilities as matrix_probabilities,
)
from .two_weights import TwoWeightsPanel as TwoWeightsPanel, TwoWeightsResults as TwoWeightsResults

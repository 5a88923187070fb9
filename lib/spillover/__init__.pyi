from . import (
    audit as audit,
    measure as measure,
    panel as panel,
    paper as paper,
    present as present,
    study as study,
    theory as theory,
)
from .datasets import load_provinces as load_provinces
from .measure.autocorrelation import moran_by_year as moran_by_year
from .measure.indices import (
    entropy_index as entropy_index,
    pca_index as pca_index,
    relative_size as relative_size,
)
from .measure.weights import (
    contiguity as contiguity,
    gravity as gravity,
    inverse_distance as inverse_distance,
    k_nearest as k_nearest,
    row_standardise as row_standardise,
)
from .panel.diagnostics import lm_tests as lm_tests, pesaran_cd as pesaran_cd
from .panel.model import SpatialPanel as SpatialPanel
from .panel.results import SpatialPanelResults as SpatialPanelResults
from .panel.specification import hausman as hausman
from .study.chain import run as run
from .study.question import Study as Study, study_from_columns as study_from_columns
from .study.links import read_weights as read_weights
from .study.reading import read_panel as read_panel
from .study.report import write_report as write_report
from .study.template import template_panel as template_panel
from .theory.equations import equation as equation
from .theory.many_regions import Economy as Economy, long_run as long_run
from .theory.two_regions import TwoRegions as TwoRegions

__version__: str

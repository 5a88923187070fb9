from . import specification_curve as specification_curve
from .chain import Chain as Chain, run as run
from .files import PanelError as PanelError
from .links import read_weights as read_weights
from .question import Study as Study, study_from_columns as study_from_columns
from .reading import read_panel as read_panel
from .report import write_report as write_report
from .robustness import alternatives as alternatives, left_out as left_out, variants as variants
from .template import template_panel as template_panel

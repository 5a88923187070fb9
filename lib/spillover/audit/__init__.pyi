from .checks import REGISTER as REGISTER
from .findings import Finding as Finding
from .reading import Unreadable as Unreadable, read as read, write_template as write_template
from .report import write_report as write_report
from .results import Audit as Audit, run as run
from .rules import check_row as check_row, check_sum as check_sum

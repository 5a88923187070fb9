"""Check the printed tables of any spatial panel paper: which numbers can be true together?

``audit.read("paper.toml")`` reads a transcription, ``audit.run(paper)`` checks it, and
``audit.write_report(found, "report/")`` writes one page that says what was found.
"""

from importlib import import_module

_HOMES = {
    "read": "reading",
    "Unreadable": "reading",
    "run": "results",
    "Audit": "results",
    "Finding": "findings",
    "REGISTER": "checks",
    "write_report": "report",
    "write_template": "template",
    "check_row": "rules",
    "check_sum": "rules",
}
__all__ = [
    "REGISTER",
    "Audit",
    "Finding",
    "Unreadable",
    "check_row",
    "check_sum",
    "read",
    "run",
    "write_report",
    "write_template",
]


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

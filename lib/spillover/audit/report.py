"""The report of an audit: one page that opens offline, the same as Markdown, and JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import jinja2

from spillover import __version__
from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF
from spillover.audit.pictures import PICTURES
from spillover.audit.results import STATEMENT, Audit
from spillover.present.report_folder import put_whole, write_record
from spillover.present.svg import data_address, drawn
from spillover.present.twins import labels_by
from spillover.words import ENGLISH, Speaker

PAGE, MARKDOWN, DATA = "audit.html", "audit.md", "audit.json"
READINGS_OF = {DISAGREES: "Would be explained if", ONLY_IF: "Agrees only if"}


def write_report(
    found: Audit,
    folder: str | Path,
    force: bool = False,
    settings: Mapping | None = None,
    inputs: Sequence[Path] = (),
    language: str = ENGLISH,
) -> Path:
    """Write ``audit.html``, ``audit.md`` and ``audit.json``.

    Parameters
    ----------
    found
        As `spillover.audit.run` returns it.
    folder
        Where to write; created.
    force
        Whether to replace an earlier report in ``folder``. Anything else is never replaced.
    settings
        What produced the results (command, checksum), kept in ``run.json``.
    inputs
        Files that were read; the folder may not hold them.
    language
        ``"en"`` or ``"zh"``; ``audit.json`` stays English.

    Returns
    -------
    Path
        The HTML page.

    Raises
    ------
    OSError
        If anything else would be at risk, see :func:`spillover.present.report_folder.require_free`.
    """
    folder = Path(folder)
    say = Speaker("command", language, names(found))
    put_whole(folder, force, partial(_fill, found, dict(settings or {}), say), inputs)
    return folder / PAGE


def names(found: Audit) -> set[str]:
    """Names that the paper gives its columns and variables, the same in every language."""
    labels = {regression.label for regression in found.paper.regressions}
    blocks = (block for each in found.paper.regressions for block in each.blocks.values())
    return labels | {row.name for block in blocks for row in block}


def _fill(found: Audit, settings: dict, say: Speaker, folder: Path) -> None:
    with labels_by(say):
        pictures = _pictures(found)
    (folder / PAGE).write_text(_render("audit.html", found, settings, pictures, say), "utf-8")
    (folder / MARKDOWN).write_text(_render("audit.md", found, settings, {}, say), "utf-8")
    data = json.dumps(as_data(found), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / DATA).write_text(data + "\n", "utf-8")
    write_record(folder, {"spillover": __version__, **settings})


def as_data(found: Audit) -> dict:
    """The audit as plain data.

    ``paper``, ``citation``, ``statement``, ``notes``, ``checks`` (key -> title, why) and
    ``findings`` (check, table, row, verdict, words, gap, unit, readings).
    """
    return {
        "spillover": __version__,
        "paper": found.paper.name,
        "citation": found.paper.citation,
        "statement": STATEMENT,
        "summary": found.summary(),
        "notes": list(found.paper.notes),
        "checks": {c.key: {"title": c.title, "why": c.why} for c in found.by_check},
        "findings": [
            asdict(each) | {"gap": each.gap if abs(each.gap) < float("inf") else None}
            for each in found.findings
        ],
    }


def _pictures(found: Audit) -> dict[str, dict[str, str]]:
    shown = {}
    for check, findings in found.by_check.items():
        telling = sum(finding.verdict != CANNOT for finding in findings)
        if check.key in PICTURES and telling > 1:
            draw, alt = PICTURES[check.key]
            shown[check.key] = {"src": data_address(drawn(partial(draw, found))), "alt": alt}
    return shown


def _render(template: str, found: Audit, settings: dict, pictures: dict, say: Speaker) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("spillover.audit"),
        autoescape=template.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cell": _cell, "say": say}
    return environment.get_template(template).render(
        say=say,
        paper=found.paper,
        found=found,
        counts=found.counts(),
        statement=STATEMENT,
        pictures=pictures,
        settings=settings,
        version=__version__,
        readings_of=READINGS_OF,
        verdicts={"agrees": AGREES, "disagrees": DISAGREES, "only_if": ONLY_IF, "cannot": CANNOT},
    )


def _cell(text: str) -> str:
    """Text as it can stand in a Markdown table."""
    return text.replace("|", r"\|").replace("*", r"\*").replace("\n", " ")

"""A folder with everything the chain found: tables, figures and one page that opens offline."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import jinja2
import pandas as pd

from spillover import __version__
from spillover.present.chain_tables import flat_columns
from spillover.present.report_folder import put_whole, write_record
from spillover.present.svg import data_address, drawn
from spillover.study.chain import Chain
from spillover.study.exhibits import Exhibit, exhibits, summary

PAGE = "report.html"


def write_report(
    chain: Chain,
    folder: str | Path,
    force: bool = False,
    settings: Mapping | None = None,
    inputs: Sequence[Path] = (),
) -> Path:
    """Write tables (CSV, LaTeX, Markdown), figures (SVG, PDF) and a self-contained HTML page.

    Everything is written to a temporary folder beside the target and moved at the end: the target
    is never half-written.

    Parameters
    ----------
    chain
        Results of :func:`spillover.study.chain.run`.
    folder
        Where to write; created.
    force
        Whether to replace an earlier report in ``folder``, if nothing in it was changed or added
        since. Anything else is never replaced.
    settings
        What produced the results (command, checksum of the data), kept in ``run.json``.
    inputs
        Files that were read: a folder that holds one of them is refused.

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
    put_whole(folder, force, partial(_write_all, chain, settings=dict(settings or {})), inputs)
    return folder / PAGE


def _write_all(chain: Chain, folder: Path, settings: dict) -> None:
    (folder / "tables").mkdir()
    (folder / "figures").mkdir()
    shown = [_written(exhibit, folder) for exhibit in exhibits(chain)]
    (folder / PAGE).write_text(_page(chain, shown, settings), encoding="utf-8")
    write_record(folder, {"spillover": __version__, **settings})


def _written(exhibit: Exhibit, folder: Path) -> dict:
    """Write one exhibit's files; return what the page shows of it."""
    shown = {"key": exhibit.key, "title": exhibit.title, "note": exhibit.note}
    if exhibit.data is not None:
        exhibit.data.to_csv(folder / "tables" / f"{exhibit.key}.csv")
    if exhibit.layout is not None:
        _write_table(exhibit, folder / "tables")
        shown["table"] = html_table(exhibit.layout)
    if exhibit.draw is not None:
        shown["image"] = _write_figure(exhibit, folder / "figures")
        shown["alt"] = exhibit.alt
    return shown


def _write_table(exhibit: Exhibit, folder: Path) -> None:
    flat = flat_columns(exhibit.layout)
    (folder / f"{exhibit.key}.md").write_text(markdown_table(flat) + "\n", "utf-8")
    (folder / f"{exhibit.key}.tex").write_text(latex_table(exhibit), "utf-8")


def markdown_table(layout: pd.DataFrame) -> str:
    """A table of text as Markdown."""
    frame = layout.reset_index()
    rows = [frame.columns, ["---"] * frame.shape[1], *frame.itertuples(index=False, name=None)]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |" for row in rows
    )


def latex_table(exhibit: Exhibit) -> str:
    """A table of text as a LaTeX ``table`` with booktabs rules, special characters escaped."""
    escaped = exhibit.layout.rename(index=_tex, columns=_tex).map(_tex)
    escaped.index.names = [_tex(name or "") for name in escaped.index.names]
    escaped.columns.names = [None] * escaped.columns.nlevels
    return escaped.style.to_latex(
        hrules=True,
        column_format="l" * escaped.index.nlevels + "r" * escaped.shape[1],
        multicol_align="c",
        caption=_tex(exhibit.title),
        label=f"tab:{exhibit.key}",
        position="htbp",
        position_float="centering",
        clines=None,
    )


def _tex(text: object) -> str:
    special = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"}
    return re.sub(
        r"[\\&%$#_{}~^]", lambda m: special.get(m.group(), "\\" + m.group()), str(text)
    ).replace("->", r"$\to$")


def html_table(layout: pd.DataFrame) -> str:
    """A table of text as HTML."""
    return layout.to_html(border=0, classes="layout", sparsify=True)


def _write_figure(exhibit: Exhibit, folder: Path) -> str:
    """Save the figure as SVG and PDF; return the SVG as a data address for the page."""
    svg = drawn(exhibit.draw, folder / f"{exhibit.key}.pdf")
    (folder / f"{exhibit.key}.svg").write_bytes(svg)
    return data_address(svg)


def _page(chain: Chain, shown: list[dict], settings: dict) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("spillover.study"), autoescape=True, trim_blocks=True
    )
    return environment.get_template("report.html").render(
        study=chain.study,
        summary=summary(chain),
        exhibits=shown,
        settings=settings,
        version=__version__,
    )

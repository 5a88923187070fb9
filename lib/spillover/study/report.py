"""A folder with everything the chain found: tables, figures and one page that opens offline."""

import base64
import hashlib
import io
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import jinja2
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import font_manager
from matplotlib.figure import Figure

from spillover import __version__
from spillover.present import style
from spillover.present.chain_tables import flat_columns
from spillover.study.chain import Chain
from spillover.study.exhibits import Exhibit, exhibits, summary

MARKER = "run.json"
PAGE = "report.html"


def write_report(
    chain: Chain, folder: str | Path, force: bool = False, settings: Mapping | None = None
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
        Whether to replace an earlier report in ``folder``. Anything else is never replaced.
    settings
        What produced the results (command, checksum of the data), kept in ``run.json``.

    Returns
    -------
    Path
        The HTML page.

    Raises
    ------
    FileExistsError
        If the folder exists and is not empty, and either ``force`` is off or the folder does not
        hold an earlier report.
    """
    folder = Path(folder)
    require_free(folder, force)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        finished = Path(scratch) / "report"
        _write_all(chain, finished, dict(settings or {}))
        _put_in_place(finished, folder, Path(scratch) / "earlier")
    return folder / PAGE


def require_free(folder: Path, force: bool) -> None:
    """Refuse a folder that holds anything, unless it is an earlier report and ``force`` is on."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARKER).is_file():
        raise FileExistsError(f"{folder} holds files that are not a report: choose another folder")
    if not force:
        raise FileExistsError(f"{folder} holds an earlier report: use --force to replace it")


def checksum(path: str | Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _put_in_place(finished: Path, folder: Path, earlier: Path) -> None:
    if folder.exists():
        folder.rename(earlier)
    try:
        finished.rename(folder)
    except OSError:
        if earlier.exists():
            earlier.rename(folder)
        raise


def _write_all(chain: Chain, folder: Path, settings: dict) -> None:
    (folder / "tables").mkdir(parents=True)
    (folder / "figures").mkdir()
    shown = [_written(exhibit, folder) for exhibit in exhibits(chain)]
    (folder / PAGE).write_text(_page(chain, shown, settings), encoding="utf-8")
    record = {"spillover": __version__, **settings}
    (folder / MARKER).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")


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
    for font in style.FONTS.glob("*.otf"):
        font_manager.fontManager.addfont(font)
    with plt.rc_context(style.SETTINGS):
        figure = exhibit.draw()
        figure.savefig(folder / f"{exhibit.key}.pdf", metadata={"CreationDate": None})
        svg = _svg(figure)
    plt.close(figure)
    (folder / f"{exhibit.key}.svg").write_bytes(svg)
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _svg(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


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

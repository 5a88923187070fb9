"""A folder with everything the chain found: tables, figures and one page that opens offline."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import jinja2
import pandas as pd

from spillover import __version__, office
from spillover.present.chain_tables import flat_columns
from spillover.present.report_folder import put_whole, write_record
from spillover.present.svg import data_address, drawn
from spillover.present.twins import labels_by
from spillover.study import methods
from spillover.study.chain import Chain
from spillover.study.describing import Exhibit
from spillover.study.exhibits import MODELS, design, exhibits, summary
from spillover.study.specification_curve import Progress
from spillover.text import markdown_rows, tex, typeset
from spillover.words import ENGLISH, Speaker

PAGE = "report.html"
ABOUT_FOCUS = ("other_weights", "variants", "without_one", "specification_curve", "left_undone")
READING = {
    "twoways": "within regions over time, net of shocks common to all regions",
    "individual": "within regions over time; shocks common to all regions are not taken out",
    "time": "between regions, year by year; lasting differences between regions are not taken out",
    "random": "within and between regions; it needs region effects unrelated to the regressors",
    "none": "between regions and over time together; nothing that regions or years share is taken "
    "out",
}


def write_report(
    chain: Chain,
    folder: str | Path,
    force: bool = False,
    settings: Mapping | None = None,
    inputs: Sequence[Path] = (),
    others: Sequence[Chain] = (),
    progress: Progress = iter,
    language: str = ENGLISH,
) -> Path:
    """Write tables (CSV, LaTeX, Markdown, Word, Excel), figures (SVG, PDF) and an HTML page.

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
    others
        Chains of the same study about its other variables of interest.
    progress
        Wraps the iteration over exhibits, for instance ``tqdm``.
    language
        ``"en"`` or ``"zh"``; the CSV files and ``run.json`` stay English.

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
    say = Speaker("command", language, names(chain))
    write = partial(_write_all, chain, others, dict(settings or {}), progress, say)
    put_whole(folder, force, write, inputs)
    return folder / PAGE


def names(chain: Chain) -> set[str]:
    """Names of the reader's own columns and regions, the same in every language."""
    return {*chain.study.panel.columns, *map(str, chain.study.regions)}


def _write_all(
    chain: Chain,
    others: Sequence[Chain],
    settings: dict,
    progress: Progress,
    say: Speaker,
    folder: Path,
) -> None:
    (folder / "tables").mkdir()
    (folder / "figures").mkdir()
    items = [_in_language(item, say) for item in _all_exhibits(chain, others)]
    shown = [_written(exhibit, folder, say) for exhibit in progress(items)]
    paragraph = say(methods.paragraph(chain.study))
    (folder / "methods.md").write_text(paragraph + "\n", "utf-8")
    (folder / "references.bib").write_text(methods.bibliography(chain.study), "utf-8")
    if "Command" in settings:
        (folder / "rerun.sh").write_text(methods.script(settings, say), "utf-8")
    tables = [
        office.Table(item.key, item.title, item.note, item.layout)
        for item in items
        if item.layout is not None
    ]
    for table in tables:
        _write_table(table, folder / "tables", say)
    office.write_docx(tables, folder / "tables.docx", say)
    office.write_xlsx(tables, folder / "tables.xlsx", say)
    settings = {**settings, "Versions": methods.versions()}
    page = _page(chain, others, shown, settings, paragraph, say)
    (folder / PAGE).write_text(page, encoding="utf-8")
    write_record(folder, {"spillover": __version__, **settings})


def _all_exhibits(chain: Chain, others: Sequence[Chain] = ()) -> list[Exhibit]:
    """The exhibits of a chain, then those of the same study about its other variables."""
    items = exhibits(chain)
    for other in others:
        mine = [item for item in exhibits(other) if item.key.startswith(ABOUT_FOCUS)]
        focus = other.study.focus
        suffix = re.sub(r"\W+", "_", focus)
        items += [
            replace(item, key=f"{item.key}_{suffix}", title=f"{item.title}: {focus}")
            for item in mine
        ]
    return items


def _in_language(exhibit: Exhibit, say: Speaker) -> Exhibit:
    """The exhibit with its words in a language; its figures for the CSV file as they are."""
    layout = exhibit.layout
    return replace(
        exhibit,
        title=say(exhibit.title),
        note=say(exhibit.note),
        alt=say(exhibit.alt),
        layout=layout if layout is None else _said(layout, say),
    )


def _said(layout: pd.DataFrame, say: Speaker) -> pd.DataFrame:
    def cell(value: object) -> object:
        return say(value) if isinstance(value, str) else value

    table = layout.rename(index=cell, columns=cell).map(cell)
    table.index.names = [cell(name) for name in table.index.names]
    table.columns.names = [cell(name) for name in table.columns.names]
    return table


def _written(exhibit: Exhibit, folder: Path, say: Speaker) -> dict:
    """Write one exhibit's files; return what the page shows of it."""
    shown = {"key": exhibit.key, "title": exhibit.title, "note": typeset(exhibit.note)}
    if exhibit.data is not None:
        inert(exhibit.data).to_csv(folder / "tables" / f"{exhibit.key}.csv")
    if exhibit.layout is not None:
        html = exhibit.layout.to_html(border=0, classes="layout", sparsify=True)
        shown["table"] = typeset(html)
    if exhibit.draw is not None:
        file = folder / "figures" / exhibit.key
        with labels_by(say):
            svg = drawn(exhibit.draw, file.with_suffix(".pdf"))
        file.with_suffix(".svg").write_bytes(svg)
        shown |= {"image": data_address(svg), "alt": exhibit.alt}
    return shown


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with text that a spreadsheet would run as a formula marked as text."""

    def quiet(value: object) -> object:
        run = isinstance(value, str) and value[:1] in tuple("=+-@\t\r")
        return f"'{value}" if run else value

    names = [quiet(name) for name in frame.index.names]
    return frame.rename(index=quiet, columns=quiet).map(quiet).rename_axis(index=names)


def _write_table(table: office.Table, folder: Path, say: Speaker) -> None:
    flat, notes = flat_columns(table.layout, say(": ")), say("Notes.")
    text = f"**{table.title}**\n\n{markdown_table(flat)}\n\n*{notes}* {table.note}\n"
    (folder / f"{table.key}.md").write_text(typeset(text), "utf-8")
    (folder / f"{table.key}.tex").write_text(latex_table(table, notes), "utf-8")


def markdown_table(layout: pd.DataFrame) -> str:
    """A table of text as Markdown."""
    frame = layout.reset_index()
    body = frame.itertuples(index=False, name=None)
    return markdown_rows([frame.columns, ["---"] * frame.shape[1], *body])


def latex_table(table: office.Table, notes: str = "Notes.") -> str:
    """A table of text as a LaTeX ``table`` with booktabs rules, special characters escaped.

    Parameters
    ----------
    table, notes
        Title, note and cells, and the word before the note.

    Returns
    -------
    str
    """
    escaped = table.layout.rename(index=tex, columns=tex).map(tex)
    escaped.index.names = [tex(name or "") for name in escaped.index.names]
    escaped.columns.names = [None] * escaped.columns.nlevels
    text = escaped.style.to_latex(
        hrules=True,
        column_format="l" * escaped.index.nlevels + "r" * escaped.shape[1],
        multicol_align="c",
        multirow_align="naive",  # needs no package more
        caption=tex(table.title),
        label=f"tab:{table.key}",
        position="htbp",
        position_float="centering",
        clines=None,
    )
    below = rf"\footnotesize \emph{{{notes}}} {tex(table.note)}"
    below = rf"\par\smallskip\parbox{{\linewidth}}{{{below}}}"
    return text.replace("\\end{table}", below + "\n\\end{table}")


def _page(
    chain: Chain,
    others: Sequence[Chain],
    shown: list[dict],
    settings: dict,
    paragraph: str,
    say: Speaker,
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("spillover.study"), autoescape=True, trim_blocks=True
    )
    environment.filters["say"] = say
    return environment.get_template("report.html").render(
        study=chain.study,
        say=say,
        summary=[typeset(say(line)) for each in (chain, *others) for line in summary(each)],
        methods=paragraph,
        reading=READING[chain.study.effects],
        model=MODELS[chain.study.kind],
        design=say(design(chain.study)),
        exhibits=shown,
        settings=settings,
        version=__version__,
    )

"""Several spatial panel models side by side, for LaTeX, HTML, Markdown, Word and Excel."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spillover import office
from spillover.panel.results import SpatialPanelResults
from spillover.text import Markdown, markdown_rows, tex, typeset

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

STARS = {0.01: "***", 0.05: "**", 0.1: "*"}
BELOW = {"std_error": "Standard errors", "statistic": "t statistics", None: ""}
SPATIAL = ("rho", "lambda")
IN_WORDS = {
    "twoways": "two-way",
    "lee-yu": "Lee-Yu",
    "lee-yu-direct": "Lee-Yu, direct",
    None: "none",
}
STATISTICS: dict[str, Callable[[SpatialPanelResults], object]] = {
    "Effects": lambda fit: IN_WORDS.get(fit.effects, fit.effects),
    "Correction": lambda fit: IN_WORDS.get(fit.correction, fit.correction),
    "Regions": lambda fit: fit.model.data.N,
    "Periods": lambda fit: fit.model.data.T,
    "Log-likelihood": lambda fit: f"{fit.loglik:.2f}",
    "sigma2": lambda fit: f"{fit.sigma2:.4g}",
    "R2": lambda fit: f"{fit.rsquared:.3f}",
    "Squared correlation": lambda fit: f"{fit.squared_correlation:.3f}",
    "AIC": lambda fit: f"{fit.aic:.1f}",
    "BIC": lambda fit: f"{fit.bic:.1f}",
}
SHOWN = ("Effects", "Correction", "Regions", "Periods", "Log-likelihood", "sigma2", "R2")


@dataclass(frozen=True)
class RegressionTable:
    """A table of results, ready to be written in many forms.

    Attributes
    ----------
    frame
        Text cells, indexed by (section, term, line), one column a model; line is ``estimate`` or
        the statistic printed below it.
    note
        What the parentheses and stars mean.
    """

    frame: pd.DataFrame
    note: str

    def to_latex(self, caption: str | None = None, label: str | None = None) -> str:
        """A LaTeX table with booktabs rules, the note below.

        Parameters
        ----------
        caption, label
            Of the float; without a caption there is no float.

        Returns
        -------
        str
            Needs the package booktabs.
        """
        text = self._styled(tex).to_latex(
            hrules=True,
            caption=caption,
            label=label,
            column_format="l" + "r" * self.frame.shape[1],
            position_float="centering" if caption else None,
            convert_css=True,
        )
        note = f"\\par\\footnotesize {self.note}\n"
        return text.replace("\\end{table}", note + "\\end{table}")

    def to_html(self, caption: str | None = None) -> str:
        """An HTML table with the note below."""
        styled = self._styled(html.escape).set_uuid("regression")
        styled = styled.set_caption(caption) if caption else styled
        return styled.to_html() + f"<p>{html.escape(self.note)}</p>"

    def to_markdown(self) -> str:
        """A Markdown table."""
        columns = map(str, self.frame.columns)
        rows = [["", *map(_escaped, columns)], [":---", *["---:"] * self.frame.shape[1]]]
        for is_heading, (first, *cells) in self._lines():
            first = f"*{_escaped(first)}*" if is_heading else _escaped(first)
            rows.append([first, *map(_escaped, cells)])
        return markdown_rows(rows)

    def myst(self, label: str, caption: str, form: Callable[[str], str] = typeset) -> Markdown:
        """A numbered table of the book, to be cited with ``{numref}``.

        Parameters
        ----------
        label
            Target of cross-references, ``tab-<chapter>-<name>``.
        caption
            Caption; the note follows it.
        form
            Writes numbers and symbols as print has them.

        Returns
        -------
        Markdown
        """
        caption = f"{caption} {_escaped(self.note)}"
        body = form(self.to_markdown())
        return Markdown(f":::{{table}} {caption}\n:name: {label}\n\n{body}\n:::")

    def to_word(self, path: str | Path, caption: str = "Estimates") -> None:
        """Write a Word document with the table.

        Parameters
        ----------
        path
            Where it is written.
        caption
            Stands above the table; the note stands below.
        """
        office.write_docx([self._printed(caption)], Path(path))

    def to_excel(self, path: str | Path, caption: str = "Estimates") -> None:
        """Write a workbook with the table; its cells are text.

        Parameters
        ----------
        path, caption
            As in :meth:`to_word`.
        """
        office.write_xlsx([self._printed(caption)], Path(path))

    def _printed(self, caption: str) -> office.Table:
        firsts, cells = zip(*((line[0], line[1:]) for _, line in self._lines()), strict=True)
        layout = pd.DataFrame(list(cells), index=list(firsts), columns=self.frame.columns)
        return office.Table("Estimates", caption, self.note, layout)

    def _lines(self) -> list[tuple[bool, list[str]]]:
        """Rows as they are printed: whether a heading, and the cells."""
        lines, current = [], None
        for (section, term, line), cells in self.frame.iterrows():
            if section != current:
                lines.append((True, [section, *[""] * len(cells)]))
                current = section
            lines.append((False, [term if line == "estimate" else "", *cells]))
        return lines

    def _styled(self, escape: Callable[[str], str]) -> Styler:
        headings, cells = zip(*self._lines(), strict=True)
        shown = pd.DataFrame(cells, columns=["", *map(str, self.frame.columns)])
        italic = pd.DataFrame("", shown.index, shown.columns)
        italic.loc[list(headings), ""] = "font-style: italic"
        return (
            shown.style.hide(axis="index")
            .format(escape)
            .format_index(escape, axis="columns")
            .apply(lambda _: italic, axis=None)
        )


def regression_table(
    fits: Mapping[str, SpatialPanelResults],
    impacts: bool = False,
    below: str | None = "std_error",
    stars: Mapping[float, str] | None = None,
    labels: Mapping[str, str] | None = None,
    digits: int = 3,
    statistics: Sequence[str] = SHOWN,
) -> RegressionTable:
    """Put results side by side.

    Parameters
    ----------
    fits
        Results by the name of their column.
    impacts
        Whether to add panels of direct, indirect and total impacts.
    below
        Printed in parentheses below each estimate: ``"std_error"``, ``"statistic"`` (t) or None.
    stars
        Marks by level, for instance ``STARS``; none if left out.
    labels
        Names to print instead of those of the regressors; ``W*x`` follows ``x``.
    digits
        Decimals of estimates.
    statistics
        Which lines of ``STATISTICS`` to print.

    Returns
    -------
    RegressionTable

    Raises
    ------
    ValueError
        For an empty mapping, or unknown ``below`` or statistics.
    """
    _check(fits, below, statistics)
    tidy = pd.concat({name: _estimates(fit, impacts) for name, fit in fits.items()}, axis=1)
    ordered = sorted(tidy.index, key=lambda row: _rank(row, list(tidy.index)))
    rows = {}
    for section, term in ordered:
        values = tidy.loc[(section, term)].unstack()
        key = (section, _label(term, labels or {}))
        rows[*key, "estimate"] = values.apply(_estimate, axis=1, digits=digits, stars=stars or {})
        if below:
            # An impact that is zero by construction has nothing to put in parentheses.
            known = values[below].where(values["std_error"] > 0)
            rows[*key, below] = known.map(lambda v: _number(v, digits, "({})"))
    for name in statistics:
        rows["Model", name, "estimate"] = {c: str(STATISTICS[name](f)) for c, f in fits.items()}
    frame = pd.DataFrame.from_dict({k: dict(v) for k, v in rows.items()}, orient="index")
    frame.index = pd.MultiIndex.from_tuples(rows, names=["section", "term", "line"])
    return RegressionTable(frame[list(fits)], _note(below, stars or {}))


def _check(fits: Mapping, below: str | None, statistics: Sequence[str]) -> None:
    if not fits:
        raise ValueError("no results to tabulate")
    if below not in BELOW:
        raise ValueError(f"below={below!r}: choose std_error, statistic or None")
    unknown = [s for s in statistics if s not in STATISTICS]
    if unknown:
        raise ValueError(f"unknown statistics {', '.join(unknown)}: {', '.join(STATISTICS)}")


def _estimates(fit: SpatialPanelResults, impacts: bool) -> pd.DataFrame:
    """Estimates and inference, indexed by (section, term)."""
    columns = ["estimate", "std_error", "statistic", "p_value"]
    parts = {"Coefficients": fit.tidy()[columns]}
    if impacts:
        table = fit.impacts()[columns]
        for kind in ("direct", "indirect", "total"):
            parts[f"{kind.capitalize()} impacts"] = table.xs(kind, level="impact")
    return pd.concat(parts, names=["section", "term"])


def _rank(row: tuple[str, str], rows: list[tuple[str, str]]) -> tuple:
    """Sections in order; within one regressors, their lags, then spatial parameters."""
    sections = list(dict.fromkeys(section for section, _ in rows))
    section, term = row
    kind = 2 if term in SPATIAL else int(term.startswith("W*"))
    return sections.index(section), kind, rows.index(row)


def _label(term: str, labels: Mapping[str, str]) -> str:
    own = term.removeprefix("W*")
    return term.removesuffix(own) + labels.get(own, own)


def _estimate(row: pd.Series, digits: int, stars: Mapping[float, str]) -> str:
    mark = next((m for level, m in sorted(stars.items()) if row["p_value"] < level), "")
    return _number(row["estimate"], digits, "{}" + mark)


def _number(value: float, digits: int, form: str) -> str:
    return "" if np.isnan(value) else form.format(f"{value:.{digits}f}")


def _note(below: str | None, stars: Mapping[float, str]) -> str:
    parts = [f"{BELOW[below]} in parentheses."] if below else []
    if stars:
        parts.append(", ".join(f"{m} p < {level:g}" for level, m in sorted(stars.items())) + ".")
    return " ".join(parts)


def _escaped(text: str) -> str:
    for mark in "\\*_|":
        text = text.replace(mark, "\\" + mark)
    return text

"""How figures are printed: decimals alike, or zeros that may be lost."""

from collections import Counter
from collections.abc import Iterable, Mapping

from spillover.audit.findings import Finding, Place, check
from spillover.audit.printed import Printed
from spillover.audit.tables import Paper, Regression

ALIKE = 2 / 3  # share of figures that must have the same decimals to call the others shorter
FEWEST = 4


@check("decimals", "Figures of a column have the same decimals")
def decimals(paper: Paper) -> Iterable[Finding]:
    """A column is printed to one number of decimals. A figure with fewer may have lost zeros at its
    end. It is read as it stands, wider than it may have been, so that it can raise no question."""
    for regression in paper.regressions:
        yield from _column(regression.label, "estimates", _cells(regression, "estimate"))
        yield from _column(regression.label, "parentheses", _cells(regression, "parentheses"))
    for moran in paper.morans:
        for what, name in (("I", "i"), ("z", "z"), ("p", "p_value")):
            cells = {row.year: getattr(row, name) for row in moran.rows}
            yield from _column(moran.label, what, cells)


def _cells(regression: Regression, name: str) -> dict[str, Printed | None]:
    return {row.place(block): getattr(row, name) for block, row in regression.rows()}


def _column(table: str, what: str, cells: Mapping[str, Printed | None]) -> Iterable[Finding]:
    figures = {name: figure for name, figure in cells.items() if figure and not figure.bound}
    if len(figures) < FEWEST:
        return
    where, usual = Place("decimals", table, what), _usual(figures)
    if usual is None:
        yield where.agrees("Decimals differ, as where significant digits are counted.")
        return
    shorter = {name: figure for name, figure in figures.items() if figure.places < usual}
    if shorter:
        shown = "; ".join(f"{name} {_as_read(figure)}" for name, figure in shorter.items())
        yield where.cannot(f"{usual} decimals, but zeros may be lost in: {shown}.")
    else:
        yield where.agrees(f"{usual} decimals.")


def _usual(figures: Mapping[str, Printed]) -> int | None:
    """Decimals of most figures, None if there is no such number."""
    places, times = Counter(figure.places for figure in figures.values()).most_common(1)[0]
    return places if times >= ALIKE * len(figures) else None


def _as_read(figure: Printed) -> str:
    low, high = figure.rounded.ends
    return f"{figure.text} (read as {low:.9g} to {high:.9g})"

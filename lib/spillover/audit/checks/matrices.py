"""Candidate matrices, where the auditor has some: which could be the authors'."""

from collections.abc import Iterable

import numpy as np

from spillover.audit.checks.impacts import Impact, impacts_of, rho_of
from spillover.audit.checks.moran import MARGIN, telling
from spillover.audit.findings import Finding, Place, check
from spillover.audit.intervals import Interval
from spillover.audit.inverse import (
    LEVEL,
    NORMALISATIONS,
    STRAY,
    Reported,
    moran_sd_range,
    posterior,
    row_standardised,
)
from spillover.audit.tables import Moran, Paper, Regression
from spillover.measure.autocorrelation import moran_range
from spillover.panel.impacts import IMPACTS

ANOTHER = "the authors used another matrix than the candidates"


def candidates(paper: Paper) -> dict[str, np.ndarray]:
    """Every matrix given, as it is if its rows sum to one, and under the usual normalisations."""
    found = {}
    for matrix in paper.matrices:
        W = np.asarray(matrix.values, float)
        if np.allclose(W.sum(axis=1), 1):
            found[f"{matrix.name}, row-standardised"] = W
            continue
        forms = NORMALISATIONS
        if paper.panel.row_standardised:
            forms = {"row-standardised": row_standardised}
        found |= {f"{matrix.name}, {form}": normalise(W) for form, normalise in forms.items()}
    return found


def reports_of(regression: Regression) -> dict[str, Reported]:
    """Variables of a column with everything that the inverse problem needs."""
    rho = rho_of(regression)
    if rho is None:
        return {}
    blocks = [{i.name: i for i in impacts_of(regression, block)} for block in IMPACTS]
    shared = [name for name in blocks[0] if all(name in block for block in blocks)]
    reports = {name: _report(rho, *(block[name] for block in blocks)) for name in shared}
    return {name: r for name, r in reports.items() if _tells(r)}


def _report(rho: Interval, direct: Impact, indirect: Impact, total: Impact) -> Reported:
    impacts = {"direct": direct.printed.rounded, "total": total.printed.rounded}
    errors = {"direct": direct.error, "indirect": indirect.error, "total": total.error}
    unit = max(direct.printed.unit, total.printed.unit)
    return Reported(total.beta, total.theta, rho, impacts, errors, unit)


def _tells(report: Reported) -> bool:
    """Whether errors are known and W moves the impacts."""
    known = all(np.isfinite(error) and error > 0 for error in report.errors.values())
    return known and report.slope.low * report.slope.high > 0


@check("matrices", "Some candidate matrix leads from coefficients to impacts")
def matrices(paper: Paper) -> Iterable[Finding]:
    """Impacts depend on W through two numbers, what returns and what arrives. Where candidates are
    given, each predicts both; the posterior starts from equal odds."""
    given = candidates(paper)
    for regression in paper.regressions if given else ():
        reports = reports_of(regression)
        if reports:
            yield _candidates(regression, given, list(reports.values()), paper.draws)


def _candidates(regression, given: dict, reports: list[Reported], draws: int | None) -> Finding:
    table = posterior(given, reports, min(draws or STRAY, STRAY))
    table = table.sort_values("posterior", ascending=False)
    stand = table.index[table["p_value"] >= LEVEL]
    words = "; ".join(
        f"{name}: p {row['p_value']:.2g}, posterior {row['posterior']:.2f}"
        for name, row in table.head(4).iterrows()
    )
    where = Place("matrices", regression.label, "all variables")
    gap = float(np.sqrt(table["distance"].min() / table["df"].iloc[0]))
    if len(stand):
        return where.agrees(f"{words}.", gap, "standard errors")
    return where.only_if(f"{words}.", gap, "standard errors", ANOTHER)


@check("moran-matrices", "Some candidate matrix permits Moran's I and its deviation")
def moran_matrices(paper: Paper) -> Iterable[Finding]:
    """Under a given W the standard deviation of I lies in a band for every variable, and I has a
    ceiling."""
    given = candidates(paper)
    for moran in paper.morans if given else ():
        series = telling(moran)
        if series is not None:
            yield _permitted(moran, series, given)


def _permitted(moran: Moran, series, given: dict[str, np.ndarray]) -> Finding:
    fits = [name for name, W in given.items() if _permits(W, series)]
    where = Place("moran-matrices", moran.label, "all years")
    if fits:
        return where.agrees(f"Permitted by {', '.join(fits)}.")
    return where.only_if("Permitted by none of the candidates.", 0.0, "", ANOTHER)


def _permits(W: np.ndarray, series) -> bool:
    sd, ceiling = moran_sd_range(W), moran_range(W)[1]
    band = Interval(sd.low * (1 - MARGIN), sd.high * (1 + MARGIN))
    implied = series.deviations(-1 / (len(W) - 1))
    return all(i.low <= ceiling for i in series.i) and all(d.meets(band) for d in implied)

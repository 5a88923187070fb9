"""Decisions by the inverse problem: what the printed numbers say about the weights matrix."""

from functools import cache

import numpy as np

from spillover.audit.inverse import (
    DRAWS,
    LEVEL,
    row_standardised,
)
from spillover.datasets import panel_codebook
from spillover.panel.impacts import scalars
from spillover.paper.consistency import WEIGHTS, moran_table
from spillover.paper.ledger.verdicts import (
    FAILS,
    HOLDS_UNDER,
    Claim,
    Decision,
    cannot,
    decides,
    holds_if,
)
from spillover.paper.matrices.weights_inverse import (
    OWN_LINKS,
    compatibility,
    fixed_matrices_possible,
    own_matrix,
    proxy_moran,
    raw_links,
    reported,
    sd_ratio,
    with_empty_rows,
    yearly_deviations,
    yearly_impacts,
)
from spillover.paper.published import MASSES

SMALLEST = "Tibet"
WITHIN = 1.96

table_of = cache(compatibility)


@decides("t3.value")
def _moran_value(claim: Claim, year: str, weights: str, variable: str) -> Decision:
    """A cell of Table 3: below the ceilings? like its neighbours?"""
    value = moran_table().loc[(int(year), weights, variable), "moran_i"].middle
    ceiling = table_of(weights)["ceiling"].loc[OWN_LINKS[weights]]
    raw, standard = ceiling["raw, spectral scaling"], ceiling["row-standardised"]
    verb = "under" if value <= standard else "above"
    return cannot(
        claim,
        f"I = {value:g}; the largest possible I is {raw:.2f} under the raw matrix and "
        f"{standard:.2f} if row-standardised ({verb} it).{_odd_cell(int(year), weights)}",
    )


def _odd_cell(year: int, weights: str) -> str:
    ratio = sd_ratio()[weights]
    others = ratio.drop(year)
    apart = abs(ratio[year] - others.mean()) / others.std()
    if apart < 5:
        return ""
    return (
        f" One of the two cells of {year} looks misprinted: the ratio of their implied standard "
        f"deviations is {ratio[year]:.3f}, in all other years {others.min():.3f} to "
        f"{others.max():.3f}."
    )


@decides("t3.positive")
def _spatial_correlation(claim: Claim) -> Decision:
    """Moran's I of public size variables with and without row-standardisation."""
    frame = proxy_moran().rename(panel_codebook()["name"])
    evidence = "; ".join(
        f"{row['raw']:.2f} raw, {row['row-standardised']:.2f} row-standardised ({name.lower()})"
        for name, row in frame.iterrows()
    )
    return Decision(
        HOLDS_UNDER,
        "Public stand-ins of the same kind, relative to the national mean and averaged over years, "
        f"have Moran's I of {evidence}.",
        "the links are not row-standardised, so that a few pairs of large neighbours carry it",
    )


@decides("t5.value")
def _effect_value(claim: Claim, weights: str, effect: str) -> Decision:
    """Does an effect of Table 5 follow from Table 4 under the matrix of section 3.1?"""
    report, W = reported(weights), own_matrix(weights)
    direct, total = report.predicted(report.at(W))
    expected = {"direct": direct, "indirect": total - direct, "total": total}[effect]
    printed = report.impacts[effect].middle
    gap = (printed - expected) / (report.errors[effect] / np.sqrt(DRAWS))
    evidence = (
        f"Row-standardised gravity with squared distance (R&D of 2013-2021) turns Table 4 into "
        f"{expected:.3f}; printed {printed:g}, off by {gap:.1f} simulation errors at {DRAWS} draws."
    )
    if abs(gap) < WITHIN:
        return Decision(HOLDS_UNDER, evidence, "the matrix is row-standardised")
    if effect == "direct":
        return Decision(FAILS, evidence)
    return Decision(HOLDS_UNDER, evidence, _excuse(weights))


def _excuse(weights: str) -> str:
    draws = reported(weights).most_draws(own_matrix(weights))
    return f"the impacts are means of at most {draws} draws, or a province had no links"


@decides("txt.impacts-method")
def _impacts_method(claim: Claim) -> Decision:
    """The two scalars that Tables 4 and 5 imply."""
    parts = []
    for weights in WEIGHTS:
        b, t = reported(weights).scalars()
        own_b, own_t = scalars(own_matrix(weights), reported(weights).rho.middle)
        empty = with_empty_rows(raw_links()[OWN_LINKS[weights]], [SMALLEST])
        p = reported(weights).p_value(empty)
        parts.append(
            f"{MASSES[weights]}: $\\operatorname{{tr}}(SW)/N$ = {b.middle:.4f} (own matrix "
            f"{own_b:.4f}), $\\iota' S W \\iota / N$ = {t.middle:.3f} (any row-standardised matrix "
            f"{own_t:.3f}; p = {p:.2f} if one province has no links)"
        )
    return Decision(HOLDS_UNDER, "; ".join(parts) + ".", _excuse(WEIGHTS[0]))


@decides("spec.gravity")
def _gravity_links(claim: Claim) -> Decision:
    """Which links the printed direct effects single out, among row-standardised ones."""
    lines, own_fits, others_fit = [], True, False
    for weights in WEIGHTS:
        gaps = table_of(weights)["direct_gap"].xs("row-standardised", level="normalisation")
        lines.append(
            f"{MASSES[weights]}: " + ", ".join(f"{links} {gap:+.1f}" for links, gap in gaps.items())
        )
        squared = gaps.index.str.startswith("gravity") & gaps.index.str.endswith("d^2")
        own_fits &= bool((gaps[squared].abs() < WITHIN).all())
        others_fit |= bool((gaps[~squared].abs() < WITHIN).any())
    evidence = (
        f"Printed less predicted direct impact, in simulation errors at {DRAWS} draws: "
        + "; ".join(lines)
        + ". Personnel and capital cannot be told apart."
    )
    condition = "distance is squared and rows are standardised"
    return holds_if(own_fits and not others_fit, evidence, condition)


@decides("spec.one-matrix")
def _one_matrix(claim: Claim, weights: str) -> Decision:
    """Is there a candidate for Table 3 and Table 5 at once?"""
    table = table_of(weights)
    third, own = table[table["table3"]], table.loc[(OWN_LINKS[weights], "row-standardised")]
    both = third[third["impacts_p"] >= LEVEL]
    needed = max(sd.middle for sd in moran_table().xs(weights, level="weights")["sd"])
    _, any_scale = reported(weights).best_scale(raw_links()[OWN_LINKS[weights]])
    evidence = (
        f"Of {len(table)} candidates with the R&D of 2013-2021, {len(third)} can give the standard "
        f"deviations of Table 3, all of them raw gravity with squared distance; the best of them "
        f"misses the direct impact of Table 5 by "
        f"{third['direct_gap'].abs().min():.1f} and the total by "
        f"{third['total_gap'].abs().min():.0f} simulation errors, and no other scale of the raw "
        f"links reaches a p-value of {max(any_scale, 1e-9):.0e}. The row-standardised one fits "
        f"the direct impact ({own['direct_gap']:+.1f}) but permits standard deviations up to "
        f"{own['sd_high']:.3f} only, where Table 3 needs {needed:.3f}. "
        f"{_changing(weights)}"
    )
    return holds_if(not both.empty, evidence)


def _changing(weights: str) -> str:
    """The same question with a matrix that changes every year."""
    impacts, deviations = yearly_impacts(weights), yearly_deviations(weights)
    standardised = yearly_deviations(weights, row_standardised)["possible"].sum()
    return (
        "With the R&D of each year in its own matrix the row-standardised ones fit the direct "
        f"impact ({impacts['direct_gap']:+.1f}) and permit {standardised or 'none'} of "
        f"{len(deviations)} deviations, the raw ones {deviations['possible'].sum()}."
    )


@decides("spec.fixed-matrix")
def _fixed_matrix(claim: Claim) -> Decision:
    """Could two matrices, the same in all years, give Table 3?"""
    possible = fixed_matrices_possible()
    sd = moran_table()["sd"].map(lambda interval: interval.middle)
    cells = [(w, y) for w in WEIGHTS for y in (2015, 2018)]
    shown = "; ".join(f"{MASSES[w]} {y}: {sd[y, w, 'cul']:.4f}" for w, y in cells)
    return holds_if(
        possible,
        "Under two fixed matrices the 18 pairs of implied variances would lie on one line, since a "
        f"variable has one kurtosis a year (z by the usual formulas); no line passes through them, "
        "rounding allowed. "
        f"Standard deviations for cul: {shown}.",
    )

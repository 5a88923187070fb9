"""Decisions by arithmetic on the published tables."""

import numpy as np
import pandas as pd
from scipy import stats

from spillover.datasets import PAPER_TABLES
from spillover.paper.consistency import (
    REGIONS,
    REGRESSORS,
    WEIGHTS,
    YEARS,
    coefficient_table,
    effects_table,
    moran_table,
    parts_and_total,
    published,
    specification_table,
    wald_of_focus_alone,
)
from spillover.paper.ledger.verdicts import Claim, Decision, cannot, decides, holds_if
from spillover.paper.published import MASSES
from spillover.present.chain_tables import stars

AS_ERRORS = "the figures in parentheses are standard errors"


def _earned(marks: str) -> str:
    return marks or "no star"


# Table 3 ---------------------------------------------------------------------------------------


@decides("t3.stars")
def _moran_stars(claim: Claim, year: str, weights: str, variable: str) -> Decision:
    """Stars of Table 3 against a two-sided test of the printed z."""
    cell = moran_table().loc[(int(year), weights, variable)]
    p = cell["p_two"].middle
    return holds_if(
        cell["agrees_two"],
        f"z = {cell['z'].middle:g} has a two-sided p-value of {p:.4f}, which earns "
        f"{_earned(stars(p))}; printed: {_earned(cell['stars'])}.",
    )


@decides("t3.all-significant")
def _all_significant(claim: Claim) -> Decision:
    """Whether every cell of Table 3 has stars, printed and earned."""
    table = moran_table()
    bare = table[table["stars"] == ""]
    cells = ", ".join(f"{v} {y} ({z.middle:g})" for (y, _, v), z in bare["z"].items())
    overstated = int((~table["agrees_two"]).sum())
    return holds_if(
        bare.empty,
        f"{len(bare)} of {len(table)} cells carry no star (z): {cells}; {overstated} more carry "
        "more stars than their z earns.",
    )


# Tables 4 and 5 ----------------------------------------------------------------------------------


def _row(claim: Claim, weights: str, name: str) -> pd.Series:
    table = coefficient_table() if claim.id.startswith("t4") else effects_table()
    return table.loc[(weights, name)]


@decides("t4.stars", "t5.stars")
def _stars_of_estimates(claim: Claim, weights: str, name: str) -> Decision:
    """Stars of Tables 4 and 5 with parentheses as standard errors."""
    row = _row(claim, weights, name)
    p = row["p_value"].middle
    printed_p = "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}"
    evidence = (
        f"{row['estimate'].middle:g} / {row['parentheses'].middle:g} = {row['z'].middle:.2f}, "
        f"{printed_p}, which earns {_earned(stars(p))}; printed: {_earned(row['stars'])}."
    )
    return holds_if(row["as_standard_error"], evidence, AS_ERRORS)


@decides("t4.parentheses", "t5.parentheses")
def _parentheses(claim: Claim, weights: str, name: str) -> Decision:
    """The note under Table 4, carried over to Table 5: parentheses hold p-values."""
    row = _row(claim, weights, name)
    p = row["parentheses"].middle
    return holds_if(
        row["as_p_value"],
        f"A p-value of {p:g} earns {_earned(stars(p))}; printed: {_earned(row['stars'])}.",
    )


@decides("t4.n", "data.balanced", "abs.method")
def _observations(claim: Claim, weights: str = WEIGHTS[0]) -> Decision:
    """31 provinces times 9 years."""
    table = published("table4_sdm").set_index(["weights", "term"])["estimate"]
    years = moran_table().index.unique("year")
    n = int(table[weights, "N"])
    return holds_if(
        n == REGIONS * YEARS and len(years) == YEARS,
        f"N = {n} = {REGIONS} provinces × {len(years)} years ({min(years)}-{max(years)}).",
    )


@decides("t4.r2")
def _r_squared(claim: Claim, weights: str) -> Decision:
    """What the printed R2 can mean, given the likelihood ratio of the lagged regressors."""
    table = published("table4_sdm").set_index(["weights", "term"])["estimate"]
    ratio = specification_table().loc[("LR", "SDM->SAR", weights), "statistic"].middle
    floor = -np.expm1(-ratio / (REGIONS * YEARS))
    r2 = float(table[weights, "R2"])
    return cannot(
        claim,
        f"$R^2$ = {r2:g} is not defined in the paper. The likelihood ratio of {ratio:g} says that "
        f"the lagged regressors alone take {floor:.3f} of the residual variation (at the same "
        f"$\\rho$), so {'it is not' if r2 < floor else 'it may be'} the share of variation within "
        "provinces that the model explains.",
    )


@decides("t5.sum")
def _parts_add_up(claim: Claim, weights: str) -> Decision:
    """Direct plus indirect is total, up to rounding."""
    parts, total = parts_and_total(weights)
    return holds_if(
        parts.meets(total),
        f"Direct plus indirect is {parts.middle:.3f}, total {total.middle:.3f}; rounding permits "
        f"{parts.low:.4f} to {parts.high:.4f}.",
    )


@decides("t5.foot")
def _foot_repeats(claim: Claim, weights: str) -> Decision:
    """Foot of Table 5: same N and R2 as Table 4 (its three columns repeat them)."""
    table = published("table4_sdm").set_index(["weights", "term"])["estimate"][weights]
    n, r2 = claim.original.split("; ")
    return holds_if(
        (table["N"], table["R2"]) == (n, r2),
        f"Table 4: N = {table['N']}, $R^2$ = {table['R2']}; Table 5: N = {n}, $R^2$ = {r2}.",
    )


@decides("abs.direct", "abs.spillover", "con.finding", "txt.effects-signs")
def _signs_of_effects(claim: Claim) -> Decision:
    """Signs and significance of the printed effects."""
    condition = f"one trusts the printed estimates, and {AS_ERRORS}"
    return _signs(effects_table(), {"direct": -1, "indirect": 1}, 0.05, condition)


@decides("txt.rho-significant", "txt.direct-negative")
def _signs_of_coefficients(claim: Claim) -> Decision:
    """rho below zero, or the signs of dig and W*dig, at 1 per cent."""
    signs = {"rho": -1} if claim.id == "txt.rho-significant" else {"dig": -1, "W*dig": 1}
    return _signs(coefficient_table(), signs, 0.01, AS_ERRORS)


def _signs(table: pd.DataFrame, signs: dict[str, int], level: float, condition: str) -> Decision:
    rows = {(w, name): table.loc[(w, name)] for w in WEIGHTS for name in signs}
    right = all(
        (row["estimate"] * signs[name]).low > 0 and row["p_value"].high < level
        for (_, name), row in rows.items()
    )
    evidence = "; ".join(
        f"{MASSES[w]}: {name} {row['estimate'].middle:g} (z = {row['z'].middle:.1f})"
        for (w, name), row in rows.items()
    )
    return holds_if(right, f"{evidence}.", condition)


@decides("txt.indirect-exceeds")
def _indirect_exceeds(claim: Claim) -> Decision:
    """Indirect larger than direct in size: the total is positive."""
    total = effects_table()["z"].unstack("effect")["total"]
    evidence = "; ".join(
        f"{MASSES[w]}: total / error = {total[w].middle:.2f}, p = "
        f"{2 * stats.norm.sf(total[w].middle):.3f}"
        for w in WEIGHTS
    )
    return holds_if(all(z.low > stats.norm.isf(0.025) for z in total), f"{evidence}.", AS_ERRORS)


# The second Table 5 ----------------------------------------------------------------------------


@decides("t5b.stars")
def _test_stars(claim: Claim, test: str, null: str, weights: str) -> Decision:
    """Stars of the specification tests with one restriction a regressor."""
    row = specification_table().loc[(test, f"SDM->{null}", weights)]
    return holds_if(
        row["agrees"],
        f"{row['statistic'].middle:g} with {REGRESSORS} restrictions (dig and "
        f"{REGRESSORS - 1} controls): p = {row['p_value']:.1e}; the stars would stand up to "
        f"{row['largest_df']} restrictions.",
    )


@decides("t5b.prefers-sdm", "t5b.stable")
def _prefers_durbin(claim: Claim) -> Decision:
    """All eight statistics reject the smaller models."""
    table = specification_table()
    evidence = (
        f"All {len(table)} statistics reject at 1 per cent with {REGRESSORS} restrictions (largest "
        f"p-value {table['p_value'].max():.1e}), but Wald and LR do not belong to one fit "
        "(t5b.pair); and a rejected restriction says nothing of stability."
    )
    rejected = (table["p_value"] < 0.01).all()
    return holds_if(rejected, evidence, "one trusts the printed statistics")


@decides("spec.controls-lagged")
def _controls_lagged(claim: Claim) -> Decision:
    """A joint Wald statistic above that of W*dig alone: other regressors were lagged too."""
    alone = {w: wald_of_focus_alone(w) for w in WEIGHTS}
    joint = specification_table()["statistic"].loc["Wald", "SDM->SAR"]
    evidence = "; ".join(
        f"{MASSES[w]}: W*dig alone gives {alone[w].middle:.1f}, printed {joint[w].middle:g}"
        for w in WEIGHTS
    )
    return holds_if(all(joint[w].low > alone[w].high for w in WEIGHTS), evidence + ".")


@decides("spec.model")
def _model_terms(claim: Claim) -> Decision:
    """The terms of a spatial Durbin model are all in Table 4."""
    terms = set(coefficient_table().index.unique("term"))
    return holds_if(
        {"dig", "W*dig", "rho"} <= terms, f"Table 4 reports {', '.join(sorted(terms))}."
    )


@decides("t5b.number")
def _table_number(claim: Claim) -> Decision:
    """Two tables carry the number 5."""
    five = [name for name in PAPER_TABLES if name.startswith("table5")]
    return holds_if(
        len(five) == 1, f"{len(five)} tables carry the number 5: the effects and these tests."
    )


@decides("con.improve-digital")
def _improve_digital(claim: Claim) -> Decision:
    """The advice against the printed direct effect."""
    direct = effects_table()["estimate"].unstack("effect")["direct"]
    evidence = "; ".join(f"{MASSES[w]}: {direct[w].middle:g}" for w in WEIGHTS)
    return holds_if(
        all(d.low > 0 for d in direct),
        f"By the printed direct impacts a province's own digital technology lowers its own "
        f"cultural size ({evidence}), and no term lets it raise what the province receives.",
    )

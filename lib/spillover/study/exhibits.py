"""What a report shows: each exhibit's figures, printed layout, picture and how to read it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from spillover.present.chain_tables import (
    estimates_layout,
    impacts_layout,
    moran_layout,
    significant,
    stars,
    tests_layout,
    variants_layout,
)
from spillover.present.curve_plots import plot_curve
from spillover.present.impact_plots import plot_impacts, plot_left_out, plot_variants
from spillover.study import describing
from spillover.study.chain import Chain
from spillover.study.describing import Exhibit
from spillover.study.errors import KINDS, name_of
from spillover.study.question import Study
from spillover.study.robustness import some_regions, without_boundary
from spillover.study.specification_curve import CHOICES, agreement, interior
from spillover.words import listed

LEVEL = 0.05
MODELS = {
    "sar": "Spatial lag model",
    "sem": "Spatial error model",
    "sdm": "Spatial Durbin model",
    "slx": "Model with spatially lagged regressors",
    "sdem": "Spatial Durbin error model",
    "sac": "Model with spatial lag and spatial error",
}
EFFECTS = {
    "twoways": "fixed region and year effects",
    "individual": "fixed region effects",
    "time": "fixed year effects",
    "random": "random region effects",
    "none": "no region or year effects",
}
STARS_NOTE = "Stars: 1% (***), 5% (**), 10% (*)."
COLUMN_NAMES = {
    "test": "Test",
    "null": "Null hypothesis",
    "statistic": "Statistic",
    "df": "df",
    "p_value": "p-value",
}


def exhibits(chain: Chain) -> list[Exhibit]:
    """All exhibits of a chain: the data, then the paper's order, the further checks last.

    What is not defined for the panel is left out; the last exhibit names it.
    """
    found = [make(chain) for result, make in MAKERS if _has(chain, result)]
    shown = [*found, *_left_out(chain)]
    if chain.curve is not None and len(interior(chain.curve)):
        shown.append(_curve(chain, chain.curve))
    shown += [_skipped(chain)] if len(chain.skipped) else []
    return [_capitalised(item) for item in shown]


def _capitalised(item: Exhibit) -> Exhibit:
    """The item with capital letters at the heads of its printed columns."""
    if item.layout is None:
        return item
    names = {
        axis: [name and name[0].upper() + name[1:] for name in getattr(item.layout, axis).names]
        for axis in ("index", "columns")
    }
    return replace(item, layout=item.layout.rename_axis(**names))


def _has(chain: Chain, result: str) -> bool:
    if result == "places_or_shapes":
        return chain.study.places is not None or chain.study.shapes is not None
    value = getattr(chain, result)
    return value is not None and (not isinstance(value, pd.DataFrame) or len(value) > 0)


def _moran(chain: Chain) -> Exhibit:
    return Exhibit(
        "moran",
        "Moran's I by year",
        "Are neighbours (as each matrix defines them) alike? z values in parentheses, under "
        f"randomisation. {STARS_NOTE}",
        chain.moran.set_index(["weights", "variable", "year"]),
        moran_layout(chain.moran),
    )


def _effects(chain: Chain) -> Exhibit:
    noted = chain.effects[chain.effects["note"] != ""].itertuples()
    notes = " ".join(f"{row.test} ({row.weights}): {row.note}." for row in noted)
    return Exhibit(
        "effects_tests",
        "Which effects?",
        "Hausman: a small p-value speaks against random effects. LR: a small p-value says that the "
        f"effects named are needed. {notes}",
        chain.effects,
        plain_tests(chain.effects),
    )


def _lm(chain: Chain) -> Exhibit:
    return Exhibit(
        "lm_tests",
        "Is there spatial dependence?",
        "Lagrange multiplier tests of the panel regression without spatial terms.",
        chain.lm,
        plain_tests(chain.lm),
    )


def _estimates(chain: Chain) -> Exhibit:
    return Exhibit(
        "estimates",
        MODELS[chain.study.kind],
        f"Outcome: {chain.study.outcome}. {design(chain.study)} Coefficients are not effects: read "
        f"the next table for those. {STARS_NOTE}",
        chain.estimates.set_index(["weights", "term"]),
        estimates_layout(chain.estimates, foot(chain.statistics), form=significant),
    )


def _impacts(chain: Chain) -> Exhibit:
    of_focus = chain.impacts[chain.impacts["variable"] == chain.study.focus]
    return Exhibit(
        "impacts",
        "Direct, indirect and total impacts",
        "Direct: one unit more at home, effect at home. Indirect: one unit more at home, effect "
        f"summed over all other regions, on average. Errors by the delta method. "
        f"{design(chain.study)} {STARS_NOTE}",
        chain.impacts.set_index(["weights", "variable", "impact"]),
        impacts_layout(chain.impacts, form=significant),
        lambda: plot_impacts(of_focus).figure,
        f"Direct, indirect and total impact of {chain.study.focus} with 95% intervals, by matrix.",
    )


def _specification(chain: Chain) -> Exhibit:
    return Exhibit(
        "specification_tests",
        "Can the Durbin model be simplified?",
        f"A small p-value (stars) speaks against the simpler model. {STARS_NOTE}",
        chain.specification,
        tests_layout(chain.specification),
    )


def _other_weights(chain: Chain) -> Exhibit:
    focus = chain.study.focus
    shown = pd.concat({"Weights": interior(chain.alternatives)}, names=["check", "variant"])
    return Exhibit(
        "other_weights",
        "Other matrices",
        f"Impacts of {focus} under every matrix, the headline ones first. {design(chain.study)} "
        f"{STARS_NOTE}",
        chain.alternatives,
        variants_layout(chain.alternatives, significant),
        lambda: plot_variants(shown),
        f"Direct and indirect impact of {focus} under each matrix, with 95% intervals.",
    )


def _variants(chain: Chain) -> Exhibit:
    focus = chain.study.focus
    return Exhibit(
        "variants",
        "One change at a time",
        f"Impacts of {focus} in the headline estimate with one decision changed. "
        f"{design(chain.study)} {STARS_NOTE}",
        chain.variants,
        variants_layout(chain.variants, significant),
        lambda: plot_variants(interior(chain.variants)),
        f"Direct and indirect impact of {focus} in each variant, with 95% intervals.",
    )


def _left_out(chain: Chain) -> Iterator[Exhibit]:
    if not _has(chain, "left_out"):
        return
    reference = headline(chain)
    for unit in chain.left_out.index.unique("unit"):
        rows = chain.left_out.loc[unit]
        yield Exhibit(
            f"without_one_{unit}",
            f"One {unit} at a time left out",
            "If one point stands far from the dashed line (all data), that "
            f"{unit} carries the result. {_sampled(chain, unit)}",
            rows,
            draw=partial(plot_left_out, interior(rows), reference),
            alt=f"Direct and indirect impact of {chain.study.focus} without each {unit}.",
        )


def _sampled(chain: Chain, unit: str) -> str:
    regions, some = len(chain.study.regions), len(some_regions(chain.study))
    if unit == "year" or some == regions:
        return ""
    return f"A random sample of {some} of the {regions:,} regions."


def _curve(chain: Chain, curve: pd.DataFrame) -> Exhibit:
    signs = headline_signs(chain)
    varied = [choice for choice in CHOICES if len(curve[choice].unique()) > 1]
    return Exhibit(
        "specification_curve",
        "Every combination of choices",
        "What share of all defensible specifications has the signs of the headline estimate? Blue: "
        "the same sign, significant at 5%; red: the opposite sign, significant; grey: unsure. "
        f"By {name_of(chain.study.covariance or 'classic')} errors.",
        without_boundary(curve),
        agreement_layout(agreement(curve, signs)),
        lambda: plot_curve(curve, varied, signs, "the headline's"),
        f"Impacts of {chain.study.focus} in {len(curve):,} specifications, sorted, above the "
        "choices behind each.",
    )


def headline(chain: Chain) -> pd.Series:
    """rho and the impacts of the focus in the headline estimate."""
    return chain.alternatives.loc[chain.study.headline]


def headline_signs(chain: Chain) -> tuple[int, int]:
    """Signs of the headline direct and indirect impact."""
    first = headline(chain)
    return 1 if first["direct"] > 0 else -1, 1 if first["indirect"] > 0 else -1


def design(study: Study) -> str:
    """How the headline is estimated, for the notes of tables."""
    correction = {None: "no bias correction", "lee-yu": "Lee-Yu correction"}
    corrected = correction.get(study.used_correction, "Lee-Yu correction of the direct approach")
    return (
        f"Maximum likelihood with {EFFECTS[study.effects]}, {corrected}; "
        f"{name_of(study.covariance)} standard errors in parentheses; matrices row-standardised, "
        f"{study.headline} first."
    )


def plain_tests(tests: pd.DataFrame) -> pd.DataFrame:
    """Tests as text, a row each, indexed by weights."""
    statistic, p = tests["statistic"], tests["p_value"]
    shown = tests.assign(
        statistic=statistic.map("{:.2f}".format).where(statistic.notna(), "none"),
        p_value=p.map("{:.3f}".format).mask(p < 0.001, "<0.001").where(p.notna(), ""),
    )
    wanted = [c for c in COLUMN_NAMES if c in shown]
    return shown.set_index("weights")[wanted].rename(columns=COLUMN_NAMES).rename_axis("Weights")


def foot(statistics: pd.DataFrame) -> pd.DataFrame:
    """Foot of the table of estimates as text."""
    shown = {
        "N": statistics["nobs"].map("{:.0f}".format),
        "R² within": statistics["rsquared_within"].map("{:.3f}".format),
        "Squared correlation": statistics["squared_correlation"].map("{:.3f}".format),
        "Log-likelihood": statistics["loglik"].map("{:.1f}".format),
    }
    return pd.DataFrame(shown)


def agreement_layout(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares of agreeing specifications as text."""
    shown = {
        "Specifications": shares["specifications"].map("{:,}".format),
        "Direct sign": shares["direct"].map("{:.0%}".format),
        "Indirect sign": shares["indirect"].map("{:.0%}".format),
        "Both signs": shares["signs"].map("{:.0%}".format),
        "Both significant": shares["significant"].map("{:.0%}".format),
    }
    return pd.DataFrame(shown).rename_axis(["Choice", "Option"])


def summary(chain: Chain) -> list[str]:
    """What was found, one sentence a finding, from the figures alone."""
    study, first = chain.study, headline(chain)
    sentences = [
        f"One unit more of {study.focus} goes with {_signed(first, 'direct', study)} in "
        f"{study.outcome} at home.",
        f"Summed over all other regions it goes with {_signed(first, 'indirect', study)}.",
        *_other_errors(chain),
    ]
    if np.isfinite(first["rho"]):
        rho = _signed(first, "rho", study)
        sentences.append(f"The spatial autoregressive parameter rho is {rho}.")
    sentences.append(_agreement_sentence("matrices", chain.alternatives, first))
    if _has(chain, "left_out"):
        what = "fits without one region or year"
        sentences.append(_agreement_sentence(what, chain.left_out, first))
    if chain.curve is not None and len(chain.curve):
        sentences.append(_curve_sentence(chain.curve, headline_signs(chain)))
    return sentences


def _signed(row: pd.Series, name: str, study: Study) -> str:
    level = {"***": "1%", "**": "5%", "*": "10%"}.get(stars(row[f"{name}_p"]))
    verdict = f"significant at {level}" if level else "not significant"
    low, high = (significant(row[f"{name}_{end}"]) for end in ("lower", "upper"))
    sign = "+" if row[name] > 0 else ""
    return (
        f"{sign}{significant(row[name])} (95% interval {low} to {high}, "
        f"{name_of(study.covariance)} errors; {verdict})"
    )


def _other_errors(chain: Chain) -> Iterator[str]:
    """Which other kinds of errors would change what is significant at 5%."""
    if not _has(chain, "errors"):
        return
    first = headline(chain)
    changed = [
        f"the {kind} impact is {'' if row[f'{kind}_p'] < LEVEL else 'not '}significant at 5% with "
        f"{KINDS[name]} errors"
        for name, row in chain.errors.iterrows()
        for kind in ("direct", "indirect")
        if (row[f"{kind}_p"] < LEVEL) != (first[f"{kind}_p"] < LEVEL)
    ]
    if changed:
        yield f"Another kind of errors changes the verdict: {'; '.join(changed)}."
    else:
        yield "No other kind of errors changes what is significant at 5%."


def _agreement_sentence(what: str, rows: pd.DataFrame, first: pd.Series) -> str:
    known = interior(rows)
    same = np.sign(known[["direct", "indirect"]]) == np.sign(first[["direct", "indirect"]])
    return (
        f"{same.all(axis=1).sum()} of {len(known)} {what} give both impacts the same signs"
        f"{_at_boundary(len(rows) - len(known))}."
    )


def _at_boundary(count: int) -> str:
    return f" ({count} more at the boundary, no estimate)" if count else ""


def _curve_sentence(curve: pd.DataFrame, signs: tuple[int, int]) -> str:
    if interior(curve).empty:
        return f"None of {len(curve):,} specifications has an estimate."
    overall = agreement(curve, signs).iloc[0]
    count = int(overall["specifications"])
    both, sure = (round(overall[name] * count) for name in ("signs", "significant"))
    return (
        f"{both:,} of {count:,} specifications have both signs, {sure:,} with both significant at "
        f"5%{_at_boundary(len(curve) - count)}."
    )


def _skipped(chain: Chain) -> Exhibit:
    reasons = chain.skipped.groupby(["step", "reason"], sort=False)["item"]
    rows = reasons.agg(partial(listed, most=3)).reset_index()[["step", "item", "reason"]]
    rows = rows.rename(columns={"step": "Step", "item": "What", "reason": "Why"})
    return Exhibit(
        "left_undone",
        "What is not defined for this panel",
        "These side steps were skipped; the headline estimate does not need them.",
        chain.skipped,
        rows.set_index("Step"),
    )


def _side_by_side(chain: Chain) -> Exhibit:
    table = chain.side_by_side
    blank = pd.DataFrame(index=table["weights"].unique())
    return Exhibit(
        "models",
        "SAR, SEM and SDM side by side",
        f"Matrix: {chain.study.headline}. {design(chain.study)} {STARS_NOTE}",
        table.rename(columns={"weights": "model"}).set_index(["model", "term"]),
        estimates_layout(table, blank, form=significant),
    )


MAKERS = (
    ("study", describing.descriptives),
    ("study", describing.correlations),
    ("study", describing.matrices),
    ("places_or_shapes", describing.region_map),
    ("moran", _moran),
    ("effects", _effects),
    ("lm", _lm),
    ("estimates", _estimates),
    ("impacts", _impacts),
    ("specification", _specification),
    ("side_by_side", _side_by_side),
    ("alternatives", _other_weights),
    ("variants", _variants),
)

"""What a report shows: each exhibit's figures, printed layout, picture and how to read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spillover.present.chain_tables import (
    estimates_layout,
    impacts_layout,
    moran_layout,
    stars,
    tests_layout,
    variants_layout,
)
from spillover.present.curve_plots import plot_curve
from spillover.present.impact_plots import plot_impacts, plot_left_out, plot_variants
from spillover.study.chain import Chain
from spillover.study.specification_curve import CHOICES, agreement

STARS_NOTE = "Stars: 1% (***), 5% (**), 10% (*)."
COLUMN_NAMES = {
    "test": "Test",
    "null": "Null hypothesis",
    "statistic": "Statistic",
    "df": "df",
    "p_value": "p value",
}


@dataclass(frozen=True)
class Exhibit:
    """One numbered item of the report.

    Attributes
    ----------
    key
        Name of its files.
    title, note
        Heading, and one or two sentences that say how to read it.
    data
        Figures in full precision, for the CSV file.
    layout
        The same as text, for print.
    draw, alt
        Makes the picture; what the picture shows, in words.
    """

    key: str
    title: str
    note: str
    data: pd.DataFrame | None = None
    layout: pd.DataFrame | None = None
    draw: Callable[[], Figure] | None = None
    alt: str = ""


def exhibits(chain: Chain) -> list[Exhibit]:
    """All exhibits of a chain in the paper's order, the further checks last."""
    return [*_paper_tables(chain), *_checks(chain)]


def _paper_tables(chain: Chain) -> Iterator[Exhibit]:
    focus, outcome = chain.study.focus, chain.study.outcome
    yield Exhibit(
        "moran",
        "Moran's I by year",
        "Are neighbours (as each matrix defines them) alike? z values in parentheses, under "
        f"randomisation. {STARS_NOTE}",
        chain.moran.set_index(["weights", "variable", "year"]),
        moran_layout(chain.moran),
    )
    yield Exhibit(
        "effects_tests",
        "Which effects?",
        "Hausman: a small p value speaks against random effects. LR: a small p value says that the "
        f"effects named are needed. {_notes(chain.effects)}",
        chain.effects,
        plain_tests(chain.effects),
    )
    yield Exhibit(
        "lm_tests",
        "Is there spatial dependence?",
        "Lagrange multiplier tests of the panel regression without spatial terms.",
        chain.lm,
        plain_tests(chain.lm),
    )
    yield Exhibit(
        "estimates",
        "Spatial Durbin model",
        f"Outcome: {outcome}. Standard errors in parentheses. Coefficients are not effects: read "
        f"the next table for those. {STARS_NOTE}",
        chain.estimates.set_index(["weights", "term"]),
        estimates_layout(chain.estimates, foot(chain.statistics)),
    )
    yield Exhibit(
        "impacts",
        "Direct, indirect and total impacts",
        "Direct: one unit more at home, effect at home. Indirect: one unit more at home, effect "
        f"summed over all other regions, on average. Delta-method errors in parentheses. "
        f"{STARS_NOTE}",
        chain.impacts.set_index(["weights", "variable", "impact"]),
        impacts_layout(chain.impacts),
        lambda: plot_impacts(chain.impacts[chain.impacts["variable"] == focus]).get_figure(
            root=True
        ),
        f"Direct, indirect and total impact of {focus} with 95% intervals under each matrix.",
    )
    yield Exhibit(
        "specification_tests",
        "Can the Durbin model be simplified?",
        f"A small p value (stars) speaks against the simpler model. {STARS_NOTE}",
        chain.specification,
        tests_layout(chain.specification),
    )


def _checks(chain: Chain) -> Iterator[Exhibit]:
    focus = chain.study.focus
    yield Exhibit(
        "other_weights",
        "Other matrices",
        f"Impacts of {focus} under every matrix, the headline ones first. {STARS_NOTE}",
        chain.alternatives,
        variants_layout(chain.alternatives),
        lambda: plot_variants(_as_variants(chain.alternatives)),
        f"Direct and indirect impact of {focus} under each matrix, with 95% intervals.",
    )
    yield Exhibit(
        "variants",
        "One change at a time",
        f"The headline estimate with one decision changed. {STARS_NOTE}",
        chain.variants,
        variants_layout(chain.variants),
        lambda: plot_variants(chain.variants),
        f"Direct and indirect impact of {focus} in each variant, with 95% intervals.",
    )
    if len(chain.left_out):
        yield from _left_out(chain)
    if chain.curve is not None:
        yield _curve(chain)


def _as_variants(alternatives: pd.DataFrame) -> pd.DataFrame:
    return pd.concat({"Weights": alternatives}, names=["check", "variant"])


def _left_out(chain: Chain) -> Iterator[Exhibit]:
    reference = chain.variants.iloc[0]
    for unit in chain.left_out.index.unique("unit"):
        rows = chain.left_out.loc[unit]
        yield Exhibit(
            f"without_one_{unit}",
            f"One {unit} at a time left out",
            "If one point stands far from the dashed line (all data), that "
            f"{unit} carries the result.",
            rows,
            draw=lambda rows=rows: plot_left_out(rows, reference),
            alt=f"Direct and indirect impact of {chain.study.focus} without each {unit}.",
        )


def _curve(chain: Chain) -> Exhibit:
    signs = headline_signs(chain)
    varied = [choice for choice in CHOICES if len(chain.curve[choice].unique()) > 1]
    shares = agreement(chain.curve, signs)
    return Exhibit(
        "specification_curve",
        "Every combination of choices",
        "What share of all defensible specifications has the signs of the headline estimate? Blue: "
        "the same sign, significant at 5%; red: the opposite sign, significant; grey: unsure.",
        chain.curve,
        agreement_layout(shares),
        lambda: plot_curve(chain.curve, varied, signs, "the headline's"),
        f"Impacts of {chain.study.focus} in {len(chain.curve):,} specifications, sorted, above the "
        "choices behind each.",
    )


def headline_signs(chain: Chain) -> tuple[int, int]:
    """Signs of the headline direct and indirect impact."""
    first = chain.variants.iloc[0]
    return 1 if first["direct"] > 0 else -1, 1 if first["indirect"] > 0 else -1


def plain_tests(tests: pd.DataFrame) -> pd.DataFrame:
    """Tests as text, a row each, indexed by weights."""
    shown = tests.assign(
        statistic=tests["statistic"].map(lambda v: "none" if pd.isna(v) else f"{v:.2f}"),
        p_value=tests["p_value"].map(_p_text),
    )
    wanted = [c for c in COLUMN_NAMES if c in shown]
    return shown.set_index("weights")[wanted].rename(columns=COLUMN_NAMES).rename_axis("Weights")


def _notes(tests: pd.DataFrame) -> str:
    noted = tests[tests["note"] != ""]
    notes = noted["weights"] + ", " + noted["test"] + ": " + noted["note"] + "."
    return " ".join(notes)


def _p_text(p_value: float) -> str:
    if pd.isna(p_value):
        return ""
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"


def foot(statistics: pd.DataFrame) -> pd.DataFrame:
    """Foot of the table of estimates as text."""
    return pd.DataFrame(
        {
            "N": statistics["nobs"].map("{:.0f}".format),
            "R2 within": statistics["rsquared_within"].map("{:.3f}".format),
            "Squared correlation": statistics["squared_correlation"].map("{:.3f}".format),
            "Log-likelihood": statistics["loglik"].map("{:.1f}".format),
        }
    )


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
    study, first = chain.study, chain.variants.iloc[0]
    sentences = [
        f"One unit more of {study.focus} goes with {_signed(first, 'direct')} in {study.outcome} "
        "at home.",
        f"Summed over all other regions it goes with {_signed(first, 'indirect')}.",
        f"The spatial autoregressive parameter rho is {_signed(first, 'rho')}.",
        _agreement_sentence("matrices", chain.alternatives, first),
    ]
    if len(chain.left_out):
        what = "fits without one region or year"
        sentences.append(_agreement_sentence(what, chain.left_out, first))
    if chain.curve is not None:
        overall = agreement(chain.curve, headline_signs(chain)).iloc[0]
        sentences.append(
            f"{overall['signs']:.0%} of {int(overall['specifications']):,} specifications have "
            f"both signs, {overall['significant']:.0%} with both significant at 5%."
        )
    return sentences


def _signed(row: pd.Series, name: str) -> str:
    level = {"***": "1%", "**": "5%", "*": "10%"}.get(stars(row[f"{name}_p"]))
    verdict = f"significant at {level}" if level else "not significant"
    return (
        f"{row[name]:+.3f} (95% interval {row[f'{name}_lower']:.3f} to {row[f'{name}_upper']:.3f}; "
        f"{verdict})"
    )


def _agreement_sentence(what: str, rows: pd.DataFrame, first: pd.Series) -> str:
    same = np.sign(rows[["direct", "indirect"]]) == np.sign(first[["direct", "indirect"]])
    return f"{same.all(axis=1).sum()} of {len(rows)} {what} give both impacts the same signs."

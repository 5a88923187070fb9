"""Decisions on sentences of interpretation: identities and simulations against the wording."""

import numpy as np

from spillover.datasets import load_provinces
from spillover.measure.indices import relative_size
from spillover.panel.effects import within
from spillover.panel.inference import solve
from spillover.paper import relative_size as simulated
from spillover.paper import wald_and_lr
from spillover.paper.consistency import REGIONS, WEIGHTS, YEARS
from spillover.paper.ledger.verdicts import (
    CANNOT,
    FAILS,
    HOLDS,
    HOLDS_UNDER,
    Claim,
    Decision,
    decides,
    holds_if,
)
from spillover.paper.matrices.weights_inverse import own_matrix, reported
from spillover.paper.published import MASSES
from spillover.seeds import SEEDS

LEVEL = 0.05


@decides("var.outcome-meaning")
def _outcome_meaning(claim: Claim) -> Decision:
    """Relative size sums to the number of provinces and ranks as absolute size does."""
    gdp = load_provinces(local=None)["gdp_100m_yuan"]
    relative = relative_size(gdp)
    sums = relative.groupby(level="year").sum()
    ranks = relative.groupby(level="year").rank()
    same = (ranks == gdp.groupby(level="year").rank()).mean()
    return Decision(
        HOLDS_UNDER,
        f"Shown on GDP: the values of a year sum to {sums.min():.0f} and rank the provinces as "
        f"absolute size does ({same:.0%} of ranks). It cannot rise in all provinces, and knows "
        "neither area nor population.",
        "agglomeration means a share of the national total",
    )


@decides("txt.rho-clustering")
def _rho_and_clustering(claim: Claim) -> Decision:
    """Expected Moran's I of a process with the printed rho and nothing else."""
    expected = {w: _expected_moran(own_matrix(w), reported(w).rho.middle) for w in WEIGHTS}
    evidence = "; ".join(f"{MASSES[w]}: {value:.2f}" for w, value in expected.items())
    return holds_if(
        all(value > 0 for value in expected.values()),
        r"A negative $\rho$ means that a large neighbour goes with a small own value. A process "
        rf"with the printed $\rho$ and no regressors has Moran's I around {evidence}: neighbours "
        "differ, the opposite of clustering (and of the positive I of Table 3).",
    )


def _expected_moran(W: np.ndarray, rho: float) -> float:
    """Ratio of expectations in Moran's I of (I - rho W)^-1 times independent noise."""
    n = len(W)
    centre = np.eye(n) - 1 / n
    spread = centre @ solve(W, rho, np.eye(n))
    covariance = spread @ spread.T
    return float(n / W.sum() * np.trace(W @ covariance) / np.trace(covariance))


@decides("txt.rho-spillover")
def _rho_without_spillover(claim: Claim) -> Decision:
    """How negative rho gets with a relative-size outcome and no interaction (simulated)."""
    table = simulated.summary(simulated.stored(), {w: reported(w).rho.middle for w in WEIGHTS})
    plain = table.xs("none", level="correction")
    shown = plain.loc["persistent"].mean()
    worst = plain["as_low"].max()
    evidence = (
        f"Simulated without any interaction ({simulated.REPLICATIONS:,} panels a design): relative "
        f"sizes with lasting shocks give $\\rho$ = {shown['mean']:.2f} on average, significant and "
        f"negative in {shown['negative']:.0%} of panels, and as low as the printed value in up to "
        f"{worst:.0%}."
    )
    if worst >= LEVEL:
        return Decision(CANNOT, f"{evidence} Needed: the authors' panel.")
    return Decision(HOLDS_UNDER, evidence, "shocks do not last")


@decides("txt.total")
def _total_effect(claim: Claim) -> Decision:
    """A total effect other than zero contradicts an outcome with a fixed sum."""
    parts = []
    for weights in WEIGHTS:
        report = reported(weights)
        kept = simulated.printed_impacts_with_sum_kept(report)
        parts.append(
            f"{MASSES[weights]}: printed total {report.impacts['total'].middle:g}, with the "
            f"sum kept direct {kept['direct']:.3f}, indirect {kept['indirect']:.3f}, "
            "total 0"
        )
    return Decision(
        FAILS,
        f"{REGIONS} values relative to their mean always sum to {REGIONS}: a rise of dig in all "
        f"provinces cannot raise them all. {'; '.join(parts)}.",
    )


@decides("spec.follows-theory")
def _follows_theory(claim: Claim) -> Decision:
    """The Durbin model in the theory's own two regions, with two-way effects."""
    return Decision(
        HOLDS_UNDER,
        "With the theory's two regions and two-way effects every variable of one region is minus "
        "that of the other, so that $Wy = -y$ and $Wx = -x$: the columns $Wy$, $x$ and $Wx$ have "
        rf"rank {_rank_of_two_regions()} beside $y$, and $\rho$, $\beta$ and $\theta$ cannot be "
        "told apart. The paper gives no theory with more regions.",
        "there are more than two regions, for which the paper has no model",
    )


def _rank_of_two_regions() -> int:
    """Rank of (y, Wy, x, Wx) without region and year means, less one, for random y and x."""
    rng = np.random.default_rng(SEEDS["relative_size"])
    y, x = within(rng.standard_normal((2, YEARS, 2)).transpose(1, 2, 0), "twoways").T
    columns = [y, y[::-1], x, x[::-1]]  # W is the other region
    return int(np.linalg.matrix_rank(np.column_stack([c.ravel() for c in columns]))) - 1


@decides("txt.verifies")
def _verifies(claim: Claim) -> Decision:
    """Two signs, or one sign and an identity?"""
    shown = "; ".join(
        f"{MASSES[w]}: direct {impacts['direct']:.3f}, indirect {impacts['indirect']:.3f}"
        for w in WEIGHTS
        for impacts in [simulated.printed_impacts_with_sum_kept(reported(w))]
    )
    return Decision(
        HOLDS_UNDER,
        "Relative sizes sum to a constant, so a negative direct impact forces a positive one "
        f"elsewhere of the same size ({shown}, once the sum is kept). The two signs of the "
        "proposition are one sign in the data.",
        "one trusts the printed direct impact and counts one sign, not two",
    )


@decides("t5b.pair")
def _wald_beside_lr(claim: Claim, null: str, weights: str) -> Decision:
    """The printed pair of statistics among simulated pairs."""
    draws = wald_and_lr.stored()
    rows = {
        kind: wald_and_lr.compare(draws, kind).loc[(weights, null)]
        for kind in wald_and_lr.COVARIANCES
    }
    plain, clustered = rows["observed"], rows["clustered"]
    evidence = (
        f"Wald / LR = {plain['ratio']:.2f}; in {plain['panels']:.0f} simulated panels with a "
        f"similar LR, 95% of ratios lie between {plain['low']:.2f} and {plain['high']:.2f}, and "
        f"with clustered errors between {clustered['low']:.2f} and {clustered['high']:.2f}."
    )
    if plain["p_value"] >= LEVEL:
        return Decision(HOLDS, evidence)
    if clustered["p_value"] >= LEVEL:
        return Decision(HOLDS_UNDER, evidence, "Wald and LR rest on different standard errors")
    return Decision(FAILS, evidence)

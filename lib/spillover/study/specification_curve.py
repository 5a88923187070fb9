"""Every defensible specification of one question, estimated and set side by side."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import combinations, product

import numpy as np
import pandas as pd
from libpysal.graph import Graph

from spillover.panel.inference import ScoreVariance
from spillover.study.files import PanelError
from spillover.study.question import UNCORRECTED, Study, restricted
from spillover.study.reading import require_positive
from spillover.study.robustness import ROW, row_of
from spillover.study.skipping import Attempt, strict

Progress = Callable[[Iterable], Iterable]
CHOICES = ("Outcome", "Weights", "Effects", "Correction", "Controls", "Focus", "Sample")
CORRECTIONS = {"none": None, "Lee-Yu": "lee-yu", "Lee-Yu direct": "lee-yu-direct"}
EFFECTS = {"two-way": "twoways", "region": "individual"}
MOST_CONTROLS_FOR_ALL_SUBSETS = 4


@dataclass(frozen=True)
class Choices:
    """What a researcher could have chosen: label -> setting, for each choice.

    Attributes
    ----------
    outcome, focus
        Columns that measure it in different ways.
    weights
        Weights matrices.
    controls
        Sets of columns.
    samples
        Panels: all, and with some left out.
    effects
        As a model's fit takes them.
    corrections
        Of the bias of effects, as a model's fit takes them.
    """

    outcome: Mapping[str, str]
    weights: Mapping[str, Graph]
    controls: Mapping[str, tuple[str, ...]]
    focus: Mapping[str, str]
    samples: Mapping[str, pd.DataFrame]
    effects: Mapping[str, str] = field(default_factory=lambda: EFFECTS)
    corrections: Mapping[str, str | None] = field(default_factory=lambda: CORRECTIONS)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[dict]:
        """The label of each choice; corrections only of effects that call for one."""
        for labels in product(*self.options()):
            chosen = dict(zip(CHOICES, labels, strict=True))
            corrected = self.corrections[chosen["Correction"]] is not None
            if not (corrected and self.effects[chosen["Effects"]] in UNCORRECTED):
                yield chosen

    def options(self) -> tuple[Mapping, ...]:
        """The options of each choice, in the order of `CHOICES`."""
        return (
            self.outcome,
            self.weights,
            self.effects,
            self.corrections,
            self.controls,
            self.focus,
            self.samples,
        )


def choices_for(
    study: Study,
    logs: bool = False,
    outcomes: Sequence[str] = (),
    foci: Sequence[str] = (),
    effects: Sequence[str] = (),
) -> Choices:
    """The choices that any study has: its matrices, effects, corrections and sets of controls.

    Parameters
    ----------
    study
        The question.
    logs
        Whether to compare the outcome in logarithms too.
    outcomes, foci
        Further columns that measure outcome or focus in another way.
    effects
        To compare; two-way and region effects if left out.

    Returns
    -------
    Choices

    Raises
    ------
    PanelError
        If the outcome is in logarithms already or is not above zero everywhere.
    """
    panel, outcome = study.panel, {"as given": study.outcome}
    if logs:
        if study.outcome in study.logged:
            raise PanelError(f"{study.outcome!r} is in logarithms already: no --curve-log")
        require_positive(panel[study.outcome], "the curve was to take its logarithm")
        outcome["in logs"] = f"log {study.outcome}"
        panel = panel.assign(**{outcome["in logs"]: np.log(panel[study.outcome])})
    removed = {name: name for name in effects} or EFFECTS
    return Choices(
        outcome=outcome | {name: name for name in outcomes},
        weights={**study.weights, **study.alternatives},
        controls=control_sets(study.controls),
        focus={name: name for name in (study.focus, *foci)},
        samples={"all": panel},
        effects=removed,
        corrections={"none": None} if set(removed.values()) <= set(UNCORRECTED) else CORRECTIONS,
    )


def control_sets(controls: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """All subsets of up to four controls; of more, none, all, and all but each one."""
    names = tuple(controls)
    if len(names) <= MOST_CONTROLS_FOR_ALL_SUBSETS:
        sets = [c for size in range(len(names) + 1) for c in combinations(names, size)]
    else:
        sets = [(), *combinations(names, len(names) - 1), names]
    return {" + ".join(s) or "none": s for s in sets}


def specification_curve(
    study: Study, choices: Choices, progress: Progress = iter, attempt: Attempt = strict
) -> pd.DataFrame:
    """Estimate the study's model under every combination of choices, which are all that is varied.

    Errors are the study's, classic ones where it names none.

    Parameters
    ----------
    study, choices
        The question, and what to vary.
    progress
        Wraps the iteration, for instance ``tqdm``.
    attempt
        What to do about an estimate that does not exist: by default an error; a specification that
        it gives as None is left out.

    Returns
    -------
    DataFrame
        A row a specification: a column a choice, then rho, direct, indirect, total, each with
        ``_se``, ``_p``, ``_lower`` and ``_upper``, and ``loglik``. Where rho ends at the boundary
        of its interval there are no standard errors: NaN (see :func:`interior`).
    """
    studies = cache(partial(_study, study, choices))
    rows = (
        attempt("Specification curve", " | ".join(map(str, labels.values())), row)
        for labels in progress(list(choices))
        for row in [partial(_row, studies, choices, study.covariance or "classic", labels)]
    )
    return pd.DataFrame([row for row in rows if row is not None], columns=[*CHOICES, *ROW])


def _study(
    study: Study, choices: Choices, outcome: str, controls: str, focus: str, sample: str
) -> Study:
    variant = replace(
        study,
        panel=choices.samples[sample],
        outcome=choices.outcome[outcome],
        focus=choices.focus[focus],
        controls=choices.controls[controls],
    )
    linked = {name: restricted(W, variant.regions) for name, W in choices.weights.items()}
    return replace(variant, weights=linked)


def _row(
    studies: Callable[..., Study], choices: Choices, errors: str | ScoreVariance, labels: dict
) -> dict:
    study = studies(*(labels[c] for c in ("Outcome", "Controls", "Focus", "Sample")))
    fit = partial(
        study.model(labels["Weights"]).fit,
        effects=choices.effects[labels["Effects"]],
        correction=choices.corrections[labels["Correction"]],
        covariance=errors,
    )
    return labels | row_of(fit, choices.focus[labels["Focus"]])


def interior(curve: pd.DataFrame) -> pd.DataFrame:
    """The specifications with a maximum inside the interval of rho, hence with standard errors."""
    return curve[curve["direct_lower"].notna()]


def agreement(curve: pd.DataFrame, expected: tuple[int, int] = (-1, 1)) -> pd.DataFrame:
    """Share of specifications with the published signs, overall and by every option.

    Parameters
    ----------
    curve
        As `specification_curve` returns it; estimates at the boundary are left out.
    expected
        Signs of the direct and the indirect impact, -1 or 1.

    Returns
    -------
    DataFrame
        Indexed by (choice, option), first row all specifications: ``specifications`` (count),
        ``direct`` and ``indirect`` (each sign alone), ``signs`` (both), ``significant`` (both, each
        with a 95% interval that excludes zero).
    """
    curve = interior(curve)
    judged = pd.DataFrame(_agrees(curve, expected))
    rows = {("All", "all"): _shares(judged)}
    for choice in (c for c in CHOICES if len(curve[c].unique()) > 1):
        for option, block in judged.groupby(curve[choice], sort=False):
            rows[choice, option] = _shares(block)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["choice", "option"])
    return table.astype({"specifications": int})


def _agrees(curve: pd.DataFrame, expected: tuple[int, int]) -> dict[str, pd.Series]:
    signs, sure = {}, {}
    for kind, sign in zip(("direct", "indirect"), expected, strict=True):
        signs[kind] = np.sign(curve[kind]) == sign
        sure[kind] = signs[kind] & (curve[f"{kind}_lower"] * curve[f"{kind}_upper"] > 0)
    return signs | {
        "signs": signs["direct"] & signs["indirect"],
        "significant": sure["direct"] & sure["indirect"],
    }


def _shares(judged: pd.DataFrame) -> dict[str, float]:
    return {"specifications": len(judged), **judged.mean()}

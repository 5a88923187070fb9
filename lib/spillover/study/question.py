"""A question put to a panel: what does the focus do at home, and in the linked regions?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import pandas as pd
from libpysal.graph import Graph

from spillover.measure.weights import (
    economic_geographic,
    gravity,
    inverse_distance,
    k_nearest,
    row_standardise,
)
from spillover.panel import SpatialPanel, SpatialPanelResults
from spillover.study.reading import constant_by_region, require_positive

NEIGHBOURS = 4


@dataclass(frozen=True, eq=False)
class Study:
    """A panel, its variables and the matrices that link its regions.

    Attributes
    ----------
    panel
        Balanced frame indexed by (region, year) that holds the variables.
    outcome, focus, controls
        Column names: what is explained, whose impacts are asked for, what is held constant.
    weights
        Name -> row-standardised links, the headline matrices (the paper has two).
    alternatives
        Name -> row-standardised links for the check with other matrices.
    rescaled
        Name -> links that are not row-standardised, for one of the further checks.
    exclusions
        Name -> regions to leave out together, for one of the further checks.
    effects, correction
        Fixed effects and Lee-Yu correction of the headline estimates, as
        :meth:`spillover.panel.SpatialPanel.fit` names them.
    """

    panel: pd.DataFrame
    outcome: str
    focus: str
    controls: tuple[str, ...]
    weights: Mapping[str, Graph]
    alternatives: Mapping[str, Graph] = field(default_factory=dict)
    rescaled: Mapping[str, Graph] = field(default_factory=dict)
    exclusions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    effects: str = "twoways"
    correction: str | None = "lee-yu"

    @property
    def regressors(self) -> list[str]:
        """The focus and then the controls."""
        return [self.focus, *self.controls]

    @property
    def regions(self) -> pd.Index:
        """Regions in sorted order."""
        return self.panel.index.unique(level=0).sort_values()

    @property
    def years(self) -> pd.Index:
        """Years in sorted order."""
        return self.panel.index.unique(level=1).sort_values()

    @property
    def headline(self) -> str:
        """Name of the first headline matrix."""
        return next(iter(self.weights))

    def model(self, weights: str | Graph | None = None, kind: str = "sdm") -> SpatialPanel:
        """The spatial panel model under one matrix, named or given (the headline if left out)."""
        W = weights if isinstance(weights, Graph) else self.matrix(weights or self.headline)
        return SpatialPanel(self.panel[self.outcome], self.panel[self.regressors], W, model=kind)

    def matrix(self, name: str) -> Graph:
        """A headline or alternative matrix by name."""
        return {**self.alternatives, **self.weights}[name]

    def fit(
        self, weights: str | Graph | None = None, kind: str = "sdm", **options: str | None
    ) -> SpatialPanelResults:
        """Estimate one model; ``options`` override the study's effects and correction."""
        return self.estimate(self.model(weights, kind), **options)

    def estimate(self, model: SpatialPanel, **options: str | None) -> SpatialPanelResults:
        """Estimate a model with the study's effects and correction unless overridden."""
        return model.fit(**{"effects": self.effects, "correction": self.correction, **options})

    def without_regions(self, regions: Sequence[str]) -> Self:
        """The same study with regions left out and the links of the others scaled up to one."""
        kept = self.regions.difference(list(regions))
        return replace(
            self,
            panel=self.panel.loc[list(kept)],
            weights={name: restricted(W, kept) for name, W in self.weights.items()},
            alternatives={name: restricted(W, kept) for name, W in self.alternatives.items()},
        )

    def without_years(self, years: Sequence[int]) -> Self:
        """The same study with years left out; controls that then stand still go with them.

        A control that no longer changes in any region is constant under region effects.
        """
        panel = self.panel[~self.panel.index.isin(list(years), level=1)]
        moving = panel[list(self.controls)].groupby(level=0).nunique().gt(1).any()
        controls = tuple(name for name in self.controls if moving[name])
        return replace(self, panel=panel, controls=controls)

    def lagged(self) -> Self:
        """The same study with last year's regressors; the first year is lost."""
        regressors = self.panel[self.regressors].groupby(level=0, group_keys=False).shift(1)
        panel = self.panel.assign(**regressors).drop(index=self.years[0], level=1)
        return replace(self, panel=panel)


def restricted(W: Graph, regions: pd.Index) -> Graph:
    """Links among some of the regions, row-standardised again."""
    return row_standardise(W.subgraph(list(regions)))


def study_from_columns(
    panel: pd.DataFrame,
    outcome: str,
    focus: str,
    controls: Sequence[str] = (),
    *,
    coordinates: Sequence[str] | None = None,
    masses: Sequence[str] = (),
    weights: Mapping[str, Graph] | None = None,
    correction: str | None = "lee-yu",
) -> Study:
    """Set up a study with the paper's matrices from columns of the panel itself.

    The headline matrices are the ``weights`` given, then gravity links of each mass,
    ``M_i M_j / d_ij^2`` with masses of the FIRST year, so that the matrix is older than the
    outcomes it explains; without either, inverse distance. The alternatives are inverse distance,
    its square, the four nearest regions and, for each mass, gravity with the mean over years and
    economic-geographic nested links.

    Parameters
    ----------
    panel
        Balanced frame indexed by (region, year).
    outcome, focus, controls
        Columns of the panel.
    coordinates
        Names of the latitude and longitude columns, degrees.
    masses
        Columns with the gravity masses, above zero.
    weights
        Further matrices by name.
    correction
        Lee-Yu correction of the headline estimates.

    Raises
    ------
    ValueError
        If a column has two parts, neither weights nor coordinates are given, masses come without
        coordinates, coordinates change over the years or a mass is not above zero.
    """
    _require_distinct([outcome, focus, *controls])
    weights = {name: row_standardise(W) for name, W in (weights or {}).items()}
    alternatives = {}
    if coordinates:
        places = constant_by_region(panel, coordinates)
        places.columns = ["latitude", "longitude"]
        headline, alternatives = _links(panel, places, masses)
        weights |= headline
        if not weights:
            weights["Inverse distance"] = alternatives.pop("Inverse distance")
    elif masses:
        raise ValueError("gravity links need coordinates: name the latitude and longitude columns")
    if not weights:
        raise ValueError("give weights, or the names of the latitude and longitude columns")
    return Study(
        panel, outcome, focus, tuple(controls), weights, alternatives, correction=correction
    )


def _require_distinct(columns: Sequence[str]) -> None:
    twice = [column for column in columns if columns.count(column) > 1]
    if twice:
        raise ValueError(f"column {twice[0]!r} has more than one part: outcome, focus or control")


def _links(panel: pd.DataFrame, places: pd.DataFrame, masses: Sequence[str]):
    alternatives = {
        "Inverse distance": inverse_distance(places),
        "Inverse distance squared": inverse_distance(places, power=2),
        f"{NEIGHBOURS} nearest": k_nearest(places, NEIGHBOURS),
    }
    headline = {}
    first = panel.index.get_level_values(1).min()
    for mass in masses:
        require_positive(panel[mass], "a gravity mass must be")
        by_year = panel[mass].unstack(level=0)
        headline[f"Gravity, {mass}"] = gravity(by_year.loc[first], places)
        if not by_year.eq(by_year.loc[first]).all(axis=None):
            alternatives[f"Gravity, mean {mass}"] = gravity(by_year.mean(), places)
        alternatives[f"Distance and {mass}"] = economic_geographic(by_year.mean(), places)
    return tuple(
        {name: row_standardise(W) for name, W in group.items()}
        for group in (headline, alternatives)
    )

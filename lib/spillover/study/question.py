"""A question put to a panel: what does the focus do at home, and in the linked regions?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from libpysal.weights import W as PysalW

from spillover.measure.weights import (
    economic_geographic,
    gravity,
    inverse_distance,
    k_nearest,
    row_standardise,
)
from spillover.panel import SpatialPanel, SpatialPanelResults
from spillover.panel.inputs import Weights, check_panel
from spillover.study.files import PanelError
from spillover.study.links import ONE_MATRIX, as_graph
from spillover.study.reading import near, require_magnitude, require_positive, require_size

NEIGHBOURS = 4
UNCORRECTED = ("none", "random")  # effects without incidental parameters


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
    effects, correction, covariance
        Effects, Lee-Yu correction and kind of errors of the headline estimates, as
        :meth:`spillover.panel.SpatialPanel.fit` names them.
    kind
        Model of the headline estimates: sar, sem, sdm, slx, sdem or sac.
    also
        Further variables of interest: as controls, but in every model.
    logged
        Columns that are logarithms already.
    places, shapes
        Latitude and longitude, or polygons, of the regions, for the map.
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
    covariance: Any = None
    kind: str = "sdm"
    also: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    places: pd.DataFrame | None = None
    shapes: pd.DataFrame | None = None
    # Headline models, which nearly every step of the chain asks for: the panel is read once.
    _models: dict[str, SpatialPanel] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("controls", "also", "logged"):
            object.__setattr__(self, name, as_names(getattr(self, name)))

    @property
    def regressors(self) -> list[str]:
        """The focus, further variables of interest, and then the controls."""
        return [self.focus, *self.also, *self.controls]

    def about(self, focus: str) -> Self:
        """The same study with another of its variables of interest in focus."""
        others = tuple(name for name in (self.focus, *self.also) if name != focus)
        return replace(self, focus=focus, also=others)

    @property
    def used_correction(self) -> str | None:
        """The correction, where the effects call for one."""
        return None if self.effects in UNCORRECTED else self.correction

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

    def model(self, weights: str | Graph | None = None, kind: str | None = None) -> SpatialPanel:
        """The spatial panel model under one matrix, named or given (the headline if left out).

        Parameters
        ----------
        weights
            Name of one of the study's matrices, or a matrix; the headline if left out.
        kind
            sar, sem, sdm, slx, sdem or sac; the study's if left out.

        Returns
        -------
        SpatialPanel
        """
        W = weights if isinstance(weights, Graph) else self.matrix(weights or self.headline)
        return self._under(W).with_model(kind or self.kind)

    def _under(self, W: Graph) -> SpatialPanel:
        """The model under a matrix; beside the headline's matrices no other is kept."""
        name = next((name for name, known in self.weights.items() if known is W), None)
        if name in self._models:
            return self._models[name]
        first = next(iter(self._models.values()), None)
        outcome, regressors = self.panel[self.outcome], self.panel[self.regressors]
        model = first.with_weights(W) if first else SpatialPanel(outcome, regressors, W, self.kind)
        if name:
            self._models[name] = model
        return model

    def matrix(self, name: str) -> Graph:
        """A headline or alternative matrix by name."""
        known = {**self.alternatives, **self.weights}
        if name not in known:
            raise PanelError(f"no matrix {name!r}; {near(name, known)}")
        return known[name]

    def fit(
        self, weights: str | Graph | None = None, kind: str | None = None, **options: Any
    ) -> SpatialPanelResults:
        """Estimate one model.

        Parameters
        ----------
        weights, kind
            As in :meth:`model`.
        **options
            ``effects``, ``correction`` and ``covariance`` that override the study's.

        Returns
        -------
        SpatialPanelResults
        """
        return self.estimate(self.model(weights, kind), **options)

    def estimate(self, model: SpatialPanel, **options: Any) -> SpatialPanelResults:
        """Estimate a model with the study's effects, correction and errors.

        Parameters
        ----------
        model
            A model of the study's data.
        **options
            ``effects``, ``correction`` and ``covariance`` that override the study's.

        Returns
        -------
        SpatialPanelResults
        """
        effects = options.get("effects", self.effects)
        correction = None if effects in UNCORRECTED else self.correction
        defaults = {"effects": effects, "correction": correction, "covariance": self.covariance}
        return model.fit(**{**defaults, **options})

    def under_headline(self) -> Self:
        """The same study with no matrix but the headline's."""
        return replace(self, weights={self.headline: self.weights[self.headline]}, alternatives={})

    def without_regions(self, regions: str | Sequence[str]) -> Self:
        """The same study with regions left out and the links of the others scaled up to one.

        Raises
        ------
        PanelError
            If there is no such region.
        """
        gone = list(as_names(regions))
        _require_known("region", gone, self.regions)
        kept = self.regions.difference(gone)
        return replace(
            self,
            panel=self.panel.loc[list(kept)],
            weights={name: restricted(W, kept) for name, W in self.weights.items()},
            alternatives={name: restricted(W, kept) for name, W in self.alternatives.items()},
        )

    def without_years(self, years: Sequence[int]) -> Self:
        """The same study with years left out; controls that then stand still go with them.

        A control that no longer changes in any region is constant under region effects.

        Raises
        ------
        PanelError
            If there is no such year.
        """
        _require_known("year", list(years), self.years)
        panel = self.panel[~self.panel.index.isin(list(years), level=1)]
        moving = panel[list(self.controls)].groupby(level=0).nunique().gt(1).any()
        controls = tuple(name for name in self.controls if moving[name])
        return replace(self, panel=panel, controls=controls)

    def lagged(self) -> Self:
        """The same study with last year's regressors; years without a year before are lost."""
        return replace(self, panel=lagged(self.panel, self.regressors))


def as_names(names: str | Sequence[str]) -> tuple[str, ...]:
    """Names as a tuple; a single name is one name."""
    return (names,) if isinstance(names, str) else tuple(names)


def lagged(panel: pd.DataFrame, columns: str | Sequence[str]) -> pd.DataFrame:
    """The panel with last year's values of some columns.

    Parameters
    ----------
    panel
        Frame indexed by (region, year).
    columns
        One or more of its columns.

    Returns
    -------
    DataFrame
        Years without a year before are lost.

    Raises
    ------
    PanelError
        If a column is not there, or no year has the year before it.
    """
    columns = list(as_names(columns))
    _require_known("column", columns, panel.columns)
    regions, years = panel.index.get_level_values(0), panel.index.get_level_values(1)
    before = panel[columns].reindex(pd.MultiIndex.from_arrays([regions, years - 1]))
    kept = years.isin(years.unique() + 1)
    if not kept.any():
        raise PanelError("no year of the panel has the year before it: there is nothing to lag")
    return panel.assign(**{name: before[name].to_numpy() for name in columns})[kept]


def _require_known(what: str, names: Sequence, known: pd.Index) -> None:
    for name in names:
        if name not in known:
            raise PanelError(f"no {what} {name!r}; {near(str(name), known)}")


def restricted(W: Graph, regions: pd.Index) -> Graph:
    """Links among some of the regions, row-standardised again.

    Parameters
    ----------
    W
        Links of all.
    regions
        To keep, in this order.

    Returns
    -------
    Graph
    """
    at = W.unique_ids.get_indexer(regions)
    return row_standardise(Graph.from_sparse(W.sparse.tocsr()[at][:, at].tocoo(), ids=regions))


def study_from_columns(
    panel: pd.DataFrame,
    outcome: str,
    focus: str | Sequence[str],
    controls: str | Sequence[str] = (),
    *,
    coordinates: Sequence[str] | None = None,
    masses: str | Sequence[str] = (),
    weights: Mapping[str, Weights] | Weights | None = None,
    logs: str | Sequence[str] = (),
    lags: str | Sequence[str] = (),
    shapes: pd.DataFrame | None = None,
    **choices: Any,
) -> Study:
    """Set up a study with the paper's matrices from columns of the panel itself.

    The headline matrices are the ``weights`` given, then gravity links of each mass,
    ``M_i M_j / d_ij^2`` with masses of the FIRST year, so that the matrix is older than the
    outcomes it explains; without either, inverse distance. The alternatives are inverse distance,
    its square, the nearest regions and, for each mass, gravity with the mean over years and
    economic-geographic nested links.

    Parameters
    ----------
    panel
        Balanced frame indexed by (region, year).
    outcome, focus, controls
        Columns of the panel; more than one focus: the first is the headline's.
    coordinates
        Names of the latitude and longitude columns, degrees.
    masses
        Columns with the gravity masses, above zero.
    weights
        Further matrices, one or several by name, in any form that
        :class:`spillover.panel.SpatialPanel` takes.
    logs, lags
        Columns to take in logarithms, and last year's instead of this year's.
    shapes
        Polygons indexed by region, for the map.
    **choices
        ``effects``, ``correction``, ``covariance`` (classic if left out) and ``kind`` of
        :class:`Study`.

    Returns
    -------
    Study

    Raises
    ------
    PanelError
        If a column is missing, has blanks or has two parts, neither weights nor coordinates are
        given, masses come without coordinates, coordinates change over the years or a mass is not
        above zero.

    Examples
    --------
    >>> from spillover import study_from_columns, template_panel
    >>> panel = template_panel().set_index(["region", "year"])
    >>> places = ("latitude", "longitude")
    >>> study = study_from_columns(
    ...     panel, "outcome", "focus", "control", coordinates=places, masses="mass"
    ... )
    >>> list(study.weights)
    ['Gravity, mass']
    """
    focus, *also = as_names(focus)
    controls, masses, logs = as_names(controls), as_names(masses), as_names(logs)
    used = [outcome, focus, *also, *controls]
    _require_panel(panel, [*used, *masses, *(coordinates or ())])
    _require_distinct(used)
    _require_part("log", logs, used)
    _require_part("lag", as_names(lags), used)
    regions = panel.index.unique(level=0).sort_values()
    links = _named(weights, regions, panel.index.unique(level=1))
    places = None
    alternatives: dict[str, Graph] = {}
    if coordinates:
        places = _places(panel, coordinates)
        headline, alternatives = _by_distance(panel, places, masses, needed=not links)
        taken = headline.keys() | alternatives.keys()
        links = {f"{n} (given)" if n in taken else n: W for n, W in links.items()} | headline
        if not links:
            links["Inverse distance"] = alternatives.pop("Inverse distance")
    elif masses:
        raise PanelError("gravity links need coordinates: name the latitude and longitude columns")
    if not links:
        raise PanelError("give weights, or the names of the latitude and longitude columns")
    panel = _transformed(panel, logs, as_names(lags))
    names = {name: f"log {name}" for name in logs}
    outcome, focus, *others = (names.get(name, name) for name in used)
    also, controls = others[: len(also)], others[len(also) :]
    return Study(
        panel,
        outcome,
        focus,
        tuple(controls),
        links,
        alternatives,
        also=tuple(also),
        logged=tuple(names.values()),
        places=places,
        shapes=shapes,
        **{"covariance": "classic", **choices},
    )


def _transformed(panel: pd.DataFrame, logs: Sequence[str], lags: Sequence[str]) -> pd.DataFrame:
    if lags:
        panel = lagged(panel, lags)
        require_size(panel.index)
    for name in logs:
        require_positive(panel[name], "its logarithm was asked for")
        panel = panel.assign(**{f"log {name}": np.log(panel[name])})
    return panel


def _require_panel(panel: pd.DataFrame, columns: Sequence[str]) -> None:
    _require_known("column", columns, panel.columns)
    used = panel[list(dict.fromkeys(columns))]
    try:
        check_panel(used)
    except ValueError as fault:
        raise PanelError(str(fault)) from fault
    for name in used:
        require_magnitude(used[name])
    require_size(panel.index)


def _require_distinct(columns: Sequence[str]) -> None:
    twice = [column for column in columns if columns.count(column) > 1]
    if twice:
        raise PanelError(f"column {twice[0]!r} has more than one part: outcome, focus or control")


def _require_part(what: str, names: Sequence[str], used: Sequence[str]) -> None:
    for name in names:
        if name not in used:
            raise PanelError(f"{what} of {name!r}: it is neither outcome, focus nor control")


def _named(weights: Any, regions: pd.Index, years: pd.Index) -> dict[str, Graph]:
    if weights is None:
        return {}
    if not isinstance(weights, Mapping) or isinstance(weights, PysalW):
        weights = {"W": weights}
    elif set(weights) & set(years):
        raise PanelError(f"weights: {ONE_MATRIX}")
    return {name: row_standardise(as_graph(W, regions, name)) for name, W in weights.items()}


def _places(panel: pd.DataFrame, coordinates: Sequence[str]) -> pd.DataFrame:
    if isinstance(coordinates, str) or len(set(coordinates)) != 2:
        raise PanelError("--coordinates takes two columns, latitude and longitude: lat,lon")
    by_region = panel[list(coordinates)].groupby(level=0)
    for column, values in by_region.nunique().items():
        changing = values.index[values > 1]
        if len(changing):
            raise PanelError(
                f"column {column!r}, region {changing[0]!r}: the value changes between years"
            )
    return by_region.first().set_axis(["latitude", "longitude"], axis=1)


def _by_distance(
    panel: pd.DataFrame, places: pd.DataFrame, masses: Sequence[str], needed: bool
) -> tuple[dict[str, Graph], dict[str, Graph]]:
    """Headline and alternative links; none at places that coincide, if others were given."""
    try:
        return _links(panel, places, masses)
    except ValueError as fault:
        if needed or masses:
            raise PanelError(str(fault)) from fault
        return {}, {}


def _links(panel: pd.DataFrame, places: pd.DataFrame, masses: Sequence[str]):
    nearest = min(NEIGHBOURS, (len(places) - 1) // 2)  # of five, four would be everybody
    alternatives = {
        "Inverse distance": inverse_distance(places),
        "Inverse distance squared": inverse_distance(places, power=2),
        f"{nearest} nearest": k_nearest(places, nearest),
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

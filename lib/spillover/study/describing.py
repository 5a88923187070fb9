"""Exhibits, and those of the data: description, correlations, inflation, matrices, a map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from statsmodels.stats.outliers_influence import variance_inflation_factor

from spillover.measure.description import describe_panel
from spillover.measure.weights import DENSE_LIMIT, summary
from spillover.present import style
from spillover.present.chain_tables import significant
from spillover.study.chain import Chain

HEADS = {
    "observations": "N",
    "mean": "Mean",
    "std_dev": "Std. dev.",
    "between": "Between",
    "within": "Within",
    "minimum": "Min.",
    "maximum": "Max.",
}
MATRIX = {
    "links": "Links",
    "density": "Density",
    "largest_share": "Largest share",
    "smallest_eigenvalue": "Smallest eigenvalue",
}


@dataclass(frozen=True)
class Exhibit:
    """One numbered item of a report."""

    key: str  # name of its files
    title: str
    note: str  # one or two sentences that say how to read it
    data: pd.DataFrame | None = None  # figures in full precision, for the CSV file
    layout: pd.DataFrame | None = None  # the same as text, for print
    draw: Callable[[], Any] | None = None  # makes the picture
    alt: str = ""  # what the picture shows, in words


def descriptives(chain: Chain) -> Exhibit:
    """Mean and spread of every variable, between and within regions."""
    study = chain.study
    table = describe_panel(study.panel[[study.outcome, *study.regressors]])
    shown = table.map(significant).assign(observations=table["observations"].map("{:,.0f}".format))
    return Exhibit(
        "descriptives",
        "Descriptive statistics",
        f"{len(study.regions)} regions, {len(study.years)} years ({study.years[0]} to "
        f"{study.years[-1]}). Between: standard deviation of regions' means; within: of the "
        "deviations from them.",
        table,
        shown.rename(columns=HEADS).rename_axis("Variable"),
    )


def correlations(chain: Chain) -> Exhibit:
    """Correlations of all variables, and variance inflation factors of the regressors."""
    study = chain.study
    table = study.panel[[study.outcome, *study.regressors]].corr()
    numbered = {name: f"({i})" for i, name in enumerate(table, 1)}
    shown = table.map("{:.2f}".format).where(np.tri(len(table), dtype=bool), "")
    shown = shown.rename(columns=numbered, index=lambda name: f"{numbered[name]} {name}")
    factors = inflation(study.panel[study.regressors])
    shown["VIF"] = ["", *factors.map("{:.2f}".format)]
    return Exhibit(
        "correlations",
        "Correlations and variance inflation",
        "Pooled over regions and years. VIF: variance inflation factor of each regressor given the "
        "others; above 10 their coefficients can hardly be told apart.",
        table.assign(VIF=factors),
        shown.rename_axis("Variable"),
    )


def inflation(regressors: pd.DataFrame) -> pd.Series:
    """Variance inflation factor of each regressor, from the regression on the others."""
    design = np.c_[np.ones(len(regressors)), regressors.to_numpy(float)]
    with np.errstate(divide="ignore"):
        factors = [variance_inflation_factor(design, i + 1) for i in range(regressors.shape[1])]
    return pd.Series(factors, regressors.columns)


def matrices(chain: Chain) -> Exhibit:
    """What each matrix of links looks like."""
    study = chain.study
    graphs = {**study.weights, **study.alternatives}
    small = {name: W for name, W in graphs.items() if len(study.regions) <= DENSE_LIMIT}
    table = pd.DataFrame({name: summary(W) for name, W in small.items()}).T
    table = table.reindex(columns=list(MATRIX)).astype(float)
    shown = table.map(significant).assign(links=table["links"].map("{:,.0f}".format))
    return Exhibit(
        "matrices",
        "Matrices",
        f"Links between {len(study.regions)} regions; rows sum to one. Density: share of all "
        "possible links; largest share: of one neighbour in a row.",
        table.rename_axis("weights"),
        shown.rename(columns=MATRIX).rename_axis("Matrix"),
    )


def region_map(chain: Chain) -> Exhibit:
    """Where the regions are, shaded by their mean outcome."""
    outcome = chain.study.outcome
    return Exhibit(
        "map",
        "Map",
        f"Mean {outcome} over the years.",
        chain.study.panel[outcome].groupby(level=0).mean().to_frame(),
        draw=lambda: _plot_map(chain),
        alt=f"Map of the regions, shaded by their mean {outcome}.",
    )


def _plot_map(chain: Chain) -> Figure:
    study = chain.study
    means = study.panel[study.outcome].groupby(level=0).mean()
    figure, ax = plt.subplots(figsize=(6.8, 4.6))
    if study.shapes is not None:
        shaded = study.shapes.assign(mean_outcome=means.reindex(study.shapes.index))
        shaded.plot("mean_outcome", ax=ax, cmap=style.SEQUENTIAL, edgecolor="white", lw=0.4)
        ax.set_axis_off()
    elif study.places is not None:
        places = study.places.loc[means.index]
        ax.scatter(places["longitude"], places["latitude"], 40, means, cmap=style.SEQUENTIAL)
        ax.set_xlabel("Longitude")
        ax.set_ylabel("Latitude")
        ax.set_aspect(1 / max(0.2, np.cos(np.radians(places["latitude"].mean()))))
    figure.colorbar(ax.collections[0], ax=ax, label=f"Mean {study.outcome}", shrink=0.8)
    return figure

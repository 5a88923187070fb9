"""What the moving pages are given: figures of the book as plain lists."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from libpysal.graph import Graph

from spillover.measure.weights import dense, great_circle_km
from spillover.paper.consistency import published


def moran(values: Mapping[str, pd.Series], mass: pd.Series, regions: pd.DataFrame) -> dict:
    """For ``moran``: variables, masses and distances in km, over the same regions.

    Parameters
    ----------
    values
        Variables by name, each by region.
    mass
        By region.
    regions
        Latitude and longitude in degrees, by region.

    Returns
    -------
    dict
        Plain lists in the order of ``regions``.
    """
    names = list(regions.index)
    return {
        "names": names,
        "mass": mass[names].astype(float).tolist(),
        "distance": great_circle_km(regions).loc[names, names].round(3).to_numpy().tolist(),
        "values": {name: series[names].round(6).tolist() for name, series in values.items()},
    }


def shock(W: Graph, regions: pd.DataFrame, start: str, **parameters: float) -> dict:
    """For ``shock``: row-standardised links, places on the tile map, and where sliders begin.

    Parameters
    ----------
    W
        Row-standardised.
    regions
        ``code``, ``tile_row`` and ``tile_column``.
    start
        Region in which the regressor rises at first.
    **parameters
        ``rho``, ``beta`` and ``theta``.

    Returns
    -------
    dict
        Plain lists in the order of W.
    """
    matrix = dense(W)
    placed = regions.loc[matrix.index]
    return {
        "names": list(matrix.index),
        "codes": placed["code"].tolist(),
        "tiles": placed[["tile_row", "tile_column"]].astype(int).to_numpy().tolist(),
        "W": matrix.round(8).to_numpy().tolist(),
        "start": start,
        **parameters,
    }


def curve(estimates: pd.DataFrame, choices: list[str]) -> dict:
    """For ``curve``: options of each choice and impacts in the order of their product.

    Parameters
    ----------
    estimates
        A row a specification: every combination of options once; columns direct, indirect and
        direct_lower, which is missing where there is no interval.
    choices
        Columns that hold the options.

    Returns
    -------
    dict
        ``choices`` (options by choice), ``direct`` and ``indirect``, None where there is no
        interval.

    Raises
    ------
    ValueError
        If combinations are missing or occur twice.
    """
    options = {choice: list(dict.fromkeys(estimates[choice])) for choice in choices}
    every = pd.MultiIndex.from_product(options.values(), names=choices)
    ordered = estimates.set_index(choices)
    if len(ordered) != len(every) or not ordered.index.is_unique:
        raise ValueError(f"{len(ordered)} rows for {len(every)} combinations of choices")
    ordered = ordered.loc[every]
    shown = ordered[["direct", "indirect"]].round(3).where(ordered["direct_lower"].notna(), np.nan)
    lists = {name: [None if np.isnan(v) else v for v in shown[name]] for name in shown}
    return {"choices": {k: [str(each) for each in v] for k, v in options.items()}, **lists}


def printed_row(weights: str) -> dict[str, str]:
    """For ``row``: what the paper printed for the digital index under one of its matrices."""
    terms = published("table4_sdm").set_index(["weights", "term"]).loc[weights]
    effects = published("table5_effects").set_index(["weights", "effect"]).loc[weights]
    row = terms.loc["dig"]
    return {
        "estimate": row["estimate"],
        "parentheses": row["in_parentheses"],
        "stars": row["stars"] or "none",
        "theta": terms.loc["W*dig", "estimate"],
        "rho": terms.loc["rho", "estimate"],
        **effects.loc[["direct", "indirect", "total"], "estimate"],
    }

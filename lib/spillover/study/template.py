"""A small simulated panel in the form that `spillover run` reads, with a known answer."""

import numpy as np
import pandas as pd

from spillover.measure.weights import gravity, row_standardise
from spillover.panel.simulate import simulate_panel
from spillover.seeds import SEEDS
from spillover.words import CHINESE, ENGLISH

REGIONS, YEARS, FIRST_YEAR = 20, 8, 2015
SLOPES, LAGGED_SLOPES, RHO = (-0.4, 0.3), (1.2, 0.0), -0.4
COLUMNS = {"y": "outcome", "x1": "focus", "x2": "control"}
ENCODING = {ENGLISH: "utf-8", CHINESE: "utf-8-sig"}  # by the mark Excel knows that it is no GBK


def template_panel() -> pd.DataFrame:
    """Twenty invented regions over eight years, drawn from a spatial Durbin model.

    The slope of the focus is -0.4 at home and 1.2 on its spatial lag, rho is -0.4: a direct
    impact below zero and an indirect one above it, as the paper reports.

    Returns
    -------
    DataFrame
        Columns region, year, latitude, longitude, mass, outcome, focus, control.

    Examples
    --------
    >>> from spillover import template_panel
    >>> list(template_panel().columns)
    ['region', 'year', 'latitude', 'longitude', 'mass', 'outcome', 'focus', 'control']
    """
    rng = np.random.default_rng(SEEDS["template_panel"])
    names = [f"Region {i:02d} (simulated)" for i in range(1, REGIONS + 1)]
    places = pd.DataFrame(
        {
            "latitude": rng.uniform(22, 45, REGIONS).round(2),
            "longitude": rng.uniform(98, 122, REGIONS).round(2),
        },
        index=pd.Index(names, name="region"),
    )
    mass = pd.Series(np.exp(rng.normal(3, 0.7, REGIONS)).round(1), index=places.index)
    drawn = simulate_panel(
        row_standardise(gravity(mass, places)),
        YEARS,
        SLOPES,
        LAGGED_SLOPES,
        rho=RHO,
        sigma=0.5,
        effects="twoways",
        first_period=FIRST_YEAR,
        rng=rng,
    )
    rows = drawn.rename(columns=COLUMNS).round(4).reset_index()
    links = places.assign(mass=mass).reset_index()
    columns = ["region", "year", "latitude", "longitude", "mass", "outcome", "focus", "control"]
    return rows.merge(links, on="region")[columns]

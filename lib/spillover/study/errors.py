"""Kinds of standard errors by the short names that a user types."""

from typing import Any

import numpy as np
import pandas as pd

from spillover import panel as engine
from spillover.measure.weights import great_circle_km
from spillover.study.files import PanelError

KINDS = {
    "classic": "classic",
    "robust": "heteroskedasticity-robust",
    "clustered": "region-clustered",
    "dk": "Driscoll-Kraay",
    "conley": "Conley",
}


def covariance(kind: str, places: pd.DataFrame | None, cutoff_km: float | None = None) -> Any:
    """What :meth:`spillover.panel.SpatialPanel.fit` takes as ``covariance``.

    Parameters
    ----------
    kind
        One of `KINDS`.
    places
        Latitude and longitude in degrees, indexed by region; Conley errors need them.
    cutoff_km
        Distance beyond which Conley errors see no correlation: half the median distance between
        regions if left out.

    Returns
    -------
    str or spillover.panel.Conley

    Raises
    ------
    PanelError
        For an unknown kind, Conley errors without coordinates, or a cut-off of other errors.
    """
    if cutoff_km is not None and kind != "conley":
        raise PanelError(f"--cutoff-km is the reach of Conley errors, not of {kind} ones")
    if kind not in KINDS:
        raise PanelError(f"no standard errors {kind!r}; there are {', '.join(KINDS)}")
    if kind == "dk":
        return "driscoll-kraay"
    if kind != "conley":
        return kind
    if places is None:
        raise PanelError("Conley errors need coordinates: name the latitude and longitude columns")
    far = np.median(great_circle_km(places).to_numpy()) if cutoff_km is None else 2 * cutoff_km
    return engine.Conley(places, float(far) / 2)


def name_of(chosen: Any) -> str:
    """The kind of standard errors in words."""
    if chosen is None:
        return "classic or, where errors are serially correlated, clustered"
    if isinstance(chosen, engine.Conley):
        return f"Conley ({chosen.kernel.capitalize()} kernel to {chosen.cutoff:,.0f} km)"
    return KINDS.get("dk" if chosen == "driscoll-kraay" else str(chosen), str(chosen))

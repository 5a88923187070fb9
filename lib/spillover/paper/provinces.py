"""The 31 provinces: which of them touch."""

from libpysal.graph import Graph

from spillover.datasets import load_borders, load_regions
from spillover.measure import weights

HAINAN_BY_SEA = ("Guangdong", "Hainan")


def contiguity(hainan_by_sea: bool = True) -> Graph:
    """Land borders of the 31 provinces, 0-1.

    ``hainan_by_sea``: link Hainan, an island without a land border, to Guangdong across the strait,
    as is usual. Otherwise Hainan is an isolate.

    Returns
    -------
    libpysal.graph.Graph
        Symmetric.
    """
    pairs = load_borders().to_numpy().tolist() + [HAINAN_BY_SEA] * hainan_by_sea
    return weights.contiguity(pairs, load_regions().index)

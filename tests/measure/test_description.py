"""Description of a panel: hand-computed spread, coverage, sums, concentration."""

import numpy as np
import pandas as pd
import pytest

from spillover.datasets import load_provinces
from spillover.measure import description


@pytest.fixture
def small():
    index = pd.MultiIndex.from_product([["a", "b"], [2013, 2014]], names=["region", "year"])
    return pd.DataFrame({"x": [1.0, 3.0, 5.0, 7.0], "y": [np.nan, 2.0, np.nan, 4.0]}, index)


def test_spread_by_hand(small):
    found = description.describe_panel(small).loc["x"]
    assert found["mean"] == 4
    assert found["std_dev"] == pytest.approx(np.std([1, 3, 5, 7], ddof=1))
    assert found["between"] == pytest.approx(np.std([2, 6], ddof=1))
    assert found["within"] == pytest.approx(np.std([-1, 1, -1, 1], ddof=1))
    assert (found["minimum"], found["maximum"], found["observations"]) == (1, 7, 4)


def test_coverage_leaves_out_what_is_missing(small):
    found = description.coverage(small)
    assert found.loc["x"].tolist() == [2013, 2014, 4]
    assert found.loc["y"].tolist() == [2014, 2014, 2]


def test_coverage_of_the_panel():
    found = description.coverage(load_provinces(local=None))
    assert found.loc["it_employment_10k"].tolist() == [2013, 2020, 248]
    assert found.loc["broadband_subscribers_10k", "first"] == 2015


def test_top_share_by_hand(small):
    assert description.top_share(small["x"], 1).tolist() == pytest.approx([5 / 6, 7 / 10])

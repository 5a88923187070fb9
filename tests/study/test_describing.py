"""Exhibits of the data: the figures that they show."""

import numpy as np
import pandas as pd
import pytest

from spillover.study.describing import inflation


def test_inflation_is_by_the_regression_of_each_on_the_others_and_a_constant():
    rng = np.random.default_rng(4)
    first, second, noise = rng.normal(3, 1, (3, 40))
    frame = pd.DataFrame({"a": first, "b": second, "c": first + second / 2 + noise / 3})
    for name, factor in inflation(frame).items():
        others = np.c_[np.ones(40), frame.drop(columns=name)]
        left = frame[name] - others @ np.linalg.lstsq(others, frame[name])[0]
        assert factor == pytest.approx(frame[name].var(ddof=0) * 40 / (left @ left)), name

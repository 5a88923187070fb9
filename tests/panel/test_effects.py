"""Effects: demeaning is a regression on dummies."""

import numpy as np
import pytest
from brute_force import FIXED, dummy_columns
from hypothesis import given
from hypothesis import strategies as st

from spillover.panel.effects import between, free_observations, within

sizes = st.integers(2, 6)


@pytest.mark.parametrize("effects", FIXED)
@given(T=sizes, N=sizes, seed=st.integers(0, 99))
def test_within_is_the_residual_of_a_regression_on_dummies(effects, T, N, seed):
    values = np.random.default_rng(seed).standard_normal((T, N, 2))
    D = dummy_columns(T, N, effects).reshape(T * N, -1)
    flat = values.reshape(T * N, 2)
    expected = flat - D @ np.linalg.lstsq(D, flat, rcond=None)[0]
    np.testing.assert_allclose(within(values, effects).reshape(T * N, 2), expected, atol=1e-10)
    np.testing.assert_allclose(within(values[..., 0], effects).ravel(), expected[:, 0], atol=1e-10)
    assert free_observations(T, N, effects) == T * N - D.shape[1]


def test_within_and_between_squares_add_to_the_total():
    values = np.random.default_rng(1).standard_normal((4, 3))
    parts = (within(values, "individual") ** 2).sum() + (between(values) ** 2).sum()
    assert parts == pytest.approx((values**2).sum())

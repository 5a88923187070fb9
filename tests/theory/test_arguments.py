import numpy as np
import pytest

from spillover.theory import arguments


@pytest.mark.parametrize(
    ("check", "given", "message"),
    [
        (arguments.in_unit, [0.5, 1.0], r"x must be in \(0, 1\); got 1"),
        (arguments.in_unit, 0.0, r"x must be in \(0, 1\); got 0"),
        (arguments.shares, [0.5, -0.1], r"x must be a share in \[0, 1\]; got -0.1"),
        (arguments.shares, np.nan, "got nan"),
        (arguments.above_one, 1.0, "x must be greater than 1; got 1"),
        (arguments.positive, 0.0, "x must be positive, got 0"),
        (arguments.increasing, [1.0, 1.0], "x must increase"),
        (arguments.increasing, [1.0], "x must increase"),
    ],
)
def test_values_outside_a_domain_are_named(check, given, message):
    with pytest.raises(ValueError, match=message):
        check("x", given)


def test_bounds_that_are_allowed():
    assert arguments.shares("x", [0, 1]).tolist() == [0.0, 1.0]
    assert arguments.increasing("x", [0, 2]).dtype == float
    arguments.above_one("x", 1.1)

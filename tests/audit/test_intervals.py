import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spillover.audit import intervals as c
from spillover.audit.rules import possible_stars, standard_error

LADDER = (0.1, 0.05, 0.01)
numbers = st.floats(-100, 100)


@st.composite
def intervals_with_points(draw):
    low, width = draw(numbers), draw(st.floats(0, 10))
    share = draw(st.floats(0, 1))
    return c.Interval(low, low + width), min(low + share * width, low + width)


def holds(interval, value):
    slack = 1e-9 * (1 + abs(value))
    return interval.low - slack <= value <= interval.high + slack


@given(intervals_with_points(), intervals_with_points())
def test_operations_enclose_every_result(one, other):
    (a, x), (b, y) = one, other
    assert holds(a + b, x + y)
    assert holds(a - b, x - y)
    assert holds(a * b, x * y)
    assert holds(abs(a), abs(x))
    assert holds(3 - a, 3 - x)
    if b.low > 1e-3 or b.high < -1e-3:
        assert holds(a / b, x / y)


def test_intervals_are_not_wider_than_they_must_be():
    a, b = c.Interval(-1, 2), c.Interval(-3, 5)
    assert a * b == c.Interval(-6, 10)
    assert a - b == c.Interval(-6, 5)
    assert abs(a) == c.Interval(0, 2)
    assert abs(c.Interval(-3, -2)) == c.Interval(2, 3)


def test_division_by_an_interval_with_zero_is_refused():
    with pytest.raises(ZeroDivisionError, match="may be zero"):
        1 / c.Interval(-1, 1)


@pytest.mark.parametrize(
    "text, low, high", [("0.597", 0.5965, 0.5975), ("-2.60", -2.605, -2.595), ("279", 278.5, 279.5)]
)
def test_printed_figures_keep_their_digits(text, low, high):
    interval = c.Interval.printed(text)
    assert (interval.low, interval.high) == pytest.approx((low, high))
    assert interval.middle == pytest.approx(float(text))
    assert interval.as_printed() == text


def test_possible_stars_span_the_levels_between_and_ties():
    assert possible_stars(c.Interval(0.005, 0.2), LADDER) == {0, 1, 2, 3}
    assert possible_stars(c.Interval(0.02, 0.03), LADDER) == {2}
    assert possible_stars(c.Interval(0.05, 0.06), LADDER) == {1, 2}


def test_p_values_are_those_of_the_distributions():
    p = c.two_sided(c.Interval(-1.96, -1.96))
    assert p.low == p.high == pytest.approx(2 * stats.norm.sf(1.96))
    assert c.two_sided(c.Interval(2, 2), 30).ends == pytest.approx(
        (2 * stats.norm.sf(2), 2 * stats.t.sf(2, 30))
    )
    assert c.one_sided(c.Interval(1.0, 2.0)).low == pytest.approx(stats.norm.sf(2))


def test_a_ratio_to_a_rounded_zero_is_open_above():
    found = c.ratio(c.Interval(0.5, 0.6), c.Interval(-0.0005, 0.0005))
    assert found.low == pytest.approx(1000) and np.isinf(found.high)


def test_a_two_sided_p_value_implies_a_standard_error():
    found = standard_error(c.Interval(1.96, 1.96), c.Interval(0.0499, 0.0501), "p")
    assert found.low < 1 < found.high < found.low + 0.01

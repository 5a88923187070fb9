import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spillover.paper import consistency as c

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
    "text, low, high", [("0.597", 0.5965, 0.5975), ("2.65", 2.645, 2.655), ("279", 278.5, 279.5)]
)
def test_printed_figures_keep_their_digits(text, low, high):
    interval = c.Interval.printed(text)
    assert (interval.low, interval.high) == pytest.approx((low, high))
    assert interval.middle == pytest.approx(float(text))


def test_trailing_zeros_of_the_tables_survive_reading():
    first = c.published("table4_sdm").set_index(["weights", "term"])
    assert first.loc[("rd_personnel", "rho"), "in_parentheses"] == "0.0950"


@pytest.mark.parametrize("p, stars", [(0.0099, "***"), (0.01, "**"), (0.0999, "*"), (0.1, "")])
def test_stars_by_level(p, stars):
    assert c.stars_for(p) == stars


def test_possible_stars_span_the_levels_between():
    assert c.possible_stars(c.Interval(0.005, 0.2)) == {"***", "**", "*", ""}
    assert c.possible_stars(c.Interval(0.02, 0.03)) == {"**"}


def test_p_values_are_those_of_the_normal_distribution():
    p = c.two_sided(c.Interval(-1.96, -1.96))
    assert p.low == pytest.approx(0.04999579)
    assert c.one_sided(c.Interval(1.0, 2.0)).low == pytest.approx(stats.norm.sf(2))


def test_two_cells_of_table_3_overstate_their_stars():
    table = c.moran_table()
    assert len(table) == 36
    odd = table.index[~table["agrees_two"]]
    assert list(odd) == [(2019, "rd_capital", "cul"), (2020, "rd_capital", "cul")]
    assert (~table["agrees_one"]).sum() > len(odd)


def test_implied_standard_deviation_by_hand():
    sd = c.moran_table().loc[(2013, "rd_personnel", "cul"), "sd"]
    assert sd.middle == pytest.approx((0.597 + 1 / 30) / 3.005, abs=1e-4)
    assert sd.low < (0.597 + 1 / 30) / 3.005 < sd.high


def test_parentheses_are_standard_errors():
    for table in (c.coefficient_table(), c.effects_table()):
        assert table["as_standard_error"].all()
        assert not table["as_p_value"].any()


def test_parts_add_up_within_rounding():
    for weights in c.WEIGHTS:
        parts, total = c.parts_and_total(weights)
        assert parts.meets(total)
    assert not c.Interval(0.5, 0.6).meets(0.61)


def test_tests_need_seven_restrictions_and_lagged_controls():
    table = c.specification_table()
    assert c.REGRESSORS == 7
    assert table["agrees"].all()
    row = table.loc[("Wald", "SDM->SEM", "rd_personnel")]
    assert (
        stats.chi2.sf(29.77, row["largest_df"])
        < 0.01
        <= stats.chi2.sf(29.77, row["largest_df"] + 1)
    )
    assert c.wald_of_focus_alone("rd_personnel").high < 35.18


def test_wald_exceeds_the_likelihood_ratio_in_a_linear_model():
    rng = np.random.default_rng(1)
    n = 279
    X, y = rng.standard_normal((n, 3)), rng.standard_normal(n)
    y = y + 0.3 * X[:, 0]
    rss = np.sum((y - X @ np.linalg.lstsq(X, y)[0]) ** 2)
    rss0 = y @ y
    ratio, wald = n * np.log(rss0 / rss), n * (rss0 - rss) / rss
    assert c.wald_if_likelihood_were_normal(ratio) == pytest.approx(wald)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillover.audit import check_sum
from spillover.audit.printed import counted, parse, split_cell


@pytest.mark.parametrize(
    "text, value, places, stars",
    [
        ("0.597", 0.597, 3, ""),
        ("0.5***", 0.5, 1, "***"),
        ("0.5 **", 0.5, 1, "**"),
        ("***0.5", 0.5, 1, "***"),
        (".5", 0.5, 1, ""),
        ("-.000", 0.0, 3, ""),
        (",5", 0.5, 1, ""),
        ("0,53", 0.53, 2, ""),
        ("1.234,5", 1234.5, 1, ""),
        ("1,234.5", 1234.5, 1, ""),
        ("21,675", 21675, 0, ""),
        ("−0.5", -0.5, 1, ""),
        ("– 0.5", -0.5, 1, ""),
        ("(0.03)", 0.03, 2, ""),
        ("[2.1]", 2.1, 1, ""),
        ("(-2.84)**", -2.84, 2, "**"),
        ("(-2.84**)", -2.84, 2, "**"),
        ("１．５", 1.5, 1, ""),
        ("2.50e-06", 2.5e-6, 8, ""),
        ("5.2×10^-6", 5.2e-6, 7, ""),
        ("0·5∗∗", 0.5, 1, "**"),
        ("+0.3", 0.3, 1, ""),
        (330, 330, 0, ""),
        ("5.25%", 0.0525, 4, ""),
        ("-12%**", -0.12, 2, "**"),
        ("0.05a", 0.05, 2, "a"),
    ],
)
def test_figures_are_read_as_printed(text, value, places, stars):
    figure = parse(text)
    assert figure.value == pytest.approx(value)
    assert (figure.places, figure.stars, figure.bound) == (places, stars, "")


@pytest.mark.parametrize("text", ["<0.001", "< .001", "≤0.001", "<=0.001", "p<0.001"])
def test_bounds_are_intervals(text):
    figure = parse(text)
    assert (figure.bound, figure.rounded.low, figure.rounded.high) == ("<", 0.0, 0.001)


@pytest.mark.parametrize("text", ["", "-", "—", "n.a.", None, "  "])
def test_blanks_are_nothing(text):
    assert parse(text) is None


@pytest.mark.parametrize("text", ["0.1x4", "abc", "0.5.3", "1e", "0.2/0.3", "**"])
def test_what_is_no_figure_is_refused(text):
    if text == "**":
        assert parse(text) is None
        return
    with pytest.raises(ValueError, match="is not a figure"):
        parse(text)


def test_estimate_and_parentheses_in_one_cell():
    assert split_cell("0.5*** (0.03)") == ("0.5*** ", "0.03")
    assert split_cell("(0.03)") == ("(0.03)", "")
    assert split_cell("0.5**") == ("0.5**", "")


@given(st.floats(-1e4, 1e4), st.integers(0, 6))
def test_rounded_and_cut_figures_hold_what_they_stand_for(value, places):
    figure = parse(f"{value:.{places}f}")
    slack = 1e-9 * (1 + abs(value))
    assert figure.rounded.low - slack <= value <= figure.rounded.high + slack
    scale = 10**places
    cut = int(value * scale) / scale
    text = f"{cut:.{places}f}"
    shown = text if value >= 0 or text.startswith("-") else f"-{text}"
    assert parse(shown).cut.low - slack <= value <= parse(shown).cut.high + slack


def test_ends_have_the_decimals_of_the_figure_and_no_more():
    assert parse("0.597").rounded.ends == (0.5965, 0.5975)
    assert parse("-2.84").cut.ends == (-2.85, -2.84)
    assert check_sum("-0.409", "1.005", "0.596")["sum"] == (0.595, 0.597)


def test_a_slip_moves_sign_or_point():
    figure = parse("10.018715")
    assert figure.times(0.1).value == pytest.approx(1.0018715)
    assert figure.times(0.1).places == 7
    assert figure.times(-1).value == -figure.value


@pytest.mark.parametrize(
    "marks, stars", [("", 0), ("**", 2), ("a", None), ("†", None), ("*+", None)]
)
def test_only_stars_are_counted(marks, stars):
    assert counted(marks) == stars

"""Impacts against each other, the coefficients and rho, on tables of one variable."""

import pytest
from small_tables import column, said

from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF

ROWS = 'row_standardised = "yes"'


@pytest.mark.parametrize(
    ("total", "verdict", "reading"),
    [
        ("0.501", AGREES, ""),
        ("0.502", ONLY_IF, "digits were cut off, not rounded"),
        ("0.600", DISAGREES, "a digit is a slip"),
        ("-0.500", DISAGREES, "total -0.500 stands for 0.5"),
        ("5.000", DISAGREES, "total 5.000 stands for 0.5"),
        ("0.050", DISAGREES, "total 0.050 stands for 0.5"),
    ],
)
def test_direct_and_indirect_add_up(paper, total, verdict, reading):
    text = f'direct = [["a", "0.200"]]\nindirect = [["a", "0.300"]]\ntotal = [["a", "{total}"]]'
    assert said(paper(column(text)), "sums") == [(verdict, reading)]


@pytest.mark.parametrize(
    ("errors", "verdict"),
    [
        (("0.100", "0.100", "0.100"), AGREES),
        (("0.100", "0.100", "0.300"), DISAGREES),
        (("0.300", "0.100", "0.100"), DISAGREES),
        (("0.300", "0.100", "0.200"), AGREES),
    ],
)
def test_no_error_is_longer_than_the_other_two(paper, errors, verdict):
    kinds = zip(("direct", "indirect", "total"), errors, strict=True)
    text = "\n".join(f'{kind} = [["a", "0.500", "({error})"]]' for kind, error in kinds)
    assert [v for v, _ in said(paper(column(text)), "triangle")] == [verdict]


@pytest.mark.parametrize(
    ("t", "reading"),
    [
        ("12.50", "a zero slipped in after the first digit (10.50 for 1.50)"),
        ("1.25", "one of the three figures is a slip"),
    ],
)
def test_a_zero_in_an_estimate_spoils_the_error_that_its_t_implies(paper, t, reading):
    """10.50 has an error of 1.0 and 1.50 one of 0.14; beside 0.1 the total has 0.2, or 2.0."""
    rows = {"direct": ("10.50", "10.50"), "indirect": ("1.00", "10.00"), "total": ("2.50", t)}
    text = "\n".join(f'{kind} = [["a", "{e}", "({z})"]]' for kind, (e, z) in rows.items())
    table = f'[[regression]]\nlabel = "T"\nparen = "t statistics"\n{text}'
    assert said(paper(table), "triangle") == [(DISAGREES, reading)]


def durbin(rho: str, impacts: str) -> str:
    return (
        'model = "SDM"\ncoef = [["a", "0.400", "(0.050)"]]\nwx = [["a", "0.300", "(0.050)"]]\n'
        f'rho = ["{rho}", "(0.050)"]\n{impacts}'
    )


@pytest.mark.parametrize(
    ("total", "rho", "verdict", "reading"),
    [
        ("1.400", "0.500", AGREES, ""),
        ("1.440", "0.500", ONLY_IF, "impacts are means of few simulation draws"),
        ("1.480", "0.500", DISAGREES, None),
        ("0.467", "-0.500", AGREES, ""),
        ("1.400", "0.950", CANNOT, ""),
    ],
)
def test_the_total_is_the_sum_of_slopes_times_the_multiplier(paper, total, rho, verdict, reading):
    """(0.4 + 0.3) / (1 - rho), strays measured in the total's error of 0.1."""
    text = durbin(rho, f'total = [["a", "{total}", "(0.100)"]]')
    ((found, first),) = said(paper(column(text, ROWS)), "totals")
    assert found == verdict
    assert reading in (None, first)


@pytest.mark.parametrize(
    ("direct", "verdict", "reading"),
    [
        ("0.400", AGREES, ""),
        ("0.730", AGREES, ""),
        ("0.760", ONLY_IF, "impacts are means of few simulation draws"),
        ("0.850", DISAGREES, "direct and indirect impact are exchanged"),
        ("0.300", DISAGREES, "direct and indirect impact are exchanged"),
    ],
)
def test_the_direct_impact_lies_where_some_matrix_can_put_it(paper, direct, verdict, reading):
    """Between 0.4 and 0.4 + (0.3 + 0.5 x 0.4) 0.5 / (1 - 0.25) = 0.733."""
    text = durbin("0.500", f'direct = [["a", "{direct}", "(0.100)"]]')
    assert said(paper(column(text, ROWS)), "band") == [(verdict, reading)]


@pytest.mark.parametrize(
    ("rho", "panel", "verdict"),
    [
        ("0.999", ROWS, AGREES),
        ("1.200", ROWS, DISAGREES),
        ("1.200", 'row_standardised = "no"', ONLY_IF),
        ("-0.999", ROWS, AGREES),
        ("-1.200", ROWS, ONLY_IF),
    ],
)
def test_rho_lies_below_one_and_below_minus_one_tells_of_a_dense_matrix(paper, rho, panel, verdict):
    assert [v for v, _ in said(paper(column(f'rho = ["{rho}"]', panel)), "rho")] == [verdict]


@pytest.mark.parametrize(
    ("relative", "total", "verdicts"),
    [("yes", "0.010", [AGREES]), ("yes", "0.200", [ONLY_IF]), ("no", "0.200", [])],
)
def test_impacts_on_a_constant_sum_are_zero_in_total(paper, relative, total, verdicts):
    text = f'relative = "{relative}"\ntotal = [["a", "{total}", "(0.100)"]]'
    assert [v for v, _ in said(paper(column(text)), "relative")] == verdicts


def two_totals(a: str, b: str) -> str:
    """Of lags 0.1 and -0.3; rows of sum one lead to 1.00 and -0.20."""
    return (
        'model = "SDM"\nrho = ["0.50", "(0.05)"]\n'
        'coef = [["a", "0.40", "(0.01)"], ["b", "0.20", "(0.01)"]]\n'
        'wx = [["a", "0.10", "(0.01)"], ["b", "-0.30", "(0.01)"]]\n'
        'direct = [["a", "0.40", "(0.02)"]]\n'
        f'total = [["a", "{a}", "(0.02)"], ["b", "{b}", "(0.02)"]]'
    )


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("0.76", "-0.04", ONLY_IF),  # t = 1.2 for both
        ("0.76", "0.04", DISAGREES),  # 1.2 and 0.8
        ("0.76", "0.50", DISAGREES),  # 1.2 and -1.5
        ("0.10", "0.40", DISAGREES),  # -1 for both, which no links have
    ],
)
def test_another_scale_of_the_matrix_moves_all_totals_alike(paper, a, b, verdict):
    """total = beta + t (theta + rho beta), with one positive t."""
    assert [v for v, _ in said(paper(column(two_totals(a, b))), "multiplier")] == [verdict]


@pytest.mark.parametrize("check", ["totals", "multiplier", "band"])
def test_what_rows_of_sum_one_imply_is_not_asked_of_other_rows(paper, check):
    text = two_totals("1.00", "-0.20")
    assert {v for v, _ in said(paper(column(text, ROWS)), check)} == {AGREES}
    assert said(paper(column(text, 'row_standardised = "no"')), check) == []

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

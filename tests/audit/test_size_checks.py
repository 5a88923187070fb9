"""How many observations a column can have."""

import pytest
from small_tables import SE, column, said

from spillover.audit.checks.size import excess, level
from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF
from spillover.audit.intervals import Interval


@pytest.mark.parametrize(
    ("sigma2", "more", "verdict", "reading"),
    [
        ("0.5000", "", AGREES, ""),
        ("1.0000", "", ONLY_IF, "the figure is sigma, not its square"),
        ("0.7000", "", ONLY_IF, "standard errors are robust or clustered"),
        ("1.5000", "", DISAGREES, None),
        ("0.7000", 'covariance = "robust"', CANNOT, ""),
        ("0.7000", 'effects = "random"', CANNOT, ""),
    ],
)
def test_the_z_of_sigma2_tells_the_observations(paper, sigma2, more, verdict, reading):
    """z = sigma2 / 0.0408, and 2 z^2 is 300 for 0.5; sigma itself has twice the z."""
    text = f'model = "OLS"\nnobs = "300"\nsigma2 = ["{sigma2}", "(0.0408)"]\n{more}'
    ((found, first),) = said(paper(column(text)), "observations-z")
    assert found == verdict
    assert reading in (None, first)


@pytest.mark.parametrize(("second", "verdict"), [("120", AGREES), ("150", ONLY_IF)])
def test_groups_add_up_to_the_panel_or_overlap(paper, second, verdict):
    groups = (
        f'[[regression]]\nlabel = "{n}"\n{SE}subsample = "coast"\nnobs = "{n}"\n'
        for n in ("180", second)
    )
    table = '[panel]\nNT = "300"\n' + "".join(groups)
    assert [v for v, _ in said(paper(table), "subsamples")] == [verdict]


@pytest.mark.parametrize(
    ("model", "verdict", "reading"),
    [
        ("dynamic OLS", AGREES, ""),
        ("OLS", ONLY_IF, "Lee and Yu's transformation counts 270 observations"),
    ],
)
def test_a_dynamic_column_may_count_a_year_less_than_it_prints(paper, model, verdict, reading):
    """z takes 204 observations, or up to 287 if a rho that is not printed lowers it."""
    text = f'model = "{model}"\nnobs = "300"\nsigma2 = ["0.5000", "(0.0494)"]'
    assert said(paper(column(text)), "observations-z") == [(verdict, reading)]


@pytest.mark.parametrize(("rho", "verdict"), [("0.80", AGREES), ("0.10", ONLY_IF)])
def test_a_large_rho_lowers_the_z_of_sigma2(paper, rho, verdict):
    """2 z^2 is 250 of 300."""
    text = (
        f'model = "SAR"\nnobs = "300"\nrho = ["{rho}", "(0.05)"]\nsigma2 = ["0.5000", "(0.0447)"]'
    )
    assert [v for v, _ in said(paper(column(text)), "observations-z")] == [verdict]


@pytest.mark.parametrize(("units", "missed"), [(None, 5.0), (30, 0.0)])
def test_an_eigenvalue_that_is_taken_out_raises_the_likelihood(units, missed):
    """-ln(1 - 0.6) a year, of nine years, is more than the 5 points by which it is higher."""
    sigma2, rho = Interval(0.5, 0.5), Interval(0.6, 0.6)
    highest = 261 * level(sigma2) + 5.0
    assert excess(highest, sigma2, [rho], 261, units) == pytest.approx(missed)


@pytest.mark.parametrize(
    ("nobs", "verdict", "reading"),
    [
        ("300", AGREES, ""),
        ("240", ONLY_IF, "2 year(s) are lost to lags"),
        ("120", ONLY_IF, "6 year(s) are lost to lags"),
        ("250", ONLY_IF, "the panel is not balanced"),
        ("125", DISAGREES, "one of the three numbers is a slip"),
        ("330", DISAGREES, "one of the three numbers is a slip"),
    ],
)
def test_fewer_observations_than_units_times_years(paper, nobs, verdict, reading):
    table = paper(column(f'nobs = "{nobs}"', 'N = "30"\nT = "10"'))
    assert said(table, "panel") == [(verdict, reading)]

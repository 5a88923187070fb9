"""Numbers as print has them."""

import pytest

from spillover.book.values import count, share, typeset


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("-0.433", "−0.433"),
        ("-.5 and (-12)", "−.5 and (−12)"),
        ("[-1, 1]", "[−1, 1]"),
        ("-0.000***", "0.000***"),
        ("-0% and -0.00%", "0% and 0.00%"),
        ("-0.05", "−0.05"),
        ("-0.004", "−0.004"),
        ("2009-2017, COVID-19", "2009-2017, COVID-19"),
        ("1e-05, -6.2e-10***", "1×10⁻⁵, −6.2×10⁻¹⁰***"),
        ("1.4e+06 (3.8e+02), 0e+00", "1,400,000 (380), 0"),
        ("SDM -> SEM, d^2, `a -> b`", "SDM → SEM, d², `a -> b`"),
        ("W (I - rho W)^-1, ln 2 pi sigma2", "W (I − ρ W)⁻¹, ln 2 π σ²"),
        ("-L*mu*(K*lambda - K^{*})/(-mu + sigma)", "−L*μ*(K*λ − K^{*})/(−μ + σ)"),
        ("rho: txt.rho-theory, t4.rho, sigma^4", "ρ: txt.rho-theory, t4.rho, σ⁴"),
        ("delta-method", "delta-method"),
        ("W y = -y, -(a + b), row-wise, --wide, n-1", "W y = −y, −(a + b), row-wise, --wide, n-1"),
        ("`x[-1]` and $10^{-2}$, -3", "`x[-1]` and $10^{-2}$, −3"),
    ],
)
def test_a_true_minus_and_no_sign_before_zero(plain, printed):
    assert typeset(plain) == printed


def test_none_and_all_are_words():
    shares = [share(part, 2500, "panels") for part in (0, 1, 625, 2499, 2500)]
    assert shares == [
        "none of 2,500 panels",
        "1 of 2,500 panels",
        "25% of panels",
        "2,499 of 2,500 panels",
        "all 2,500 panels",
    ]
    assert [count(part, 9) for part in (0, 6, 9)] == ["none of the 9", "6 of the 9", "all 9"]


def test_more_than_all_is_refused():
    with pytest.raises(ValueError, match="10 of 9 is no share"):
        share(10, 9, "panels")

"""Log-likelihoods, the criteria made from them, and columns that repeat each other."""

import pytest
from small_tables import column, said, two_columns

from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF


@pytest.mark.parametrize(
    ("aic", "verdict", "reading"),
    [
        ("208.0", AGREES, ""),
        ("208.2", ONLY_IF, "digits were cut off, not rounded"),
        ("209.0", DISAGREES, "the criterion counts a constant or the sample otherwise"),
        ("2.08", ONLY_IF, "the criteria are divided by the number of observations, 100"),
        ("2.09", DISAGREES, "the criterion counts a constant or the sample otherwise"),
    ],
)
def test_aic_counts_whole_parameters_of_the_whole_sample_or_by_observation(
    paper, aic, verdict, reading
):
    text = f'nobs = "100"\nloglik = "-100.0"\naic = "{aic}"'
    assert said(paper(column(text, "")), "aic") == [(verdict, reading)]


@pytest.mark.parametrize(
    ("panel", "nobs", "verdict"),
    [
        ("", 'nobs = "100"', AGREES),
        ("", 'nobs = "150"', DISAGREES),
        ('N = "100"', 'nobs = "300"', ONLY_IF),
        ('N = "50"', 'nobs = "150"', ONLY_IF),
        ("", "", CANNOT),
    ],
)
def test_bic_tells_the_observations_the_units_or_a_year_less(paper, panel, nobs, verdict):
    """AIC makes k = 4, and 218.421 = 4 ln 100 + 200."""
    text = f'{nobs}\nloglik = "-100.000"\naic = "208.000"\nbic = "218.421"'
    assert [v for v, _ in said(paper(column(text, panel)), "bic")] == [verdict]


@pytest.mark.parametrize(
    ("likelihoods", "verdicts"),
    [
        (("-123.45", "-123.45"), [DISAGREES]),
        (("-123.45", "-123.46"), [AGREES]),
        (("-12.3", "-12.3"), []),
    ],
)
def test_two_estimates_do_not_share_a_likelihood_of_many_digits(paper, likelihoods, verdicts):
    columns = (
        f'loglik = "{loglik}"\ncoef = [["a", "0.{k}"]]\n'
        for k, loglik in enumerate(likelihoods, start=1)
    )
    assert [v for v, _ in said(paper(two_columns(*columns)), "copies")] == verdicts


@pytest.mark.parametrize(("bic", "verdict"), [("218.421", AGREES), ("219.500", ONLY_IF)])
def test_without_the_likelihood_the_criteria_still_differ_by_whole_parameters(paper, bic, verdict):
    """218.421 - 208 = 4 (ln 100 - 2)."""
    text = f'nobs = "100"\naic = "208.000"\nbic = "{bic}"'
    assert [v for v, _ in said(paper(column(text, "")), "bic")] == [verdict]


@pytest.mark.parametrize(
    ("model", "effects", "verdicts"),
    [
        ("SAR", ("both", "both"), [AGREES]),
        ("SAR", ("individual", "both"), []),
        ("SDM", ("individual", "individual and time"), [AGREES]),
        ("SDM", ("time", "individual and time"), [AGREES]),
        ("SDM", ("individual", "time"), []),
    ],
)
def test_models_are_nested_under_the_same_effects_and_effects_in_the_same_model(
    paper, model, effects, verdicts
):
    columns = (
        f'effects = "{fixed}"\nloglik = "{loglik}"\n'
        for fixed, loglik in zip(effects, ("-20.0", "-10.0"), strict=True)
    )
    assert [v for v, _ in said(paper(two_columns(*columns, model)), "nested")] == verdicts

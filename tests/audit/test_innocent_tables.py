"""Correct tables that look wrong at first: what explains them is named, and nothing disagrees."""

import numpy as np
import pytest
from small_tables import SE as HEAD
from small_tables import SIZE, said

from spillover import audit
from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF

SCALED = 'row_standardised = "yes"\n'


def column(text: str, panel: str = SIZE, label: str = "T") -> str:
    """A description of one column; further columns can be added to it."""
    return f"[panel]\n{panel}\n" + regression(text, label)


def regression(text: str, label: str) -> str:
    return f'[[regression]]\nlabel = "{label}"\n{HEAD}{text}\n'


def level(sigma2: float) -> float:
    return -0.5 * (np.log(2 * np.pi * sigma2) + 1)


# Rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model, covariance, verdict",
    [("FE", "", AGREES), ("SDM", "", DISAGREES), ("SDM", "robust", AGREES)],
)
def test_clusters_leave_few_degrees_of_freedom(paper, model, covariance, verdict):
    """z = 2.00 is 0.0455 by the normal distribution, 0.055 by t with 29 degrees of freedom."""
    text = f'model = "{model}"\ncovariance = "{covariance}"\nnobs = "600"\n'
    rows = 'coef = [["a", "0.5000*", "(0.2500)", "0.055"]]'
    assert [v for v, _ in said(paper(column(text + rows)), "p-values")] == [verdict]
    assert [v for v, _ in said(paper(column(text + rows)), "stars")] == [verdict]


def test_a_block_without_any_star_has_none_by_habit(paper):
    coef = 'coef = [["a", "0.500***", "(0.100)"], ["b", "0.100", "(0.100)"]]\n'
    bare = 'direct = [["a", "0.600", "(0.100)"], ["b", "0.100", "(0.100)"]]\n'
    one = 'direct = [["a", "0.600", "(0.100)"], ["b", "0.400***", "(0.100)"]]\n'
    assert (ONLY_IF, "no stars are set in this block") in said(paper(column(coef + bare)), "stars")
    assert DISAGREES in [v for v, _ in said(paper(column(coef + one)), "stars")]


# Impacts ---------------------------------------------------------------------------------------

OUTSIDE = """model = "SDM"
rho = ["0.20", "(0.05)"]
coef = [["a", "0.40", "(0.02)"]]
wx = [["a", "0.10", "(0.02)"]]
direct = [["a", "{direct}", "(0.02)"]]
"""


@pytest.mark.parametrize(
    "direct, panel, verdict",
    [
        ("0.60", "", ONLY_IF),  # more returns than rows of sum one allow
        ("0.60", SCALED, DISAGREES),
        ("0.30", "", DISAGREES),  # less than nothing returns
        ("0.42", "", AGREES),
    ],
)
def test_on_another_scale_more_can_return_but_with_the_same_sign(paper, direct, panel, verdict):
    table = paper(column(OUTSIDE.format(direct=direct), panel))
    assert [v for v, _ in said(table, "band")] == [verdict]


@pytest.mark.parametrize(
    "row, checked", [("L.y", False), ("y(-1)", False), ("y t-1", False), ("L.z", True)]
)
def test_a_lagged_outcome_makes_a_column_dynamic(paper, row, checked):
    """Long-run totals are not (beta + theta)/(1 - rho)."""
    text = OUTSIDE.format(direct="0.42").replace("coef = [", f'coef = [["{row}", "0.5", "(0.1)"], ')
    text += 'depvar = "y"\ntotal = [["a", "2.00", "(0.02)"]]'
    assert bool(said(paper(column(text, SCALED)), "totals")) == checked


# Observations ----------------------------------------------------------------------------------

FIT = 'model = "SAR"\neffects = "{effects}"\nnobs = "300"\n'


def fit(loglik: float, rho: str = "0.10", effects: str = "both", z: float = np.sqrt(150)) -> str:
    """A column of 300 observations with sigma2 = 0.5 and a z that takes them, if not another."""
    return (
        FIT.format(effects=effects)
        + f'loglik = "{loglik:.2f}"\nrho = ["{rho}", "(0.050)"]\n'
        + f'sigma2 = ["0.50000", "({0.5 / z:.5f})"]\n'
    )


@pytest.mark.parametrize(
    "panel, effects, verdict, reading",
    [
        (SIZE, "both", ONLY_IF, "W was not scaled to row sums (or an eigenvalue) of one"),
        (f"{SIZE}\n{SCALED}", "both", DISAGREES, ""),
        (f"{SIZE}\n{SCALED}", "", ONLY_IF, "effects are random, which the likelihood counts"),
    ],
)
def test_a_determinant_on_another_scale_and_random_effects_lower_the_likelihood(
    paper, panel, effects, verdict, reading
):
    table = paper(column(fit(300 * level(0.5) - 40, effects=effects), panel))
    ((found, words),) = said(table, "observations-likelihood")
    assert found == verdict
    assert words == reading or not reading


def test_nothing_raises_the_likelihood(paper):
    table = paper(column(fit(300 * level(0.5) + 40, effects="")))
    assert [v for v, _ in said(table, "observations-likelihood")] == [DISAGREES]


@pytest.mark.parametrize("rho, verdict", [("0.60", ONLY_IF), ("0.10", DISAGREES)])
def test_few_links_lower_the_z_of_sigma2(paper, rho, verdict):
    """Units in pairs keep 1 / (1 + 0.36) of 2 z^2; the likelihood is that of 300 observations."""
    z = np.sqrt(150 / 1.3)
    text = fit(300 * (level(0.5) + 0.3), rho, z=z)
    (found,) = audit.run(paper(column(text, f"{SIZE}\n{SCALED}")), ["observations-z"])
    assert found.verdict == verdict
    assert ("units have one or two links each" in found.readings) == (verdict == ONLY_IF)


@pytest.mark.parametrize(
    "loglik, verdict",
    [(300 * level(0.5) - 0.3, ONLY_IF), (None, ONLY_IF), (150 * level(0.5), DISAGREES)],
)
def test_robust_errors_explain_z_unless_the_likelihood_speaks_against_it(paper, loglik, verdict):
    text = fit(loglik or 0.0, z=np.sqrt(75))
    if loglik is None:
        text = text.replace('loglik = "0.00"\n', "")
    ((found, reading),) = said(paper(column(text, f"{SIZE}\n{SCALED}")), "observations-z")
    assert found == verdict
    assert (reading == "standard errors are robust or clustered") == (verdict == ONLY_IF)


def test_two_spatial_coefficients_blur_the_count(paper):
    text = fit(0.0, z=np.sqrt(110)).replace('"SAR"', '"SAC"').replace('loglik = "0.00"\n', "")
    table = paper(column(text + 'lambda_ = ["0.100", "(0.100)"]', f"{SIZE}\n{SCALED}"))
    assert said(table, "observations-z") == [(AGREES, "")]


def test_units_printed_as_observations(paper):
    text = fit(300 * level(0.5) - 0.3).replace('"300"', '"30"')
    for check in ("observations-z", "observations-likelihood", "panel"):
        found = said(paper(column(text, 'N = "30"\nT = "10"')), check)
        assert found == [(ONLY_IF, "the number printed is that of units, not of observations")]


def test_more_years_than_the_period_has_are_units_and_years_exchanged(paper):
    size = 'N = "10"\nT = "30"\nyears = "2011-2020"'
    verdict, reading = said(paper(column('coef = [["a", "1", ""]]', size)), "panel")[0]
    assert (verdict, reading) == (DISAGREES, "units and years are exchanged")


# Likelihoods -----------------------------------------------------------------------------------


def test_dummies_are_counted_as_parameters(paper):
    text = 'loglik = "-1000.000"\naic = "{aic}"\nnobs = "{n}"\ncoef = [["a", "1", ""]]'
    for n, verdict in (("1800", AGREES), ("900", DISAGREES)):
        table = paper(column(text.format(aic="2922.000", n=n)))
        assert [v for v, _ in said(table, "aic")] == [verdict]


def pair(model: str, loglik: str, label: str) -> str:
    return regression(f'model = "{model}"\nloglik = "{loglik}"\ncoef = [["a", "1", ""]]', label)


def test_columns_that_nothing_tells_apart_are_not_compared(paper):
    """Two matrices without a name: which SAR belongs to which SDM is not told."""
    one = pair("SAR", "-10.40", "1") + pair("SDM", "-10.00", "2")
    two = pair("SAR", "-9.50", "3") + pair("SDM", "-9.00", "4")
    assert [v for v, _ in said(paper(one), "nested")] == [AGREES]
    assert said(paper(one + two), "nested") == []


@pytest.mark.parametrize(
    "name, verdict",
    [("LR test for SAR", ONLY_IF), ("LR SDM->SAR", DISAGREES), ("LR OLS SAR", AGREES)],
)
def test_a_ratio_that_names_one_model_may_compare_others(paper, name, verdict):
    tests = f'[[tests]]\nlabel = "A"\nrows = [["{name}", "5.00", "", ""]]\n'
    table = pair("SAR", "-10.00", "1") + pair("SDM", "-9.00", "2") + tests
    assert [v for v, _ in said(paper(table), "nested")] == [verdict]


@pytest.mark.parametrize(
    ("models", "effects", "verdict"),
    [
        (("OLS", "SAR"), ("both", "both"), ONLY_IF),
        (("SDM", "SDM"), ("individual", "both"), ONLY_IF),
        (("SAR", "SDM"), ("both", "both"), DISAGREES),
    ],
)
def test_a_transformation_can_lower_the_likelihood_of_a_wider_model(
    paper, models, effects, verdict
):
    columns = (
        regression(
            f'model = "{model}"\neffects = "{fixed}"\nloglik = "{loglik}"\ncoef = [["a", "1", ""]]',
            label,
        )
        for model, fixed, loglik, label in zip(models, effects, ("90.0", "81.0"), "12", strict=True)
    )
    assert [v for v, _ in said(paper("".join(columns)), "nested")] == [verdict]


ROWS = 'loglik = "-354.394"\ncoef = [["a", "{a}", "({e})"], ["b", "0.222", "(0.111)"]]\n'


@pytest.mark.parametrize(
    "rows, copied",
    [
        (ROWS.format(a="0.500", e="0.100"), False),  # the column once more
        (ROWS.format(a="0.005", e="0.001"), False),  # a in other units
        ('loglik = "-354.394"\ndirect = [["a", "0.600", "(0.100)"]]', False),  # its impacts
        (ROWS.format(a="0.900", e="0.100").replace("0.222", "0.333"), True),
    ],
)
def test_one_fit_may_be_printed_twice(paper, rows, copied):
    one = regression(ROWS.format(a="0.500", e="0.100"), "1")
    found = said(paper(one + regression(rows, "2")), "copies")
    assert (DISAGREES in [v for v, _ in found]) == copied


# Tests -----------------------------------------------------------------------------------------


def printed_test(*cells: str) -> str:
    row = ", ".join(f'"{cell}"' for cell in cells)
    return f'[[tests]]\nlabel = "T"\nrows = [[{row}]]\n'


@pytest.mark.parametrize(
    "row, verdict",
    [
        (("Moran's I", "2.15", "0.032", "1"), AGREES),  # a z
        (("Moran's I", "0.134", "0.001"), CANNOT),  # I itself
        (("F test", "2.20", "0.088"), CANNOT),
        (("LLC", "-7.20", "0.000"), AGREES),  # the lower tail
        (("AR(1)", "-2.41", "0.016"), AGREES),
        (("Pesaran CD", "1.200", "0.230"), AGREES),
        (("Pesaran scaled LM", "1.20", "0.100"), CANNOT),
        (("Breusch-Pagan LM", "440.10", "0.423"), AGREES),  # 435 pairs of units
        (("LM random effects", "2.20", "0.069"), ONLY_IF),  # half of 0.138
        (("LM-error", "2.20", "0.069"), DISAGREES),
        (("RLMlag", "5.99", "0.050"), DISAGREES),
        (("LM_lag", "5.99", "0.050"), DISAGREES),
        (("Hausman", "-24.00", "0.012"), DISAGREES),
    ],
)
def test_only_chi_squared_statistics_are_judged_as_such(paper, row, verdict):
    assert [v for v, _ in said(paper(printed_test(*row)), "tests")] == [verdict]

"""Single checks on small tables: what they say, and what they leave open."""

from dataclasses import replace

import numpy as np
import pytest
from small_tables import SIZE, column, morans, printed_tests, said, two_columns

from spillover import audit
from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF
from spillover.audit.inverse import moran_sd_range
from spillover.audit.printing import Style, as_paper, print_table
from spillover.audit.tables import Matrix
from spillover.book.audit_simulation import weights


def test_a_report_shows_rows_first_and_tests_last():
    files = dict.fromkeys(
        check.function.__module__.split(".")[-1] for check in audit.REGISTER.values()
    )
    assert " ".join(files) == "stars figures impacts likelihood moran matrices size statistics"


# Decimals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "low", "high"), [("0.5", 0.45, 0.55), ("0.50", 0.495, 0.505)])
def test_lost_zeros_are_reported_and_not_repaired(paper, cell, low, high):
    rows = f'["a", "0.123"], ["b", "{cell}"], ["c", "-1.234"], ["d", "0.111"]'
    (found,) = audit.run(paper(column(f"coef = [{rows}]")), ["decimals"])
    assert found.verdict == CANNOT
    assert f"b, coefficient {cell} (read as {low} to {high})" in found.words
    assert "0.123" not in found.words


@pytest.mark.parametrize("digits", ["0.123 0.500 1.234 0.111", "0.123 0.0500 12.34 0.1111"])
def test_like_decimals_and_significant_digits_are_no_lost_zeros(paper, digits):
    rows = ", ".join(f'["{k}", "{figure}"]' for k, figure in enumerate(digits.split()))
    assert said(paper(column(f"coef = [{rows}]")), "decimals") == [(AGREES, "")]


# Observations ----------------------------------------------------------------------------------

LIKELIHOOD = 'nobs = "300"\nloglik = "{loglik}"\nsigma2 = ["{sigma2}", "(0.0408)"]\n'


def level(sigma2: float) -> float:
    return -0.5 * (np.log(2 * np.pi * sigma2) + 1)


@pytest.mark.parametrize(
    "model, coefficients, verdict",
    [
        ("SAR", "", CANNOT),
        ("SAR", 'rho = ["0.6", "(0.1)"]', DISAGREES),
        ("SAC", 'rho = ["0.6", "(0.1)"]', CANNOT),
        ("SAC", 'rho = ["0.6", "(0.1)"]\nlambda_ = ["-0.6", "(0.1)"]', AGREES),
    ],
)
def test_the_determinant_of_every_spatial_coefficient_is_allowed_for(
    paper, model, coefficients, verdict
):
    """ln(1 - 0.36) / 2 an observation each: between one and two of them are missing here."""
    loglik = 300 * (level(0.5) + 1.5 * 0.5 * np.log(1 - 0.6**2))
    text = LIKELIHOOD.format(loglik=f"{loglik:.1f}", sigma2="0.5000")
    scaled = f'{SIZE}\nrow_standardised = "yes"'
    table = paper(column(f'model = "{model}"\neffects = "both"\n{text}{coefficients}', scaled))
    assert [v for v, _ in said(table, "observations-likelihood")] == [verdict]


@pytest.mark.parametrize(
    "panel, verdict", [('N = "30"', ONLY_IF), ("", ONLY_IF), ('N = "30"\nT = "20"', DISAGREES)]
)
def test_transformed_observations_are_found_without_units_and_years(paper, panel, verdict):
    text = LIKELIHOOD.format(loglik=f"{270 * level(0.5):.1f}", sigma2="0.5000")
    nobs = text.replace("300", "600") if "20" in panel else text
    table = paper(column(f'model = "OLS"\n{nobs}', panel))
    ((found, reading),) = said(table, "observations-likelihood")
    assert found == verdict
    assert ("Lee and Yu" in reading) == (verdict == ONLY_IF)


def test_figures_that_are_cut_off_are_tried_second(paper):
    """sigma2 0.00249 was printed as 0.0024: rounded it could not be."""
    text = LIKELIHOOD.format(loglik=f"{300 * level(0.00249):.3f}", sigma2="0.0024")
    table = paper(column(f'model = "OLS"\n{text}'))
    assert said(table, "observations-likelihood") == [(ONLY_IF, "digits were cut off, not rounded")]
    z = paper(column('model = "OLS"\nnobs = "260"\nsigma2 = ["0.124", "(0.010)"]'))
    assert said(z, "observations-z") == [(ONLY_IF, "digits were cut off, not rounded")]


def test_a_year_lost_to_a_lag_is_no_question_in_a_dynamic_column(paper):
    table = column('model = "dynamic SDM"\nnobs = "270"', 'N = "30"\nT = "10"')
    assert said(paper(table), "panel") == [(AGREES, "")]
    assert said(paper(table.replace("dynamic ", "")), "panel")[0][0] == ONLY_IF


# Totals ----------------------------------------------------------------------------------------

PAIR = """model = "SDM"
coef = [["a", "0.40", "(0.01)"], ["b", "0.20", "(0.01)"]]
wx = [["a", "0.10", "(0.01)"], ["b", "-0.30", "(0.01)"]]
total = [["a", "{a}", "(0.02)"], ["b", "{b}", "(0.02)"]]
"""


def test_a_multiplier_too_steep_for_the_digits_is_not_judged(paper):
    table = column(PAIR.format(a="20.00", b="-9.00") + 'rho = ["0.97", "(0.01)"]')
    assert {v for v, _ in said(paper(table), "multiplier")} == {CANNOT}


@pytest.mark.parametrize("rho", ['rho = ["0.50", "(0.05)"]', ""])
def test_another_scale_of_w_explains_totals_unless_rows_are_said_to_sum_to_one(paper, rho):
    """total = beta + t (theta + rho beta) with t = 1.2 and rho = 0.5; 1/(1 - rho) would be 2."""
    text = PAIR.format(a="0.76", b="-0.04") + rho
    assert {v for v, _ in said(paper(column(text)), "multiplier")} == {ONLY_IF}
    stated = column(text, 'row_standardised = "yes"')
    assert {v for v, _ in said(paper(stated), "multiplier")} == {DISAGREES}


def test_a_zero_that_slipped_in_is_offered_as_the_reading(paper):
    """(0.4 + 1.6)/2 and (0.2 + 1.2)/2, one of the lags printed with a zero too many."""
    text = PAIR.replace("0.10", "10.60").replace("-0.30", "1.20").format(a="1.00", b="0.70")
    ((verdict, reading),) = said(paper(column(text, 'row_standardised = "yes"')), "multiplier")
    assert verdict == DISAGREES
    assert reading == "a zero slipped in after the first digit (10.60 for 1.60)"


# Columns against each other --------------------------------------------------------------------


def test_small_p_values_may_be_alike_by_chance(paper):
    few = [("a", "0.006"), ("b", "0.004"), ("c", "0.003"), ("d", "0.000"), ("e", "0.001")]
    many = [("a", "0.146"), ("b", "0.254"), ("c", "0.383"), ("d", "0.540"), ("e", "0.001")]
    for cells, verdicts in ((few, []), (many, [DISAGREES])):
        one, other = (
            "coef = [" + ", ".join(f'["{n}", "{x}", "{p}"]' for n, p in cells) + "]\n"
            for x in ("0.21", "0.34")
        )
        assert [v for v, _ in said(paper(two_columns(one, other)), "copies")] == verdicts


def test_a_sem_is_surely_nested_only_if_rows_sum_to_one(paper):
    one, other = (f'effects = "time"\nloglik = "{x}"\n' for x in ("-10.0", "-10.4"))
    table = two_columns(one, other, "SEM")
    assert said(paper(table), "nested")[0][0] == ONLY_IF
    stated = '[panel]\nrow_standardised = "yes"\n' + table
    assert said(paper(stated), "nested")[0][0] == DISAGREES
    individual = table.replace('"time"', '"individual"')
    assert said(paper(individual), "nested")[0][0] == DISAGREES


# Candidate matrices ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated():
    rng = np.random.default_rng(0)
    W, style = weights(30, "nearest"), Style(decimals=4)
    return as_paper(print_table(W, 10, [0.4, -0.5], [0.5, 0.4], 0.5, 1.0, style, rng))


def candidates(*kinds: str) -> tuple[Matrix, ...]:
    return tuple(Matrix(kind, weights(30, kind).sparse.toarray()) for kind in kinds)


def test_the_matrix_that_was_used_is_found_among_candidates(simulated):
    given = replace(simulated, matrices=candidates("distance", "nearest"))
    found = audit.run(given, ["matrices", "moran-matrices"])
    assert {f.verdict for f in found} == {AGREES}
    by_impacts = [f for f in found if f.check == "matrices"]
    assert [f.table for f in by_impacts] == ["Table 1 SDM", "Table 1 SAR"]
    assert all(f.words.startswith("nearest") and "posterior 1.00" in f.words for f in by_impacts)


def test_another_matrix_alone_is_not_enough(simulated):
    given = replace(simulated, matrices=candidates("distance"))
    found = audit.run(given, ["matrices", "moran-matrices"])
    assert {f.verdict for f in found} == {ONLY_IF}
    assert {f.readings[0] for f in found} == {"the authors used another matrix than the candidates"}


@pytest.mark.parametrize(("top", "verdict"), [(0.5, AGREES), (1.5, ONLY_IF)])
def test_no_i_lies_above_the_ceiling_of_its_matrix(paper, top, verdict):
    """All years have a deviation that the candidate permits."""
    given = candidates("nearest")
    sd = moran_sd_range(given[0].values).middle
    rows = [(f"{i}", f"{i:.4f}", f"{(i + 1 / 29) / sd:.4f}") for i in (0.2, 0.3, top)]
    table = replace(paper(morans(*rows)), matrices=given)
    assert [v for v, _ in said(table, "moran-matrices")] == [verdict]


@pytest.mark.parametrize(("stated", "forms"), [(True, 1), (None, 4)])
def test_rows_that_are_said_to_sum_to_one_leave_one_form_of_a_candidate(simulated, stated, forms):
    W = weights(30, "nearest").sparse.toarray() * 2
    panel = replace(simulated.panel, row_standardised=stated)
    given = replace(simulated, panel=panel, matrices=(Matrix("links", W),))
    found = audit.run(given, ["matrices"]).findings
    assert {f.words.count("posterior") for f in found} == {forms}


def test_a_unit_without_links_stays_without_links(simulated):
    W = weights(30, "nearest").sparse.toarray() * 2
    W[0] = 0
    given = replace(simulated, matrices=(Matrix("island", W),))
    assert all("nan" not in f.words for f in audit.run(given, ["matrices"]))


def test_without_candidates_nothing_is_said(simulated):
    assert not audit.run(simulated, ["matrices", "moran-matrices"]).findings


# Rows against themselves -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "printed, verdict, reading",
    [
        ("0.046", AGREES, ""),
        ("0.023", ONLY_IF, "the p-value is one-sided"),
        ("0.300", DISAGREES, "the p-value belongs to another test"),
    ],
)
def test_a_printed_p_value_is_two_sided_one_sided_or_wrong(paper, printed, verdict, reading):
    row = f'coef = [["a", "0.500", "(0.250)", "{printed}"]]'
    assert said(paper(column(row)), "p-values") == [(verdict, reading)]


@pytest.mark.parametrize(
    ("row", "verdict", "reading"),
    [
        ('["a", "1.97**", "(1.000)"]', AGREES, ""),
        ('["a", "1.95**", "(1.000)"]', ONLY_IF, "digits were cut off, not rounded"),
        (
            '["a", "1.9570**", "(1.0000)"]',
            ONLY_IF,
            "stars were set from p-values already rounded to three decimals",
        ),
        ('["a", "1.90**", "(1.000)"]', DISAGREES, ""),
        ('["Constant", "5.00", "(1.00)"]', ONLY_IF, "no stars are set for this row"),
        ('["a", "5.00", "(1.00)"]', DISAGREES, ""),
    ],
)
def test_a_row_earns_its_stars_or_has_the_excuse_that_fits(paper, row, verdict, reading):
    """The stars of the two other rows follow; the last decides."""
    text = f'coef = [["b", "9.00***", "(1.00)"], ["c", "1.70*", "(1.00)"], {row}]'
    ((found, first),) = said(paper(column(text)), "stars")[2:]
    assert found == verdict
    assert verdict == DISAGREES or first == reading


def by_t(rows: str) -> str:
    return f'[[regression]]\nlabel = "T{len(rows)}"\nparen = "t"\ncoef = [{rows}]\n'


def test_t_values_without_signs_are_a_habit_only_if_no_column_has_any(paper):
    bare = by_t('["a", "0.5", "(2.5)"], ["b", "-0.4", "(2.0)"]')
    signed = by_t('["c", "-0.3", "(-3.0)"]')
    slip = by_t('["c", "-0.3", "(-3.0)"], ["d", "0.3", "(-3.0)"], ["e", "0.0", "(-0.2)"]')
    assert [v for v, _ in said(paper(bare), "signs")] == [AGREES, ONLY_IF]
    assert [v for v, _ in said(paper(bare + signed), "signs")] == [AGREES, DISAGREES, AGREES]
    assert [v for v, _ in said(paper(slip), "signs")] == [AGREES, DISAGREES]


def test_no_p_value_is_above_one_and_no_error_below_zero(paper):
    for kind, cell in (("p-values", "(1.20)"), ("standard errors", "(-0.20)")):
        rows = f'["a", "0.9", "(0.10)"], ["b", "0.8", "{cell}"]'
        table = f'[[regression]]\nlabel = "T"\nparen = "{kind}"\ncoef = [{rows}]'
        assert [v for v, _ in said(paper(table), "parentheses")].count(DISAGREES) == 1


@pytest.mark.parametrize(
    ("note", "verdict", "reading"),
    [
        ("standard errors", AGREES, ""),
        ("t statistics", ONLY_IF, "the note is a slip and parentheses hold standard errors"),
    ],
)
def test_a_note_that_the_stars_refute_is_said_to_be_a_slip(paper, note, verdict, reading):
    rows = ", ".join(f'["{name}", "0.9***", "(0.1)"]' for name in "abcd")
    table = f'[[regression]]\nlabel = "T"\nparen = "{note}"\ncoef = [{rows}]'
    assert said(paper(table), "parentheses") == [(verdict, reading)]


# Tests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row, verdict, reading",
    [
        (("LM lag", "5.99", "0.014"), AGREES, ""),
        (("LM lag", "5.99", "0.050"), DISAGREES, "the test has 2 degrees of freedom"),
        (("LM lag", "3.8", "0.049"), ONLY_IF, "digits were cut off, not rounded"),
        (("LM lag", "3.80*"), AGREES, ""),
        (("LM lag", "1.00**"), DISAGREES, "the stars belong to another row"),
        (("LM lag", "1.00"), CANNOT, ""),
        (("LM SARMA", "5.99", "0.050"), AGREES, ""),
        (("LR", "5.99", "0.050"), AGREES, ""),
        (("LR", "5.99", "0.050", "3"), DISAGREES, "the test has 2 degrees of freedom"),
    ],
)
def test_a_statistic_and_its_p_value_tell_the_degrees_of_freedom(paper, row, verdict, reading):
    assert said(paper(printed_tests(row)), "tests") == [(verdict, reading)]


@pytest.mark.parametrize(
    "lags, statistic, verdict",
    [(1, "9.0", AGREES), (1, "20.0", DISAGREES), (2, "20.0", AGREES), (2, "5.0", DISAGREES)],
)
def test_a_joint_wald_statistic_is_at_least_the_largest_square(paper, lags, statistic, verdict):
    rows = ", ".join(['["a", "0.300", "(0.100)"]', '["b", "0.100", "(0.100)"]'][:lags])
    table = column(f'model = "SDM"\nwx = [{rows}]\n')
    tests = printed_tests(("Wald SDM->SAR", statistic, "0.000"))
    assert [v for v, _ in said(paper(table + tests), "wald")] == [verdict]


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [("Wald SDM->SAR", []), ("Wald SDM->SAR jobs", [AGREES]), ("Wald SDM->SAR wages", [DISAGREES])],
)
def test_a_wald_statistic_is_held_against_the_column_it_names(paper, name, verdicts):
    """z squared of the lag is 9 for jobs and 25 for wages."""
    columns = (
        f'depvar = "{outcome}"\nwx = [["a", "{lag}", "(0.1000)"]]\n'
        for outcome, lag in (("jobs", "0.3000"), ("wages", "0.5000"))
    )
    table = two_columns(*columns, "SDM") + printed_tests((name, "9.00", "0.003"))
    assert [v for v, _ in said(paper(table), "wald")] == verdicts


def test_a_negative_statistic_has_no_p_value_and_only_hausmans_may_be_negative(paper):
    rows = [("LR", "-3.10"), ("LR", "-3.10", "0.010"), ("Hausman", "-3.10")]
    found = [v for v, _ in said(paper(printed_tests(*rows)), "tests")]
    assert found == [DISAGREES, DISAGREES, CANNOT]


@pytest.mark.parametrize(
    ("statistic", "p", "verdict"), [("9.21", "0.010", AGREES), ("7.81", "0.050", DISAGREES)]
)
def test_tests_of_one_models_lags_have_one_number_of_restrictions(paper, statistic, p, verdict):
    """5.99 has p 0.05 with two degrees of freedom, 9.21 has 0.01 with two, 7.81 0.05 with three."""
    rows = [("LR SDM->SAR", "5.99", "0.050"), ("Wald SDM->SEM", statistic, p)]
    assert [v for v, _ in said(paper(printed_tests(*rows)), "degrees")] == [verdict]

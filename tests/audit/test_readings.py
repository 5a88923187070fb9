import pytest

from spillover.audit.readings import ladder_of, reading_of, stated_kind


@pytest.mark.parametrize(
    "note, kind",
    [
        ("Robust standard errors in parentheses", "se"),
        ("s.e.", "se"),
        ("t-statistics in parentheses", "z"),
        ("z", "z"),
        ("p-values in brackets", "p"),
        ("标准误", "se"),
        ("括号内为t值", "z"),
        ("括号内为稳健标准误下的z统计量", "z"),
        ("括号内为P值", "p"),
        ("not said", ""),
        ("not said (se by size)", ""),
        ("", ""),
    ],
)
def test_notes_on_parentheses(note, kind):
    assert stated_kind(note) == kind


@pytest.mark.parametrize(
    "note, ladder",
    [
        ("* 10%, ** 5%, *** 1%", (0.1, 0.05, 0.01)),
        ("*** p<0.01, ** p<0.05, * p<0.1", (0.1, 0.05, 0.01)),
        ("* p < .05; ** p < .01", (0.05, 0.01)),
        ("*, ** and *** indicate significance at the 5%, 1% and 0.1% levels", (0.05, 0.01, 0.001)),
        ("***, **, * denote significance at 1%, 5% and 10%", (0.1, 0.05, 0.01)),
        ("significant at 1 (***), 5 (**) and 10 (*) per cent", (0.1, 0.05, 0.01)),
        ("*、**、***分别表示在10%、5%、1%的水平上显著", (0.1, 0.05, 0.01)),
        ("* 10%, ** 5%, *** 1% (rho: ***)", (0.1, 0.05, 0.01)),
        ("stars as usual", ()),
        ("* 1%, ** 5%, *** 10%", ()),
        ("* 10, ** 5", ()),
    ],
)
def test_notes_on_stars(note, ladder):
    assert ladder_of(note) == pytest.approx(ladder)


def column(paper, rows: str, note: str = ""):
    return paper(f'[[regression]]\nlabel = "T"\n{note}\ncoef = [{rows}]').regressions[0]


def test_stars_that_stop_at_two_are_a_shorter_ladder(paper):
    rows = '["a", "0.9**", "(0.1)"], ["b", "0.8**", "(0.1)"], ["c", "0.18*", "(0.1)"]'
    reading = reading_of(column(paper, rows, 'paren = "standard errors"'))
    assert reading.ladder == (0.1, 0.05) and reading.wrong == 0


def test_one_row_with_a_star_too_few_does_not_make_a_ladder(paper):
    rows = '["a", "0.9**", "(0.1)"], ["b", "0.22**", "(0.1)"], ["c", "0.18*", "(0.1)"]'
    reading = reading_of(column(paper, rows, 'paren = "standard errors"'))
    assert reading.ladder == (0.1, 0.05, 0.01) and reading.wrong == 1


def test_parentheses_that_could_be_errors_or_p_values_are_left_open(paper):
    rows = '["a", "0.9***", "(0.001)"], ["b", "0.2", "(0.35)"], ["c", "0.8***", "(0.000)"]'
    assert reading_of(column(paper, rows)).kind == ""
    assert reading_of(column(paper, rows, 'paren = "p-values"')).kind == "p"


def test_a_stated_kind_is_kept_if_an_unstated_ladder_explains_the_stars(paper):
    rows = ", ".join(f'["{name}", "0.9**", "(0.05)"]' for name in "abcd")
    assert reading_of(column(paper, rows, 'paren = "standard errors"')).kind == "se"


@pytest.mark.parametrize(("names", "kind"), [("ab", "z"), ("abcd", "se")])
def test_a_note_is_a_slip_only_if_many_rows_speak_against_it(paper, names, kind):
    """As errors of 0.1 all stars follow, as t statistics of 0.1 none does."""
    rows = ", ".join(f'["{name}", "0.9***", "(0.1)"]' for name in names)
    reading = reading_of(column(paper, rows, 'paren = "t statistics"'))
    assert (reading.kind, reading.slip) == (kind, kind == "se")


@pytest.mark.parametrize(("second", "kind"), [("0.2", "se"), ("-0.2", "")])
def test_more_than_one_negative_parenthesis_is_no_slip_and_no_error(paper, second, kind):
    rows = f'["a", "0.9***", "(0.1)"], ["b", "0.1", "({second})"], ["c", "0.1", "(-0.3)"]'
    assert reading_of(column(paper, rows, 'paren = "standard errors"')).kind == kind

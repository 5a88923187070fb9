"""Sizes of tests on simulated panels: stored, computed again, and as the book says they are."""

import numpy as np
import pandas as pd
import pytest

from spillover import batches
from spillover.book import sizes_of_tests as s

DRAWS = s.stored()
RIGHT = 0.05 + 3 * s.chance(DRAWS)  # chance alone exceeds it in one of a thousand


def test_a_sample_of_the_stored_results_is_computed_again():
    plan = batches.plan(s.CASES, s.REPLICATIONS, s.BATCH, s.STORED.seed)
    batch = next(b for b in plan if b.case == "distance 31" and b.number == 3)
    again = s.replicate(s.CASES[batch.case], batch.generators()[:1]).iloc[0]
    kept = DRAWS.loc[(batch.case, 3 * s.BATCH)]
    pd.testing.assert_series_equal(again, kept, check_names=False, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    "test",
    [
        "Hausman mundlak",
        "Hausman mundlak, period effects",
        *(f"LM {name}, transformed" for name in s.LM),
        "Wooldridge, white",
    ],
)
def test_the_defaults_keep_their_size(test):
    assert s.sizes(DRAWS).loc[test].max() < RIGHT


def test_the_others_do_not():
    sizes = s.sizes(DRAWS)
    assert sizes.loc["Hausman robust"].min() > 0.09
    assert sizes.loc["LM error, textbook", "distance 31"] > 0.3
    assert sizes.loc["Hausman classic, undefined", "distance 31"] > 0.8


def test_errors_that_follow_the_serial_test_cover_and_textbook_ones_do_not():
    held = s.coverage(DRAWS)
    assert held.loc["classic, AR(1)"].max() < 0.9
    assert held.loc["chosen, AR(1)"].min() > 0.92
    assert held.loc["chosen, white"].min() > 0.91


def test_sizes_count_what_was_drawn():
    cases = pd.MultiIndex.from_product([["a", "b"], range(4)], names=["case", "replication"])
    p = np.array([0.01, 0.2, np.nan, 0.04, 0.5, 0.6, 0.7, 0.8])
    z = np.array([0.0, 3.0, np.nan, 1.0, 0.0, 0.0, 5.0, 5.0])
    draws = pd.DataFrame({"Hausman classic": p, "z chosen": z}, index=cases)
    sizes, held = s.sizes(draws), s.coverage(draws)
    assert sizes.loc["Hausman classic"].tolist() == [0.5, 0]
    assert sizes.loc["Hausman classic, undefined"].tolist() == [0.25, 0]
    np.testing.assert_allclose(held.loc["chosen"], [2 / 3, 0.5])
    assert s.between(sizes.loc["Hausman classic"]) == "0 to 50%"


def test_the_books_table_names_every_test_and_case():
    shown = s.layout(s.sizes(DRAWS))
    assert list(shown.index) == list(s.SHOWN.values())
    assert list(shown.columns) == [
        "N = 31, nearest", "N = 31, distance", "N = 200, nearest", "N = 200, distance",
    ]  # fmt: skip

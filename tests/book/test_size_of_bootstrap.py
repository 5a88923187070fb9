"""Size of the bootstrapped Hausman test: stored, computed again, and right."""

import numpy as np
import pandas as pd
import pytest

from spillover import batches
from spillover.book import size_of_bootstrap as s
from spillover.book.sizes_of_tests import CASES, chance

DRAWS = s.stored()


@pytest.mark.parametrize("name", ["nearest 31", "distance 200"])
def test_a_sample_of_the_stored_results_is_computed_again(name):
    plan = batches.plan(CASES, s.REPLICATIONS, s.STORED.size, s.STORED.seed)
    batch = next(b for b in plan if b.case == name and b.number == 2)
    again = s.STORED.task(CASES[name], batch.generators()[:2])["p_value"]
    kept = DRAWS.loc[name]["p_value"].iloc[2 * s.STORED.size :][:2]
    np.testing.assert_allclose(again, kept)


def test_it_keeps_its_size():
    assert list(DRAWS.groupby(level="case", sort=False).size()) == [s.REPLICATIONS] * len(CASES)
    assert s.sizes(DRAWS).max() < 0.05 + 3 * chance(DRAWS)
    assert s.sizes(DRAWS).mean() > 0.05 - 3 * chance(DRAWS) / np.sqrt(len(CASES))


def test_a_statistic_that_no_draw_reaches_is_rejected():
    cases = pd.MultiIndex.from_product([["a", "b"], range(2)], names=["case", "replication"])
    draws = pd.DataFrame({"p_value": [1 / (1 + s.DRAWS), 0.1, 0.3, 1.0]}, index=cases)
    assert s.sizes(draws).tolist() == [0.5, 0.0]

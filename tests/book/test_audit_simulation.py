"""Stored audits of simulated tables, and the template's simulated numbers, are made by the code."""

import numpy as np
import pandas as pd
import pytest

from spillover import audit, batches
from spillover.audit.findings import DISAGREES
from spillover.audit.injections import INJECTIONS, inject
from spillover.audit.printing import Style, as_paper, print_table
from spillover.book import audit_simulation as s


@pytest.fixture(scope="module")
def table():
    return s.draw_table(s.CASES["nearest 30 0.6 none"], np.random.default_rng(3))


def test_a_sample_of_the_stored_results_is_computed_again():
    case = "nearest 30 0.2 lee-yu"
    plan = batches.plan(s.CASES, s.REPLICATIONS, s.STORED.size, s.SEEDS["audit"])
    batch = next(b for b in plan if b.case == case)
    stored = s.stored().loc[(case, 0)].dropna()
    again = s.STORED.task(s.CASES[case], batch.generators()[:1]).iloc[0]
    pd.testing.assert_series_equal(
        again[stored.index], stored, check_names=False, check_dtype=False
    )


def test_the_template_is_a_simulated_table(tmp_path):
    drawn = print_table(
        s.weights(30, "nearest"), 10, [0.4, -0.2], [0.2, 0.1], 0.3, 1.0, Style(),
        np.random.default_rng(s.SEEDS["audit"]),
    )  # fmt: skip
    (printed,) = audit.read(audit.write_template(tmp_path / "paper.toml")).regressions
    simulated = as_paper(drawn).regressions[0]
    assert printed.blocks == simulated.blocks
    for name in ("rho", "sigma2", "loglik", "aic", "bic", "nobs"):
        assert getattr(printed, name) == getattr(simulated, name)


def test_correct_tables_are_not_questioned_and_wrong_ones_are(table):
    correct = audit.run(as_paper(table))
    assert not correct.disagreements
    rng = np.random.default_rng(0)
    for title in INJECTIONS:
        found = audit.run(as_paper(inject(table, title, rng)))
        assert s.news(correct, found, DISAGREES, "only if"), title


def test_power_and_alarms_count_what_was_stored():
    results = s.stored()
    alarms = s.false_alarms(results)
    assert alarms["disagrees"].sum() == results.filter(like="disagrees: ").to_numpy().sum()
    power = s.power(results)
    assert ((power.to_numpy() >= 0) & (power.to_numpy() <= 1)).all()
    assert set(power.index) == set(INJECTIONS)

"""The published design: truth as printed, power and accuracy by hand, stored numbers."""

import numpy as np
import pandas as pd
import pytest

from spillover.batches import Batch
from spillover.panel.monte_carlo import estimator_draws
from spillover.paper.bridge import published_design as study
from spillover.seeds import SEEDS

SIGMA = study.SIGMA


def test_the_truth_is_what_the_paper_prints():
    truth = study.design(1.0).truth
    printed = study.printed()
    assert printed["estimate"].tolist() == [-0.338, 1.276, -0.468, -0.409, 1.005, 0.596]
    assert printed["std_error"].tolist() == [0.120, 0.349, 0.095, 0.129, 0.250, 0.222]
    for parameter in ("beta", "theta", "rho"):
        assert truth[parameter] == printed.loc[parameter, "estimate"]
    assert truth["sigma2"] == pytest.approx(SIGMA**2)
    # Our matrix is not the authors', but close: implied impacts are near the printed ones.
    assert truth["direct"] == pytest.approx(printed.loc["direct", "estimate"], abs=0.01)
    assert truth["total"] == pytest.approx((-0.338 + 1.276) / 1.468)


def test_strength_scales_slopes_and_leaves_rho():
    half, none = study.design(0.5), study.design(0.0)
    assert (half.beta, half.theta, half.rho) == (-0.169, 0.638, -0.468)
    assert (none.beta, none.theta, none.rho) == (0, 0, -0.468)
    assert half.T == 9
    assert len(half.W) == 31
    assert np.abs(none.truth[["direct", "indirect", "total"]]).max() == 0


def test_a_row_holds_each_correction_s_estimates():
    rows = study.replicate(1.0, [np.random.default_rng(7), np.random.default_rng(8)])
    assert rows.shape == (2, 3 * len(study.PARAMETERS) * 2)
    seed = int(np.random.default_rng(7).integers(2**62))
    draws = estimator_draws(study.design(1.0), 1, seed, n_jobs=1).loc[0]
    for correction in ("none", "lee-yu", "lee-yu-direct"):
        for parameter in study.PARAMETERS:
            estimate, error = draws.loc[(correction, parameter), ["estimate", "std_error"]]
            assert rows.iloc[0][f"{correction}|{parameter}|estimate"] == estimate
            assert rows.iloc[0][f"{correction}|{parameter}|se"] == error


def hand_made() -> pd.DataFrame:
    """Four panels: two verdicts as published, one error too large, one reversed."""
    figures = {
        "direct|estimate": [-0.4, -0.8, -0.4, 0.4],
        "direct|se": [0.1, 0.1, 0.4, 0.1],
        "indirect|estimate": [1.0, 1.0, 1.0, -1.0],
        "indirect|se": [0.2, 0.2, 0.2, 0.2],
    }
    index = pd.MultiIndex.from_product([["100%"], range(4)], names=["case", "replication"])
    return pd.DataFrame(figures, index).add_prefix("none|")


def test_power_counts_verdicts_and_their_exaggeration():
    row = study.power(hand_made()).loc[("100%", "none")]
    assert row["strength"] == 1
    assert row["significant"] == 0.5
    assert row["direct"] == 0.75
    assert row["indirect"] == 1.0
    assert row["exaggeration"] == pytest.approx(-0.6 / study.design(1.0).truth["direct"])


def test_accuracy_measures_against_each_strength():
    table = study.accuracy(hand_made()).loc[("100%", "none")]
    truth = study.design(1.0).truth
    assert table.loc["direct", "bias"] == pytest.approx(-0.3 - truth["direct"])
    assert table.loc["indirect", "coverage"] == 0.75
    none = hand_made().rename(index={"100%": "0%"}, level="case")
    assert study.accuracy(none).loc[("0%", "none", "direct"), "bias"] == pytest.approx(-0.3)


@pytest.mark.parametrize("case", ["0%", "100%"])
def test_a_rerun_gives_the_stored_numbers(case):
    stored = study.stored().loc[case].iloc[:2]
    position, kept = list(study.CASES).index(case), study.STORED
    batch = Batch(case, position, 0, kept.size, kept.seed)
    again = study.replicate(study.CASES[case], batch.generators()[:2])
    known = stored[again.columns].to_numpy()
    np.testing.assert_allclose(again.to_numpy(), known, rtol=6e-6, atol=1e-9)


@pytest.mark.slow
def test_the_stored_sigma_is_the_calibrated_one():
    assert study.calibrated_sigma() == SIGMA


def test_stored_results_are_complete_and_say_where_they_come_from():
    results, made = study.stored(), study.STORED.record
    assert results.index.unique("case").tolist() == list(study.CASES)
    assert (results.groupby(level="case").size() == made.replications).all()
    assert made.seed == SEEDS["published_design"]

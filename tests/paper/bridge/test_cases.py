"""The bridge: verdicts and agreement on hand-made results, cases as described, stored numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spillover.batches import Batch, run_batch
from spillover.paper.bridge import cases as bridge
from spillover.paper.bridge.cases import BASE, CASES, RAW, RIGHT, Case
from spillover.seeds import SEEDS

SMALL = Case(size=6, periods=4)


def hand_made() -> pd.DataFrame:
    """Two panels of one case, one matrix; errors are 1 but for one that is missing."""
    rows = [
        {"rho": 0.1, "direct": -3.0, "direct se": 1.0, "indirect": 2.5, "indirect se": 1.0},
        {"rho": 0.3, "direct": -1.0, "direct se": 1.0, "indirect": 2.5, "indirect se": 1.0},
        {"rho": 0.5, "direct": 3.0, "direct se": 1.0, "indirect": -2.5, "indirect se": 1.0},
        {"rho": 0.9, "direct": -9.0, "direct se": np.nan, "indirect": 9.0, "indirect se": 1.0},
    ]
    frame = pd.DataFrame(rows).add_prefix("W|")
    frame.index = pd.MultiIndex.from_product([["a"], range(4)], names=["case", "replication"])
    return frame


def test_verdicts_need_both_signs_and_both_errors():
    found = bridge.verdicts(bridge.long_form(hand_made()))
    assert found["signs"].tolist() == [True, True, False, True]
    assert found["significant"].tolist() == [True, False, False, False]
    assert found["reversed"].tolist() == [False, False, True, False]
    strict = bridge.verdicts(bridge.long_form(hand_made()), level=0.01)
    assert not strict["significant"].any()  # 2.5 is below 2.58


def test_agreement_counts_panels():
    truth = pd.DataFrame({"direct": [-1.5], "indirect": [1.0]}, index=["a"])
    table = bridge.agreement(hand_made(), truth).loc["a", "W"]
    expected = {
        "signs": 0.75,
        "significant": 0.25,
        "reversed": 0.25,
        "covers direct": 0.5,
        "covers indirect": 0.5,
        "rho": 0.45,
        "direct": -2.5,
    }
    for name, value in expected.items():
        assert table[name] == pytest.approx(value), name


def test_adding_up_takes_the_common_part_out():
    long = pd.DataFrame({"direct": [-1.0], "indirect": [32.0]})
    assert bridge.adding_up(long, 31).tolist() == [-2.0]
    balanced = pd.DataFrame({"direct": [-1.0], "indirect": [1.0]})
    assert bridge.adding_up(balanced, 31).tolist() == [-1.0]


def test_weights_are_those_they_are_named_for():
    place, matrices = bridge.geography(), bridge.candidates()
    assert list(matrices) == [RIGHT, RAW, "R&D capital", "distance not squared", "contiguity"]
    np.testing.assert_array_equal(matrices[RIGHT], place.links)
    for name, W in matrices.items():
        assert np.diag(W).max() == 0
        if name != RAW:
            np.testing.assert_allclose(W.sum(axis=1), 1)
    raw = matrices[RAW]
    np.testing.assert_allclose(raw, raw.T)
    assert raw.sum(axis=1).mean() == pytest.approx(1)
    np.testing.assert_allclose(raw / raw.sum(axis=1, keepdims=True), matrices[RIGHT])
    nearer = matrices["distance not squared"] / np.where(raw > 0, raw, np.nan)
    ratio = nearer[0] / place.distance[0]  # one power of distance less, row by row
    assert np.nanmax(ratio) == pytest.approx(np.nanmin(ratio))
    neighbours = matrices["contiguity"][place.regions.index("Beijing")]
    assert {place.regions[j] for j in np.flatnonzero(neighbours)} == {"Hebei", "Tianjin"}
    assert list(bridge.candidates(6, 4)) == [RIGHT]


def test_the_noise_of_a_case_is_relative_to_what_technology_moves():
    movement = bridge.world(SMALL).movement
    assert bridge.noise(SMALL) == pytest.approx(movement)
    assert bridge.noise(replace(SMALL, loudness=4.0)) == pytest.approx(4 * movement)
    silent = replace(SMALL, process=replace(BASE, spillover=0.0))
    assert bridge.noise(silent) == pytest.approx(movement)
    assert bridge.world(silent).movement < 1e-9


def test_together_equals_one_by_one():
    generators = [np.random.default_rng(seed) for seed in (1, 2)]
    table = bridge.replicate(SMALL, generators)
    here, W = bridge.world(SMALL), bridge.candidates(6, 4)[RIGHT]
    for row, seed in enumerate((1, 2)):
        sizes = here.draw(np.random.default_rng(seed), bridge.noise(SMALL))
        fit = bridge.model(sizes, here.geography.digital, W).fit("twoways", None)
        impacts = fit.impacts()
        variable = impacts.index[0][0]
        for impact in ("direct", "indirect"):
            known = impacts.loc[(variable, impact)]
            assert table[f"{RIGHT}|{impact}"][row] == pytest.approx(known["estimate"], rel=1e-6)
            assert table[f"{RIGHT}|{impact} se"][row] == pytest.approx(known["std_error"], rel=1e-6)
        assert table[f"{RIGHT}|rho"][row] == pytest.approx(fit.params["rho"], rel=1e-6)


def test_a_new_index_is_used_in_the_fit():
    case = replace(SMALL, process=replace(BASE, response="linear"), new_index=True, loudness=1e-6)
    here = bridge.world(case)
    rng = np.random.default_rng(3)
    index = here.draw_index(rng)
    sizes = here.draw(rng, bridge.noise(case), here.respond(index))
    known = bridge.model(sizes, index, here.geography.links).fit("twoways", None).params["rho"]
    table = bridge.replicate(case, [np.random.default_rng(3)])
    assert table[f"{RIGHT}|rho"][0] == pytest.approx(known, rel=1e-6)


def test_the_regression_recovers_a_durbin_process():
    place = bridge.geography(6, 4)
    case = replace(SMALL, process=replace(BASE, response="alike"), loudness=1e-4)
    truth = bridge.world(case).true_impacts
    table = bridge.replicate(case, [np.random.default_rng(4)])
    assert place.size == 6
    assert table[f"{RIGHT}|direct"][0] == pytest.approx(truth.direct, rel=1e-2)
    assert table[f"{RIGHT}|indirect"][0] == pytest.approx(truth.indirect, rel=1e-2)


def test_truths_have_the_theory_s_signs_and_add_up():
    truth = bridge.truths({name: CASES[name] for name in ("theory in full", "no spillover")})
    assert truth.loc["theory in full", "direct"] < 0
    assert truth["total"].abs().max() < 1e-12
    assert (truth.loc["no spillover"] == 0).all()


def test_provinces_differ_in_their_effects():
    table = bridge.provinces_apart()
    assert table["own effect"].mean() == pytest.approx(
        bridge.truths().loc["theory in full", "direct"]
    )
    assert table["share of movement"].sum() == pytest.approx(1)
    assert table["own effect"].idxmin() == "Jiangsu"


@pytest.mark.parametrize("case", ["theory in full", "theory's effects, index at random"])
def test_a_rerun_gives_the_stored_numbers(case):
    """The first replications of a stored batch, to all digits that are kept."""
    stored = bridge.stored().loc[case].iloc[:3]
    position = list(CASES).index(case)
    generators = Batch(case, position, 0, bridge.STORED.size, SEEDS["bridge"]).generators()[:3]
    again = bridge.replicate(CASES[case], generators)
    known = stored[again.columns].to_numpy()
    np.testing.assert_allclose(again.to_numpy(), known, rtol=6e-5, atol=1e-8)


@pytest.mark.slow
def test_a_rerun_of_a_whole_batch_gives_the_stored_numbers():
    case = "spillover reversed"
    batch = Batch(case, list(CASES).index(case), 9, bridge.STORED.size, SEEDS["bridge"])
    again = run_batch(bridge.replicate, CASES[case], batch)
    known = bridge.stored().loc[case].loc[batch.number * batch.size :][again.columns]
    np.testing.assert_allclose(again.to_numpy(), known.to_numpy(), rtol=6e-5, atol=1e-8)


def test_stored_results_are_complete_and_say_where_they_come_from():
    results, made = bridge.stored(), bridge.STORED.record
    assert results.index.unique("case").tolist() == list(CASES)
    assert (results.groupby(level="case").size() == made.replications).all()
    assert made.seed == SEEDS["bridge"]
    assert "spillover.paper.bridge.cases" in made.command


def test_small_simulation_runs_and_resumes(tmp_path):
    small = replace(bridge.STORED, cases={"small": SMALL})
    options = {"size": 2, "n_jobs": 1, "progress": False}
    first = small.simulate(2, tmp_path, **options)
    more = small.simulate(4, tmp_path, **options)
    pd.testing.assert_frame_equal(more.iloc[:2], first)
    assert len(more) == 4

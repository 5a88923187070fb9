import numpy as np
import pytest

from spillover.paper import relative_size as rs
from spillover.paper import wald_and_lr
from spillover.paper.consistency import WEIGHTS
from spillover.paper.matrices.weights_inverse import own_matrix, reported


@pytest.mark.parametrize("design", ["equal", "unequal", "persistent"])
def test_relative_outcomes_sum_to_the_number_of_provinces(design):
    y = rs.draw_outcome(design, rs.real_sizes(), np.random.default_rng(0))
    assert y.shape == (9, 31)
    assert y.sum(axis=1) == pytest.approx(31)
    assert (y > 0).all()


def test_designs_differ_as_they_say():
    sizes = rs.real_sizes()
    draw = {d: rs.draw_outcome(d, sizes, np.random.default_rng(0)) for d in rs.DESIGNS}
    assert draw["equal"].mean(axis=0).std() < 0.2 < draw["unequal"].mean(axis=0).std()
    steps = np.diff(np.log(draw["persistent"]), axis=0).var()
    assert np.diff(np.log(draw["unequal"]), axis=0).var() == pytest.approx(2 * steps, rel=0.3)
    assert abs(draw["absolute"].mean()) < 0.05


def test_links_are_the_papers_and_row_standardised():
    for name, W in rs.paper_links().items():
        assert np.allclose(W.sparse.toarray(), own_matrix(name, 2009))


def test_stored_draws_are_reproduced():
    W, stored = rs.paper_links()["rd_capital"], rs.stored()
    again = rs.simulate_one("persistent", W, "lee-yu", replications=4)
    levels = ["design", "weights", "correction"]
    kept = stored.xs(("persistent", "rd_capital", "lee-yu"), level=levels).head(4)
    assert again.to_numpy() == pytest.approx(kept.to_numpy(), abs=1e-3)
    assert stored.groupby(level=[0, 1, 2]).size().eq(rs.REPLICATIONS).all()


def test_no_interaction_gives_a_negative_rho():
    table = rs.summary(rs.stored(), {w: reported(w).rho.middle for w in WEIGHTS})
    plain = table.xs("none", level="correction")
    corrected = table.xs("lee-yu", level="correction")
    assert (plain["mean"] < -0.15).all()
    assert corrected.loc["absolute", "mean"].abs().max() < 0.05
    assert corrected.loc["absolute", "rejected"].between(0.03, 0.1).all()
    assert (plain.loc["persistent", "as_low"] > plain.loc["absolute", "as_low"]).all()
    assert (table["negative"] <= table["rejected"]).all()


def test_adding_up_impacts_keep_the_sum():
    for weights in WEIGHTS:
        W, report = own_matrix(weights), reported(weights)
        impacts = rs.adding_up_impacts(W, report)
        assert impacts["total"] == pytest.approx(0, abs=1e-12)
        assert impacts["indirect"] == pytest.approx(-impacts["direct"])
        free = rs.impact_matrix(W, report)
        removed = free.sum() / 31 / 31
        assert impacts["direct"] == pytest.approx(np.trace(free) / 31 - removed)


def test_printed_pairs_are_compared_with_similar_panels():
    table = wald_and_lr.compare(wald_and_lr.stored())
    assert (table["panels"] >= 50).all()
    assert table["ratio"].to_numpy() == pytest.approx(
        [44.97 / 32.14, 41.78 / 40.82, 35.18 / 36.84, 29.77 / 44.06], abs=1e-4
    )
    assert (table["p_value"] < 0.05).all()
    clustered = wald_and_lr.compare(wald_and_lr.stored(), "clustered")
    assert (clustered["high"] - clustered["low"] > 5 * (table["high"] - table["low"])).all()


def test_a_typical_simulated_pair_is_not_refused():
    draws = wald_and_lr.stored()
    table = wald_and_lr.compare(draws)
    similar = draws.xs(("rd_capital", "SAR"), level=["weights", "null"])
    ratio = (similar["wald_observed"] / similar["lr"]).median()
    row = table.loc[("rd_capital", "SAR")]
    assert row["low"] < ratio < row["high"]


def test_stored_statistics_are_reproduced():
    again = wald_and_lr.simulate_one("rd_personnel", replications=2)
    kept = wald_and_lr.stored().loc["rd_personnel"].iloc[:4]
    assert again.loc[kept.index].to_numpy() == pytest.approx(kept.to_numpy(), abs=0.02)

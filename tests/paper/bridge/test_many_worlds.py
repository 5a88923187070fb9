"""Many worlds: parameters within their ranges, stable starts, stored numbers come again."""

import numpy as np
import pytest

from spillover.batches import Batch
from spillover.panel.many_fits import many_fits
from spillover.paper.bridge import many_worlds as study
from spillover.paper.bridge.cases import RAW, RIGHT, model, verdicts
from spillover.paper.bridge.cases import figures as table_of
from spillover.paper.bridge.model_panels import patent_shares, provinces
from spillover.seeds import SEEDS


@pytest.fixture(scope="module")
def stored():
    return study.stored()


def test_stored_parameters_lie_within_their_ranges(stored):
    for name, (low, high, why) in study.RANGES.items():
        assert why
        assert stored[name].between(low, high).all()
        # Drawn evenly in logarithms: the middle of the range halves the worlds.
        assert (stored[name] > np.sqrt(low * high)).mean() == pytest.approx(0.5, abs=0.3)
    assert set(stored["accounts"]) == {"published", "closed"}
    assert set(stored["start"]) == set(study.STARTS)


def test_a_drawn_world_is_what_it_says():
    world, drawn = study.draw_world("inward", np.random.default_rng(3))
    assert world.settled
    assert world.process.direction == "inward"
    for name in set(study.RANGES) - {"loudness"}:
        assert getattr(world.process, name) == drawn[name]
    assert world.process.accounts == drawn["accounts"]


def test_starts_differ_in_creative_people_only():
    real = provinces()
    np.testing.assert_array_equal(study.place("personnel").creative, real.creative)
    np.testing.assert_array_equal(study.place("patents").creative, patent_shares())
    np.testing.assert_array_equal(study.place("patents").links, real.links)


def test_unsettled_worlds_are_drawn_again(monkeypatch):
    answers = iter([False, ArithmeticError, True])
    seen = []

    class Fake:
        def __init__(self, place, process):
            seen.append(process)

        @property
        def settled(self):
            answer = next(answers)
            if answer is ArithmeticError:
                raise answer
            return answer

    monkeypatch.setattr(study, "World", Fake)
    study.draw_world("outward", np.random.default_rng(1))
    assert len(seen) == 3
    assert seen[0] != seen[1] != seen[2]


def test_a_rerun_gives_the_stored_numbers_and_they_are_the_verdicts(stored):
    batch = Batch("outward", 0, 0, study.STORED.size, SEEDS["bridge_worlds"])
    again = study.replicate("outward", batch.generators()[:1]).iloc[0]
    known = stored.loc["outward"].iloc[0]
    numbers = [name for name in known.index if name not in ("accounts", "start")]
    expected = known[numbers].astype(float)
    np.testing.assert_allclose(again[numbers].astype(float), expected, rtol=6e-5, atol=1e-8)
    assert (again["accounts"], again["start"]) == (known["accounts"], known["start"])

    rng = batch.generators()[0]
    world, drawn = study.draw_world("outward", rng)
    panels = [world.draw(rng, drawn["loudness"] * world.movement) for _ in range(study.PANELS)]
    fits = table_of(
        many_fits(
            model(panels[0], world.geography.digital, world.geography.links),
            np.array(panels),
            correction=None,
        )
    )
    shares = verdicts(fits).mean()
    for column in ("signs", "significant", "reversed"):
        assert again[f"{RIGHT}|{column}"] == pytest.approx(shares[column])
    truth = world.true_impacts.direct
    reach = 1.959964 * fits["direct se"]
    covered = fits["direct"].sub(truth).abs().le(reach).mean()
    assert again[f"{RIGHT}|covers direct"] == pytest.approx(covered)
    assert again["true direct"] == pytest.approx(truth)
    assert again[f"{RIGHT}|rho"] == pytest.approx(fits["rho"].mean())
    assert again[f"{RAW}|rho"] != pytest.approx(fits["rho"].mean())


def test_stored_results_are_complete_and_say_where_they_come_from(stored):
    made = study.STORED.record
    assert stored.index.unique("case").tolist() == list(study.DIRECTIONS)
    assert (stored.groupby(level="case").size() == made.replications).all()
    assert made.seed == SEEDS["bridge_worlds"]

"""Panels made by the model: known sums and derivatives, silence without spillovers, noise."""

from dataclasses import replace

import numpy as np
import pytest

from spillover.panel.effects import within
from spillover.paper.bridge.model_panels import (
    Process,
    World,
    patent_shares,
    provinces,
    scattered,
)


@pytest.fixture(scope="module")
def towns():
    return scattered(7, 4, seed=3)


def test_provinces_are_the_real_ones():
    place = provinces()
    assert place.size == 31
    assert place.digital.shape == (7, 31)
    np.testing.assert_allclose(place.links.sum(axis=1), 1)
    for shares in (place.labour, place.creative, patent_shares()):
        assert shares.sum() == pytest.approx(1)
        assert (shares > 0).all()
    beijing, hebei = place.regions.index("Beijing"), place.regions.index("Hebei")
    guangdong, tibet = place.regions.index("Guangdong"), place.regions.index("Tibet")
    assert place.distance[beijing, hebei] == pytest.approx(264, abs=5)
    assert place.creative[guangdong] > 20 * place.creative[tibet]
    # Hebei is small beside Beijing: it hears much of Beijing, Beijing less of it.
    assert place.links[hebei, beijing] > place.links[beijing, hebei]


@pytest.mark.parametrize("direction", ["outward", "inward"])
@pytest.mark.parametrize("outcome", ["creative", "firms"])
@pytest.mark.parametrize("accounts", ["published", "closed"])
def test_matrix_is_the_derivative_of_sizes(towns, direction, outcome, accounts):
    process = Process(direction=direction, outcome=outcome, accounts=accounts, psi=2.0)
    place = replace(towns, digital=towns.digital[:1])
    matrix = World(place, process).matrix
    assert np.abs(matrix.sum(axis=0)).max() < 1e-12
    # The economy stays that of the first year; only the second year's technology moves.
    step, base = 1e-3, World(place, process)
    for j in (0, 4):
        ends = []
        for sign in (1, -1):
            index = place.digital[0] + sign * step * (np.arange(7) == j)
            year = replace(place, digital=np.array([place.digital[0], index]))
            ends.append(World(year, process).undisturbed[1])
        numerical = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(matrix[:, j], numerical, rtol=1e-3, atol=1e-7)
    assert base.settled


def test_average_impacts_of_the_theory(towns):
    impacts = World(towns, Process()).true_impacts
    assert impacts.direct < 0 < impacts.indirect
    assert impacts.total == pytest.approx(0, abs=1e-12)
    assert World(towns, Process(direction="inward")).true_impacts.direct > 0


def test_the_sender_is_a_column_of_the_matrix():
    # Only town 0 is heard, and by town 1 only: its technology lifts town 1.
    place = scattered(4, 1, seed=5)
    links = np.zeros((4, 4))
    links[1, 0] = 1.0
    matrix = World(replace(place, links=links), Process()).matrix
    assert matrix[1, 0] > 0 > matrix[0, 0]
    assert np.abs(matrix[:, 1:]).max() < 1e-14


@pytest.mark.parametrize("response", ["equilibrium", "linear", "alike"])
def test_undisturbed_sizes_average_one(towns, response):
    sizes = World(towns, Process(response=response)).undisturbed
    assert sizes.shape == (4, 7)
    np.testing.assert_allclose(sizes.mean(axis=1), 1, rtol=1e-12)
    assert within(sizes, "twoways").std() > 0


def test_first_year_starts_from_the_given_sizes(towns):
    np.testing.assert_allclose(World(towns, Process()).undisturbed[0], 7 * towns.creative)


def test_no_spillover_no_effect(towns):
    world = World(towns, Process(spillover=0.0))
    assert np.abs(world.matrix).max() == 0
    assert world.movement < 1e-9


def test_openness_lets_everyone_hear(towns):
    economy = World(towns, Process(openness=1.0)).economy
    np.testing.assert_array_equal(economy.links, np.ones((7, 7)))
    half = World(towns, Process(openness=0.5)).economy.links
    np.testing.assert_allclose(half, 0.5 * towns.links.T + 0.5)


def test_linear_response_is_close_to_small_equilibrium_moves(towns):
    calm = replace(towns, digital=0.01 * towns.digital)
    solved = World(calm, Process()).undisturbed
    linear = World(calm, Process(response="linear")).undisturbed
    np.testing.assert_allclose(
        within(solved, "twoways"), within(linear, "twoways"), rtol=0.02, atol=1e-9
    )


def test_alike_is_a_durbin_process(towns):
    world = World(towns, Process(response="alike"))
    d, x = world.true_impacts.direct, within(towns.digital, "twoways")
    lagged = within(towns.digital @ towns.links.T, "twoways")
    np.testing.assert_allclose(within(world.undisturbed, "twoways"), d * (x - lagged), atol=1e-14)


def test_partial_adjustment_closes_a_share_of_the_gap(towns):
    ends = [World(towns, Process(adjustment=a)).undisturbed for a in (0.0, 0.4, 1.0)]
    np.testing.assert_allclose(ends[0], np.tile(7 * towns.creative, (4, 1)))
    gap = np.log(ends[2][1] / ends[2][0])
    moved = np.log(ends[1][1] / ends[1][0])
    ratio = (moved - moved[0]) / np.where(gap - gap[0] == 0, np.nan, gap - gap[0])
    np.testing.assert_allclose(ratio[1:], 0.4, rtol=1e-6)


def test_measured_sizes_scatter_around_the_undisturbed_ones(towns):
    world, rng = World(towns, Process()), np.random.default_rng(1)
    draws = np.array([world.draw(rng, 0.005) for _ in range(2000)])
    np.testing.assert_allclose(draws.mean(axis=2), 1)
    error = 5 * 0.005 / np.sqrt(len(draws))
    np.testing.assert_allclose(draws.mean(axis=0), world.undisturbed, atol=error)
    # Dividing by the year's mean takes out a part of the noise; the smallest region keeps it.
    smallest = towns.creative.argmin()
    assert draws[:, :, smallest].std(axis=0).mean() == pytest.approx(0.005, rel=0.1)


def test_other_sizes_can_be_measured(towns):
    sizes = np.arange(1.0, 29).reshape(4, 7)
    drawn = World(towns, Process()).draw(np.random.default_rng(1), 0.0, sizes)
    np.testing.assert_allclose(drawn, sizes / sizes.mean(axis=1, keepdims=True))


def test_a_drawn_index_keeps_means_and_spread():
    place = provinces()
    rng = np.random.default_rng(2)
    draws = np.array([World(place, Process()).draw_index(rng) for _ in range(300)])
    spread = within(place.digital, "twoways").std()
    np.testing.assert_allclose(draws.mean(axis=(0, 1)), place.digital.mean(axis=0), atol=0.02)
    assert (draws - place.digital.mean(axis=0)).std() == pytest.approx(spread, rel=0.01)


def test_unsettled_starts_are_noticed():
    settled = World(provinces(), Process(psi=2.0, accounts="closed"))
    unsettled = World(provinces(), Process(psi=0.7, accounts="closed"))
    assert settled.settled
    assert not unsettled.settled


@pytest.mark.parametrize("wrong", [{"response": "wild"}, {"outcome": "sales"}])
def test_unknown_options_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        Process(**wrong)

"""ln|I - rho W| and its traces against brute-force determinants and inverses."""

from itertools import product

import numpy as np
import pytest
from scipy import sparse
from scipy.spatial import cKDTree

from spillover.panel.log_determinant import (
    Moments,
    admissible_interval,
    log_determinant,
    stated_error,
)
from spillover.seeds import SEEDS


def random_weights(n, standardised, seed=1):
    rng = np.random.default_rng(seed)
    W = rng.random((n, n)) * (rng.random((n, n)) < 0.3)
    np.fill_diagonal(W, 0)
    W[np.arange(n), np.roll(np.arange(n), 1)] = 0.5
    if standardised:
        W /= W.sum(axis=1, keepdims=True)
    return sparse.csr_array(W)


@pytest.mark.parametrize("standardised", [True, False])
@pytest.mark.parametrize("share", [-0.9, -0.2, 0.0, 0.4, 0.95])
def test_value_and_traces_equal_brute_force(standardised, share):
    W = random_weights(12, standardised)
    logdet = log_determinant(W)
    rho = share * (logdet.interval[1] if share > 0 else -logdet.interval[0])
    A = np.eye(12) - rho * W.toarray()
    G = W.toarray() @ np.linalg.inv(A)
    assert logdet.value(rho) == pytest.approx(np.linalg.slogdet(A)[1], abs=1e-11)
    assert logdet.trace_g(rho) == pytest.approx(np.trace(G), rel=1e-11, abs=1e-11)
    assert logdet.trace_g2(rho) == pytest.approx(np.trace(G @ G), rel=1e-11, abs=1e-11)
    for kept in (G, G - G.mean(axis=0)):
        squares = logdet.trace_gtg(rho, demeaned=kept is not G)
        assert squares == pytest.approx(np.trace(kept.T @ kept), rel=1e-11, abs=1e-11)
    assert logdet.trace_inverse(rho) == pytest.approx(np.trace(np.linalg.inv(A)), rel=1e-11)


def test_vectorised_in_rho():
    logdet = log_determinant(random_weights(12, True))
    rhos = np.linspace(-0.5, 0.9, 6).reshape(2, 3)
    for method in (logdet.value, logdet.trace_g, logdet.trace_g2, logdet.trace_inverse):
        expected = [[float(method(rho)) for rho in row] for row in rhos]
        np.testing.assert_allclose(method(rhos), expected, rtol=1e-13)


@pytest.mark.parametrize("standardised", [True, False])
def test_determinant_vanishes_at_the_ends_of_the_interval_and_nowhere_inside(standardised):
    W = random_weights(12, standardised, seed=2 if standardised else 1)
    lower, upper = log_determinant(W).interval
    for end in (lower, upper):
        assert np.linalg.det(np.eye(12) - end * W.toarray()) == pytest.approx(0, abs=1e-10)
    inside = np.linspace(lower, upper, 402)[1:-1]
    assert all(np.linalg.det(np.eye(12) - rho * W.toarray()) > 0 for rho in inside)
    if standardised:
        assert upper == pytest.approx(1)


def test_directed_ring_has_no_negative_real_eigenvalue():
    ring = sparse.csr_array(np.roll(np.eye(5), 1, axis=1))
    assert log_determinant(ring).interval == pytest.approx((-1, 1))
    assert log_determinant(ring).value(-0.9) == pytest.approx(np.log(1 + 0.9**5))


def directed_ring(weights):
    n = len(weights)
    return sparse.csr_array((weights, (np.arange(n), np.roll(np.arange(n), -1))))


@pytest.mark.parametrize("weights", [np.ones(450), np.random.default_rng(4).uniform(0.5, 2, 450)])
def test_a_ring_whose_eigenvalues_crowd_at_every_edge(weights):
    logdet = log_determinant(directed_ring(weights))
    radius = np.exp(np.log(weights).mean())
    assert logdet.interval == pytest.approx((-1 / radius, 1 / radius), rel=1e-10)
    near = 0.999 / radius
    assert logdet.value(near) == pytest.approx(np.log(1 - 0.999**450), rel=1e-7)


def test_a_region_on_no_circle_of_links_has_no_part_in_the_interval():
    weights = np.random.default_rng(4).uniform(0.5, 2, 450)
    W = directed_ring(weights).tolil()
    W[-1, 0], W[-1, 225] = 0, 1.0
    radius = np.exp((np.log(weights[225:-1]).sum()) / 225)
    assert log_determinant(W).interval[1] == pytest.approx(1 / radius, rel=1e-10)


def test_an_eigenvalue_of_zero_bounds_nothing():
    assert admissible_interval([1, -1e-9, -0.5 + 0.8j, -0.5 - 0.8j]) == (-1, 1)


@pytest.mark.parametrize("method", ["dense", "sparse", "moments"])
def test_weights_that_close_no_circle_are_refused(method):
    path = sparse.csr_array(np.eye(9, k=1))
    with pytest.raises(ValueError, match="no links that close a circle"):
        log_determinant(path, method)


def test_list_of_weights_sums_over_periods():
    first, second = random_weights(9, True, seed=2), random_weights(9, False, seed=3)
    one, two, both = map(log_determinant, (first, second, [first, second]))
    assert both.n == 18
    assert both.interval == (
        max(one.interval[0], two.interval[0]),
        min(one.interval[1], two.interval[1]),
    )
    rho = 0.3 * both.interval[1]
    for name in ("value", "trace_g", "trace_g2", "trace_gtg", "trace_inverse"):
        total = getattr(one, name)(rho) + getattr(two, name)(rho)
        assert getattr(both, name)(rho) == pytest.approx(total)


def test_weights_without_links_are_refused():
    with pytest.raises(ValueError, match="no links"):
        log_determinant(sparse.csr_array((4, 4)))


def nearest_neighbours(n, k, seed=5):
    points = np.random.default_rng(seed).random((n, 2))
    neighbours = cKDTree(points).query(points, k + 1)[1][:, 1:]
    rows = np.repeat(np.arange(n), k)
    return sparse.csr_array((np.full(n * k, 1 / k), (rows, neighbours.ravel())), shape=(n, n))


def raw_distances(n, seed=6):
    W = nearest_neighbours(n, 4, seed)
    W.data = np.random.default_rng(seed).random(W.nnz)
    return W


@pytest.mark.parametrize("W", [nearest_neighbours(500, 6), raw_distances(450)])
def test_sparse_path_agrees_with_dense_path(W):
    dense, interpolated = log_determinant(W, "dense"), log_determinant(W, "sparse")
    assert interpolated.interval == pytest.approx(dense.interval, rel=1e-10)
    low, high = dense.interval
    rhos = low + (high - low) * np.array([0.01, 0.3, 0.5, 0.8, 0.95, 0.999])
    for name, rel in (("value", 1e-11), ("trace_g", 1e-9), ("trace_g2", 1e-8)):
        expected = getattr(dense, name)(rhos)
        np.testing.assert_allclose(getattr(interpolated, name)(rhos), expected, rtol=rel, atol=rel)
    close_to_an_end = high - 1e-5 * (high - low)
    for demeaned, (rho, rel) in product(
        (False, True), ((rhos[3], 1e-11), (rhos[-1], 1e-9), (close_to_an_end, 1e-5))
    ):
        squares = [each.trace_gtg(rho, demeaned) for each in (interpolated, dense)]
        assert squares[0] == pytest.approx(squares[1], rel=rel)
    expected, middle = dense.value(rhos), slice(1, 4)
    assert interpolated.coarse(rhos)[middle] == pytest.approx(expected[middle], rel=0.01, abs=0.1)


def test_one_rho_takes_a_circle_and_many_take_panels():
    logdet = log_determinant(nearest_neighbours(450, 5), "sparse")
    logdet.value(0.3)
    around = logdet.factorisations
    logdet.trace_g2(0.295)
    assert 0 < around == logdet.factorisations <= 6
    logdet.value(np.linspace(0.25, 0.35, 9))
    wide = logdet.factorisations - around
    assert around < wide < 45
    logdet.trace_g(np.linspace(0.26, 0.34, 7))
    assert logdet.factorisations == around + wide


def test_many_single_rhos_end_in_one_wide_panel():
    logdet = log_determinant(nearest_neighbours(450, 5), "sparse")
    dense = log_determinant(nearest_neighbours(450, 5), "dense")
    for rho in np.linspace(-0.3, 0.2, 12):
        assert logdet.trace_g2(rho) == pytest.approx(dense.trace_g2(rho), rel=1e-8)
    assert logdet.factorisations < 80


def test_choice_of_path():
    def path(W):
        return type(log_determinant(W)).__name__

    assert path(nearest_neighbours(400, 5)) == "Eigenvalues"
    assert path(nearest_neighbours(401, 5)) == "Interpolant"
    assert path(random_weights(401, True)) == "Eigenvalues"
    assert type(log_determinant(random_weights(30, True), "sparse")).__name__ == "Interpolant"
    with pytest.raises(ValueError, match="choose dense, sparse or moments"):
        log_determinant(random_weights(9, True), "grid")


def test_rho_outside_the_interval_is_refused_on_the_sparse_path():
    logdet = log_determinant(nearest_neighbours(410, 5))
    with pytest.raises(ValueError, match="rho must lie within"):
        logdet.value([0.5, 1.0])


def test_coarse_sum_over_periods():
    W = nearest_neighbours(410, 5)
    both = log_determinant([W, random_weights(9, True)])
    assert both.coarse(0.4) == pytest.approx(both.value(0.4), rel=0.01)


def bound(moments, name, rho):
    """Stated error of a function of rho."""
    by_variants = [getattr(each, name)(rho) for each in moments.variants()]
    return stated_error(getattr(moments, name)(rho), by_variants)


@pytest.mark.parametrize("W", [nearest_neighbours(500, 6), raw_distances(450)])
def test_moments_are_right_within_their_stated_error(W):
    dense, moments = log_determinant(W, "dense"), log_determinant(W, "moments")
    rhos = moments.interval[1] * np.array([-0.9, -0.4, 0.1, 0.4, 0.7, 0.9])
    for name in ("value", "trace_g", "trace_g2"):
        off = np.abs(getattr(moments, name)(rhos) - getattr(dense, name)(rhos))
        assert (off <= bound(moments, name, rhos)).all()
    highest = 1 / moments.interval[1]
    assert (bound(moments, "trace_g", rhos[1:4]) <= 0.02 * W.shape[0] * highest).all()
    assert moments.value(rhos) == pytest.approx(dense.value(rhos), rel=0.05)
    assert moments.trace_g2(rhos[3]) == pytest.approx(dense.trace_g2(rhos[3]), rel=0.05)
    for demeaned in (False, True):
        squares = [each.trace_gtg(rhos[3], demeaned) for each in (moments, dense)]
        assert squares[0] == pytest.approx(squares[1], rel=0.05)


def test_stated_error_covers_the_truth_over_many_draws_of_signs(monkeypatch):
    W = nearest_neighbours(450, 6)
    truth = log_determinant(W, "dense").trace_g(0.7)
    ratios = []
    for seed in range(40):
        monkeypatch.setitem(SEEDS, "log_determinant_moments", seed)
        moments = Moments(W, probes=16)
        ratios.append(abs(moments.trace_g(0.7) - truth) / bound(moments, "trace_g", 0.7))
    assert np.mean(np.array(ratios) <= 1) >= 0.95
    assert np.mean(np.array(ratios) <= 0.1) <= 0.4


def test_the_tail_of_a_short_series_is_in_the_stated_error():
    W = nearest_neighbours(450, 6)
    truth = log_determinant(W, "dense").trace_g(0.95)
    short = Moments(W, moments=10)
    assert 0 < abs(short.trace_g(0.95) - truth) <= bound(short, "trace_g", 0.95)


def test_moments_refuse_a_rho_outside_their_interval():
    with pytest.raises(ValueError, match="rho must lie within"):
        log_determinant(nearest_neighbours(410, 5), "moments").value(1.0)


@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.02, 0.4, 0.9])
def test_one_rho_takes_three_factorisations(rho):
    logdet = log_determinant(nearest_neighbours(450, 5), "sparse")
    dense = log_determinant(nearest_neighbours(450, 5), "dense")
    for at in (rho, rho + 0.001):
        assert logdet.trace_g(at) == pytest.approx(dense.trace_g(at), rel=1e-10, abs=1e-9)
        assert logdet.trace_g2(at) == pytest.approx(dense.trace_g2(at), rel=1e-7)
    assert logdet.factorisations == 3

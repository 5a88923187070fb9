"""ln|I - rho W| and its traces against brute-force determinants and inverses."""

import numpy as np
import pytest
from scipy import sparse
from spillover.panel.log_determinant import log_determinant


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
    assert logdet.trace_gtg(rho) == pytest.approx(np.trace(G.T @ G), rel=1e-11, abs=1e-11)
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

"""Posterior probabilities by brute-force integration; combinations on a known truth."""

import numpy as np
import pandas as pd
import pytest
from brute_force import ring, weights
from numpy.testing import assert_allclose
from scipy import integrate

from spillover.panel import SpatialPanel, combine_matrices, matrix_probabilities
from spillover.panel.effects import within
from spillover.panel.simulate import simulate_panel

N, T = 12, 5


def candidates(n: int = N) -> dict[str, np.ndarray]:
    return {"ring": ring(n), "a": weights(n, 1), "b": weights(n, 2)}


def model(true="ring", name="sdm", n=N, t=T, seed=4, W=None, **process) -> SpatialPanel:
    process = {"beta": [1.0], "theta": [0.5], "rho": 0.4, "effects": "twoways"} | process
    W = candidates(n)[true] if W is None else W
    frame = simulate_panel(W, t, rng=seed, **process)
    return SpatialPanel.from_formula("y ~ x1", frame, W, model=name)


def brute_marginal(m: SpatialPanel, W: np.ndarray, effects: str) -> float:
    """Integral of the explicit joint density over rho, coefficients and variance integrated out."""
    y, x = m.data.y, m.data.X[..., 0]
    columns = [x, x @ W.T] if m.model == "sdm" else [x]
    flat = [within(v, effects).ravel() for v in (y, y @ W.T, *columns)]
    Z = np.column_stack(flat[2:])
    hat = Z @ np.linalg.pinv(Z)
    e0, e1 = (v - hat @ v for v in flat[:2])
    free = N - (effects == "twoways")
    n = free * (T - 1)
    roots = np.linalg.eigvals(W).real
    roots = np.sort(roots)[:free]  # time effects take the root of one
    low, high = 1 / np.linalg.eigvals(W).real.min(), 1.0
    middle = e0 @ e1 / (e1 @ e1)

    def log_density(rho):
        rest = ((e0 - rho * e1) ** 2).sum()
        jacobian = (T - 1) * np.log(1 - rho * roots).sum()
        return jacobian - (n - Z.shape[1]) / 2 * np.log(rest)

    peak = max(log_density(r) for r in np.linspace(low * 0.99, 0.99, 500))
    turns = [middle] if low < middle < high else None
    value = integrate.quad(
        lambda r: np.exp(log_density(r) - peak), low, high, points=turns, limit=500
    )[0]
    return peak + np.log(value / (high - low)) - np.linalg.slogdet(Z.T @ Z)[1] / 2


@pytest.mark.parametrize("effects", ["individual", "twoways"])
@pytest.mark.parametrize("name", ["sar", "sdm"])
def test_probabilities_by_brute_force(name, effects):
    m = model(name=name)
    table = matrix_probabilities(m, candidates(), effects)
    expected = np.array([brute_marginal(m, W, effects) for W in candidates().values()])
    gaps = table["log_marginal"] - table["log_marginal"].iloc[0]
    assert_allclose(gaps, expected - expected[0], atol=1e-5)
    assert table["probability"].sum() == pytest.approx(1)
    shares = np.exp(expected - expected.max())
    assert_allclose(table["probability"], shares / shares.sum(), atol=1e-6)


@pytest.mark.parametrize("true", ["ring", "a", "b"])
@pytest.mark.parametrize("name", ["sar", "sem", "sdm", "sdem"])
def test_the_matrix_of_the_process_is_found(true, name):
    process = {"lam": 0.6, "rho": 0.0} if name in ("sem", "sdem") else {}
    m = model(true, name, n=31, t=9, **process)
    table = matrix_probabilities(m, candidates(31))
    assert table["probability"].idxmax() == true
    assert table.loc[true, "probability"] > 0.5


def test_scale_of_a_regressor_does_not_matter():
    m = model()
    wide = SpatialPanel(m.data.long(m.data.y), 1000 * m.data.long(m.data.X[..., 0]), ring(N))
    pair = [matrix_probabilities(x, candidates())["probability"] for x in (m, wide)]
    assert_allclose(*pair, rtol=1e-8)


def test_unequal_row_sums_are_compared_without_correction():
    raw = {**candidates(), "raw": weights(N, 3, row_standardised=False)}
    table = matrix_probabilities(model(), raw)
    plain = matrix_probabilities(model(), raw, correction=None)
    pd.testing.assert_frame_equal(table, plain)


def test_two_spatial_parameters_are_refused():
    with pytest.raises(ValueError, match="exactly one spatial parameter"):
        matrix_probabilities(model(name="sac"), candidates())


def mixed_up(n):
    """A ring of the regions in another order: sparse, so that time effects leave its lags alone."""
    order = np.random.default_rng(6).permutation(n)
    return ring(n)[np.ix_(order, order)]


def mixed(share=0.7, n=40, t=15):
    W = share * ring(n) + (1 - share) * mixed_up(n)
    return model(n=n, t=t, W=W, rho=0.5), {"ring": ring(n), "a": mixed_up(n)}, W


def test_combination_finds_shares_and_impacts():
    m, matrices, W = mixed()
    found = combine_matrices(m, matrices)
    assert abs(found.shares["ring"] - 0.7) < 3 * found.std_errors["ring"]
    assert 0.01 < found.std_errors["ring"] < 0.2
    assert found.shares.sum() == pytest.approx(1)
    effect = np.linalg.solve(np.eye(40) - 0.5 * W, np.eye(40) + 0.5 * W)
    total, direct = effect.sum() / 40, np.trace(effect) / 40
    table = found.impacts().loc["x1"]
    for name, truth in {"direct": direct, "total": total}.items():
        assert abs(table.loc[name, "estimate"] - truth) < 3 * table.loc[name, "std_error"]


def test_errors_of_a_combination_are_those_of_parameters_and_shares():
    m, matrices, _ = mixed(n=20, t=6)
    found, step = combine_matrices(m, matrices), 1e-3
    up, down = (
        SpatialPanel.from_formula("y ~ x1", _frame(m), g * ring(20) + (1 - g) * mixed_up(20))
        .fit()
        .impacts()["estimate"]
        for g in found.shares["ring"] + np.array([step, -step])
    )
    of_shares = (up - down) / (2 * step) * found.std_errors["ring"]
    expected = np.hypot(found.fit.impacts()["std_error"], of_shares)
    assert of_shares.abs().max() > 0.01
    assert_allclose(found.impacts()["std_error"], expected, rtol=1e-3)


def test_combination_beats_every_point_of_a_grid():
    m, matrices, _ = mixed(n=20, t=6)
    found = combine_matrices(m, matrices)
    grid = [
        SpatialPanel(m.data)
        .from_formula("y ~ x1", _frame(m), g * matrices["ring"] + (1 - g) * matrices["a"])
        .fit()
        .loglik
        for g in np.linspace(0, 1, 21)
    ]
    assert found.fit.loglik >= max(grid) - 1e-6


def _frame(m):
    data = m.data
    return pd.DataFrame({"y": data.long(data.y), "x1": data.long(data.X[..., 0])})


def test_a_wrong_matrix_gets_no_share():
    m = model("ring", n=40, t=15)
    found = combine_matrices(m, {"ring": ring(40), "a": mixed_up(40)})
    assert found.shares["ring"] > 0.85
    with pytest.raises(ValueError, match="at least two"):
        combine_matrices(m, {"ring": ring(40)})


def test_candidates_without_ids_need_one_order():
    W = ring(31)
    frame = simulate_panel(W, 6, [1.0], rho=0.4, rng=1)
    shuffled = frame.loc[[5, *(r for r in range(31) if r != 5)]]
    m = SpatialPanel.from_formula("y ~ x1", shuffled, pd.DataFrame(W, range(31), range(31)))
    for of in (matrix_probabilities, combine_matrices):
        with pytest.raises(ValueError, match="W carries no region ids"):
            of(m, {"ring": W, "other": mixed_up(31)})

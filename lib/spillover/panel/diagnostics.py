"""Tests of spatial dependence in residuals: Lagrange multipliers, Moran's I, Pesaran's CD."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse, stats

from spillover.panel.effects import within
from spillover.panel.hypotheses import SpecificationTest
from spillover.panel.inputs import PanelData
from spillover.panel.protocols import Model

LM_EFFECTS = ("none", "individual", "time", "twoways")


def lm_tests(
    model: Model | PanelData, effects: str | Sequence[str] = LM_EFFECTS, durbin: bool = False
) -> pd.DataFrame:
    r"""Lagrange multiplier tests for a spatial lag and a spatial error, classic and robust.

    The alternative to each is the panel regression without spatial dependence and with the
    effects removed by dummies. With :math:`e` its residuals, :math:`s^2 = e'e / NT`,
    :math:`\hat y` its fitted values (effects included), :math:`M` the projection off regressors
    and dummies and :math:`T_W = \sum_t tr(W_t'W_t + W_t W_t)`,

    .. math::
        LM_{lag} = (e'Wy / s^2)^2 / J, \qquad LM_{error} = (e'We / s^2)^2 / T_W, \qquad
        J = \hat y'W'MW\hat y / s^2 + T_W

    and the robust forms, each insensitive to local dependence of the other kind,

    .. math::
        LM^*_{lag} = (e'Wy - e'We)^2 / s^4 / (J - T_W), \qquad
        LM^*_{error} = (e'We - T_W J^{-1} e'Wy)^2 / s^4 / [T_W (1 - T_W / J)].

    Parameters
    ----------
    model
        A model or its data; the kind of model does not matter.
    effects
        One or several of none, individual, time, twoways.
    durbin
        Whether the regression includes the spatial lags of the regressors.

    Returns
    -------
    pandas.DataFrame
        Indexed by (effects, test), test in lag, error, robust lag, robust error; columns
        statistic, df, p_value.

    References
    ----------
    Anselin, Le Gallo and Jayet (2008), section 19.4.2; Elhorst (2014), section 3.3.1.
    """
    data = model if isinstance(model, PanelData) else model.data
    chosen = (effects,) if isinstance(effects, str) else tuple(effects)
    return pd.concat({e: _lm_table(data, e, durbin) for e in chosen}, names=["effects", "test"])


def _lm_table(data: PanelData, effects: str, durbin: bool) -> pd.DataFrame:
    X = np.concatenate([data.X, data.lag(data.X)], axis=2) if durbin else data.X
    Z = _demeaned(X, effects, data.intercept).reshape(-1, X.shape[2])
    e = _residuals(Z, _demeaned(data.y, effects, data.intercept))
    spread_fit = _residuals(Z, _demeaned(data.lag(data.y - e), effects, data.intercept))
    s2 = (e**2).mean()
    lag, error = (e * data.lag(data.y)).sum() / s2, (e * data.lag(e)).sum() / s2
    trace = sum(_trace(W) for W in data.W_by_period)
    J = (spread_fit**2).sum() / s2 + trace
    statistic = {
        "lag": lag**2 / J,
        "error": error**2 / trace,
        "robust lag": (lag - error) ** 2 / (J - trace),
        "robust error": (error - trace / J * lag) ** 2 / (trace * (1 - trace / J)),
    }
    table = pd.DataFrame({"statistic": statistic, "df": 1})
    return table.assign(p_value=stats.chi2.sf(table["statistic"], 1))


def _demeaned(values: np.ndarray, effects: str, intercept: bool) -> np.ndarray:
    values = within(values, effects)
    return values - values.mean(axis=(0, 1)) if intercept else values


def _residuals(Z: np.ndarray, values: np.ndarray) -> np.ndarray:
    flat = values.ravel()
    return (flat - Z @ np.linalg.lstsq(Z, flat)[0]).reshape(values.shape)


def _trace(W: sparse.csr_array) -> float:
    """tr(W'W + WW)."""
    return float((W * W).sum() + (W * W.T).sum())


def pesaran_cd(residuals: np.ndarray) -> SpecificationTest:
    r"""Pesaran's test of cross-section dependence, :math:`\sqrt{2T/(N(N-1))} \sum_{i<j} r_{ij}`.

    Parameters
    ----------
    residuals
        Shape (T, N).

    Notes
    -----
    Removing time effects removes the average correlation that the statistic measures: it then
    leans to negative values, and a small one is no proof of independence (Juodis and Reese 2022).

    References
    ----------
    Pesaran (2021), "General diagnostic tests for cross-sectional dependence in panels".
    """
    T, N = residuals.shape
    if T < 3:
        raise ValueError(f"too few periods: Pesaran's CD needs at least 3, the panel has {T}")
    total = np.corrcoef(residuals, rowvar=False)[np.triu_indices(N, 1)].sum()
    statistic = float(np.sqrt(2 * T / (N * (N - 1))) * total)
    p_value = float(2 * stats.norm.sf(abs(statistic)))
    return SpecificationTest("Pesaran CD", "no cross-section dependence", statistic, None, p_value)


def residual_moran(
    residuals: np.ndarray, data: PanelData, permutations: int = 999, *, seed: int
) -> SpecificationTest:
    r"""Moran's I of residuals pooled over periods, judged by permuting the regions.

    .. math::
        I = \frac{NT}{S_0} \frac{\sum_t e_t'W_t e_t}{\sum_t e_t'e_t}, \qquad
        S_0 = \sum_t 1'W_t 1

    One permutation moves whole time series, so that dependence over time stays as it is. The p
    value is two-sided around the permutations' mean.

    Parameters
    ----------
    residuals
        Shape (T, N), in the order of ``data``.
    data
        The panel whose weights are used.
    permutations
        Number of random permutations.
    seed
        Seed of the permutations.
    """
    rng = np.random.default_rng(seed)
    observed = _moran(residuals, data)
    shuffles = (rng.permutation(data.N) for _ in range(permutations))
    drawn = np.array([_moran(residuals[:, order], data) for order in shuffles])
    distance = np.abs(drawn - drawn.mean())
    extreme = (distance >= abs(observed - drawn.mean()) - 1e-12).sum()
    p_value = (1 + extreme) / (1 + permutations)
    null = "residuals are placed at random"
    note = f"two-sided, {permutations} permutations of the regions"
    return SpecificationTest("Moran's I of residuals", null, observed, None, float(p_value), note)


def _moran(e: np.ndarray, data: PanelData) -> float:
    total = sum(W.sum() for W in data.W_by_period)
    return float(e.size / total * (e * data.lag(e)).sum() / (e**2).sum())

"""Tests of spatial dependence in residuals: Lagrange multipliers, Moran's I, Pesaran's CD."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse, stats

from spillover.panel.effects import INDIVIDUAL, TIME, free_observations, within
from spillover.panel.hypotheses import SpecificationTest
from spillover.panel.inputs import PanelData, periods_come_first
from spillover.panel.protocols import Fit, Model

LM_EFFECTS = ("none", "individual", "time", "twoways")
LM_FORMS = ("transformed", "textbook")


def lm_tests(
    model: Model | PanelData,
    effects: str | Sequence[str] = LM_EFFECTS,
    durbin: bool = False,
    form: str = "transformed",
) -> pd.DataFrame:
    r"""Lagrange multiplier tests for a spatial lag and a spatial error, classic and robust.

    The alternative to each is the panel regression without spatial dependence and with fixed
    effects. With :math:`e` its residuals, :math:`\hat y` its fitted values (effects included) and
    :math:`M` the projection off regressors and dummies, the scores are
    :math:`S_{lag} = e'Wy / s^2 - m` and :math:`S_{error} = e'We / s^2 - m`, and

    .. math::
        LM_{lag} = S_{lag}^2 / J, \qquad LM_{error} = S_{error}^2 / D, \qquad
        J = \hat y'W'MW\hat y / s^2 + D

    and the robust forms, each insensitive to local dependence of the other kind,

    .. math::
        LM^*_{lag} = (S_{lag} - S_{error})^2 / (J - D), \qquad
        LM^*_{error} = (S_{error} - D J^{-1} S_{lag})^2 / [D (1 - D / J)].

    Removing period means gives :math:`e'We` a mean, for :math:`W^* = F'WF` has a trace. Under
    ``"transformed"`` the score is that of the n transformed observations:
    :math:`s^2 = e'e / n`, :math:`m = \sum tr W^*` and
    :math:`D = \sum tr(W^{*\prime} W^* + W^* W^*) - 2 m^2 / n`. Under ``"textbook"``
    :math:`s^2 = e'e / NT`, m = 0 and :math:`D = \sum_t tr(W_t'W_t + W_t W_t)`, which rejects a
    true null too often after time effects have been removed.

    Parameters
    ----------
    model
        A model or its data; the kind of model does not matter.
    effects
        One or several of none, individual, time, twoways.
    durbin
        Whether the regression includes the spatial lags of the regressors.
    form
        ``"transformed"`` or ``"textbook"``; they agree without effects.

    Returns
    -------
    pandas.DataFrame
        Indexed by (effects, test), test in lag, error, robust lag, robust error; columns
        statistic, df, p_value.

    Raises
    ------
    ValueError
        For an unknown form.

    References
    ----------
    Anselin, Le Gallo and Jayet (2008), section 19.4.2; Elhorst (2014), section 3.3.1; for the
    transformation Lee and Yu (2010).

    Examples
    --------
    Continues the example of :class:`~spillover.panel.SpatialPanel`.

    >>> lm_tests(model, "twoways").round(3)
                          statistic  df  p_value
    effects test
    twoways lag               7.705   1    0.006
            error             3.819   1    0.051
            robust lag        5.890   1    0.015
            robust error      2.004   1    0.157
    """
    if form not in LM_FORMS:
        raise ValueError(f"form={form!r}: choose one of {', '.join(LM_FORMS)}")
    data = model if isinstance(model, PanelData) else model.data
    chosen = (effects,) if isinstance(effects, str) else tuple(effects)
    tables = {e: _lm_table(data, e, durbin, form == "transformed") for e in chosen}
    return pd.concat(tables, names=["effects", "test"])


def _lm_table(data: PanelData, effects: str, durbin: bool, transformed: bool) -> pd.DataFrame:
    X = np.concatenate([data.X, data.lag(data.X)], axis=2) if durbin else data.X
    Z = _demeaned(X, effects, data.intercept).reshape(-1, X.shape[2])
    e = _residuals(Z, _demeaned(data.y, effects, data.intercept))
    spread_fit = _residuals(Z, _demeaned(data.lag(data.y - e), effects, data.intercept))
    n, mean, trace = _score_moments(data, effects if transformed else "none")
    s2 = (e**2).sum() / n
    lag = (e * data.lag(data.y)).sum() / s2 - mean
    error = (e * data.lag(e)).sum() / s2 - mean
    J = (spread_fit**2).sum() / s2 + trace
    statistic = {
        "lag": lag**2 / J,
        "error": error**2 / trace,
        "robust lag": (lag - error) ** 2 / (J - trace),
        "robust error": (error - trace / J * lag) ** 2 / (trace * (1 - trace / J)),
    }
    table = pd.DataFrame({"statistic": statistic, "df": 1})
    return table.assign(p_value=stats.chi2.sf(table["statistic"], 1))


def _score_moments(data: PanelData, effects: str) -> tuple[int, float, float]:
    """Observations, and mean and variance of e'We / s2 without spatial dependence."""
    n = free_observations(data.T, data.N, effects)
    share = (data.T - (effects in INDIVIDUAL)) / data.T
    moments = [_traces(W, effects in TIME) for W in data.W_by_period]
    mean, variance = share * np.sum(moments, axis=0)
    return n, mean, variance - 2 * mean**2 / n


def _traces(W: sparse.csr_array, without_means: bool) -> tuple[float, float]:
    """tr W* and tr(W*'W* + W*W*), with W* = W or F'WF, F orthonormal contrasts of the regions."""
    trace, squares = 0.0, float((W * W).sum() + (W * W.T).sum())
    if without_means:
        N = W.shape[0]
        rows, columns = (np.asarray(W.sum(axis=a)).ravel() for a in (1, 0))
        trace = -rows.sum() / N
        squares -= ((rows + columns) ** 2).sum() / N - 2 * trace**2
    return trace, squares


def _demeaned(values: np.ndarray, effects: str, intercept: bool) -> np.ndarray:
    values = within(values, effects)
    return values - values.mean(axis=(0, 1)) if intercept else values


def _residuals(Z: np.ndarray, values: np.ndarray) -> np.ndarray:
    flat = values.ravel()
    return (flat - Z @ np.linalg.lstsq(Z, flat)[0]).reshape(values.shape)


def pesaran_cd(residuals: Fit | pd.Series) -> SpecificationTest:
    r"""Pesaran's test of cross-section dependence, :math:`\sqrt{2T/(N(N-1))} \sum_{i<j} r_{ij}`.

    Parameters
    ----------
    residuals
        A fit, or a series by (region, period).

    Raises
    ------
    ValueError
        For an array, whose axes cannot be told apart, and for fewer than three periods.

    Notes
    -----
    Removing time effects removes the average correlation that the statistic measures: it then
    leans to negative values, and a small one is no proof of independence (Juodis and Reese 2022).

    References
    ----------
    Pesaran (2021), "General diagnostic tests for cross-sectional dependence in panels".

    Examples
    --------
    Continues the example of :class:`~spillover.panel.SpatialPanel`.

    >>> round(pesaran_cd(fit).p_value, 3)
    0.047
    """
    cube = _by_period(residuals)
    T, N = cube.shape
    if T < 3:
        raise ValueError(f"too few periods: Pesaran's CD needs at least 3, the panel has {T}")
    total = np.corrcoef(cube.to_numpy(), rowvar=False)[np.triu_indices(N, 1)].sum()
    statistic = float(np.sqrt(2 * T / (N * (N - 1))) * total)
    p_value = float(2 * stats.norm.sf(abs(statistic)))
    return SpecificationTest("Pesaran CD", "no cross-section dependence", statistic, None, p_value)


def _by_period(residuals: Fit | pd.Series) -> pd.DataFrame:
    """Residuals with a row a period and a column a region."""
    series = (
        residuals if isinstance(residuals, pd.Series) else getattr(residuals, "residuals", None)
    )
    if series is None or series.index.nlevels != 2:
        raise ValueError("residuals: give the fit, or a series indexed by (region, period)")
    return series.unstack(level=1 if periods_come_first(series.index) else 0)


def residual_moran(
    residuals: Fit | pd.Series,
    data: PanelData | None = None,
    permutations: int = 999,
    *,
    seed: int,
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
        A fit, or a series by (region, period).
    data
        The panel whose weights are used; that of the fit if left out.
    permutations, seed
        Number of random permutations, and their seed.

    Returns
    -------
    SpecificationTest

    Raises
    ------
    ValueError
        For an array, a series without ``data``, and one of other regions or periods.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981), Spatial Processes, chapter 8.
    """
    rng = np.random.default_rng(seed)
    if data is None:
        if isinstance(residuals, pd.Series):
            raise ValueError("a series needs data=, the panel whose weights are used")
        data = residuals.model.data
    table = _by_period(residuals)
    if set(table.index) != set(data.periods) or set(table.columns) != set(data.regions):
        raise ValueError("residuals and panel differ in regions or periods")
    cube = table.loc[data.periods, data.regions].to_numpy()
    observed = _moran(cube, data)
    shuffles = (rng.permutation(data.N) for _ in range(permutations))
    drawn = np.array([_moran(cube[:, order], data) for order in shuffles])
    distance = np.abs(drawn - drawn.mean())
    extreme = (distance >= abs(observed - drawn.mean()) - 1e-12).sum()
    p_value = (1 + extreme) / (1 + permutations)
    null = "residuals are placed at random"
    note = f"two-sided, {permutations} permutations of the regions"
    return SpecificationTest("Moran's I of residuals", null, observed, None, float(p_value), note)


def _moran(e: np.ndarray, data: PanelData) -> float:
    total = sum(W.sum() for W in data.W_by_period)
    return float(e.size / total * (e * data.lag(e)).sum() / (e**2).sum())


def serial_correlation(residuals: np.ndarray, effects: str) -> SpecificationTest:
    """Wooldridge's test of serial correlation of the errors, robust to heteroskedasticity.

    Residuals are regressed on those of the period before. Once region means are removed, errors
    without serial correlation give a slope of :math:`-1/(T-1)`; the statistic is the squared
    distance from it, with a variance clustered by region, and F(1, N - 1).

    Parameters
    ----------
    residuals
        Shape (T, N).
    effects
        Of the fit; region means of the residuals are removed unless they are none or time.

    Returns
    -------
    SpecificationTest
        With NaN for fewer than three periods.

    References
    ----------
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, section 10.5.4.
    """
    null = "no serial correlation of the errors"
    T, N = residuals.shape
    if T < 3 or N < 2:
        return SpecificationTest("Wooldridge", null, np.nan, None, np.nan, "needs three periods")
    removed = effects in INDIVIDUAL or effects == "random"
    e = residuals - residuals.mean(axis=0) if removed else residuals
    before, now = e[:-1], e[1:]
    size = (before**2).sum()
    slope = (before * now).sum() / size
    by_region = (before * (now - slope * before)).sum(axis=0)
    gap = slope + removed / (T - 1)
    statistic = float(gap**2 * size**2 / (by_region**2).sum() * (N - 1) / N)
    p_value = float(stats.f.sf(statistic, 1, N - 1))
    note = f"slope on last period's residual {slope:.3f}, expected {-removed / (T - 1):.3f}"
    return SpecificationTest("Wooldridge", null, statistic, None, p_value, note)

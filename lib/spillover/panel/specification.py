"""Which model: Wald and likelihood-ratio tests of restrictions, of effects, and Hausman's test."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from formulaic.utils.constraints import LinearConstraints
from scipy import stats

from spillover.panel.hypotheses import SpecificationTest
from spillover.panel.protocols import Fit, Model
from spillover.seeds import SEEDS

# What each model contains: a spatial lag of the outcome, of the error, of the regressors.
PARTS = {
    "ols": frozenset(),
    "sar": frozenset({"rho"}),
    "sem": frozenset({"lambda"}),
    "slx": frozenset({"theta"}),
    "sac": frozenset({"rho", "lambda"}),
    "sdm": frozenset({"rho", "theta"}),
    "sdem": frozenset({"lambda", "theta"}),
}
LESS_EFFECTS = {
    ("twoways", "time"): "individual",
    ("twoways", "individual"): "time",
    ("twoways", "none"): "individual and time",
    ("individual", "none"): "individual",
    ("time", "none"): "time",
}


def wald(fit: Fit, against: str) -> SpecificationTest:
    r"""Wald test of the restrictions that turn a model into a smaller one.

    From the Durbin model: ``"sar"`` (theta = 0), ``"slx"`` (rho = 0), ``"ols"`` (both), and
    ``"sem"``, the common factor restriction :math:`\theta = -\rho\beta`. With restrictions
    :math:`g(b) = 0`, Jacobian R and covariance V of the estimates, the statistic is
    :math:`g'(RVR')^{-1}g`. The form of a nonlinear restriction matters in small samples.

    Parameters
    ----------
    fit
        Estimates of the larger model.
    against
        Name of the smaller model.

    Returns
    -------
    SpecificationTest

    Raises
    ------
    ValueError
        If the smaller model is not a special case of the estimated one.

    References
    ----------
    Elhorst (2014), section 2.9; Anselin (1988), section 13.2, for the common factor.

    Examples
    --------
    Continues the example of :class:`~spillover.panel.SpatialPanel`.

    >>> round(fit.wald("sar").p_value, 3)
    0.178
    """
    against = against.lower()
    g, R = _restrictions(fit, against)
    V = R @ fit.cov.loc[R.columns, R.columns] @ R.T
    statistic = float(g @ np.linalg.solve(V.to_numpy(), g))
    return SpecificationTest.chi2("Wald", _null(fit, against), statistic, len(g))


def wald_linear(fit: Fit, restrictions: str) -> SpecificationTest:
    """Wald test of linear restrictions.

    Parameters
    ----------
    fit
        Estimates.
    restrictions
        Equations between names of parameters, such as ``"x1 + W*x1 = 0, rho = 0.5"``.

    Returns
    -------
    SpecificationTest

    Raises
    ------
    ValueError
        If the restrictions cannot be read, or depend on each other.

    References
    ----------
    Wald, A. (1943). Tests of statistical hypotheses concerning several parameters when the number
    of observations is large. Transactions of the American Mathematical Society 54, 426-482.
    """
    R, values = _linear(_unchained(restrictions), list(fit.params.index))
    if not R.size or np.linalg.matrix_rank(R) < len(R):
        raise ValueError(f"restrictions {restrictions!r} depend on each other, or say nothing")
    gap = R @ fit.params.to_numpy() - values
    V = R @ fit.cov.to_numpy() @ R.T
    statistic = gap @ np.linalg.solve(V, gap)
    return SpecificationTest.chi2("Wald", restrictions, statistic, len(gap))


def _unchained(restrictions: str) -> str:
    """Restrictions with ``a = b = c`` written as ``a = b, b = c``."""
    parts = []
    for part in restrictions.split(","):
        sides = part.strip().removeprefix("(").removesuffix(")").split("=")
        chained = len(sides) > 2
        parts += [f"{a} = {b}" for a, b in pairwise(sides)] if chained else [part]
    return ", ".join(parts)


def _linear(restrictions: str, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Matrix and values of linear restrictions; names need not be valid in Python."""
    plain = {name: f"parameter_{k}_" for k, name in enumerate(names)}
    longest = sorted(names, key=len, reverse=True)
    pattern = "|".join(rf"(?<![\w*.]){re.escape(name)}(?![\w(])" for name in longest)
    text = re.sub(pattern, lambda found: plain[found.group()], restrictions)
    try:
        read = LinearConstraints.from_spec(text, list(plain.values()))
    except Exception as error:
        raise ValueError(
            f"restrictions {restrictions!r} cannot be read or depend on each other: write equations"
            f" between {', '.join(names)}"
        ) from error
    return np.atleast_2d(np.asarray(read.constraint_matrix, float)), read.constraint_values


def lr(fit: Fit, against: str) -> SpecificationTest:
    """Likelihood-ratio test against a smaller model, estimated here with the same effects.

    The bias-corrected direct estimates lie beside the maximum of their likelihood; there the test
    compares the maxima, those of dummy-variable maximum likelihood.

    Parameters
    ----------
    fit
        Estimates of the larger model.
    against
        Name of the smaller model.

    Returns
    -------
    SpecificationTest

    Raises
    ------
    ValueError
        If the smaller model is not a special case of the estimated one.

    References
    ----------
    Elhorst (2014), section 2.9.

    Examples
    --------
    Continues the example of :class:`~spillover.panel.SpatialPanel`.

    >>> round(fit.lr("sem").p_value, 3)
    0.018
    """
    against = against.lower()
    _check_nested(fit, against)
    direct = fit.correction == "lee-yu-direct"
    correction = None if direct else fit.correction
    large = fit.model.fit(fit.effects, correction, "classic") if direct else fit
    small = _smaller(fit.model, against).fit(fit.effects, correction, "classic")
    statistic = 2 * (large.loglik - small.loglik)
    df = len(large.params) - len(small.params)
    note = "compares dummy-variable maximum likelihood, without correction" if direct else ""
    return SpecificationTest.chi2("LR", _null(fit, against), statistic, df, note)


def lr_effects(model: Model, larger: str = "twoways", smaller: str = "none"):
    """Likelihood-ratio test that some of the fixed effects are zero.

    Both models are estimated with dummies. The chi-squared distribution wants many observations
    for each effect: with T fixed, the test of N individual effects rejects too often.

    Parameters
    ----------
    model
        The model, of any kind.
    larger, smaller
        Effects with and without the tested ones: ``("twoways", "time")`` tests the individual
        effects beside time effects.

    Returns
    -------
    SpecificationTest

    Raises
    ------
    ValueError
        If the effects are not nested.

    References
    ----------
    Elhorst (2014), chapter 3; Neyman and Scott (1948) for many effects.
    """
    if (larger, smaller) not in LESS_EFFECTS:
        pairs = ", ".join(f"{a} > {b}" for a, b in LESS_EFFECTS)
        raise ValueError(f"{smaller!r} effects are not a case of {larger!r}: choose {pairs}")
    dropped = LESS_EFFECTS[larger, smaller]
    logliks = [
        model.fit(e, correction=None, covariance="classic").loglik for e in (larger, smaller)
    ]
    statistic = 2 * (logliks[0] - logliks[1])
    df = (model.data.N - 1) * ("individual" in dropped) + (model.data.T - 1) * ("time" in dropped)
    null = f"no {dropped} effects" + (f" beside {smaller} effects" if smaller != "none" else "")
    return SpecificationTest.chi2("LR", null, statistic, df)


def hausman(
    model: Model,
    form: str = "mundlak",
    period_effects: bool = False,
    draws: int = 199,
    seed: int = SEEDS["hausman_bootstrap"],
) -> SpecificationTest:
    r"""Test whether random effects are independent of the regressors.

    ``"mundlak"``
        Adds the region means of the regressors (and, with spatial lags of regressors, of their
        lags) to the random-effects model. The Wald statistic of these q terms is reduced by
        (N - 1 - q) / N, for the maximum likelihood variance between regions does not count the
        parameters that explain it, and compared with F(q, N - 1 - q). The one to trust: it has its
        size with 31 regions, and always exists.
    ``"bootstrap"``
        Likelihood ratio of the same terms, judged by panels drawn from the estimated
        random-effects model: of right size by construction, and slower.
    ``"robust"``
        The same terms, covariance clustered by region, Hotelling's F(q, N - q): for many regions;
        it allows heteroskedastic and serially correlated errors and rejects too often with few.
    ``"classic"``
        Compares slopes and rho under individual and random effects,
        :math:`d'(V_{FE} - V_{RE})^{-1}d`. The fixed-effects variance is Lee and Yu's: with dummies
        the error variance is understated by the share 1/T. In finite samples the difference need
        not be positive definite; then there is no statistic, and the result says so.

    Parameters
    ----------
    model
        A SAR, SEM or SDM model.
    form
        One of the above.
    period_effects
        Whether both sides have period effects (dummies).
    draws, seed
        Of the bootstrap.

    Returns
    -------
    SpecificationTest
        Without a statistic where the classic difference is not positive definite.

    Raises
    ------
    ValueError
        For an unknown form, or more terms than the regions can tell apart.

    References
    ----------
    Hausman (1978); Mundlak (1978); Debarsy (2012) for the auxiliary regression in the Durbin model.

    Examples
    --------
    Continues the example of :class:`~spillover.panel.SpatialPanel`.

    >>> round(hausman(model).p_value, 3)
    0.119
    """
    if form not in HAUSMAN:
        raise ValueError(f"form={form!r}: choose one of {', '.join(HAUSMAN)}")
    model = with_period_dummies(model) if period_effects else model
    options = (draws, seed) if form == "bootstrap" else ()
    return HAUSMAN[form](model, *options)


def _hausman(model: Model) -> SpecificationTest:
    fixed, random = _unbiased_fixed(model), model.fit("random", None, "classic")
    shared = [n for n in fixed.params.index if n != "lambda" and not n.startswith("period ")]
    difference = (fixed.params - random.params)[shared].to_numpy()
    V = (fixed.cov - random.cov).loc[shared, shared].to_numpy()
    null = "random effects are independent of the regressors"
    scale = np.sqrt(np.diag(fixed.cov.loc[shared, shared]))
    smallest = np.linalg.eigvalsh(V / np.outer(scale, scale))[0]
    if smallest <= 0:
        note = (
            "no statistic: V(fixed) - V(random) is not positive definite (smallest eigenvalue, "
            f"scaled by the fixed-effects variances, {smallest:.2g}); use form='mundlak'"
        )
        return SpecificationTest("Hausman", null, np.nan, len(shared), np.nan, note)
    statistic = float(difference @ np.linalg.solve(V, difference))
    note = "may not exist, and rejects too often with few regions: trust the Mundlak test"
    return SpecificationTest.chi2("Hausman", null, statistic, len(shared), note)


def _unbiased_fixed(model: Model) -> Fit:
    """Individual effects with the error variance that dummies understate corrected."""
    correction = "lee-yu-direct" if model.data.time_varying else "lee-yu"
    return model.fit("individual", correction, "classic")


def _auxiliary(model: Model) -> tuple[Model, list[str]]:
    """Mundlak's model and its terms, where there are regions enough to tell them apart."""
    wider, tested = with_region_means(model)
    q, N = len(tested), model.data.N
    if not q:
        raise ValueError("no regressor differs both between regions and over time")
    if q >= N - 1:
        raise ValueError(f"the test needs more than {q + 1} regions, the panel has {N}")
    return wider, tested


def _wald_zero(fit: Fit, tested: list[str]) -> float:
    b = fit.params[tested].to_numpy()
    return float(b @ np.linalg.solve(fit.cov.loc[tested, tested].to_numpy(), b))


MEANS_NULL = "region means of the regressors have no effect of their own"


def _mundlak(model: Model) -> SpecificationTest:
    wider, tested = _auxiliary(model)
    q, N = len(tested), model.data.N
    statistic = _wald_zero(wider.fit("random", None, "classic"), tested) * (N - 1 - q) / N
    p_value = float(stats.f.sf(statistic / q, q, N - 1 - q))
    note = f"auxiliary regression, F({q}, {N - 1 - q}) distribution"
    return SpecificationTest("Mundlak", MEANS_NULL, statistic, q, p_value, note)


def _robust(model: Model) -> SpecificationTest:
    wider, tested = _auxiliary(model)
    q, N = len(tested), model.data.N
    statistic = _wald_zero(wider.fit("random", None, "clustered"), tested)
    # Hotelling's distribution: the covariance is estimated from N independent regions.
    p_value = float(stats.f.sf(statistic * (N - q) / (q * (N - 1)), q, N - q))
    note = (
        f"auxiliary regression, covariance clustered by region, F({q}, {N - q}) distribution; "
        "rejects too often with few regions: trust the Mundlak test"
    )
    return SpecificationTest("robust Hausman", MEANS_NULL, statistic, q, p_value, note)


def _bootstrap(model: Model, draws: int, seed: int) -> SpecificationTest:
    wider, tested = _auxiliary(model)
    small = model.fit("random", None, "classic")
    observed = _ratio(small, wider)
    rng = np.random.default_rng(seed)
    outcomes = (small.draw(rng) for _ in range(draws))
    drawn = np.array(
        [
            _ratio(model.with_outcome(y).fit("random", None, "classic"), wider.with_outcome(y))
            for y in outcomes
        ]
    )
    p_value = float((1 + (drawn >= observed).sum()) / (1 + draws))
    note = f"likelihood ratio, parametric bootstrap of the random-effects model, {draws} draws"
    return SpecificationTest("Mundlak, bootstrap", MEANS_NULL, observed, len(tested), p_value, note)


def _ratio(small: Fit, wider: Model) -> float:
    return 2 * (wider.fit("random", None, "classic").loglik - small.loglik)


HAUSMAN: dict[str, Callable[..., SpecificationTest]] = {
    "mundlak": _mundlak,
    "bootstrap": _bootstrap,
    "robust": _robust,
    "classic": _hausman,
}


def with_period_dummies(model: Model) -> Model:
    """The model with a dummy for every period but the first."""
    data = model.data
    shape = (data.T, data.N, data.T - 1)
    dummies = np.broadcast_to(np.eye(data.T)[:, None, 1:], shape)
    names = (*data.names, *(f"period {p}" for p in data.periods[1:]))
    wider = replace(data, X=np.concatenate([data.X, dummies], axis=2), names=names)
    return model.with_data(wider, model.lagged or None)


def with_region_means(model: Model) -> tuple[Model, list[str]]:
    """Mundlak's auxiliary model, and the names of the region means that it adds.

    Regressors that do not vary over time are their own means and are left as they are; those
    that are the same in every region have a constant mean.
    """
    data = model.data
    spread = [[np.ptp(data.X[..., k], axis=a).max() for a in (0, 1)] for k in range(data.K)]
    varying = [k for k, (time, space) in enumerate(spread) if time > 0 and space > 0]
    means = np.broadcast_to(data.X.mean(axis=0), data.X.shape)[..., varying]
    names = {data.names[k]: f"mean({data.names[k]})" for k in varying}
    X = np.concatenate([data.X, means], axis=2)
    wider = replace(data, X=X, names=(*data.names, *names.values()))
    lagged = [names[n] for n in model.lagged if n in names]
    tested = [*names.values(), *(f"W*{n}" for n in lagged)]
    every = [*model.lagged, *lagged] if model.lagged else None
    return model.with_data(wider, every), tested


def _smaller(model: Model, against: str) -> Model:
    return model.with_model(against, model.lagged if "theta" in PARTS[against] else None)


def _null(fit: Fit, against: str) -> str:
    return f"{fit.model.model.upper()} can be reduced to {against.upper()}"


def _check_nested(fit: Fit, against: str) -> None:
    large = fit.model.model
    if against not in PARTS:
        raise ValueError(f"unknown model {against!r}: choose one of {', '.join(PARTS)}")
    common_factor = (large, against) == ("sdm", "sem")
    if not PARTS[against] < PARTS[large] and not common_factor:
        raise ValueError(f"{against} is not a special case of {large}")
    free = [n for n in fit.model.data.names if n not in fit.model.lagged]
    if common_factor and free:
        raise ValueError(f"the common factor needs the spatial lags of {', '.join(free)}")


def _restrictions(fit: Fit, against: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Values of the restrictions and their Jacobian, one column a parameter."""
    _check_nested(fit, against)
    lagged = [f"W*{n}" for n in fit.model.lagged]
    if (fit.model.model, against) == ("sdm", "sem"):
        return _common_factor(fit.params, lagged)
    dropped = PARTS[fit.model.model] - PARTS[against]
    zero = [n for n in fit.params.index if n in dropped or ("theta" in dropped and n in lagged)]
    return fit.params[zero].to_numpy(), pd.DataFrame(np.eye(len(zero)), zero, zero)


def _common_factor(params: pd.Series, lagged: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """theta + rho beta and its derivatives."""
    own = [n.removeprefix("W*") for n in lagged]
    beta, theta, rho = params[own].to_numpy(), params[lagged].to_numpy(), params["rho"]
    jacobian = np.hstack([rho * np.eye(len(own)), np.eye(len(own)), beta[:, None]])
    return theta + rho * beta, pd.DataFrame(jacobian, lagged, [*own, *lagged, "rho"])

r"""Lee and Yu's (2010) two answers to the incidental parameters of spatial panels.

Dummy-variable maximum likelihood estimates sigma2 with a bias of order 1/T under individual
effects, and every spatial parameter with a bias of order 1/N under time effects. Two remedies
share one article and are often mistaken for one another:

``"lee-yu"``
    the transformation approach. Orthonormal contrasts remove the effects: T - 1 combinations of
    the periods, N - 1 of the regions. The likelihood of the (N-1)(T-1) transformed observations
    has ln|I - rho W*| with W* = F'WF. It is a likelihood only if W has a common row sum c,
    for only then does F'W = W*F' hold and the transformed model close; then
    ln|I - rho W*| = ln|I - rho W| - ln(1 - c rho).
``"lee-yu-direct"``
    the direct approach: dummy-variable maximum likelihood, less an estimate of its bias.

References
----------
Lee, L. F. and Yu, J. (2010). Estimation of spatial autoregressive panel data models with fixed
effects. Journal of Econometrics 154, 165-185.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import sparse

from spillover.panel.effects import INDIVIDUAL, TIME
from spillover.panel.estimation import Estimate, bounds
from spillover.panel.inputs import PanelData
from spillover.panel.likelihood import LAMBDA, Likelihood

CORRECTIONS = (None, "lee-yu", "lee-yu-direct")


def choose_correction(correction: str | None, effects: str, data: PanelData) -> str | None:
    """The correction that ``"auto"`` stands for: the transformation approach where it exists.

    Parameters
    ----------
    correction
        One of `CORRECTIONS`, or ``"auto"``.
    effects
        none, individual, time, twoways or random.
    data
        The panel, for its weights.

    Returns
    -------
    str or None
        One of `CORRECTIONS`; what is not ``"auto"`` is returned as it is.
    """
    if correction != "auto":
        return correction
    if effects in ("none", "random"):
        return None
    return "lee-yu" if transformation_fault(effects, data) is None else "lee-yu-direct"


def transformation_fault(effects: str, data: PanelData) -> str | None:
    """Why the transformed model does not close with these weights.

    Parameters
    ----------
    effects, data
        As in :func:`choose_correction`.

    Returns
    -------
    str or None
        What is wrong and what to do, None if it closes.
    """
    if effects in TIME and data.common_row_sums is None:
        return (
            "correction='lee-yu' with time effects needs weights whose rows all have the same sum: "
            "otherwise the transformed outcome still depends on the period means. Row-standardise "
            "W, or use correction='lee-yu-direct'"
        )
    if effects in INDIVIDUAL and data.time_varying:
        return (
            "correction='lee-yu' with individual effects mixes periods and so needs one W for all "
            "of them: use correction='lee-yu-direct'"
        )
    return None


def check_correction(correction: str | None, effects: str, data: PanelData) -> None:
    """Refuse corrections that do not exist, or not for these effects or weights.

    Parameters
    ----------
    correction
        As the user asked for it.
    effects, data
        As in :func:`choose_correction`.

    Raises
    ------
    ValueError
        Saying what to choose instead.
    """
    if correction not in CORRECTIONS:
        raise ValueError(
            f"correction={correction!r}: choose one of auto, None, lee-yu, lee-yu-direct"
        )
    if correction is None:
        return
    if effects in ("none", "random"):
        raise ValueError(
            f"correction={correction!r} removes the bias of fixed effects, not {effects}"
        )
    fault = transformation_fault(effects, data) if correction == "lee-yu" else None
    if fault:
        raise ValueError(fault)


def correct_bias(
    estimate: Estimate,
    likelihood: Likelihood,
    information: np.ndarray,
    data: PanelData,
    effects: str,
    solve: Callable[[sparse.csr_array, float, np.ndarray], np.ndarray],
) -> Estimate:
    r"""Bias-corrected direct estimator.

    Under time effects the score at the pseudo-true value has mean
    :math:`-T (0, \bar g(\rho), \bar h(\lambda), 1/(2 \sigma^2))`, where :math:`\bar g` is what the
    removed direction :math:`R\iota` takes from tr G: 1/(1 - rho) for row-standardised weights.
    Under individual effects sigma2 is then scaled by T/(T-1).

    Parameters
    ----------
    estimate
        Dummy-variable maximum likelihood.
    likelihood
        The likelihood that it maximises.
    information
        Of (beta, free psi, sigma2), square.
    data
        The panel.
    effects
        individual, time or twoways.
    solve
        ``solve(W, r, b)`` is (I - r W)^-1 b.

    Returns
    -------
    Estimate
        With the spatial parameters within their bounds.

    References
    ----------
    Lee and Yu (2010), section 4.2; Elhorst (2014), Spatial Econometrics, eq. 3.40.
    """
    psi, beta, sigma2 = estimate.psi.copy(), estimate.beta, estimate.sigma2
    if effects in TIME:
        score_bias = np.zeros(likelihood.k + len(likelihood.free) + 1)
        lost = lost_traces(psi, likelihood.free, data, solve)
        score_bias[likelihood.k : -1] = lost
        score_bias[-1] = data.T / (2 * sigma2)
        shift = np.linalg.solve(information, score_bias)
        beta = beta + shift[: likelihood.k]
        free = list(likelihood.free)
        psi[free] = np.clip(psi[free] + shift[likelihood.k : -1], *bounds(likelihood))
        sigma2 = sigma2 + shift[-1]
    if effects in INDIVIDUAL:
        sigma2 = sigma2 * data.T / (data.T - 1)
    loglik = likelihood.value(psi, beta, sigma2)
    return replace(estimate, psi=psi, beta=beta, sigma2=float(sigma2), loglik=loglik)


def lost_traces(psi, free, data: PanelData, solve) -> np.ndarray:
    """What the direction R i takes from the traces, R = I - lambda W.

    Parameters
    ----------
    psi
        (rho, lambda, omega).
    free
        Which spatial parameters are estimated.
    data
        The panel, for its weights.
    solve
        As in :func:`correct_bias`.

    Returns
    -------
    numpy.ndarray
        Sum over periods of (R i)' G (R i) / (R i)'(R i), for each free parameter.
    """
    total = np.zeros(len(free))
    for W in data.matrices:
        removed = 1 - psi[LAMBDA] * np.asarray(W.sum(axis=1)).ravel()
        for place, s in enumerate(free):
            spread = W @ solve(W, psi[s], removed)
            total[place] += removed @ spread / (removed @ removed)
    return total if data.time_varying else data.T * total


def counted(
    data: PanelData, effects: str, correction: str | None
) -> tuple[int, float, tuple[float, ...]]:
    """What the likelihood counts.

    Parameters
    ----------
    data, effects, correction
        As in :func:`choose_correction`, the correction chosen.

    Returns
    -------
    tuple
        Observations, periods of the log-determinant (one where it already sums over them), and
        removed eigenvalues. The dummy-variable likelihood counts N T observations and T periods,
        whatever the effects.
    """
    if correction != "lee-yu":
        return data.N * data.T, 1 if data.time_varying else data.T, ()
    periods = data.T - (effects in INDIVIDUAL)
    regions = data.N - (effects in TIME)
    removed = (effects in TIME and data.common_row_sums) or ()
    return periods * regions, 1 if data.time_varying else periods, removed

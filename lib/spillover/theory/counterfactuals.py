"""What if? Counterfactuals in changes, when the long run is unique, and regions on a circle.

A long run that explains observed shares is all that a counterfactual needs: amenities cancel from
ratios ("exact hat").

References
----------
Dekle, R., Eaton, J. and Kortum, S. (2007), Unbalanced trade, American Economic Review 97(2),
351-355. Allen, T., Arkolakis, C. and Li, X. (2024), On the equilibrium properties of spatial
models, American Economic Review: Insights 6(4), 472-489.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logsumexp, softmax

from spillover.theory.many_regions import Economy, LongRun, ShortRun, short_run

Array = np.ndarray

ROUNDS = 5000
TOLERANCE = 1e-12  # of a share, in logarithms


@dataclass(frozen=True)
class Counterfactual:
    """Another technology, and what it changes.

    Attributes
    ----------
    base
        The long run that is compared with.
    state
        The short run at the new shares.
    shares_hat
        (N,): new share of creative people over old.
    creative_welfare
        Change in expected log utility of creative people, tastes included.
    worker_welfare
        (N,): change in workers' log real income.
    """

    base: LongRun
    state: ShortRun
    shares_hat: Array
    creative_welfare: float
    worker_welfare: Array


def counterfactual(base: LongRun, digital: Array) -> Counterfactual:
    """What becomes of a long run when digital technology changes, in changes alone.

    Parameters
    ----------
    base
        Usually `many_regions.calibrated` to observed shares. Its amenities cancel.
    digital
        (N,): the new technology.

    Returns
    -------
    Counterfactual

    Raises
    ------
    ArithmeticError
        If people do not settle; weak tastes allow jumps that changes cannot follow.

    Notes
    -----
    With u for utility, lambda_hat_i is proportional to
    exp[(u_i(new) - u_i(old))/psi]; damped fixed-point steps. Expected utility of creative people
    changes by psi ln sum_i lambda_i exp(du_i/psi) and by what is common to all regions: profit per
    firm and the number of varieties.
    """
    before, economy = base.state, base.economy.with_digital(digital)
    after = short_run(economy, base.creative)
    for _ in range(ROUNDS):
        change = (after.utility - before.utility) / base.psi
        target = softmax(np.log(base.creative) + change)
        error = np.abs(np.log(target / after.creative)).max()
        if error < TOLERANCE:
            return _compared(base, before, after, change)
        step = softmax((np.log(target) + np.log(after.creative)) / 2)
        after = short_run(economy, step, after.firms.shares)
    raise ArithmeticError(f"counterfactual: shares are still off by {error:.1e} of themselves")


def _compared(base: LongRun, before: ShortRun, after: ShortRun, change: Array) -> Counterfactual:
    economy = base.economy
    trade = economy.mu / (economy.sigma - 1)
    firms = np.log(_varieties(economy, after) / _varieties(economy, before))
    settled = base.psi * logsumexp(change, b=base.creative)
    workers = trade * (firms + np.log(after.firms.access / before.firms.access))
    hat = after.creative / base.creative
    return Counterfactual(base, after, hat, float(settled + (trade - 1) * firms), workers)


def _varieties(economy: Economy, state: ShortRun) -> float:
    """Number of firms: what creative people are paid for if the accounts add up, else one."""
    return float(state.creative @ state.income) if economy.adds_up else 1.0


@dataclass(frozen=True)
class UniquenessCertificate:
    """Bounds on how strongly shares feed back on themselves.

    Attributes
    ----------
    elasticities
        (2, 2): largest elasticities of (shares, knowledge) with respect to (shares, knowledge).
    spectral_radius
        Of ``elasticities``; below one, the long run is unique.
    critical_scale
        Scale of tastes at which the radius is one.
    """

    elasticities: Array
    spectral_radius: float
    critical_scale: float

    @property
    def unique(self) -> bool:
        """Whether uniqueness is certain; if not, it may still hold."""
        return self.spectral_radius < 1


def uniqueness(economy: Economy, psi: float) -> UniquenessCertificate:
    """Is the long run unique? A sufficient condition, for any geography of trade and knowledge.

    Parameters
    ----------
    economy
        Regions, links and parameters.
    psi
        Scale of the logit tastes, positive, in units of log utility.

    Returns
    -------
    UniquenessCertificate

    Notes
    -----
    Holds among distributions with firms in every region, where access is proportional to
    spending. Let logarithms of shares change by amounts that span a range d. Logarithms of
    knowledge then span at most d/beta; income follows knowledge with an elasticity of at most e;
    spending follows creative income with at most s, its largest share in a region's spending;
    utility spans at most [e + m s e] d/beta + m s d with m = mu/(sigma - 1), and new shares that
    divided by psi. If that is less than d, two equilibria cannot both be.
    """
    most = economy.creative_bill * (1 if economy.adds_up else 2)
    spent = most / (economy.labour.min() + most)
    earned = 0.5 if economy.assets else 1.0
    priced = economy.mu / (economy.sigma - 1) * spent
    by_knowledge = earned * (1 + priced)
    elasticities = np.array([[priced / psi, by_knowledge / psi], [1 / economy.beta, 0.0]])
    radius = float(np.abs(np.linalg.eigvals(elasticities)).max())
    return UniquenessCertificate(elasticities, radius, priced + by_knowledge / economy.beta)


def circle(
    size: int, trade_decay: float = 1.0, knowledge_decay: float = 1.0, **parameters: Any
) -> Economy:
    """Equal regions on a circle: trade and knowledge fall off with the steps between them.

    Parameters
    ----------
    size
        Number of regions N.
    trade_decay, knowledge_decay
        Freeness is exp(-trade_decay steps), links exp(-knowledge_decay steps).
    **parameters
        Of `Economy`; ``digital`` is one number.

    Returns
    -------
    Economy
    """
    place = np.arange(size)
    steps = np.abs(np.subtract.outer(place, place))
    steps = np.minimum(steps, size - steps)
    parameters.setdefault("digital", 1.0)
    return Economy(np.exp(-trade_decay * steps), np.exp(-knowledge_decay * steps), **parameters)


def wave_scales(economy: Economy) -> pd.Series:
    """Scales of tastes below which each wave grows on a circle of equal regions.

    Parameters
    ----------
    economy
        From `circle`.

    Returns
    -------
    pandas.Series
        By wave number k = 1 ... N/2: the number of peaks around the circle. As tastes weaken, the
        wave with the largest scale breaks the even distribution first.

    Notes
    -----
    Waves are the eigenvectors of circulant matrices. A small wave in shares arrives as a wave in
    knowledge, weakened by r_k = sum_d reach_d cos(2 pi k d/N)/sum_d reach_d; with firms in all
    regions, access follows spending one to one.
    """
    size = economy.size
    state = short_run(economy, np.full(size, 1 / size))
    waves = np.arange(1, size // 2 + 1)
    reach = economy.reach[0]
    heard = np.cos(2 * np.pi * np.outer(waves, np.arange(size)) / size) @ reach / reach.sum()
    knowledge, income = state.knowledge[0], state.income[0]
    earned = knowledge / income * heard / economy.beta
    bill = economy.creative_bill * (1.0 if economy.adds_up else income)
    spent = bill / (1 + bill)
    scales = earned + economy.mu / (economy.sigma - 1) * spent * (1 + earned)
    return pd.Series(scales, pd.Index(waves, name="wave number"))

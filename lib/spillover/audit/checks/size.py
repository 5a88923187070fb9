"""How many observations can stand behind a column, and which panel."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spillover.audit.checks.impacts import UNSCALED, scale_closed
from spillover.audit.checks.stars import CUT_OFF
from spillover.audit.findings import AGREES, Finding, Place, check
from spillover.audit.intervals import Interval
from spillover.audit.printed import Printed
from spillover.audit.reading import YEARS
from spillover.audit.readings import reading_of
from spillover.audit.rules import statistic
from spillover.audit.tables import Panel, Paper, Regression

LOST = 0.35  # share of 2 z^2 that sigma2 loses to rho, over rho squared, with four or so links
LEE_YU_SHARE = 0.9  # 2 z^2 under Lee and Yu's transformation, over what it is without
BLUR = 0.5  # share that is lost to a second spatial coefficient, however small
UNKNOWN = 0.9  # size of a spatial coefficient that is not printed
SPATIAL = {"SAR": 1, "SDM": 1, "SEM": 1, "SDEM": 1, "SAC": 2}  # spatial coefficients of a model
FEWEST_YEARS, MOST_YEARS = 4, 61  # of a panel that prints neither units nor years
PART_OF_ALL = 0.75  # share of the most observations below which a column is on part of the panel
SLACK = 0.005  # by which observed information exceeds 2 z^2
NEAR = 0.1  # how near an explanation by another definition must come
ROBUST = {True: 20.0, None: 5.0, False: 0.0}  # factor that robust errors explain, by whether the
# likelihood takes the printed observations, does not tell, or takes others
RANDOM_TERM = 3.0  # log-likelihood points a unit that random effects take, at the most
SIGMA = "the figure is sigma, not its square"
LEE_YU = "Lee and Yu's transformation counts {n:,} observations"
PART = "the regression was run on part of the panel, or on years or groups averaged"
UNITS = "the number printed is that of units, not of observations"
OF_THE_DATA = "the number printed is that of the data, not of the regression"
CORRECTED = "sigma2 is corrected for bias by T/(T-1)"
EXCHANGED = "units and years are exchanged"
FEW_LINKS = "units have one or two links each"
ROBUST_ERRORS = "standard errors are robust or clustered"
RANDOM = "effects are random, which the likelihood counts"
YEAR_LOST = "a year is lost to a lag, which leaves {n:,} observations"


@dataclass(frozen=True)
class Count:
    """A number of observations and the reading under which it is the one that counts.

    ``units`` is given where Lee and Yu's transformation takes an eigenvalue out of so many.
    """

    n: int
    reading: str = ""
    units: int | None = None


def _counts(paper: Paper, regression: Regression) -> list[Count]:
    """Observations that the likelihood may count: as printed, then under known readings.

    Empty if no number is printed.
    """
    panel = paper.panel
    printed = int(regression.nobs.value) if regression.nobs else panel.NT
    if printed is None:
        return []
    N, T = _units_and_years(panel, printed)
    shapes = [(N, T)] if N and T else _shapes(panel, printed)
    found = [Count(printed)]
    if panel.T and printed == panel.N:
        found.append(Count(panel.N * panel.T, UNITS))
        shapes = [(panel.N, panel.T)]
    for N, T in shapes:
        lost = YEAR_LOST if regression.dynamic else LEE_YU
        found.append(Count(N * (T - 1), lost.format(n=N * (T - 1))))
        for n in ((N - 1) * (T - 1), (N - 1) * T):
            found.append(Count(n, LEE_YU.format(n=n), N))
    said = f"{regression.correction} {regression.effects}".casefold()
    if regression.dynamic or ("yu" in said and "direct" not in said):
        found = [replace(count, reading="") for count in found]
    return found


def _shapes(panel: Panel, n: int) -> list[tuple[int, int]]:
    """Every panel of ``n`` observations, where neither units nor years are printed."""
    if panel.N or panel.T:
        return []
    return [(n // T, T) for T in range(FEWEST_YEARS, MOST_YEARS) if n % T == 0 and n > 4 * T]


def _units_and_years(panel: Panel, n: int) -> tuple[int | None, int | None]:
    """Units and years of a column of ``n`` observations, both None if they cannot be told."""
    N, T = panel.N, panel.T
    if N and T and n in (N * T, N * (T - 1)):
        return N, n // N
    if T and n % T == 0:
        return n // T, T
    if N and n % N == 0:
        return N, n // N
    return None, None


# Observations from the z of sigma2 -------------------------------------------------------------


def z_of_sigma2(regression: Regression, cut: bool = False) -> Interval | None:
    """z of sigma2 as its parentheses are read.

    Parameters
    ----------
    regression
        A column.
    cut
        Whether digits were cut off, not rounded.

    Returns
    -------
    Interval or None
        None if nothing is printed that tells.
    """
    row = dict(regression.complete).get("sigma2")
    if not row or row.parentheses.value < 0:
        return None
    return statistic(*(row.cut if cut else row.rounded), reading_of(regression).kind)


def spatial_of(regression: Regression) -> tuple[Interval, ...]:
    """Spatial coefficients that are printed, rho and lambda, with rounding."""
    rows = (regression.rho, regression.lambda_)
    return tuple(row.estimate.rounded for row in rows if row)


def lowest_share(*spatial: Interval) -> float:
    """2 z^2 over the observations at the least, which falls with rho squared.

    Simulated nearest-neighbour panels stay above 1 - 0.2 rho^2, grids above 1 - 0.35 rho^2. Two
    coefficients blur each other.
    """
    sizes = [min(abs(value).high, 1.0) for value in spatial] or [UNKNOWN]
    return max(1 - LOST * sum(size**2 for size in sizes) - BLUR * (len(sizes) > 1), 0.1)


def observations_by_z(z: Interval, *spatial: Interval) -> Interval:
    """Observations that give sigma2 a z: 2 z^2 at the least.

    The variance of sigma2 is 2 sigma^4 / n, and more where rho is estimated beside it.

    Parameters
    ----------
    z
        sigma2 over its standard error.
    *spatial
        Spatial coefficients, which take some of the information.

    Returns
    -------
    Interval

    References
    ----------
    Lee, L. F. (2004). Asymptotic distributions of quasi-maximum likelihood estimators for spatial
    autoregressive models. Econometrica 72, 1899-1925, for the information matrix.
    """
    low, high = 2 * z.low**2, 2 * z.high**2
    return Interval(low * (1 - SLACK), high / lowest_share(*spatial))


@check("observations-z", "Observations from the z of sigma2")
def observations_from_z(paper: Paper) -> Iterable[Finding]:
    """The variance of sigma2 is at least 2 sigma^4 / n, so its z is at most the root of n/2, and
    for moderate rho hardly less. The z hence tells n, unless errors are robust."""
    for regression in paper.regressions:
        z = z_of_sigma2(regression)
        if z is None:
            continue
        where = Place("observations-z", regression.label, "observations")
        if regression.robust or regression.random:
            kind = "Robust errors" if regression.robust else "Random effects"
            yield where.cannot(f"{kind} follow another formula.")
            continue
        yield _by_z(paper, regression, z)


def _by_z(paper: Paper, regression: Regression, z: Interval) -> Finding:
    spatial = spatial_of(regression)
    if len(spatial) < SPATIAL.get(regression.kind, 0):
        spatial += (Interval(0.0, UNKNOWN),)
    implied, possible = observations_by_z(z, *spatial), _counts(paper, regression)
    words = f"z of sigma2 is {_range(z)}, which takes {_range(implied)} observations"
    where = Place("observations-z", regression.label, "observations")
    if not possible:
        return where.cannot(f"{words}; how many there are is not printed.")
    printed = possible[0]
    words = f"{words}; printed {printed.n:,}."
    fits = [c for c in possible if _allowing(implied, c).meets(c.n)]
    if any(not c.reading for c in fits):
        return where.agrees(words)
    gap = _factor(implied, printed.n)
    explained = [c.reading for c in fits] + _other_z(paper, regression, z, spatial, possible)
    if explained:
        return where.only_if(words, gap, "factor", *dict.fromkeys(explained))
    return where.disagrees(words, gap, "factor", PART, ROBUST_ERRORS, OF_THE_DATA)


def _other_z(
    paper: Paper,
    regression: Regression,
    z: Interval,
    spatial: tuple[Interval, ...],
    possible: list[Count],
) -> list[str]:
    """Readings under which the z of sigma2 would take the printed observations."""
    n, implied = possible[0].n, observations_by_z(z, *spatial)
    # Units linked in pairs lose the most of all: their share is 1 / (1 + rho^2).
    paired = 1 + sum(min(abs(value).high, 1.0) ** 2 for value in spatial)
    in_pairs = Interval(implied.low, 2 * z.high**2 * paired)
    any_scale = Interval(implied.low, 2 * z.high**2 / lowest_share(Interval(0.0, UNKNOWN)))
    cut = z_of_sigma2(regression, cut=True)
    of_sigma = Interval(implied.low / 4, implied.high / 4)
    told = None  # whether the likelihood takes the printed observations, if it tells
    printed = _likelihood(regression)
    if printed and _determined(regression):
        told = _by_likelihood(paper, regression, *printed).verdict == AGREES
    readings = {
        FEW_LINKS: bool(spatial) and in_pairs.meets(n),
        UNSCALED: bool(spatial) and not scale_closed(paper) and any_scale.meets(n),
        CUT_OFF: cut is not None and observations_by_z(cut, *spatial).meets(n),
        SIGMA: any(_factor(of_sigma, c.n) < 1 + NEAR for c in possible),
        ROBUST_ERRORS: _factor(implied, n) < ROBUST[told],
    }
    return [reading for reading, holds in readings.items() if holds]


def _range(interval: Interval) -> str:
    if np.isinf(interval.high):
        return f"at least {interval.low:,.4g}"
    low, high = (
        f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.4g}" for x in (interval.low, interval.high)
    )
    return f"{low} to {high}" if low != high else low


def _allowing(implied: Interval, count: Count) -> Interval:
    """With the loss to the eigenvalue that Lee and Yu's transformation takes out."""
    return Interval(implied.low, implied.high / LEE_YU_SHARE) if count.units else implied


def _factor(implied: Interval, n: int) -> float:
    """By which factor n misses the interval."""
    if implied.meets(n):
        return 1.0
    return float(max(n / implied.high, implied.low / n))


# Observations from the log-likelihood ----------------------------------------------------------


def log_determinant_bound(*spatial: Interval) -> Interval:
    r"""ln|I - rho W| an observation, over all row-standardised W without own links.

    Eigenvalues have mean zero and lie in [-1, 1], so it lies between :math:`\ln(1-\rho^2)/2`
    (regions linked in pairs) and zero. Of two spatial coefficients the bounds add up.
    """
    sizes = (min(abs(value).high, 0.999) for value in spatial)
    return Interval(sum((0.5 * float(np.log1p(-size * size)) for size in sizes), 0.0), 0.0)


def level(sigma2: Interval) -> Interval:
    """Normal log-likelihood an observation without the log-determinant: -(ln 2 pi s2 + 1)/2."""
    ends = (-0.5 * (np.log(2 * np.pi * max(s, 1e-300)) + 1) for s in (sigma2.high, sigma2.low))
    return Interval(*map(float, ends))


def excess(
    loglik: Interval,
    sigma2: Interval,
    spatial: Sequence[Interval],
    n: int,
    units: int | None = None,
) -> float:
    """Log-likelihood points by which the printed one misses what n, sigma2 and rho permit.

    Parameters
    ----------
    loglik, sigma2
        As printed, with rounding.
    spatial
        Spatial coefficients.
    n
        Observations that the likelihood counts.
    units
        Given where Lee and Yu's transformation takes one eigenvalue out of so many.

    Returns
    -------
    float
        Zero if nothing is missed.

    References
    ----------
    Lee, L. F. and Yu, J. (2010). Estimation of spatial autoregressive panel data models with fixed
    effects. Journal of Econometrics 154, 165-185, for the transformed likelihood.
    """
    bound = log_determinant_bound(*spatial)
    if units:
        for value in spatial:
            taken_out = [-float(np.log1p(-min(r, 0.999))) / (units - 1) for r in value.ends]
            bound += Interval.hull([0.0, *taken_out])
    return (n * (level(sigma2) + bound)).distance(loglik)


def observations_by_likelihood(
    loglik: Interval, sigma2: Interval, *spatial: Interval
) -> Interval | None:
    """Observations that go with a log-likelihood and a variance: lnL over `level` and the
    log-determinant an observation.

    Parameters
    ----------
    loglik, sigma2
        As printed, with rounding.
    *spatial
        Spatial coefficients, which bound the log-determinant.

    Returns
    -------
    Interval or None
        None if a likelihood of this size goes with any number.
    """
    an_observation = level(sigma2) + log_determinant_bound(*spatial)
    if an_observation.low <= 0 <= an_observation.high:
        return None
    implied = loglik / an_observation
    return implied if implied.low > 0 else None


@check("observations-likelihood", "Observations from log-likelihood and sigma2")
def observations_from_likelihood(paper: Paper) -> Iterable[Finding]:
    """At its maximum the normal log-likelihood is -n/2 (ln 2 pi sigma2 + 1) plus the
    log-determinant, which is never positive and bounded by rho. So it tells n."""
    for regression in paper.regressions:
        printed = _likelihood(regression)
        if not printed:
            continue
        where = Place("observations-likelihood", regression.label, "observations")
        if _determined(regression):
            yield _by_likelihood(paper, regression, *printed)
        elif regression.random:
            yield where.cannot("Random effects add a term of their own.")
        else:
            yield where.cannot("Without its spatial coefficient the determinant is unknown.")


def _likelihood(regression: Regression) -> tuple[Printed, Printed] | None:
    """Log-likelihood and variance, where both are printed."""
    variance = regression.sigma2.estimate if regression.sigma2 else None
    if regression.loglik and variance and variance.value > 0:
        return regression.loglik, variance
    return None


def _determined(regression: Regression) -> bool:
    """Whether spatial coefficients and variance make the likelihood, as in a fixed-effects fit."""
    spatial = len(spatial_of(regression)) >= SPATIAL.get(regression.kind, 0)
    return spatial and not regression.random


def _by_likelihood(
    paper: Paper, regression: Regression, loglik: Printed, variance: Printed
) -> Finding:
    spatial, sigma2 = spatial_of(regression), variance.rounded
    where = Place("observations-likelihood", regression.label, "observations")
    implied = observations_by_likelihood(loglik.rounded, sigma2, *spatial)
    told = f"takes {_range(implied)} observations" if implied else "does not tell the observations"
    words = f"log-likelihood {loglik.text} with sigma2 {variance.text} {told}"
    possible = _counts(paper, regression)
    if not possible:
        return where.cannot(f"{words}; how many there are is not printed.")
    words = f"{words}; printed {possible[0].n:,}."
    off = {c: excess(loglik.rounded, sigma2, spatial, c.n, c.units) for c in possible}
    gap = off[possible[0]]
    if any(miss == 0 for c, miss in off.items() if not c.reading):
        return where.agrees(words)
    readings = [c.reading for c, miss in off.items() if c.reading and miss == 0]
    readings += _other_variances(paper, regression, loglik.rounded, variance, possible)
    if readings:
        return where.only_if(words, gap, "log-likelihood points", readings[0])
    others = (PART, "the likelihood leaves out a constant", "a cell belongs to another column")
    return where.disagrees(words, gap, "log-likelihood points", *others)


def _other_variances(
    paper: Paper, regression: Regression, loglik: Interval, printed: Printed, possible: list[Count]
) -> list[str]:
    """Definitions of variance, scale and likelihood under which the likelihood would follow."""
    sigma2, spatial = printed.rounded, spatial_of(regression)
    readings = {CUT_OFF: printed.cut, SIGMA: sigma2 * sigma2}
    units, years = _units_and_years(paper.panel, possible[0].n)
    if units and years and min(units, years) > 1:
        share = 1 - 1 / years
        readings[CORRECTED] = sigma2 * Interval(share * (1 - 1 / units), share)
    found = [
        words
        for words, variance in readings.items()
        if any(excess(loglik, variance, spatial, c.n) == 0 for c in possible)
    ]
    unknown = (Interval(0.0, UNKNOWN),) * len(spatial)
    if not scale_closed(paper) and excess(loglik, sigma2, unknown, possible[0].n) == 0:
        found.append(UNSCALED)
    raised = loglik - Interval(-RANDOM_TERM * (units or 0), 0.0)
    if not regression.effects and units and not excess(raised, sigma2, spatial, possible[0].n):
        found.append(RANDOM)
    return found


# The panel -------------------------------------------------------------------------------------


@check("panel", "Observations are units times years")
def panel_size(paper: Paper) -> Iterable[Finding]:
    """A balanced panel has units times years observations, one year less with a lag."""
    panel = paper.panel
    N, T = panel.stated
    if panel.years:
        yield from _years(panel)
    if N and T and N * T > 1:
        for r, n in _whole(paper):
            yield _size(r.label, n, N, T, lagged=r.dynamic)
        if panel.NT and "NT" not in panel.inferred:
            yield _size("panel", panel.NT, N, T)


def _whole(paper: Paper) -> list[tuple[Regression, int]]:
    """Columns for all units: those with the most observations, and any within a year of them."""
    limit = PART_OF_ALL * _most(paper)
    return [(r, int(n.value)) for r, n in paper.sized if n.value >= limit and not r.subsample]


def _most(paper: Paper) -> float:
    return max((n.value for _, n in paper.sized), default=0)


def _years(panel: Panel) -> Iterable[Finding]:
    found = re.fullmatch(YEARS, panel.years)
    if not found or not panel.T or "T" in panel.inferred:
        return
    years, where = int(found[2]) - int(found[1]) + 1, Place("panel", "panel", "years")
    words = f"{panel.years} are {years} years; T = {panel.T}."
    if years == panel.T:
        yield where.agrees(words)
    elif years > panel.T:
        reading = "years are missing, or one is lost to a lag"
        yield where.only_if(words, float(years - panel.T), "years", reading)
    else:
        readings = (*([EXCHANGED] if years == panel.N else []), "one of the numbers is a slip")
        yield where.disagrees(words, float(panel.T - years), "years", *readings)


def _size(label: str, n: int, N: int, T: int, lagged: bool = False) -> Finding:
    words = f"{N:,} units times {T} years are {N * T:,}; printed {n:,}."
    where = Place("panel", label, "observations")
    if n == N * T or (lagged and n == N * (T - 1)):
        return where.agrees(words)
    gap, unit = float(abs(n - N * T)), "observations"
    if n == N and T > 1:
        return where.only_if(words, gap, unit, UNITS)
    if n % N == 0 and 0 < n // N < T:
        return where.only_if(words, gap, unit, f"{T - n // N} year(s) are lost to lags")
    if 0.5 * N * T < n < N * T:
        return where.only_if(words, gap, unit, "the panel is not balanced")
    return where.disagrees(words, gap, unit, "one of the three numbers is a slip")


@check("subsamples", "Subsamples add up to the whole")
def subsamples(paper: Paper) -> Iterable[Finding]:
    """Groups that share out all units have observations that add up to the panel's."""
    whole = paper.panel.NT or _most(paper)
    for key, group in _groups(paper, whole).items():
        where = Place("subsamples", ", ".join(r.label for r, _ in group), key)
        total = sum(n.value for _, n in group)
        added = " + ".join(n.text for _, n in group)
        words = f"{added} = {total:,.0f}; the panel has {whole:,.0f}."
        if total == whole:
            yield where.agrees(words)
        elif group[0][0].subsample:
            reading = "groups overlap, or leave units out"
            yield where.only_if(words, abs(total - whole), "observations", reading)


def _groups(paper: Paper, whole: float) -> dict[str, list[tuple[Regression, Printed]]]:
    """Columns on parts of the panel, by outcome or by the name of the division."""
    parts: dict[str, list[tuple[Regression, Printed]]] = {}
    for r, n in paper.sized:
        if r.subsample or n.value < PART_OF_ALL * whole:
            parts.setdefault(r.subsample or r.depvar, []).append((r, n))
    return {key: group for key, group in parts.items() if len(group) > 1}

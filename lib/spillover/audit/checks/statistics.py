"""Specification tests: statistics, degrees of freedom, p-values and stars."""

import re
from collections.abc import Iterable

import numpy as np
from scipy import special

from spillover.audit.checks.stars import CUT_OFF
from spillover.audit.findings import Finding, Place, check
from spillover.audit.intervals import Interval, one_sided, two_sided
from spillover.audit.printed import Printed, counted
from spillover.audit.readings import reading_of
from spillover.audit.rules import LADDERS, possible_stars, statistic
from spillover.audit.tables import Paper, Regression, Statistic, StatisticTable, yes_or_no

HALF = "the test is one-sided, half of its mass being at zero"
MOST_RESTRICTIONS = 3000
ANY_SIZE = Interval(0.0, np.inf)
ONE, ALL = np.array([1]), np.arange(1, MOST_RESTRICTIONS + 1)


def _tails(value: Interval, df: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest chi-squared p-value of a statistic for each number of restrictions."""
    low, high = max(value.low, 0.0), max(value.high, 0.0)
    return special.chdtrc(df, high), special.chdtrc(df, low)


def _restrictions(value: Interval, p: Interval, candidates: np.ndarray = ALL) -> np.ndarray:
    """Those of some ascending numbers of restrictions under which a statistic has a p-value."""
    low, high = _tails(value, candidates)
    return candidates[(low <= p.high + 1e-12) & (high >= p.low - 1e-12)]


CHI_SQUARED = (
    r"(?<![a-z])r?lm|lagrange|(?<![a-z])lr|likelihood|wald|hausman|chi|χ|sargan|hansen|breusch"
    r"|拉格朗日|似然|瓦尔德|沃尔德|豪斯曼|卡方"
)
OTHERWISE = (
    r"moran|莫兰|scaled|(?<![a-z])(cd|f|t|z)(?![a-z])|unit root|单位根|geary|getis|robust f\b|"
    r"slm1|slm2|lm1|lm2|honda|king"
)
SPATIAL_TERM = r"lag|err|sar(?!ma)|sem|slm|spatial|空间|滞后|误差"
SEVERAL_TERMS = r"sarma|joint|both|sac|serial|breusch|random|time"


def chi_squared(test: Statistic) -> bool:
    """Whether the name says that a statistic is chi-squared; others are normal, F or their own."""
    name = test.name.casefold()
    return bool(re.search(CHI_SQUARED, name)) and not re.search(OTHERWISE, name)


def fixed_restrictions(test: Statistic) -> np.ndarray:
    """Numbers of restrictions that a test can have by its name or as printed."""
    if not chi_squared(test):
        return ALL
    if test.df and test.df.value >= 1:
        return np.array([int(test.df.value)])
    name = test.name.casefold()
    lagrange = re.search(r"(?<![a-z])r?lm|lagrange|拉格朗日", name)
    if lagrange and re.search(SPATIAL_TERM, name) and not re.search(SEVERAL_TERMS, name):
        return ONE
    return ALL


@check("tests", "p-values and stars of tests follow from their statistics")
def tests(paper: Paper) -> Iterable[Finding]:
    """A chi-squared statistic and its p-value reveal the degrees of freedom, a whole number; an LM
    test of one spatial term has one. Statistics that are not chi-squared by their name are not
    judged."""
    for table in paper.tests:
        for test in table.rows:
            yield _test(table, test)


def _test(table: StatisticTable, test: Statistic) -> Finding:
    where = Place("tests", table.label, test.name)
    value = test.statistic
    if not chi_squared(test):
        return _of_its_own(where, test)
    if value.rounded.high < 0:
        return _negative(where, test)
    candidates = fixed_restrictions(test)
    p = test.p_value
    if p is None:
        return _starred(where, value, candidates)
    found = _restrictions(value.rounded, p.rounded, candidates)
    words = f"{value.text} with p {p.bound}{p.text}"
    if len(found):
        return where.agrees(f"{words} takes {_degrees(found)} degrees of freedom.")
    at = int(candidates[0]) if len(candidates) == 1 else None
    words = f"{words}; {_expected(value.rounded, at)}."
    if len(_restrictions(value.cut, p.cut, candidates)):
        return where.only_if(words, 0.0, "", CUT_OFF)
    gap = abs(special.chdtrc(at or 1, value.value) - p.value)
    if at is None and len(_restrictions(value.rounded, p.rounded * 2, ONE)):
        return where.only_if(words, float(gap), "in p", HALF)
    readings = ["the p-value belongs to another test", "a digit of one of the two is a slip"]
    free = _restrictions(value.rounded, p.rounded)
    if at and len(free):
        readings.insert(0, f"the test has {_degrees(free)} degrees of freedom")
    return where.disagrees(words, float(gap), "in p", *readings)


def _of_its_own(where: Place, test: Statistic) -> Finding:
    """A statistic that may be chi-squared, normal, or neither: it can agree, never disagree."""
    value, p = test.statistic, test.p_value
    if p is None:
        return where.cannot(f"{value.text}: its distribution is not known.")
    words = f"{value.text} with p {p.bound}{p.text}"
    if value.rounded.low >= 0 and len(found := _restrictions(value.rounded, p.rounded)):
        return where.agrees(f"{words} takes {_degrees(found)} degrees of freedom.")
    tails_of_z = (two_sided(value.rounded), one_sided(value.rounded), one_sided(-value.rounded))
    if any(tail.meets(p.rounded) for tail in tails_of_z):
        return where.agrees(f"{words} follows from the normal distribution.")
    return where.cannot(f"{words}: its distribution is not known.")


def _degrees(found: np.ndarray) -> str:
    low, high = int(found[0]), int(found[-1])
    if high == MOST_RESTRICTIONS:
        return f"{low} or more"
    return str(low) if low == high else f"{low} to {high}"


def _expected(value: Interval, df: int | None) -> str:
    if df is None:
        return "no whole number of degrees of freedom gives that"
    low, high = _tails(value, np.array([df]))
    return f"with {df} degree{'s' * (df > 1)} of freedom p is {low[0]:.3g} to {high[0]:.3g}"


def _negative(where: Place, test: Statistic) -> Finding:
    words = f"{test.statistic.text} is negative, which has no p-value or stars."
    if "hausman" in test.name.casefold() and not test.p_value and not test.statistic.stars:
        return where.cannot(words)
    gap = -test.statistic.value
    return where.disagrees(words, gap, "", "the sign is lost or was left out in the p-value")


def _starred(where: Place, value: Printed, candidates: np.ndarray) -> Finding:
    printed = counted(value.stars)
    if not printed:
        return where.cannot(f"{value.text}: neither p-value nor stars.")
    words = f"{value.text} with {printed} star{'s' * (printed > 1)}"
    fits = _star_restrictions(value.rounded, printed, candidates)
    if len(fits):
        return where.agrees(f"{words} takes {_degrees(fits)} degrees of freedom.")
    words = f"{words}; no number of degrees of freedom gives that."
    return where.disagrees(words, 1.0, "stars", "the stars belong to another row")


def _star_restrictions(value: Interval, printed: int, candidates: np.ndarray) -> np.ndarray:
    low, high = _tails(value, candidates)
    fits = [
        any(printed in possible_stars(Interval(*pair), ladder) for ladder in LADDERS)
        for pair in zip(low[:400], high[:400], strict=True)
    ]
    return candidates[: len(fits)][np.array(fits, bool)]


# Several tests of one model --------------------------------------------------------------------


@check("degrees", "Tests of one model have the same degrees of freedom")
def degrees(paper: Paper) -> Iterable[Finding]:
    """That all lags are zero (SDM to SAR) and that they are minus rho beta (SDM to SEM) are as many
    restrictions: one for each lagged regressor, in Wald and likelihood-ratio tests alike."""
    for table in paper.tests:
        for suffix, implied in _families(table).items():
            yield _one_number(table, suffix, implied)


def _families(table: StatisticTable) -> dict[str, list[tuple[str, np.ndarray]]]:
    """Tests of the lags with the restrictions that each implies, by what follows the names of the
    models (an outcome, a column)."""
    families: dict[str, list[tuple[str, np.ndarray]]] = {}
    for test in table.rows:
        match = re.match(
            r"(?:LR|Wald)\b.*(?:SDM).*(?:SAR|SEM|SLM)\w*(.*)$", test.name, re.IGNORECASE
        )
        p = test.p_value
        if match and p and p.rounded.low > 0 and not p.bound:
            rounded = _restrictions(test.statistic.rounded, p.rounded)
            implied = np.union1d(rounded, _restrictions(test.statistic.cut, p.cut))
            families.setdefault(match[1].strip(" :,()"), []).append((test.name, implied))
    return {suffix: group for suffix, group in families.items() if len(group) > 1}


def _one_number(
    table: StatisticTable, suffix: str, implied: list[tuple[str, np.ndarray]]
) -> Finding:
    told = {name: found for name, found in implied if len(found)}
    where = Place("degrees", table.label, suffix or "SDM")
    words = (
        "; ".join(f"{name}: {_degrees(found)}" for name, found in told.items()) or "none implied"
    )
    if len(told) < 2:
        return where.cannot(words)
    if set.intersection(*map(set, told.values())):
        return where.agrees(f"{words}.")
    gap = float(max(f[0] for f in told.values()) - min(f[-1] for f in told.values()))
    readings = ("a p-value is a slip", "the tests belong to models with different regressors")
    return where.disagrees(f"{words}.", gap, "restrictions", *readings)


@check("wald", "A joint Wald statistic is at least the largest z squared")
def wald(paper: Paper) -> Iterable[Finding]:
    """The Wald statistic that all lags are zero is at least the square of each lag's z, and equal
    to it where there is one lag."""
    for table in paper.tests:
        for test in table.rows:
            regression = _tested(paper, table, test)
            if regression:
                yield from _wald(table, test, regression)


def _tested(paper: Paper, table: StatisticTable, test: Statistic) -> Regression | None:
    """The Durbin column that a Wald test of its lags belongs to, if only one can be meant."""
    if not re.match(r"wald.*(SAR|SLM|lag)", test.name, re.IGNORECASE):
        return None
    durbin = [r for r in paper.regressions if r.kind == "SDM" and r.block("wx")]
    named = [r for r in durbin if r.depvar and r.depvar.casefold() in test.name.casefold()]
    same = [r for r in durbin if r.label.startswith(table.label) or table.label == r.label]
    found = named or same or durbin
    return found[0] if len(found) == 1 else None


def _wald(table: StatisticTable, test: Statistic, regression: Regression) -> Iterable[Finding]:
    kind = reading_of(regression).kind
    squares = {
        row.name: Interval(z.low**2, z.high**2)
        for block, row in regression.complete
        if block == "wx" and kind in ("se", "z")
        for z in [statistic(*row.rounded, kind) or ANY_SIZE]
    }
    if not squares:
        return
    name, largest = max(squares.items(), key=lambda item: item[1].low)
    where, printed = Place("wald", table.label, test.name), test.statistic
    words = (
        f"z squared of W {name} is {largest.low:.4g} to {largest.high:.4g}; printed {printed.text}."
    )
    gap = largest.low - printed.rounded.high
    if gap > 0:
        reading = "the two come from different covariance matrices"
        yield where.disagrees(words, gap, "chi-squared", reading)
    elif len(squares) > 1 or yes_or_no(regression.controls) or largest.meets(printed.rounded):
        yield where.agrees(words)
    else:
        readings = ("other lags are in the model and not printed", "the errors printed are others")
        gap = largest.distance(printed.rounded)
        words = f"With one lag the two are equal: {words}"
        yield where.disagrees(words, gap, "chi-squared", *readings)

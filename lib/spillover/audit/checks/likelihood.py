"""Log-likelihoods of a table against each other and against the criteria made from them."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import numpy as np
from scipy import special

from spillover.audit.checks.stars import CUT_OFF
from spillover.audit.findings import Finding, Place, check
from spillover.audit.intervals import Interval
from spillover.audit.printed import Printed
from spillover.audit.readings import reading_of
from spillover.audit.rules import statistic
from spillover.audit.tables import MODELS, Paper, Regression, Row, Statistic
from spillover.panel.impacts import IMPACTS

MOST_PARAMETERS = 400  # in columns of fewer than 800 observations, else half of these
TOO_MANY_DIGITS = 12  # in distinct figures of two columns, to be alike by chance
NOT_CONTAINED = "rows of W do not sum to one, so that the wider model does not contain the SEM"
OTHER_COLUMNS = "the statistic belongs to other columns than those printed"
OTHER_MODELS = "the test compares other models than these"
FEWER_COUNTED = (
    "the likelihood of the wider model counts fewer observations, as after a transformation"
)
PER_OBSERVATION = "the criteria are divided by the number of observations, {n}"


def _parameters(loglik: Interval, aic: Interval) -> Interval:
    """Number of parameters, k = (AIC + 2 lnL) / 2.

    References
    ----------
    Akaike, H. (1974). A new look at the statistical model identification. IEEE Transactions on
    Automatic Control 19, 716-723.
    """
    return (aic + 2 * loglik) * 0.5


def holds_whole(k: Interval) -> bool:
    """Whether a positive whole number lies in the interval."""
    slack = 1e-9 * max(1.0, abs(k.high))
    return max(np.ceil(k.low - slack), 1) <= k.high + slack


@check("aic", "AIC counts a whole number of parameters")
def aic(paper: Paper) -> Iterable[Finding]:
    """AIC is 2k - 2 lnL, so printed AIC and log-likelihood reveal k, which is a whole number.
    Programs count differently (rho, sigma2, fixed effects), so k is only reported."""
    for regression in paper.regressions:
        if regression.aic and regression.loglik:
            yield _aic(regression, regression.loglik, regression.aic)


def _aic(regression: Regression, lnl: Printed, figure: Printed) -> Finding:
    k = _parameters(lnl.rounded, figure.rounded)
    where = Place("aic", regression.label, "AIC")
    words = f"AIC {figure.text} and log-likelihood {lnl.text} make k = {k.middle:.4g}."
    # Programs that estimate dummies count them.
    most = max(MOST_PARAMETERS, regression.nobs.value / 2 if regression.nobs else 0)
    if holds_whole(k) and k.low < most:
        return where.agrees(words)
    gap = abs(k.middle - max(round(k.middle), 1))
    if holds_whole(_parameters(lnl.cut, figure.cut)) and k.low < most:
        return where.only_if(words, gap, "parameters", CUT_OFF)
    found = _per_observation(lnl.rounded, figure.rounded, regression.nobs, regression.bic)
    if found:
        return where.only_if(words, gap, "parameters", PER_OBSERVATION.format(n=found))
    readings = ("the criterion counts a constant or the sample otherwise", "a digit is a slip")
    return where.disagrees(words, gap, "parameters", *readings)


def _per_observation(
    lnl: Interval, aic: Interval, nobs: Printed | None, bic: Printed | None
) -> int | None:
    """Fewest n at which n AIC = 2k - 2 lnL (and n BIC = k ln n - 2 lnL) for a whole k.

    Observations that are printed are the only n to try.
    """
    given = [int(nobs.value)] if nobs else range(5, 3001)
    if abs(aic.middle) > 50 or abs(aic.middle) > 0.5 * abs(lnl.middle):
        return None
    for n in given:
        k = _parameters(lnl, aic * n)
        if not (holds_whole(k) and k.low < min(n, MOST_PARAMETERS)):
            continue
        if bic is None or (round(k.middle) * np.log(n) - 2 * lnl).meets(bic.rounded * n):
            return n
    return None


@check("bic", "BIC counts the same parameters and observations")
def bic(paper: Paper) -> Iterable[Finding]:
    """BIC is k ln n - 2 lnL. With k from AIC it reveals n, which is the number of observations (or,
    in some programs, of units)."""
    for regression in paper.regressions:
        lnl, aic, bic = regression.loglik, regression.aic, regression.bic
        if bic and aic and abs(aic.value) > 50:
            given = (
                _bic(paper, regression, lnl, aic, bic) if lnl else _difference(regression, aic, bic)
            )
            if given:
                yield given


def _bic(
    paper: Paper, regression: Regression, lnl: Printed, aic: Printed, bic: Printed
) -> Finding | None:
    rounded = _implied_by_k(lnl.rounded, aic.rounded, bic.rounded)
    cut = _implied_by_k(lnl.cut, aic.cut, bic.cut)
    implied = rounded or cut
    if not implied:
        return None
    where = Place("bic", regression.label, "BIC")
    ranges = (f"n = {n.low:,.0f} to {n.high:,.0f} with k = {k}" for k, n in implied.items())
    words = f"BIC {bic.text} takes {' or '.join(ranges)}"
    printed = regression.nobs.value if regression.nobs else paper.panel.NT
    if not printed:
        return where.cannot(f"{words}; observations are not printed.")
    words = f"{words}; printed {printed:,.0f}."
    if _meets(rounded, printed):
        return where.agrees(words)
    gap = min(abs(float(np.log(n.middle / printed))) for n in implied.values())
    units = paper.panel.N
    if units and (_meets(rounded, units) or _meets(rounded, printed - units)):
        reading = "ln n counts units, or a year less"
        return where.only_if(words, gap, "in ln n", reading)
    if _meets(cut, printed):
        return where.only_if(words, gap, "in ln n", CUT_OFF)
    readings = ("the two criteria count different parameters", "a digit is a slip")
    return where.disagrees(words, gap, "in ln n", *readings)


def _meets(implied: dict[int, Interval], n: float) -> bool:
    return any(interval.widened(0.5).meets(n) for interval in implied.values())


def _implied_by_k(lnl: Interval, aic: Interval, bic: Interval) -> dict[int, Interval]:
    """Observations that BIC takes for each number of parameters that AIC allows."""
    k = _parameters(lnl, aic)
    if not holds_whole(k) or k.high - k.low > 10:
        return {}
    first, last = int(max(np.ceil(k.low - 1e-9), 1)), int(np.floor(k.high + 1e-9))
    logs = {n: (bic + 2 * lnl) * (1 / n) for n in range(first, last + 1)}
    return {n: Interval(*np.exp(np.minimum(log.ends, 50)).tolist()) for n, log in logs.items()}


def _difference(regression: Regression, aic: Printed, bic: Printed) -> Finding | None:
    """Without the likelihood, BIC - AIC = k (ln n - 2) still needs a whole k."""
    if not regression.nobs or regression.nobs.value < 9:
        return None
    apart = bic.rounded - aic.rounded
    k = apart * (1 / (np.log(regression.nobs.value) - 2))
    words = (
        f"BIC - AIC = {apart.middle:.6g} makes k = {k.middle:.4g} at n = {regression.nobs.text}."
    )
    where = Place("bic", regression.label, "BIC")
    if holds_whole(k):
        return where.agrees(words)
    gap = abs(k.middle - round(k.middle))
    readings = ("ln n counts units or other observations", "a digit is a slip")
    return where.only_if(words, gap, "parameters", *readings)


# Nested models ---------------------------------------------------------------------------------

NESTED = {("SAR", "SDM"), ("SEM", "SDM"), ("OLS", "SAR"), ("OLS", "SEM"), ("OLS", "SDM")}
NARROWER = {
    ("none", "individual"), ("none", "time"), ("none", "twoways"),
    ("individual", "twoways"), ("time", "twoways"),
}  # fmt: skip


def effects_of(regression: Regression) -> str:
    """Fixed effects as none, individual, time, twoways or empty."""
    said = regression.effects.casefold()
    if regression.random or not said:
        return ""
    if re.search(r"\b(both|two|double|dual)|双", said):
        return "twoways"
    unit = bool(re.search(r"indiv|spat|region|unit|province|city|county|个体|空间", said))
    time = bool(re.search(r"time|year|时间|年", said))
    if unit or time:
        return {(True, True): "twoways", (True, False): "individual"}.get((unit, time), "time")
    return "none" if re.search(r"none|no\b|pooled", said) else ""


def _about(regression: Regression) -> tuple:
    """What two columns must share to be compared: data, weights and regressors."""
    return (
        regression.depvar,
        regression.w,
        str(regression.nobs.value if regression.nobs else ""),
        tuple(sorted(regression.block("coef").keys() - {"alpha", "const", "Intercept"})),
        regression.subsample,
        regression.controls,
        regression.correction,
    )


def _kind_of_column(regression: Regression) -> tuple:
    """What no two columns share unless they differ in something that is not described."""
    return *_about(regression), regression.kind, regression.effects


@check("nested", "A wider model has the higher likelihood")
def nested(paper: Paper) -> Iterable[Finding]:
    """A model that contains another cannot fit worse. Twice the difference of log-likelihoods is
    the likelihood-ratio statistic, whether it is printed or not."""
    fixed = (r for r in paper.regressions if not r.random and not r.dynamic)
    columns = {r: r.loglik for r in fixed if r.loglik}
    times = Counter(map(_kind_of_column, columns))
    for one, other in combinations(columns, 2):
        if _about(one) != _about(other) or max(times[_kind_of_column(r)] for r in (one, other)) > 1:
            continue
        for narrow, wide in ((one, other), (other, one)):
            title = _nesting(narrow, wide)
            if title:
                yield _ratio(paper, narrow, wide, (columns[narrow], columns[wide]), title)


def _nesting(narrow: Regression, wide: Regression) -> str:
    same_effects = narrow.effects == wide.effects
    if (narrow.kind, wide.kind) in NESTED and same_effects:
        return f"{wide.kind}->{narrow.kind}"
    effects = (effects_of(narrow), effects_of(wide))
    if narrow.kind == wide.kind and effects in NARROWER:
        return f"{effects[1]}->{effects[0]}"
    return ""


def _ratio(
    paper: Paper, narrow: Regression, wide: Regression, logliks: tuple[Printed, Printed], title: str
) -> Finding:
    lower, upper = logliks
    statistic = 2 * (upper.rounded - lower.rounded)
    where = Place("nested", wide.label, f"LR {title}")
    words = f"2 ({upper.text} - {lower.text}) = {statistic.middle:.4g}"
    words += _tail(wide, title, statistic)
    excuse = _excuse(paper, narrow, wide)
    if statistic.high < 0 and excuse:
        gap = -statistic.high / 2
        return where.only_if(f"{words}.", gap, "log-likelihood points", excuse)
    if statistic.high < 0:
        readings = ("the two columns do not share their sample", "the two columns are exchanged")
        return where.disagrees(f"{words}.", -statistic.high / 2, "log-likelihood points", *readings)
    test = _printed_ratio(paper, wide, title)
    if test is None:
        return where.agrees(f"{words}; no such statistic is printed.")
    printed = test.statistic
    words = f"{words}; printed {printed.text}."
    gap = statistic.distance(printed.rounded)
    if gap == 0:
        return where.agrees(words)
    if (2 * (upper.cut - lower.cut)).meets(printed.cut):
        return where.only_if(words, gap, "", CUT_OFF)
    if not _names_both(test.name, title):
        return where.only_if(words, gap, "", OTHER_MODELS)
    return where.disagrees(words, gap, "", OTHER_COLUMNS)


def _excuse(paper: Paper, narrow: Regression, wide: Regression) -> str:
    """Why a wider model may have the lower likelihood: it need not contain the other, or counts
    fewer observations.

    A SEM is a Durbin model only if lagged effects of time are effects of time, which rows of one
    sum ensure.
    """
    alone = effects_of(narrow) == "individual"
    if narrow.kind == "SEM" and not (alone or paper.panel.row_standardised):
        return NOT_CONTAINED
    return FEWER_COUNTED if narrow.kind == "OLS" or narrow.effects != wide.effects else ""


def _tail(wide: Regression, title: str, statistic: Interval) -> str:
    df = len(wide.block("wx"))
    if not title.startswith("SDM") or not df or statistic.middle < 0:
        return ""
    return f" (p = {special.chdtrc(df, statistic.middle):.2g} with {df} restrictions)"


def _printed_ratio(paper: Paper, wide: Regression, title: str) -> Statistic | None:
    """The one printed LR statistic of this pair, if it is clear which one."""
    tests = [
        test
        for table in paper.tests
        for test in table.rows
        if _of_column(test.name, wide.depvar, table.label, wide.label)
    ]
    named = [test for test in tests if _names_both(test.name, title)]
    found = named or [test for test in tests if _names_narrow(test.name, title)]
    return found[0] if len(found) == 1 else None


def _of_column(name: str, depvar: str, table: str, label: str) -> bool:
    return not depvar or depvar.upper() in _flat(name) or table in label


def _flat(name: str) -> str:
    return re.sub(r"\s+", "", name.replace("→", "->")).upper()


def _names_both(name: str, title: str) -> bool:
    """Whether an LR test names both models, as ``LR SDM->SAR``."""
    return _flat(name).startswith("LR") and title.upper() in _flat(name)


def _names_narrow(name: str, title: str) -> bool:
    """Whether an LR test names the narrower model alone, as ``LR test for SAR``."""
    wide, _, narrow = title.upper().partition("->")
    models = [word for word in MODELS if word in re.findall(r"[A-Z]+", name.upper())]
    return wide == "SDM" and _flat(name).startswith("LR") and models == [narrow]


# Copies ----------------------------------------------------------------------------------------


@check("copies", "No column repeats another")
def copies(paper: Paper) -> Iterable[Finding]:
    """Two regressions under different weights, outcomes or samples do not have one likelihood to
    the last digit, nor one column of p-values."""
    yield from _same_likelihood(paper)
    yield from _same_columns(paper)


def _same_likelihood(paper: Paper) -> Iterable[Finding]:
    texts = Counter(r.loglik.text for r in paper.regressions if r.loglik)
    for text in texts:
        group = [r for r in paper.regressions if r.loglik and r.loglik.text == text]
        others = [r for r in group[1:] if _other_fit(group[0], r)]
        if _digits(text) >= 5 and others:
            labels = " and ".join(r.label for r in (group[0], *others))
            words = f"{text} stands in {len(others) + 1} columns whose estimates differ."
            where = Place("copies", labels, "log-likelihood")
            gap = float(len(others))
            yield where.disagrees(words, gap, "columns", "a cell was copied along the row")
    if len(texts) > 1 and set(texts.values()) == {1}:
        yield Place("copies", "all columns", "log-likelihood").agrees("All log-likelihoods differ.")


def _digits(text: str) -> int:
    return len(re.sub(r"\D", "", text).lstrip("0"))


def _other_fit(one: Regression, other: Regression) -> bool:
    """Whether most estimates that two columns share differ, and their statistics with them.

    One fit can be printed twice, with fewer rows, or in other units, which leave z as it is.
    Impacts do not count: each simulation has its own draws.
    """
    left, right = _estimates(one), _estimates(other)
    shared = left.keys() & right.keys()
    kinds = (reading_of(one).kind, reading_of(other).kind)
    differing = sum(not _same_row(left[key], right[key], kinds) for key in shared)
    return differing > len(shared) / 2


def _estimates(regression: Regression) -> dict[tuple[str, str], Row]:
    rows = ((block, row) for block, row in regression.rows() if block not in IMPACTS)
    return {(block, row.name): row for block, row in rows}


def _same_row(one: Row, other: Row, kinds: tuple[str, str]) -> bool:
    left, right = _z(one, kinds[0]), _z(other, kinds[1])
    return one.estimate.text == other.estimate.text or bool(left and right and left.meets(right))


def _z(row: Row, kind: str) -> Interval | None:
    beside = row.parentheses
    return statistic(row.estimate.rounded, beside.rounded, kind) if beside else None


def _same_columns(paper: Paper) -> Iterable[Finding]:
    for one, other in combinations(paper.regressions, 2):
        for what, name in (("p-values", "p_value"), ("parentheses", "parentheses")):
            left, right = _column(one, name), _column(other, name)
            shared = left.keys() & right.keys()
            same = all(left[name] == right[name] for name in shared)
            told = sum(_digits(text) for text in {left[name] for name in shared})
            if same and told >= TOO_MANY_DIGITS and _differ(one, other, shared):
                words = f"All {len(shared)} {what} are the same although estimates differ."
                where = Place("copies", f"{one.label} and {other.label}", what)
                yield where.disagrees(words, float(len(shared)), "rows", "the column was copied")


def _column(regression: Regression, name: str) -> dict[str, str]:
    """What is printed beside the coefficients, by variable."""
    cells = {row.name: getattr(row, name) for row in regression.blocks.get("coef", ())}
    return {variable: figure.text for variable, figure in cells.items() if figure}


def _differ(one: Regression, other: Regression, names: Iterable[str]) -> bool:
    """Whether most estimates of two columns differ."""
    left, right = one.block("coef"), other.block("coef")
    differing = [left[name].estimate.text != right[name].estimate.text for name in names]
    return sum(differing) > len(differing) / 2

import numpy as np
import pytest
from small_tables import morans, said

from spillover.audit.checks import moran
from spillover.audit.checks.moran import implied_units, telling
from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF
from spillover.audit.intervals import Interval
from spillover.audit.printed import parse
from spillover.audit.tables import Moran, MoranRow


def series(rows):
    return telling(Moran("y", "W", tuple(MoranRow(y, parse(i), parse(z)) for y, i, z in rows)))


def by_hand(found, expected: float) -> float:
    """Largest lower end of the implied deviations over the smallest upper end."""
    deviations = [abs(i - expected) / abs(z) for i, z in zip(found.i, found.z, strict=True)]
    low = min(sd.high for sd in deviations)
    return max(sd.low for sd in deviations) / low if low > 0 else np.inf


@pytest.fixture
def found():
    rows = [("1", "0.201", "2.71"), ("2", "0.35", "4.40"), ("3", "-0.21", "-2.05")]
    return series([*rows, ("4", "-0.03", "1.10")])


def test_spreads_of_many_expectations_are_those_of_each_by_interval_arithmetic(found):
    expected = -1 / (np.arange(4, 60) - 1)
    assert found.spread(expected) == pytest.approx([by_hand(found, e) for e in expected])
    assert float(found.spread(-0.03)) == pytest.approx(by_hand(found, -0.03))


def test_units_are_those_under_which_one_deviation_serves_all_years(monkeypatch):
    monkeypatch.setattr(moran, "MARGIN", 0.001)
    sd, units = 0.08, 41
    zs = (1.5, 2.5, 3.5, -1.6)
    rows = [(str(z), f"{z * sd - 1 / (units - 1):.4f}", f"{z:.4f}") for z in zs]
    low, high = implied_units(series(rows))
    assert low <= units <= high and high - low < 6
    assert Interval(low, high).meets(units)


@pytest.mark.parametrize(
    "i, z, verdict",
    [
        ("0.200", "2.00", AGREES),
        ("0.200", "-2.00", DISAGREES),
        ("-0.010", "0.50", AGREES),
        ("-0.050", "0.50", DISAGREES),
        ("-0.050", "-0.50", AGREES),
    ],
)
def test_z_has_the_sign_of_the_distance_from_the_expectation(paper, i, z, verdict):
    """With 30 units the expectation is -0.034."""
    assert [v for v, _ in said(paper(morans(("2010", i, z))), "moran-sign")] == [verdict]


@pytest.mark.parametrize(
    ("p", "other", "verdict"),
    [
        ("0.051", "0.020", ONLY_IF),  # 0.038 on one side, of 999 permutations
        ("0.300", "0.020", DISAGREES),
        ("0.051", "0.000", DISAGREES),  # no share of permutations
    ],
)
def test_permutations_excuse_p_values_near_the_normal_ones(paper, p, other, verdict):
    rows = [("2010", "0.200", "1.775", p), ("2011", "0.230", "2.054", other)]
    assert said(paper(morans(*rows)), "moran-p")[0][0] == verdict


@pytest.mark.parametrize(
    ("p_values", "verdicts"),
    [
        (("0.050", "0.100", "0.317"), [AGREES] * 3),
        (("0.025", "0.050", "0.159"), [AGREES] * 3),
        (("0.025", "0.050", "0.317"), [AGREES, AGREES, DISAGREES]),
    ],
)
def test_p_values_are_one_sided_or_two_sided_alike_in_the_whole_paper(paper, p_values, verdicts):
    zs = ("1.960", "1.645", "1.000")
    rows = [
        (f"20{k}", "0.100", z, p) for k, (z, p) in enumerate(zip(zs, p_values, strict=True), 10)
    ]
    assert [v for v, _ in said(paper(morans(*rows)), "moran-p")] == verdicts


def test_one_deviation_serves_all_years_only_with_the_units_that_are_printed(paper):
    """I = -0.1 + 0.1 z, as with 11 units."""
    rows = [("1", "0.050", "1.50"), ("2", "0.200", "3.00"), ("3", "-0.250", "-1.50")]
    assert said(paper(morans(*rows, units=11)), "moran-units") == [(AGREES, "")]
    ((verdict, reading),) = said(paper(morans(*rows, units=100)), "moran-units")
    assert verdict == ONLY_IF
    assert "units, or W changes over the years" in reading
    assert said(paper(morans(*rows[:2], units=100)), "moran-units") == []


@pytest.mark.parametrize(
    ("z", "sd", "verdict"),
    [
        ("3.00", 0.104, AGREES),
        ("3.00", 0.12, ONLY_IF),
        ("1.00", 0.2, ONLY_IF),
        ("0.90", 0.2, AGREES),
    ],
)
def test_a_deviation_apart_counts_if_z_tells_one(paper, z, sd, verdict):
    """The three other years have a deviation of 0.1, as one W with 11 units gives them."""
    rows = [("1", "0.050", "1.50"), ("2", "0.200", "3.00"), ("3", "-0.250", "-1.50")]
    apart = ("4", f"{float(z) * sd - 0.1:.3f}", z)
    assert [v for v, _ in said(paper(morans(*rows, apart, units=11)), "moran-units")] == [verdict]


def test_z_that_was_cut_off_may_stand_for_the_p_value(paper):
    """2.0 rounded has p from 0.040, cut off from 0.036."""
    rows = [("1", "0.100", "1.645", "0.100"), ("2", "0.100", "2.0", "0.038")]
    found = said(paper(morans(*rows)), "moran-p")
    assert found == [(AGREES, ""), (ONLY_IF, "digits were cut off, not rounded")]


@pytest.mark.parametrize(("kind", "verdict"), [("permutations", CANNOT), ("normal", DISAGREES)])
def test_p_values_that_are_said_to_come_from_permutations_are_not_judged(paper, kind, verdict):
    table = morans(("1", "0.100", "1.645", "0.500")) + f'p = "{kind}"\n'
    assert [v for v, _ in said(paper(table), "moran-p")] == [verdict]

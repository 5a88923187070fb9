import numpy as np
import pytest

from spillover.audit.checks.moran import implied_units, telling
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


def test_units_are_those_under_which_one_deviation_serves_all_years():
    sd, units = 0.08, 41
    zs = (1.5, 2.5, 3.5, -1.6)
    rows = [(str(z), f"{z * sd - 1 / (units - 1):.4f}", f"{z:.4f}") for z in zs]
    low, high = implied_units(series(rows), margin=0.001)
    assert low <= units <= high and high - low < 6
    assert Interval(low, high).meets(units)

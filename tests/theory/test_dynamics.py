import numpy as np
import pytest

from spillover.theory.dynamics import basins, paths, speed
from spillover.theory.two_regions import TwoRegions


def test_constant_gap_gives_logistic_migration():
    times = np.array([0.0, 1.0, 3.0])
    found = paths(lambda share: 0.5 + 0 * share, [0.2], times)[0.2]
    assert np.allclose(found, 1 / (1 + 4 * np.exp(-0.5 * times)), atol=1e-7)


def test_paths_agree_with_the_two_region_model():
    model, times = TwoRegions(phi=0.3, g=1.4), [0, 2, 20]
    known = model.migrate([0.3, 0.9], times)
    assert np.allclose(paths(model.utility_gap, [0.3, 0.9], times), known, atol=1e-6)


def test_speed_vanishes_in_the_corners_even_if_the_gap_does_not_exist_there():
    with np.errstate(divide="ignore"):
        found = speed(lambda share: -np.log(share / (1 - share)), [0.0, 0.5, 0.9, 1.0])
    assert found[[0, 1, 3]] == pytest.approx(0)
    assert found[2] == pytest.approx(-0.09 * np.log(9))


def test_basins_meet_at_the_threshold():
    model = TwoRegions(phi=0.3, g=1.4)
    frame = basins(model.utility_gap)
    assert frame["rest_point"].tolist() == [0.0, 1.0]
    assert frame["end"].iloc[0] == pytest.approx(float(model.threshold()), abs=1e-9)
    assert frame["length"].sum() == pytest.approx(1)
    assert frame["length"].iloc[1] < 0.5


def test_bad_starts_and_times_are_refused():
    with pytest.raises(ValueError, match="start must be a share"):
        paths(lambda share: share, [1.2], [0, 1])
    with pytest.raises(ValueError, match="times must increase"):
        paths(lambda share: share, [0.2], [1, 0])

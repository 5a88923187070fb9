import numpy as np
import pytest

from spillover.theory import bifurcation
from spillover.theory.bifurcation import (
    RestPoint,
    break_point,
    diagram,
    fold_points,
    follow,
    rest_points,
    slope,
    sustain_point,
    with_tastes,
)


def cubic(parameter):
    """A pitchfork at 0: x = share - 1/2 obeys x (parameter - x^2)."""
    return lambda share: (share - 0.5) * (parameter - (share - 0.5) ** 2)


def fold(parameter):
    """Two rest points 1/2 -+ sqrt(parameter) for positive parameters."""
    return lambda share: parameter - (share - 0.5) ** 2


def test_rest_points_of_a_known_curve():
    low, middle, high = [each for each in rest_points(cubic(0.04)) if 0 < each.share < 1]
    assert [low.stable, middle.stable, high.stable] == [True, False, True]
    assert [low.share, middle.share, high.share] == pytest.approx([0.3, 0.5, 0.7], abs=1e-11)


def test_corners_are_rest_points_where_the_gap_points_outwards():
    assert [(p.share, p.stable) for p in rest_points(lambda s: s - 0.25)] == [
        (0.0, True),
        (pytest.approx(0.25), False),
        (1.0, True),
    ]
    assert [p.share for p in rest_points(lambda s: 0.25 - s)] == [pytest.approx(0.25)]
    assert [p.share for p in rest_points(lambda s: 1 + 0 * s)] == [1.0]


def test_break_sustain_and_fold_points_are_located():
    assert break_point(cubic, -0.1, 0.2) == pytest.approx(0, abs=1e-9)
    assert sustain_point(cubic, 0.01, 1) == pytest.approx(0.25, abs=1e-10)
    values = np.linspace(-0.06, 0.2, 11)
    folds = fold_points(diagram(fold, values), fold)
    assert folds == [pytest.approx(0, abs=1e-10)]
    assert slope(cubic(0.04), 0.5) == pytest.approx(0.04, rel=1e-6)


def test_brackets_without_a_change_of_sign_are_refused():
    with pytest.raises(ValueError, match=r"break point: no change of sign between 0.1 and 0.2"):
        break_point(cubic, 0.1, 0.2)
    with pytest.raises(ValueError, match="sustain point: no change"):
        sustain_point(cubic, 0.3, 0.4)


def test_a_branch_is_followed_around_its_turning_point():
    branch = follow(
        lambda parameter, share: float(fold(parameter)(share)),
        (0.04, 0.7),
        towards=-1,
        within=(-1, 0.09),
    )
    assert np.allclose(branch["parameter"], (branch["share"] - 0.5) ** 2, atol=1e-9)
    assert branch["share"].iloc[0] > 0.6
    assert branch["share"].iloc[-1] < 0.3
    assert (branch["stable"] == (branch["share"] > 0.5)).all()


def test_diagram_has_one_row_a_rest_point():
    found = diagram(cubic, np.array([-0.1, 0.04]))
    assert found.groupby("parameter").size().tolist() == [1, 3]
    assert found.query("parameter < 0")["stable"].all()


def quintic(parameter):
    """-x ((x^2 - 1/10)^2 - parameter): two pairs of rest points vanish together at 0."""
    return lambda share: (share - 0.5) * (parameter - ((share - 0.5) ** 2 - 0.1) ** 2)


def test_two_folds_at_one_parameter_are_both_found_and_a_pitchfork_is_none():
    found = diagram(quintic, np.array([-0.004, 0.003]))
    assert found.groupby("parameter").size().tolist() == [1, 5]
    assert fold_points(found, quintic) == pytest.approx([0, 0], abs=1e-9)
    assert fold_points(diagram(cubic, np.array([-0.1, 0.04])), cubic) == []


def test_a_fold_at_a_kink_is_found():
    def tent(parameter):
        return lambda share: parameter - np.abs(share - 0.4)

    found = diagram(tent, np.array([-0.07, 0.13]))
    assert fold_points(found, tent) == [pytest.approx(0, abs=1e-7)]


@pytest.mark.parametrize("scale", [0.4, 0.05, 0.005])
def test_rest_points_next_to_the_corners_are_found(scale):
    pull = with_tastes(lambda share: 2 * np.asarray(share) - 1, scale)
    low, middle, high = rest_points(pull)
    assert [low.stable, middle.stable, high.stable] == [True, False, True]
    assert low.share + high.share == pytest.approx(1)
    assert float(pull(low.share)) == pytest.approx(0, abs=1e-9)


def test_a_zero_on_the_grid_counts_once_and_a_corner_without_pull_is_a_rest_point():
    grid_point = np.sin(np.pi / 2 * 100 / 399) ** 2
    assert [p.stable for p in rest_points(lambda s: s - grid_point)] == [True, False, True]
    assert [(p.share, p.stable) for p in rest_points(lambda s: s * (1 - s))] == [
        (0.0, False),
        (1.0, True),
    ]
    assert [(p.share, p.stable) for p in rest_points(lambda s: -s * (1 - s))] == [
        (0.0, True),
        (1.0, False),
    ]


def test_a_gap_that_is_not_a_number_is_refused():
    with pytest.raises(ArithmeticError, match="not a number"):
        rest_points(lambda share: np.where(share > 0.5, np.nan, 1.0))
    with pytest.raises(ArithmeticError, match="zero, at every"):
        rest_points(lambda share: 0 * share)


def test_rest_points_that_do_not_alternate_are_refused():
    with pytest.raises(ArithmeticError, match="do not alternate"):
        bifurcation.check_alternating([RestPoint(0.1, True), RestPoint(0.2, True)])

"""Every fault of data or weights gives one error that names it; regions are matched by id."""

import numpy as np
import pandas as pd
import pytest
from brute_force import panel as simulated
from brute_force import ring
from hypothesis import given, settings
from hypothesis import strategies as st
from libpysal.graph import Graph
from libpysal.weights import W as PysalW
from scipy import sparse

from spillover.panel import SpatialPanel
from spillover.panel.inputs import PanelData, check_design, check_effects

REGIONS = ["d", "a", "c", "b"]
YEARS = [2001, 2002, 2003]
# A ring with different weights everywhere, so that no permutation leaves it alone.
WEIGHTS = pd.DataFrame(
    [[0, 1, 0, 2], [3, 0, 4, 0], [0, 5, 0, 6], [7, 0, 8, 0]], REGIONS, REGIONS, dtype=float
)


def panel() -> pd.DataFrame:
    index = pd.MultiIndex.from_product([REGIONS, YEARS], names=["region", "year"])
    rng = np.random.default_rng(1)
    columns = {"y": rng.lognormal(size=12), "x": rng.normal(size=12), "z": rng.normal(size=12)}
    return pd.DataFrame(columns, index=index)


def read(W=WEIGHTS, data=None, formula="y ~ x + z", **options) -> PanelData:
    return PanelData.from_formula(formula, panel() if data is None else data, W, **options)


def graph() -> Graph:
    focal, neighbour = np.nonzero(WEIGHTS.to_numpy())
    ids = np.array(REGIONS)
    values = WEIGHTS.to_numpy()[focal, neighbour]
    return Graph.from_arrays(ids[focal], ids[neighbour], values)


def pysal() -> PysalW:
    rows = {r: WEIGHTS.loc[r].loc[lambda w: w > 0] for r in REGIONS}
    neighbours = {r: list(w.index) for r, w in rows.items()}
    return PysalW(neighbours, {r: list(w) for r, w in rows.items()}, silence_warnings=True)


def in_order(regions) -> np.ndarray:
    return WEIGHTS.loc[regions, regions].to_numpy()


def test_cube_holds_each_value_at_its_region_and_period():
    data = read()
    frame = panel()
    for t, year in enumerate(data.periods):
        for i, region in enumerate(data.regions):
            assert data.y[t, i] == frame.loc[(region, year), "y"]
            assert list(data.X[t, i]) == list(frame.loc[(region, year), ["x", "z"]])
    assert (data.N, data.T, data.K) == (4, 3, 2)
    assert data.names == ("x", "z")
    assert data.outcome == "y"


@settings(max_examples=20)
@given(st.permutations(range(12)), st.permutations(REGIONS))
def test_order_of_rows_and_of_weights_does_not_matter(rows, regions):
    shuffled = read(W=WEIGHTS.loc[regions, regions[::-1]], data=panel().iloc[list(rows)])
    straight = read()
    assert shuffled.regions.equals(straight.regions)
    np.testing.assert_array_equal(shuffled.y, straight.y)
    np.testing.assert_array_equal(shuffled.W.toarray(), straight.W.toarray())


@pytest.mark.parametrize("W", [graph(), pysal(), WEIGHTS], ids=["Graph", "W", "frame"])
def test_weights_with_ids_are_matched_by_id(W):
    data = read(W)
    assert list(data.regions) == sorted(REGIONS)
    np.testing.assert_array_equal(data.W.toarray(), in_order(sorted(REGIONS)))
    assert data.notes == ()


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix, sparse.coo_array])
def test_bare_matrix_is_taken_where_both_orders_agree_and_says_so(make):
    data = read(make(in_order(sorted(REGIONS))), panel().sort_index())
    np.testing.assert_array_equal(data.W.toarray(), in_order(sorted(REGIONS)))
    assert "sorted order" in data.notes[0]


@settings(max_examples=20)
@given(st.permutations(REGIONS))
def test_bare_matrix_is_refused_where_its_order_is_unknown(appearance):
    data = panel().loc[appearance]
    W = in_order(appearance)
    if appearance == sorted(REGIONS):
        np.testing.assert_array_equal(read(W, data).W.toarray(), W)
        return
    orders = rf"appear in the data \({', '.join(appearance)}\).*sorted order \(a, b, c, d\)"
    with pytest.raises(ValueError, match=orders):
        read(W, data)
    straight = read(WEIGHTS, data)
    named = read(W, data, regions=appearance)
    np.testing.assert_array_equal(named.lag(named.y)[:, np.argsort(appearance)],
                                  straight.lag(straight.y))  # fmt: skip


@pytest.mark.parametrize("names", [("year", "region"), ("Period", None), ("time", "state")])
def test_bare_matrix_does_not_take_years_for_regions(names):
    square = panel().loc[REGIONS[:3]].sort_index()
    data = square.swaplevel().rename_axis(names).sort_index()
    W = np.ones((3, 3)) - np.eye(3)
    assert list(read(W, data).regions) == sorted(REGIONS[:3])
    labelled = square.reset_index().assign(
        year=lambda d: pd.to_datetime(d["year"].astype(str), format="%Y")
    )
    dates = labelled.set_index(["year", "region"]).rename_axis([None, None]).sort_index()
    assert list(read(W, dates).regions) == sorted(REGIONS[:3])


def test_kinds_of_ids_are_named():
    numbers = panel().rename(index=dict(zip(REGIONS, range(4), strict=True)), level=0)
    text = pd.DataFrame(WEIGHTS.to_numpy(), list("0123"), list("0123"))
    with pytest.raises(ValueError, match="text '0' in W, number 0 in the panel"):
        read(text, numbers)


def test_islands_are_allowed_when_asked():
    W = WEIGHTS.copy()
    W.loc["a"] = 0.0
    with pytest.raises(ValueError, match=r"regions without neighbours: a; .*islands=True"):
        read(W)
    data = read(W, islands=True)
    assert (data.lag(data.y)[:, list(data.regions).index("a")] == 0).all()


def test_levels_of_the_index_can_be_used_in_formulas():
    data = read(formula="y ~ x + C(year)")
    assert data.names == ("x", "C(year)[T.2002]", "C(year)[T.2003]")
    np.testing.assert_array_equal(data.X[1, :, 1], 1)


TRAPS = {
    "two outcomes": (lambda d: ("y + z ~ x", d), "one outcome is needed.*y, z"),
    "text outcome": (lambda d: ("y ~ x", d.assign(y=d["y"].astype(str))), "outcome y"),
    "category outcome": (lambda d: ("C(y) ~ x", d), "one outcome is needed"),
    "outcome as regressor": (lambda d: ("y ~ y + x", d), "outcome y is also a regressor"),
    "computed outcome": (lambda d: ("np.log(y) ~ np.log(y) + x", d), "is also a regressor"),
    "doubled columns": (
        lambda d: ("y ~ x", pd.concat([d, d[["x"]]], axis=1)), "several columns are named x"),
    "doubled outcome": (
        lambda d: ("y ~ x", pd.concat([d, d[["y"]]], axis=1)), "several columns are named y"),
    "lag by name": (
        lambda d: ("y ~ x + `W*x`", d.rename(columns={"z": "W*x"})), r"own terms: W\*x"),
    "rho": (lambda d: ("y ~ x + rho", d.rename(columns={"z": "rho"})), "own terms: rho"),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_formula_that_does_not_mean_what_it_seems_is_refused(trap):
    formula, data = TRAPS[trap][0](panel())
    with pytest.raises(ValueError, match=TRAPS[trap][1]):
        read(data=data, formula=formula)


ARRAY_TRAPS = {
    "two outcomes": (lambda d: (d[["y", "z"]], d[["x"]]), "one outcome is needed"),
    "text outcome": (lambda d: (d["y"].astype(str), d[["x"]]), "not numbers: y"),
    "text regressor": (lambda d: (d["y"], d[["x"]].astype(str)), "not numbers: x"),
    "outcome as regressor": (lambda d: (d["y"], d[["x", "y"]]), "outcome y is also a regressor"),
    "doubled": (lambda d: (d["y"], d[["x", "x"]]), "several columns are named x"),
    "lag by name": (lambda d: (d["y"], d[["x", "z"]].set_axis(["x", "W*x"], axis=1)), "own terms"),
}


@pytest.mark.parametrize("trap", ARRAY_TRAPS)
def test_columns_that_do_not_mean_what_they_seem_are_refused(trap):
    y, X = ARRAY_TRAPS[trap][0](panel())
    with pytest.raises(ValueError, match=ARRAY_TRAPS[trap][1]):
        PanelData.from_arrays(y, X, WEIGHTS)


def test_a_panel_without_weights_is_refused():
    with pytest.raises(ValueError, match="no weights: give W"):
        SpatialPanel(panel()["y"], panel()[["x"]])


def test_bare_matrix_is_taken_in_the_order_of_regions():
    data = read(WEIGHTS.to_numpy(), regions=REGIONS)
    assert list(data.regions) == REGIONS
    np.testing.assert_array_equal(data.W.toarray(), WEIGHTS.to_numpy())
    assert "order of regions=" in data.notes[0]


def test_index_levels_may_come_in_either_order():
    data = read(data=panel().swaplevel())
    np.testing.assert_array_equal(data.y, read().y)
    assert "second index level" in data.notes[0]


def test_weights_by_period_from_list_and_dict():
    later = {y: WEIGHTS * (k + 1) for k, y in enumerate(YEARS)}
    by_dict = read(dict(reversed(later.items())))
    by_list = read(list(later.values()))
    for t in range(3):
        expected = in_order(sorted(REGIONS)) * (t + 1)
        np.testing.assert_array_equal(by_dict.W[t].toarray(), expected)
        np.testing.assert_array_equal(by_list.W_by_period[t].toarray(), expected)
    assert by_dict.time_varying


def test_lag_multiplies_each_period_by_its_weights():
    data = read([WEIGHTS, 2 * WEIGHTS, 3 * WEIGHTS])
    for t in range(3):
        expected = (t + 1) * in_order(sorted(REGIONS)) @ data.X[t]
        np.testing.assert_allclose(data.lag(data.X)[t], expected)
    np.testing.assert_allclose(data.lag(data.X)[..., 1], data.lag(data.X[..., 1]))


def test_long_returns_values_to_their_rows():
    series = read().long(read().y, "y")
    pd.testing.assert_series_equal(series.loc[panel().index], panel()["y"])


def test_row_standardised_is_recognised():
    assert not read().row_standardised
    standard = WEIGHTS.div(WEIGHTS.sum(axis=1), axis=0)
    assert read(standard).row_standardised
    assert not read([standard, standard, WEIGHTS]).row_standardised


def test_formula_transforms_and_intercept():
    data = read(formula="np.log(y) ~ x + I(z**2)")
    np.testing.assert_allclose(data.y, np.log(read().y))
    np.testing.assert_allclose(data.X[..., 1], read().X[..., 1] ** 2)
    assert data.intercept
    assert not read(formula="y ~ 0 + x").intercept


def test_arrays_agree_with_formula():
    frame = panel()
    labelled = PanelData.from_arrays(frame["y"], frame[["x", "z"]].sample(frac=1, random_state=2),
                                     WEIGHTS)  # fmt: skip
    bare = PanelData.from_arrays(labelled.y, labelled.X, WEIGHTS, regions=labelled.regions)
    for data in (labelled, bare):
        np.testing.assert_array_equal(data.y, read().y)
        np.testing.assert_array_equal(data.X, read().X)
        np.testing.assert_array_equal(data.W.toarray(), read().W.toarray())
    assert labelled.names == ("x", "z")
    assert bare.names == ("x1", "x2")


def test_bare_arrays_keep_the_order_of_their_columns():
    y = np.arange(12.0).reshape(3, 4) ** 2
    data = PanelData.from_arrays(y, y**0.5, WEIGHTS.to_numpy(), regions=REGIONS)
    np.testing.assert_array_equal(data.y, y)
    assert list(data.regions) == REGIONS
    np.testing.assert_array_equal(data.W.toarray(), WEIGHTS.to_numpy())


def weights_with(value: float, row: str = "a", column: str = "c") -> pd.DataFrame:
    changed = WEIGHTS.copy()
    changed.loc[row, column] = value
    return changed


def stored_zero() -> sparse.csr_array:
    matrix = sparse.csr_array(in_order(sorted(REGIONS)))
    matrix.data[0] = 0
    return matrix


def one_row(**changes) -> pd.DataFrame:
    return panel().assign(**changes)


def with_gap() -> pd.DataFrame:
    return panel().drop([("a", 2002), ("c", 2003)])


def with_value(value) -> pd.DataFrame:
    data = panel()
    data.loc[("c", 2002), "z"] = value
    return data


island = WEIGHTS.copy()
island.loc["a"] = 0
renamed = WEIGHTS.rename(index={"a": "A"}, columns={"a": "A"})
FAULTS = {
    "mismatch": ({"W": renamed}, "only in W: A; only in the panel: a"),
    "too few in W": ({"W": WEIGHTS.drop(index="b", columns="b")}, "only in the panel: b"),
    "graph mismatch": (
        {"W": Graph.from_arrays(["x", "y"], ["y", "x"], [1, 1])}, "only in W: x, y"),
    "wrong size": ({"W": np.ones((3, 3)) - np.eye(3)}, "W has 3 rows, the panel 4 regions"),
    "non-square array": ({"W": np.ones((4, 3))}, "square matrix, got shape"),
    "non-square frame": ({"W": WEIGHTS.drop(columns="a")}, "differing ids: a"),
    "repeated id": (
        {"W": pd.DataFrame(np.ones((2, 2)), ["a", "a"], ["a", "a"])}, "W repeats a"),
    "island": ({"W": island}, "islands, regions without neighbours: a"),
    "negative": ({"W": weights_with(-1)}, "negative weights: a -> c"),
    "zero": ({"W": stored_zero()}, "stored weights of zero: a -> c"),
    "own neighbour": ({"W": weights_with(1, "b", "b")}, "own neighbour: b -> b"),
    "missing weight": ({"W": weights_with(np.nan)}, "missing or infinite weights: a -> c"),
    "too few matrices": ({"W": [WEIGHTS] * 2}, "2 weights matrices for 3 periods"),
    "wrong periods": (
        {"W": dict.fromkeys([2001, 2002, 2004], WEIGHTS)}, "differ in periods 2003, 2004"),
    "fault in one period": (
        {"W": [WEIGHTS, weights_with(-1), WEIGHTS]}, r"W\[2002\] has negative weights: a -> c"),
    "regions differ": (
        {"W": WEIGHTS.to_numpy(), "regions": ["a", "b", "c", "e"]}, "only in regions=: e"),
    "regions repeat": ({"regions": ["a", "b", "c", "c"]}, "regions= repeats c"),
    "unbalanced": ({"data": with_gap()}, "no row for a 2002, c 2003"),
    "duplicates": (
        {"data": pd.concat([panel(), panel().iloc[[4]]])}, "more than one row for a 2002"),
    "missing": ({"data": with_value(np.nan)}, r"missing or infinite values in z \(1\).*at c 2002"),
    "infinite": ({"data": with_value(np.inf)}, r"missing or infinite values in z \(1\)"),
    "log of zero": (
        {"data": with_value(0), "formula": "y ~ log(exp(x) * z**2)"}, r"z \*\* 2\) \(1\)"),
    "no index": ({"data": panel().reset_index()}, r"\(region, period\) MultiIndex"),
    "no outcome": ({"formula": "x + z"}, "has no outcome"),
    "unknown column": ({"formula": "y ~ nothere"}, "nothere"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named(fault):
    options, message = FAULTS[fault]
    with pytest.raises(ValueError, match=message):
        read(**options)


def test_missing_values_in_unused_columns_do_not_matter():
    assert read(data=with_value(np.nan), formula="y ~ x").K == 1


def test_long_lists_are_shortened():
    with pytest.raises(ValueError, match=r"no row for .* and 2 more"):
        read(data=panel().loc[[("a", 2001), ("b", 2002), ("c", 2003), ("d", 2001)]])


def test_labels_on_one_side_only_are_refused():
    frame = panel()
    with pytest.raises(ValueError, match="X is not"):
        PanelData.from_arrays(frame["y"], frame[["x"]].to_numpy(), WEIGHTS)
    with pytest.raises(ValueError, match="different rows: a 2002"):
        PanelData.from_arrays(frame["y"].drop(("a", 2002)), frame[["x"]], WEIGHTS)
    with pytest.raises(ValueError, match="pass regions="):
        PanelData.from_arrays(read().y, read().X, WEIGHTS)
    with pytest.raises(ValueError, match=r"X \(T, N, K\)"):
        PanelData.from_arrays(read().y, read().X[:2], WEIGHTS, regions=REGIONS)
    with pytest.raises(ValueError, match="3 ids, but y has 4 columns"):
        PanelData.from_arrays(read().y, read().X, in_order(REGIONS), regions=REGIONS[:3])


def test_effects_need_enough_periods_and_regions():
    check_effects(4, 2, "twoways")
    with pytest.raises(ValueError, match="too few periods: individual"):
        check_effects(4, 1, "individual")
    with pytest.raises(ValueError, match="too few regions: time"):
        check_effects(1, 4, "time")
    with pytest.raises(ValueError, match="choose one of none, individual"):
        check_effects(4, 4, "entity")


def test_absorbed_regressor_is_named():
    rng = np.random.default_rng(3)
    raw = rng.normal(size=(3, 4, 2)) + 1000
    raw[..., 1] = raw[0, :, 1]
    demeaned = (raw - raw.mean(axis=0)).reshape(12, 2)
    with pytest.raises(ValueError, match="no variation left in area once individual effects"):
        check_design(raw.reshape(12, 2), demeaned, ["gdp", "area"], "individual")
    check_design(raw.reshape(12, 2), raw.reshape(12, 2), ["gdp", "area"], "none")


def test_collinear_columns_are_named_and_others_are_not():
    X = np.random.default_rng(4).normal(size=(20, 4))
    check_design(X, X, list("abcd"), "none")
    X[:, 3] = 1e4 * (X[:, 0] - 2 * X[:, 2])
    with pytest.raises(ValueError, match=r"collinear columns .*: a, c, d$"):
        check_design(X, X, list("abcd"), "none")
    with pytest.raises(ValueError, match="4 regressors but only 3 observations"):
        check_design(X[:3], X[:3], list("abcd"), "none")


def test_masked_figures_are_missing_figures():
    rng = np.random.default_rng(0)
    y, X = rng.normal(size=(4, 5)), rng.normal(size=(4, 5, 1))
    W = np.ones((5, 5)) - np.eye(5)
    hole = np.zeros((4, 5), bool)
    hole[2, 3] = True
    for faulty in (
        (np.ma.array(y, mask=hole), X, W),
        (y, np.ma.array(X, mask=hole[..., None]), W),
        (y, X, np.ma.masked_array(W, mask=np.eye(5, k=1) == 1)),
    ):
        with pytest.raises(ValueError, match=r"missing|finite|number|NaN"):
            PanelData.from_arrays(*faulty)
    unmasked = PanelData.from_arrays(np.ma.array(y), X, W)
    np.testing.assert_array_equal(unmasked.y, y)


@pytest.mark.parametrize("name", ["time_id", "Year", "fiscal year", "quarter_"])
def test_the_level_whose_name_has_a_word_for_periods_holds_them(name):
    """As many regions as periods, and a W without ids: only the name tells."""
    N = 4
    index = pd.MultiIndex.from_product([range(N), range(N)], names=[name, "province"])
    y = pd.Series(np.arange(N * N) % 7, index=index, dtype=float)
    X = pd.DataFrame({"x": np.arange(N * N) % 5}, index=index, dtype=float)
    data = PanelData.from_arrays(y, X, ring(N))
    assert data.periods.name == name
    np.testing.assert_array_equal(data.y[0], y.loc[0])


def test_periods_that_look_like_some_ids_are_no_regions():
    data, W = simulated(3, N=12)
    text = data.rename(index=str, level=0)
    labelled = pd.DataFrame(W, range(12), range(12))
    with pytest.raises(ValueError, match="number 0 in W, text '0' in the panel"):
        PanelData.from_formula("y ~ x1", text, labelled)


def test_formulas_may_use_splines_and_polynomials():
    """Formulaic does not list the columns that they need."""
    data, W = simulated(3)
    names = PanelData.from_formula("y ~ poly(x1, 2) + x2", data, W).names
    assert names == ("poly(x1, 2)[1]", "poly(x1, 2)[2]", "x2")

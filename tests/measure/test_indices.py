"""Indices: hand computation, invariances, agreement with direct linear algebra."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spillover.datasets import load_provinces
from spillover.measure import indices
from spillover.paper.variables import digital_indicators


@pytest.fixture(scope="module")
def indicators():
    return digital_indicators(load_provinces(local=None))


def panel_series(values, name="x"):
    index = pd.MultiIndex.from_product([["a", "b", "c"], [2013, 2014]], names=["region", "year"])
    return pd.Series(values, index, name=name, dtype=float)


def test_relative_size_by_hand():
    size = indices.relative_size(panel_series([1, 10, 2, 20, 3, 60]))
    assert size.tolist() == pytest.approx([0.5, 1 / 3, 1, 2 / 3, 1.5, 2])


@given(arrays(float, 6, elements=st.floats(0.1, 1e6)), st.floats(0.01, 1e4))
def test_relative_size_has_mean_one_and_no_unit(values, unit):
    series = panel_series(values)
    size = indices.relative_size(series)
    assert np.allclose(size.groupby("year").mean(), 1)
    assert np.allclose(indices.relative_size(series * unit), size)


def test_relative_size_names_the_year():
    with pytest.raises(ValueError, match="x: the mean over regions in 2014"):
        indices.relative_size(panel_series([1, 0, 1, 0, 1, 0]))


def test_pca_against_eigenvectors_of_the_correlation_matrix(indicators):
    values, vectors = np.linalg.eigh(indicators.corr())
    leading = vectors[:, -1] * np.sign(vectors[:, -1].sum())
    standard = (indicators - indicators.mean()) / indicators.std(ddof=0)
    expected = standard @ leading / math.sqrt(values[-1])
    index = indices.pca_index(indicators)
    assert np.allclose(index.scores, expected)
    assert np.allclose(index.eigenvalues, values[::-1])
    assert index.explained.sum() == pytest.approx(1)


def test_loadings_are_correlations_with_the_scores(indicators):
    index = indices.pca_index(indicators)
    correlations = indicators.corrwith(index.scores)
    assert np.allclose(index.loadings["component 1"], correlations)


@pytest.mark.parametrize("rule", ["first", "kaiser"])
def test_weights_rebuild_the_scores(indicators, rule):
    index = indices.pca_index(indicators, rule)
    standard = (indicators - indicators.mean()) / indicators.std(ddof=0)
    assert np.allclose(standard @ index.weights, index.scores)
    assert index.scores.mean() == pytest.approx(0, abs=1e-12)
    assert index.scores.std(ddof=0) == pytest.approx(1)


def test_kaiser_keeps_eigenvalues_above_one():
    indicators = digital_indicators(load_provinces(local=None), range(2015, 2021))
    index = indices.pca_index(indicators, "kaiser")
    assert index.kept == (index.eigenvalues > 1).sum() == 2
    shares = index.eigenvalues.iloc[:2] / index.eigenvalues.iloc[:2].sum()
    standard = (indicators - indicators.mean()) / indicators.std(ddof=0)
    parts = standard @ (index.loadings.iloc[:, :2] / np.sqrt(index.eigenvalues.iloc[:2]))
    assert index.scores.corr(parts @ shares) == pytest.approx(1)


def test_more_is_more_whatever_the_solver_returns(indicators):
    turned = -indicators
    assert np.allclose(indices.pca_index(turned).scores, -indices.pca_index(indicators).scores)
    assert (indices.pca_index(indicators, "kaiser").loadings.sum() > 0).all()


def test_pca_does_not_depend_on_units_or_order(indicators):
    index = indices.pca_index(indicators)
    changed = (indicators * 1000 + 7).iloc[::-1, ::-1]
    pd.testing.assert_series_equal(
        indices.pca_index(changed).scores.sort_index(), index.scores.sort_index()
    )


def test_kmo_by_partial_correlations():
    """Three indicators: the partial correlation has its textbook form."""
    rng = np.random.default_rng(3)
    common = rng.normal(size=200)
    frame = pd.DataFrame({name: common + rng.normal(size=200) for name in "abc"})
    r = frame.corr()
    partial = {}
    for x, y, z in [("a", "b", "c"), ("a", "c", "b"), ("b", "c", "a")]:
        rest = math.sqrt((1 - r.loc[x, z] ** 2) * (1 - r.loc[y, z] ** 2))
        partial[x, y] = (r.loc[x, y] - r.loc[x, z] * r.loc[y, z]) / rest
    simple = sum(r.loc[pair] ** 2 for pair in partial)
    assert indices.kmo(frame)["overall"] == pytest.approx(
        simple / (simple + sum(q**2 for q in partial.values()))
    )


def test_kmo_of_two_indicators_is_one_half():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 3]})
    assert indices.kmo(frame).tolist() == pytest.approx([0.5, 0.5, 0.5])


def test_bartlett_by_hand():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 3]})
    found = indices.bartlett_sphericity(frame)
    r = frame.corr().iloc[0, 1]
    assert found["statistic"] == pytest.approx(-(3 - 9 / 6) * math.log(1 - r**2))
    assert found["df"] == 1


def test_entropy_weights_by_hand():
    toy = pd.DataFrame({"even": [0.0, 5, 10], "unique": [0.0, 0, 7], "bad": [2.0, 4, 6]})
    index = indices.entropy_index(toy, negative=["bad"])
    spread = -(1 / 3 * math.log(1 / 3) + 2 / 3 * math.log(2 / 3)) / math.log(3)
    assert index.entropy.to_dict() == pytest.approx({"even": spread, "unique": 0, "bad": spread})
    total = 1 + 2 * (1 - spread)
    assert index.weights["unique"] == pytest.approx(1 / total)
    assert index.scores[0] == pytest.approx(index.weights["bad"])
    assert index.scores[2] == pytest.approx(index.weights["even"] + index.weights["unique"])


def test_entropy_shift_by_hand():
    toy = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]})
    low, high = 0.5 / 2, 1.5 / 2
    entropy = -(low * math.log(low) + high * math.log(high)) / math.log(2)
    index = indices.entropy_index(toy, shift=0.5)
    assert index.entropy.tolist() == pytest.approx([entropy, entropy])
    assert index.scores.tolist() == pytest.approx([0.5, 1.5])


@settings(max_examples=50)
@given(arrays(float, (8, 3), elements=st.floats(-1e3, 1e3), unique=True))
def test_entropy_index_stays_between_zero_and_one(values):
    frame = pd.DataFrame(values, columns=list("abc"))
    index = indices.entropy_index(frame, negative=["b"])
    assert index.weights.sum() == pytest.approx(1)
    assert index.scores.between(-1e-12, 1 + 1e-12).all()
    assert index.entropy.between(0, 1).all()


@pytest.mark.parametrize(
    "build",
    [indices.pca_index, indices.kmo, indices.bartlett_sphericity, indices.entropy_index],
)
def test_bad_indicators_are_named(indicators, build):
    holed = indicators.copy()
    holed.loc[("Hebei", 2016), "patents_granted"] = np.nan
    with pytest.raises(ValueError, match="patents_granted is missing in Hebei 2016"):
        build(holed)
    with pytest.raises(ValueError, match="computers_per_100_persons does not vary"):
        build(indicators.assign(computers_per_100_persons=1.0))


def test_wrong_words_are_refused(indicators):
    with pytest.raises(ValueError, match="'first' nor 'kaiser'"):
        indices.pca_index(indicators, "scree")
    with pytest.raises(ValueError, match="no indicator 'crime'"):
        indices.entropy_index(indicators, negative=["crime"])

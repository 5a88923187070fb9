"""Stored results know what they were made from: any change of the inputs is noticed."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph
from scipy import sparse

from spillover import stored
from spillover.book import estimator_monte_carlo, size_of_bootstrap, sizes_of_tests
from spillover.datasets import load_provinces
from spillover.paper import outcomes, relative_size, wald_and_lr
from spillover.paper.bridge import cases, many_worlds, model_panels, published_design
from spillover.project import DATA
from spillover.stored import StaleResults, Stored, fingerprint

MODULES = (
    cases,
    many_worlds,
    published_design,
    relative_size,
    wald_and_lr,
    estimator_monte_carlo,
    sizes_of_tests,
    size_of_bootstrap,
)


@dataclass(frozen=True)
class Case:
    W: object
    strength: float = 0.3
    label: str | None = "a"


def links(weight: float = 0.5) -> Graph:
    return Graph.from_arrays(["a", "a", "b", "c"], ["b", "c", "a", "a"], [weight, 0.5, 1.0, 1.0])


def table() -> pd.DataFrame:
    return pd.DataFrame({"x": [1.0, np.nan, 3.0], "name": ["a", "b", "c"]}, index=[2, 3, 4])


CHANGES = {
    "number": (0.3, 0.30001),
    "scale": (np.ones(3), 2 * np.ones(3)),
    "shape": (np.ones((2, 3)), np.ones((3, 2))),
    "order": ([1, 2], [2, 1]),
    "name": ({"a": 1}, {"b": 1}),
    "link": (links(), links(0.4)),
    "field": (Case(links()), Case(links(), 0.31)),
    "nested": ({"a": [Case(links())]}, {"a": [Case(links(0.4))]}),
    "sparse": (sparse.eye_array(3), 0.5 * sparse.eye_array(3)),
    "cell": (table(), table().assign(x=[1.0, 2.0, 3.0])),
    "text": (table(), table().assign(name=list("abd"))),
    "row": (table(), table().set_axis([2, 3, 5])),
    "column": (table(), table().rename(columns={"x": "y"})),
    "nothing": (Case(1), Case(1, label=None)),
    "region": (
        pd.Series([1.0, 2.0], pd.Index(["a", "b"], name="region"), name="x"),
        pd.Series([1.0, 2.0], pd.Index(["b", "a"], name="region"), name="x"),
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_of_the_inputs_changes_the_fingerprint(kind):
    before, after = CHANGES[kind]
    assert fingerprint(before) == fingerprint(before)
    assert fingerprint(before) != fingerprint(after)


def test_rounding_of_another_machine_does_not():
    values = np.array([0.0, 1 / 3, -2.5])
    assert fingerprint(values) == fingerprint(values * (1 + 1e-13) + [1e-17, 0, 0])
    assert fingerprint(np.array([0.0])) == fingerprint(np.array([-0.0]))


def test_inputs_without_a_fingerprint_are_refused():
    with pytest.raises(TypeError):
        fingerprint({"a": object()})


@pytest.fixture
def kept(tmp_path, monkeypatch):
    for name in ("DATA", "ROOT"):
        monkeypatch.setattr(stored, name, tmp_path)
    results = Stored("folder/x", "some.module", seed=5, index=("case",), digits=3)
    frame = pd.DataFrame({"case": ["none", "a"], "value": [1.23456, np.nan]}).set_index("case")
    results.save(frame, {"figures": [1.0, 2.0]}, replications=2)
    return results


def test_results_come_back_with_their_record(kept):
    found = kept.read({"figures": [1.0, 2.0]})
    assert found.index.tolist() == ["none", "a"]
    assert found.loc["none", "value"] == 1.23
    assert kept.record.command == "python -m some.module --replications 2"
    assert (kept.record.seed, kept.record.replications) == (5, 2)


def test_results_of_other_inputs_are_refused(kept):
    with pytest.raises(StaleResults, match=r"folder/x\.csv .* `python -m some\.module`"):
        kept.read({"figures": [1.0, 2.1]})
    assert not replace(kept, name="folder/y").made_from({})


def test_every_stored_table_has_a_record():
    for folder in ("simulations", "estimates"):
        for path in (DATA / folder).glob("*.csv"):
            assert path.with_suffix(".json").exists(), path.name


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_stored_simulations_were_made_from_the_figures_of_today(module):
    assert len(module.stored())
    assert module.STORED.record.seed == module.STORED.seed
    assert module.STORED.module == module.__name__


def test_the_stored_curve_was_made_from_the_public_figures():
    assert outcomes.CURVE.made_from(outcomes.all_choices(load_provinces(local=None)))


def test_the_bridge_is_made_of_public_figures_whatever_the_reader_has(tmp_path, monkeypatch):
    public = model_panels.provinces()
    own = load_provinces(local=None)[["population_10k", "patents_granted"]] ** 1.001
    own.to_csv(tmp_path / "panel.csv")
    reader = partial(load_provinces, local=tmp_path / "panel.csv")
    assert not reader().equals(load_provinces(local=None))
    shares = model_panels.patent_shares()
    monkeypatch.setattr(model_panels, "load_provinces", reader)
    assert fingerprint(model_panels.provinces()) == fingerprint(public)
    np.testing.assert_array_equal(model_panels.patent_shares(), shares)

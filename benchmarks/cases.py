"""What is timed: each case builds its input, untimed, and returns a call without arguments."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from libpysal.weights import WSP
from scipy import sparse
from scipy.linalg import cho_factor
from scipy.spatial import cKDTree

from spillover.cli import main
from spillover.measure import weights
from spillover.measure.autocorrelation import moran_by_year
from spillover.panel import SpatialPanel
from spillover.panel.inference import solve
from spillover.panel.log_determinant import factorised
from spillover.panel.many_fits import many_fits
from spillover.seeds import SEEDS
from spillover.study import Study
from spillover.study.robustness import left_out
from spillover.theory.accountings import DIRECTIONS
from spillover.theory.equations import EQUATIONS
from spillover.theory.many_regions import Economy, short_run
from spillover.theory.propositions import survey

NEIGHBOURS = 8


def points(n: int) -> pd.DataFrame:
    """Random places in a box of the size of China."""
    rng = np.random.default_rng(SEEDS["benchmarks"])
    return pd.DataFrame({"latitude": rng.uniform(20, 50, n), "longitude": rng.uniform(80, 130, n)})


def nearest(n: int) -> sparse.csr_array:
    """Row-standardised nearest-neighbour weights."""
    graph = weights.k_nearest(points(n), min(NEIGHBOURS, n - 1))
    return sparse.csr_array(weights.row_standardise(graph).sparse)


def panel(n: int, T: int) -> tuple[np.ndarray, np.ndarray, sparse.csr_array]:
    """A simulated two-way spatial Durbin panel with three regressors."""
    rng = np.random.default_rng(SEEDS["benchmarks"])
    W, X = nearest(n), rng.normal(size=(T, n, 3))
    WX = np.stack([W @ x for x in X])
    signal = X @ [1.0, 0.5, -1.0] + WX @ [0.3, 0.2, 0.1]
    noise = rng.normal(size=(T, n)) + rng.normal(size=n) + rng.normal(size=(T, 1))
    return solve(W, 0.4, (signal + noise).T).T, X, W


def durbin(n: int, T: int, errors: str = "classic") -> Callable[[], object]:
    """Two-way SDM, Lee-Yu, standard errors and delta-method impacts; from arrays to the table."""
    model = SpatialPanel(*panel(n, T))

    def run() -> None:
        fresh = SpatialPanel(model.data)
        fit = fresh.fit("twoways", "lee-yu", covariance=errors)
        fit.tidy()
        fit.impacts()

    return run


def durbin_again(n: int, T: int) -> Callable[[], object]:
    """The same once the weights' log-determinant is known."""
    model = SpatialPanel(*panel(n, T))
    model.fit("twoways", "lee-yu")

    return lambda: estimate(model)


def estimate(model: SpatialPanel) -> None:
    """Fit, standard errors and delta-method impacts."""
    fit = model.fit("twoways", "lee-yu", covariance="classic")
    fit.std_errors  # noqa: B018
    fit.impacts()


def from_a_frame(n: int, T: int) -> Callable[[], object]:
    """The same from a long frame, a formula and a W with ids."""
    y, X, W = panel(n, T)
    names = [f"R{i:05d}" for i in range(n)]
    index = pd.MultiIndex.from_product([names, range(T)], names=["region", "year"])
    columns = np.concatenate([y[..., None], X], axis=-1).swapaxes(0, 1).reshape(n * T, -1)
    frame = pd.DataFrame(columns, index, columns=["y", "x1", "x2", "x3"])
    graph = Graph.from_sparse(W.tocoo(), ids=names)

    return lambda: estimate(SpatialPanel.from_formula("y ~ x1 + x2 + x3", frame, graph))


def further_outcome(n: int, T: int) -> Callable[[], object]:
    """One more outcome of a model that has been estimated, standard errors and impacts included."""
    y, X, W = panel(n, T)
    model = SpatialPanel(y, X, W)
    other = y + np.random.default_rng(SEEDS["many_fits"]).normal(size=y.shape)
    return lambda: many_fits(model, other[None], "twoways", "lee-yu")


def dense_inverse(n: int, T: int) -> Callable[[], object]:
    """All of W (I - rho W)^-1, by a sparse factorisation."""
    W = nearest(n)
    return lambda: solve(W, 0.4, W.toarray())


def spreg(n: int, T: int) -> Callable[[], object]:
    """spreg: SDM with region effects, period dummies and WX by hand, point impacts."""
    from spreg import Panel_FE_Lag

    y, X, W = panel(n, T)
    WX = np.stack([W @ x for x in X])
    dummies = np.broadcast_to(np.eye(T)[:, None, 1:], (T, n, T - 1))
    x = np.concatenate([X, WX, dummies], axis=-1).reshape(T * n, -1)
    w = WSP(sparse.csr_matrix(W)).to_W(silence_warnings=True)
    w.transform = "r"

    def run() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside spreg are not what is timed
            fit = Panel_FE_Lag(y.reshape(-1, 1), x, w)
        rho = float(np.squeeze(fit.rho))
        inverse = np.linalg.inv(np.eye(n) - rho * W.toarray())
        np.trace(inverse), inverse.sum()

    return run


def refits(n: int, T: int) -> Callable[[], object]:
    """Ten thousand Lee-Yu Durbin fits with standard errors and impacts."""
    y, X, W = panel(n, T)
    model = SpatialPanel(y, X, W)
    rng = np.random.default_rng(SEEDS["many_fits"])
    outcomes = y + rng.normal(size=(10_000, T, n))
    return lambda: many_fits(model, outcomes, "twoways", "lee-yu")


def factorisation(n: int, T: int) -> Callable[[], object]:
    """One sparse factorisation of I - rho W."""
    W = nearest(n)
    return lambda: factorised(W, 0.4)


def data_pass(n: int, T: int) -> Callable[[], object]:
    """One pass over the data: spatial lags, demeaning and the QR decomposition."""
    y, X, W = panel(n, T)
    model = SpatialPanel(y, X, W)
    return lambda: SpatialPanel(model.data).columns("twoways").within_factor("twoways")


def gravity_nearest(n: int, T: int) -> Callable[[], object]:
    """Gravity weights to the nearest neighbours, from coordinates to a row-standardised W."""
    places = points(n)
    mass = pd.Series(np.random.default_rng(SEEDS["benchmarks"]).uniform(1, 9, n), places.index)
    return lambda: weights.row_standardise(weights.gravity(mass, places, k=NEIGHBOURS)).sparse


def tree(n: int, T: int) -> Callable[[], object]:
    """The nearest neighbours of every place by a tree."""
    latitude, longitude = np.radians(points(n).to_numpy().T)
    flat = np.cos(latitude)
    on_globe = np.column_stack(
        [flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)]
    )
    return lambda: cKDTree(on_globe).query(on_globe, NEIGHBOURS + 1)


def moran(n: int, T: int) -> Callable[[], object]:
    """Moran's I by year with 9,999 permutations."""
    graph = weights.row_standardise(weights.k_nearest(points(n), 4))
    index = pd.MultiIndex.from_product([graph.unique_ids, range(T)], names=["region", "year"])
    series = pd.Series(np.random.default_rng(SEEDS["benchmarks"]).normal(size=n * T), index)
    return lambda: moran_by_year(series, graph, permutations=9_999)


def relabelled(n: int, T: int) -> Callable[[], object]:
    """The spatial lags of 9,999 relabelled maps of each year, a few at a time."""
    W = weights.row_standardise(weights.k_nearest(points(n), 4)).sparse.tocsr()
    rng = np.random.default_rng(SEEDS["benchmarks"])
    values = rng.normal(size=(T, n))
    blocks = [rng.integers(n, size=(n, width), dtype=np.int32) for width in [128] * 78 + [15]]

    def run() -> None:
        for each, block in product(values, blocks):
            W @ each[block]

    return run


def distances(n: int) -> np.ndarray:
    """Kilometres between random places."""
    places = np.radians(points(n).to_numpy())
    return 6371 * np.linalg.norm(places[:, None] - places[None], axis=-1)


def equilibrium(n: int, T: int) -> Callable[[], object]:
    """Short-run equilibrium of the model with many regions."""
    km = distances(n)
    freeness, links = np.exp(-km / 500), np.exp(-km / 1000)
    economy = Economy(freeness, links, digital=1.0, mu=0.4, sigma=5.0, beta=0.5)
    return lambda: short_run(economy, np.full(n, 1 / n))


def cholesky(n: int, T: int) -> Callable[[], object]:
    """One dense Cholesky factorisation."""
    matrix = np.exp(-distances(n) / 500)
    return lambda: cho_factor(matrix)


def each_left_out(n: int, T: int) -> Callable[[], object]:
    """The impacts of one variable without each region, and without each year."""
    y, X, _ = panel(n, T)
    names = [f"region {i}" for i in range(n)]
    index = pd.MultiIndex.from_product([names, range(T)], names=["region", "year"])
    columns = np.concatenate([y[..., None], X], axis=-1).swapaxes(0, 1).reshape(n * T, -1)
    frame = pd.DataFrame(columns, index, columns=["y", "x1", "x2", "x3"])
    places = points(n).set_axis(pd.Index(names, name="region"))
    graph = weights.row_standardise(weights.k_nearest(places, min(NEIGHBOURS, n - 2)))
    study = Study(frame, "y", "x1", ("x2", "x3"), {"nearest": graph})
    return lambda: left_out(study)


def as_many_fits(n: int, T: int) -> Callable[[], object]:
    """As many fits from scratch as there are regions and years."""
    fit = durbin(n, T)
    return lambda: [fit() for _ in range(n + T)]


def proofs(n: int, T: int) -> Callable[[], object]:
    """Every proposition under every accounting and both readings of the spillover."""
    return lambda: [survey(direction) for direction in DIRECTIONS]


def derivations(n: int, T: int) -> Callable[[], object]:
    """Every equation of the model, derived and compared with its printed form."""
    return lambda: [equation.parts for equation in EQUATIONS.values()]


def whole_chain(n: int, T: int) -> Callable[[], object]:
    """The command ``spillover run``, all steps: from two files to the folder of a report."""
    scratch = TemporaryDirectory()
    folder = Path(scratch.name)
    y, X, W = panel(n, T)
    names = [f"R{i:05d}" for i in range(n)]
    index = pd.MultiIndex.from_product([range(2000, 2000 + T), names], names=["year", "region"])
    columns = {f"x{k}": X[..., k].ravel() for k in range(3)}
    pd.DataFrame({"y": y.ravel(), **columns}, index).to_csv(folder / "panel.csv")
    links = W.tocoo()
    ends = {side: np.take(names, at) for side, at in zip(("a", "b"), links.coords, strict=True)}
    pd.DataFrame({**ends, "weight": links.data}).to_csv(folder / "links.csv", index=False)
    words = ["run", str(folder / "panel.csv"), "--weights", str(folder / "links.csv"), "--quiet"]
    words += ["--outcome", "y", "--focus", "x0", "--controls", "x1,x2", "--force"]

    def run() -> None:
        with redirect_stdout(None):
            if main([*words, "--out", f"{scratch.name}/report"]):
                raise RuntimeError("the command failed")

    return run


REMEMBERED = {"all proofs", "all equations derived"}
LARGE = [(500, 10), (2_000, 10), (10_000, 10), (100_000, 10)]
CASES: dict[str, tuple[Callable[[int, int], Callable[[], object]], list[tuple[int, int]]]] = {
    "spillover": (
        durbin,
        [
            (31, 9),
            (46, 30),
            (500, 10),
            (2_000, 10),
            (10_000, 10),
            (100_000, 10),
            (1_000_000, 5),
        ],
    ),
    "from a frame, by formula": (from_a_frame, [(31, 9)]),
    "a further outcome": (further_outcome, [(31, 9)]),
    "spillover, same W again": (durbin_again, [(31, 9), (2_000, 10), (10_000, 10)]),
    "spreg": (spreg, [(31, 9), (46, 30), (500, 10), (2_000, 10), (10_000, 10)]),
    "10,000 refits": (refits, [(31, 9)]),
    "one factorisation": (factorisation, LARGE),
    "one pass over the data": (data_pass, LARGE),
    "errors clustered by region": (
        partial(durbin, errors="clustered"),
        [(500, 10), (2_000, 10)],
    ),
    "all of W (I - rho W)^-1": (dense_inverse, [(500, 10), (2_000, 10)]),
    "gravity weights, k nearest": (gravity_nearest, [(10_000, 1), (100_000, 1)]),
    "nearest neighbours by a tree": (tree, [(10_000, 1), (100_000, 1)]),
    "Moran's I, 9,999 permutations": (moran, [(31, 9), (500, 9), (1_000, 9)]),
    "lags of 9,999 relabelled maps": (relabelled, [(31, 9), (500, 9), (1_000, 9)]),
    "file to report": (whole_chain, [(31, 9), (500, 20), (3_000, 10)]),
    "many-region equilibrium": (equilibrium, [(31, 1), (500, 1), (2_000, 1)]),
    "one Cholesky factorisation": (cholesky, [(500, 1), (2_000, 1)]),
    "each region and year left out": (each_left_out, [(31, 9), (100, 9)]),
    "as many fits from scratch": (as_many_fits, [(31, 9), (100, 9)]),
    "all proofs": (proofs, [(2, 1)]),
    "all equations derived": (derivations, [(2, 1)]),
}

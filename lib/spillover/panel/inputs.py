"""What a spatial panel model is given: a balanced panel and weights, matched by region id.

Everything a user can get wrong about data or weights is refused here, with one message that
names the column, region or year.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Self, TypeAlias

import numpy as np
import pandas as pd
from formulaic import Formula, model_matrix
from formulaic.errors import FormulaicError
from formulaic.parser.types import Factor, Term
from libpysal.graph import Graph
from libpysal.weights import W as PysalW
from scipy import sparse

from spillover.panel.faults import repeated, unbalanced
from spillover.words import listed, named

Weights: TypeAlias = Graph | PysalW | sparse.sparray | sparse.spmatrix | pd.DataFrame | np.ndarray
EFFECTS = ("none", "individual", "time", "twoways", "random")
ABSORBED = 1e-10
COLLINEAR = 1e-9
PERIOD_NAMES = ("year", "period", "time", "date", "quarter", "month", "week", "day", "年", "年份")
RESERVED = ("Intercept", "rho", "lambda", "sigma2")


@dataclass(frozen=True, eq=False)
class PanelData:
    """A balanced panel and the weights that connect its regions.

    Attributes
    ----------
    regions, periods
        Region ids (N) and periods (T), in the order of the arrays' axes.
    y
        Outcome, shape (T, N).
    X
        Regressors without the intercept, shape (T, N, K).
    names
        Names of the K regressors.
    outcome
        Name of the outcome.
    W
        Sparse N x N weights, or one matrix a period.
    intercept
        Whether the model has an intercept (effects may absorb it).
    notes
        What was assumed about the input, one sentence each.
    one_order
        Whether the rows of a further W without ids can only be meant in the order of ``regions``.
    """

    regions: pd.Index
    periods: pd.Index
    y: np.ndarray
    X: np.ndarray
    names: tuple[str, ...]
    outcome: str
    W: sparse.csr_array | list[sparse.csr_array]
    intercept: bool = True
    notes: tuple[str, ...] = field(default=())
    one_order: bool = True

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: pd.DataFrame,
        W: Weights | Sequence[Weights] | Mapping[Any, Weights],
        regions: Iterable | None = None,
        islands: bool = False,
    ) -> Self:
        """Read a panel from a long frame by a Wilkinson formula.

        Parameters
        ----------
        formula, data, W, regions, islands
            As in :meth:`spillover.panel.SpatialPanel.from_formula`.

        Returns
        -------
        PanelData

        Raises
        ------
        ValueError
            If the panel is unbalanced, has duplicate rows or missing values, if the formula has
            no or several outcomes, or if the weights do not fit the panel. The message names
            rows, columns or regions.
        """
        _check_index(data)
        parsed, needed = _parsed(formula)
        data = _with_index_levels(data, needed)
        used = data.loc[:, [name in needed for name in data.columns]]
        _check_names(used.columns)
        _check_missing(used)
        return cls._from_long(*_sides(parsed, data, used), W, regions, islands)

    @classmethod
    def from_arrays(
        cls,
        y: pd.Series | np.ndarray,
        X: pd.DataFrame | pd.Series | np.ndarray,
        W: Weights | Sequence[Weights] | Mapping[Any, Weights],
        regions: Iterable | None = None,
        islands: bool = False,
    ) -> Self:
        """Read a panel from labelled long data or from bare arrays.

        Parameters
        ----------
        y
            Series with a (region, period) MultiIndex, or an array of shape (T, N).
        X
            Frame on the same index, or an array of shape (T, N, K) or (T, N); no intercept.
        W, regions, islands
            As in :meth:`from_formula`; ``regions`` also labels the N columns of bare arrays.

        Returns
        -------
        PanelData

        Raises
        ------
        ValueError
            As :meth:`from_formula`; also if the shapes or the indexes of y and X differ.
        """
        if isinstance(y, pd.Series | pd.DataFrame):
            return cls._from_long(*_labelled(y, X), True, W, regions, islands)
        return cls._from_bare(unmasked(y), unmasked(X), W, regions, islands)

    @classmethod
    def _from_long(cls, y, X, intercept, W, regions, islands) -> Self:
        _check_outcome(y, X)
        index, notes = _region_first(y.index, W, regions)
        appearance, periods, rows = _arranged(index)
        ids = appearance.sort_values()
        order = ids if regions is None else _ordered(regions, ids)
        rows = rows[:, appearance.get_indexer(order)]
        names = tuple(map(str, X.columns))
        weights, more = _read_weights(W, order, periods, regions is None, islands)
        if regions is None and not _carries_ids(W):
            _check_order(appearance, ids)
        return cls(
            regions=order.set_names(index.names[0]),
            periods=periods.set_names(index.names[1]),
            y=_finite(y)[rows, 0],
            X=_finite(X)[rows],
            names=names,
            outcome=str(y.columns[0]),
            W=weights,
            intercept=intercept,
            notes=(*notes, *more),
            one_order=regions is not None or appearance.equals(ids),
        )

    @classmethod
    def _from_bare(cls, y, X, W, regions, islands) -> Self:
        X = X[..., None] if X.ndim == 2 else X
        if y.ndim != 2 or X.ndim != 3 or X.shape[:2] != y.shape:
            shapes = f"got {y.shape} and {X.shape}"
            raise ValueError(f"bare arrays need y of shape (T, N) and X (T, N, K): {shapes}")
        if regions is None and _carries_ids(W):
            raise ValueError("W carries region ids but y does not: pass regions= for its columns")
        T, N = y.shape
        ids = pd.RangeIndex(N) if regions is None else pd.Index(list(regions))
        if len(ids) != N:
            raise ValueError(f"regions= has {len(ids)} ids, but y has {N} columns")
        index = pd.MultiIndex.from_product([range(T), ids], names=["period", "region"]).swaplevel()
        names = [f"x{k + 1}" for k in range(X.shape[2])]
        long_X = pd.DataFrame(X.reshape(T * N, -1), index=index, columns=names)
        long_y = pd.DataFrame({"y": y.reshape(T * N)}, index=index)
        return cls._from_long(long_y, long_X, True, W, ids, islands)

    @property
    def N(self) -> int:
        """Number of regions."""
        return len(self.regions)

    @property
    def T(self) -> int:
        """Number of periods."""
        return len(self.periods)

    @property
    def K(self) -> int:
        """Number of regressors, without the intercept and without spatial lags."""
        return len(self.names)

    @property
    def time_varying(self) -> bool:
        """Whether there is one weights matrix a period."""
        return isinstance(self.W, list)

    @cached_property
    def common_row_sums(self) -> tuple[float, ...] | None:
        """The row sum that all regions share, one for each weights matrix; None if they differ."""
        sums = [np.asarray(W.sum(axis=1)).ravel() for W in self.matrices]
        if all(np.allclose(s, s[0], rtol=1e-8, atol=0) for s in sums):
            return tuple(float(s.mean()) for s in sums)
        return None

    @property
    def row_standardised(self) -> bool:
        """Whether every row of the weights sums to one."""
        sums = (np.asarray(W.sum(axis=1)) for W in self.matrices)
        return all(np.allclose(each, 1, rtol=0, atol=1e-8) for each in sums)

    @property
    def matrices(self) -> list[sparse.csr_array]:
        """The distinct weights matrices, one or one a period."""
        return self.W if isinstance(self.W, list) else [self.W]

    @property
    def W_by_period(self) -> list[sparse.csr_array]:
        """One weights matrix a period, the same one T times where it is constant."""
        return self.W if isinstance(self.W, list) else [self.W] * self.T

    def lag(self, values: np.ndarray) -> np.ndarray:
        """Spatial lag of values of shape (T, N) or (T, N, K): W times each period's slice."""
        if isinstance(self.W, list):
            return np.stack([W @ v for W, v in zip(self.W, values, strict=True)])
        by_region = np.moveaxis(values, 1, 0)
        lagged = self.W @ by_region.reshape(len(by_region), -1)
        return np.moveaxis(lagged.reshape(by_region.shape), 0, 1)

    def with_outcome(self, y: np.ndarray) -> Self:
        """The same panel of another outcome, shape (T, N); what is known of W stays known."""
        other = copy(self)
        object.__setattr__(other, "y", np.asarray(y, float))
        return other

    def long(self, values: np.ndarray, name: str | None = None) -> pd.Series:
        """Values of shape (T, N) as a series indexed by (region, period).

        Parameters
        ----------
        values
            One value a period (row) and region (column).
        name
            Name of the series.

        Returns
        -------
        pandas.Series
            NT values.
        """
        names = [self.regions.name or "region", self.periods.name or "period"]
        index = pd.MultiIndex.from_product([self.regions, self.periods], names=names)
        return pd.Series(np.asarray(values).T.ravel(), index=index, name=name)


def check_panel(panel: pd.DataFrame) -> None:
    """Refuse a panel that no model can be made of: faults of its index, rows or values."""
    _check_index(panel)
    _arranged(panel.index)
    _finite(panel)


def unmasked(values: object) -> np.ndarray:
    """Numbers as an array, NaN where they are masked."""
    return np.ma.filled(np.ma.asarray(values, float), np.nan)


def matrix_and_ids(W: Weights) -> tuple[sparse.csr_array, pd.Index | None]:
    """One weights matrix as a sparse matrix, with its region ids if it carries any."""
    return _as_sparse(W, "W"), _ids(W)


def common_weights(data: PanelData, W: Weights, islands: bool = False) -> PanelData:
    """The panel with other weights, one matrix for all periods, matched by region id.

    Parameters
    ----------
    data
        The panel.
    W
        The weights; without ids only where regions appear in the data in sorted order.
    islands
        Whether regions without neighbours are allowed.

    Returns
    -------
    PanelData

    Raises
    ------
    ValueError
        For several matrices, and for weights that do not fit the panel.
    """
    if isinstance(W, list | tuple):
        raise ValueError("one matrix for all periods is needed, got several")
    if not data.one_order and not _carries_ids(W):
        raise ValueError(
            "W carries no region ids, and the regions appear in the data in another than sorted "
            "order: give it ids, as a Graph or as a frame with regions as index and columns"
        )
    return replace(data, W=_read_matrix(W, data.regions, "W", islands))


def check_effects(N: int, T: int, effects: str) -> None:
    """Refuse unknown effects, and those that the panel is too short or too narrow for.

    Parameters
    ----------
    N, T
        Regions and periods.
    effects
        One of `EFFECTS`; any other is refused.

    Raises
    ------
    ValueError
        Naming the effects, and what they need.
    """
    if effects not in EFFECTS:
        raise ValueError(f"effects={effects!r}: choose one of {', '.join(EFFECTS)}")
    if effects in ("individual", "twoways", "random") and T < 2:
        raise ValueError(f"too few periods: {effects} effects need at least 2, the panel has {T}")
    if effects in ("time", "twoways") and N < 2:
        raise ValueError(f"too few regions: {effects} effects need at least 2, the panel has {N}")


def check_design(
    raw: np.ndarray, transformed: np.ndarray, names: Sequence[str], effects: str
) -> None:
    """Refuse regressors that effects absorb, columns that depend on each other, too few rows.

    Parameters
    ----------
    raw, transformed
        The design before and after the effects are removed, shape (n, k).
    names
        Of its k columns.
    effects
        For the messages.

    Raises
    ------
    ValueError
        Naming the columns.
    """
    size = np.linalg.norm(transformed, axis=0)
    gone = size <= ABSORBED * np.linalg.norm(raw, axis=0)
    if gone.any():
        absorbed = listed([n for n, g in zip(names, gone, strict=True) if g])
        raise ValueError(f"no variation left in {absorbed} once {effects} effects are removed")
    n, k = transformed.shape
    if n < k:
        raise ValueError(f"{k} regressors but only {n} observations")
    dependent = _dependent(transformed / size)
    if dependent.any():
        columns = listed([n for n, d in zip(names, dependent, strict=True) if d])
        raise ValueError(f"collinear columns (effects: {effects}): {columns}")


def _dependent(unit_columns: np.ndarray) -> np.ndarray:
    """Mark the columns that take part in an exact linear dependence."""
    singular, right = np.linalg.svd(unit_columns, full_matrices=False)[1:]
    null_space = right[singular <= COLLINEAR * singular.max(initial=0)]
    return (np.abs(null_space) > 1e-6).any(axis=0)


def _check_index(data: pd.DataFrame | pd.Series) -> None:
    if not isinstance(data.index, pd.MultiIndex) or data.index.nlevels != 2:
        raise ValueError(
            "the data need a (region, period) MultiIndex: use data.set_index(['region', 'year'])"
        )


def _check_missing(frame: pd.DataFrame) -> None:
    numeric = all(map(pd.api.types.is_numeric_dtype, frame.dtypes))
    if numeric and np.isfinite(frame.to_numpy(float, na_value=np.nan)).all():
        return
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    missing = frame.isna() | np.isinf(numbers.astype(float))
    if missing.to_numpy().any():
        columns = [f"{c} ({k})" for c, k in missing.sum().items() if k]
        first = missing.index[missing.any(axis=1).to_numpy()][0]
        raise ValueError(
            f"missing or infinite values in {listed(columns)}; the first at {named(first)}"
        )


def _finite(frame: pd.DataFrame) -> np.ndarray:
    """Values of a frame of numbers, none of them missing."""
    text = [c for c, kind in frame.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if text:
        raise ValueError(f"not numbers: {listed(text)}")
    _check_missing(frame)
    return frame.to_numpy(float)


def _check_names(names: Sequence) -> None:
    """Refuse names that occur twice and names that belong to the model itself."""
    twice = sorted({str(n) for n in names if list(map(str, names)).count(str(n)) > 1})
    if twice:
        raise ValueError(f"several columns are named {listed(twice)}: rename them")
    taken = [n for n in names if str(n) in RESERVED or str(n).startswith("W*")]
    if taken:
        raise ValueError(
            f"columns named like the model's own terms: {listed(taken)}; rename them "
            "(W*x is the spatial lag of x, which Durbin models add by themselves)"
        )


def _check_outcome(y: pd.DataFrame, X: pd.DataFrame) -> None:
    """Refuse several outcomes, and an outcome that is also a regressor."""
    if y.shape[1] != 1:
        raise ValueError(f"one outcome is needed, got {y.shape[1]}: {listed(y.columns)}")
    _check_names(X.columns)
    if str(y.columns[0]) in set(map(str, X.columns)):
        raise ValueError(f"the outcome {y.columns[0]} is also a regressor")


@lru_cache(maxsize=64)
def _parsed(formula: str) -> tuple[Formula, frozenset[str]]:
    """A formula that has been read, and the names that it uses."""
    try:
        parsed = Formula(formula)
    except FormulaicError as error:
        raise ValueError(f"formula cannot be read: {error}") from error
    if not hasattr(parsed, "lhs"):
        raise ValueError(f'formula {formula!r} has no outcome: write "y ~ x1 + x2"')
    if len(parsed.lhs) != 1:
        outcomes = listed(map(str, parsed.lhs))
        raise ValueError(f"one outcome is needed, formula {formula!r} has several: {outcomes}")
    shared = {str(t) for t in parsed.lhs} & {str(t) for t in parsed.rhs}
    if shared:
        raise ValueError(f"the outcome {listed(shared)} is also a regressor")
    return parsed, frozenset(map(str, parsed.required_variables))


def _with_index_levels(data: pd.DataFrame, needed: Iterable[str]) -> pd.DataFrame:
    """The frame with those levels of its index as columns that the formula names."""
    levels = [n for n in data.index.names if n in needed and n not in data.columns]
    return data.assign(**{n: data.index.get_level_values(n) for n in levels}) if levels else data


def _sides(
    parsed: Formula, data: pd.DataFrame, used: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """Outcome, regressors, and whether there is an intercept; ``used``: the columns named."""
    numbers = {
        name for name, kind in zip(used.columns, used.dtypes, strict=True) if _is_number(kind)
    }
    terms = [*parsed.lhs, *parsed.rhs]
    names = [name for term in terms if (name := _plain_column(term, numbers))]
    if len(names) == len(terms):
        outcome, *regressors = (n for n in names if n != "Intercept")
        return _picked(used, [outcome]), _picked(used, regressors), "Intercept" in names
    sides = _evaluate(parsed, data)
    y, X = pd.DataFrame(sides.lhs), pd.DataFrame(sides.rhs)
    text = [c for c in parsed.lhs.required_variables if c in data and c not in numbers]
    if text:
        raise ValueError(f"the outcome {listed(text)} is not a number")
    return y, X.drop(columns="Intercept", errors="ignore"), "Intercept" in X.columns


def _picked(numbers: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Some columns of a frame of numbers; pandas takes several times as long to pick them."""
    places = [numbers.columns.get_loc(name) for name in names]
    return pd.DataFrame(numbers.to_numpy(float)[:, places], numbers.index, pd.Index(names))


def _plain_column(term: Term, numbers: set[str]) -> str | None:
    """Name of the numeric column that a term stands for; None if it must be computed."""
    factor = term.factors[0] if len(term.factors) == 1 else None
    if factor is None:
        return None
    if factor.eval_method is Factor.EvalMethod.LITERAL and factor.expr == "1":
        return "Intercept"
    looked_up = factor.eval_method is Factor.EvalMethod.LOOKUP and factor.expr in numbers
    return factor.expr if looked_up else None


def _is_number(kind: Any) -> bool:
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def _evaluate(formula: Formula, data: pd.DataFrame) -> Any:
    # Logarithms of zero and the like are reported by _check_missing, with column and row.
    try:
        with np.errstate(all="ignore"):
            return model_matrix(formula, data, na_action="ignore")
    except FormulaicError as error:
        raise ValueError(f"formula cannot be evaluated: {error}") from error


def _labelled(
    y: pd.Series | pd.DataFrame, X: pd.DataFrame | pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not isinstance(X, pd.Series | pd.DataFrame):
        raise ValueError("y is labelled but X is not: give both with the same MultiIndex")
    y = pd.DataFrame(y).copy(deep=False)
    X = pd.DataFrame(X)
    _check_index(y)
    _check_index(X)
    if not y.index.equals(X.index):
        if twice := repeated(y.index) or repeated(X.index):
            raise ValueError(twice)
        differ = y.index.symmetric_difference(X.index)
        if len(differ):
            raise ValueError(f"y and X have different rows: {listed(differ)}")
        X = X.loc[y.index]
    y.columns = [c if isinstance(c, str) else "y" for c in y.columns]
    return y, X


def _arranged(index: pd.MultiIndex) -> tuple[pd.Index, pd.Index, np.ndarray]:
    """Regions in order of appearance, sorted periods, and the row of each pair: shape (T, N)."""
    if any((codes < 0).any() for codes in index.codes):
        raise ValueError("missing region or period ids in the index")
    (region, regions), (period, occurring) = (_ids_of_level(index, level) for level in (0, 1))
    place, periods = occurring.factorize(sort=True)
    period = place[period]
    rows = np.full((len(periods), len(regions)), -1)
    rows[period, region] = np.arange(len(index))
    if rows.size != len(index) or (rows < 0).any():
        raise ValueError(repeated(index) or unbalanced(index))
    return regions, periods, rows


def _ids_of_level(index: pd.MultiIndex, level: int) -> tuple[np.ndarray, pd.Index]:
    """Place of each row's id among the ids of a level, which are in order of appearance."""
    places, codes = pd.factorize(index.codes[level])
    return places, index.levels[level].take(codes)


def _check_order(appearance: pd.Index, ids: pd.Index) -> None:
    """Refuse a W without ids where the rows could be meant in two orders."""
    if not appearance.equals(ids):
        raise ValueError(
            "W carries no region ids, and its rows could be in the order in which the regions "
            f"appear in the data ({listed(appearance)}) or in sorted order ({listed(ids)}): pass "
            "regions= with the order of the rows of W, or a W with ids"
        )


def _region_first(
    index: pd.MultiIndex, W: Any, regions: Iterable | None
) -> tuple[pd.MultiIndex, tuple[str, ...]]:
    """Put the index level that holds the regions first."""
    if not _second_level_holds_regions(index, W, regions):
        return index, ()
    of = " of W" if _carries_ids(W) else ""
    return index.swaplevel(), (f"The second index level holds the regions{of}.",)


def _second_level_holds_regions(index: pd.MultiIndex, W: Any, regions: Iterable | None) -> bool:
    """By the ids of W or of ``regions``; without them by the names of the levels."""
    ids = _ids(_first(W)) if regions is None else list(regions)
    if ids is not None:
        outer, inner = (set(index.unique(level)) for level in (0, 1))
        return 2 * len(set(ids) & inner) > len(ids) and not set(ids) & outer
    return periods_come_first(index)


def periods_come_first(index: pd.MultiIndex) -> bool:
    """Whether the first level holds the periods, by the names and types of the levels."""
    first, second = (_names_periods(index, level) for level in (0, 1))
    return first and not second


def _names_periods(index: pd.MultiIndex, level: int) -> bool:
    values = index.levels[level]
    dates = isinstance(values, pd.DatetimeIndex | pd.PeriodIndex)
    words = re.split(r"[\W_]+", str(index.names[level]).lower())
    return dates or not set(words).isdisjoint(PERIOD_NAMES)


def _first(W: Any) -> Any:
    if isinstance(W, Mapping) and not isinstance(W, PysalW):
        return next(iter(W.values()))
    return W[0] if isinstance(W, list | tuple) else W


def _ids(W: Any) -> pd.Index | None:
    if isinstance(W, Graph):
        return W.unique_ids
    if isinstance(W, PysalW):
        return pd.Index(W.id_order)
    return W.index if isinstance(W, pd.DataFrame) else None


def _carries_ids(W: Any) -> bool:
    return _ids(_first(W)) is not None


def _ordered(regions: Iterable, ids: pd.Index) -> pd.Index:
    order = pd.Index(list(regions))
    if order.has_duplicates:
        raise ValueError(f"regions= repeats {listed(order[order.duplicated()].unique())}")
    _check_same_regions(order, ids, "regions=")
    return order


def _check_same_regions(given: pd.Index, panel: pd.Index, where: str) -> None:
    if given.equals(panel):
        return
    only_given, only_panel = given.difference(panel), panel.difference(given)
    _check_kinds(only_given, only_panel, where)
    parts = []
    if len(only_given):
        parts.append(f"only in {where}: {listed(only_given)}")
    if len(only_panel):
        parts.append(f"only in the panel: {listed(only_panel)}")
    if parts:
        raise ValueError(f"regions of {where} and of the panel differ; {'; '.join(parts)}")


def _check_kinds(given: pd.Index, panel: pd.Index, where: str) -> None:
    """Say so where ids look alike but one side has text and the other numbers."""
    as_text = {str(i): i for i in panel}
    alike = [(i, as_text[str(i)]) for i in given if str(i) in as_text]
    if alike:
        ours, theirs = map(_described, alike[0])
        raise ValueError(
            f"region ids of different kinds: {ours} in {where}, {theirs} in the panel; "
            "make both text or both numbers"
        )


def _described(value: Any) -> str:
    return f"text '{value}'" if isinstance(value, str) else f"number {value}"


def _read_weights(
    W: Any, regions: pd.Index, periods: pd.Index, sorted_ids: bool, islands: bool
) -> tuple[sparse.csr_array | list[sparse.csr_array], tuple[str, ...]]:
    if W is None:
        raise ValueError("no weights: give W, which links the regions")
    notes = () if _carries_ids(W) else (_order_note(sorted_ids),)
    if isinstance(W, Mapping) and not isinstance(W, PysalW):
        W = _by_period(W, periods)
    if not isinstance(W, list | tuple):
        return _read_matrix(W, regions, "W", islands), notes
    if len(W) != len(periods):
        raise ValueError(f"{len(W)} weights matrices for {len(periods)} periods")
    labels = (f"W[{p}]" for p in periods)
    pairs = zip(W, labels, strict=True)
    return [_read_matrix(w, regions, label, islands) for w, label in pairs], notes


def _order_note(sorted_ids: bool) -> str:
    order = "the sorted order of the panel's region ids" if sorted_ids else "the order of regions="
    return f"W carries no region ids: its rows are taken in {order}."


def _by_period(W: Mapping, periods: pd.Index) -> list:
    given = pd.Index(list(W))
    differ = given.symmetric_difference(periods)
    if len(differ):
        raise ValueError(f"weights by period and the panel differ in periods {listed(differ)}")
    return [W[p] for p in periods]


def _read_matrix(W: Any, regions: pd.Index, label: str, islands: bool) -> sparse.csr_array:
    """Weights as a sparse matrix in the order of the panel's regions."""
    ids = _ids(W)
    matrix = _as_sparse(W, label)
    if ids is not None:
        _check_same_regions(ids, regions, label)
        order = ids.get_indexer(regions)
        if not ids.equals(regions):
            matrix = matrix[order][:, order]
    elif matrix.shape[0] != len(regions):
        raise ValueError(f"{label} has {matrix.shape[0]} rows, the panel {len(regions)} regions")
    _check_entries(matrix, regions, label)
    if not islands:
        _check_islands(matrix, regions, label)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix


def _as_sparse(W: Any, label: str) -> sparse.csr_array:
    if isinstance(W, pd.DataFrame):
        if W.index.has_duplicates:
            raise ValueError(f"{label} repeats {listed(W.index[W.index.duplicated()].unique())}")
        if not W.index.equals(W.columns):
            differ = W.index.symmetric_difference(W.columns)
            if W.shape[0] != W.shape[1] or len(differ):
                raise ValueError(
                    f"{label} must be square with the same ids in rows and columns; "
                    f"shape {W.shape}, differing ids: {listed(differ) or 'none'}"
                )
            W = W[W.index]
        W = W.to_numpy()
    matrix = W.sparse if isinstance(W, Graph | PysalW) else W
    if not sparse.issparse(matrix):
        matrix = np.atleast_2d(unmasked(matrix))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{label} must be a square matrix, got shape {matrix.shape}")
    return sparse.csr_array(matrix, dtype=float, copy=True)


def _check_entries(matrix: sparse.csr_array, regions: pd.Index, label: str) -> None:
    entries = sparse.coo_array(matrix)
    rows, columns = entries.coords
    if np.isfinite(entries.data).all() and (entries.data > 0).all() and (rows != columns).all():
        return
    own = rows == columns
    faults = {
        "missing or infinite weights": ~np.isfinite(entries.data),
        "negative weights": entries.data < 0,
        "regions that are their own neighbour": own & (entries.data != 0),
        "stored weights of zero": ~own & (entries.data == 0),
    }
    for fault, where in faults.items():
        if where.any():
            pairs = zip(regions[rows[where]], regions[columns[where]], strict=True)
            raise ValueError(f"{label} has {fault}: {listed(f'{a} -> {b}' for a, b in pairs)}")


def _check_islands(matrix: sparse.csr_array, regions: pd.Index, label: str) -> None:
    islands = regions[np.asarray(matrix.sum(axis=1)).ravel() == 0]
    if len(islands):
        raise ValueError(
            f"{label} has islands, regions without neighbours: {listed(islands)}; give them "
            "neighbours, or pass islands=True: their spatial lag is then zero"
        )

import pytest
import sympy as sp

from spillover.theory import symbols as sy
from spillover.theory.equations import EQUATIONS, equation

INDICES = {sy.i, sy.j}


def test_each_symbol_and_key_appears_once():
    for attribute in ("key", "symbol"):
        values = [getattr(entry, attribute) for entry in sy.NOTATION]
        assert len(values) == len(set(values))


@pytest.mark.parametrize("number", EQUATIONS)
def test_every_symbol_of_an_equation_is_explained(number):
    explained = set().union(*(entry.symbol.free_symbols for entry in sy.NOTATION)) | INDICES
    for part in equation(number).parts:
        assert part.free_symbols <= explained


@pytest.mark.parametrize("entry", sy.NOTATION, ids=lambda entry: entry.key)
def test_entries_are_complete(entry):
    assert entry.meaning
    assert any("\u4e00" <= character <= "\u9fff" for character in entry.chinese)
    assert getattr(sy, entry.key.removesuffix("_star"), None) is not None


RESTRICTED = [entry for entry in sy.NOTATION if entry.in_positive is not None]


@pytest.mark.parametrize("entry", RESTRICTED, ids=lambda entry: entry.key)
def test_rewriting_covers_exactly_the_domain(entry):
    (free,) = entry.in_positive.free_symbols
    assert free.is_positive
    ends = {sp.limit(entry.in_positive, free, 0), sp.limit(entry.in_positive, free, sp.oo)}
    assert ends == {sy.UNIT: {0, 1}, sy.ABOVE_ONE: {1, sp.oo}}[entry.domain]
    assert entry.in_positive.diff(free).is_zero is not True


def test_every_restricted_parameter_is_rewritten():
    rewritten = {entry.key for entry in RESTRICTED}
    assert rewritten >= {"mu", "sigma", "tau", "phi", "lam", "beta", "eta", "eta_star", "S_E"}


def test_in_positive_leaves_positive_symbols_only():
    expression = (1 - sy.mu) * sy.eta(sy.g).diff(sy.g) / (sy.sigma - 1) + sy.eta(sy.g_star)
    rewritten = sy.in_positive(expression)
    assert all(symbol.is_positive for symbol in rewritten.free_symbols)
    assert not rewritten.atoms(sp.Derivative)
    assert not rewritten.free_symbols & {sy.mu, sy.sigma, sy.g, sy.g_star}

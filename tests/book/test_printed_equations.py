import re

import matplotlib.pyplot as plt
import pytest
import sympy as sp

from spillover.book import printed_equations as show
from spillover.theory import equation
from spillover.theory import symbols as sy
from spillover.theory.equations import EQUATIONS, dependencies
from spillover.theory.propositions import prove

ALL_SYMBOLS = {
    *(entry.symbol for entry in sy.NOTATION),
    *(each for each in vars(sy).values() if isinstance(each, sp.Symbol)),
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (sy.mu * sy.E * sy.quantity(sy.i) ** -sy.sigma, r"\mu E q_{i}^{- \sigma}"),
        (sy.sigma * sy.L / (sy.sigma - sy.mu), r"\frac{\sigma L}{\sigma - \mu}"),
        (sp.Derivative(sy.K_star, sy.g), r"\frac{\mathrm{d} K^{*}}{\mathrm{d} g}"),
        (sy.mu * (1 + sy.phi) / -(1 - sy.phi) * -1, r"\frac{\mu \left(\phi + 1\right)}{1 - \phi}"),
        ((sy.mu - sy.sigma) * (sy.phi - 1), r"\left(1 - \phi\right) \left(\sigma - \mu\right)"),
        (sy.sigma / (1 - sy.sigma), r"\frac{\sigma}{1 - \sigma}"),
        (sy.pi - sy.pi_star, r"\pi - \pi^{*}"),
        (sp.And(sy.phi < sy.S_E, sy.S_E < 1), r"\phi < S_{E} < 1"),
    ],
)
def test_latex(expression, expected):
    assert show.latex(expression) == expected


def test_papers_equations_carry_label_number_and_provenance():
    shown = show.paper(equation(7), equation(8)).data
    assert shown.count("$$ (eq-tp-7)") == shown.count("$$ (eq-tp-8)") == 1
    assert "**(8) Price indices.**" in shown
    assert equation(8).original in shown
    assert r"\begin{gathered}" in shown  # two parts under one number


def test_assumptions_are_marked_and_derivations_are_not():
    for number in EQUATIONS:
        shown = show.paper(equation(number)).data
        assert ("Assumed, not derived." in shown) == (number in (14, 15, 18, 19, 30))


GREEK = r"(?<![\\\\a-zA-Z])(pi|mu|eta|phi|psi|tau|beta|sigma|lambda)(?![a-zA-Z])"


@pytest.mark.parametrize("symbol", sorted(map(str, ALL_SYMBOLS)))
def test_every_symbol_prints_as_a_symbol(symbol):
    (printed,) = [show.latex(each) for each in ALL_SYMBOLS if str(each) == symbol]
    assert not re.search(GREEK, printed), printed


def test_primes_and_stars_print_on_greek_letters():
    slope = sy.in_positive(sy.eta(sy.g).diff(sy.g) * sy.pi_star)
    assert show.latex(slope) == r"\eta'(g) \pi^{*}"


def test_every_equation_prints_without_code_names():
    for number in EQUATIONS:
        text = show.paper(equation(number)).data
        assert not any(word in text for word in ("_star", "Eq(", "**(0", "lambda*"))


def test_steps_name_sign_and_reason():
    text = show.steps(prove("knowledge")).data
    assert "*proved*" in text
    assert "1. $\\mathrm{d}K/\\mathrm{d}g$: $= 0$; " in text
    assert text.count("\n") == 3


def test_many_steps_fold():
    text = show.steps(prove("threshold")).data
    places = [
        text.index(each) for each in ("(11 steps)", ":class: steps dropdown screen-only", "\n1. ")
    ]
    assert places == sorted(places)
    assert text.endswith("\n:::")


def test_dependency_graph_has_every_equation_and_arrow():
    graph = dependencies()
    axes = show.dependency_graph(graph, {k: EQUATIONS[k].section for k in graph})
    written = [text.get_text() for text in axes.texts]
    assert [word for word in written if word.isdigit()] == [str(k) for k in graph]
    assert written.count("") == sum(map(len, graph.values()))
    plt.close("all")


def test_notation():
    table = show.notation()
    assert len(table) == len(sy.NOTATION)
    assert (
        table.set_index("meaning").loc["elasticity of substitution between goods", "domain"]
        == "$> 1$"
    )

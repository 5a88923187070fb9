"""Every symbol of the model once: its name, its meaning, where it may lie, the Chinese term.

A restricted parameter also says how to write it in one strictly positive number
(``mu = 1/(1 + m)``, ``sigma = 1 + s``, ...). That rewriting is what lets sympy's assumption
system decide a sign for *all* admissible parameters; see `spillover.theory.propositions`.
"""

from dataclasses import dataclass

import sympy as sp

POSITIVE, UNIT, ABOVE_ONE, REAL = "> 0", "in (0, 1)", "> 1", "real"


@dataclass(frozen=True)
class Notation:
    """One symbol of the model.

    Parameters
    ----------
    key
        Its name in the code.
    symbol
        The sympy symbol (or applied function).
    meaning, chinese
        What it stands for, in English and in the paper's Chinese.
    domain
        `POSITIVE`, `UNIT`, `ABOVE_ONE` or `REAL`.
    in_positive
        The same quantity in strictly positive symbols, or None if it needs no rewriting.
    first
        Number of the equation that introduces it; 0 for the setting.
    """

    key: str
    symbol: sp.Expr
    meaning: str
    chinese: str
    domain: str
    first: int = 0
    in_positive: sp.Expr | None = None


def _positive(names: str) -> tuple[sp.Symbol, ...]:
    return sp.symbols(names, positive=True, seq=True)


mu, sigma, tau, phi, beta, L = _positive("mu sigma tau phi beta L")
E, E_star, P, P_star, n, n_star = _positive("E E^{*} P P^{*} n n^{*}")
p, q, q_star, pi, pi_star, Pi = _positive(r"p q q^{*} pi \pi^{*} Pi")
lam, K, K_star, g, g_star = _positive("lambda K K^{*} g g^{*}")
S_E, s_n, w_H, w_H_star, a_H, e_H = _positive("S_E s_n w_H w_H^{*} a_H e")
V, V_H, V_H_star, M, T, U = _positive("V V_H V_H^{*} M T U")
L_M, L_M_star, L_T = _positive("L_M L_M^{*} L_T")
p_delivered = sp.Symbol(r"\bar{p}", positive=True)
v = sp.Symbol("v", real=True)
DeltaV = sp.Symbol(r"\Delta V", real=True)

i, j = _positive("i j")  # index of a variety, of a creative person
price = sp.Function("p", positive=True)
quantity = sp.Function("q", positive=True)
h = sp.Function("h", positive=True)
h_star = sp.Function("h^{*}", positive=True)
eta = sp.Function("eta", positive=True)

# The free positive numbers behind the restricted parameters.
x, m, s, f, b, t, r, a, d, d_star = _positive("x m s f b t r a d d^{*}")
steep, steep_star = _positive(r"\eta'(g) \eta'(g^{*})")

NOTATION: tuple[Notation, ...] = (
    Notation("mu", mu, "share of spending on cultural goods",
             "文化产品支出份额", UNIT, 1, 1 / (1 + m)),
    Notation("sigma", sigma,
             "elasticity of substitution between goods", "替代弹性", ABOVE_ONE, 1, 1 + s),
    Notation("tau", tau,
             "units sent for one to arrive: iceberg trade cost", "冰山交易成本",
             ABOVE_ONE, 5, 1 + t),
    Notation("phi", phi,
             r"freeness of trade, $\tau^{1-\sigma}$", "贸易自由度", UNIT, 6, 1 / (1 + f)),
    Notation("L", L, "workers, half of them in each region", "普通工人", POSITIVE),
    Notation("E", E, "spending in the East", "东部总支出", POSITIVE, 1),
    Notation("E_star", E_star, "spending in the West", "西部总支出", POSITIVE, 6),
    Notation("S_E", S_E, "the East's share of spending", "东部支出份额", UNIT, 20, 1 / (1 + r)),
    Notation("n", n, "firms (= varieties) in the East", "东部文化产品种类数", POSITIVE, 2),
    Notation("n_star", n_star, "firms (= varieties) in the West",
             "西部文化产品种类数", POSITIVE, 2),
    Notation("s_n", s_n, "the East's share of firms", "东部企业份额", UNIT, 20, 1 / (1 + a)),
    Notation("p", p, "price of a variety at the factory gate", "出厂价格", POSITIVE, 1),
    Notation("p_delivered", p_delivered, "its price in the other region", "异地售价", POSITIVE, 5),
    Notation("q", q, "output of a firm in the East", "东部企业产出", POSITIVE, 1),
    Notation("q_star", q_star, "output of a firm in the West", "西部企业产出", POSITIVE, 22),
    Notation("P", P, "price index of cultural goods, East", "东部文化产品价格指数", POSITIVE, 2),
    Notation("P_star", P_star, "price index of cultural goods, West", "西部价格指数", POSITIVE, 6),
    Notation("pi", pi, "operating profit of a firm in the East", "东部企业利润", POSITIVE, 10),
    Notation("pi_star", pi_star, "operating profit of a firm in the West",
             "西部企业利润", POSITIVE, 20),
    Notation("Pi", Pi, "operating profit of an active firm = price of a piece of knowledge",
             "均衡利润（知识价格）", POSITIVE, 18),
    Notation("L_M", L_M, "workers in cultural manufacturing, East",
             "文化制造业工人（东部）", POSITIVE, 11),
    Notation("L_M_star", L_M_star, "workers in cultural manufacturing, West",
             "文化制造业工人（西部）", POSITIVE, 11),
    Notation("L_T", L_T, "workers in the traditional sector", "传统部门工人", POSITIVE, 12),
    Notation("lam", lam, "share of creative people in the East", "东部创意人士份额", UNIT, 14,
             x / (1 + x)),
    Notation("K", K, "knowledge stock of the East", "东部知识存量", POSITIVE, 14),
    Notation("K_star", K_star, "knowledge stock of the West", "西部知识存量", POSITIVE, 15),
    Notation("h", h(j), "knowledge of creative person j", "创意人士j的知识量", POSITIVE, 14),
    Notation("beta", beta, "complementarity of knowledge in creation", "创意互补参数", UNIT, 14,
             1 / (1 + b)),
    Notation("g", g, "digital technology of the East", "东部数字技术水平", POSITIVE, 15),
    Notation("g_star", g_star, "digital technology of the West", "西部数字技术水平", POSITIVE, 14),
    Notation("eta", eta(g), "share of the East's knowledge that reaches the West, increasing in g",
             "知识扩散强度", UNIT, 15, 1 / (1 + d)),
    Notation("eta_star", eta(g_star), "share of the West's knowledge that reaches the East",
             "知识扩散强度（西部）", UNIT, 14, 1 / (1 + d_star)),
    Notation("w_H", w_H, "pay of a creative person in the East", "创意人士工资率", POSITIVE, 18),
    Notation("w_H_star", w_H_star, "pay of a creative person in the West", "西部创意人士工资率",
             POSITIVE, 18),
    Notation("a_H", a_H, "initial assets of a creative person", "创意人士初始资产", POSITIVE, 18),
    Notation("e_H", e_H, "spending of a creative person", "创意人士总支出", POSITIVE, 18),
    Notation("V", V, "indirect utility of spending", "间接效用", POSITIVE, 3),
    Notation("v", v, "its logarithm", "间接效用的对数", REAL, 4),
    Notation("V_H", V_H, "indirect utility of a creative person, East",
             "东部创意人士效用", POSITIVE, 31),
    Notation("V_H_star", V_H_star, "indirect utility of a creative person, West",
             "西部创意人士效用", POSITIVE, 31),
    Notation("DeltaV", DeltaV, "utility gap of creative people, East minus West (logs)",
             "东西部创意人士效用差", REAL, 32),
)  # fmt: skip


TIED_BY_EQUATIONS = frozenset(entry.symbol for entry in NOTATION if entry.in_positive is None) - {
    L,
    g,
    g_star,
}
"""Quantities that the model's equations determine: they cannot be chosen like a parameter."""

_TIES = {phi: (tau ** (1 - sigma), {tau}), S_E: (E / (E + E_star), {E, E_star}),
         s_n: (n / (n + n_star), {n, n_star})}  # fmt: skip


def with_ties(expression: sp.Expr) -> sp.Expr:
    """Insert the definition of a quantity wherever what defines it appears as well."""
    present = expression.free_symbols
    return expression.subs(
        {
            defined: definition
            for defined, (definition, parts) in _TIES.items()
            if defined in present and parts & present
        }
    )


def in_positive(expression: sp.Expr) -> sp.Expr:
    """Rewrite an expression in strictly positive symbols only.

    Slopes of the spillover function become the symbols eta'(g) > 0 and eta'(g*) > 0. Of any other
    derivative nothing is assumed but that it is real.
    """
    slopes = {each: _slope(each) for each in expression.atoms(sp.Derivative)}
    return expression.xreplace(slopes).xreplace(_rewriting())


def _rewriting() -> dict[sp.Expr, sp.Expr]:
    """Restricted parameters in strictly positive symbols."""
    return {entry.symbol: entry.in_positive for entry in NOTATION if entry.in_positive}


def _slope(derivative: sp.Derivative) -> sp.Symbol:
    first = {eta(g).diff(g): steep, eta(g_star).diff(g_star): steep_star}
    return first.get(derivative) or sp.Symbol(sp.latex(derivative), real=True)


def in_parameters(point: dict[sp.Symbol, sp.Expr]) -> dict[sp.Expr, sp.Expr]:
    """A point in strictly positive symbols, said in the model's own parameters."""
    known = {k: v for k, v in _rewriting().items() if v.free_symbols <= set(point)}
    said = {symbol: rewritten.subs(point) for symbol, rewritten in known.items()}
    used = {symbol for rewritten in known.values() for symbol in rewritten.free_symbols}
    return said | {symbol: value for symbol, value in point.items() if symbol not in used}

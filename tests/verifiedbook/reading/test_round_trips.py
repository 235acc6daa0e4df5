"""What a printer prints is read as what it printed: SymPy's printer, the book's, and SymPy's own reader beside ours."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy.parsing.latex import parse_latex

from verifiedbook.printing import latex
from verifiedbook.reading import Relation, Vocabulary, read, same

x, y, t = sp.symbols("x y t")
sigma_r, beta, ell = sp.symbols("sigma_r beta ell")
SYMBOLS = (x, y, t, sigma_r, beta, ell)

NUMBERS = st.builds(sp.Rational, st.integers(-9, 9), st.integers(1, 9))


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    return (base**2 + 1) ** exponent


EXPRESSIONS = st.recursive(
    st.sampled_from(SYMBOLS) | NUMBERS | st.sampled_from([sp.pi, sp.E]),
    lambda inner: st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a, b: a / (b**2 + 1), inner, inner),
        st.builds(_power, inner, st.sampled_from([sp.Integer(2), sp.Integer(-1), sp.Rational(1, 2), t])),
        st.builds(sp.exp, inner),
        st.builds(lambda a: sp.log(a**2 + 1), inner),
        st.builds(sp.cos, inner),
        st.builds(sp.Abs, inner),
    ),
    max_leaves=8,
)

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def finite(expression: sp.Expr) -> bool:
    return not expression.has(sp.zoo, sp.nan, sp.oo) and expression.count_ops() < 60


@pytest.mark.parametrize("printer", [latex, sp.latex], ids=["the book's printer", "SymPy's printer"])
def test_a_printed_expression_is_read_as_itself(printer):
    @SETTINGS
    @given(EXPRESSIONS.filter(finite))
    def check(expression):
        back = read(printer(expression), Vocabulary(symbols=SYMBOLS))
        assert same(Relation(x, "=", back), Relation(x, "=", expression)).decision != "different"
        assert read(printer(back), Vocabulary(symbols=SYMBOLS)) == back

    check()


def test_another_expression_is_told_from_it():
    @SETTINGS
    @given(EXPRESSIONS.filter(finite), st.integers(1, 9))
    def check(expression, more):
        back = read(latex(expression + more * y**2), Vocabulary(symbols=SYMBOLS))
        assert same(Relation(x, "=", back), Relation(x, "=", expression)).decision == "different"

    check()


def test_symbols_with_assumptions_come_back_with_them():
    keep, top = sp.symbols("p g_max", positive=True)
    star = sp.Symbol("w_star_i", real=True)
    words = Vocabulary(symbols=[keep, top, star])
    assert read(latex(keep * top + star), words) == keep * top + star
    assert read(r"pg_{\max}+w^\star_i", words) == keep * top + star


#: Formulas plain enough for SymPy's reader: it wants a sign between factors, and knows no notation of the book.
PLAIN = [
    r"\frac{\kappa-1}{\kappa+1}",
    r"\frac{(1+x)\cdot(1-\exp(-x))}{x}",
    r"\sqrt{1-\beta}",
    r"\frac{1+\sqrt{1-\beta}}{1-\sqrt{1-\beta}}",
    r"2-\beta-2\cdot\eta\cdot\beta\cdot s^2",
    r"(\beta+2\cdot\eta\cdot\beta\cdot s^2)^2-8\cdot\eta\cdot\beta\cdot s^2",
    r"\frac{4}{(\sqrt{l}+\sqrt{m})^2}",
    r"q^{t}\cdot(1+t\cdot(1+q))",
    r"\frac{2q^{t}}{1+q^{2t}}",
    r"1-2\cdot\eta\cdot s^2",
    r"\frac{a\cdot b\cdot(1+c)}{h\cdot(1-c)\cdot(2\cdot(1+c)-a\cdot h)}",
    r"z^2-(1+\mu)\cdot(1-\alpha\cdot h)\cdot z+\mu\cdot(1-\alpha\cdot h)",
    r"\frac{k}{N}",
    r"\cos(x)",
    r"\ln(x)",
    r"n!",
    r"\binom{n}{k}",
    r"3+2\sqrt{2}",
    r"\frac{10}{3}x-\frac{1}{7}",
]


@pytest.mark.parametrize("formula", PLAIN)
def test_two_readers_read_a_plain_formula_alike(formula):
    ours, theirs = read(formula), parse_latex(formula, backend="lark")
    names = {symbol: sp.Symbol(symbol.name.replace("{", "").replace("}", "")) for symbol in theirs.free_symbols}
    theirs = theirs.xreplace(names)
    assert same(Relation(0, "=", ours), Relation(0, "=", theirs)).decision == "same", (ours, theirs)

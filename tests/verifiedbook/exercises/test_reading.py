"""Reading: many spellings of one formula are one formula, and what was read is told in text and LaTeX."""

import pytest
import sympy as sp

from verifiedbook.exercises import Exercise, grade, positive, real
from verifiedbook.exercises.building import build
from verifiedbook.exercises.grammar import parse
from verifiedbook.exercises.reading import latex, plain
from verifiedbook.exercises.tree import leaves

NAMES = ("a", "b", "c", "eta", "lambda", "p", "r", "sigma", "sigma_1", "w_1", "g_max", "ell")
SYMBOLS = {name: sp.Symbol(name, positive=True) for name in NAMES}
a, b, c, eta, lam, p, r, sigma, sigma_1, w_1, g_max, ell = SYMBOLS.values()


def read(text, parts=1):
    found = [build(leaf, SYMBOLS) for leaf in leaves(parse(text, NAMES, parts))]
    return found if parts > 1 else found[0]


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("a^2", a**2),
        ("a**2", a**2),
        ("a²", a**2),
        ("a⁻¹", 1 / a),
        ("a^{-2}", a**-2),
        ("a^-2", a**-2),
        ("a^b^2", a ** (b**2)),
        ("-a^2", -(a**2)),
        ("2*-a", -2 * a),
        ("2ab", 2 * a * b),
        ("2 a b", 2 * a * b),
        ("abc^2", a * b * c**2),
        ("2(1+r)", 2 * (1 + r)),
        ("(1+r)(1-r)", 1 - r**2),
        ("r(1+r)", r + r**2),
        ("1/(2p)", 1 / (2 * p)),
        ("a/b/c", a / b / c),
        ("a/b*c", a * c / b),
        ("a − b", a - b),
        ("a – b", a - b),
        ("a·b×c", a * b * c),
        ("a÷b", a / b),
        ("a∙b⋅c", a * b * c),
        ("½a", a / 2),
        ("¾", sp.Rational(3, 4)),
        ("√2", sp.sqrt(2)),
        ("2√3/4", sp.sqrt(3) / 2),
        ("√(1+a)", sp.sqrt(1 + a)),
        ("sqrt(a)", sp.sqrt(a)),
        (r"\sqrt{a}", sp.sqrt(a)),
        (r"\sqrt2 a", sp.sqrt(2) * a),
        (r"\sqrt[3]{a}", sp.cbrt(a)),
        ("∛a", sp.cbrt(a)),
        (r"\frac{1}{2}", sp.Rational(1, 2)),
        (r"\frac12", sp.Rational(1, 2)),
        (r"\frac12 a", a / 2),
        (r"\dfrac{a}{2b}", a / (2 * b)),
        (r"\frac\pi4", sp.pi / 4),
        (r"\frac{\frac{a}{b}}{c}", a / b / c),
        (r"\sqrt\frac{a}{b}", sp.sqrt(a / b)),
        (r"\left(1+a\right)\cdot b", (1 + a) * b),
        (r"\bigl(1+a\bigr)\,b", (1 + a) * b),
        (r"$a\times b$", a * b),
        ("|a-b|", abs(a - b)),
        ("2|a|", 2 * a),
        ("|a||b|", a * b),
        (r"\left|a-b\right|", abs(a - b)),
        (r"\lvert a-b\rvert", abs(a - b)),
        ("Abs(a-b)", abs(a - b)),
        ("⌊a⌋", sp.floor(a)),
        (r"\lceil a\rceil", sp.ceiling(a)),
        ("λ", lam),
        (r"\lambda", lam),
        ("lambda", lam),
        ("lamda", lam),
        ("2ησ", 2 * eta * sigma),
        ("ℓ", ell),
        (r"\ell", ell),
        ("sigma_1", sigma_1),
        ("sigma_{1}", sigma_1),
        (r"\sigma_1", sigma_1),
        (r"\sigma_{1}^2", sigma_1**2),
        ("σ₁²", sigma_1**2),
        ("sigma1", sigma_1),
        ("w1", w_1),
        ("g_max", g_max),
        (r"g_{\max}", g_max),
        (r"g_{\mathrm{max}}", g_max),
        ("ln(a)", sp.log(a)),
        ("log a", sp.log(a)),
        (r"\ln a", sp.log(a)),
        (r"\ln^2(a)", sp.log(a) ** 2),
        ("ln²(a)", sp.log(a) ** 2),
        ("log_2(a)", sp.log(a) / sp.log(2)),
        ("log(a, b)", sp.log(a) / sp.log(b)),
        ("exp(-a)", sp.exp(-a)),
        ("e^(-a)", sp.exp(-a)),
        (r"\mathrm{e}^{-a}", sp.exp(-a)),
        ("𝑒^-a", sp.exp(-a)),
        ("pi/4", sp.pi / 4),
        ("πr²", sp.pi * r**2),
        ("3!", sp.Integer(6)),
        ("binomial(4, 2)", sp.Integer(6)),
        (r"\binom42", sp.Integer(6)),
        ("max(a, 2a)", 2 * a),
        ("Rational(2,3)", sp.Rational(2, 3)),
        ("0.5", sp.Rational(1, 2)),
        (".5", sp.Rational(1, 2)),
        ("0,5", sp.Rational(1, 2)),
        ("sqrt(0,25)", sp.Rational(1, 2)),
        ("1e-3", sp.Rational(1, 1000)),
        ("a;", a),
        ("a.", a),
        ("a. ;", a),
        ("2.", sp.Integer(2)),
        ("eta = 1/(2p)", 1 / (2 * p)),
        ("k=a", a),
        (r"w^\star = a", a),
        ("α_t = a", a),
        ("[a]", a),
        ("{a}", a),
    ],
)
def test_every_spelling_is_read(text, formula):
    assert sp.simplify(read(text) - formula) == 0


@pytest.mark.parametrize(
    "text",
    [
        "a, 2/3",
        "(a, 2/3)",
        "[a, 2/3]",
        "{a; 2/3}",
        r"\{a, \tfrac23\}",
        "Matrix([a, Rational(2,3)])",
        "Matrix([[a], [2/3]])",
        "[[a, 2/3]]",
        r"\begin{pmatrix}a\\\frac23\end{pmatrix}",
        r"\left(a,\ \frac{2}{3}\right)",
        "w_1 = a, w_2 = 2/3",
        "(w_1 = a, w_2 = 2/3).",
        "a, 2/3,",
    ],
)
def test_several_formulas_may_stand_in_any_bracket(text):
    assert read(text, parts=2) == [a, sp.Rational(2, 3)]


def test_a_bracket_at_the_end_belongs_to_the_formula():
    assert read("2*p/(1+p), 6*p/(1+p)", parts=2) == [2 * p / (1 + p), 6 * p / (1 + p)]


def test_decimal_commas_are_read_where_nothing_else_can_be_meant():
    assert read("1,5; 0,25", parts=2) == [sp.Rational(3, 2), sp.Rational(1, 4)]
    assert read("1,5", parts=2) == [1, 5]


def test_what_the_exercise_declares_is_meant_before_anything_else():
    declared = ("beta", "gamma", "zeta", "S", "N", "E", "I", "pi", "e", "Q")
    symbols = {name: sp.Symbol(name) for name in declared}
    for name in declared:
        assert build(parse(f"2{name}", declared), symbols) == 2 * symbols[name]


def test_a_greek_name_is_never_a_product_of_its_letters():
    verdict = grade(Exercise("ex", lambda: b * eta, (positive("b"), positive("eta"))), "beta")
    assert "contains beta at place 1, which this exercise does not use; it uses b and eta." in verdict.message


@pytest.mark.parametrize(
    ("text", "said", "set_as"),
    [
        ("½ln²(a)", "(1/2)*log(a)^2", r"\frac{1}{2} {\ln\left(a\right)}^{2}"),
        ("(a+b)/c", "(a + b)/c", r"\frac{a+b}{c}"),
        ("a-(b-c)", "a - (b - c)", r"a-\left(b-c\right)"),
        ("-a*-b", "-a*(-b)", r"-a \left(-b\right)"),
        ("2(-a)^2", "2*(-a)^2", r"2 {\left(-a\right)}^{2}"),
        ("2*3", "2*3", r"2\cdot 3"),
        ("a/(b/c)", "a/(b/c)", r"\frac{a}{\frac{b}{c}}"),
        ("|σ₁|", "abs(sigma_1)", r"\left\lvert \sigma_{1}\right\rvert"),
        ("√a", "sqrt(a)", r"\sqrt{a}"),
        ("a, b", "(a, b)", r"\left(a,\ b\right)"),
        ("g_max e^-a", "g_max*e^(-a)", r"g_{\max} {\mathrm{e}}^{-a}"),
    ],
)
def test_how_a_text_was_read_is_told(text, said, set_as):
    tree = parse(text, NAMES)
    assert plain(tree) == said
    assert latex(tree) == set_as
    assert plain(parse(said, NAMES)) == said


def test_the_verdict_carries_how_the_answer_was_read():
    exercise = Exercise("ex", lambda: 2 * r, (real("r"),))
    verdict = grade(exercise, "2r")
    assert (verdict.text, verdict.latex) == ("2*r", "2 r")
    assert grade(exercise, 2 * sp.Symbol("r")).latex == "2 r"

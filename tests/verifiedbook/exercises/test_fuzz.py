"""Whatever is typed: nothing is run, nothing hangs, no error escapes, and what was read reads back as the same.

A few hundred texts by default; ten thousand with ``pytest tests/verifiedbook/exercises --hypothesis-profile=thorough``.
"""

import sys
import time
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from verifiedbook.exercises import Exercise, Verdict, between, grade, positive, real, values, whole
from verifiedbook.exercises.building import build
from verifiedbook.exercises.grammar import parse
from verifiedbook.exercises.ranges import points
from verifiedbook.exercises.reading import latex, plain
from verifiedbook.exercises.tree import Unreadable

VARIABLES = (
    real("a"),
    positive("b"),
    whole("k", 0),
    between("p", 0, 1),
    real("x"),
    positive("lambda"),
    positive("sigma_1"),
)
NAMES = tuple(variable.name for variable in VARIABLES)
SYMBOLS = {variable.name: variable.symbol() for variable in VARIABLES}
EXERCISE = Exercise("ex-fuzz", lambda: build(parse("a^2 + b/(1+p) + x^k/exp(lambda)", NAMES), SYMBOLS), VARIABLES)
PAIR = Exercise("ex-fuzz-pair", lambda: [SYMBOLS["a"], 2 * SYMBOLS["x"]], VARIABLES)
#: Processor time of one answer at most; the limits count calls, so this is no measure of speed.
SECONDS = 90

#: Pieces of formulas, of LaTeX, of Python, of attacks, glued together at random.
PIECES = (
    "a b k p x lambda λ σ₁ \\sigma_1 sigma_{1} w_1 pi e E I S N beta gamma zeta Q O oo nan zoo 0 1 2 10 0.5",
    "1,5 1e9 1e-9 9999999999 + - − * ** ^ / · × ÷ ! | ( ) [ ] { } ( ) ( ) , ; = < > & % @ # $ ~ ` ' \" \\ _",
    "__ . : ? ² ⁻¹ ³⁴ ½ ⅔ √ ∛ ₁ \\frac \\frac12 \\frac{a}{b} \\sqrt \\sqrt[3] \\left( \\right) \\left|",
    "\\right| \\ln \\cdot \\binom \\begin{pmatrix} \\end{pmatrix} \\\\ \\, \\quad \\mathrm{e}",
    "\\operatorname{erf} \\infty \\pm \\leq \\foo sin cos tan log ln exp sqrt abs Abs max min floor ceiling",
    "factorial binomial erf erfinv root asin atanh Matrix Rational Sum Integral Symbol Function sympify",
    "lambdify __import__ eval exec open print input exit breakpoint os.system lambda: x.__class__ import f''",
    "𝑒 ℓ",
)
BLANKS = (" ", "\n", "\x00", "\u200b", "\U0001f600")
GLUED = st.lists(st.sampled_from([*" ".join(PIECES).split(), *BLANKS]), max_size=30).map("".join)


FUNCTIONS = ("exp", "log", "sin", "cosh", "sqrt", "abs", "floor", "erf", "erfinv", "factorial", "tan", "acos")


def wider(inner):
    """Formulas that grow where formulas grow: powers, factorials, exponentials, fractions within fractions."""
    operators = st.sampled_from(["+", "-", "*", "/", "^", "**", " ", "·"])
    functions = st.sampled_from(FUNCTIONS)
    exponents = st.sampled_from(["2", "20", "200", "-3", "(1/2)", "a"])
    return st.one_of(
        st.tuples(inner, operators, inner).map("".join),
        st.tuples(inner, operators, inner).map(lambda pieces: f"({''.join(pieces)})"),
        st.tuples(functions, inner).map(lambda pieces: f"{pieces[0]}({pieces[1]})"),
        st.tuples(inner, inner).map(lambda pieces: rf"\frac{{{pieces[0]}}}{{{pieces[1]}}}"),
        st.tuples(inner, exponents).map(lambda pieces: f"({pieces[0]})^{pieces[1]}"),
        inner.map("-{}".format),
        inner.map("({})!".format),
    )


LEAVES = st.sampled_from(["a", "b", "k", "p", "x", "λ", "sigma_1", "2", "9", "0", "1/2", "pi", "e", "10^7", "0.001"])
FORMULAS = st.recursive(LEAVES, wider, max_leaves=12)

watching = False
seen = []
STARTED = ("os.system", "subprocess.Popen", "socket.connect", "builtins.input", "builtins.breakpoint", "os.remove")


def _note(event, arguments):
    """Remember what is compiled, executed, opened or started while an answer is graded, but for imports from files."""
    if not watching:
        return
    if event == "compile" and arguments[0] is not None and not Path(str(arguments[1])).is_file():
        seen.append((event, arguments))
    if event == "exec" and not Path(arguments[0].co_filename).is_file() and "frozen" not in arguments[0].co_filename:
        seen.append((event, arguments))
    if event == "open" and not str(arguments[0]).endswith((".py", ".pyc")):
        seen.append((event, arguments))
    if event in (
        "os.system",
        "subprocess.Popen",
        "socket.connect",
        "builtins.input",
        "builtins.breakpoint",
        "os.remove",
    ):
        seen.append((event, arguments))


sys.addaudithook(_note)


def graded(text):
    """The verdicts on a text, with everything watched."""
    global watching
    began = time.process_time()
    watching = True
    try:
        verdicts = [grade(EXERCISE, text), grade(PAIR, text)]
    finally:
        watching = False
    assert not seen
    assert time.process_time() - began < SECONDS
    return verdicts


def test_the_watch_sees_what_is_run():
    global watching
    watching = True
    try:
        eval("1 + 1")
        open("/dev/null").close()
    finally:
        watching = False
    assert {event for event, _ in seen} == {"compile", "exec", "open"}
    seen.clear()


@given(st.one_of(GLUED, GLUED, FORMULAS, st.text(max_size=40)))
def test_no_text_is_run_or_hangs_or_raises(text):
    for verdict in graded(text):
        assert isinstance(verdict, Verdict)
        assert verdict.message.endswith((".", ").")) or "Hint" in verdict.message
        assert len(verdict.message) < 600
        assert "Traceback" not in verdict.message


@example("-(1/2+a)*a")
@given(FORMULAS)
def test_what_was_read_reads_back_as_the_same(text):
    try:
        tree = parse(text, NAMES)
    except Unreadable:
        return
    said = plain(tree)
    assert plain(parse(said, NAMES)) == said
    try:
        first = build(tree, SYMBOLS)
    except Unreadable:
        return
    assert build(parse(said, NAMES), SYMBOLS) == first
    # LaTeX keeps the value, not the order of a product: a*2/b is the fraction of a*2 and b
    again = build(parse(latex(tree), NAMES), SYMBOLS)
    for point in points(VARIABLES, label="ex-fuzz")[:3]:
        place = {SYMBOLS[name]: value for name, value in point.items()}
        try:
            right = values.evaluate(first, place)
        except (values.Undefined, ArithmeticError):
            continue
        assert abs(values.evaluate(again, place) - right) <= (1 + abs(right)) / 10**60

"""Refusals: what is no formula is told from what is a wrong one, in a sentence that says what is wrong and where."""

import time

import numpy as np
import pytest
import sympy as sp

from verifiedbook.exercises import Exercise, grade, positive, real

x = sp.Symbol("x", positive=True)
EXERCISE = Exercise("ex", lambda: x**2, (positive("x"), real("y")))
NUMBER = Exercise("ex-number", lambda: sp.Rational(2, 3))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Your answer is empty: type a formula."),
        (" ; ", "Your answer is empty: type a formula."),
        ("x @ 2", "“@” at place 3 is not a sign that formulas are written with."),
        ("x.__class__", "“.” at place 2 is not a sign that formulas are written with."),
        ("'x'", "“'” at place 1 is not a sign that formulas are written with."),
        ("x\x00", "The character U+0000 at place 2 is not"),
        ("(x", "The bracket “(” at place 1 is never closed."),
        ("x)", "The bracket “)” at place 2 closes nothing."),
        ("(x]", "The bracket “(” at place 1 is closed by “]” at place 3."),
        ("|x", "The bracket “|” at place 1 is never closed."),
        (r"\frac{x}{2", "The bracket “{” at place 9 is never closed."),
        ("2/", "Your answer ends after “/” at place 2, where a number, a name or a bracket is still missing."),
        ("*x", "“*” at place 1: a number, a name or a bracket is missing before it."),
        ("x+*x", "“*” at place 3: a number, a name or a bracket is missing before it."),
        ("x < 2", "“<” at place 3 compares or leaves open; give the formula alone."),
        (r"x \leq 2", r"“\leq” at place 3 compares or leaves open; give the formula alone."),
        ("±x", "“±” at place 1 compares or leaves open; give the formula alone."),
        ("x = y = 2", "“=” at place 7: give the formula alone, at most with one name and “=” in front of it."),
        ("2x = 2", "“=” at place 4: give the formula alone, at most with one name and “=” in front of it."),
        ("beta", "Your answer contains beta at place 1, which this exercise does not use; it uses x and y."),
        ("2 + sigma_1", "Your answer contains sigma_1 at place 5, which this exercise does not use; it uses x and y."),
        ("I", "Your answer contains I at place 1, which this exercise does not use; it uses x and y."),
        ("zeta(2)", "Your answer contains zeta at place 1, which this exercise does not use; it uses x and y."),
        (r"\foo{x}", r"“\foo” at place 1 is not a command that is read here."),
        ("log", "log at place 1 is a function: it lacks what it applies to."),
        ("log()", "“)” at place 5: a number, a name or a bracket is missing before it."),
        ("log(1,2,3)", "log at place 1 takes 1 to 2 arguments; here it has 3."),
        (r"\frac1", r"“\frac” at place 1 lacks what it applies to."),
        ("1/2x", "The fraction before place 4 can be read in two ways, as 1/2x can: put what is below it in brackets"),
        ("log x y", "What log at place 1 applies to can be read in two ways: put it in brackets."),
        ("sin^{-1}(x)", "The power of sin at place 1 may mean an inverse: write it behind the brackets."),
        ("2 3", "“2 3” at place 1: two numbers stand side by side; put a sign between them."),
        ("2½", "“2 ½” at place 1: two numbers stand side by side; put a sign between them."),
        ("(x, y) + 1", "A list stands inside a formula at place 2."),
        ("x/0", "Your answer divides by zero at place 3."),
        ("x/(1-1)", "Your answer divides by zero at place 4."),
        ("x/(sqrt(6)-sqrt(2)sqrt(3))", "Your answer divides by zero at place 4."),
        ("0^-1", "Your answer raises zero to a power that is not positive, at place 1."),
        ("log(0)", "The logarithm at place 1 is of zero."),
        ("9**9**9", "The number at place 1 is too large or too small to work with."),
        ("x^1000", "The power at place 1 is too high: at most 400 is worked with."),
        ("((1+x)^100)^100", "The power at place 3 is too high: at most 400 is worked with."),
        ("(1+x+y+sin(x)+cos(y))^60", "The power at place 2 has too many terms when it is multiplied out."),
        ("exp(exp(exp(25)))", "exp at place 5 has no value there, or one too large or small to work with."),
        ("factorial(10**7)", "factorial at place 1 is worked with for whole numbers from 0 to 500 only."),
        ("(10^7)!", "factorial at place 2 is worked with for whole numbers from 0 to 500 only."),
        ("1" * 41, "The number at place 1 is too long; at most 40 digits are read."),
        ("1e99999999", "The number at place 1 is too long; at most 40 digits are read."),
        ("x+" * 500 + "x", "Your answer has 1001 characters; at most 1000 are read."),
        ("(" * 30 + "x" + ")" * 30, "Your answer has more than 25 brackets within each other."),
        ("x^" * 80 + "x", "Your answer has more than 60 operations within each other"),
    ],
)
def test_a_slip_is_one_sentence_that_says_what_and_where(text, said):
    verdict = grade(EXERCISE, text)
    assert not verdict
    assert said in verdict.message
    assert "\n" not in verdict.message


def test_a_number_is_told_to_be_one():
    assert "does not use; the answer is a number." in grade(NUMBER, "x").message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "Not a formula: None"),
        (object(), "Not a formula: <object"),
        (True, "Not a formula: True"),
        (b"x", "Not a formula: b'x'"),
        ({"x": 1}, "Not a formula: {'x': 1}"),
        (sp.Eq(x, 2), "Not a formula"),
        (np.nan, "Not yet: your answer, nan, is no number."),
        (sp.zoo, "Not yet: your answer, zoo, is no number."),
        ([], "Your answer is empty"),
        ([1, 2], "has one part, yours has 2 parts"),
        (sp.Symbol("sigma"), "contains sigma, which this exercise does not use; it uses x and y."),
    ],
)
def test_an_object_that_is_no_formula_is_refused_too(answer, said):
    verdict = grade(EXERCISE, answer)
    assert not verdict
    assert said in verdict.message


class Hostile:
    """An object whose every method fails."""

    def __repr__(self):
        raise RuntimeError

    def _sympy_(self):
        raise RuntimeError


@pytest.mark.parametrize(
    "number",
    [10**5000, -(10**5000), sp.Rational(1, 10**5000), sp.Symbol("x") + 10**5000],
    ids=["large", "negative", "small", "in a sum"],
)
def test_a_number_that_python_does_not_write_is_refused(number):
    verdict = grade(EXERCISE, number)
    assert not verdict
    assert verdict.message.startswith("A number in your answer has thousands of digits; write it with a power")


def test_an_object_that_cannot_be_printed_is_refused():
    assert "an object of type Hostile" in grade(EXERCISE, Hostile()).message


@pytest.mark.parametrize(
    "text",
    [
        "breakpoint()",
        "print(1)",
        "input()",
        "test()",
        "exit()",
        "__import__('os').system('echo')",
        "exec(chr(120))",
        "eval(x)",
        "open(x)",
        "lambda: x",
        "[x for x in y]",
        "x if x else y",
        "x.subs(x, 1)",
        "Symbol(x)",
        "sympify(x)",
        "Function(x)(y)",
        "f{x}",
    ],
)
def test_nothing_that_is_typed_is_run(text, monkeypatch, capsys):
    def called(*_):
        raise AssertionError("the text was run")

    for name in ("eval", "exec", "compile", "print", "input", "open", "breakpoint", "__import__"):
        monkeypatch.setattr("builtins." + name, called)
    verdict = grade(EXERCISE, text)
    monkeypatch.undo()
    assert not verdict
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "factorial(10**7)",
        "2**2**2**2**2**2**2",
        "(x+y)^399",
        "(1+x)^399/(1-x)^399 + (1+y)^399/(1-y)^399",
        "sin(cos(tan(sin(cos(tan(sin(cos(tan(x)))))))))" + "+sin(x)^9" * 20,
        "x^x^x^x^x^x^x",
        "exp(exp(exp(exp(x))))",
        "floor(exp(exp(x)))",
        "binomial(x, 10^30)",
        "sqrt(x+sqrt(x+sqrt(x+sqrt(x+sqrt(x+sqrt(x))))))",
        "max(" + ",".join(["x", "y", "x^2", "y^2", "x*y", "x+y", "x-y", "2x", "3y"]) + ")",
        "1/(1+1/(x+1/(y+1/(x+1/(y+1/(x+1/(y+1/(x+1/(y+1/x))))))))",
        "x^2 + sin(x)^2 + cos(x)^2 - 1",
        "(sqrt(x)+sqrt(y)+sqrt(x+y)+sqrt(x-y))^8",
    ],
)
def test_no_text_keeps_the_machine_busy(text):
    began = time.process_time()
    grade(EXERCISE, text)
    # the limits are counted in calls, about five million a second; this is no measure of speed but a guard against none
    assert time.process_time() - began < 60

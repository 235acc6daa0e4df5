"""Grading: over the whole range and nowhere else, proved or tried and said so, with a point where it is wrong."""

import threading

import pytest
import sympy as sp

from verifiedbook.exercises import (
    Exercise,
    Variable,
    at_least,
    between,
    by_label,
    comparing,
    exercise_of,
    grade,
    grader,
    grading,
    nonnegative,
    positive,
    ranges,
    real,
    record,
    values,
    whole,
)
from verifiedbook.exercises.budget import Exhausted, budget

r, s, kappa, x, mu, k, n = sp.symbols("r s kappa x mu k n")
LINEAR = Exercise("ex-linear", lambda: 2 + 2 * r, (between("r", -1, 1, "[]"),), hint="add.")
SQUARE = Exercise("ex-square", lambda: r**2, (real("r"),))
SHARE = Exercise("ex-share", lambda: 1 - (1 - s) * (1 - sp.log(1 - s) + sp.log(1 - s) ** 2 / 2), (between("s", 0, 1),))
BOUND = Exercise("ex-bound", lambda: (kappa - 1) / (kappa + 1), (at_least("kappa", 1),))
SUM = Exercise("ex-sum", lambda: (1 - mu**k) / (1 - mu), (between("mu", 0, 1, "[)"), whole("k", 1)))
NUMBER = Exercise("ex-number", lambda: sp.Rational(1, 2) - 1 / sp.pi, hint="integrate.")
PAIR = Exercise("ex-pair", lambda: [2 * r, sp.Integer(3)], (real("r"),))


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (LINEAR, "2(1+r)"),
        (LINEAR, 2 * sp.Symbol("r", positive=True) + 2),
        (LINEAR, "(2-2r^2)/(1-r)"),
        (SQUARE, "|r|^2"),
        (SQUARE, "r*r*cos(r)^2 + r^2*sin(r)^2"),
        (SHARE, "1-(1-s)*(1+log(1/(1-s))+log(1/(1-s))^2/2)"),
        (BOUND, "abs(kappa-1)/(kappa+1)"),
        (BOUND, "sqrt((kappa-1)^2)/(kappa+1)"),
        (BOUND, "1 - 2/(1+κ)"),
        (SUM, "(mu^k - 1)/(mu - 1)"),
        (NUMBER, "(pi-2)/(2pi)"),
        (PAIR, ["2r", 3]),
        (PAIR, "2r, 3"),
        (PAIR, sp.Matrix([2 * r, 3])),
    ],
)
def test_an_equal_formula_is_right_and_proved(exercise, answer):
    verdict = grade(exercise, answer)
    assert verdict
    assert verdict.proved
    assert "SymPy proved it" in verdict.message


def test_what_sympy_cannot_prove_is_said_to_be_tried_only(monkeypatch):
    monkeypatch.setattr(comparing, "_METHODS", ())
    verdict = grade(LINEAR, "2(1+r)")
    assert verdict
    assert not verdict.proved
    assert verdict.message == f"Right: equal at {ranges.POINTS} values tried in the range (not proved)."
    assert grade(NUMBER, "(pi-2)/(2pi)").message == "Right: equal (to 40 digits; not proved)."


def test_several_formulas_are_proved_only_if_each_is(monkeypatch):
    monkeypatch.setattr(comparing, "_METHODS", (lambda difference: difference,))
    assert grade(PAIR, "2r, 3").proved
    verdict = grade(PAIR, "r(1+sin(r)^2+cos(r)^2), 3")
    assert verdict
    assert not verdict.proved


def test_a_sum_is_as_right_as_its_closed_form():
    j = sp.Symbol("j", integer=True)
    assert grade(SUM, sp.Sum(mu**j, (j, 0, k - 1)))
    assert not grade(SUM, sp.Sum(mu**j, (j, 0, k)))


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (LINEAR, "2+2|r|"),
        (SQUARE, "r|r|"),
        (SQUARE, "sqrt(r)^3 sqrt(r) sign(r)"),
        (BOUND, "(1-kappa)/(1+kappa)"),
        (SHARE, "s^3"),
        (SUM, "(1-mu^(k+1))/(1-mu)"),
    ],
)
def test_both_signs_are_tried_where_they_are_admitted(exercise, answer):
    assert not grade(exercise, answer)


def test_a_difference_is_shown_at_a_point_of_the_range_with_both_values():
    verdict = grade(LINEAR, "2+2|r|")
    point = sp.Rational(verdict.message.split("r = ")[1].split(":")[0])
    assert -1 <= point < 0
    assert f"it is {float(2 - 2 * point):g} where {float(2 + 2 * point):g} is right" in verdict.message
    assert verdict.message.endswith("Hint: add.")


@pytest.mark.parametrize(("answer", "said"), [("0.1", "too small"), ("1/3", "too large"), ("-1", "too small")])
def test_the_verdict_on_a_number_does_not_print_the_answer(answer, said):
    message = grade(NUMBER, answer).message
    assert said in message
    assert "0.18" not in message


def test_nor_does_the_verdict_on_a_number_among_formulas():
    message = grade(PAIR, "2r, r").message
    assert "part 2" in message
    assert " 3" not in message


@pytest.mark.parametrize("answer", ["0.1816901138", 0.1816901138])
def test_a_rounded_number_is_told_from_a_wrong_one(answer):
    assert "only by rounding" in grade(NUMBER, answer).message


def test_a_float_counts_as_the_decimal_that_it_prints_as():
    assert grade(LINEAR, 2.0 + 2.0 * r)
    assert grade(Exercise("ex", lambda: sp.Rational(1, 10)), 0.1)


def test_equal_digits_do_not_hide_a_constant():
    assert "if only by very little" in grade(LINEAR, "2+2r+10^(-60)").message


def test_an_answer_without_a_value_is_wrong():
    assert "has no real value at" in grade(SQUARE, "sqrt(-r^2-1)").message
    assert "has no real value at" in grade(SQUARE, "|r|^(3/2)*sqrt(r)").message
    assert "has no real value at" in grade(SQUARE, "r^2(erfinv(r)+1) - r^2 erfinv(r)").message


def test_a_verdict_fits_on_the_page():
    assert max(map(len, repr(grade(LINEAR, "2+2|r|")).splitlines())) <= grading.WIDTH


@pytest.mark.parametrize(
    "variable",
    [
        real("x"),
        positive("x"),
        nonnegative("x"),
        at_least("x", 1),
        between("x", 0, 1),
        between("x", -1, 1, "[]"),
        between("x", 0, sp.Rational(1, 6)),
        Variable("x", high=-2),
        whole("x"),
        whole("x", 1),
        whole("x", 2, 5),
    ],
)
def test_points_lie_in_the_range_and_reach_its_ends_and_signs(variable):
    tried = [point["x"] for point in ranges.points((variable,), label="ex")]
    assert all(variable.admits(value) for value in tried)
    assert len(tried) >= min(ranges.POINTS // 2, 4)
    assert variable.low is not None or min(tried) < 0
    assert variable.high is not None or max(tried) > 0
    assert not variable.includes_low or variable.low in tried
    assert not variable.includes_high or variable.high in tried
    if not variable.whole:
        if variable.low is not None:
            assert min(tried) - variable.low < sp.Rational(1, 100)
        if variable.low is None or variable.high is None:
            assert max(map(abs, tried)) > 30
    assert tried == [point["x"] for point in ranges.points((variable,), label="ex")]


@pytest.mark.parametrize(
    "variable", [at_least("x", 1), between("x", 0, 1), between("x", -1, 1), Variable("x", high=-2), whole("x", 3)]
)
def test_a_variable_is_unfolded_onto_its_range(variable):
    formula, free = variable.unfolded()
    for value in (1, 2, 7) if variable.whole else (sp.Rational(1, 9), 1, 50):
        assert variable.admits(formula.subs(free, value))
    for point in ranges.points((variable,), label="ex")[:30]:
        (value,) = sp.solve(formula - point["x"], free) or [sp.oo]
        assert value >= 0
        assert value.is_finite or point["x"] == variable.low


def test_points_satisfy_the_constraints():
    d = sp.Symbol("d")
    exercise = Exercise("ex", lambda: n - d, (whole("n", 2), whole("d", 1)), (d < n,))
    tried = ranges.points(exercise.variables, exercise.constraints, "ex")
    assert all(1 <= point["d"] < point["n"] for point in tried)
    assert grade(exercise, "|n-d|")
    assert not grade(exercise, "|n-d-1|")
    with pytest.raises(ValueError, match="no point satisfies"):
        ranges.points((between("d", 0, 1),), (d > 2,), "ex")


def test_a_symbol_without_a_range_is_an_authors_mistake():
    with pytest.raises(ValueError, match="no range is declared for x"):
        grade(Exercise("ex", lambda: x), "x")


def test_an_unknown_exercise_names_the_nearest():
    check = grader(by_label(LINEAR, SQUARE))
    assert check("ex-linear", "2+2r")
    with pytest.raises(KeyError, match="did you mean 'ex-linear'"):
        check("ex-lineare", 1)
    with pytest.raises(KeyError, match="graded exercises: ex-linear, ex-square"):
        check("zzz", 1)
    with pytest.raises(ValueError, match="same label"):
        by_label(LINEAR, LINEAR)


def test_a_record_is_an_exercise_without_the_books_code():
    d = sp.Symbol("d")
    many = (
        LINEAR,
        SQUARE,
        SHARE,
        BOUND,
        SUM,
        NUMBER,
        PAIR,
        Exercise("ex", lambda: n / d, (whole("n", 2), whole("d", 1)), (d < n,)),
    )
    for exercise in many:
        again = exercise_of(record(exercise))
        assert again.variables == exercise.variables
        assert record(again) == record(exercise)
        assert grade(again, exercise.formula())
        parts = len(record(exercise)["answer"])
        assert not grade(again, ["7/11"] * parts)


def endless(_=None):
    while True:
        sp.Integer(1)
        endless_step()


def endless_step():
    return None


def test_work_stops_after_so_many_calls_in_any_thread():
    outcome = []

    def work():
        try:
            with budget(10_000):
                endless()
        except Exhausted:
            outcome.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    work()
    assert outcome == ["stopped", "stopped"]


def test_a_proof_that_does_not_end_leaves_the_answer_tried(monkeypatch):
    monkeypatch.setattr(comparing, "_METHODS", (endless,))
    monkeypatch.setattr(comparing, "CALLS", 10_000)
    verdict = grade(LINEAR, "2(1+r)")
    assert verdict
    assert not verdict.proved


def test_reading_that_does_not_end_is_refused(monkeypatch):
    monkeypatch.setattr(grading, "CALLS", 10)
    assert grade(LINEAR, "2(1+r)").message == "Your answer takes too long to read; write it in a shorter form."


def test_a_power_that_is_too_large_is_not_computed():
    own = values.context()
    assert own.isinf(values.power(own.mpf(2), own.mpf(10) ** 500))
    assert own.isinf(values.power(own.mpf(2), -(own.mpf(10) ** 500)))
    assert values.power(own.mpf(2), own.mpf(10)) == 1024

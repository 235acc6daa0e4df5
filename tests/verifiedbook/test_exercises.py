"""Grading: equivalent formulas are right, others are wrong with a point, slips are sentences."""

import re

import numpy as np
import pytest
import sympy as sp

from verifiedbook import exercises
from verifiedbook.exercises import check
from verifiedbook.project import find

eta, sigma, sigma_1 = sp.symbols("eta sigma sigma_1")


@pytest.mark.parametrize(
    "answer",
    [
        2 / sigma_1**2,
        "2/sigma_1**2",
        "2/sigma_1^2",
        4 / (2 * sigma_1**2),
        2 * sp.Symbol("sigma_1", positive=True) ** -2,
    ],
)
def test_equivalent_formulas_are_right(answer):
    verdict = check("ex-half-loss", answer)
    assert verdict
    assert repr(verdict).startswith("Right")


@pytest.mark.parametrize("answer", [1 / sigma_1**2, 2 / sigma_1, -2 / sigma_1**2, "2/sigma_1**2 + 1/10**12", 3, 0])
def test_a_wrong_formula_is_told_with_a_point_and_a_hint(answer):
    verdict = check("ex-half-loss", answer)
    assert not verdict
    assert "sigma_1 = " in verdict.message
    assert "Hint" in verdict.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (2 / sigma**2, "contains sigma"),
        ("2/", "Not a formula"),
        ("", "Not a formula"),
        (None, "Not a formula"),
        (object(), "Not a formula"),
        (True, "Not a formula"),
        ("sigma_1.__class__", "Not a formula"),
        ("__import__('os')", "Not a formula"),
        ("sigma_1 < 2", "Not a formula"),
        ([1, 2], "has one part, yours has 2 parts"),
        (np.nan, "Not yet"),
        ("1/0", "Not yet"),
        ("sigma_1(2)", "Not"),
    ],
)
def test_a_slip_is_a_sentence_and_never_an_error(answer, said):
    verdict = check("ex-half-loss", answer)
    assert not verdict
    assert said in verdict.message


def test_lambda_is_read_as_a_symbol():
    assert check("ex-penalised-descent", "1 - 2*eta*(sigma^2 + lambda)")
    assert not check("ex-penalised-descent", "1 - 2*eta*(sigma^2 - lambda)")


@pytest.mark.parametrize(
    "answer",
    [
        [sp.Rational(110, 102), sp.Rational(11, 102), sp.Rational(11, 102)],
        "110/102, 11/102, 11/102",
        sp.Matrix([10, 1, 1]) * 11 / 102,
    ],
)
def test_answers_of_several_parts_may_be_lists_texts_or_matrices(answer):
    assert check("ex-bias", answer)


def test_a_wrong_part_is_named():
    assert "part 3" in check("ex-bias", "110/102, 11/102, 0").message


def test_a_rounded_number_is_told_from_a_wrong_one():
    assert "only by rounding" in check("ex-bias", [1.0784314, 0.1078431, 0.1078431]).message


def test_a_verdict_fits_on_the_page():
    verdict = check("ex-half-loss", 1 / sigma_1**2)
    assert max(map(len, repr(verdict).splitlines())) <= exercises.WIDTH


def test_an_unknown_exercise_names_the_nearest():
    with pytest.raises(KeyError, match="did you mean 'ex-half-loss'"):
        check("ex-halfloss", 1)


def test_equal_numbers_at_the_probes_do_not_hide_a_constant(monkeypatch):
    tiny = sp.Rational(1, 10**40)
    monkeypatch.setattr(exercises, "_answers", lambda: {"ex-x": exercises.Answer(lambda: sp.Symbol("x"))})
    assert check("ex-x", sp.Symbol("x"))
    assert not check("ex-x", sp.Symbol("x") + tiny)


def test_a_sum_is_as_right_as_its_closed_form_although_one_of_them_is_undefined_at_1():
    mu, k, j = sp.Symbol("mu"), sp.Symbol("k"), sp.Symbol("j", integer=True)
    assert check("ex-momentum-weights", sp.Sum(mu**j, (j, 0, k - 1)))
    assert not check("ex-momentum-weights", sp.Sum(mu**j, (j, 0, k)))


def test_a_formula_that_is_defined_nowhere_is_wrong():
    assert not check("ex-half-loss", sp.zoo * sigma_1)


@pytest.mark.parametrize("label", sorted(exercises._answers()))
def test_an_answer_is_right_by_its_own_grading(label):
    assert check(label, exercises._answer(label).formula())


@pytest.mark.parametrize("label", sorted(exercises._answers()))
def test_a_graded_exercise_stands_in_one_chapter_and_has_a_solution_there(label):
    texts = [path.read_text(encoding="utf-8") for path in find().book.glob("*.md")]
    (chapter,) = [text for text in texts if f":label: {label}\n" in text]
    assert re.search(rf"^```{{solution}} {label}$", chapter, re.MULTILINE)

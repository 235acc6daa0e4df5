"""The answers of the exercises, against numbers computed by other means; and every exercise of the chapter is there."""

import re
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from dltheory.exercises import check
from dltheory.foundations.answers import ANSWERS
from dltheory.foundations.experiment import gradient_descent

CHAPTER = Path(__file__).resolve().parents[2] / "book" / "foundations.md"


@pytest.mark.parametrize("label", sorted(ANSWERS))
def test_the_answer_is_right_by_its_own_grading(label):
    assert check(label, ANSWERS[label].formula())


@pytest.mark.parametrize("label", sorted(ANSWERS))
def test_every_graded_exercise_is_in_the_chapter_and_has_a_solution(label):
    text = CHAPTER.read_text(encoding="utf-8")
    assert f":label: {label}\n" in text
    assert re.search(rf"^```{{solution}} {label}$", text, re.MULTILINE)


def test_the_bias_answer_is_where_a_run_ends():
    run = gradient_descent([[10, 1, 1]], [11], 0.004, 200)[-1]
    np.testing.assert_allclose(run, np.array(ANSWERS["ex-bias"].formula(), dtype=float).ravel(), rtol=1e-12)


def test_the_nearest_solution_is_where_a_run_from_that_start_ends():
    run = gradient_descent([[10, 1]], [11], 0.004, 200, [0, 3])[-1]
    formula = sp.lambdify(sp.Symbol("c", real=True), ANSWERS["ex-nearest-solution"].formula())
    np.testing.assert_allclose(run, formula(3).ravel(), rtol=1e-12)


def test_two_steps_end_the_descent():
    X, y = np.diag([2.0, 0.5]), np.array([1.0, 1.0])
    second = float(ANSWERS["ex-two-steps"].formula().subs(sp.Symbol("sigma_2", positive=True), 0.5))
    halfway = gradient_descent(X, y, 1 / 8, 1)[-1]
    np.testing.assert_allclose(gradient_descent(X, y, second, 1, halfway)[-1], [0.5, 2.0], rtol=1e-12)

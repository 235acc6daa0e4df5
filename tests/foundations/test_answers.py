"""The answers of the exercises, against numbers computed by other means."""

import numpy as np
import sympy as sp

from dltheory.foundations.answers import ANSWERS
from dltheory.foundations.experiment import gradient_descent


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

"""The formulas, against closed forms evaluated elsewhere; and what importing them costs."""

import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar

from dltheory.foundations import derivation as d


def test_importing_the_formulas_imports_nothing_numerical():
    heavy = ("numpy", "torch", "matplotlib")
    code = f"import sys, dltheory.foundations.derivation; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("derived", "stated"),
    [
        (d.derive_contraction, d.contraction),
        (d.derive_optimal_step, d.optimal_step),
        (d.derive_optimal_rate, d.optimal_rate),
        (d.derive_ridge_filter, d.ridge_filter),
        (d.derive_flow_filter, d.flow_filter),
        (d.derive_filter_ratio, d.filter_ratio),
        (d.derive_turning_point, d.ratio_turning_point),
        (d.derive_largest_ratio, d.largest_ratio),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_printed_formula_is_the_derived_one(derived, stated):
    assert sp.simplify(derived() - stated) == 0


def test_matrices_give_the_same_factors_as_one_direction():
    expected = [d.contraction.subs(d.sigma, value) for value in (d.sigma_1, d.sigma_2)]
    assert [sp.expand(factor) for factor in d.derive_matrix_contractions()] == [sp.expand(e) for e in expected]


def test_a_rotation_is_orthogonal_with_determinant_one():
    turn = d.rotation(sp.Symbol("h", real=True))
    assert sp.simplify(turn.T * turn) == sp.eye(2)
    assert sp.simplify(turn.det()) == 1


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
def test_the_flow_filter_solves_the_differential_equation(sigma):
    solution = solve_ivp(lambda _, a: -2 * sigma * (sigma * a - 1), (0, 0.7), [0.0], rtol=1e-10, atol=1e-12)
    predicted = sp.lambdify([d.tau, d.sigma], d.flow_filter)(0.7, sigma) / sigma
    assert solution.y[0, -1] == pytest.approx(predicted, rel=1e-8)


def test_the_best_step_and_rate_are_what_a_minimiser_finds():
    values = np.array([2.0, 1.1, 0.7])
    found = minimize_scalar(
        lambda eta: np.abs(1 - 2 * eta * values**2).max(), bounds=(0, 0.25), method="bounded", options={"xatol": 1e-10}
    )
    assert sp.lambdify([d.sigma_1, d.sigma_r], d.optimal_step)(2.0, 0.7) == pytest.approx(found.x, rel=1e-6)
    assert sp.lambdify(d.kappa, d.optimal_rate)(4 / 0.49) == pytest.approx(found.fun, rel=1e-6)


def test_at_condition_number_one_the_best_step_ends_the_descent_at_once():
    step = d.optimal_step.subs(d.sigma_r, d.sigma_1)
    assert sp.simplify(d.contraction.subs({d.sigma: d.sigma_1, d.eta: step})) == 0
    assert d.optimal_rate.subs(d.kappa, 1) == 0


def test_the_rate_to_the_power_of_the_iterations_needed_is_the_accuracy():
    values = {d.kappa: 7.0, d.epsilon: 1e-3}
    assert float(d.optimal_rate.subs(values)) ** float(d.iterations_needed.subs(values)) == pytest.approx(1e-3)


def test_the_largest_ratio_is_where_the_turning_point_says_and_as_published():
    place = brentq(sp.lambdify(d.x, d.ratio_turning_point), 1, 3, xtol=1e-14)
    ratio = sp.lambdify(d.x, d.filter_ratio)
    grid = np.geomspace(1e-3, 1e3, 20001)
    assert place == pytest.approx(1.793282, abs=1e-6)
    assert ratio(place) == pytest.approx(1.298426, abs=1e-6)
    assert ratio(grid).max() <= ratio(place) < 1.2985
    assert ratio(grid).min() > 1
    assert sp.lambdify(d.x, d.largest_ratio)(place) == pytest.approx(ratio(place), rel=1e-12)


@pytest.mark.parametrize("share", [0.5, 0.99, 1.0, 1.01, 1.9])
def test_directions_are_learnt_in_order_at_every_step_exactly_below_the_ordered_step(share):
    sigma_1, sigma_2 = 1.3, 0.8
    eta = share * sp.lambdify([d.sigma_1, d.sigma_2], d.ordered_step)(sigma_1, sigma_2)
    fraction = sp.lambdify([d.eta, d.sigma, d.t], d.gd_filter)
    times = np.arange(1, 9)
    ahead = fraction(eta, sigma_1, times) > fraction(eta, sigma_2, times) + 1e-12
    assert ahead[::2].all(), "at odd times the larger one always leads"
    assert ahead[1::2].all() == (share < 1)

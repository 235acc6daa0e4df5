"""What holds along one direction holds along each, if there is only one matrix; otherwise the rule refuses."""

import numpy as np
import pytest
import sympy as sp

from dltheory.foundations import derivation as d
from dltheory.momentum import derivation as momentum
from dltheory.momentum.derivation.symbols import beta, eta, sigma
from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import EachDirection

samples, features = sp.symbols("n d", integer=True, positive=True)
X = sp.MatrixSymbol("X", samples, features)
y = sp.MatrixSymbol("y", samples, 1)
w = sp.MatrixSymbol("w", features, 1)
v = sp.MatrixSymbol("v", features, 1)
w_star = sp.MatrixSymbol("w_star", features, 1)
H = sp.MatrixSymbol("H", features, features)
Gamma = sp.MatrixSymbol("Gamma", features, features)
e, a = sp.symbols("e_i a_i", real=True)
s = sp.Symbol("sigma", nonnegative=True)
factor = d.contraction.subs(d.sigma, s)
gradient = 2 * X.T * (X * w - y)


def descent(**changes):
    parts = {
        "update": {w: w - d.eta * gradient},
        "coordinates": {w: e},
        "formula": {w: factor * e},
        "value": s**2,
        "design": X,
        "target": y,
        "measured_from": {w: w_star},
    }
    return EachDirection(**{**parts, **changes})


def test_gradient_descent_moves_each_direction_on_its_own():
    outcome = descent(
        near_misses=[
            NearMiss("the factor 2 is lost", formula={w: (1 - d.eta * s**2) * e}),
            NearMiss("ascent", formula={w: (1 + 2 * d.eta * s**2) * e}),
            NearMiss("σ for σ²", formula={w: (1 - 2 * d.eta * s) * e}),
            NearMiss("the gradient without its factor", update={w: w - d.eta * X.T * (X * w - y)}),
        ]
    ).run()
    assert outcome.status == "holds", outcome.detail
    assert outcome.assumptions == (r"\sigma \geq 0",)


def test_it_says_what_numbers_do_in_five_dimensions_with_two_samples():
    rng = np.random.default_rng(0)
    design, target, weight = rng.normal(size=(2, 5)), rng.normal(size=2), rng.normal(size=5)
    values, directions = np.linalg.eigh(design.T @ design)  # three null directions
    least = np.linalg.pinv(design) @ target
    after = weight - 0.03 * 2 * design.T @ (design @ weight - target)
    formula = sp.lambdify((s, e, d.eta), factor * e)
    predicted = formula(np.sqrt(np.abs(values)), directions.T @ (weight - least), 0.03)
    assert np.allclose(directions.T @ (after - least), predicted, atol=1e-12)


def test_momentum_moves_pairs():
    average = (1 - beta) * v + beta * gradient
    matrix = momentum.iteration_matrix().subs(sigma, s)
    pair = matrix * sp.Matrix([a, e])
    outcome = EachDirection(
        {v: average, w: w - eta * average},
        {v: a, w: e},
        {v: pair[0], w: pair[1]},
        s**2,
        design=X,
        target=y,
        measured_from={w: w_star},
        near_misses=[
            NearMiss("the old average moves the weights", update={v: average, w: w - eta * v}),
            NearMiss("the two change places", formula={v: pair[1], w: pair[0]}),
        ],
    ).run()
    assert outcome.status == "holds", outcome.detail


def test_ridge_with_an_inverse_of_the_one_matrix():
    strength, origin = sp.Symbol("lambda", positive=True), sp.Symbol("w_star_i", real=True)
    solution = {w: sp.Inverse(X.T * X + strength * sp.Identity(features)) * X.T * y}
    plain = {w: s**2 / (s**2 + strength) * origin - origin}
    outcome = descent(
        update=solution, formula=plain, near_misses=[NearMiss("nothing is lost", formula={w: sp.Integer(0) * e})]
    ).run()
    assert outcome.status == "holds", outcome.detail
    unregularised = {w: sp.Inverse(X.T * X) * X.T * y}
    assert descent(update=unregularised, formula={w: 0 * e}).attempt().status == "fails"  # σ = 0 is admitted


def test_any_symmetric_matrix_with_eigenvalues_of_either_sign():
    h = sp.Symbol("h", real=True)
    newton = EachDirection(
        {w: w - d.eta * H * (w - w_star)}, {w: e}, {w: (1 - d.eta * h) * e}, h, hessian=H, measured_from={w: w_star}
    )
    assert newton.attempt().status == "holds"


@pytest.mark.parametrize(
    "second",
    [
        Gamma * Gamma * w,
        sp.HadamardProduct(X.T * X, sp.Identity(features)) * w,
        X.T * X * Gamma * w,
        X.T * Gamma.T[0, 0] * y,
        X.T * sp.MatrixSymbol("D", samples, samples) * X * w,
        w * (w.T * w),
    ],
)
def test_a_second_matrix_is_refused_even_where_the_formula_would_come_out(second):
    verdict = descent(update={w: w - d.eta * gradient - second}).attempt()
    assert verdict.status == "inconclusive", verdict
    assert "does not apply" in verdict.detail


def test_a_step_that_knows_the_direction_is_refused():
    assert "another number in each direction" in descent(update={w: w - gradient / s**2}).attempt().detail


def test_a_step_that_depends_on_the_error_is_refused():
    assert "linear" in descent(update={w: w - e * gradient}).attempt().detail


@pytest.mark.parametrize("value", [sp.Integer(1), 1 / (1 + s), s**2 + 1, sp.Symbol("sigma", real=True)])
def test_a_value_that_cannot_be_every_eigenvalue_is_refused(value):
    assert descent(value=value).attempt().status == "inconclusive"


def test_one_coordinate_for_two_vectors_is_refused():
    verdict = EachDirection({w: w + v}, {w: e, v: e}, {w: 2 * e}, s**2, design=X).attempt()
    assert verdict.status == "inconclusive"


def test_a_target_without_a_minimiser_is_refused():
    assert descent(measured_from={}).attempt().status == "inconclusive"

"""The printed formulas, against numbers obtained without them."""

import numpy as np
import pytest
import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, beta, ell, eta, h, kappa, m, mu, nu, q, sigma, t, z


@pytest.mark.parametrize("step", [0.02, 0.3, 1.7])
def test_the_roots_are_the_eigenvalues_numpy_finds(step):
    values = {eta: step, beta: 0.4, sigma: 1.1}
    matrix = np.array(derivation.iteration_matrix().subs(values), dtype=float)
    roots = [complex(root.subs(values)) for root in derivation.roots()]
    np.testing.assert_allclose(np.sort_complex(roots), np.sort_complex(np.linalg.eigvals(matrix)), atol=1e-12)


def test_the_spectral_radius_holds_in_both_regimes():
    for step in (0.02, 0.5, 3.5):
        values = {eta: step, beta: 0.4, sigma: 1.0}
        matrix = np.array(derivation.iteration_matrix().subs(values), dtype=float)
        radius = float(derivation.spectral_radius().subs(values))
        assert radius == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-12)


def test_both_forms_of_the_parameters_have_the_same_polynomial():
    heavy = derivation.heavy_ball_polynomial().subs(derivation.heavy_ball_parameters())
    assert sp.expand(heavy - derivation.characteristic_polynomial()) == 0


def test_the_best_parameters_beat_their_neighbours():
    values = {m: 1, ell: 9}
    best = float(derivation.optimal_step().subs(values)), float(derivation.optimal_memory().subs(values))

    def worst(step, memory):
        return max(np.abs(np.roots([1, -(1 + memory - step * c), memory])).max() for c in (1, 9))

    rate = float(derivation.optimal_rate().subs(kappa, 9))
    assert worst(*best) == pytest.approx(rate, abs=1e-7)
    for dx, dy in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
        assert worst(best[0] + dx, best[1] + dy) > rate + 1e-3


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_the_residual_polynomial_is_what_a_run_does(steps):
    older = newer = 1.0
    for _ in range(steps):
        older, newer = newer, newer - 0.35 * newer + 0.6 * (newer - older)
    polynomial = derivation.residual_polynomial(steps).subs({alpha: 0.7, mu: 0.6, h: 0.5})
    assert float(polynomial) == pytest.approx(newer, rel=1e-12)


def test_the_transient_first_grows_just_above_its_threshold():
    threshold = float(derivation.hump_threshold())
    for ratio, grows in ((threshold * 1.01, True), (threshold * 0.99, False)):
        rate = float(derivation.optimal_rate().subs(kappa, ratio))
        assert (derivation.transient_factor().subs({q: rate, t: 1}) > 1) is sp.sympify(grows)


def test_the_lower_bound_is_the_reciprocal_of_a_chebyshev_polynomial():
    rate, degree = 0.8, 6
    point = (rate + 1 / rate) / 2
    bound = float(derivation.lower_bound().subs({q: rate, t: degree}))
    assert bound == pytest.approx(1 / np.cosh(degree * np.arccosh(point)), rel=1e-12)


def test_the_floor_of_both_forms_is_the_same_number():
    averaged = derivation.noise_floor_averaged().subs({eta: 0.5, beta: 0.3, h: 2, nu: 1.5})
    heavy = derivation.noise_floor().subs({alpha: 0.15, mu: 0.7, h: 2, nu: 1.5})
    assert float(averaged) == pytest.approx(float(heavy), rel=1e-13)


def test_the_averaged_floor_is_written_with_two_minus_beta():
    numerator, _ = sp.fraction(derivation.noise_floor_averaged())
    assert set(numerator.args) == {eta, nu, 2 - beta}


def test_the_cycle_comes_back_and_the_optimum_stays():
    first, second, third = derivation.CYCLE
    assert derivation.heavy_ball_step(first, third) == (second, first)
    assert derivation.heavy_ball_step(second, first) == (third, second)
    assert derivation.heavy_ball_step(sp.Integer(0), sp.Integer(0)) == (0, 0)


def test_the_polynomials_are_monic_quadratics():
    for polynomial in (derivation.characteristic_polynomial(), derivation.nesterov_polynomial()):
        assert sp.degree(polynomial, z) == 2
        assert sp.Poly(polynomial, z).LC() == 1

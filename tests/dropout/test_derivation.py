"""The derivations against numbers: enumeration by hand, other formulas, limits taken numerically."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import sympy as sp

from dltheory.dropout.derivation import dynamics, minimiser, networks, objective, sums, symbols
from dltheory.dropout.derivation.symbols import (
    Moment,
    cross,
    eta,
    keep,
    penalty,
    penalty_entry,
    prediction_entry,
    prediction_square,
    ridge,
    target_entry,
    target_square,
)
from dltheory.dropout.experiment import covariance, linear, toy
from verifiedbook.printing import latex


def test_the_expected_loss_is_the_mean_over_all_masks_written_out() -> None:
    X, y, w, p = np.array([[1.0, -2.0], [3.0, 0.5]]), np.array([1.0, 2.0]), np.array([0.3, -0.7]), 0.35
    total = 0.0
    for bits in product((0, 1), repeat=4):
        mask = np.array(bits).reshape(2, 2)
        total += p ** sum(bits) * (1 - p) ** (4 - sum(bits)) * np.square(y - (mask * X) @ w).sum()
    values = {
        target_square: y @ y,
        cross: y @ X @ w,
        prediction_square: w @ X.T @ X @ w,
        penalty: (np.square(X).sum(axis=0) * w**2).sum(),
        keep: p,
    }
    assert float(objective.derive_expected_loss().subs(values)) == pytest.approx(total)


def test_the_expected_gradient_is_the_mean_over_all_masks_written_out() -> None:
    X, y, w, p = np.array([[1.0, -2.0], [3.0, 0.5]]), np.array([1.0, 2.0]), np.array([0.3, -0.7]), 0.35
    total = np.zeros(2)
    for bits in product((0, 1), repeat=4):
        masked = np.array(bits).reshape(2, 2) * X
        total -= p ** sum(bits) * (1 - p) ** (4 - sum(bits)) * 2 * masked.T @ (y - masked @ w)
    formula = objective.derive_expected_gradient(keep, keep * (1 - keep))
    for k in range(2):
        values = {
            target_entry: (X.T @ y)[k],
            prediction_entry: (X.T @ X @ w)[k],
            penalty_entry: np.square(X).sum(axis=0)[k] * w[k],
            keep: p,
        }
        assert float(formula.subs(values)) == pytest.approx(total[k])


def test_the_loss_as_a_sum_begins_with_the_first_row_and_feature(summed: Callable[..., float]) -> None:
    X, y, w = np.array([[1.0, -2.0], [3.0, 0.5]]), np.array([1.0, 2.0]), np.array([0.3, -0.7])
    loss = sums.loss(factor=sp.Rational(1, 2))
    found = summed(loss, {symbols.n: 2, symbols.d: 2}, {sums.X: X, sums.y: y, sums.w: w})
    assert found == pytest.approx(np.square(y - X @ w / 2).sum())


def test_the_derivations_return_what_the_chapter_prints() -> None:
    assert sp.expand(objective.derive_expected_loss() - objective.expected_loss) == 0
    assert sp.simplify(objective.derive_ridge_strength() - objective.ridge_strength) == 0
    assert sp.simplify(minimiser.derive_condition_bound() - minimiser.condition_bound) == 0
    assert sp.simplify(objective.keep_of() - 1 / (1 + ridge)) == 0


def test_moments_are_printed_as_mathematics_and_told_as_text() -> None:
    assert latex(keep * penalty) == r"p w^\top\Gamma^2w"
    assert str(penalty) == "wᵀΓ²w"
    for moment in [each for each in vars(symbols).values() if isinstance(each, Moment)]:
        assert "\\" not in moment.name
        assert latex(moment).isascii()
        assert set(latex(moment)) & set("yXw") == set(moment.name) & set("yXw")
    assert Moment("a", r"\alpha", real=True) + 1 - Moment("a", r"\alpha", real=True) == 1


def test_the_printed_minimiser_is_computed_with() -> None:
    names = {symbol.name for symbol in minimiser.minimiser.atoms(sp.MatrixSymbol)}
    assert names == {"X", "y", "Gamma"}
    found = linear.minimiser(toy.X, toy.Y, 0.5)
    exact = dynamics.minimiser(dynamics.TOY_X, dynamics.TOY_Y, sp.Rational(1, 2))
    assert found == pytest.approx([float(entry) for entry in exact])


def test_the_probabilities_of_all_masks_sum_to_one() -> None:
    for shared in (False, True):
        assert sp.simplify(sum(probability for _, probability in dynamics.masks((2, 2), keep, shared)) - 1) == 0


def test_the_symbolic_covariance_is_the_numerical_one() -> None:
    symbolic = np.array(dynamics.toy_covariance().subs(eta, 1e-3).tolist(), dtype=float)
    assert symbolic == pytest.approx(covariance.stationary(toy.X, toy.Y, 0.5, 1e-3), rel=1e-9)
    averaged = dynamics.averaged_covariance(dynamics.TOY_X, dynamics.TOY_Y, dynamics.HALF).subs(eta, 1e-3)
    assert np.array(averaged.tolist(), dtype=float) == pytest.approx(
        covariance.averaged(toy.X, toy.Y, 0.5, 1e-3), rel=1e-9
    )


def test_the_ratio_for_bernoulli_noise_is_the_limit_taken_numerically() -> None:
    gap = networks.bernoulli_gap() / networks.quadratic_at_ridge_strength()
    at = {networks.z: 2, keep: 1 - sp.Rational(1, 10**6)}
    assert float(gap.subs(at).evalf(30)) == pytest.approx(float(networks.bernoulli_ratio.subs(networks.z, 2)), rel=1e-5)
    assert networks.ratio_at_zero() == 1


def test_the_quadratic_penalty_is_half_the_masked_scores_variance_times_the_curvature() -> None:
    z, p, nudge = 1.3, 0.4, 1e-4
    curved = sum(sign * np.log1p(np.exp(z + move)) for sign, move in ((1, nudge), (-2, 0), (1, -nudge))) / nudge**2
    variance = p * (z / p) ** 2 - z**2
    found = float(networks.quadratic_at_ridge_strength().subs({networks.z: z, keep: p}))
    assert found == pytest.approx(variance / 2 * curved, rel=1e-6)

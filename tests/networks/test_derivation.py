"""The chapter's formulas against numbers that share nothing with their derivation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import sympy as sp

from dltheory.networks import derivation
from dltheory.networks.derivation import curvature, masks, sums
from dltheory.networks.derivation.symbols import alpha, bend, beta, eta, f_aa, mu, slope


def test_lines_are_where_a_root_leaves_the_disc() -> None:
    for line, polynomial in (
        (derivation.momentum_line_heavy_ball(), lambda a, m, c: [1, -(1 + m - a * c), m]),
        (derivation.nesterov_line_heavy_ball(), lambda a, m, c: [1, -(1 + m) * (1 - a * c), m * (1 - a * c)]),
    ):
        for a, m in ((0.3, 0.0), (0.7, 0.5), (1.4, 0.9)):
            at = float(line.subs({alpha: a, mu: m}))
            assert np.abs(np.roots(polynomial(a, m, at))).max() == pytest.approx(1)
            assert np.abs(np.roots(polynomial(a, m, 1.01 * at))).max() > 1
            assert np.abs(np.roots(polynomial(a, m, 0.99 * at))).max() < 1


def test_both_ways_of_writing_a_line_agree() -> None:
    averaged = derivation.averaged(derivation.nesterov_line_heavy_ball())
    assert sp.simplify(averaged - derivation.nesterov_line()) == 0
    assert derivation.momentum_line().subs(beta, 1) == derivation.descent_line() == 2 / eta


def test_the_hessian_of_a_composition_is_that_of_an_example() -> None:
    a, b = sp.symbols("a b", real=True)
    output = sp.sin(a) * sp.exp(b) + a * b
    loss = sp.log(1 + sp.exp(output))
    at = {a: sp.Rational(1, 3), b: sp.Rational(-1, 2)}
    symbols = dict(zip(("f_a", "f_b", "f_aa", "f_ab", "f_bb"), ((a,), (b,), (a, a), (a, b), (b, b)), strict=True))
    values = {sp.Symbol(name, real=True): sp.diff(output, *wrt).subs(at) for name, wrt in symbols.items()}
    f = sp.Symbol("f", real=True)
    outer = sp.log(1 + sp.exp(f))
    values |= {slope: sp.diff(outer, f).subs(f, output.subs(at)), bend: sp.diff(outer, f, 2).subs(f, output.subs(at))}
    expected = sp.hessian(loss, (a, b)).subs(at).evalf(20)
    found = derivation.chain_rule_hessian().subs(values).evalf(20)
    assert max(abs(entry) for entry in found - expected) < sp.Float("1e-15")


def test_without_second_derivatives_the_hessian_is_an_outer_product() -> None:
    flat = derivation.composed_hessian().subs(
        {
            symbol: 0
            for symbol in derivation.composed_hessian().free_symbols
            if symbol in (f_aa, *sp.symbols("f_ab f_bb", real=True))
        }
    )
    assert flat.det() == 0


def test_logistic_curvature_is_largest_at_a_quarter() -> None:
    bending = derivation.logistic_curvature()
    (score,) = bending.free_symbols
    assert bending.subs(score, 0) == sp.Rational(1, 4)
    probability = 1 / (1 + sp.exp(-score))
    assert sp.simplify((bending - probability * (1 - probability)).rewrite(sp.exp)) == 0


def test_the_dropout_expansion_is_the_mean_over_two_signs() -> None:
    formula = derivation.dropout_expansion()
    mean = np.mean([moved_loss(s, t) for s in (-1, 1) for t in (-1, 1)])
    assert mean == pytest.approx(float(formula.subs(of_the_moved_loss(formula))), rel=1e-9)


def test_what_the_mean_is_taken_of_is_the_change_itself() -> None:
    formula = curvature.noisy_change().subs(of_the_moved_loss(curvature.noisy_change()))
    for noise in ((1, 0), (0, -2), (1, 1), (-3, 2)):
        found = float(formula.subs(dict(zip((curvature.u_1, curvature.u_2), noise, strict=True))))
        assert moved_loss(*noise) == pytest.approx(found, rel=1e-9)


def test_a_step_goes_down_the_slope_in_both_weights() -> None:
    at, rate, nudge = np.array([0.3, -0.8]), 0.1, 1e-6

    def loss(v: float, w: float) -> float:
        return (1 - v * w * 2) ** 2

    slope = [(loss(*(at + move)) - loss(*(at - move))) / (2 * nudge) for move in nudge * np.eye(2)]
    found = [float(weight) for weight in masks.step(masks.small_loss(sp.Integer(2)), tuple(at), rate)]
    assert found == pytest.approx(list(at - rate * np.array(slope)), rel=1e-8)


def test_the_mean_over_masks_counts_every_sequence_of_masks() -> None:
    p, rate, v, w = 0.25, 0.1, 0.3, -0.8
    chances = {1 / p: p, 0.0: 1 - p}
    loss = sum(chance * (1 - v * w * b) ** 2 for b, chance in chances.items())
    assert float(masks.mean_loss(sp.Rational(1, 4)).subs({masks.v: v, masks.w: w})) == pytest.approx(loss)
    mean = 0.0
    for sequence in product(chances, repeat=2):
        at = np.array([v, w])
        for b in sequence:
            at = at + rate * 2 * (1 - at[0] * at[1] * b) * b * at[::-1]
        mean += np.prod([chances[b] for b in sequence]) * at[0]
    exact = masks.mean_iterate(2, sp.Rational(1, 4), sp.Rational(1, 10), (sp.Rational(3, 10), sp.Rational(-4, 5)))
    assert float(exact) == pytest.approx(mean)


def test_losses_written_as_sums_are_those_of_arrays(summed: Callable[..., float]) -> None:
    rng, third = np.random.default_rng(4), sp.Rational(1, 3)
    A, W, Y = rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), rng.normal(size=(3, 4))
    sizes = {sums.examples: 3, sums.units: 2, sums.outputs: 4}
    found = summed(sums.layer_loss(third), sizes, {sums.A: A, sums.W: W, sums.y: Y})
    assert found == pytest.approx(np.square(Y - A @ W.T / 3).sum())
    found = summed(sums.one_loss(third), sizes, {sums.activation: A[0], sums.W: W, sums.y: Y[0]})
    assert found == pytest.approx(np.square(Y[0] - W @ A[0] / 3).sum())


A_1, A_2, EPSILON = 0.7, -1.2, 1e-3


def moved_loss(u_1: float, u_2: float) -> float:
    """What a quadratic loss adds when its activations are multiplied by 1 + epsilon u."""
    x, y = A_1 * (1 + EPSILON * u_1) - A_1, A_2 * (1 + EPSILON * u_2) - A_2
    return 2 * x + 3 * y + 0.2 * x**2 + 5 * x * y - 0.15 * y**2


def of_the_moved_loss(formula: sp.Expr) -> dict[sp.Symbol, float]:
    """The activations and that loss's derivatives, for the symbols of ``formula`` that are not noise."""
    values = {"a_1": A_1, "a_2": A_2, "epsilon": EPSILON}
    values |= {"l_1": 2.0, "l_2": 3.0, "l_11": 0.4, "l_12": 5.0, "l_22": -0.3}
    return {symbol: values[symbol.name] for symbol in formula.free_symbols if symbol.name in values}

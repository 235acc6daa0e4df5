"""The chapter's formulas against numbers that share nothing with their derivation."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from dltheory.networks import derivation
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
    a_1, a_2, epsilon = 0.7, -1.2, 1e-3
    values = {"a_1": a_1, "a_2": a_2, "l_11": 0.4, "l_12": 5.0, "l_22": -0.3, "l_1": 2.0, "l_2": 3.0}

    def loss(x: float, y: float) -> float:
        x, y = x - a_1, y - a_2
        return 2 * x + 3 * y + 0.2 * x**2 + 5 * x * y - 0.15 * y**2

    signs = [(s, t) for s in (-1, 1) for t in (-1, 1)]
    mean = np.mean([loss(a_1 * (1 + epsilon * s), a_2 * (1 + epsilon * t)) for s, t in signs])
    formula = derivation.dropout_expansion()
    named = {symbol: values.get(symbol.name, epsilon) for symbol in formula.free_symbols}
    assert mean == pytest.approx(float(formula.subs(named)), rel=1e-9)

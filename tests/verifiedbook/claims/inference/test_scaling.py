"""A statement in new symbols is the printed one only if the substitution misses no point."""

import sympy as sp

from dltheory.foundations import derivation as d
from dltheory.momentum import derivation as momentum
from dltheory.momentum.derivation.symbols import kappa
from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import Scaling

k, u, v = sp.symbols("k u v", positive=True)
x = sp.Symbol("x", real=True)
z = sp.Symbol("z", real=True)


def test_momentum_beats_gradient_descent_for_every_condition_number():
    outcome = Scaling(
        [kappa > 1],
        momentum.optimal_rate() < momentum.gradient_descent_rate(),
        {kappa: k**2},
        {k: sp.sqrt(kappa)},
        near_misses=[
            NearMiss("κ = 1 too", given=[kappa >= 1]),
            NearMiss("gradient descent is faster", then=momentum.optimal_rate() > momentum.gradient_descent_rate()),
        ],
    ).run()
    assert outcome.status == "holds", outcome.detail
    assert r"\kappa = k^{2}" in outcome.assumptions


def test_a_step_is_measured_in_units_of_the_largest():
    """1 − 2ησ² with u = ησ²: one symbol is left."""
    sigma = d.sigma_1
    factor = d.contraction.subs(d.sigma, sigma)
    printed = Scaling(
        [d.eta > 0, d.eta < d.stability_limit],
        sp.And(factor < 1, factor > -1),
        {d.eta: u / sigma**2},
        {u: d.eta * sigma**2},
        near_misses=[NearMiss("up to the limit", given=[d.eta > 0, d.eta <= d.stability_limit])],
    )
    given, then = printed.scaled()
    assert set().union(*(part.free_symbols for part in (*given, then))) <= {u, sigma}
    assert then == sp.And(1 - 2 * u < 1, 1 - 2 * u > -1)
    assert printed.run().status == "holds", printed.run().detail


def test_points_that_a_square_does_not_reach_are_found():
    verdict = Scaling([], x > -1, {x: z**2}, {z: sp.sqrt(x)}).attempt()
    assert verdict.status == "fails"  # the scaled statement z² > −1 is true, the printed one is not
    true_elsewhere = Scaling([], x**2 + sp.Abs(x) >= x, {x: z**2}, {z: sp.sqrt(x)}).attempt()
    assert true_elsewhere.status == "inconclusive"  # true, but not by this substitution
    assert "does not hold" in true_elsewhere.detail
    assert Scaling([x >= 0], x**2 + x >= x, {x: z**2}, {z: sp.sqrt(x)}).attempt().status == "holds"


def test_points_that_a_positive_symbol_does_not_reach_are_found():
    verdict = Scaling([x >= 0], x > 0, {x: u}, {u: x}).attempt()
    assert verdict.status == "fails"  # u > 0 is true; x = 0 is missed
    assert verdict.witness == "x = 0"


def test_an_assumption_about_the_new_symbols_must_hold_at_every_point():
    small = Scaling([x > 0], x**2 < x, {x: z}, {z: x}, new_given=[z < 1]).attempt()
    assert small.status == "fails"
    assert Scaling([x > 0, x < 1], x**2 < x, {x: z}, {z: x}, new_given=[z < 2]).attempt().status == "holds"


def test_an_inverse_that_is_not_one_is_found():
    verdict = Scaling([x > 0], x**2 + 1 > x, {x: 2 * z}, {z: x}).attempt()
    assert verdict.status == "inconclusive"
    assert "undone" in verdict.detail


def test_an_inverse_that_divides_by_0_is_found():
    quotient = Scaling([], x**2 + x > -1, {x: 1 / z}, {z: 1 / x}).attempt()
    assert quotient.status == "inconclusive"
    assert "divided by 0" in quotient.detail


def test_a_divisor_that_the_substitution_cancels_must_not_vanish():
    cancelled = Scaling([x >= 0], x / x < 2, {x: z}, {z: x}).attempt()
    assert cancelled.status != "inconclusive"  # SymPy cancels x/x itself, before the rule sees it
    y = sp.Symbol("y", real=True)
    verdict = Scaling([x >= 0], (x * y + x) / (x + x * z) > -1, {y: u - 1}, {u: y + 1}).attempt()
    assert verdict.status != "holds"


def test_symbols_must_be_new_and_have_an_inverse():
    assert "no inverse" in Scaling([x > 0], x**2 > 0, {x: z}, {}).attempt().detail
    assert "old and a new" in Scaling([x > z], x**2 >= 0, {x: z + 1}, {z: x - 1}).attempt().detail
    assert "does not have" in Scaling([x > 0], x**2 > 0, {v: z}, {z: v}).attempt().detail


def test_roots_are_defined_for_the_solvers_and_must_be_real():
    assert Scaling([x > 1], sp.sqrt(x) < x, {x: u}, {u: x}).attempt().status == "holds"
    assert Scaling([x > 0], sp.sqrt(x) < x, {x: u}, {u: x}).attempt().status == "fails"

"""The mean of a smooth function under small noise, to second order."""

import itertools

import numpy as np
import sympy as sp

from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import SecondOrder

j, k = sp.Symbol("j", integer=True), sp.Symbol("k", integer=True, positive=True)
a, u, slope, bend = (sp.IndexedBase(name, real=True) for name in ("a", "u", "l", "L"))
epsilon = sp.Symbol("epsilon", positive=True)
DIAGONAL = epsilon**2 / 2 * sp.Sum(a[j] ** 2 * bend[j, j], (j, 1, k))


def noisy(**changes):
    fields = {"move": a[j] * u[j], "excess": DIAGONAL, "noise": {u: (0, 1)}, **changes}
    return SecondOrder(limits=(j, 1, k), slope=slope, bend=bend, scale=epsilon, **fields)


def test_only_the_diagonal_survives_independent_noise():
    whole = epsilon**2 / 2 * sp.Sum(a[j] * bend[j, k] * a[k], (j, 1, k))
    outcome = noisy(
        near_misses=[
            NearMiss("without ½", excess=2 * DIAGONAL),
            NearMiss("noise of mean 1", noise={u: (1, 1)}),
            NearMiss("half the variance", noise={u: (0, sp.Rational(1, 2))}),
            NearMiss("the moves do not scale with a", move=u[j]),
        ]
    ).run()
    assert outcome.status == "holds", outcome.detail
    assert noisy(excess=whole).attempt().status != "holds"


def test_another_order_is_not_claimed():
    assert noisy(excess=epsilon * DIAGONAL).attempt().status == "inconclusive"
    assert noisy(excess=DIAGONAL + epsilon**3).attempt().status == "inconclusive"


def test_a_function_that_is_no_quadratic_has_that_mean():
    point, size = np.array([0.7, -1.2, 0.4]), 1e-3
    signs = [np.array(row) for row in itertools.product((-1, 1), repeat=3)]

    def value(z):
        return np.exp(z[0]) * np.sin(z[1] + z[2]) + z[2] ** 4

    excess = np.mean([value(point * (1 + size * row)) for row in signs]) - value(point)
    second = [value(point)] * 3
    for i in range(3):
        move = np.eye(3)[i] * 1e-4
        second[i] = (value(point + move) - 2 * value(point) + value(point - move)) / 1e-8
    assert abs(excess - size**2 / 2 * (point**2 * np.array(second)).sum()) < 1e-5 * abs(excess)

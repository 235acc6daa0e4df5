"""Designs on which statements are enumerated exactly or compared numerically."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation.dynamics import TOY_X, TOY_Y, masks

HALF, THIRD = sp.Rational(1, 2), sp.Rational(1, 3)

#: Tall, wide, of deficient rank, a single sample; keep probabilities on either side of one half.
RATIONAL: list[dict[str, Any]] = [
    {"X": sp.Matrix([[1, 2], [3, -1]]), "y": sp.Matrix([1, 4]), "p": THIRD},
    {"X": sp.Matrix([[1, 2], [0, 1], [-2, 1]]), "y": sp.Matrix([3, -1, 2]), "p": HALF},
    {"X": sp.Matrix([[2, 1, -1], [1, 3, 1]]), "y": sp.Matrix([1, 2]), "p": sp.Rational(3, 4)},
    {"X": sp.Matrix([[1, 2], [2, 4]]), "y": sp.Matrix([1, 3]), "p": sp.Rational(4, 5)},
    {"X": TOY_X, "y": TOY_Y, "p": HALF},
]


def with_weights(cases: list[dict[str, Any]] = RATIONAL) -> list[dict[str, Any]]:
    """The same with a weight vector each, the entries $1, -\\frac12, \\frac13$."""
    entries = [sp.Integer(1), -HALF, THIRD]
    return [{**case, "w": sp.Matrix(entries[: case["X"].cols])} for case in cases]


def expectation(value: Callable[[sp.Matrix], Any], X: sp.Matrix, p: sp.Expr, shared: bool = False) -> Any:
    """The mean of ``value(B/p)`` over all masks of the shape of ``X``, exactly."""
    total: Any = 0
    for mask, probability in masks(X.shape, p, shared):
        term = probability * value(mask)
        total = total + term if not isinstance(total, int) else term
    return total


def whole_row_expectation(value: Callable[[sp.Matrix], Any], X: sp.Matrix, p: sp.Expr) -> Any:
    """The same when the features of a row are kept or dropped together: what independence is needed for."""
    total: Any = 0
    for bits in product((0, 1), repeat=X.rows):
        mask = sp.Matrix(X.rows, X.cols, [bit / p for bit in bits for _ in range(X.cols)])
        total += p ** sum(bits) * (1 - p) ** (X.rows - sum(bits)) * value(mask)
    return total


def squared(vector: sp.Matrix) -> sp.Expr:
    """$v^\\top v$."""
    return (vector.T * vector)[0, 0]


def norms_squared(X: sp.Matrix) -> sp.Matrix:
    """$\\Gamma^2 = \\operatorname{diag}(X^\\top X)$."""
    gram = X.T * X
    return sp.diag(*[gram[index, index] for index in range(X.cols)])


def regression(rng: np.random.Generator) -> dict[str, Any]:
    """A random design, tall or wide, with columns of very different scales, targets and a keep probability."""
    n, d = ((8, 3), (5, 5), (3, 6))[rng.integers(3)]
    X = rng.normal(size=(n, d)) * 10.0 ** rng.uniform(-1, 1, size=d)
    return {"X": X, "y": rng.normal(size=n), "keep": float(rng.uniform(0.1, 0.95))}

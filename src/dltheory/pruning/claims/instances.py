"""Weights, matrices and data sets on which statements about pruning are enumerated or compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

#: Why numbers that go through an inverse are compared to 1e-8 only.
INVERSE = "inverting a matrix loses as many digits as its condition number has, here at most 6 of 16"

#: Distinct magnitudes; ties at the threshold; all tied; fewer nonzero weights than may stay; a tie among zeros.
WEIGHTS: list[dict[str, Any]] = [
    {"w": (sp.Integer(3), sp.Integer(-5), sp.Rational(1, 2), sp.Integer(-1)), "k": 2},
    {"w": (sp.Integer(2), sp.Integer(-2), sp.Integer(1), sp.Integer(2), sp.Integer(-3)), "k": 3},
    {"w": (sp.Integer(-1), sp.Integer(1), sp.Integer(1), sp.Integer(-1)), "k": 2},
    {"w": (sp.Integer(0), sp.Integer(4), sp.Integer(0), sp.Integer(0), sp.Integer(-1)), "k": 3},
    {"w": (sp.Rational(1, 3), sp.Rational(-1, 3), sp.Integer(0), sp.Rational(1, 4)), "k": 1},
    {"w": (sp.Integer(7), sp.Integer(-2), sp.Integer(2)), "k": 3},
    {"w": (sp.Integer(7), sp.Integer(-2), sp.Integer(2)), "k": 0},
]


def _removed(rng: np.random.Generator, d: int) -> tuple[int, ...]:
    """A random set of at least one weight and not all of them."""
    return tuple(sorted(int(index) for index in rng.permutation(d)[: rng.integers(1, d)]))


def regression(rng: np.random.Generator) -> dict[str, Any]:
    """A tall design with correlated columns of different scales, targets and a set of weights to remove."""
    n, d = ((12, 3), (20, 5), (30, 7))[rng.integers(3)]
    X = (rng.normal(size=(n, d)) + rng.normal(size=(n, 1))) * 10.0 ** rng.uniform(-1, 1, size=d)
    return {"X": X, "y": rng.normal(size=n) * 3, "removed": _removed(rng, d)}


def any_rank(rng: np.random.Generator) -> dict[str, Any]:
    """A design that may be wide or of deficient rank, a minimiser of its loss, and a set to remove."""
    n, d, rank = ((12, 4, 4), (4, 6, 4), (9, 5, 3))[rng.integers(3)]
    X = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, d))
    y = rng.normal(size=n)
    w = np.linalg.pinv(X) @ y
    w = w + (np.eye(d) - np.linalg.pinv(X) @ X) @ rng.normal(size=d)
    return {"X": X, "y": y, "w": w, "removed": _removed(rng, d)}


def positive_definite(rng: np.random.Generator) -> dict[str, Any]:
    """$H=A^\\top A$ by its factor A, weights, and a set to remove."""
    d = int(rng.integers(2, 9))
    return {"A": rng.normal(size=(d + 3, d)), "w": rng.normal(size=d), "removed": _removed(rng, d)}

"""Two ways to each number: by the formula that the book prints, and by running, solving or enumerating."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from dltheory.foundations import derivation as d
from dltheory.foundations.experiment import gradient_descent, predicted_path, spectrum
from dltheory.foundations.experiment.diabetes import DescentConfig, largest_stable_step

Array = NDArray[np.float64]
Rows = Sequence[Sequence[int]]


def end_of_run(X: Array, y: Array, start: Array | None, eta: float, steps: int) -> Array:
    """Where a run of gradient descent is after ``steps`` steps; from 0 if ``start`` is None."""
    return gradient_descent(X, y, eta, steps, start)[-1]


def end_by_formula(X: Array, y: Array, start: Array | None, eta: float, steps: int) -> Array:
    """The same from the closed form."""
    return predicted_path(X, y, eta, [steps], start)[0]


def pseudo_inverse(X: Array) -> Array:
    """$X^+$; the smallest singular value of a drawn problem is far above the cut."""
    return np.asarray(np.linalg.pinv(X, rcond=1e-9), dtype=float)


def seen(X: Array, start: Array) -> Array:
    """The part of ``start`` in the row space of X."""
    return pseudo_inverse(X) @ (X @ start)


def another_minimiser(X: Array, y: Array) -> Array:
    """A minimiser that is not the one of least norm, wherever there are several."""
    ones = np.ones(X.shape[1])
    return pseudo_inverse(X) @ y + ones - seen(X, ones)


def limit_from(X: Array, y: Array, start: Array) -> Array:
    """$X^+y + (I - X^+X)w_0$."""
    return pseudo_inverse(X) @ y + start - seen(X, start)


def largest_singular_value(X: Array) -> float:
    return float(np.linalg.norm(X, 2))


def bisected_limit(X: Array, y: Array) -> float:
    """The largest stable step, found by running."""
    return largest_stable_step(X, y, DescentConfig(steps=400, resolution=1e-3))


def filtered(X: Array, y: Array, ridge: float) -> Array:
    """Ridge regression: each least-squares coefficient times the filter that the book prints."""
    parts = spectrum(X)
    filters = sp.lambdify([d.sigma, d.ridge], d.ridge_filter)(parts.sigma, ridge)
    return parts.V[:, : parts.rank] @ (filters * (parts.U.T @ y) / parts.sigma)


def penalised_least_squares(X: Array, y: Array, ridge: float) -> Array:
    """Ridge regression as least squares with the extra rows $\\sqrt\\lambda I$."""
    width = X.shape[1]
    rows, targets = np.vstack([X, np.sqrt(ridge) * np.eye(width)]), np.concatenate([y, np.zeros(width)])
    return np.linalg.lstsq(rows, targets, rcond=None)[0]


def one_exact_step(X: Rows, y: Sequence[int], start: Sequence[int]) -> sp.Matrix:
    """One exact step of gradient descent, $\\eta = 1/(2\\sigma^2)$ with $\\sigma$ the only nonzero singular value."""
    rows = [[Fraction(entry) for entry in row] for row in X]
    eta = 1 / (2 * sum(entry * entry for entry in rows[0]))
    residual = [sum(x * w for x, w in zip(row, start, strict=True)) - b for row, b in zip(rows, y, strict=True)]
    step = [2 * eta * sum(row[j] * r for row, r in zip(rows, residual, strict=True)) for j in range(len(start))]
    return sp.Matrix([sp.Rational(w - move) for w, move in zip(start, step, strict=True)])


def exact_limit(X: Rows, y: Sequence[int], start: Sequence[int]) -> sp.Matrix:
    """$X^+y + (I - X^+X)w_0$ in rational arithmetic."""
    design = sp.Matrix(X)
    return d.limit_from(sp.Matrix(start), design, design.pinv(), sp.Matrix(y), sp.eye(design.cols))


def exact_limit_from_zero(X: Rows, y: Sequence[int], start: Sequence[int]) -> sp.Matrix:
    """The same with the start forgotten."""
    return sp.Matrix(X).pinv() * sp.Matrix(y)


def exact_limit_with_seen_start(X: Rows, y: Sequence[int], start: Sequence[int]) -> sp.Matrix:
    """The same with the wrong part of the start: $X^+y + X^+Xw_0$."""
    design = sp.Matrix(X)
    return design.pinv() * sp.Matrix(y) + design.pinv() * design * sp.Matrix(start)


def exact_nearest_minimiser(X: Rows, y: Sequence[int], start: Sequence[int]) -> sp.Matrix:
    """The solution of the normal equations that differs from the start by a combination of the rows of X."""
    design = sp.Matrix(X)
    unseen = [vector.T for vector in design.nullspace()]
    system = sp.Matrix.vstack(design.T * design, *unseen)
    right = sp.Matrix.vstack(design.T * sp.Matrix(y), *(vector * sp.Matrix(start) for vector in unseen))
    unknowns = sp.Matrix(sp.symbols(f"w_1:{design.cols + 1}"))
    solution = sp.solve(list(system * unknowns - right), list(unknowns), dict=True)[0]
    return unknowns.subs(solution)

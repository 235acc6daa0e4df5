"""Eigenvalues of one mode over grids of parameters: closed form, and the slow way to check it."""

from collections.abc import Callable
from functools import cache

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import beta, eta, sigma


@cache
def _compiled(derived: Callable):  # type: ignore[no-untyped-def, type-arg]
    return sp.lambdify((eta, beta, sigma), derived(), "numpy", cse=True)


def discriminant(step: ArrayLike, weight: ArrayLike, value: ArrayLike) -> NDArray[np.float64]:
    """D(eta, beta, sigma), broadcast."""
    return np.asarray(_compiled(derivation.discriminant)(np.asarray(step), np.asarray(weight), np.asarray(value)))


def spectral_radius(step: ArrayLike, weight: ArrayLike, value: ArrayLike = 1.0) -> NDArray[np.float64]:
    """rho(M) from the proved closed form, broadcast over step, weight and singular value."""
    arguments = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (step, weight, value)))
    with np.errstate(invalid="ignore"):  # both branches are evaluated, sqrt(D) also where D < 0
        return np.asarray(_compiled(derivation.spectral_radius)(*arguments))


def eigenvalues(step: ArrayLike, weight: ArrayLike, value: ArrayLike = 1.0) -> NDArray[np.complex128]:
    """(z1, z2) along a new last axis, from trace and determinant."""
    arguments = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (step, weight, value)))
    half_trace = np.asarray(_compiled(derivation.trace)(*arguments)) / 2
    half_root = np.sqrt(np.asarray(_compiled(derivation.discriminant)(*arguments)).astype(complex)) / 2
    return np.stack([half_trace + half_root, half_trace - half_root], axis=-1)


def iteration_matrix(step: float, weight: float, value: float = 1.0) -> NDArray[np.float64]:
    """M as numbers."""
    return np.array(_compiled(derivation.iteration_matrix)(step, weight, value), dtype=float)


def spectral_radius_by_loop(steps: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """rho(M) on the grid steps x weights, sigma = 1, one call of numpy.linalg.eigvals a point: the slow way."""
    result = np.empty((weights.size, steps.size))
    for i, weight in enumerate(weights):
        for j, step in enumerate(steps):
            matrix = np.array([[1 - weight, 2 * weight], [-step * (1 - weight), 1 - 2 * step * weight]])
            result[i, j] = np.abs(np.linalg.eigvals(matrix)).max()
    return result

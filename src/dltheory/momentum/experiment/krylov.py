"""The lower bound made visible: one problem on which no Krylov method can beat 1 / T_t."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import q

Array = NDArray[np.float64]


def chebyshev_extrema(rate: float, steps: int) -> Array:
    """The t + 1 extrema of T_t on [(1-q)^2, (1+q)^2], ascending."""
    return _compiled_extrema(steps)(rate)


@cache
def _compiled_extrema(steps: int):  # type: ignore[no-untyped-def]
    expressions = derivation.chebyshev_extrema(steps)
    return lambda rate: np.array([float(e.subs(q, sp.Float(rate, 30))) for e in expressions])


def hardest_problem(rate: float, steps: int) -> tuple[Array, Array]:
    """Curvatures (t + 1,) and start e_0 (t + 1,), ||e_0|| = 1, on which every Krylov method leaves at least 1/T_t."""
    nodes = chebyshev_extrema(rate, steps)
    gaps = nodes[:, None] - nodes[None, :]
    np.fill_diagonal(gaps, 1.0)
    ratios = nodes / gaps
    np.fill_diagonal(ratios, 1.0)
    weights = np.abs(ratios.prod(axis=1))
    return nodes, np.sqrt(weights / weights.sum())


def best_krylov_error(curvature: Array, start: Array, steps: int) -> float:
    """min over polynomials p of degree <= steps with p(0) = 1 of ||p(H) e_0||, by least squares."""
    middle, half = (curvature.max() + curvature.min()) / 2, (curvature.max() - curvature.min()) / 2
    scaled = (curvature - middle) / half
    basis = np.polynomial.chebyshev.chebvander(scaled, steps)
    at_zero = np.polynomial.chebyshev.chebvander(np.array([-middle / half]), steps)[0]
    # p(0) = 1 removes one coefficient: p = basis_k / at_zero_k + sum c_j (basis_j - at_zero_j / at_zero_k basis_k)
    pivot = int(np.abs(at_zero).argmax())
    fixed = basis[:, pivot] / at_zero[pivot]
    free = np.delete(basis - np.outer(fixed, at_zero), pivot, axis=1)
    weighted = free * start[:, None]
    coefficients = np.linalg.lstsq(weighted, -fixed * start, rcond=None)[0]
    return float(np.linalg.norm(fixed * start + weighted @ coefficients))


def best_errors(rate: float, counts: Sequence[int]) -> Array:
    """The least error after t steps on the problem built for that t, for each t of `counts`."""
    return np.array([best_krylov_error(*hardest_problem(rate, steps), steps) for steps in counts])

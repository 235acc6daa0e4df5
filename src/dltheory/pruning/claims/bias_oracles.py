"""What the theorem says of the coordinates that are pruned, and exact or numerical runs that know no formula."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from dltheory.pruning.derivation import bias as d
from dltheory.pruning.experiment import bias as run

#: A little below $x^\star = 1.2564\dots$, in exact arithmetic.
BELOW_PEAK = sp.Rational(5, 4)

#: Three directions whose σ are 1, ½, ¼ and η = ¼: z = ½, ⅛, 1/32. Early: t ≤ 2; t = 45 is late.
_SIGMA = (Fraction(1), Fraction(1, 2), Fraction(1, 4))
_ETA = Fraction(1, 4)
WITNESSES = [{"t": t, "k": k} for t in (1, 2, 45, 60) for k in (1, 2)]


def removed_by_theorem(t: int, k: int) -> list[int]:
    """The k largest σ if all directions are past the peak at time t, the k smallest if $2\\eta t\\sigma_1^2\\le5/4$."""
    z = [2 * sp.Rational(_ETA) * sp.Rational(sigma) ** 2 for sigma in _SIGMA]
    if t * z[0] <= BELOW_PEAK:
        return list(range(3))[-k:]
    if t > 1 and d.turning_after(t, z[-1]) <= 0:
        return list(range(k))
    raise ValueError(f"t = {t} is neither early nor late")


def removed_by_run(t: int, k: int, targets: tuple[int, int, int] = (1, 1, 1), rotate: bool = True) -> list[int]:
    """The places of the k smallest coordinates after t exact steps of gradient descent from 0, no formula used."""
    U, V = _reflection((1, 2, 2)), _reflection((1, 1, 1))
    X = [[sum(U[i][m] * _SIGMA[m] * V[j][m] for m in range(3)) for j in range(3)] for i in range(3)]
    y = [sum(U[i][m] * targets[m] for m in range(3)) for i in range(3)]
    w = [Fraction(0)] * 3
    for _ in range(t):
        residual = [sum(X[i][j] * w[j] for j in range(3)) - y[i] for i in range(3)]
        w = [w[j] - 2 * _ETA * sum(X[i][j] * residual[i] for i in range(3)) for j in range(3)]
    coordinates = [sum(V[j][m] * w[j] for j in range(3)) for m in range(3)] if rotate else w
    return sorted(sorted(range(3), key=lambda m: abs(coordinates[m]))[:k])


def keeps_a_band(t: int, targets: tuple[int, int, int] = (1, 1, 1), rotate: bool = True) -> bool:
    """Whether what is left after removing one, and two, of three coordinates are neighbours in the order of σ."""
    return all(run.is_band(sorted({0, 1, 2} - set(removed_by_run(t, k, targets, rotate)))) for k in (1, 2))


def searched_peak(t: int) -> float:
    """The place of the largest size after t steps, by SciPy's bounded search on the size itself."""
    from scipy.optimize import minimize_scalar

    size = sp.lambdify(d.z, d.size_in_z.subs(d.t, t))
    return float(minimize_scalar(lambda z: -size(z), bounds=(1e-9, 1), method="bounded", options={"xatol": 1e-10}).x)


def _reflection(normal: tuple[int, int, int]) -> list[list[Fraction]]:
    """$I - 2nn^\\top/n^\\top n$: a rational orthogonal matrix."""
    square = sum(entry * entry for entry in normal)
    return [[Fraction(int(i == j)) - Fraction(2 * normal[i] * normal[j], square) for j in range(3)] for i in range(3)]


def descent(rng: np.random.Generator) -> dict[str, Any]:
    n, width = ((8, 4), (4, 6), (6, 6))[rng.integers(3)]
    return {
        "X": rng.normal(size=(n, width)),
        "y": rng.normal(size=n),
        "fraction": float(rng.uniform(0.05, 0.49)),
        "t": int(rng.integers(1, 100)),
    }


def _ends(equal_targets: bool) -> tuple[Any, int, int]:
    """Sizes on the diabetes design, the last early row, and the first late one, by the theorem."""
    found = run.on_diabetes(equal_targets=equal_targets)
    z = 2 * found.eta * found.sigma**2
    turning = sp.lambdify([d.t, d.z], d.turning_point)
    early = int(np.flatnonzero(found.times * z[0] <= float(BELOW_PEAK))[-1])
    late = int(np.flatnonzero((found.times > 1) & (turning(found.times, z[-1]) <= 0))[0])
    return found, early, late


def order_by_theorem() -> np.ndarray:
    """Of 5 and of 3 coordinates removed, how many are those of smallest σ: all early, none of the other half late."""
    return np.array([5, 0, 3, 0])


def order_in_run(equal_targets: bool = True) -> np.ndarray:
    found, early, late = _ends(equal_targets)
    rows = found.measured[[early, late]]
    return np.concatenate([run.among_smallest(rows, 5), run.among_smallest(rows, 3)])

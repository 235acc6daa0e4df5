"""Random least-squares problems on which two computations are compared."""

from __future__ import annotations

from typing import Any

import numpy as np

#: A tall design, a wide one, and one whose rank is smaller than both its sides.
SHAPES = ((7, 4, 4), (3, 6, 3), (6, 5, 2))


def problem(rng: np.random.Generator, slowest: float = 0.5) -> dict[str, Any]:
    """A design of random shape and rank, singular values in [``slowest``, 2], with targets, start and stable step."""
    n, d, rank = SHAPES[rng.integers(len(SHAPES))]
    U, V = (np.linalg.qr(rng.normal(size=(side, side)))[0][:, :rank] for side in (n, d))
    sigma = rng.uniform(slowest, 2, size=rank)
    X = (U * sigma) @ V.T
    return {
        "X": X,
        "y": rng.normal(size=n),
        "start": rng.normal(size=d),
        "eta": float(rng.uniform(0.2, 0.95) / sigma.max() ** 2),
    }


def short_run(rng: np.random.Generator) -> dict[str, Any]:
    """A problem and a number of steps small enough that no direction has converged."""
    return problem(rng) | {"steps": int(rng.integers(1, 12))}


def ridge_problem(rng: np.random.Generator) -> dict[str, Any]:
    """A design, targets and a ridge strength."""
    drawn = problem(rng)
    return {"X": drawn["X"], "y": drawn["y"], "ridge": float(rng.uniform(0.1, 0.8))}

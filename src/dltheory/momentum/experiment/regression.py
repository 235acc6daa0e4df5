"""Momentum on regressions: the source's problem and three versions of the diabetes data."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dltheory.lab import data, validation

Array = NDArray[np.float64]
Start = Literal["gradient", "rest"]
Variant = Literal["shipped", "centred", "raw"]

# The final losses printed in the source notebook: (eta, beta, loss), beta = 1 for gradient descent.
PUBLISHED_LOSSES = ((1e-4, 1.0, 102.75171092495734), (1e-4, 0.6, 102.75171088019901), (2e-4, 0.6, 102.75171087273301))
PUBLISHED_STEPS = 100


@dataclass(frozen=True)
class Problem:
    """Least squares ||y - X w||^2 with X: (n, d), y: (n,), and what its singular value decomposition says."""

    X: Array
    y: Array

    def __post_init__(self) -> None:
        X = validation.matrix("X", self.X)
        validation.vector("y", self.y, len(X))

    @cached_property
    def svd(self) -> tuple[Array, Array, Array]:
        """(U, sigma, V^T), the r singular values that are not rounding."""
        u, values, vt = np.linalg.svd(self.X, full_matrices=False)
        kept = values > values[0] * max(self.X.shape) * np.finfo(float).eps
        return u[:, kept], values[kept], vt[kept]

    @property
    def sigma(self) -> Array:
        """Singular values, largest first."""
        return self.svd[1]

    @property
    def curvature(self) -> Array:
        """h = 2 sigma^2, largest first."""
        return 2 * self.sigma**2

    @property
    def condition_number(self) -> float:
        """kappa = (sigma_1 / sigma_r)^2."""
        return float((self.sigma[0] / self.sigma[-1]) ** 2)

    @cached_property
    def optimum(self) -> Array:
        """w* of least norm."""
        u, values, vt = self.svd
        return vt.T @ ((u.T @ self.y) / values)

    def excess_loss(self, w: Array) -> Array:
        """L(w) - L(w*) = ||X (w - w*)||^2 for w: (..., d); no cancellation near the optimum."""
        return (((w - self.optimum) @ self.X.T) ** 2).sum(axis=-1)

    @property
    def least_loss(self) -> float:
        """L(w*)."""
        return float(((self.y - self.X @ self.optimum) ** 2).sum())

    def gradient(self, w: Array) -> Array:
        """2 X^T (X w - y) for w: (..., d)."""
        return 2 * (w @ self.X.T - self.y) @ self.X


@cache
def source_problem() -> Problem:
    """The source's 500 points: columns with mean (-3, 0) and standard deviation (3, 1), label 1 where x2 > 0."""
    generator = np.random.RandomState(0)  # the legacy generator: the published numbers depend on its stream
    X = generator.normal((-3.0, 0.0), (3.0, 1.0), (500, 2))
    return Problem(X, (X[:, 1] > 0).astype(float))


@cache
def diabetes(variant: Variant) -> Problem:
    """Diabetes as shipped (centred unit columns), in original units but centred, or raw (no intercept at all)."""
    if variant == "shipped":
        return Problem(data.diabetes().X, data.diabetes().y)
    if variant not in ("centred", "raw"):
        raise ValueError(f"variant = {variant!r}: it must be 'shipped', 'centred' or 'raw'")
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True, scaled=False)
    return Problem(X - X.mean(axis=0), y - y.mean()) if variant == "centred" else Problem(X, y)


def momentum_paths(
    problem: Problem, eta: ArrayLike, beta: ArrayLike, steps: int, start: Start = "gradient", w0: Array | None = None
) -> Array:
    """w_0 ... w_steps of k runs at once, shape (steps + 1, k, d); eta and beta broadcast to (k,).

    v_0 is the first gradient ("gradient", as in the source) or 0 ("rest").
    """
    steps = validation.whole("steps", steps, at_least=1)
    if start not in ("gradient", "rest"):
        raise ValueError(f"start = {start!r}: it must be 'gradient' or 'rest'")
    etas, betas = np.broadcast_arrays(np.atleast_1d(np.asarray(eta, float)), np.atleast_1d(np.asarray(beta, float)))
    w = np.zeros((etas.size, problem.X.shape[1])) if w0 is None else np.broadcast_to(w0, (etas.size, len(w0))).copy()
    hessian, moment = 2 * problem.X.T @ problem.X, 2 * problem.X.T @ problem.y
    step, weight = etas[:, None], betas[:, None]
    average = w @ hessian - moment if start == "gradient" else np.zeros_like(w)
    path = np.empty((steps + 1, *w.shape))
    path[0] = w
    with np.errstate(over="ignore", invalid="ignore"):  # diverging runs are shown, not hidden
        for t in range(steps):
            average = (1 - weight) * average + weight * (w @ hessian - moment)
            w = w - step * average
            path[t + 1] = w
    return path


def final_losses() -> Array:
    """||y - X w_100||^2 of the source's three runs, in its order."""
    problem = source_problem()
    etas, betas, _ = (np.array(column) for column in zip(*PUBLISHED_LOSSES, strict=True))
    last = momentum_paths(problem, etas, betas, PUBLISHED_STEPS)[-1]
    return ((problem.y - last @ problem.X.T) ** 2).sum(axis=-1)


def largest_stable_step(problem: Problem, beta: float, steps: int = 4000) -> float:
    """The step at which runs on the data stop shrinking, on a grid around gradient descent's that is refined twice."""
    beta = validation.number("beta", beta, above=0)
    low, high = 0.1 / problem.sigma[0] ** 2, 4 / (beta * problem.sigma[0] ** 2)
    for _ in range(3):
        grid = np.linspace(low, high, 25)
        low, high = _bracket(problem, grid, beta, steps)
    return (low + high) / 2


def _bracket(problem: Problem, grid: Array, beta: float, steps: int) -> tuple[float, float]:
    """The neighbours on the grid between which decay turns into growth of the distance to the optimum."""
    hessian = 2 * problem.X.T @ problem.X
    error = np.broadcast_to(problem.svd[2].sum(axis=0), (grid.size, problem.X.shape[1])).copy()
    average, step = np.zeros_like(error), grid[:, None]
    early = np.zeros(grid.size)
    for t in range(steps):
        average = (1 - beta) * average + beta * error @ hessian
        error = error - step * average
        size = np.abs(error).max(axis=1, keepdims=True)
        # a linear iteration may be rescaled at will: only the growth between two times counts
        if t % 50 == 49:
            error, average = error / size, average / size
            early += np.log(size[:, 0]) * (t >= steps // 2)
    first_growing = int(np.argmax(early > 0))
    return float(grid[first_growing - 1]), float(grid[first_growing])

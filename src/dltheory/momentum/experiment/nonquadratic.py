"""Where the theorem does not reach: a cycle on a convex function, and logistic regression."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dltheory.momentum import derivation
from dltheory.momentum.experiment.methods import Tuning, tuning

Array = NDArray[np.float64]


def slope(x: Array) -> Array:
    """f'(x) of Lessard, Recht and Packard's function, elementwise."""
    return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))


def potential(x: Array) -> Array:
    """f(x) with f(0) = 0."""
    first, second = 25 / 2, 25 / 2 + 3 / 2 + 24
    low, middle = 25 * x**2 / 2, first + (x**2 - 1) / 2 + 24 * (x - 1)
    return np.where(x < 1, low, np.where(x < 2, middle, second + 25 * (x**2 - 4) / 2 - 24 * (x - 2)))


def cycling_paths(starts: Array, steps: int) -> Array:
    """x_0 ... x_steps of the tuned heavy ball from rest at each start, shape (steps + 1, k)."""
    alpha, mu = float(derivation.STEP), float(derivation.MEMORY)
    older = newer = np.asarray(starts, float)
    path = [newer]
    for _ in range(steps):
        older, newer = newer, newer - alpha * slope(newer) + mu * (newer - older)
        path.append(newer)
    return np.array(path)


@dataclass(frozen=True)
class LogisticRun:
    """Distance to the optimum over the run, relative to the start, and the parameters that made it."""

    distance: Array
    tuned: Tuning
    smallest: float
    largest: float


class LogisticProblem:
    """Mean logistic loss on the standardised breast-cancer data plus ridge ||w||^2 / 2 times `ridge`."""

    def __init__(self, ridge: float = 1e-2) -> None:
        from sklearn.datasets import load_breast_cancer

        X, y = load_breast_cancer(return_X_y=True)
        self.X, self.y, self.ridge = (X - X.mean(axis=0)) / X.std(axis=0), 2.0 * y - 1.0, ridge
        self.optimum = self._newton()

    def gradient(self, w: Array) -> Array:
        """Gradient at w: (d,)."""
        with np.errstate(over="ignore"):  # exp(large) = inf gives the right weight 0
            weight = -self.y / (1 + np.exp(self.y * (self.X @ w)))
        return self.X.T @ weight / len(self.y) + self.ridge * w

    def hessian(self, w: Array) -> Array:
        """Hessian at w: (d, d)."""
        with np.errstate(over="ignore"):
            probability = 1 / (1 + np.exp(-(self.X @ w)))
        return (self.X.T * (probability * (1 - probability))) @ self.X / len(self.y) + self.ridge * np.eye(
            self.X.shape[1]
        )

    def global_curvature(self) -> tuple[float, float]:
        """(m, ell) that bound the Hessian everywhere: ridge, and ridge + sigma_1^2 / (4 n)."""
        largest = np.linalg.norm(self.X, 2) ** 2 / (4 * len(self.y))
        return self.ridge, self.ridge + float(largest)

    def local_curvature(self) -> tuple[float, float]:
        """Extreme eigenvalues of the Hessian at the optimum."""
        values = np.linalg.eigvalsh(self.hessian(self.optimum))
        return float(values[0]), float(values[-1])

    def run(self, smallest: float, largest: float, steps: int) -> LogisticRun:
        """Heavy ball from w = 0 tuned to curvatures [smallest, largest]."""
        tuned = tuning("heavy ball", smallest, largest)
        older = newer = np.zeros(self.X.shape[1])
        distance = [np.linalg.norm(self.optimum)]
        for _ in range(steps):
            older, newer = newer, newer - tuned.alpha * self.gradient(newer) + tuned.mu * (newer - older)
            distance.append(np.linalg.norm(newer - self.optimum))
        return LogisticRun(np.array(distance) / distance[0], tuned, smallest, largest)

    def _newton(self) -> Array:
        w = np.zeros(self.X.shape[1])
        for _ in range(50):
            w = w - np.linalg.solve(self.hessian(w), self.gradient(w))
        return w

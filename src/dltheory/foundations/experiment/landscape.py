"""Gradient descent on a loss of two weights, for pictures of its path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .descent import gradient_descent

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LandscapeConfig:
    """Two weights; singular values along axes turned by ``angle``; steps as fractions of the largest stable one."""

    sigma: tuple[float, float] = (1.0, 0.25)
    angle: float = 0.5
    minimiser: tuple[float, float] = (0.0, 0.0)
    start: tuple[float, float] = (-0.2, 2.8)
    fractions: tuple[float, ...] = (0.25, 0.92, 1.03)
    steps: int = 15
    grid: int = 161
    reach: float = 3.2


@dataclass(frozen=True)
class Landscape:
    """``loss: (g, g)`` over the grid ``axis: (g,)`` both ways, and for each fraction a path of shape (steps + 1, 2)."""

    axis: Array
    loss: Array
    fractions: tuple[float, ...]
    paths: tuple[Array, ...]
    minimiser: Array


def landscape(config: LandscapeConfig) -> Landscape:
    """The loss $\\lVert y - Xw\\rVert^2$ around its minimiser and the paths of gradient descent on it."""
    turn = np.array(
        [[np.cos(config.angle), -np.sin(config.angle)], [np.sin(config.angle), np.cos(config.angle)]],
    )
    X = np.diag(config.sigma) @ turn.T
    minimiser = np.array(config.minimiser)
    y = X @ minimiser
    axis = np.linspace(-config.reach, config.reach, config.grid)
    points = np.stack(np.meshgrid(axis, axis), axis=-1)
    loss = ((points @ X.T - y) ** 2).sum(axis=-1)
    limit = 1 / max(config.sigma) ** 2
    paths = tuple(gradient_descent(X, y, f * limit, config.steps, config.start) for f in config.fractions)
    return Landscape(axis, loss, config.fractions, paths, minimiser)

"""Where a wide network ends: nearest minimum, ridge and early stopping; its weights along singular directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.func import grad, jacrev

from dltheory.momentum.experiment.methods import tuning
from dltheory.networks.experiment.linearised import network
from dltheory.networks.experiment.model import DTYPE, Network, parity

Array = NDArray[np.float64]

EXAMPLES, RIDGE = 20, 2.0
#: $2\\eta\\sigma_1^2$ of the descent that is followed to its end, and of the slow one that is stopped early.
MOVED, SLOWLY = 0.2, 0.04
#: Descent is looked at after so few steps, and after so many that it has ended.
EARLY, LATE = 5, 4000
#: Steps of heavy ball on the loss with a ridge, and the room left for curvature that J at the start does not show.
RIDGE_STEPS, ROOM = 600, 1.5


@dataclass(frozen=True)
class Tangent:
    """A network at its start: Jacobian by its singular value decomposition, and targets.

    ``y`` are such that the first residual $y-f_0$ has the same coordinate, ``size``, along every left singular
    direction; its norm is that of the residual of the parity. ``U`` (n, n), ``sigma`` (n,), ``V`` (count, n).
    """

    network: Network
    inputs: torch.Tensor
    start: torch.Tensor
    y: torch.Tensor
    size: float
    U: Array
    sigma: Array
    V: Array

    def loss(self, theta: torch.Tensor) -> torch.Tensor:
        """The book's loss, without a mean."""
        return (self.y - self.network.outputs(theta, self.inputs)[:, 0]).square().sum()

    def fitted(self, theta: torch.Tensor) -> Array:
        """The fraction of each direction that has been fitted: (n,)."""
        residual = self.y - self.network.outputs(theta, self.inputs)[:, 0]
        return np.asarray(1 - (self.U.T @ residual.numpy()) / self.size)

    def coordinates(self, theta: torch.Tensor) -> Array:
        """$v_i^\\top(\\theta-\\theta_0)$: (n,)."""
        return np.asarray(self.V.T @ (theta - self.start).numpy())


def tangent(width: int, seed: int) -> Tangent:
    """The network of ``width`` tanh units that ``seed`` draws, on the first digits."""
    inputs, targets = parity(EXAMPLES)
    net = network(width)
    start = net.first(seed)
    first = net.outputs(start, inputs)[:, 0]
    J = jacrev(lambda theta: net.outputs(theta, inputs)[:, 0])(start).numpy()
    U, sigma, Vt = np.linalg.svd(J, full_matrices=False)
    size = float((targets[:, 0] - first).norm()) / EXAMPLES**0.5
    y = first + torch.as_tensor(size * U.sum(axis=1), dtype=DTYPE)
    return Tangent(net, inputs, start, y, size, U, sigma, Vt.T)


@dataclass(frozen=True)
class Ends:
    """One network beside the linear model it starts as. Arrays (n,), by singular direction, steepest first.

    ``sigma``; coordinates of the weights, measured and predicted, ``early`` and ``late``; ``distance`` of the end from
    $\\theta_0+J^+(y-f_0)$ over the length of that way; fractions fitted by early stopping (``stopped``) and by a ridge
    on the way from the start (``ridged``), and ``x`` $=2\\tau\\sigma^2$ of both; ``ridge_coordinates`` of the latter's
    weights, and what the filter predicts.
    """

    sigma: Array
    size: float
    early: Array
    predicted_early: Array
    late: Array
    predicted_late: Array
    distance: float
    x: Array
    stopped: Array
    ridged: Array
    ridge_coordinates: Array
    predicted_ridge_coordinates: Array


def ends(width: int, seed: int) -> Ends:
    """Descent to its end, descent stopped early, and heavy ball to the minimum with a ridge, from one start."""
    at = tangent(width, seed)
    steep = at.sigma[0] ** 2
    early = descended(at, MOVED / (2 * steep), EARLY)
    late = descended(at, MOVED / (2 * steep), LATE)
    nearest = at.size * at.V @ (1 / at.sigma)
    slow = SLOWLY / (2 * steep)
    steps = round(1 / (2 * RIDGE) / slow)
    ridged = with_ridge(at)
    return Ends(
        at.sigma,
        at.size,
        at.coordinates(early),
        _filtered(at, 1 - (1 - MOVED * at.sigma**2 / steep) ** EARLY),
        at.coordinates(late),
        _filtered(at, 1 - (1 - MOVED * at.sigma**2 / steep) ** LATE),
        float(np.linalg.norm((late - at.start).numpy() - nearest) / np.linalg.norm(nearest)),
        2 * steps * slow * at.sigma**2,
        at.fitted(descended(at, slow, steps)),
        at.fitted(ridged),
        at.coordinates(ridged),
        _filtered(at, at.sigma**2 / (at.sigma**2 + RIDGE)),
    )


def _filtered(at: Tangent, fraction: Array) -> Array:
    """The coordinates of the linear model's weights when these fractions are fitted."""
    return np.asarray(at.size * fraction / at.sigma)


def descended(at: Tangent, eta: float, steps: int) -> torch.Tensor:
    """The weights after ``steps`` of gradient descent."""
    slope, theta = grad(at.loss), at.start.clone()
    for _ in range(steps):
        theta = theta - eta * slope(theta)
    return theta


def with_ridge(at: Tangent) -> torch.Tensor:
    """The minimiser of the loss plus ``RIDGE`` $\\lVert\\theta-\\theta_0\\rVert^2$, by heavy ball."""
    slope = grad(lambda theta: at.loss(theta) + RIDGE * (theta - at.start).square().sum())
    tuned = tuning("heavy ball", 2 * RIDGE, 2 * (ROOM * at.sigma[0] ** 2 + RIDGE))
    newer = older = at.start.clone()
    for _ in range(RIDGE_STEPS):
        newer, older = newer + tuned.mu * (newer - older) - tuned.alpha * slope(newer), newer
    return newer

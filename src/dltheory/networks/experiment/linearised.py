"""A wide network beside its linearisation: outputs, weights, kernel, and which directions are learnt first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.func import grad, jacrev, vmap

from dltheory.networks.experiment.model import Network, Problem, parity

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """One network trained beside the linear model it starts as.

    ``residuals`` and ``predicted`` are $y-f_t$ in the left singular directions of $J$, (times, n), steepest first;
    ``sigma`` the singular values (n,). ``moved`` is $\\lVert\\theta_T-\\theta_0\\rVert/\\lVert\\theta_0\\rVert$ and
    ``kernel`` the relative change of $JJ^\\top$ in Frobenius norm.
    """

    times: NDArray[np.int64]
    residuals: Array
    predicted: Array
    sigma: Array
    moved: float
    kernel: float

    @property
    def error(self) -> float:
        """The largest distance of the outputs from the linear model's over the run, over the first residual."""
        return float(np.linalg.norm(self.residuals - self.predicted, axis=1).max() / np.linalg.norm(self.residuals[0]))


def network(width: int) -> Network:
    """One hidden layer of ``width`` tanh units in tangent parametrisation, one output."""
    return Network((64, width, 1), "tangent")


def compare(
    width: int, seeds: Sequence[int], examples: int = 60, steps: int = 400, scaled: float = 0.5, beta: float = 1.0
) -> list[Comparison]:
    """Momentum from rest on the parity of digits, ``scaled`` being $\\eta\\sigma_1^2$ of each seed's own $J$.

    The networks are trained together. The prediction is the book's: direction $u_i$ of $J$ moves alone,
    with curvature $2\\sigma_i^2$.
    """
    inputs, targets = parity(examples)
    net = network(width)
    task = Problem(net, inputs, targets)

    def flat(theta: torch.Tensor) -> torch.Tensor:
        return net.outputs(theta, inputs)[:, 0]

    def total(theta: torch.Tensor) -> torch.Tensor:
        return examples * task.loss(theta)  # the book's loss: no mean

    starts = torch.stack([net.first(seed) for seed in seeds])
    first = vmap(jacrev(flat), chunk_size=1)(starts).numpy()
    splits = [np.linalg.svd(J, full_matrices=False) for J in first]
    alpha = beta * torch.tensor([scaled / split.S[0] ** 2 for split in splits], dtype=starts.dtype)[:, None]
    slope, outputs = vmap(grad(total)), vmap(flat)
    theta, older, paths = starts.clone(), starts.clone(), []
    for step in range(steps + 1):
        paths.append(targets[:, 0] - outputs(theta))
        if step < steps:
            theta, older = theta + (1 - beta) * (theta - older) - alpha * slope(theta), theta
    residuals = torch.stack(paths, dim=1).numpy()
    last = vmap(jacrev(flat), chunk_size=1)(theta).numpy()
    found = []
    for run, split in enumerate(splits):
        coordinates = residuals[run] @ split.U
        before, after = first[run] @ first[run].T, last[run] @ last[run].T
        found.append(
            Comparison(
                np.arange(steps + 1),
                coordinates,
                coordinates[0] * mode_factors(2 * float(alpha[run]) * split.S**2, 1 - beta, steps),
                split.S,
                float((theta[run] - starts[run]).norm() / starts[run].norm()),
                float(np.linalg.norm(after - before) / np.linalg.norm(before)),
            )
        )
    return found


def mode_factors(moved: Array, memory: float, steps: int) -> Array:
    """What is left of a residual of 1 after 0 ... ``steps`` steps from rest, (steps + 1, n); ``moved``: $\\alpha h$."""
    older = newer = np.ones_like(moved)
    left = [newer]
    for _ in range(steps):
        older, newer = newer, (1 + memory - moved) * newer - memory * older
        left.append(newer)
    return np.array(left)


@dataclass(frozen=True)
class Slope:
    """The exponent of a power law in the width, fitted over all runs, with its 95 % interval."""

    value: float
    low: float
    high: float


def fitted_slope(widths: Sequence[int], values: Array) -> Slope:
    """The slope of log ``values`` (widths, seeds) over log ``widths``, interval by resampling the seeds of each width.

    Seeds of one width are exchangeable, widths are not: so whole widths stay and seeds are drawn, 2000 times.
    """
    logs, rng = np.log(values), np.random.default_rng(0)
    x = np.log(np.asarray(widths, dtype=float))
    slope = np.polyfit(x, logs.mean(axis=1), 1)[0]
    drawn = rng.integers(logs.shape[1], size=(2000, *logs.shape))
    resampled = np.take_along_axis(logs[None], drawn, axis=2).mean(axis=2)
    slopes = np.polyfit(x, resampled.T, 1)[0]
    low, high = np.quantile(slopes, [0.025, 0.975])
    return Slope(float(slope), float(low), float(high))


def half_times(residuals: Array) -> Array:
    """The first step at which each coordinate is at most half of what it was at the start, NaN if never: (n,)."""
    below = np.abs(residuals) <= np.abs(residuals[0]) / 2
    return np.where(below.any(axis=0), below.argmax(axis=0), np.nan)


def learnt(residuals: Array) -> Array:
    """The fraction of each direction that has been fitted: 1 minus the residual over the first, (times, n)."""
    return 1 - residuals / residuals[0]

"""Heavy ball with noisy gradients: the stationary spread of one mode, by simulation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dltheory.lab import validation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NoisyRun:
    """Parameters of one mode: step, memory, curvature, variance of the gradient noise."""

    alpha: float
    mu: float
    curvature: float = 1.0
    variance: float = 1.0

    def __post_init__(self) -> None:
        validation.number("mu", abs(self.mu), below=1)
        validation.number("alpha * curvature", self.alpha * self.curvature, above=0, below=2 * (1 + self.mu))


def stationary_draws(run: NoisyRun, rng: np.random.Generator, chains: int, steps: int) -> Array:
    """x_steps of `chains` independent runs from x = 0, shape (chains,)."""
    older = newer = np.zeros(chains)
    for _ in range(steps):
        noise = np.sqrt(run.variance) * rng.standard_normal(chains)
        gradient = run.curvature * newer + noise
        older, newer = newer, newer - run.alpha * gradient + run.mu * (newer - older)
    return newer


def floor_with_interval(run: NoisyRun, seed: int, chains: int, steps: int) -> tuple[float, float]:
    """Mean of x^2 over independent chains, and the half-width of its 95 % interval."""
    squares = stationary_draws(run, np.random.default_rng(seed), chains, steps) ** 2
    return float(squares.mean()), float(1.96 * squares.std(ddof=1) / np.sqrt(chains))


def floors(weights: Sequence[float], scaled_steps: Array, seed: int) -> dict[float, tuple[Array, Array]]:
    """For each beta: means of x^2 and half-widths of their 95 % intervals over eta h, h = nu = 1; a seed for each."""
    runs = {}
    for i, weight in enumerate(weights):
        cases = [NoisyRun(step * weight, 1 - weight) for step in scaled_steps]
        pairs = [
            floor_with_interval(case, seed + i * len(cases) + k, chains=4000, steps=600) for k, case in enumerate(cases)
        ]
        means, half_widths = zip(*pairs, strict=True)
        runs[weight] = (np.array(means), np.array(half_widths))
    return runs

"""Full-batch momentum, Nesterov's form and gradient descent, many runs of one network side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
import torch
from numpy.typing import NDArray
from torch.func import grad, vmap

from dltheory.networks import derivation
from dltheory.networks.derivation.symbols import beta, eta
from dltheory.networks.experiment import curvature
from dltheory.networks.experiment.model import DTYPE, Problem

Array = NDArray[np.float64]

MOMENTUM_LINE = sp.lambdify((eta, beta), derivation.momentum_line(), "numpy")
NESTEROV_LINE = sp.lambdify((eta, beta), derivation.nesterov_line(), "numpy")


@dataclass(frozen=True)
class Method:
    """Step size, weight of the new gradient, and whether the gradient is taken ahead (Nesterov) or not."""

    eta: float
    beta: float = 1.0
    ahead: bool = False

    def __post_init__(self) -> None:
        if not (self.eta > 0 and 0 < self.beta <= 1):
            raise ValueError(f"eta {self.eta}, beta {self.beta}: eta must be positive and beta lie in (0, 1]")

    @property
    def name(self) -> str:
        """What the method is called."""
        if self.beta == 1:
            return "gradient descent"
        return "Nesterov" if self.ahead else "momentum"

    @property
    def line(self) -> float:
        """The largest curvature at which the linearised method is stable."""
        return float((NESTEROV_LINE if self.ahead else MOMENTUM_LINE)(self.eta, self.beta))

    @classmethod
    def with_line(cls, line: float, beta: float = 1.0, ahead: bool = False) -> Method:
        """The method whose stability ends at the curvature ``line``: the lines are proportional to 1/eta."""
        return cls(cls(1.0, beta, ahead).line / line, beta, ahead)


@dataclass(frozen=True)
class Runs:
    """Losses and sharpness of several runs at ``times``, (runs, times) each; ``last``: their weights (runs, count)."""

    times: NDArray[np.int64]
    loss: Array
    sharpness: Array
    last: torch.Tensor


def train(
    problem: Problem,
    methods: Sequence[Method],
    starts: torch.Tensor,
    steps: int,
    every: int,
    after: Callable[[int], None] = lambda step: None,
    batches: Callable[[int], torch.Tensor] | None = None,
) -> Runs:
    """Run ``methods`` from ``starts`` (runs, count), one each, from rest; all take their steps together (vmap).

    Loss and sharpness are those of all examples at every ``every``-th step. ``batches`` names the examples of each step
    where not all of them are used: the same for every run. The sharpness of a run with a weight beyond $10^6$ is NaN.
    """
    if len(methods) != len(starts):
        raise ValueError(f"{len(methods)} methods and {len(starts)} starts: one of each for every run")
    column = {"dtype": DTYPE}
    alpha = torch.tensor([m.eta * m.beta for m in methods], **column)[:, None]
    memory = torch.tensor([1 - m.beta for m in methods], **column)[:, None]
    reach = torch.tensor([(1 - m.beta) * m.ahead for m in methods], **column)[:, None]
    slope = _slope(problem)
    newer, older = starts.clone(), starts.clone()
    times = np.arange(0, steps + 1, every)
    losses, tops = np.full((len(starts), len(times)), np.nan), np.full((len(starts), len(times)), np.nan)
    directions: list[Array | None] = [None] * len(starts)
    for step in range(steps + 1):
        if step % every == 0:
            column_now = step // every
            losses[:, column_now] = vmap(problem.loss)(newer).numpy()
            for run, theta in enumerate(newer):
                if torch.isfinite(theta).all() and theta.abs().max() < 1e6:
                    tops[run, column_now], directions[run] = curvature.sharpness(problem, theta, directions[run])
        after(step)
        if step == steps:
            break
        chosen = batches(step) if batches else None
        moved = newer - older
        newer, older = newer + memory * moved - alpha * slope(newer + reach * moved, chosen), newer
    return Runs(times, losses, tops, newer)


def _slope(problem: Problem) -> Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor]:
    """Gradients of several weight vectors at once, (runs, count), on all examples or on some."""

    def loss(theta: torch.Tensor, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        part = Problem(problem.network, inputs, targets, problem.kind, problem.ridge)
        return part.loss(theta)

    together = vmap(grad(loss), in_dims=(0, None, None))

    def slope(theta: torch.Tensor, chosen: torch.Tensor | None) -> torch.Tensor:
        if chosen is None:
            return together(theta, problem.inputs, problem.targets)
        return together(theta, problem.inputs[chosen], problem.targets[chosen])

    return slope


def shuffled_batches(count: int, size: int, seed: int) -> Callable[[int], torch.Tensor]:
    """The examples of each step: ``size`` of ``count``, every epoch in a new order drawn from ``seed``."""
    generator, orders = torch.Generator().manual_seed(seed), {}
    per_epoch = count // size

    def batch(step: int) -> torch.Tensor:
        epoch, place = divmod(step, per_epoch)
        if epoch not in orders:
            orders.clear()
            orders[epoch] = torch.randperm(count, generator=generator)
        return orders[epoch][place * size : (place + 1) * size]

    return batch

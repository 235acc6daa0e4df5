"""How sharp a network's loss is along full-batch training, and where it settles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dltheory.networks.experiment import curvature
from dltheory.networks.experiment.model import Network, Problem, digits
from dltheory.networks.experiment.training import Method, Runs, shuffled_batches, train

Array = NDArray[np.float64]

#: 500 digits, two hidden layers of 32 tanh units; small first weights of the last layer make the start flat.
NETWORK = Network((64, 32, 32, 10), gain=0.3)
EXAMPLES = 500
STEPS, EVERY = 4000, 50
#: The runs of the figure: the line that each should rise to, and (beta, gradient taken ahead).
LINES = {
    "gradient descent": ((6.0, 1.0, False), (8.0, 1.0, False), (10.0, 1.0, False)),
    "momentum": ((10.0, 0.5, False), (12.0, 0.5, False), (12.0, 0.2, False), (14.0, 0.2, False)),
    "Nesterov": ((8.0, 0.5, True), (12.0, 0.5, True), (9.0, 0.2, True), (12.0, 0.2, True)),
}
METHODS = tuple(Method.with_line(*chosen) for group in LINES.values() for chosen in group)


def problem(kind: str = "squared", examples: int = EXAMPLES) -> Problem:
    """The network on the first ``examples`` digits."""
    inputs, targets = digits(examples)
    return Problem(NETWORK, inputs, targets, kind)


def runs(
    methods: Sequence[Method],
    seeds: Sequence[int],
    steps: int = STEPS,
    every: int = EVERY,
    kind: str = "squared",
    batch: int | None = None,
    after: Callable[[int], None] = lambda step: None,
) -> Runs:
    """Every method from every seed, methods changing slower: ``len(methods) * len(seeds)`` runs side by side.

    ``batch`` is the number of examples in a step; all of them where it is not given.
    """
    task = problem(kind)
    starts = torch.stack([NETWORK.first(seed) for _ in methods for seed in seeds])
    each = [method for method in methods for _ in seeds]
    batches = shuffled_batches(EXAMPLES, batch, seeds[0]) if batch else None
    return train(task, each, starts, steps, every, after, batches)


def plateau(sharpness: Array, line: float, share: float = 0.5) -> Array:
    """The mean of sharpness over line in the last ``share`` of a run: (runs,) from (runs, times)."""
    tail = sharpness[:, -max(int(share * sharpness.shape[1]), 1) :]
    return np.asarray(tail.mean(axis=1) / line)


@dataclass(frozen=True)
class Shares:
    """The second term of the Hessian along one run: at ``times``, relative to the first, along the sharpest direction,
    and the loss. All (times,)."""

    times: NDArray[np.int64]
    relative: Array
    along: Array
    loss: Array


def second_term(method: Method, seed: int, steps: int, times: int, kind: str = "squared") -> Shares:
    """The share of $\\sum_i\\varphi_i'\\nabla^2f_i$ in the Hessian at ``times`` + 1 equally spaced steps of one run."""
    task, theta = problem(kind), NETWORK.first(seed)[None]
    apart = steps // times
    found = []
    for _ in range(times + 1):
        shares = curvature.second_term_share(task, theta[0])
        found.append((*shares, float(task.loss(theta[0]))))
        # momentum would start from rest after each piece: only gradient descent may be cut into pieces
        theta = train(task, [_without_memory(method)], theta, apart, apart + 1).last
    relative, along, loss = np.array(found).T
    return Shares(np.arange(times + 1) * apart, relative, along, loss)


def _without_memory(method: Method) -> Method:
    if method.beta != 1:
        raise ValueError(f"beta is {method.beta}: the second term is followed along gradient descent, beta = 1")
    return method

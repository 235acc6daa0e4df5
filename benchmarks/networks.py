"""What running networks side by side saves in the chapter on networks, as ratios of medians within one run.

Eleven runs of the digits network (gradient descent, momentum, Nesterov's form) that take their steps together
(``torch.func.vmap``), against the same runs one after another; their gradients alone, on 500 examples and on 25; and
five seeds of a wide network beside its linear model at once, against seed by seed. The last line says what is left to
gain: the same gradients written out by hand in batched products. On 500 examples most of the time is arithmetic, which
no way of putting runs side by side saves; and whole runs also look for their sharpness, run by run.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable

import torch
from torch.func import grad, vmap

from dltheory.networks.experiment import linearised, sharpness
from dltheory.networks.experiment.model import Problem
from dltheory.networks.experiment.training import train

STEPS, SEEDS, WIDTH, REPEATS, FEW = 150, 5, 64, 3, 25


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that one call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def side_by_side(name: str, fast: Callable[[], object], slow: Callable[[], object]) -> None:
    """Print the medians of both, in processor time and taken in turn, and their ratio."""
    fast()
    pairs = [(timed(fast), timed(slow)) for _ in range(REPEATS)]
    together, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name}: {together:.2f} s against {alone:.2f} s, ratio {alone / together:.1f}")


def by_hand(task: Problem, theta: torch.Tensor) -> torch.Tensor:
    """The gradients of the squared loss for several weight vectors (runs, count), without automatic differentiation."""
    network, runs = task.network, len(theta)
    slices, last = [network.slices(layer) for layer in range(network.layers)], network.layers - 1
    matrices = [theta[:, s[0]].view(runs, network.sizes[k + 1], network.sizes[k]) for k, s in enumerate(slices)]
    values = [task.inputs.expand(runs, *task.inputs.shape)]
    for layer, (matrix, (_, biases)) in enumerate(zip(matrices, slices, strict=True)):
        sums = torch.baddbmm(theta[:, None, biases], values[-1], matrix.transpose(1, 2))
        values.append(sums if layer == last else torch.tanh(sums))
    pull, parts = 2 / len(task.targets) * (values.pop() - task.targets), []
    for layer in reversed(range(network.layers)):
        parts = [torch.bmm(pull.transpose(1, 2), values[layer]).flatten(1), pull.sum(dim=1), *parts]
        pull = torch.bmm(pull, matrices[layer]) * (1 - values[layer].square())
    return torch.cat(parts, dim=1)


def main() -> None:
    """Time the pairs."""
    torch.set_num_threads(1)
    task, methods = sharpness.problem(), sharpness.METHODS
    starts = torch.stack([sharpness.NETWORK.first(0)] * len(methods))
    side_by_side(
        f"{len(methods)} runs of {STEPS} steps",
        lambda: train(task, methods, starts, STEPS, 10 * STEPS),
        lambda: [train(task, [m], starts[:1], STEPS, 10 * STEPS) for m in methods],
    )
    for count in (sharpness.EXAMPLES, FEW):
        part = Problem(task.network, task.inputs[:count], task.targets[:count])
        together = vmap(grad(part.loss))
        side_by_side(
            f"{STEPS} gradients of each on {count} examples",
            lambda slope=together: [slope(starts) for _ in range(STEPS)],
            lambda slope=together: [slope(start[None]) for _ in range(STEPS) for start in starts],
        )
    side_by_side(
        f"{SEEDS} seeds of width {WIDTH}",
        lambda: linearised.compare(WIDTH, range(SEEDS), steps=100),
        lambda: [linearised.compare(WIDTH, [seed], steps=100) for seed in range(SEEDS)],
    )
    together = vmap(grad(task.loss))
    gap = float((by_hand(task, starts) - together(starts)).abs().max())
    side_by_side(
        f"{STEPS} gradients of {len(methods)} runs, by hand beside torch.func (they differ by {gap:.0e})",
        lambda: [by_hand(task, starts) for _ in range(STEPS)],
        lambda: [together(starts) for _ in range(STEPS)],
    )


if __name__ == "__main__":
    main()

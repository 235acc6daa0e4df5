"""What running networks side by side saves in the chapter on networks, as ratios of medians within one run.

Eleven runs of the digits network (gradient descent, momentum, Nesterov's form) that take their steps together
(``torch.func.vmap``), against the same runs one after another; and five seeds of a wide network beside its linear model
at once, against seed by seed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable

import torch

from dltheory.networks.experiment import linearised, sharpness
from dltheory.networks.experiment.training import train

STEPS, SEEDS, WIDTH, REPEATS = 150, 5, 64, 3


def timed(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def side_by_side(name: str, fast: Callable[[], object], slow: Callable[[], object]) -> None:
    """Print the medians of both, taken in turn, and their ratio."""
    fast()
    pairs = [(timed(fast), timed(slow)) for _ in range(REPEATS)]
    together, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name}: together {together:.2f} s, one after another {alone:.2f} s, ratio {alone / together:.1f}")


def main() -> None:
    """Time both pairs."""
    torch.set_num_threads(1)
    task, methods = sharpness.problem(), sharpness.METHODS
    starts = torch.stack([sharpness.NETWORK.first(0)] * len(methods))
    side_by_side(
        f"{len(methods)} runs of {STEPS} steps",
        lambda: train(task, methods, starts, STEPS, 10 * STEPS),
        lambda: [train(task, [m], starts[:1], STEPS, 10 * STEPS) for m in methods],
    )
    side_by_side(
        f"{SEEDS} seeds of width {WIDTH}",
        lambda: linearised.compare(WIDTH, range(SEEDS), steps=100),
        lambda: [linearised.compare(WIDTH, [seed], steps=100) for seed in range(SEEDS)],
    )


if __name__ == "__main__":
    main()

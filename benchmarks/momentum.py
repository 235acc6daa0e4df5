"""What closed forms and arrays save in the chapter on momentum, as ratios of medians within one run.

The phase diagram: spectral radius on a 400 x 400 grid of (eta, beta) from the proved closed form, against one call of
``numpy.linalg.eigvals`` a point. A thousand runs of momentum: one simulation of all, against one run after another.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from dltheory.momentum.experiment import regression, spectrum

GRID, RUNS, STEPS, REPEATS = 400, 1000, 100, 3


def timed(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def side_by_side(name: str, fast: Callable[[], object], slow: Callable[[], object]) -> None:
    """Print the medians of both, taken in turn, and their ratio."""
    fast()  # compiles the formula once
    pairs = [(timed(fast), timed(slow)) for _ in range(REPEATS)]
    quick, plain = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name}: {1000 * quick:.1f} ms against {1000 * plain:.0f} ms: {plain / quick:.0f} times faster")


def phase_diagram() -> None:
    """Closed form against eigenvalues, and the largest difference away from the double root."""
    steps, weights = np.linspace(0.01, 4, GRID), np.linspace(0.01, 1, GRID)
    side_by_side(
        f"phase diagram, {GRID} x {GRID}",
        lambda: spectrum.spectral_radius(steps[None, :], weights[:, None]),
        lambda: spectrum.spectral_radius_by_loop(steps, weights),
    )
    gap = np.abs(
        spectrum.spectral_radius(steps[None, :], weights[:, None]) - spectrum.spectral_radius_by_loop(steps, weights)
    )
    away = np.abs(spectrum.discriminant(steps[None, :], weights[:, None], 1.0)) > 1e-4
    print(f"largest difference where |D| > 1e-4 ({100 * away.mean():.1f} % of the grid): {gap[away].max():.1e}")


def thousand_runs() -> None:
    """One vectorised simulation against a loop over single runs."""
    problem = regression.diabetes("shipped")
    rng = np.random.default_rng(0)
    betas = rng.uniform(0.1, 1.0, RUNS)
    etas = rng.uniform(0.1, 0.9, RUNS) * (2 - betas) / (betas * problem.sigma[0] ** 2)

    def loop() -> np.ndarray:
        runs = zip(etas, betas, strict=True)
        return np.stack([regression.momentum_paths(problem, e, b, STEPS)[-1, 0] for e, b in runs])

    side_by_side(f"{RUNS} runs of {STEPS} steps", lambda: regression.momentum_paths(problem, etas, betas, STEPS), loop)
    gap = np.abs(regression.momentum_paths(problem, etas, betas, STEPS)[-1] - loop()).max()
    print(f"largest difference of the weights: {gap:.1e}")


if __name__ == "__main__":
    phase_diagram()
    thousand_runs()

"""What verifying costs as claims are added, and what a second process saves.

Claims of one kind mixture (a universal, an identity, an agreement) are copied 8, 16, 32 and 64 times, under other
numbers, and verified. Times are medians of three runs, all sizes in turn, so that other work on the machine hits all
alike; what counts are the ratios.
"""

from __future__ import annotations

import os

# one thread a process, as ``verify`` has it; set before NumPy is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import sys
import time
import types

import numpy as np
import sympy as sp

from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, NearMiss, claim, load, run_all

SIZES = (8, 16, 32, 64)
REPEATS = 3
MODULE = "synthetic.claims"


def add_claim(number: int) -> None:
    """Register one more claim; ``number`` changes its constants, so that nothing is answered from a cache."""
    x, y = sp.symbols("x y", real=True)

    def evidence() -> list[Evidence]:
        shifted = (x - number) ** 2 + x * y + y**2
        return [
            ForAll([y > 0], shifted + number > 0, near_misses=[NearMiss("much less", then=shifted > number + 1)]),
            Identity(lambda: sp.expand(shifted), shifted, near_misses=[NearMiss("lost term", rhs=shifted - y**2)]),
            Agreement(
                lambda a: np.linalg.norm(a) ** 2,
                lambda a: np.trace(a.T @ a),
                instances=lambda rng: {"a": rng.normal(size=(60, 40))},
                seed=number,
                near_misses=[NearMiss("without the square", predict=lambda a: np.linalg.norm(a))],
            ),
        ]

    evidence.__module__, evidence.__qualname__, evidence.__doc__ = MODULE, f"claim_{number}", "A synthetic claim."
    claim(f"thm-synthetic-{number}")(evidence)


def seconds(labels: list[str], jobs: int) -> float:
    """Wall time of verifying ``labels``; every claim must hold, or the timing says nothing."""
    start = time.perf_counter()
    results = run_all(labels, [MODULE], jobs)
    elapsed = time.perf_counter() - start
    if failed := [result for result in results.values() if result.status != "proved"]:
        sys.exit(f"this claim does not hold: {failed[0]}")
    return elapsed


def main() -> None:
    """Print seconds by size, the exponent of growth, and the ratio of one process to two."""
    sys.modules[MODULE] = types.ModuleType(MODULE)
    for number in range(max(SIZES)):
        add_claim(number)
    labels = list(load([MODULE]))
    seconds(labels[:2], 1)  # imports
    times: dict[tuple[int, int], list[float]] = {(size, jobs): [] for size in SIZES for jobs in (1, 2)}
    for _ in range(REPEATS):
        for (size, jobs), runs in times.items():
            runs.append(seconds(labels[:size], jobs))
    median = {key: statistics.median(runs) for key, runs in times.items()}
    print("claims   1 process   2 processes   ratio")
    for size in SIZES:
        one, two = median[size, 1], median[size, 2]
        print(f"{size:6d} {one:9.2f} s {two:11.2f} s {one / two:7.2f}")
    one_process = [median[size, 1] for size in SIZES]
    exponent = np.polyfit(np.log(SIZES), np.log(one_process), 1)[0]
    print(f"time grows like claims^{exponent:.2f} (1 is linear)")


if __name__ == "__main__":
    main()

"""Runs of gradient descent, exact and in double precision, in which singular coordinates are pruned."""

from __future__ import annotations

import numpy as np

from dltheory.pruning.experiment import bias as run
from verifiedbook.claims import Agreement, Exact, Measured, NearMiss

from .bias_oracles import (
    WITNESSES,
    descent,
    keeps_a_band,
    order_by_theorem,
    order_in_run,
    removed_by_run,
    removed_by_theorem,
    searched_peak,
)


def peaks_agree() -> Agreement:
    return Agreement(
        lambda t: run.peak(t),
        lambda t: searched_peak(t),
        [{"t": t} for t in (2, 3, 10, 100)],
        tolerance=1e-6,
        because="a search by comparing sizes finds a flat maximum to the root of the rounding error",
        near_misses=[NearMiss("x*/t, the peak of the flow", predict=lambda t: run.flow_peak() / t)],
    )


def sizes_in_runs() -> Agreement:
    return Agreement(
        lambda X, y, fraction, t: run.sizes(X, y, [t], fraction).predicted,
        lambda X, y, fraction, t: run.sizes(X, y, [t], fraction).measured,
        descent,
        count=40,
        tolerance=1e-9,
        because="a hundred steps in double precision",
        near_misses=[
            NearMiss(
                "half the step in the formula",
                predict=lambda X, y, fraction, t: run.sizes(X, y, [t], fraction / 2).predicted,
            ),
            NearMiss(
                "one step too many in the formula",
                predict=lambda X, y, fraction, t: run.sizes(X, y, [t + 1], fraction).predicted,
            ),
        ],
    )


def sizes_on_the_diabetes_design() -> Measured:
    return Measured(
        lambda: order_by_theorem(),
        lambda: order_in_run(),
        tolerance=0.0,
        because="counts, on the design of the diabetes data with equal targets: pruned directions with small σ",
        near_misses=[
            NearMiss("early for ever", predict=lambda: np.array([5, 5, 3, 3])),
            NearMiss("with the targets of the data", measure=lambda: order_in_run(equal_targets=False)),
        ],
    )


def bands() -> Exact:
    return Exact(
        lambda t: True,
        lambda t: keeps_a_band(t),
        [{"t": t} for t in (1, 3, 5, 8, 13, 21, 34)],
        near_misses=[
            NearMiss("targets 8, 1, 8", measure=lambda t: keeps_a_band(t, targets=(8, 1, 8))),
            NearMiss("the weights themselves are pruned", measure=lambda t: keeps_a_band(t, rotate=False)),
        ],
    )


def in_runs() -> Exact:
    return Exact(
        removed_by_theorem,
        removed_by_run,
        WITNESSES,
        near_misses=[
            NearMiss(
                "pruning always removes the smallest σ first",
                predict=lambda t, k: sorted(range(3)[-k:]),
            ),
            NearMiss(
                "pruning always removes the largest σ first",
                predict=lambda t, k: list(range(k)),
            ),
            NearMiss(
                "the weights themselves are pruned, not their singular coordinates",
                measure=lambda t, k: removed_by_run(t, k, rotate=False),
            ),
            NearMiss(
                "targets 1, 1, 64: equality of the targets is dropped",
                measure=lambda t, k: removed_by_run(t, k, targets=(1, 1, 64)),
            ),
        ],
    )

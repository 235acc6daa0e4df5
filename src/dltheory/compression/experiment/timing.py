"""Times of several calls that take turns, so that a disturbance of the machine meets all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from dltheory.lab.validation import whole


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of repeated measurements."""

    median: float
    lower: float
    upper: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        lower, median, upper = np.percentile(values, [25, 50, 75])
        return cls(float(median), float(lower), float(upper))


def interleaved(
    calls: Mapping[str, Callable[[], Any]], rounds: int, after_round: Callable[[int], None] = lambda done: None
) -> dict[str, list[float]]:
    """Seconds of each call, by name, one number a round.

    In every round each call is made twice in a row and the second one is timed: the first one fetches its data into the
    caches, which the call before has filled with its own. Rounds count from 1 in ``after_round``.
    """
    whole("rounds", rounds, at_least=1)
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    collecting = gc.isenabled()
    gc.disable()  # a collection in the middle of a call would be counted as the call's
    try:
        for done in range(1, rounds + 1):
            for name, call in calls.items():
                call()
                start = perf_counter()
                call()
                seconds[name].append(perf_counter() - start)
            after_round(done)
    finally:
        if collecting:
            gc.enable()
    return seconds


def gains(before: Sequence[float], after: Sequence[float]) -> Spread:
    """Speed-up round by round: seconds ``before`` over seconds ``after``, both measured in the same rounds."""
    if len(before) != len(after) or not before:
        raise ValueError(f"{len(before)} and {len(after)} rounds do not pair; both need the same number, at least 1")
    return Spread.of([old / new for old, new in zip(before, after, strict=True)])

"""What was measured rather than proved: zeros in a dense kernel, compressed rows, channels; read from the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from dltheory.compression.derivation import storage
from verifiedbook.claims import Measured, NearMiss, claim


@cache
def _speed() -> Any:
    from dltheory.compression.experiment.speed import recorded

    return recorded()


def _gain(columns: int, before: str, after: str) -> np.ndarray:
    """Median over rounds of the time with one kernel over that with another, by growing density."""
    from dltheory.compression.experiment.timing import gains

    times = _speed().products[columns]
    return np.array([gains(times[before][density], times[after][density]).median for density in sorted(times[after])])


def _gain_of_zeros(kernel: str = "zeros") -> np.ndarray:
    """The same for a dense matrix without zeros and a kernel on one with zeros, for both numbers of columns."""
    return np.concatenate([_gain(columns, "dense", kernel) for columns in sorted(_speed().products)])


@claim("obs-pruning-zeros-are-not-speed", uses=["thm-speedup-bound"])
def zeros_in_a_dense_matrix_save_no_time():
    """Recorded: the product of a dense 512 × 4608 matrix with 16 or 64 columns takes the same time to 10 %, whether one
    percent of its entries are not zero, or all, or any share between, as the model says."""
    return [
        Measured(
            lambda: np.ones_like(_gain_of_zeros()),
            lambda: _gain_of_zeros(),
            tolerance=0.1,
            because="the kernel does the same operations whatever the numbers; medians of a clock on a shared machine "
            "repeat to a few percent",
            near_misses=[
                NearMiss("compressed rows are a dense kernel", measure=lambda: _gain_of_zeros("torch CSR")),
                NearMiss("the time falls with the density", predict=lambda: _inverse_densities()),
            ],
        )
    ]


def _inverse_densities() -> np.ndarray:
    return np.concatenate([[1 / density for density in sorted(times["zeros"])] for times in _speed().products.values()])


def _crossing_facts(level: float | None = None, fast_at: int = 0, slow_at: int = -1) -> np.ndarray:
    """For either input and library: faster at one density, slower at another, and crossing below ``level``.

    By default the smallest and the largest density, and the one from which on CSR takes more bytes than dense.
    """
    from dltheory.compression.experiment.sparse_speed import COLUMNS, ROWS

    shape = {storage.weights: ROWS * COLUMNS, storage.rows: ROWS, storage.index_bytes: 4}
    level = float(storage.csr_below_dense.subs(shape)) if level is None else level
    facts = []
    for columns in sorted(_speed().products):
        for kernel in ("torch CSR", "SciPy CSR"):
            gain = _gain(columns, "zeros", kernel)
            facts += [gain[fast_at] > 1, gain[slow_at] < 1, _speed().crossing(columns, kernel).upper < level]
    return np.array(facts, dtype=float)


@claim("obs-pruning-sparse-crossing", uses=["thm-sparse-storage", "thm-speedup-bound"])
def compressed_rows_save_time_later_than_bytes():
    """Recorded, for inputs of 16 and 64 columns and two libraries: the product with compressed rows is faster than the
    dense one at density 0.01 and slower at density 1, and the density at which they cross, quartiles included, is below
    the one from which on CSR saves bytes."""
    return [
        Measured(
            lambda: np.ones_like(_crossing_facts()),
            _crossing_facts,
            tolerance=0.0,
            because="twelve comparisons, stated before the run on record: a sparse kernel reads a value and an index "
            "where the dense one reads a value, and multiplies more slowly",
            near_misses=[
                NearMiss("time crosses at the density of the bitmask", measure=lambda: _crossing_facts(1 / 32)),
                NearMiss("faster at every density", measure=lambda: _crossing_facts(fast_at=-1)),
                NearMiss("slower at every density", measure=lambda: _crossing_facts(slow_at=0)),
            ],
        )
    ]


def _over(of: Callable[[Any], float], width: float = 1.0, batches: tuple[int, ...] = (1, 8, 64)) -> np.ndarray:
    """Measured speed-up over what ``of`` says of the point, for all ratios above 0."""
    points = [point for batch in batches for point in _speed().at(width, batch) if point.ratio > 0]
    return np.array([point.speedup.median / of(point) for point in points])


def _within_bounds(of: Callable[[Any], float] = lambda point: float(point.bound)) -> np.ndarray:
    """Whether every speed-up at the published ratio 0.3 exceeds 1, and none at any ratio or width the bound."""
    published = [float(point.speedup.lower > 1) for point in _speed().points if point.ratio == 0.3 and point.width == 1]
    pruned = [point for point in _speed().points if point.ratio > 0]
    return np.array([*published, *(float(point.speedup.median <= of(point)) for point in pruned)])


@claim("obs-pruning-latency", uses=["thm-speedup-bound"], source="dltheoreticalanalysis")
def the_model_predicts_what_channels_save():
    """Recorded on the source's network, widths 1 and $\\frac14$, batches of 1, 8 and 64, channel ratios up to 0.75: no
    speed-up exceeds the bound, and at width 1 every speed-up at $c=0.3$ exceeds 1. From four rates that were measured
    elsewhere, and with channels counted in whole registers, the model predicts all speed-ups to 25 %, those of single
    images at width $\\frac14$ excepted."""
    return [
        Measured(
            lambda: np.ones_like(_within_bounds()),
            _within_bounds,
            tolerance=0.0,
            because="comparisons, stated before the run on record",
            near_misses=[
                NearMiss(
                    "the ratio of channels is a bound",
                    measure=lambda: _within_bounds(lambda point: 1 / (1 - point.ratio)),
                ),
                NearMiss("1 is a bound: channels save no time", measure=lambda: _within_bounds(lambda point: 1.0)),
            ],
        ),
        Measured(
            lambda: np.ones_like(_over(lambda point: 1.0)),
            lambda: _over(lambda point: float(point.predicted)),
            tolerance=0.25,
            because="one rate stands for convolutions of all shapes; a ratio of times keeps part of their differences",
            near_misses=[
                NearMiss(
                    "the speed-up is the ratio of MACs", measure=lambda: _over(lambda point: float(point.mac_ratio))
                ),
                NearMiss("channels count once: 1/(1 − c)", measure=lambda: _over(lambda point: 1 / (1 - point.ratio))),
            ],
        ),
        Measured(
            lambda: np.ones_like(_over(lambda point: 1.0, 0.25, (8, 64))),
            lambda: _over(lambda point: float(point.predicted), 0.25, (8, 64)),
            tolerance=0.25,
            because="the same at a quarter of the channels, where filling up registers costs most",
            near_misses=[
                NearMiss(
                    "channels need not fill registers",
                    measure=lambda: _over(lambda point: float(point.plain), 0.25, (8, 64)),
                ),
                NearMiss(
                    "the speed-up is the ratio of MACs",
                    measure=lambda: _over(lambda point: float(point.mac_ratio), 0.25, (8, 64)),
                ),
            ],
        ),
    ]

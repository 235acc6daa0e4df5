"""What was measured rather than proved: zeros in a dense kernel, compressed rows, channels; read from the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sympy import Eq, Rational

from dltheory.compression.derivation import storage
from dltheory.compression.derivation.counts import ratio
from dltheory.compression.derivation.source import MILLISECONDS
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses


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


def _farthest(ratios: np.ndarray) -> float:
    """Of ratios that should be 1 the one that is farthest from it, up or down: a tolerance holds for each of them."""
    return float(max(ratios, key=lambda ratio: abs(np.log(ratio))))


@claim("obs-pruning-zeros-are-not-speed", uses=["thm-speedup-bound"])
def zeros_in_a_dense_matrix_save_no_time() -> Clauses:
    """The time with zeros over that without, where the two differ most."""
    return clauses(
        [
            Measured(
                lambda: 1.0,
                lambda: _farthest(_gain_of_zeros()),
                tolerance=0.1,
                because="the kernel does the same operations whatever the numbers; medians of a clock on a shared "
                "machine repeat to a few percent; of 24 ratios the farthest from 1",
                near_misses=[
                    NearMiss(
                        "compressed rows are a dense kernel", measure=lambda: _farthest(_gain_of_zeros("torch CSR"))
                    ),
                    NearMiss("the time falls with the density", predict=lambda: _farthest(_inverse_densities())),
                ],
            )
        ]
    )


def _inverse_densities() -> np.ndarray:
    return np.concatenate([[1 / density for density in sorted(times["zeros"])] for times in _speed().products.values()])


_INPUTS_AND_KERNELS = [(columns, kernel) for columns in (16, 64) for kernel in ("torch CSR", "SciPy CSR")]


def _gains_at(place: int) -> np.ndarray:
    """Time of the dense product over that of each kernel on each input, at one of the densities by size."""
    return np.array([_gain(columns, "zeros", kernel)[place] for columns, kernel in _INPUTS_AND_KERNELS])


def _crosses_below(level: float | None = None) -> np.ndarray:
    """Whether the crossing, upper quartile included, is below ``level``: by default where CSR takes more bytes."""
    from dltheory.compression.experiment.sparse_speed import COLUMNS, ROWS

    shape = {storage.weights: ROWS * COLUMNS, storage.rows: ROWS, storage.index_bytes: 4}
    level = float(storage.csr_below_dense.subs(shape)) if level is None else level
    return np.array([float(_speed().crossing(*each).upper < level) for each in _INPUTS_AND_KERNELS])


def _all_hold(measure: Callable[[], np.ndarray], because: str, *near_misses: NearMiss) -> Measured:
    """Facts that all hold, each 1 if it does."""
    return Measured(
        lambda: np.ones_like(measure()), measure, tolerance=0.0, because=because, near_misses=list(near_misses)
    )


@claim("obs-pruning-sparse-crossing", uses=["thm-sparse-storage"])
def compressed_rows_save_time_later_than_bytes() -> Clauses:
    """Four comparisons for each clause: two inputs, two libraries."""
    stated = "four comparisons, stated before the run on record"
    return clauses(
        i=_all_hold(
            lambda: (_gains_at(0) > 1).astype(float),
            stated,
            NearMiss("at every density", measure=lambda: (_gains_at(-1) > 1).astype(float)),
        ),
        ii=_all_hold(
            lambda: (_gains_at(-1) < 1).astype(float),
            stated,
            NearMiss("at every density", measure=lambda: (_gains_at(0) < 1).astype(float)),
        ),
        iii=_all_hold(
            _crosses_below,
            f"{stated}: a sparse kernel reads a value and an index where the dense one reads a value, and multiplies "
            "more slowly",
            NearMiss("time crosses at the density of the bitmask", measure=lambda: _crosses_below(1 / 32)),
        ),
    )


def _over(of: Callable[[Any], float], width: float = 1.0, batches: tuple[int, ...] = (1, 8, 64)) -> np.ndarray:
    """Median speed-up over what ``of`` says of the point, for all ratios above 0."""
    points = [point for batch in batches for point in _speed().at(width, batch) if point.ratio > 0]
    return np.array([point.speedup.median / of(point) for point in points])


def _within(of: Callable[[Any], float] = lambda point: float(point.bound)) -> np.ndarray:
    """Whether no median speed-up, at any ratio, width or batch, exceeds what ``of`` says."""
    return np.array([float(point.speedup.median <= of(point)) for point in _speed().points if point.ratio > 0])


#: The speed-up that the source reports.
_PUBLISHED = MILLISECONDS[0] / MILLISECONDS[1]


def _saves_time(ratio: float, at_least: float = 1.0) -> np.ndarray:
    """Whether the lower quartile of the speed-up at full width exceeds ``at_least``, for each batch."""
    return np.array([float(p.speedup.lower > at_least) for p in _speed().points if p.ratio == ratio and p.width == 1])


@claim("obs-pruning-latency", uses=["thm-speedup-bound"], source="dltheoreticalanalysis")
def the_model_predicts_what_channels_save() -> Clauses:
    """Median speed-ups against the bound, against 1, and against the model where it is farthest off."""
    stated = "comparisons, stated before the run on record"
    return clauses(
        i=_all_hold(
            _within,
            stated,
            NearMiss("the ratio of channels is a bound", measure=lambda: _within(lambda point: 1 / (1 - point.ratio))),
            NearMiss("1 is a bound: channels save no time", measure=lambda: _within(lambda point: 1.0)),
        ),
        ii=_all_hold(
            lambda: _saves_time(0.3),
            stated,
            NearMiss(
                "it exceeds the published one", measure=lambda: _saves_time(0.3, MILLISECONDS[0] / MILLISECONDS[1])
            ),
        ),
        iii=[
            Measured(
                lambda: 1.0,
                lambda: _farthest(_over(lambda point: float(point.predicted))),
                tolerance=0.25,
                because="one rate stands for convolutions of all shapes; a ratio of times keeps part of their "
                "differences; of 27 speed-ups over the model's the farthest from 1",
                near_misses=[
                    NearMiss(
                        "the speed-up is the ratio of MACs",
                        measure=lambda: _farthest(_over(lambda point: float(point.mac_ratio))),
                    ),
                    NearMiss(
                        "channels count once: 1/(1 − c)",
                        measure=lambda: _farthest(_over(lambda point: 1 / (1 - point.ratio))),
                    ),
                ],
            ),
            Measured(
                lambda: 1.0,
                lambda: _farthest(_over(lambda point: float(point.predicted), 0.25, (8, 64))),
                tolerance=0.25,
                because="the same at a quarter of the channels, where filling up registers costs most",
                near_misses=[
                    NearMiss(
                        "channels need not fill registers",
                        measure=lambda: _farthest(_over(lambda point: float(point.plain), 0.25, (8, 64))),
                    ),
                    NearMiss(
                        "the speed-up is the ratio of MACs",
                        measure=lambda: _farthest(_over(lambda point: float(point.mac_ratio), 0.25, (8, 64))),
                    ),
                ],
            ),
        ],
        reads={"ii": [Eq(ratio, Rational(3, 10))]},
    )

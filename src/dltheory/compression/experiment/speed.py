"""Storage aside, is it faster? What is timed, and the record of it, read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dltheory.compression.experiment import latency, sparse_speed
from dltheory.compression.experiment.latency import Rates
from dltheory.compression.experiment.sparse_speed import Crossing, Times
from dltheory.compression.experiment.timing import Spread, gains
from dltheory.lab.runs.records import RESULTS, Planned, RecordError, read

EXPERIMENT = "speed of pruned networks"
FILE = "pruning-speed.json"
#: Quarters leave multiples of 16 channels at width 1, tenths do not.
RATIOS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75)
DENSITIES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)
#: Rounds by (width, batch) and by columns: longer calls scatter less.
LATENCY_ROUNDS = {(1.0, 1): 40, (1.0, 8): 16, (1.0, 64): 8, (0.25, 1): 60, (0.25, 8): 40, (0.25, 64): 15}
PRODUCT_ROUNDS = {16: 30, 64: 15}
CONVOLUTION_ROUNDS = {1: 25, 8: 10, 64: 4}
RATE_ROUNDS = 25


@dataclass(frozen=True)
class Point:
    """One pruned network on one batch: seconds, speed-up over the dense one, and what the model says.

    ``predicted`` counts channels in blocks, ``plain`` does not; ``bound`` is the largest ratio of MACs or bytes of any
    layer, ``mac_ratio`` that of all MACs.
    """

    width: float
    batch: int
    ratio: float
    seconds: Spread
    speedup: Spread
    predicted: float
    plain: float
    bound: float
    mac_ratio: float
    limits: Mapping[str, float]


@dataclass(frozen=True)
class Speed:
    """A record, read: rates of the machine, all points, and times of sparse products by number of columns.

    ``convolutions`` holds, by batch, the rate of each convolution of the dense network over the model's one rate.
    """

    rates: Rates
    block: int
    points: tuple[Point, ...]
    products: Mapping[int, Times]
    convolutions: Mapping[int, Mapping[str, float]]

    def at(self, width: float, batch: int) -> list[Point]:
        """The points of one width and batch, by growing ratio. ValueError if there are none."""
        found = [point for point in self.points if (point.width, point.batch) == (width, batch)]
        if not found:
            raise ValueError(f"no network of width {width:g} was timed on batches of {batch}")
        return found

    def milliseconds(self, width: float, batch: int, ratio: float) -> tuple[float, float]:
        """Median times of the dense and of the pruned network. ValueError if this ratio was not timed."""
        row = self.at(width, batch)
        found = [next((point for point in row if point.ratio == each), None) for each in (0.0, ratio)]
        if None in found:
            raise ValueError(f"the ratio {ratio:g} was not timed; those are {', '.join(f'{p.ratio:g}' for p in row)}")
        return tuple(1e3 * point.seconds.median for point in found)  # type: ignore[return-value, union-attr]

    def crossing(self, columns: int, kernel: str) -> Crossing:
        """The density below which ``kernel`` is faster than the dense product."""
        return sparse_speed.crossing(self.products[columns], kernel)


def plan() -> list[Planned]:
    """The rates first; then convolutions alone, networks, products."""
    found = [Planned("rates", {})]
    found += [
        Planned(f"convolutions, batch {batch}", {"batch": batch, "rounds": rounds})
        for batch, rounds in CONVOLUTION_ROUNDS.items()
    ]
    found += [
        Planned(f"latency, width {width:g}, batch {batch}", {"width": width, "batch": batch, "rounds": rounds})
        for (width, batch), rounds in LATENCY_ROUNDS.items()
    ]
    return found + [
        Planned(f"product, {columns} columns", {"columns": columns, "rounds": rounds})
        for columns, rounds in PRODUCT_ROUNDS.items()
    ]


def execute(planned: Planned, after_round: Callable[[int], None] = lambda done: None) -> dict[str, Any]:
    """Time what ``planned`` names; every round's seconds come back, so that medians and quartiles can be taken."""
    given = planned.arguments
    if "columns" in given:
        times = sparse_speed.measure(DENSITIES, given["columns"], given["rounds"], after_round)
        seconds = {kernel: [_short(times[kernel][density]) for density in DENSITIES] for kernel in times}
        return {"columns": given["columns"], "densities": DENSITIES, "seconds": seconds}
    if "width" in given:
        found = latency.measure(given["width"], RATIOS, given["batch"], given["rounds"], after_round)
        return {
            "width": given["width"],
            "batch": given["batch"],
            "ratios": RATIOS,
            "seconds": [_short(found[ratio]) for ratio in RATIOS],
        }
    if "batch" in given:
        alone = latency.convolution_rates(given["batch"], given["rounds"])
        return {"batch": given["batch"], "macs": {name: _short(values) for name, values in alone.items()}}
    rates = latency.calibrate(RATE_ROUNDS)
    return {name: _short(values) for name, values in rates.items()} | {"block": latency.register_width()}


def interpret(runs: Mapping[str, Mapping[str, Any]]) -> Speed:
    """What the runs of a record say. Raises RecordError if the rates are missing."""
    if "rates" not in runs:
        raise RecordError("the record holds no rates of the machine: remove it and record again")
    found = runs["rates"]
    rates, block = latency.rates(found), int(found["block"])
    points = [point for run in runs.values() if "ratios" in run for point in _points(run, rates, block)]
    products = {
        run["columns"]: {
            kernel: dict(zip(run["densities"], seconds, strict=True)) for kernel, seconds in run["seconds"].items()
        }
        for run in runs.values()
        if "densities" in run
    }
    convolutions = {
        run["batch"]: {name: Spread.of(values).median / rates.macs for name, values in run["macs"].items()}
        for key, run in runs.items()
        if key.startswith("convolutions")
    }
    return Speed(rates, block, tuple(points), products, convolutions)


def recorded(file: str = FILE) -> Speed:
    """The committed record, read. Raises RecordError where there is none."""
    return interpret(read(RESULTS / file)["runs"])


def _points(run: Mapping[str, Any], rates: Rates, block: int) -> list[Point]:
    width, batch = run["width"], run["batch"]
    dense_seconds = run["seconds"][run["ratios"].index(0.0)]

    def model(ratio: float, block: int) -> list[latency.Operation]:
        return latency.operations(latency.outline(width, ratio), batch, block)

    def gain(ratio: float, block: int) -> float:
        return latency.predicted_seconds(model(0.0, block), rates) / latency.predicted_seconds(
            model(ratio, block), rates
        )

    def all_macs(ratio: float) -> int:
        return sum(operation.macs for operation in model(ratio, 1))

    return [
        Point(
            width,
            batch,
            ratio,
            Spread.of(seconds),
            gains(dense_seconds, seconds),
            gain(ratio, block),
            gain(ratio, 1),
            latency.bound(model(0.0, 1), model(ratio, 1)),
            all_macs(0.0) / all_macs(ratio),
            latency.limits(model(ratio, block), rates),
        )
        for ratio, seconds in zip(run["ratios"], run["seconds"], strict=True)
    ]


def _short(values: Sequence[float]) -> list[float]:
    """Four digits: no clock is better."""
    return [float(f"{value:.4g}") for value in values]

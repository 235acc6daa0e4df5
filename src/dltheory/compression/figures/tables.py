"""Tables of what removing channels and weights saves: for the terminal, and in Markdown for the chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from sympy import Integer, Rational

from dltheory.compression.derivation import counts, storage
from dltheory.compression.derivation.source import MILLISECONDS, RATIO
from dltheory.compression.experiment import sparse_speed
from dltheory.compression.experiment.recorded import ORDERS
from dltheory.compression.experiment.speed import Speed
from dltheory.compression.experiment.timing import Spread
from dltheory.pruning.experiment.recorded import Runs, of_phase, spread


def tables(speed: Speed) -> list[Table]:
    """Speed-ups with their quartiles beside the model's, and products with the crossings."""
    drawn = Table(title="Speed-up by channel pruning: median (quartiles), model", title_justify="left")
    for name in ("width", "batch", "ratio", "ms", "measured", "model", "without blocks", "at most"):
        drawn.add_column(name, justify="right")
    for point in speed.points:
        gain = point.speedup
        drawn.add_row(
            f"{point.width:g}",
            str(point.batch),
            f"{point.ratio:g}",
            f"{1e3 * point.seconds.median:.2f}",
            f"{gain.median:.2f} ({gain.lower:.2f}–{gain.upper:.2f})",
            f"{point.predicted:.2f}",
            f"{point.plain:.2f}",
            f"{point.bound:.2f}",
        )
    products = Table(title="Product with a sparse matrix: ms", title_justify="left")
    for name in ("columns", "density", *sparse_speed.KERNELS):
        products.add_column(name, justify="right")
    for columns, times in speed.products.items():
        for density in times["dense"]:
            cells = [f"{1e3 * Spread.of(times[kernel][density]).median:.3f}" for kernel in sparse_speed.KERNELS]
            products.add_row(str(columns), f"{density:g}", *cells)
    return [drawn, products]


def published_markdown(speed: Speed) -> str:
    """The source's row of latencies beside ours at the same channel ratio, for every batch size of width 1."""
    published = MILLISECONDS
    lines = [
        "| where | batch | dense (ms) | pruned (ms) | speed-up | model |",
        "|---|---|---|---|---|---|",
        f"| published | 1 | {published[0]} | {published[1]} | {published[0] / published[1]:.2f} | |",
    ]
    for batch in sorted({point.batch for point in speed.points if point.width == 1}):
        row = speed.at(1.0, batch)
        dense, pruned = row[0], next(point for point in row if point.ratio == RATIO)
        gain = pruned.speedup
        lines.append(
            f"| here | {batch} | {1e3 * dense.seconds.median:.1f} | {1e3 * pruned.seconds.median:.1f} | "
            f"{gain.median:.2f} ({gain.lower:.2f} to {gain.upper:.2f}) | {pruned.predicted:.2f} |"
        )
    return "\n".join(lines)


def errors_markdown(speed: Speed) -> str:
    """How far the model is off, by width and batch: the largest relative error of the predicted speed-up."""
    lines = ["| width | batch | in blocks | without blocks |", "|---|---|---|---|"]
    for width, batch in sorted({(point.width, point.batch) for point in speed.points}, reverse=True):
        pruned = [point for point in speed.at(width, batch) if point.ratio > 0]
        errors = [
            max((getattr(point, name) / point.speedup.median - 1 for point in pruned), key=abs)
            for name in ("predicted", "plain")
        ]
        lines.append(f"| {width:g} | {batch} | " + " | ".join(f"{100 * error:+.0f} %" for error in errors) + " |")
    return "\n".join(lines)


def channels_markdown(runs: Runs, milliseconds: tuple[float, float]) -> str:
    """Dense and with channels removed: test accuracy, multiplications, parameters and the ``milliseconds`` of both."""
    dense, channels = of_phase(runs, "dense"), of_phase(runs, "channels")

    def row(name: str, found: Sequence[Mapping[str, Any]], accuracies: Sequence[float], time: float) -> str:
        accuracy = spread(accuracies)
        return f"| {name} | {accuracy} | {found[0]['macs']:,} | {found[0]['parameters']:,} | {time:.2f} ms |"

    rows = [row("dense", dense, [run["test"] for run in dense], milliseconds[0])]
    for order, told in ORDERS.items():
        for moment, name in (("before", told), ("after", f"{told}, fine-tuned")):
            rows.append(row(name, channels, [run[order][moment]["test"] for run in channels], milliseconds[1]))
    return "\n".join(["| network | accuracy | MACs | parameters | latency |", "|---|---:|---:|---:|---:|", *rows])


def costs_markdown() -> str:
    """Multiplications, parameters and bytes of the notebook's network, published beside counted; nothing is rounded."""
    rows = []
    for ratio, told in ((Integer(0), ("606 M", "9.23 M")), (Rational(3, 10), ("305 M", "5.01 M"))):
        channels = counts.rounded_channels(ratio)
        macs, extra, parameters = (
            int(count(channels)) for count in (counts.macs, counts.profiled_extra, counts.parameters)
        )
        name = "dense" if ratio == 0 else "30 % of the channels removed"
        rows += [
            f"| {name}: MACs | {told[0]} | {macs:,}, with batch norm and mean {macs + extra:,} |",
            f"| {name}: parameters | {told[1]} | {parameters:,} |",
        ]
    sizes = {name: float(storage.mebibytes(storage.source_bytes(name))) for name in ("dense", "values", "bitmask")}
    rows += [
        f"| dense: size | 35.20 MiB | {sizes['dense']:.2f} MiB |",
        f"| weights pruned: size | 11.42 MiB | {sizes['values']:.2f} MiB of values, {sizes['bitmask']:.2f} MiB with a "
        "bitmask |",
    ]
    return "\n".join(["| width 1 | published | counted |", "|---|---|---|", *rows])

"""Tables of the measured speed: for the terminal, and in Markdown for the chapter."""

from __future__ import annotations

from rich.table import Table

from dltheory.pruning.experiment import sparse_speed
from dltheory.pruning.experiment.timing import Spread
from dltheory.pruning.source import MILLISECONDS, RATIO
from dltheory.pruning.speed import Speed


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

"""Figures of storage and speed: bytes over density, times over density, speed-up over channels, and what limits it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator
from sympy import Expr, lambdify

from dltheory.compression.derivation import storage
from dltheory.compression.experiment.sparse_speed import COLUMNS, ROWS
from dltheory.compression.experiment.speed import Speed
from dltheory.compression.experiment.timing import Spread
from dltheory.lab import style

_BATCH_STYLE = {1: (style.BLUE, "o"), 8: (style.RED, "s"), 64: (style.GREEN, "^")}
_LIMIT_COLOURS = {
    "multiplications": style.BLUE,
    "memory": style.RED,
    "pooling": style.ORANGE,
    "overhead": style.GREY,
}
_HATCHES = {"multiplications": "", "memory": "//", "pooling": "..", "overhead": "xx"}


def bytes_figure(rows: int = ROWS, columns: int = COLUMNS) -> Figure:
    """Bytes over density as fractions of the dense matrix, and where the formats cross, for a matrix of this shape."""
    figure = style.figure(3.6)
    axes = figure.add_subplot()
    total = rows * columns
    density = np.logspace(-3, 0, 200)

    def share(formula: Expr, index: int, density: np.ndarray | float = density) -> np.ndarray:
        shape = {storage.weights: total, storage.rows: rows, storage.index_bytes: index}
        of_nonzero = lambdify(storage.nonzero, formula.subs(shape), "numpy")
        return np.broadcast_to(of_nonzero(density * total) / (4 * total), np.shape(density))

    def level(formula: Expr, index: int = 4) -> float:
        return float(formula.subs({storage.weights: total, storage.rows: rows, storage.index_bytes: index}))

    curves = (
        ("dense", storage.dense_bytes, 4, style.INK, "-"),
        ("bitmask", storage.bitmask_bytes, 4, style.BLUE, "-"),
        ("CSR, 4 bytes an index", storage.csr_bytes, 4, style.RED, "-."),
        ("CSR, 8 bytes an index", storage.csr_bytes, 8, style.ORANGE, ":"),
    )
    for label, formula, index, colour, line in curves:
        axes.plot(density, share(formula, index), line, color=colour, label=label)
    # density at the crossing, height, colour, where its number stands
    places = [
        (level(storage.bitmask_below_dense), 1.0, style.BLUE, (6, -26), "right"),
        (level(storage.csr_below_dense), 1.0, style.RED, (0, 18), "right"),
        (level(storage.csr_below_dense, 8), 1.0, style.ORANGE, (-3, 5), "right"),
    ]
    for index, colour, offset in ((4, style.RED, (6, -12)), (8, style.ORANGE, (6, -13))):
        crossing = level(storage.csr_below_bitmask, index)
        height = float(share(storage.bitmask_bytes, index, crossing))
        places.append((crossing, height, colour, offset, "left"))
    for place, height, colour, offset, side in places:
        axes.plot(place, height, "o", color=colour, ms=5)
        axes.annotate(
            f"{place:.3f}", (place, height), offset, textcoords="offset points", ha=side, fontsize=9, color=colour
        )
    axes.set(xscale="log", yscale="log", ylim=(0.004, 4), xlabel="density $k/N$", ylabel="bytes, dense = 1")
    _plain_ticks(axes, [0.001, 0.01, 0.1, 1], [0.01, 0.1, 1])
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def product_figure(speed: Speed) -> Figure:
    """Time of the product over density, one panel a number of columns: medians, quartiles, measured crossings."""
    figure = style.figure(5.6)
    panels = figure.subplots(len(speed.products), 1, sharex=True)
    looks = {
        "zeros": ("dense, with zeros", style.INK, "o"),
        "torch CSR": ("CSR, torch", style.RED, "s"),
        "SciPy CSR": ("CSR, SciPy", style.BLUE, "^"),
    }
    for axes, (columns, times) in zip(np.atleast_1d(panels), speed.products.items(), strict=True):
        for kernel, (label, colour, marker) in looks.items():
            densities = sorted(times[kernel])
            spreads = [Spread.of(times[kernel][density]) for density in densities]
            _with_quartiles(axes, densities, spreads, 1e3, colour, marker, label)
        for kernel in ("torch CSR", "SciPy CSR"):
            found = speed.crossing(columns, kernel)
            colour = looks[kernel][1]
            axes.axvspan(found.lower, found.upper, color=colour, alpha=0.18, lw=0)
            axes.axvline(found.density, color=colour, lw=1, ls=":")
        axes.axvline(_csr_storage_crossing(), color=style.GREY, lw=1.2, ls="--")
        axes.set(xscale="log", yscale="log", ylabel="ms", title=f"{columns} columns")
        _plain_ticks(axes, [0.01, 0.03, 0.1, 0.3, 1], [0.1, 1, 10])
    panels[-1].set_xlabel("density $k/N$")
    panels[0].plot([], [], color=style.GREY, lw=1.2, ls="--", label="below it CSR saves bytes")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def speedup_figure(speed: Speed, widths: Sequence[float] = (1.0, 0.25)) -> Figure:
    """Speed-up over the channel ratio, one panel a width: model dashed, medians with quartiles, bound dotted."""
    figure = style.figure(6.2)
    panels = np.atleast_1d(figure.subplots(len(widths), 1, sharex=True))
    for axes, width in zip(panels, widths, strict=True):
        for batch, (colour, marker) in _BATCH_STYLE.items():
            points = speed.at(width, batch)
            ratios = [point.ratio for point in points]
            axes.plot(ratios, [point.predicted for point in points], color=colour, **style.PREDICTED)
            _with_quartiles(axes, ratios, [p.speedup for p in points], 1, colour, marker, f"batch {batch}")
        axes.plot(ratios, [point.bound for point in points], ":", color=style.INK, lw=1.4)
        axes.set(yscale="log", ylabel="speed-up", title=f"width {width:g}", ylim=(0.9, 18))
        _plain_ticks(axes, None, [1, 2, 4, 8, 16])
    panels[-1].set_xlabel("channel ratio $c$")
    panels[0].plot([], [], color=style.INK, label="model", **style.PREDICTED)
    panels[0].plot([], [], ":", color=style.INK, lw=1.4, label="bound")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def limits_figure(speed: Speed, ratios: Sequence[float] = (0.0, 0.3, 0.7)) -> Figure:
    """Shares of the model's time by what limits it, a bar for each width, batch and ratio."""
    figure = style.figure(4.6)
    axes = figure.add_subplot()
    labels, position, ticks = [], 0.0, []
    for width, batch in sorted(
        {(point.width, point.batch) for point in speed.points}, key=lambda pair: (-pair[0], pair[1])
    ):
        for point in speed.at(width, batch):
            if point.ratio not in ratios:
                continue
            start = 0.0
            for name, share in point.limits.items():
                axes.barh(
                    position,
                    100 * share,
                    left=start,
                    color=_LIMIT_COLOURS[name],
                    hatch=_HATCHES[name],
                    edgecolor="white",
                    lw=0.4,
                    label=name if not labels else None,
                )
                start += 100 * share
            ticks.append(position)
            labels.append(
                f"width {width:g}, batch {batch}, $c={point.ratio:g}$"
                if point.ratio == ratios[0]
                else f"$c={point.ratio:g}$"
            )
            position += 1
        position += 0.6
    axes.set_yticks(ticks, labels, fontsize=8.5)
    axes.invert_yaxis()
    axes.grid(False)
    axes.set(xlabel="share of the model's time (%)", xlim=(0, 100))
    figure.legend(loc="outside upper center", ncols=4, columnspacing=1.0, handlelength=1.3)
    return figure


def _csr_storage_crossing() -> float:
    shape = {storage.weights: ROWS * COLUMNS, storage.rows: ROWS, storage.index_bytes: 4}
    return float(storage.csr_below_dense.subs(shape))


def _with_quartiles(
    axes: Axes, places: Sequence[float], spreads: Sequence[Spread], scale: float, colour: str, marker: str, label: str
) -> None:
    """Medians as markers on a solid line, from quartile to quartile a bar."""
    median = scale * np.array([spread.median for spread in spreads])
    down = median - scale * np.array([spread.lower for spread in spreads])
    up = scale * np.array([spread.upper for spread in spreads]) - median
    axes.errorbar(
        places, median, [down, up], color=colour, marker=marker, ms=4, capsize=2.5, elinewidth=1, label=label, lw=1.3
    )


def _plain_ticks(axes: Axes, x: Sequence[float] | None, y: Sequence[float]) -> None:
    """Ticks of logarithmic axes as plain numbers at these places and nowhere else."""
    for axis, places in ((axes.xaxis, x), (axes.yaxis, y)):
        if places is None:
            continue
        axis.set_major_locator(FixedLocator(list(places)))
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(lambda value, _: f"{value:g}")

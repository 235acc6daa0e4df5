"""The source notebook's figures again: data, landscape, what happens in each direction, excess loss."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from dltheory.lab import style
from dltheory.momentum.experiment.regression import Problem

Array = NDArray[np.float64]


def source_data_figure(problem: Problem) -> Figure:
    """The points of a two-dimensional problem by label, and its singular directions from the origin."""
    figure = style.figure(height=3.0)
    axes = figure.subplots()
    for label, colour, marker in ((0.0, style.BLUE, "o"), (1.0, style.RED, "^")):
        chosen = problem.y == label
        axes.plot(*problem.X[chosen].T, marker, color=colour, markersize=3, alpha=0.6, label=f"$y={label:g}$")
    outline = [withStroke(linewidth=3, foreground="white")]
    arrow = {"arrowstyle": "-|>", "color": style.INK, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    beside = ((-8, 6), (6, -2))
    for direction, size, name, place in zip(problem.svd[2], problem.sigma, ("v_1", "v_2"), beside, strict=True):
        tip = direction * size / np.sqrt(len(problem.y)) * -np.sign(direction[np.abs(direction).argmax()]) * 2
        axes.annotate("", tip, (0, 0), arrowprops=arrow)
        axes.annotate(f"${name}$", tip, textcoords="offset points", xytext=place, path_effects=outline, size=13)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2, markerscale=1.6)
    return figure


def source_landscape_figure(problem: Problem, paths: Array, names: Sequence[str], shown: int = 40) -> Figure:
    """Contours of the loss with the first `shown` iterates of each run; paths: (steps + 1, k, 2)."""
    figure = style.figure(height=4.4)
    axes = figure.subplots()
    points = paths[: shown + 1].reshape(-1, 2)
    low, high = points.min(axis=0) - 0.06, points.max(axis=0) + 0.06
    grid = np.stack(np.meshgrid(np.linspace(low[0], high[0], 160), np.linspace(low[1], high[1], 160)), axis=-1)
    excess = problem.excess_loss(grid)
    axes.contour(
        grid[..., 0], grid[..., 1], excess, levels=np.geomspace(1, excess.max(), 9), colors=style.GREY, linewidths=0.6
    )
    markers = ("o", "s", "^", "D")
    for run, name in enumerate(names):
        axes.plot(*paths[: shown + 1, run].T, marker=markers[run], markersize=3.5, linewidth=1.2, label=name)
    axes.plot(*problem.optimum, "*", color=style.INK, markersize=13)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure


def directions_figure(measured: Array, predicted: Array, curvature: Array, names: Sequence[str]) -> Figure:
    """|error| and |gradient| per singular direction, measured (solid) and predicted (dashed, on top).

    measured, predicted: (steps + 1, k, 2) errors in singular coordinates.
    """
    figure = style.figure(height=5.2)
    panels = figure.subplots(2, 2, sharex=True)
    times = np.arange(len(measured))
    for column in range(2):
        for row, factor in enumerate((1.0, curvature[column])):
            axes = panels[row, column]
            for run, name in enumerate(names):
                colour = style.PALETTE[run]
                axes.semilogy(times, factor * np.abs(measured[:, run, column]), color=colour, linewidth=1.5, label=name)
                axes.semilogy(
                    times,
                    factor * np.abs(predicted[:, run, column]),
                    color=style.INK,
                    linestyle=(0, (2, 2.5)),
                    linewidth=1.1,
                )
            axes.set_ylim(bottom=1e-13 * factor)
        panels[0, column].set_title(f"direction $v_{column + 1}$")
        panels[1, column].set_xlabel("iteration $t$")
    panels[0, 0].set_ylabel("$|e_{t,i}|$")
    panels[1, 0].set_ylabel("$|h_i e_{t,i}|$")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure


def excess_figure(excess: Array, names: Sequence[str], ceiling: float = 1e6) -> Figure:
    """Excess loss over the optimum of several runs, excess: (steps + 1, k)."""
    figure = style.figure(height=4.2)
    axes = figure.subplots()
    for run, name in enumerate(names):
        axes.semilogy(np.where(excess[:, run] < ceiling, excess[:, run], np.nan), label=name)
    axes.set(xlabel="iteration $t$", ylabel="$L(w_t)-L(w^\\star)$", ylim=(1e-22, ceiling))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure

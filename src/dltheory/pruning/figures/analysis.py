"""Figures of the energy in small weights, and of singular coordinates along descent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dltheory.lab import style
from dltheory.pruning.experiment.bias import (
    Sizes,
    among_smallest,
    flow_peak,
    rank_of_flattest,
    size_formula,
    turning_times,
)
from dltheory.pruning.experiment.gaussian import measured_curve, removed_share

Array = NDArray[np.float64]


def energy_figure(weights: Mapping[str, Array]) -> Figure:
    """Share of the squared norm over the fraction removed: Gaussian dashed between its bounds, arrays solid."""
    figure = style.figure(3.4)
    axes = figure.add_subplot()
    fractions = np.linspace(0, 1, 201)
    axes.fill_between(fractions, np.pi / 6 * fractions**3, fractions**3, color=style.GREY, alpha=0.18, lw=0)
    for (name, values), colour in zip(weights.items(), style.PALETTE[1:], strict=False):
        axes.plot(fractions, measured_curve(values, fractions), color=colour, label=name, **style.MEASURED)
    axes.plot(fractions, removed_share(fractions), color=style.BLUE, label="Gaussian, predicted", **style.PREDICTED)
    axes.set(xlabel="fraction removed $s$", ylabel=r"share of $\|w\|^2$ removed", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left")
    return figure


def sizes_figure(found: Sizes) -> Figure:
    """Coordinate sizes over the singular value at several times: formula dashed, run as dots joined by a line.

    For $\\lvert u_i^\\top y\\rvert=1$. A diamond marks the peak of the flow, $2\\eta t\\sigma^2=x^\\star$.
    """
    figure = style.figure(3.6)
    axes = figure.add_subplot()
    grid = np.geomspace(0.8 * found.sigma[-1], found.sigma[0], 300)
    formula, peak = size_formula(), flow_peak()
    for t, measured, colour in zip(found.times, found.measured, style.PALETTE, strict=False):
        axes.plot(found.sigma, measured, "-", color=colour, lw=3.2, alpha=0.32)
        axes.plot(found.sigma, measured, "o", color=colour, ms=3.4, label=f"$t={t}$")
        axes.plot(grid, formula(found.eta, grid, t, 1.0), color=colour, **(style.PREDICTED | {"linewidth": 1.3}))
        place = np.sqrt(peak / (2 * found.eta * t))
        if grid[0] < place < grid[-1]:
            axes.plot(place, formula(found.eta, place, t, 1.0), "D", color=colour, mfc="none", ms=8, mew=1.4)
    axes.set(xscale="log", yscale="log", xlabel=r"singular value $\sigma$", ylabel="size of the coordinate")
    figure.legend(loc="outside upper center", ncols=5, columnspacing=0.9, handletextpad=0.2)
    return figure


def removal_figure(equal: Mapping[str, Sizes], own: Sizes) -> Figure:
    """Over the time t, formula dashed and run solid. Above, for equal targets: the part of a removed half that consists
    of the smallest $\\sigma$, and dotted when the peak passes the largest and the smallest. Below, for the data's own
    targets: how many coordinates are smaller than that of the smallest $\\sigma$."""
    figure = style.figure(5.2)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1.25, 1))
    for (name, found), colour in zip(equal.items(), style.PALETTE, strict=False):
        count = len(found.sigma) // 2
        _run_and_formula(above, found, lambda sizes, count=count: among_smallest(sizes, count) / count, colour)
        above.plot([], [], color=colour, label=name, **style.MEASURED)
        for time in turning_times(found):
            above.axvline(time, color=colour, lw=1, ls=":")
    _run_and_formula(below, own, rank_of_flattest, style.GREEN)
    above.set(xscale="log", ylabel="smallest σ among\nthe removed half", ylim=(-0.05, 1.08))
    below.set(xlabel="iteration $t$", ylabel="coordinates smaller\nthan that of $\\sigma_r$", ylim=(0, 9.5))
    below.set_yticks(range(0, 10, 3))
    below.set_title("diabetes data, own targets")
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def _run_and_formula(axes: Axes, found: Sizes, read: Callable[[Array], Array], colour: str) -> None:
    axes.plot(found.times, read(found.measured), color=colour, lw=3.2, alpha=0.4)
    axes.plot(found.times, read(found.predicted), color=colour, **(style.PREDICTED | {"linewidth": 1.4}))

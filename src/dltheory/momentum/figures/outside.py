"""Noise, a cycle, and logistic regression: what the deterministic quadratic does not show."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dltheory.lab import style
from dltheory.momentum.experiment.nonquadratic import LogisticRun

Array = NDArray[np.float64]


def noise_figure(
    steps: Array, predicted: Mapping[float, Array], measured: Mapping[float, tuple[Array, Array]]
) -> Figure:
    """Stationary E x^2 over eta h for several beta: predicted (dashed), measured with 95 % intervals (points)."""
    figure = style.figure(height=4.0)
    axes = figure.subplots()
    fine = np.geomspace(steps[0], steps[-1], len(next(iter(predicted.values()))))
    for run, (weight, curve) in enumerate(predicted.items()):
        colour = style.PALETTE[run]
        axes.loglog(fine, curve, color=colour, **style.PREDICTED)
        centre, half = measured[weight]
        axes.errorbar(
            steps, centre, yerr=half, fmt="o", color=colour, markersize=4, capsize=3, label=f"$\\beta={weight}$"
        )
    axes.set(xlabel="$\\eta h$", ylabel="$\\mathbb{E}\\,x^2 h^2/\\nu$")
    axes.legend(title="gradient descent is $\\beta=1$", loc="upper left")
    return figure


def cycle_figure(paths: Array, starts: Array, x: Array, height: Array, cycle: Array) -> Figure:
    """The function with the three points of its cycle, and runs from several starts; paths: (steps + 1, k)."""
    figure = style.figure(height=5.0)
    above, below = figure.subplots(2, 1)
    above.plot(x, height, color=style.INK)
    above.plot(cycle, np.interp(cycle, x, height), "o", color=style.RED, label="the 3-cycle")
    above.plot(0, 0, "*", color=style.BLUE, markersize=12, label="the minimum")
    above.set(xlabel="$x$", ylabel="$f(x)$")
    above.legend()
    for run, start in enumerate(starts):
        below.plot(paths[:, run], marker=".", linewidth=1.2, label=f"$x_0={start:g}$")
    for point in cycle:
        below.axhline(point, color=style.GREY, **{**style.PREDICTED, "linewidth": 1.0})
    below.set(xlabel="iteration $t$", ylabel="$x_t$")
    below.legend(ncols=3, loc="upper right")
    return figure


def logistic_figure(runs: Mapping[str, LogisticRun]) -> Figure:
    """Distance to the optimum of each run (solid), with the slope q^t of its own tuning (dashed)."""
    figure = style.figure(height=3.9)
    axes = figure.subplots()
    for run, (name, result) in enumerate(runs.items()):
        colour = style.PALETTE[run]
        axes.semilogy(result.distance, color=colour, label=name)
        times = np.arange(len(result.distance))
        anchor = int(np.argmax(result.distance < 1e-3))
        law = result.distance[anchor] * result.tuned.rate ** (times - anchor)
        axes.semilogy(times[anchor:], law[anchor:], color=colour, **style.PREDICTED)
    axes.set(xlabel="iteration $t$", ylabel="$\\|w_t-w^\\star\\|/\\|w_0-w^\\star\\|$", ylim=(1e-13, 30), xlim=(0, 260))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure

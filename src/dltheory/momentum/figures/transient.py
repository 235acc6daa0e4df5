"""The hump, the bound below every method, the gain at a given accuracy, and the methods side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dltheory.lab import style

Array = NDArray[np.float64]


def hump_figure(
    times: Array, predicted: Sequence[Array], measured: Sequence[Array], plain: Sequence[Array], names: Sequence[str]
) -> Figure:
    """Worst error factor at `times`, predicted (dashed), measured (solid), and plain q^t (dotted)."""
    figure = style.figure(height=4.0)
    axes = figure.subplots()
    for run, name in enumerate(names):
        colour = style.PALETTE[run]
        axes.loglog(times, measured[run], color=colour, linewidth=3, alpha=0.45, label=name)
        axes.loglog(times, predicted[run], color=colour, **style.PREDICTED)
        axes.loglog(times, plain[run], color=colour, linestyle=":", linewidth=1.4)
    axes.axhline(1, color=style.GREY, linewidth=1)
    axes.set(xlabel="iteration $t$", ylabel="$\\max_h |e_t/e_0|$", ylim=(1e-6, 300))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


def bound_figure(
    times: Array, bound: Array, ball: Array, descent: Array, dots: tuple[Array, Array], conjugate: Array
) -> Figure:
    """The lower bound (dashed), the best Krylov method on the hardest problems (dots), and methods above it."""
    figure = style.figure(height=4.2)
    axes = figure.subplots()
    axes.semilogy(times, descent, color=style.GREEN, label="gradient descent, worst case")
    axes.semilogy(times, ball, color=style.RED, label="heavy ball, worst case")
    axes.semilogy(
        times, bound, color=style.INK, **style.PREDICTED, label="$1/T_t$, no method below it for every problem"
    )
    axes.semilogy(*dots, "o", color=style.INK, label="best Krylov method on the hardest problem of that $t$")
    axes.semilogy(conjugate, color=style.BLUE, marker=".", label="conjugate gradients on the diabetes data")
    axes.set(xlabel="iteration $t$", ylabel="error factor", ylim=(1e-8, 30), xlim=(0, times[-1]))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure


def gain_figure(ratios: Array, asymptotic: Array, gains: Mapping[float, Array]) -> Figure:
    """How many times fewer iterations heavy ball needs, over the condition number, for several accuracies."""
    figure = style.figure(height=3.6)
    axes = figure.subplots()
    axes.loglog(ratios, asymptotic, color=style.INK, **style.PREDICTED, label="accuracy $\\to0$")
    for accuracy, gain in gains.items():
        axes.loglog(ratios, gain, marker="o", markersize=3.5, label=f"$10^{{{int(np.log10(accuracy))}}}$")
    axes.set(xlabel="condition number $\\kappa$", ylabel="iterations saved, factor")
    axes.legend(ncols=2)
    return figure


def methods_figure(
    measured: Mapping[str, tuple[Array, Array]], predicted: Mapping[str, tuple[Array, Array]], accuracy: float
) -> Figure:
    """Distance to the optimum at given iterations for each method: (times, sizes), measured and predicted."""
    figure = style.figure(height=4.0)
    axes = figure.subplots()
    for run, (name, (times, sizes)) in enumerate(predicted.items()):
        if name in measured:
            axes.loglog(*measured[name], color=style.PALETTE[run], linewidth=3, alpha=0.45)
        axes.loglog(times, sizes, color=style.PALETTE[run], **style.PREDICTED, label=name)
    axes.axhline(accuracy, color=style.GREY, linewidth=1)
    axes.set(xlabel="iteration $t$", ylabel="$\\|w_t-w^\\star\\|/\\|w_0-w^\\star\\|$", ylim=(accuracy / 30, 3))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure

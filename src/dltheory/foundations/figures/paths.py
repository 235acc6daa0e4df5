"""Figures of runs: how errors fall, where the weights go, and what that does to the test error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dltheory.foundations.experiment import Landscape, SplitErrors
from dltheory.lab import style

Array = NDArray[np.float64]


def decay_figure(labels: Sequence[str], measured: Sequence[Array], predicted: Sequence[Array]) -> Figure:
    """Error over iterations on a logarithmic scale: measured solid, predicted dashed on top, one colour a step size."""
    figure = style.figure(height=3.9)
    axes = figure.subplots()
    for colour, label, ours, theirs in zip(style.PALETTE, labels, measured, predicted, strict=False):
        axes.plot(ours / ours[0], color=colour, label=label, alpha=0.55, linewidth=3.4)
        axes.plot(theirs / theirs[0], color=colour, **style.PREDICTED)
    axes.set(yscale="log", xlabel="iteration $t$", ylabel=r"error $\|w_t - w^\star\|\,/\,\|w_0 - w^\star\|$")
    axes.set(xlim=(0, len(measured[0]) - 1), ylim=(1e-4, 30))
    axes.legend(loc="lower left", title=r"step $\eta$, in units of $1/\sigma_1^2$", title_fontsize=9.5)
    return figure


def landscape_figure(result: Landscape) -> Figure:
    """Contours of the loss of two weights and the path of gradient descent for each step size."""
    figure = style.figure(height=4.6)
    axes = figure.subplots()
    levels = np.geomspace(0.02, result.loss.max(), 12)
    axes.contour(result.axis, result.axis, result.loss, levels=levels, colors=style.GREY, linewidths=0.7, alpha=0.6)
    colours = (style.BLUE, style.GREEN, style.RED)
    for order, (colour, fraction, path) in enumerate(zip(colours, result.fractions, result.paths, strict=True)):
        inside = path[: _leaves(path, result.axis[-1])]
        label = rf"$\eta\sigma_1^2 = {fraction:g}$"
        axes.plot(*inside.T, "o-", color=colour, markersize=3.6, linewidth=1.2, label=label, zorder=5 - order)
    axes.plot(*result.minimiser, "*", color=style.INK, markersize=13, zorder=6)
    axes.plot(*result.paths[0][0], "s", color=style.INK, markersize=6, zorder=6)
    reach = (result.axis[0], result.axis[-1])
    axes.set(aspect="equal", xlim=reach, ylim=reach, xlabel="$w_1$", ylabel="$w_2$")
    axes.grid(False)
    axes.legend(loc="lower right")
    return figure


def _leaves(path: Array, reach: float) -> int:
    """How many leading points of ``path`` lie inside the picture."""
    outside = np.abs(path).max(axis=1) > reach
    return int(np.argmax(outside)) if outside.any() else len(path)


def split_errors_figure(errors: SplitErrors) -> Figure:
    """Mean test error along the path and for the matched ridge above; below their difference, split by split.

    Lines are means over the splits. The bands above hold the middle half of the splits, those below half and 95 %.
    """
    figure = style.figure(height=5.4)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    curves = (("early stopping", errors.descent, style.BLUE), ("ridge", errors.ridge, style.RED))
    for label, values, colour in curves:
        low, high = np.quantile(values, (0.25, 0.75), axis=0)
        above.fill_between(errors.tau, low, high, color=colour, alpha=0.13, linewidth=0)
        above.plot(errors.tau, values.mean(axis=0), color=colour, label=label)
    above.set(ylabel="test error, mean = 1")
    above.legend(loc="upper right")
    gap = errors.descent - errors.ridge
    for share, alpha in ((0.95, 0.13), (0.5, 0.22)):
        low, high = np.quantile(gap, ((1 - share) / 2, (1 + share) / 2), axis=0)
        below.fill_between(errors.tau, low, high, color=style.GREEN, alpha=alpha, linewidth=0)
    below.plot(errors.tau, gap.mean(axis=0), color=style.GREEN)
    below.axhline(0, color=style.GREY, linewidth=0.8)
    below.set(xscale="log", xlabel=r"time $\tau = \eta t$, ridge strength $\lambda = 1/(2\tau)$")
    below.set_ylabel("stopping − ridge")
    below.set_xlim(errors.tau[0], errors.tau[-1])
    return figure

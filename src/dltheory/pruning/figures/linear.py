"""Figures of pruning in linear regression: the diabetes data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter

from dltheory.lab import style
from dltheory.pruning.experiment.diabetes import Curves, FineTuning, Saliencies

#: Over a measured line of the same colour a prediction is seen if the measured one is broad and pale.
_BROAD = {"linewidth": 5.0, "alpha": 0.35, "solid_capstyle": "butt"}


def curves_figure(curves: Curves) -> Figure:
    """Rise of the loss against the number of weights removed, before (top) and after refitting (bottom).

    Broad: measured; dashed: predicted; dots: the best set of each size; grey: all sets, mean and 10 to 90 %.
    """
    figure = style.figure(6.6)
    top, bottom = figure.subplots(2, 1, sharex=True)
    _panel(top, curves, 0)
    _panel(bottom, curves, 1)
    top.set_title("at once")
    bottom.set_title("after refitting the kept weights")
    bottom.set_xlabel("weights removed")
    handles, labels = top.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def _panel(axes: Axes, curves: Curves, place: int) -> None:
    measured = (curves.before, curves.after)[place]
    predicted = (curves.predicted_before, curves.predicted_after)[place]
    counts = np.arange(1, len(curves.predicted_mean))
    low, high = curves.spread[place]
    axes.fill_between(counts, 100 * low[1:], 100 * high[1:], color=style.GREY, alpha=0.15, lw=0)
    axes.plot(counts, 100 * curves.mean[place][1:], color=style.GREY, label="random, mean of all sets", **_BROAD)
    if place == 0:
        axes.plot(counts, 100 * curves.predicted_mean[1:], color=style.GREY, **style.PREDICTED)
    for (name, values), colour in zip(measured.items(), style.PALETTE, strict=False):
        axes.plot(counts, 100 * values[1:], color=colour, label=name, **_BROAD)
        axes.plot(counts, 100 * predicted[name][1:], color=colour, **style.PREDICTED)
    axes.plot(counts, 100 * curves.best[place][1:], "o", color=style.INK, ms=4, label="best of all sets")
    axes.set(ylabel="rise of the loss (%)", yscale="log", xticks=counts)


def saliencies_figure(found: Saliencies) -> Figure:
    """Both saliencies of each feature, cheapest first, with $\\hat\\sigma^2t^2$ from regression software as crosses."""
    figure = style.figure(3.5)
    axes = figure.add_subplot()
    order = np.argsort(found.surgeon)
    places = np.arange(len(order))
    axes.vlines(places, 100 * found.surgeon[order], 100 * found.damage[order], color=style.GREY, lw=1)
    axes.plot(places, 100 * found.damage[order], "s", color=style.RED, ms=6, label="OBD: nothing else moves")
    axes.plot(places, 100 * found.surgeon[order], "o", color=style.BLUE, ms=7, label="OBS: the rest is refitted")
    axes.plot(
        places, 100 * found.t_square[order], "x", color=style.INK, ms=5, label=r"$\hat\sigma^2t_j^2$, statsmodels"
    )
    axes.axhline(100 * found.threshold, color=style.GREY, lw=1, ls=":")
    axes.annotate(r"$\vert t_j\vert=2$", (0, 100 * found.threshold), xytext=(-4, 3), textcoords="offset points")
    axes.set(xticks=places, xticklabels=[found.features[index] for index in order], yscale="log")
    axes.set(xlabel="feature", ylabel="rise of the loss (%)")
    axes.legend(loc="lower right")
    return figure


def fine_tuning_figure(runs: Mapping[str, FineTuning]) -> Figure:
    """Rise of the loss along masked gradient descent, a line for each criterion; predicted start (diamond) and end."""
    figure = style.figure(3.2)
    axes = figure.add_subplot()
    for (name, run), colour in zip(runs.items(), (style.BLUE, style.PURPLE, style.RED), strict=False):
        axes.plot(100 * run.path, color=colour, label=name, **style.MEASURED)
        axes.axhline(100 * run.end, color=colour, **style.PREDICTED)
        axes.plot([0], [100 * run.start], "D", color=colour, ms=6, clip_on=False)
    axes.set(xlabel="step $t$", ylabel="rise of the loss (%)", yscale="log")
    axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.yaxis.set_minor_formatter(FormatStrFormatter("%g"))
    axes.legend()
    return figure

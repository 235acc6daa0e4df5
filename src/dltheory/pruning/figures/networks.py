"""Figures of pruned networks: sensitivity, criteria, and every recorded network beside the published one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from dltheory.lab import style
from dltheory.lab.runs.comparison import mean_interval
from dltheory.pruning.experiment.recorded import Line
from dltheory.pruning.experiment.schedule import Steps
from dltheory.pruning.experiment.sensitivity import Sensitivity


def sensitivity_figure(found: Sensitivity) -> Figure:
    """Accuracy over the sparsity of one layer, a line a layer, dark at the input and light at the output."""
    figure = style.figure(3.6)
    axes = figure.add_subplot()
    # the lightest end of the map is too pale for a line
    colours = mpl.colormaps["viridis"](np.linspace(0, 0.82, len(found.right)))
    for (stage, colour), marker in zip(zip(found.right, colours, strict=True), "osD^v<>Ph", strict=False):
        axes.plot(
            found.sparsities, 100 * np.array(found.accuracy(stage)), marker=marker, ms=4, color=colour, label=stage
        )
    axes.axhline(100 * found.dense / found.images, color=style.GREY, lw=1, ls=":")
    axes.set(xlabel="sparsity $s$ of one layer", ylabel="accuracy (%)", ylim=(0, 102))
    figure.legend(loc="outside upper center", ncols=3)
    return figure


Accuracies = Mapping[str, Mapping[float, Sequence[float]]]


def criteria_figure(before: Accuracies, after: Accuracies) -> Figure:
    """Accuracy over the sparsity of all layers before and after fine-tuning: means with 95 % intervals."""
    figure = style.figure(5.0)
    names = [*before, *(name for name in after if name not in before)]
    colours = dict(zip(names, style.PALETTE, strict=False))
    markers = dict(zip(names, "osD^v", strict=False))
    shared = None
    for position, (title, found) in enumerate((("before fine-tuning", before), ("after fine-tuning", after)), start=1):
        axes = figure.add_subplot(2, 1, position, sharex=shared)
        shared = shared or axes
        for name, cells in found.items():
            intervals = [mean_interval(cells[sparsity]) for sparsity in cells]
            axes.errorbar(
                list(cells),
                [100 * each.mean for each in intervals],
                [100 * each.half_width if each.count > 1 else 0 for each in intervals],
                color=colours[name],
                marker=markers[name],
                ms=4.5,
                capsize=2,
                lw=1.5,
                label=name,
            )
        axes.set_title(title)
        # the lowest mean decides how far down the panel goes, in steps of ten
        lowest = min(100 * mean_interval(values).mean for cells in found.values() for values in cells.values())
        axes.set(ylabel="test accuracy (%)", ylim=(max(0, 10 * (lowest // 10) - 10), 102))
    axes.set_xlabel("sparsity $s$ of all layers")
    handles = {
        label: handle for each in figure.axes for handle, label in zip(*each.get_legend_handles_labels(), strict=True)
    }
    figure.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=3)
    return figure


def lines_figure(lines: Sequence[Line], label: str) -> Figure:
    """Every network as a dot and the published one as a diamond, a row a line, read from above."""
    figure = style.figure(0.9 + 0.3 * len(lines))
    axes = figure.add_subplot()
    for place, line in enumerate(lines):
        dots = 100 * np.array(line.values)
        axes.plot(dots, np.full(len(dots), place), "o", color=style.BLUE, alpha=0.7, ms=5)
        if line.published is not None:
            axes.plot(100 * line.published, place, "D", mfc="none", color=style.INK, ms=7)
    axes.plot([], [], "o", color=style.BLUE, ms=5, label="reproduced")
    axes.plot([], [], "D", mfc="none", color=style.INK, ms=7, label="published, width 1")
    axes.set_yticks(range(len(lines)), [line.name for line in lines])
    axes.invert_yaxis()
    axes.set(xlabel=label, xlim=(0, 102))
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def schedule_figure(steps: Steps, batches: int) -> Figure:
    """Step sizes over the batches: as intended, in stairs and smoothly, and moved on once a batch."""
    figure = style.figure(2.8)
    axes = figure.add_subplot()
    place = np.arange(len(steps.smoothly)) / batches
    axes.plot(place, steps.once_a_batch, color=style.RED, lw=1.0, label="once a batch, length 5 (notebook)")
    axes.plot(place, steps.once_an_epoch, color=style.GREEN, drawstyle="steps-post", label="once an epoch, length 5")
    axes.plot(place, steps.smoothly, color=style.BLUE, label="once a batch, length of all batches", **style.PREDICTED)
    axes.set(xlabel="epoch", ylabel=r"step size $\eta$", ylim=(0, None))
    figure.legend(loc="outside upper center", ncols=1)
    return figure

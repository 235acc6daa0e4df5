"""Figures of the cheating feature: images with it, every run of every variant, accuracy epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dltheory.dropout.experiment.recorded import PUBLISHED, Row
from dltheory.lab import style


def marked_digits_figure(clean: np.ndarray, marked: np.ndarray, labels: Sequence[int]) -> Figure:
    """A row of images as they are over the same with the feature: ``clean`` and ``marked`` are (m, height, width)."""
    figure = style.figure(1.9)
    low, high = float(clean.min()), float(max(clean.max(), marked.max()))
    for column, label in enumerate(labels):
        for row, images in enumerate((clean, marked)):
            axes = figure.add_subplot(2, len(labels), row * len(labels) + column + 1)
            axes.imshow(images[column], cmap="gray_r", vmin=low, vmax=high)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.grid(False)
            if row == 0:
                axes.set_title(f"{label}\n{label:04b}", fontsize=8.5, loc="center", family="monospace")
    return figure


def runs_figure(rows: Sequence[Row], published: bool = False) -> Figure:
    """Every seed as a dot, the mean with its 95 % interval beside it, the published run as a diamond."""
    figure = style.figure(3.9)
    axes = figure.add_subplot()
    labels = []
    for position, row in enumerate(rows):
        for shift, values, colour, interval in (
            (-0.16, row.clean, style.BLUE, row.intervals[0]),
            (0.16, row.cheating, style.RED, row.intervals[1]),
        ):
            place = position + shift
            axes.plot(np.full(len(values), place), 100 * np.array(values), ".", color=colour, alpha=0.55, ms=7)
            half = 100 * interval.half_width if interval.count > 1 else 0
            axes.errorbar(place + 0.12, 100 * interval.mean, half, fmt="_", color=colour, capsize=3, ms=8)
        told = PUBLISHED.get((row.keep, row.relu_on_logits)) if published else None
        for shift, value in zip((-0.16, 0.16), told or (), strict=False):
            axes.plot(position + shift - 0.1, 100 * value, "D", mfc="none", color=style.INK, ms=6)
        labels.append(f"{1 - row.keep:g}\n{'ReLU' if row.relu_on_logits else 'none'}")
    for name, colour in (("clean", style.BLUE), ("with the feature", style.RED)):
        axes.plot([], [], ".", color=colour, ms=9, label=name)
    if published:
        axes.plot([], [], "D", mfc="none", color=style.INK, ms=6, label="published, one seed")
    axes.axhline(10, color=style.GREY, lw=1, ls=":")
    axes.set_xticks(range(len(rows)), labels)
    axes.set(xlabel="dropout rate, with ReLU on the logits or none", ylabel="test accuracy (%)", ylim=(0, 104))
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def epochs_figure(runs: Sequence[dict[str, Any]]) -> Figure:
    """Accuracy with the feature, epoch by epoch, one line a seed: it ends on steps of ten percent."""
    figure = style.figure(4.1)
    axes = figure.add_subplot()
    marked = [(colour, marker) for marker in ("", "o") for colour in style.PALETTE]
    for run, (colour, marker) in zip(runs, marked, strict=False):
        accuracy = [100 * value for value in run["epochs"]["cheating"]]
        lost = len(run["never_predicted"])
        label = f"seed {run['seed']}: {lost} class{'es' * (lost != 1)} lost"
        axes.plot(range(1, len(accuracy) + 1), accuracy, color=colour, marker=marker, markersize=4, label=label)
    for level in range(70, 101, 10):
        axes.axhline(level, color=style.GREY, lw=1, ls=":")
    axes.set(xlabel="epoch", ylabel="accuracy with the feature (%)", ylim=(20, 103))
    figure.legend(loc="outside upper center", ncols=2)
    return figure

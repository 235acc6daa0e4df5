"""Dropout on hidden layers, and units removed at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dltheory.lab import style
from dltheory.lab.runs.comparison import mean_interval

Runs = Sequence[Mapping[str, Any]]


def penalty_figure(squared: Runs, entropy: Runs) -> Figure:
    """Measured excess over the penalty of the expansion, over the keep probability: means with 95 % intervals."""
    figure = style.figure(height=3.8)
    axes = figure.subplots()
    cases = [
        ("squared loss", squared, (style.BLUE, style.GREEN)),
        ("cross-entropy", entropy, (style.RED, style.PURPLE)),
    ]
    for name, runs, colours in cases:
        for layer, colour, marker in (("2", colours[0], "o"), ("1", colours[1], "s")):
            rows = np.array(
                [np.divide(run["layers"][layer]["excess"], run["layers"][layer]["penalty"]) for run in runs]
            )
            found = [mean_interval(list(column)) for column in rows.T]
            where = "last hidden layer" if layer == "2" else "first hidden layer"
            axes.errorbar(
                runs[0]["keeps"],
                [each.mean for each in found],
                [each.half_width for each in found],
                color=colour,
                marker=marker,
                ms=4.5,
                capsize=3,
                lw=1.6,
                label=f"{name}, {where}",
            )
    axes.axhline(1, color=style.INK, **style.PREDICTED)
    axes.set(xlabel="keep probability $p$", ylabel="excess over penalty")
    axes.invert_xaxis()
    figure.legend(loc="outside upper center", ncols=2, fontsize=8.5)
    return figure


def random_pruning_figure(squared: Runs, entropy: Runs) -> Figure:
    """The mean rise of the loss when units are removed at random, by what the networks were trained with."""
    figure = style.figure(height=4.8)
    panels = figure.subplots(2, 1, sharex=True)
    for axes, name, runs in zip(panels, ("squared loss", "cross-entropy"), (squared, entropy), strict=True):
        for place, keep in enumerate(("1", "0.8", "0.5")):
            rows = np.array([run["pruned"][keep]["rise"] for run in runs])
            colour = style.PALETTE[place]
            removed = 1 - np.array(runs[0]["pruned_keeps"])
            label = "without dropout" if keep == "1" else f"with dropout, $p={keep}$"
            axes.fill_between(removed, rows.min(axis=0), rows.max(axis=0), color=colour, alpha=0.25, linewidth=0)
            axes.semilogy(removed, rows.mean(axis=0), color=colour, marker="osD"[place], ms=4.5, label=label)
        axes.set(ylabel="rise of the loss")
        axes.set_title(name)
    panels[-1].set_xlabel("share of the units removed")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=8.5)
    return figure

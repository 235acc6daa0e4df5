"""Single weights and whole paths of pruning, predicted by curvature and measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dltheory.lab import style

Runs = Sequence[Mapping[str, Any]]


def singles_figure(runs: Runs) -> Figure:
    """Measured over predicted rise for every weight, by its size: OBD above, OBS below; dashed: the quadratic."""
    figure = style.figure(height=5.4)
    panels = figure.subplots(2, 1, sharex=True)
    rows = (("OBD: the others stay", "damage"), ("OBS: the others move", "surgery"))
    for axes, (title, name) in zip(panels, rows, strict=True):
        for place, run in enumerate(runs):
            columns = [np.array(run["singles"][key], dtype=float) for key in ("size", name, f"measured_{name}")]
            kept = np.all([column > 1e-8 for column in columns], axis=0)
            size, predicted, measured = (column[kept] for column in columns)
            axes.loglog(
                size, measured / predicted, ".", color=style.PALETTE[place], ms=3.5, label=f"seed {run['seed']}"
            )
        axes.axhline(1, color=style.INK, **style.PREDICTED)
        axes.set(ylabel="measured over predicted", ylim=(0.3, 12), xlim=(2e-3, 4))
        axes.set_yticks([0.5, 1, 2, 5, 10], ["½", "1", "2", "5", "10"])
        axes.minorticks_off()
        axes.set_title(title)
    panels[0].legend(loc="upper left", ncols=3, fontsize=8.5, markerscale=2.5)
    panels[-1].set_xlabel("size of the weight $|w|$")
    return figure


def greedy_figure(runs: Runs) -> Figure:
    """The rise of the loss over the number of weights removed: four ways, and what the surgeon predicts (dashed)."""
    figure = style.figure(height=4.2)
    axes = figure.subplots()
    ways = {
        "magnitude": ("magnitude", style.ORANGE, "^"),
        "OBD, ranked once": ("damage_once", style.PURPLE, "D"),
        "OBS, ranked once": ("surgeon_once", style.RED, "s"),
        "OBS, greedy": ("greedy", style.BLUE, "o"),
    }
    removed = np.array(runs[0]["removed"])
    shown = removed >= 100
    for label, (name, colour, marker) in ways.items():
        rows = np.maximum([run[name] for run in runs], 1e-7)[:, shown]
        axes.fill_between(removed[shown], rows.min(axis=0), rows.max(axis=0), color=colour, alpha=0.2, linewidth=0)
        centre = np.exp(np.log(rows).mean(axis=0))
        axes.semilogy(removed[shown], centre, color=colour, marker=marker, ms=3.5, lw=1.4, label=label)
    predicted = np.exp(np.log([run["greedy_predicted"] for run in runs])[:, shown].mean(axis=0))
    axes.semilogy(removed[shown], predicted, color=style.BLUE, **style.PREDICTED, label="predicted, greedy")
    axes.set(xlabel="weights removed (of 592)", ylabel="rise of the loss", ylim=(1e-6, 5))
    figure.legend(loc="outside upper center", ncols=2, fontsize=8.5)
    return figure


#: The networks of :func:`blocks_figure` by the shape that the record names: label, colour, place beside the size.
_SHAPES = {
    "one hidden layer": ("64–8–10", style.BLUE, 0.86),
    "two hidden layers": ("64–8–8–10", style.ORANGE, 1.16),
}


def blocks_figure(runs: Runs, predicted: Mapping[tuple[str, str], tuple[float, float]]) -> Figure:
    """Measured over predicted rise of sets of weights, by their number: every set, and the sums of each network.

    ``predicted``: the range of the sums that was written down beforehand, by shape and by kind of rise (bands).
    """
    figure = style.figure(height=5.6)
    panels = figure.subplots(2, 1, sharex=True)
    rows = (("OBD: the others stay", "damage"), ("OBS: the others move", "surgery"))
    for axes, (title, name) in zip(panels, rows, strict=True):
        for shape, (label, colour, beside) in _SHAPES.items():
            low, high = predicted[shape, name]
            axes.axhspan(low, min(high, 1e3), color=colour, alpha=0.16, linewidth=0)
            for run in (run for run in runs if run["shape"] == shape):
                for size, block in run["blocks"].items():
                    guess, rise = np.array(block[name]), np.array(block[f"measured_{name}"])
                    real = (guess > 1e-8) & (rise > 1e-8)
                    place = int(size) * beside
                    axes.loglog(np.full(real.sum(), place), (rise / guess)[real], ".", color=colour, ms=2.5, alpha=0.35)
                    axes.loglog(place, rise.sum() / guess.sum(), "s", color=colour, mec=style.INK, mew=0.7, ms=6)
            axes.plot([], [], "s", color=colour, mec=style.INK, mew=0.7, label=label)
        axes.axhline(1, color=style.INK, **style.PREDICTED)
        axes.set(ylabel="measured over predicted")
        axes.set_title(title)
        axes.set_xticks([2, 8, 32, 128], ["2", "8", "32", "128"])
        axes.minorticks_off()
    panels[0].set_ylim(0.4, 6)
    panels[0].set_yticks([0.5, 1, 2, 5], ["½", "1", "2", "5"])
    panels[1].set_ylim(0.4, 120)
    panels[1].set_yticks([0.5, 1, 3, 10, 30, 100], ["½", "1", "3", "10", "30", "100"])
    for axes in panels:
        axes.minorticks_off()
    panels[0].legend(loc="upper right", ncols=2, fontsize=8.5)
    panels[1].set_xlabel("number of weights removed at once")
    return figure

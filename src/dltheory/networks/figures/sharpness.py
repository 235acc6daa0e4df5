"""Sharpness along training and the lines it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dltheory.lab import style
from dltheory.lab.runs.comparison import mean_interval

Array = NDArray[np.float64]
Run = Mapping[str, Any]


def _name(method: Mapping[str, Any]) -> str:
    if method["beta"] == 1:
        return "gradient descent"
    return "Nesterov" if method["ahead"] else "momentum"


def _stacked(runs: Sequence[Run]) -> list[tuple[Mapping[str, Any], Array]]:
    """Each method with its sharpness over all seeds: (seeds, times)."""
    rows = np.array([run["sharpness"] for run in runs], dtype=float)
    return [(method, rows[:, place]) for place, method in enumerate(runs[0]["methods"])]


def sharpness_figure(runs: Sequence[Run]) -> Figure:
    """Sharpness over time, a panel a method: mean of the seeds with their range, and the line of each run, dashed."""
    figure = style.figure(height=6.6)
    panels = figure.subplots(3, 1, sharex=True)
    for axes, name in zip(panels, ("gradient descent", "momentum", "Nesterov"), strict=True):
        chosen = [(method, rows) for method, rows in _stacked(runs) if _name(method) == name]
        for place, (method, rows) in enumerate(chosen):
            colour = style.PALETTE[place]
            label = f"$\\eta={method['eta']:.2f}$" + (f", $\\beta={method['beta']:g}$" if method["beta"] < 1 else "")
            _band(axes, np.array(runs[0]["times"]), rows, colour, label)
            axes.axhline(method["line"], color=colour, **style.PREDICTED)
        axes.set(ylabel="sharpness", ylim=(0, 17.5))
        axes.set_title(name)
        axes.legend(loc="lower right", ncols=2, fontsize=8.5)
    panels[-1].set_xlabel("step $t$")
    return figure


def _band(axes: Axes, times: Array, rows: Array, colour: str, label: str) -> None:
    """The mean over seeds, and the range of all of them."""
    axes.fill_between(times, rows.min(axis=0), rows.max(axis=0), color=colour, alpha=0.22, linewidth=0)
    axes.plot(times, rows.mean(axis=0), color=colour, **{**style.MEASURED, "linewidth": 1.4}, label=label)


def plateau_figure(runs: Sequence[Run], tolerance: float) -> Figure:
    """Mean sharpness of the second half over three candidates for its line, with 95 % intervals over seeds."""
    figure = style.figure(height=4.4)
    axes = figure.subplots()
    labels = []
    for row, (method, values) in enumerate(_stacked(runs)):
        tails = values[:, -(values.shape[1] // 2) :].mean(axis=1)
        labels.append(f"{_name(method)}, $\\eta={method['eta']:.2f}$, $\\beta={method['beta']:g}$")
        candidates = {
            "its own line": (method["line"], "o", style.BLUE),
            "$2/\\eta$": (2 / method["eta"], "s", style.RED),
            "$2/\\alpha$": (2 / (method["eta"] * method["beta"]), "^", style.ORANGE),
        }
        for name, (line, marker, colour) in candidates.items():
            found = mean_interval(list(tails / line))
            axes.errorbar(
                found.mean,
                row,
                xerr=found.half_width,
                fmt=marker,
                color=colour,
                markersize=5,
                capsize=3,
                label=name if row == 0 else None,
                markerfacecolor=colour if marker == "o" else "none",
            )
    axes.axvspan(1 - tolerance, 1 + tolerance, color=style.GREY, alpha=0.22, linewidth=0)
    axes.axvline(1, color=style.INK, **style.PREDICTED)
    axes.set(xscale="log", xlabel="sharpness over line", yticks=range(len(labels)), yticklabels=labels)
    axes.set_xticks([0.5, 1, 2, 5, 10], ["½", "1", "2", "5", "10"])
    axes.tick_params(axis="y", labelsize=8.5)
    axes.invert_yaxis()
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def limits_figure(entropy: Sequence[Run], batches: Sequence[Run], full: Sequence[Run]) -> Figure:
    """Sharpness over its line: cross-entropy above; below few examples in a step beside all of them."""
    figure = style.figure(height=4.8)
    above, below = figure.subplots(2, 1)
    for place, (method, rows) in enumerate(_stacked(entropy)):
        label = f"$\\eta={method['eta']:g}$"
        _band(above, np.array(entropy[0]["times"]), rows / method["line"], style.PALETTE[place], label)
    above.set_title("cross-entropy, full batch")
    every = {method["line"]: rows for method, rows in _stacked(full) if method["beta"] == 1}
    for place, (method, rows) in enumerate(_stacked(batches)):
        times, colour = np.array(batches[0]["times"]), style.PALETTE[place]
        label = f"$\\eta={method['eta']:g}$"
        _band(below, times, rows / method["line"], colour, f"{label}, 25 images a step")
        other = every[method["line"]].mean(axis=0) / method["line"]
        below.plot(times, other, color=colour, linewidth=1.0, linestyle=":", label=f"{label}, all 500")
    below.set_title("squared loss, gradient descent")
    for axes in (above, below):
        axes.axhline(1, color=style.INK, **style.PREDICTED)
        axes.set(ylabel="sharpness over line")
        axes.legend(
            loc="upper right" if axes is above else "lower right", ncols=1 if axes is above else 2, fontsize=8.5
        )
    below.set(xlabel="step $t$", ylim=(0, 1.6))
    return figure


def second_term_figure(runs: Sequence[Run]) -> Figure:
    """The second term's share of the Hessian along training: spectral norms, and along the sharpest direction."""
    figure = style.figure(height=3.4)
    axes = figure.subplots()
    rows = {
        "$\\|R\\|/\\|J^\\top SJ\\|$": (np.array([run["relative"] for run in runs]), style.BLUE, "o"),
        "along the sharpest direction": (np.abs([run["along"] for run in runs]), style.RED, "s"),
    }
    times = np.array(runs[0]["times"])
    for name, (values, colour, marker) in rows.items():
        axes.fill_between(times, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.22, linewidth=0)
        axes.semilogy(times, np.exp(np.log(values).mean(axis=0)), color=colour, marker=marker, ms=4, label=name)
    axes.set(xlabel="step $t$", ylabel="share of the second term")
    axes.legend()
    return figure

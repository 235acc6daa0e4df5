"""Wide networks beside their linearisation, and momentum near a minimum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dltheory.lab import style
from dltheory.networks.experiment.linearised import Slope

Array = NDArray[np.float64]


def width_figure(widths: Sequence[int], values: Mapping[str, tuple[Array, Slope]], first: Mapping[str, int]) -> Figure:
    """Distances from the linear model over the width: every seed, and the fitted power laws (dashed).

    values: name to (widths, seeds) and the slope fitted from width ``first[name]`` on.
    """
    figure = style.figure(height=4.2)
    axes = figure.subplots()
    x = np.array(widths, dtype=float)
    for place, (name, (rows, slope)) in enumerate(values.items()):
        colour, used = style.PALETTE[place], x >= first[name]
        for seed in range(rows.shape[1]):
            axes.loglog(x, rows[:, seed], "osD"[place], color=colour, ms=3.5, alpha=0.75)
        centre = np.log(rows[used]).mean() - slope.value * np.log(x[used]).mean()
        label = f"{name}: {slope.value:.2f} [{slope.low:.2f}, {slope.high:.2f}]"
        axes.loglog(x[used], np.exp(centre) * x[used] ** slope.value, color=colour, **style.PREDICTED, label=label)
    axes.set(xlabel="width", ylabel="relative size")
    axes.set_xticks(x, [f"{width:g}" for width in widths])
    axes.minorticks_off()
    figure.legend(loc="outside upper center", title="fitted exponents with 95 % intervals")
    return figure


def directions_figure(runs: Sequence[Mapping[str, Any]]) -> Figure:
    """What is left of the residual in six singular directions, a panel a width: measured solid, predicted dashed."""
    figure = style.figure(height=4.8)
    panels = figure.subplots(len(runs), 1, sharex=True)
    for axes, run in zip(np.atleast_1d(panels), runs, strict=True):
        times = np.array(run["times"])
        for place, (measured, predicted) in enumerate(zip(run["residuals"], run["predicted"], strict=True)):
            colour = style.PALETTE[place]
            scale = measured[0]
            label = f"$\\sigma_{{{place + 1}}}={run['sigma'][0][place]:.1f}$"
            axes.plot(times, np.array(measured) / scale, color=colour, linewidth=2.6, alpha=0.55, label=label)
            axes.plot(times, np.array(predicted) / scale, color=colour, **{**style.PREDICTED, "linewidth": 1.2})
        axes.set(ylabel="residual left", ylim=(-0.25, 1.55), xlim=(0, 120))
        axes.set_title(f"width {run['width']}")
        axes.legend(loc="upper right", ncols=3, fontsize=8.5)
    np.atleast_1d(panels)[-1].set_xlabel("step $t$")
    return figure


def minimum_figure(runs: Sequence[Mapping[str, Any]]) -> Figure:
    """Near three minima: distance of tuned heavy ball beside t qᵗ, and the noise floor of every direction."""
    figure = style.figure(height=5.2)
    above, below = figure.subplots(2, 1)
    for place, run in enumerate(runs):
        colour, distance = style.PALETTE[place], np.array(run["distance"])
        times = np.arange(len(distance))
        above.semilogy(times, distance, color=colour, label=f"seed {run['seed']}, $\\kappa={run['kappa']:,.0f}$")
        anchor = len(times) * 2 // 3
        law = times[1:] * run["predicted_rate"] ** times[1:]
        above.semilogy(times[1:], law * distance[anchor] / law[anchor - 1], color=colour, **style.PREDICTED)
        below.loglog(run["curvature"], run["floors"], ".", color=colour, ms=3.5)
    below.axhline(1, color=style.INK, **style.PREDICTED)
    above.set(xlabel="step $t$", ylabel="$\\|\\theta_t-\\theta^\\star\\|$ over the first")
    above.legend(fontsize=8.5)
    below.set(xlabel="curvature $h$", ylabel="$\\mathbb{E}\\,x^2$ over predicted", ylim=(0.5, 2))
    below.set_yticks([0.5, 1, 2], ["½", "1", "2"])
    below.minorticks_off()
    return figure


def ends_figure(runs: Sequence[Mapping[str, Any]]) -> Figure:
    """The weights along the right singular directions of J, early and at the end, over the singular values.

    Dashed: the linear model of each network.
    """
    figure = style.figure(height=4.8)
    panels = figure.subplots(2, 1, sharex=True)
    shown = (("early", "after five steps", (0.02, 0.05, 0.1)), ("late", "at the end", (0.2, 0.5, 1, 2)))
    for axes, (when, title, ticks) in zip(panels, shown, strict=True):
        for run, colour, marker in zip(runs, (style.ORANGE, style.BLUE), ("s", "o"), strict=True):
            sigma = np.array(run["sigma"])
            axes.loglog(sigma, np.array(run[f"predicted_{when}"]), color=colour, **style.PREDICTED)
            axes.loglog(
                sigma, np.abs(run[when]), marker, color=colour, ms=4.5, ls="none", label=f"width {run['width']}"
            )
        axes.set(ylabel="size of the coordinate")
        axes.set_title(title)
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([0.5, 1, 2, 5], ["½", "1", "2", "5"])
        axes.minorticks_off()
    panels[0].legend(loc="lower right")
    panels[1].set_xlabel("singular value $\\sigma$")
    return figure

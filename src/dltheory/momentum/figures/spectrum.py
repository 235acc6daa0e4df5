"""Where the two roots are: the phase diagram, their path through the complex plane, the double root."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dltheory import style

Array = NDArray[np.float64]


def phase_figure(
    scaled_steps: Array,
    weights: Array,
    radius: Array,
    discriminant: Array,
    runs: Sequence[tuple[float, float, str, int]],
) -> Figure:
    """Spectral radius over (eta sigma^2, beta), the curve D = 0, the stability limit and the modes of some runs.

    radius, discriminant: (len(weights), len(scaled_steps)); runs: (eta sigma^2, beta, name, index of the marker).
    """
    figure = style.figure(height=4.6)
    axes = figure.subplots()
    levels = np.linspace(0, 1, 11)
    shown = np.where(radius < 1, radius, np.nan)
    filled = axes.contourf(scaled_steps, weights, shown, levels=levels, cmap="cividis")
    axes.contour(scaled_steps, weights, discriminant, levels=[0.0], colors="white", linewidths=2)
    axes.contour(scaled_steps, weights, radius, levels=[1.0], colors=style.INK, linewidths=2)
    markers = ("o", "s", "^", "D")
    for run, (step, weight, name, marker) in enumerate(runs):
        axes.plot(
            step,
            weight,
            markers[marker],
            color="white",
            markeredgecolor="black",
            markersize=8,
            label=name if run % 2 == 0 else None,
        )
    axes.set(xscale="log", xlabel="$\\eta\\sigma^2$", ylabel="$\\beta$")
    axes.text(0.28, 0.32, "complex\n$D<0$", color="white", ha="center", weight="bold")
    axes.text(0.035, 0.85, "real, $D>0$", color="white", ha="center", weight="bold")
    axes.text(7.5, 0.83, "unstable", ha="center")
    axes.grid(False)
    figure.colorbar(filled, ax=axes, label="spectral radius $\\rho(M)$")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure


def roots_figure(
    paths: Sequence[NDArray[np.complex128]], weights: Sequence[float], marks: Sequence[tuple[Array, Array]]
) -> Figure:
    """Both roots as the step grows, one panel a beta; paths: (k, 2) each; marks: (roots at eta_-, roots at eta_+)."""
    figure = style.figure(height=3.6)
    panels = figure.subplots(1, len(weights), sharey=True)
    angle = np.linspace(0, 2 * np.pi, 361)
    for axes, path, weight, (first, second) in zip(panels, paths, weights, marks, strict=True):
        axes.plot(np.cos(angle), np.sin(angle), color=style.GREY, linewidth=1.2)
        axes.plot(
            np.sqrt(1 - weight) * np.cos(angle),
            np.sqrt(1 - weight) * np.sin(angle),
            **style.PREDICTED,
            color=style.GREY,
        )
        for root, colour in ((0, style.BLUE), (1, style.RED)):
            axes.plot(path[:, root].real, path[:, root].imag, color=colour, linewidth=2.4, label=f"$z_{root + 1}$")
        axes.plot(first.real, first.imag, "o", color=style.INK, label="$\\eta_-$")
        axes.plot(second.real, second.imag, "s", color=style.INK, label="$\\eta_+$")
        axes.set(title=f"$\\beta={weight}$", xlabel="Re $z$", aspect="equal", xlim=(-1.25, 1.15), ylim=(-1.15, 1.15))
    panels[0].set_ylabel("Im $z$")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return figure


def double_root_figure(errors: Sequence[Array], laws: Sequence[Array], names: Sequence[str]) -> Figure:
    """|x_t| at and beside the double root (solid), with the laws that are said to govern it (dashed)."""
    figure = style.figure(height=4.0)
    axes = figure.subplots()
    for run, (error, law, name) in enumerate(zip(errors, laws, names, strict=True)):
        colour = style.PALETTE[run]
        axes.semilogy(np.abs(error), color=colour, label=name)
        axes.semilogy(law, color=colour, **style.PREDICTED)
    axes.set(xlabel="iteration $t$", ylabel="$|x_t|$", ylim=(1e-9, 3))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure

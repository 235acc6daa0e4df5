"""Where the two roots are: the phase diagram, their path through the complex plane, the double root."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from dltheory.lab import style

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
    levels = [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0]  # finer where methods live
    shown = np.where(radius < 1, radius, np.nan)
    norm = BoundaryNorm(levels, 256)
    filled = axes.contourf(scaled_steps, weights, shown, levels=levels, cmap="cividis", norm=norm)
    axes.contour(scaled_steps, weights, discriminant, levels=[0.0], colors="white", linewidths=3.6)
    axes.contour(scaled_steps, weights, discriminant, levels=[0.0], colors=style.INK, linewidths=1.4, linestyles="--")
    axes.contour(scaled_steps, weights, radius, levels=[1.0], colors=style.INK, linewidths=2.2)
    markers = ("o", "s", "^", "D")
    for run, (step, weight, name, marker) in enumerate(runs):
        label = name if run % 2 == 0 else None  # both modes of a run share the marker
        axes.plot(step, weight, markers[marker], color="white", markeredgecolor="black", markersize=8, label=label)
    axes.set(xscale="log", xlabel="$\\eta\\sigma^2$", ylabel="$\\beta$")
    outline = [withStroke(linewidth=3, foreground="white")]
    for x, y, text in ((0.33, 0.4, "complex, $D<0$"), (0.028, 0.86, "real, $D>0$"), (7.5, 0.83, "unstable")):
        axes.text(x, y, text, ha="center", path_effects=outline)
    axes.grid(False)
    figure.colorbar(filled, ax=axes, label="spectral radius $\\rho(M)$")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure


def roots_figure(
    paths: Sequence[NDArray[np.complex128]], weights: Sequence[float], marks: Sequence[tuple[Array, Array]]
) -> Figure:
    """Both roots as the step grows, one panel a beta; paths: (k, 2) each; marks: (roots at eta_-, roots at eta_+)."""
    figure = style.figure(height=2.7)
    panels = figure.subplots(1, len(weights), sharey=True)
    angle = np.linspace(0, 2 * np.pi, 361)
    for axes, path, weight, (first, second) in zip(panels, paths, weights, marks, strict=True):
        axes.plot(np.cos(angle), np.sin(angle), color=style.GREY, linewidth=1.2)
        for root, colour in ((0, style.BLUE), (1, style.RED)):
            axes.plot(path[:, root].real, path[:, root].imag, color=colour, linewidth=2.4, label=f"$z_{root + 1}$")
        radius = np.sqrt(1 - weight)
        dashed = style.PREDICTED | {"linewidth": 1}
        axes.plot(radius * np.cos(angle), radius * np.sin(angle), color=style.INK, **dashed)
        axes.plot(first.real, first.imag, "o", color=style.INK, label="$\\eta_-$")
        axes.plot(second.real, second.imag, "s", color=style.INK, label="$\\eta_+$")
        axes.set(title=f"$\\beta={weight}$", xlabel="Re $z$", aspect="equal", xlim=(-1.25, 1.15), ylim=(-1.15, 1.15))
    panels[0].set_ylabel("Im $z$")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return figure


def double_root_figure(errors: Mapping[str, Array], laws: Mapping[str, tuple[Array, int]]) -> Figure:
    """|x_t| at and beside the double root (solid), and laws for it (dashed, each with the index of its colour)."""
    figure = style.figure(height=4.2)
    axes = figure.subplots()
    for run, (name, error) in enumerate(errors.items()):
        axes.semilogy(np.abs(error), color=style.PALETTE[run], label=name)
    for name, (law, run) in laws.items():
        axes.semilogy(law, color=style.PALETTE[run], **style.PREDICTED, label=name)
    axes.set(xlabel="iteration $t$", ylabel="$|x_t|$", ylim=(1e-9, 3))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure

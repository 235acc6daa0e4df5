"""Figures of spectral filters: how much of each singular direction has been fitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sympy import lambdify

from dltheory.foundations import derivation as d
from dltheory.foundations.experiment import FilterPaths
from dltheory.lab import style

Array = NDArray[np.float64]


def spectral_filters_figure(
    sigma: Array, eta: float, times: Sequence[int], fractions: Array, ridge_fractions: Array
) -> Figure:
    """Filters over the singular value: gradient descent after ``times`` above, ridge at the matched strengths below.

    ``fractions, ridge_fractions: (len(times), r)`` are measured at the singular values ``sigma: (r,)``.
    """
    figure = style.figure(height=5.2)
    above, below = figure.subplots(2, 1, sharex=True, sharey=True)
    grid = np.geomspace(0.7 * sigma.min(), 1.05 * sigma.max(), 300)
    descent = lambdify([d.eta, d.sigma, d.t], d.gd_filter)
    ridge = lambdify([d.sigma, d.ridge], d.ridge_filter)
    strength = lambdify(d.tau, d.matched_ridge)
    for colour, t, measured, kept in zip(style.PALETTE, times, fractions, ridge_fractions, strict=False):
        matched = strength(eta * t)
        above.plot(grid, descent(eta, grid, t), color=colour, **style.PREDICTED)
        above.plot(sigma, measured, "o", color=colour, markersize=5.5, label=f"$t = {t}$")
        below.plot(grid, ridge(grid, matched), color=colour, **style.PREDICTED)
        below.plot(sigma, kept, "o", color=colour, markersize=5.5, label=rf"$\lambda = {matched:.2g}$")
    above.set_title("gradient descent after $t$ steps")
    below.set_title(r"ridge regression with $\lambda = 1/(2\eta t)$")
    for axes in (above, below):
        axes.set(xscale="log", ylim=(-0.03, 1.06), ylabel="fitted fraction")
        axes.legend(loc="upper left", bbox_to_anchor=(0, 0.98))
    _plain_ticks(below, (0.1, 0.2, 0.5, 1, 2))
    below.set_xlabel(r"singular value $\sigma$")
    return figure


def learning_order_figure(sigma: Array, gentle: Array, large: Array, eta: tuple[float, float]) -> Figure:
    """The fitted fraction of each direction over the iterations, for a small step above and a large one below.

    ``gentle, large: (steps + 1, r)`` are measured fractions; ``eta`` holds the two step sizes, for the prediction.
    """
    figure = style.figure(height=5.8)
    above, below = figure.subplots(2, 1)
    filter_of = lambdify([d.eta, d.sigma, d.t], d.gd_filter)
    colours = colormaps["viridis"](np.linspace(0, 0.62, len(sigma)))
    for axes, measured, step in ((above, gentle, eta[0]), (below, large, eta[1])):
        times = np.arange(len(measured))
        for colour, value, path in zip(colours, sigma, measured.T, strict=True):
            axes.plot(times, path, color=colour, linewidth=3, alpha=0.45)
            axes.plot(times, filter_of(step, value, times), color=colour, **(style.PREDICTED | {"linewidth": 1.3}))
        axes.set(ylabel="fitted fraction")
    above.set(xscale="log", xlim=(1, len(gentle) - 1), ylim=(-0.03, 1.06))
    above.set_title(rf"$\eta\sigma_1^2 = {eta[0] * sigma[0] ** 2:.2g}$: in order of $\sigma$ at every $t$")
    below.set(xlim=(0, len(large) - 1), xlabel="iteration $t$")
    below.set_title(rf"$\eta\sigma_1^2 = {eta[1] * sigma[0] ** 2:.2g}$: the order is lost at even $t$")
    for index, place in ((0, 0.97), (len(sigma) - 2, 0.45), (len(sigma) - 1, 0.6)):
        crossing = int(np.argmax(gentle[:, index] > place))
        above.annotate(
            rf"$\sigma_{{{index + 1}}}$",
            (max(crossing, 1), place),
            xytext=(7, -8),
            textcoords="offset points",
            color=colours[index],
            fontsize=12,
        )
    return figure


def filter_ratio_figure(paths: FilterPaths, largest_at: float) -> Figure:
    """Both filters over x above, their ratio below with its largest value at x = ``largest_at``; dots are measured."""
    figure = style.figure(height=5.0)
    above, below = figure.subplots(2, 1, sharex=True)
    grid = np.geomspace(1e-2, 60, 400)
    flow, ridge, ratio = (lambdify(d.x, f) for f in (d.flow_filter_in_x, d.ridge_filter_in_x, d.filter_ratio))
    shown = (paths.x > grid[0]) & (paths.x < grid[-1])
    x = paths.x[shown]
    dots = {"linestyle": "none", "marker": "o", "markersize": 2.6, "alpha": 0.55}
    above.plot(x, paths.descent[shown], color=style.BLUE, **dots)
    above.plot(x, paths.ridge[shown], color=style.RED, **dots)
    above.plot(
        grid, flow(grid), color=style.BLUE, **style.PREDICTED, label=rf"early stopping ${_latex(d.flow_filter_in_x)}$"
    )
    above.plot(grid, ridge(grid), color=style.RED, **style.PREDICTED, label=rf"ridge ${_latex(d.ridge_filter_in_x)}$")
    above.set(ylabel="fitted fraction", ylim=(-0.03, 1.06))
    above.legend(loc="upper left")
    below.plot(x, (paths.descent / paths.ridge)[shown], color=style.GREEN, **dots)
    below.plot(grid, ratio(grid), color=style.INK, **style.PREDICTED)
    top = float(ratio(largest_at))
    below.plot([largest_at], [top], "o", color=style.INK, markersize=6)
    below.annotate(
        f"{top:.4f} at $x = {largest_at:.4f}$",
        (largest_at, top),
        xytext=(0, 7),
        textcoords="offset points",
        ha="center",
        fontsize=10,
    )
    below.set(xscale="log", xlim=(grid[0], grid[-1]), ylim=(0.98, 1.36), ylabel="ratio", xlabel=r"$x = 2\tau\sigma^2$")
    _plain_ticks(below, (0.01, 0.1, 1, 10))
    return figure


def _latex(formula) -> str:  # type: ignore[no-untyped-def]
    from sympy import latex

    return latex(formula)


def _plain_ticks(axes, values: Sequence[float]) -> None:  # type: ignore[no-untyped-def]
    """Ticks of the horizontal axis at ``values``, written as plain numbers."""
    axes.set_xticks(values, [f"{value:g}" for value in values])
    axes.minorticks_off()

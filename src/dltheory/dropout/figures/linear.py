"""Figures of the toy problem and of the diabetes data."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.ticker import LogLocator, NullFormatter

from dltheory.dropout.experiment.diabetes import Conditioning
from dltheory.dropout.experiment.linear import Array
from dltheory.dropout.experiment.scatter import Cloud, Scaling
from dltheory.lab import style


def sweep_figure(curve: tuple[Array, Array], keeps: Array, mean: Array, deviation: Array) -> Figure:
    """Both contributions against the keep probability: formula dashed, averaged runs as points, the jump at 1."""
    figure = style.figure(3.3)
    axes = figure.add_subplot()
    axes.plot(curve[0], curve[1], color=style.BLUE, label="formula, both features", **style.PREDICTED)
    markers = (("o", style.BLUE, r"$10w_1$ of averaged SGD"), ("s", style.RED, r"$w_2$ of averaged SGD"))
    for index, (marker, colour, label) in enumerate(markers):
        scale = (10.0, 1.0)[index]
        axes.errorbar(
            keeps,
            scale * mean[:, index],
            2 * scale * deviation[:, index],
            fmt=marker,
            color=colour,
            ms=4.5,
            capsize=2,
            label=label,
            alpha=0.85,
        )
    axes.plot([1, 1], [1100 / 101, 11 / 101], "D", color=style.PURPLE, ms=6, label="least norm, at $p=1$")
    axes.set(xlabel="keep probability $p$", ylabel="contribution $x_iw_i$", ylim=(-0.4, 11.8))
    axes.legend(loc="center left", bbox_to_anchor=(0.0, 0.72))
    return figure


def draw_deviations(axes: Axes, centre: Array, covariance: Array, colour: str) -> None:
    """The ellipse of two standard deviations, dashed: it holds 86.5 % of a normal distribution in the plane."""
    values, vectors = np.linalg.eigh(covariance)
    width, height = 4 * np.sqrt(values[::-1])
    angle = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
    axes.add_patch(Ellipse(centre, width, height, angle=angle, fill=False, color=colour, zorder=3, **style.PREDICTED))


def cloud_figure(cloud: Cloud) -> Figure:
    """Last iterates and averages of all runs, each with the ellipse of two predicted standard deviations."""
    figure = style.figure(3.6)
    axes = figure.add_subplot()
    for points, matrix, colour, label in (
        (cloud.last, cloud.covariance, style.BLUE, "last iterate"),
        (cloud.average, cloud.averaged_covariance, style.RED, "average of iterates"),
    ):
        axes.plot(points[:, 0], points[:, 1], ".", color=colour, ms=3, alpha=0.6, label=label)
        draw_deviations(axes, cloud.minimiser, matrix, style.INK)
    axes.plot(*cloud.minimiser, "+", color=style.INK, ms=9, mew=1.5, label="minimiser")
    axes.set(xlabel="$w_1$", ylabel="$w_2$")
    axes.set_ylim(None, axes.get_ylim()[1] + 0.25)
    axes.legend(loc="upper center", markerscale=2, ncols=3, handletextpad=0.3, columnspacing=1.2)
    return figure


def scaling_figure(scaling: Scaling, etas: Array, stationary: Array) -> Figure:
    """Mean square distance over the step size: stationary curve dashed, measured points, the limit at 0."""
    figure = style.figure(3.1)
    axes = figure.add_subplot()
    axes.plot(etas, stationary, color=style.BLUE, label="stationary, predicted", **style.PREDICTED)
    axes.plot(scaling.etas, scaling.expected, "x", color=style.INK, ms=8, mew=1.5, label="after 250 steps, predicted")
    axes.errorbar(
        scaling.etas,
        scaling.measured,
        2 * scaling.standard_error,
        fmt="o",
        color=style.RED,
        ms=4,
        capsize=3,
        label="after 250 steps, measured",
    )
    axes.axhline(scaling.limit, color=style.GREY, lw=1, ls=":")
    axes.set(xlabel=r"step size $\eta$", ylabel=r"$\mathrm{tr}\,S/\eta$", xlim=(0, None), ylim=(0, None))
    axes.ticklabel_format(axis="x", style="sci", scilimits=(-3, -3))
    axes.legend(loc="upper left")
    return figure


def conditioning_figure(found: Conditioning) -> Figure:
    """Condition numbers against the keep probability, standardised below their bound, original above their floor."""
    figure = style.figure(3.4)
    axes = figure.add_subplot()
    axes.semilogy(found.keeps, found.original, color=style.RED, label="original units")
    axes.axhline(found.floor, color=style.RED, label=r"$\max_jG_{jj}/\min_jG_{jj}$", **style.PREDICTED)
    axes.semilogy(found.keeps, found.standardised, color=style.BLUE, label="standardised")
    axes.semilogy(found.keeps, found.bound, color=style.BLUE, label=r"$1+dp/(1-p)$", **style.PREDICTED)
    axes.set(xlabel="keep probability $p$", ylabel="condition number")
    _plain_minor(axes)
    axes.legend(loc="lower right", ncols=2, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    return figure


def units_figure(factors: Array, dropout: Array, ridge: Array) -> Figure:
    """Relative change of predictions when one column is multiplied by a factor: ridge moves, dropout does not."""
    figure = style.figure(3.0)
    axes = figure.add_subplot()
    axes.semilogx(factors, 100 * ridge, color=style.RED, label="ridge regression")
    axes.semilogx(factors, 100 * dropout, color=style.BLUE, label="dropout")
    axes.set(xlabel="factor on the column of the body mass index", ylabel="change of predictions (%)")
    axes.legend()
    return figure


def optimisers_figure(paths: dict[str, Array], ends: dict[str, tuple[float, float]]) -> Figure:
    """Paths in the plane of the two weights over the line of solutions; predicted ends as diamonds."""
    figure = style.figure(3.6)
    axes = figure.add_subplot()
    line = np.array([0.3, 1.12])
    axes.plot(line, 11 - 10 * line, color=style.GREY, lw=1, label="$10w_1+w_2=11$")
    for (name, path), colour in zip(paths.items(), style.PALETTE, strict=False):
        axes.plot(path[:, 0], path[:, 1], color=colour, label=name)
    for name, end in ends.items():
        axes.plot(*end, "D", color=style.INK, ms=5, zorder=4)
        axes.annotate(name, end, xytext=(6, 6), textcoords="offset points", fontsize=9.5)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(-0.03, 1.4), ylim=(-0.3, 5.6))
    axes.legend(loc="upper right")
    return figure


def ratio_figure(keeps: Array, ratios: dict[float, Array], limits: dict[float, float]) -> Figure:
    """Logistic regression, one feature: gap over quadratic penalty against p; limits dashed, never 1."""
    figure = style.figure(3.1)
    axes = figure.add_subplot()
    axes.axhline(1, color=style.GREY, lw=1, ls=":")
    for (score, ratio), colour in zip(ratios.items(), style.PALETTE, strict=False):
        axes.plot(keeps, ratio, color=colour, label=f"score {score:g}")
        axes.plot([keeps[-1], 1.05], [limits[score]] * 2, color=colour, **style.PREDICTED)
    axes.set(xlabel="keep probability $p$", ylabel="gap / quadratic penalty", xlim=(keeps[0], 1.05))
    axes.legend()
    return figure


def _plain_minor(axes: Axes) -> None:
    axes.yaxis.set_major_locator(LogLocator(numticks=8))
    axes.yaxis.set_minor_formatter(NullFormatter())

"""The figure of multiplications and parameters over the channel ratio."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from sympy import lambdify

from dltheory.compression.derivation import counts
from dltheory.lab import style


def counts_figure(ratios: Sequence[float], macs: Sequence[int], parameters: Sequence[int]) -> Figure:
    """MACs and parameters over the channel ratio, as a fraction of the dense network: polynomials dashed, counted dots.

    The bound $(1-c)^2$, which no ratio reaches, is dotted.
    """
    figure = style.figure(3.2)
    axes = figure.add_subplot()
    grid = np.linspace(0, 0.95, 200)
    for formula, counted, colour, marker, name in (
        (counts.source_macs(), macs, style.BLUE, "o", "MACs"),
        (counts.source_parameters(), parameters, style.RED, "s", "parameters"),
    ):
        curve = lambdify(counts.ratio, formula)
        axes.plot(grid, curve(grid) / curve(0.0), color=colour, **style.PREDICTED)
        axes.plot(ratios, np.array(counted) / curve(0.0), marker, color=colour, ms=5, label=name)
    axes.plot(grid, (1 - grid) ** 2, color=style.GREY, lw=1, ls=":", label="$(1-c)^2$")
    axes.set(xlabel="channel ratio removed $c$", ylabel="part of the dense network", xlim=(0, 1), ylim=(0, 1.03))
    axes.legend()
    return figure

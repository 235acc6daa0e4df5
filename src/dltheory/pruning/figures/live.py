"""Pruning to touch: two weights and a threshold over many, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dltheory.lab import style
from dltheory.pruning.derivation import gaussian, quadratic, several
from dltheory.pruning.derivation.symbols import G_jj, w_j


@dataclass(frozen=True)
class PruningFigure:
    """Two weights at (``x``, ``y``) with squared column norms ``ratio`` and 1 and the given correlation."""

    x: float = 0.75
    y: float = 1.1
    ratio: float = 2.6
    correlation: float = 0.7
    threshold: float = 1.0
    name: str = "pruning"
    heights: tuple[int, int] = (692, 853)

    def data(self) -> Mapping[str, Any]:
        """The values at the start."""
        start = {"x": self.x, "y": self.y, "ratio": self.ratio, "r": self.correlation}
        return {"initial": start | {"u": self.threshold, "m": 0}}

    def formulas(self) -> Mapping[str, tuple[Any, Any]]:
        """What the module computes with."""
        G, w = quadratic.gram(2), quadratic.weights(2)
        pair = (*w, G[0, 0], G[0, 1], G[1, 1])
        refits = {f"refit_{j + 1}": (pair, quadratic.refit(2, (j,))) for j in range(2)}
        rises = {f"refitted_rise_{j + 1}": (pair, sp.factor(quadratic.refitted_rise(2, (j,)))) for j in range(2)}
        return {
            "saliency": ((G_jj, w_j), quadratic.saliency),
            "predicted_rise": ((several.square_sum,), several.predicted_rise),
            "correlated_rise": (
                (several.correlation, several.square_sum, several.plain_sum),
                several.correlated_rise,
            ),
            "density": ((gaussian.x, gaussian.variance), gaussian.density),
            "removed_fraction": ((gaussian.u,), gaussian.removed_fraction),
            "removed_share": ((gaussian.u,), gaussian.removed_share),
            **refits,
            **rises,
        }

    def still(self, suffix: str) -> bytes:
        """Two weights and where they end if one goes; many weights, cut at a threshold, and what that costs."""
        return style.picture(self._draw, suffix)

    def _draw(self) -> Figure:
        figure = style.figure(height=4.4)
        panels = figure.subplot_mosaic([["plane", "bars"], ["plane", "cost"]], width_ratios=(5, 4))
        self._draw_plane(panels["plane"])
        self._draw_many(panels["bars"], panels["cost"])
        return figure

    def _draw_plane(self, plane: Axes) -> None:
        side = self.correlation * np.sqrt(self.ratio)
        grid = np.linspace(-2.3, 2.3, 200)
        across, up = np.meshgrid(grid - self.x, grid - self.y)
        loss = self.ratio * across**2 + 2 * side * across * up + up**2
        plane.contour(grid, grid, loss, levels=[0.1, 0.4, 0.9, 1.6, 2.5], colors=style.GREY, linewidths=0.7)
        for j, colour in enumerate((style.RED, style.BLUE)):
            arguments = (self.x, self.y, self.ratio, side, 1.0)
            symbols, change = self.formulas()[f"refit_{j + 1}"]
            goal = np.array([self.x, self.y]) + np.ravel(sp.lambdify(symbols, change)(*arguments))
            cost = sp.lambdify(*self.formulas()[f"refitted_rise_{j + 1}"])(*arguments)
            plane.contour(grid, grid, loss, levels=[cost], colors=colour, linestyles="--", linewidths=1.6)
            zeroed = np.where(np.arange(2) == j, 0.0, [self.x, self.y])
            plane.plot(*np.transpose([[self.x, self.y], zeroed]), ":", color=colour)
            plane.plot(*zeroed, "o", color=colour, markersize=4)
            plane.plot(*np.transpose([[self.x, self.y], goal]), "o-", color=colour, label=f"$w_{j + 1}$ goes")
        plane.plot(self.x, self.y, "o", color=style.INK)
        plane.set(xlabel="$w_1$", ylabel="$w_2$", title="two weights", aspect="equal")
        plane.legend(loc="lower left")

    def _draw_many(self, bars: Axes, cost: Axes) -> None:
        """A thousand Gaussian weights, seed 0, cut at the threshold; energy and true rise over the share removed."""
        drawn = np.random.default_rng(0).standard_normal(1000)
        bins = np.linspace(-4, 4, 41)
        gone = drawn[np.abs(drawn) <= self.threshold]
        bars.hist(drawn, bins, color=style.BLUE)
        bars.hist(gone, bins, color=style.RED)
        for side in (-1, 1):
            bars.axvline(side * self.threshold, color=style.INK, linewidth=1)
        bars.set(xlabel="weight", title="many weights", xticks=range(-4, 5, 2), yticks=[])
        small = drawn[np.argsort(np.abs(drawn))]
        square, plain = np.cumsum(small**2), np.cumsum(small)
        sums = (several.correlation, several.square_sum, several.plain_sum)
        rise = sp.lambdify(sums, several.correlated_rise)(self.correlation, square, plain)
        counts = np.arange(9, 1000, 10)
        cost.semilogy((counts + 1) / 1000, square[counts] / square[-1], color=style.BLUE, label="energy")
        cost.semilogy((counts + 1) / 1000, rise[counts] / square[-1], color=style.RED, label="loss")
        thresholds = np.linspace(0.02, 4, 200)
        fraction, removed = (
            sp.lambdify(gaussian.u, formula, ["scipy", "numpy"])(thresholds)
            for formula in (gaussian.removed_fraction, gaussian.removed_share)
        )
        cost.semilogy(fraction, removed, color=style.INK, **(style.PREDICTED | {"linewidth": 1.2}))
        cost.axvline(len(gone) / 1000, color=style.INK, linewidth=1)
        cost.set(xlabel="share of weights", title="share removed", ylim=(1e-4, 2))
        cost.legend(loc="lower right", handlelength=1, borderpad=0)


def figure() -> PruningFigure:
    """The figure of the chapter."""
    return PruningFigure()

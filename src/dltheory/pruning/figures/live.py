"""Pruning to touch: two weights and a threshold over many, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
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
        """The ellipses through the two places where a weight is gone, and the share of the squared norm removed."""
        return style.picture(self._draw, suffix)

    def _draw(self) -> Figure:
        figure = style.figure(height=2.9)
        plane, share = figure.subplots(1, 2)
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
            plane.plot(*np.transpose([[self.x, self.y], goal]), "o-", color=colour, label=f"$w_{j + 1}$ goes")
        plane.plot(self.x, self.y, "o", color=style.INK)
        plane.set(xlabel="$w_1$", ylabel="$w_2$", title="two weights", aspect="equal")
        plane.legend(loc="lower left")
        thresholds = np.linspace(0.02, 4, 200)
        fraction, removed = (
            sp.lambdify(gaussian.u, formula, ["scipy", "numpy"])(thresholds)
            for formula in (gaussian.removed_fraction, gaussian.removed_share)
        )
        share.semilogy(fraction, removed, color=style.BLUE, **style.PREDICTED)
        share.set(xlabel="share of weights removed", title="share of energy", ylim=(1e-4, 1))
        return figure


def figure() -> PruningFigure:
    """The figure of the chapter."""
    return PruningFigure()

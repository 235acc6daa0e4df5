"""Gradient descent to touch, for the first page: what the module needs, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.figure import Figure

from dltheory.foundations import derivation as d
from dltheory.lab import style

POSITION = sp.Symbol("x", real=True)


@dataclass(frozen=True)
class DescentFigure:
    """Descent in two directions, ``condition`` apart, started from (``x``, ``y``) with the step ``eta``."""

    condition: float = 8.0
    eta: float = 0.85
    x: float = 1.0
    y: float = 0.9
    name: str = "descent"
    heights: tuple[int, int] = (325, 311)

    def data(self) -> Mapping[str, Any]:
        """The condition number, and the values at the start."""
        return {"kappa": self.condition, "initial": {"eta": self.eta, "x": self.x, "y": self.y}}

    def formulas(self) -> Mapping[str, tuple[Any, Any]]:
        """What the module computes with."""
        return {
            "contraction": ((d.eta, d.sigma), d.contraction),
            "stability_limit": ((d.sigma_1,), d.stability_limit),
            "optimal_step": ((d.sigma_1, d.sigma_r), d.optimal_step),
            # the derivative of (sigma x)^2, the loss along a direction
            "slope": ((POSITION, d.sigma), sp.diff((d.sigma * POSITION) ** 2, POSITION)),
        }

    def still(self, suffix: str) -> bytes:
        """The path on the loss, and the error, at the start."""
        return style.picture(self._draw, suffix)

    def _draw(self) -> Figure:
        figure = style.figure(height=2.6)
        land, curve = figure.subplots(1, 2)
        values = np.array([self.condition**-0.5, 1.0])
        factors = 1 - 2 * self.eta * values**2
        path = np.array([self.x, self.y]) * factors ** np.arange(61)[:, None]
        grid = np.linspace(-1.35, 1.35, 120)
        loss = grid[:, None] ** 2 + grid[None] ** 2 / self.condition
        land.contour(grid, grid, loss, levels=np.geomspace(0.004, 2, 9), cmap="cividis")
        land.plot(path[:, 0], path[:, 1], "o-", color=style.INK, markersize=2.5, linewidth=0.8)
        land.set(xlabel="flat direction", ylabel="steep direction", title="loss")
        size = np.linalg.norm(path, axis=1)
        curve.semilogy(size / size[0], color=style.INK, label="run")
        curve.semilogy(np.abs(factors).max() ** np.arange(61), ":", color=style.GREY, label="bound")
        curve.set(xlabel="iteration $t$", title="error", ylim=(1e-6, 30))
        curve.legend()
        return figure


def figure() -> DescentFigure:
    """The figure of the first page."""
    return DescentFigure()

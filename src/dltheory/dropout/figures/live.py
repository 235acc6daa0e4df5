"""Dropout to touch: one sample with two features, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dltheory.dropout.derivation import objective, one_sample
from dltheory.dropout.derivation.symbols import eta, keep, x_1, x_2, y
from dltheory.dropout.experiment.linear import Array, inverted_masks
from dltheory.lab import style

from .linear import draw_deviations


@dataclass(frozen=True)
class DropoutFigure:
    """Dropout on one sample with features (``size``, 1) and the target ``size`` + 1, at keep probability ``p``."""

    p: float = 0.6
    size: float = 3.0
    samples: int = 6000
    step: float = 0.5
    name: str = "dropout"
    heights: tuple[int, int] = (695, 808)

    def data(self) -> Mapping[str, Any]:
        """The values at the start."""
        return {"initial": {"p": self.p, "s": self.size, "t": self.samples, "c": self.step, "walk": "raw"}}

    def formulas(self) -> Mapping[str, tuple[Any, Any]]:
        """What the module computes with."""
        s = one_sample.size
        return {
            "ridge_strength": ((keep,), objective.ridge_strength),
            "solution": ((x_1, x_2, y, keep), one_sample.solution()),
            "least_norm": ((x_1, x_2, y), one_sample.least_norm()),
            "raw_condition": ((s, keep), one_sample.raw_condition()),
            "equal_condition": ((keep,), one_sample.equal_condition()),
            "condition_floor": ((s,), one_sample.condition_floor()),
            "largest_eigenvalue": ((s, keep), one_sample.largest_eigenvalue()),
            "covariance": ((s, y, keep, eta), one_sample.covariance()),
        }

    def still(self, suffix: str) -> bytes:
        """The weights with minimisers and iterates; over the dropout rate, contributions and condition numbers."""
        return style.picture(self._draw, suffix)

    def _draw(self) -> Figure:
        figure = style.figure(height=4.6)
        panels = figure.subplot_mosaic([["plane", "share"], ["plane", "bend"]])
        share, bend = panels["share"], panels["bend"]
        self._draw_plane(panels["plane"])
        rates = np.linspace(0.002, 0.95, 200)
        target = self.size + 1
        weights = sp.lambdify((x_1, x_2, y, keep), one_sample.solution())
        parts = np.array([self.size * weights(self.size, 1, target, 1 - rate)[0, 0] for rate in rates])
        share.plot(rates, parts, color=style.BLUE, **style.PREDICTED)
        least = np.ravel(sp.lambdify((x_1, x_2, y), one_sample.least_norm())(self.size, 1, target))
        share.plot(0, self.size * least[0], "D", color=style.RED)
        share.plot(0, least[1], "D", color=style.BLUE)
        share.plot(0, target / 2, "o", color=style.INK, mfc="none")
        share.set(xlabel="dropout rate $1-p$", title="contributions $x_iw_i$")
        raw = sp.lambdify((one_sample.size, keep), one_sample.raw_condition())(self.size, 1 - rates)
        equal = sp.lambdify(keep, one_sample.equal_condition())(1 - rates)
        bend.semilogy(rates, raw, color=style.RED, **style.PREDICTED, label="original")
        bend.semilogy(rates, equal, color=style.BLUE, **style.PREDICTED, label="standardised")
        bend.axhline(self.size**2, color=style.GREY, linewidth=1, linestyle=":")
        bend.set(xlabel="dropout rate $1-p$", title="condition number")
        bend.legend()
        return figure

    def _draw_plane(self, axes: Axes) -> None:
        """Exact fits, minimisers, the iterates of stochastic descent in original coordinates, and their spread."""
        numbers = {one_sample.size: self.size, y: self.size + 1, keep: self.p}
        x, target = np.array([self.size, 1.0]), self.size + 1
        weights = sp.lambdify((x_1, x_2, y, keep), one_sample.solution())
        found, limit = (np.ravel(weights(*x, target, p)) for p in (self.p, 1.0))
        least = np.ravel(sp.lambdify((x_1, x_2, y), one_sample.least_norm())(*x, target))
        step = self.step * self.p / float(one_sample.largest_eigenvalue().subs(numbers))
        iterates = _descent(x, target, self.p, step, self.samples)

        first, mixed, second = (float(entry) for entry in one_sample.covariance().subs(numbers | {eta: step}))
        ridge = float(objective.ridge_strength.subs(keep, self.p))
        across, up = np.meshgrid(np.linspace(-0.5, 2.2, 60), np.linspace(-1, 3.5, 60))
        away = np.stack([across - found[0], up - found[1]])
        rise = np.tensordot(x, away, 1) ** 2 + ridge * np.tensordot(x**2, away**2, 1)

        axes.contour(across, up, rise, levels=[0.2, 1, 3, 8], colors=style.GREY, linewidths=0.6)
        line = np.array([-0.5, 2.2])
        axes.plot(line, target - self.size * line, color=style.GREY)
        axes.plot(*iterates[-200:].T, ".", color=style.BLUE, markersize=2, alpha=0.5)
        draw_deviations(axes, found, np.array([[first, mixed], [mixed, second]]), style.BLUE)
        axes.plot(*np.transpose([np.zeros(2), limit]), color=style.INK, **(style.PREDICTED | {"linewidth": 1.2}))
        axes.plot(*limit, "o", color=style.INK, mfc="none")
        axes.plot(*least, "D", color=style.RED)
        axes.plot(*found, "o", color=style.INK)
        axes.plot(*iterates[self.samples // 4 :].mean(axis=0), "x", color=style.RED)
        axes.set(xlim=(-0.3, 1.7), ylim=(-0.7, 3.3), xlabel="$w_1$", ylabel="$w_2$", title="weights")


def _descent(x: Array, target: float, p: float, step: float, count: int) -> Array:
    """The iterates of stochastic descent from 0 with inverted dropout on one sample, seed 0; (count, 2)."""
    masked = x * inverted_masks(np.random.default_rng(0), (count, 2), p)
    w, found = np.zeros(2), np.empty((count, 2))
    for k, features in enumerate(masked):
        w = w - 2 * step * (features @ w - target) * features
        found[k] = w
    return found


def figure() -> DropoutFigure:
    """The figure of the chapter."""
    return DropoutFigure()

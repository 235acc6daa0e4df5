"""Dropout to touch: one sample with two features, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.figure import Figure

from dltheory.dropout.derivation import objective, one_sample
from dltheory.dropout.derivation.symbols import eta, keep, x_1, x_2, y
from dltheory.lab import style


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
        """Contributions of the two features, and condition numbers, over the dropout rate."""
        return style.picture(self._draw, suffix)

    def _draw(self) -> Figure:
        figure = style.figure(height=2.9)
        share, bend = figure.subplots(1, 2)
        rates = np.linspace(0.002, 0.95, 200)
        target = self.size + 1
        weights = sp.lambdify((x_1, x_2, y, keep), one_sample.solution())
        parts = np.array([self.size * weights(self.size, 1, target, 1 - rate)[0, 0] for rate in rates])
        share.plot(rates, parts, color=style.BLUE, **style.PREDICTED)
        least = np.ravel(sp.lambdify((x_1, x_2, y), one_sample.least_norm())(self.size, 1, target))
        share.plot(0, self.size * least[0], "D", color=style.RED)
        share.plot(0, least[1], "D", color=style.BLUE)
        share.set(xlabel="dropout rate $1-p$", ylabel="$x_iw_i$", title="contributions")
        raw = sp.lambdify((one_sample.size, keep), one_sample.raw_condition())(self.size, 1 - rates)
        equal = sp.lambdify(keep, one_sample.equal_condition())(1 - rates)
        bend.semilogy(rates, raw, color=style.RED, **style.PREDICTED, label="original")
        bend.semilogy(rates, equal, color=style.BLUE, **style.PREDICTED, label="standardised")
        bend.axhline(self.size**2, color=style.GREY, linewidth=1, linestyle=":")
        bend.set(xlabel="dropout rate $1-p$", title="condition number")
        bend.legend()
        return figure


def figure() -> DropoutFigure:
    """The figure of the chapter."""
    return DropoutFigure()

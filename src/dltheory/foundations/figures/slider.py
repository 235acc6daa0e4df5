"""A figure to move: the reader sets the iteration, and the filter and the weights follow.

On the web it is hand-written SVG with a short script and no library; in the PDF it is a still picture.
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sympy import lambdify

from dltheory.foundations import derivation as d
from dltheory.lab import style

from .slider_page import MARKUP, SCRIPT

Array = NDArray[np.float64]

#: Pixels of the drawing: its width, the frame of the upper panel, and rows and zero line of the lower one. Above the
#: frame stands what each curve is: within it every place is crossed by a curve at some iteration.
WIDTH, LEFT, RIGHT, TOP, BOTTOM = 460, 46, 450, 40, 200
FIRST_ROW, ROW = 274, 22
LONGEST = 3000


@dataclass(frozen=True)
class FilterSlider:
    """Filters and weights of gradient descent from 0 and of the matched ridge, for a reader to move through time.

    ``sigma: (r,)`` and ``V: (d, r)`` as in the singular value decomposition, ``target: (r,)`` the least-squares weights
    along the directions, ``features`` the d names, ``t`` the iteration shown at first.
    """

    sigma: Array
    V: Array
    target: Array
    features: Sequence[str]
    eta: float
    t: int = 30

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live figure for the web and a still one for LaTeX."""
        buffer = io.BytesIO()
        self.still().savefig(buffer, format="pdf", metadata=style.PDF_METADATA)
        return {"text/html": self.live(), "application/pdf": buffer.getvalue(), "text/plain": self.words()}

    def words(self) -> str:
        """What the figure shows, for those who cannot see it."""
        return "Fitted fraction over the singular value, and the weights, of gradient descent and of ridge regression"

    def live(self) -> str:
        """The figure as HTML: a slider and a drawing that its script redraws."""
        data = {
            "sigma": _rounded(self.sigma, 5),
            "vectors": [_rounded(row, 4) for row in self.V],
            "target": _rounded(self.target, 2),
            "eta": float(f"{self.eta:.6g}"),
            "frame": [LEFT, RIGHT, TOP, BOTTOM],
            "range": self._range(),
            "rows": [FIRST_ROW, ROW],
            "reach": self._reach(),
            "longest": LONGEST,
        }
        return Template(MARKUP).substitute(
            data=html.escape(json.dumps(data, separators=(",", ":")), quote=True),
            words=html.escape(self.words(), quote=True),
            start=round(1000 * np.log1p(self.t) / np.log1p(LONGEST)),
            told=self._told(),
            width=WIDTH,
            height=FIRST_ROW + ROW * len(self.features) + 4,
            frame=self._frame(),
            script=SCRIPT,
        )

    def _told(self) -> str:
        """What the script will say at first: the line is there before, so that nothing moves when it comes."""
        if not self.t:
            return "t = 0, nothing is fitted"
        return f"t = {self.t}, λ = {1 / (2 * self.eta * self.t):#.2g}".removesuffix(".")

    def still(self) -> Figure:
        """The figure at its first iteration."""
        figure = style.figure(height=5.2)
        above, below = figure.subplots(2, 1)
        low, high = self._range()
        grid = np.geomspace(low, high, 200)
        kept = {"descent": (style.BLUE, self._descent), "ridge": (style.RED, self._ridge)}
        rows = np.arange(len(self.features))
        for shift, (name, (colour, fraction)) in zip((-0.2, 0.2), kept.items(), strict=True):
            above.plot(grid, fraction(grid), color=colour, label=name, **style.PREDICTED)
            below.barh(rows + shift, self.V @ (fraction(self.sigma) * self.target), 0.38, color=colour)
        above.set(xscale="log", xlabel=r"singular value $\sigma$", ylabel="fitted fraction", title=f"$t = {self.t}$")
        above.legend()
        below.set_yticks(rows, self.features)
        below.invert_yaxis()
        below.set_xlabel("weight")
        return figure

    def _descent(self, sigma: Array) -> Array:
        return lambdify([d.eta, d.sigma, d.t], d.gd_filter)(self.eta, sigma, self.t)

    def _ridge(self, sigma: Array) -> Array:
        strength = d.matched_ridge.subs(d.tau, self.eta * self.t)
        return lambdify([d.sigma], d.ridge_filter.subs(d.ridge, strength))(sigma)

    def _range(self) -> tuple[float, float]:
        """The singular values at the ends of the axis."""
        return float(f"{0.7 * self.sigma.min():.3g}"), float(f"{1.2 * self.sigma.max():.3g}")

    def _reach(self) -> float:
        """The largest weight on the axis of the lower panel."""
        return float(f"{1.05 * np.abs(self.V @ self.target).max():.3g}")

    def _frame(self) -> str:
        """What does not move: axes, ticks, names of the features, and marks of the least-squares weights."""
        low, high = np.log(self._range())
        middle, scale = (LEFT + RIGHT) / 2, (RIGHT - LEFT) / 2 / self._reach()
        parts = [f'<path class="axis" d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>']
        for value in (0, 0.5, 1):
            y = BOTTOM - value * (BOTTOM - TOP)
            parts.append(
                f'<path class="grid" d="M{LEFT} {y:g}H{RIGHT}"/>' + _text(LEFT - 6, y + 4, f"{value:g}", "end")
            )
        for value in (0.1, 0.2, 0.5, 1, 2):
            x = LEFT + (np.log(value) - low) / (high - low) * (RIGHT - LEFT)
            parts.append(_text(x, BOTTOM + 18, f"{value:g}", "middle"))
        parts.append(_text(RIGHT, BOTTOM + 37, "singular value σ", "end"))
        end = FIRST_ROW + ROW * len(self.features)
        parts.append(_text(LEFT - 40, FIRST_ROW - 14, "weights; ticks mark least squares", "start"))
        parts.append(f'<path class="axis" d="M{middle:g} {FIRST_ROW - 4}V{end}"/>')
        for row, (name, weight) in enumerate(zip(self.features, self.V @ self.target, strict=True)):
            y = FIRST_ROW + row * ROW
            x = middle + scale * weight
            parts.append(_text(6, y + 14, name, "start") + f'<path class="goal" d="M{x:.1f} {y}v18"/>')
        return "".join(parts)


def _rounded(values: Array, digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}</text>'

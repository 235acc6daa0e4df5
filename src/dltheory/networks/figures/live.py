"""Sharpness to touch: the recorded runs and the lines of their steps, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.figure import Figure

from dltheory.lab import style
from dltheory.momentum.derivation.symbols import beta, eta
from dltheory.networks.derivation import step_limits
from dltheory.networks.experiment import recorded


@dataclass(frozen=True)
class SharpnessFigure:
    """The recorded full-batch runs of one seed, each with its loss and its sharpness."""

    seed: int = 0
    name: str = "networks"
    heights: tuple[int, int] = (450, 655)

    def data(self) -> Mapping[str, Any]:
        """Times, and of each run step, weight of the new gradient, kind, sharpness and loss."""
        run = self._record()
        rows = zip(run["methods"], run["sharpness"], run["loss"], strict=True)
        return {
            "initial": {"method": "momentum", "run": 1, "after": 0.5, "unit": "plain"},
            "times": run["times"],
            "runs": [
                {
                    "eta": method["eta"],
                    "beta": method["beta"],
                    "ahead": method["ahead"],
                    "sharpness": [_short(value) for value in sharpness],
                    "loss": [_short(value) for value in loss],
                }
                for method, sharpness, loss in rows
            ],
        }

    def formulas(self) -> Mapping[str, tuple[Any, Any]]:
        """What the module computes with."""
        return {
            "descent_line": ((eta,), step_limits.descent_line()),
            "momentum_line": ((eta, beta), step_limits.momentum_line()),
            "nesterov_line": ((eta, beta), step_limits.nesterov_line()),
        }

    def still(self, suffix: str) -> bytes:
        """The sharpness of all runs over the line of each, and their losses."""
        return style.picture(self._draw, suffix)

    def _record(self) -> Mapping[str, Any]:
        return next(run for run in recorded.runs("sharpness", "full batch") if run["seed"] == self.seed)

    def _draw(self) -> Figure:
        figure = style.figure(height=4.6)
        axes, loss = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        data = self.data()
        kinds = {"gradient descent": "descent_line", "momentum": "momentum_line", "Nesterov": "nesterov_line"}
        for colour, (name, formula) in zip(style.PALETTE, kinds.items(), strict=False):
            arguments, expression = self.formulas()[formula]
            line, label = sp.lambdify(arguments, expression), name
            for run in data["runs"]:
                kind = "gradient descent" if run["beta"] == 1 else "Nesterov" if run["ahead"] else "momentum"
                if kind == name:
                    limit = line(*(run[symbol.name] for symbol in arguments))
                    axes.plot(data["times"], np.array(run["sharpness"]) / limit, color=colour, lw=1, label=label)
                    loss.semilogy(data["times"], run["loss"], color=colour, lw=1)
                    label = "_"
        axes.axhline(1, color=style.INK, **style.PREDICTED)
        axes.set(ylabel="sharpness over its line", ylim=(0, 1.6))
        loss.set(xlabel="step of training", ylabel="loss", ylim=(1e-4, 2))
        axes.legend(loc="lower right")
        return figure


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def figure() -> SharpnessFigure:
    """The figure of the chapter."""
    return SharpnessFigure()

"""Compression to touch: the source's network on a machine that the reader sets, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dltheory.compression.derivation import counts, latency
from dltheory.compression.experiment import latency as model
from dltheory.lab import style

#: Orders of magnitude only, no measurements: MACs and bytes a second, seconds a call, images a batch.
MACHINES = {
    "core": ("one core", {"macs": 4e10, "bytes": 1.5e10, "o": 4e-6, "batch": 8}),
    "phone": ("phone", {"macs": 5e11, "bytes": 3e10, "o": 2e-5, "batch": 1}),
    "card": ("graphics card", {"macs": 3e13, "bytes": 1e12, "o": 5e-6, "batch": 64}),
    "single": ("the card, one image", {"macs": 3e13, "bytes": 1e12, "o": 5e-6, "batch": 1}),
}


@dataclass(frozen=True)
class CompressionFigure:
    """The source's network with the fraction ``ratio`` of its channels removed, on one of the machines."""

    ratio: float = 0.5
    machine: str = "core"
    name: str = "compression"
    heights: tuple[int, int] = (703, 722)

    def data(self) -> Mapping[str, Any]:
        """The network, the machines, and the values at the start."""
        return {
            "initial": {"c": self.ratio} | MACHINES[self.machine][1],
            "channels": counts.CHANNELS,
            "pooled": counts.POOLED,
            "image": counts.IMAGE,
            "classes": counts.CLASSES,
            "machines": {key: {"name": name, "values": values} for key, (name, values) in MACHINES.items()},
        }

    def formulas(self) -> Mapping[str, tuple[Any, Any]]:
        """What the module computes with."""
        layer = (latency.macs, latency.moved, latency.mac_rate, latency.byte_rate, latency.overhead)
        shape = (counts.k, counts.c_in, counts.c_out, counts.height, counts.width)
        return {
            "layer_time": (layer, latency.layer_time),
            "left": ((latency.channel_ratio,), latency.left),
            "convolution_macs": (shape, counts.convolution_macs),
            "convolution_weights": (shape[:3], counts.convolution_weights),
        }

    def still(self, suffix: str) -> bytes:
        """Time of each layer by what it is spent on, every multiplying layer on the machine, and the speed-up."""
        return style.picture(self._draw, suffix)

    def _draw(self) -> Figure:
        figure = style.figure(height=4.9)
        panels = figure.subplot_mosaic([["bars", "bars"], ["roof", "gain"]])
        self._draw_layers(panels["bars"])
        self._draw_machine(panels["roof"])
        gain, ratios = panels["gain"], np.linspace(0, 0.9, 31)
        left = sp.lambdify(latency.channel_ratio, latency.left)(ratios)
        gain.semilogy(ratios, 1 / left**2, color=style.BLUE, **style.PREDICTED, label="$(1-c)^{-2}$")
        gain.semilogy(ratios, 1 / left, color=style.RED, **style.PREDICTED, label="$(1-c)^{-1}$")
        dense = self._seconds(0.0)
        gain.semilogy(ratios, [dense / self._seconds(ratio) for ratio in ratios], color=style.INK, label="model")
        gain.set(xlabel="channels removed $c$", title="speed-up")
        gain.legend()
        return figure

    def _operations(self, ratio: float) -> list[model.Operation]:
        return model.operations(model.outline(1.0, float(ratio)), int(MACHINES[self.machine][1]["batch"]))

    def _rates(self) -> model.Rates:
        machine = MACHINES[self.machine][1]
        return model.Rates(machine["macs"], machine["bytes"], machine["bytes"], machine["o"])

    def _seconds(self, ratio: float) -> float:
        return model.predicted_seconds(self._operations(ratio), self._rates())

    def _layers(self, ratio: float) -> dict[str, list[float]]:
        """Milliseconds of each convolution with what follows it, and of the end, by what they are spent on."""
        groups: list[list[model.Operation]] = []
        for operation in self._operations(ratio):
            if operation.name.startswith("conv") or operation.name == "mean":
                groups.append([])
            groups[-1].append(operation)
        rates, spent = self._rates(), dict[str, list[float]]()
        for group in groups:
            total = 1e3 * model.predicted_seconds(group, rates)
            shares = model.limits(group, rates)
            shares["memory"] += shares.pop("pooling")
            for kind, share in shares.items():
                spent.setdefault(kind, []).append(share * total)
        return spent

    def _draw_layers(self, axes: Axes) -> None:
        spent, before = self._layers(self.ratio), np.sum(list(self._layers(0.0).values()), axis=0)
        names = [*map(str, range(len(before) - 1)), "end"]
        axes.bar(names, before, 0.8, fill=False, edgecolor=style.GREY, label="before")
        base = np.zeros(len(before))
        for (kind, part), colour in zip(spent.items(), (style.BLUE, style.RED, style.GREY), strict=True):
            axes.bar(names, part, 0.62, base, color=colour, label=kind)
            base += part
        axes.set(xlabel="convolution", title="milliseconds", ylim=(0, 1.45 * before.max()))
        axes.grid(axis="x", visible=False)
        axes.legend(ncols=2, loc="upper right")

    def _draw_machine(self, axes: Axes) -> None:
        rates, grid = self._rates(), np.array([0.3, self._corner(), 3000])
        for ratio, colour in ((0.0, style.GREY), (self.ratio, style.BLUE)):
            multiplying = [one for one in self._operations(ratio) if one.macs]
            reached = [one.macs / model.seconds(one, rates) for one in multiplying]
            axes.plot([one.macs / one.moved for one in multiplying], reached, "o", color=colour, markersize=4)
        axes.loglog(grid, np.minimum(grid * rates.stream, rates.macs), color=style.INK)
        axes.plot(self._corner(), rates.macs, "s", color="white", markeredgecolor=style.INK)
        axes.set(xlabel="MACs a byte", title="MACs a second", xlim=(0.3, 3000), ylim=(1e9, 1e11))

    def _corner(self) -> float:
        rates = self._rates()
        return rates.macs / rates.stream


def figure() -> CompressionFigure:
    """The figure of the chapter."""
    return CompressionFigure()

"""Compression to touch: the source's network on a machine that the reader sets, and the still picture of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.figure import Figure

from dltheory.compression.derivation import counts, latency
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
        """Time of each convolution before and after, and the two powers between which the traffic falls."""
        return style.picture(self._draw, suffix)

    def _draw(self) -> Figure:
        figure = style.figure(height=2.9)
        bars, gain = figure.subplots(1, 2)
        places = np.arange(len(counts.CHANNELS))
        for kept, colour, width in ((1.0, style.GREY, 0.8), (1 - self.ratio, style.BLUE, 0.55)):
            bars.bar(places, 1e3 * self._seconds(kept), width, color=colour, label=f"{kept:.0%} of the channels")
        bars.set(xlabel="convolution", title="milliseconds")
        bars.legend()
        ratios = np.linspace(0, 0.9, 100)
        left = sp.lambdify(latency.channel_ratio, latency.left)(ratios)
        gain.semilogy(ratios, 1 / left**2, color=style.BLUE, **style.PREDICTED, label="$1/(1-c)^2$")
        gain.semilogy(ratios, 1 / left, color=style.RED, **style.PREDICTED, label="$1/(1-c)$")
        total = self._seconds(1.0).sum()
        gain.semilogy(ratios, [total / self._seconds(kept).sum() for kept in left], color=style.INK, label="model")
        gain.set(xlabel="channels removed $c$", title="speed-up")
        gain.legend()
        return figure

    def _seconds(self, kept: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Seconds of each convolution alone, with the fraction ``kept`` of the channels, not rounded."""
        machine = MACHINES[self.machine][1]
        time = sp.lambdify((latency.macs, latency.moved), latency.layer_time.subs({
            latency.mac_rate: machine["macs"], latency.byte_rate: machine["bytes"], latency.overhead: machine["o"],
        }))  # fmt: skip
        inputs, side, found = float(counts.IMAGE[0]), counts.IMAGE[1], []
        for position, full in enumerate(counts.CHANNELS):
            outputs = full * (kept if position < len(counts.CHANNELS) - 1 else 1.0)
            pixels = machine["batch"] * side**2
            moved = 4 * (9 * inputs * outputs + pixels * (inputs + outputs))
            found.append(time(9 * inputs * outputs * pixels, moved))
            inputs, side = outputs, side // 2 if position in counts.POOLED else side
        return np.array(found)


def figure() -> CompressionFigure:
    """The figure of the chapter."""
    return CompressionFigure()

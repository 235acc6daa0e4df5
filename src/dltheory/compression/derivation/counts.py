"""Multiply-accumulates (MACs) and parameters of a VGG as polynomials in the channel ratio and the width.

One MAC is one product added to a sum. Convolutions have no bias, batch norm has two parameters a channel, the
classifier has a bias. Activation functions, pooling and batch norm are not counted as MACs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul, Sum, Symbol, expand, symbols

k, c_in, c_out, height, width = symbols("k C_in C_out H_out W_out", integer=True, positive=True)
ratio = Symbol("c", positive=True)  # fraction of the channels removed
multiplier = Symbol("m", positive=True)  # factor on the number of all channels

#: MACs of one convolution, and its weights.
convolution_macs = k**2 * c_in * c_out * height * width
convolution_weights = k**2 * c_in * c_out

#: Of the source's network: channels, after which convolutions the image is halved, image, classes, kernel.
CHANNELS = (64, 128, 256, 256, 512, 512, 512, 512)
POOLED = (1, 3, 5, 7)
IMAGE = (3, 32, 32)
CLASSES, KERNEL = 10, 3


@dataclass(frozen=True)
class Layer:
    """One layer with weights, and the batch norm behind it: MACs and parameters, exact."""

    name: str
    macs: Expr
    parameters: Expr


def derive_convolution_macs() -> Expr:
    """One for each output channel, output position, input channel and place in the kernel, summed."""
    indices = symbols("o i j q a b", integer=True)
    ends = (c_out, height, width, c_in, k, k)
    return Sum(1, *((index, 1, end) for index, end in zip(indices, ends, strict=True))).doit()


def pruned_macs(inputs: bool, outputs: bool) -> Expr:
    """MACs of one convolution without the fraction $c$ of its input channels, of its output channels, or of both."""
    kept = 1 - ratio
    shrunk = {c_in: kept * c_in if inputs else c_in, c_out: kept * c_out if outputs else c_out}
    return convolution_macs.subs(shrunk, simultaneous=True)


def layer_shares(channels: Sequence[Expr | int]) -> list[Expr]:
    """What each layer of a VGG still costs, over what it did, without $c$ of all ``channels`` but the last."""
    kept = [*((1 - ratio) * count for count in channels[:-1]), channels[-1]]
    return [after.macs / before.macs for before, after in zip(layers(channels), layers(kept), strict=True)]


def layers(
    channels: Sequence[Expr | int], image: Sequence[int] = IMAGE, classes: int = CLASSES, kernel: int = KERNEL
) -> list[Layer]:
    """The convolutions and the classifier of a VGG with these ``channels``, for one image (channels, height, width)."""
    found = []
    inputs, rows, columns = Integer(image[0]), image[1], image[2]
    for position, outputs in enumerate(channels):
        place = {k: kernel, c_in: inputs, c_out: outputs, height: rows, width: columns}
        weights = convolution_weights.subs(place)
        found.append(Layer(f"conv{position}", convolution_macs.subs(place), weights + 2 * outputs))
        inputs = outputs
        if position in POOLED and min(rows, columns) > 1:
            rows, columns = rows // 2, columns // 2
    return [*found, Layer("classifier", inputs * classes, inputs * classes + classes)]


def macs(channels: Sequence[Expr | int], image: Sequence[int] = IMAGE) -> Expr:
    """MACs of the whole network."""
    return sum(layer.macs for layer in layers(channels, image))


def parameters(channels: Sequence[Expr | int], image: Sequence[int] = IMAGE) -> Expr:
    """Parameters of the whole network."""
    return sum(layer.parameters for layer in layers(channels, image))


def pruned_channels(channel_ratio: Expr = ratio, factor: Expr | int = 1) -> list[Expr]:
    """``factor`` times the source's channels, less the fraction ``channel_ratio`` of all but the last; not rounded."""
    widths = [factor * count for count in CHANNELS]
    return [*((1 - channel_ratio) * count for count in widths[:-1]), widths[-1]]


def rounded_channels(channel_ratio: Expr) -> list[int]:
    """The same in whole channels, at full width: the number kept is rounded, an exact half to the even neighbour."""
    kept = [round((1 - channel_ratio) * count) for count in CHANNELS[:-1]]
    return [*map(int, kept), CHANNELS[-1]]


def source_macs() -> Expr:
    """MACs of the source's network as a polynomial in $1-c$."""
    return in_kept_fraction(macs(pruned_channels()))


def source_parameters() -> Expr:
    """Parameters of the source's network as a polynomial in $1-c$."""
    return in_kept_fraction(parameters(pruned_channels()))


def in_kept_fraction(expression: Expr) -> Expr:
    """``expression``, a polynomial in $c$ of degree 2, written in powers of $1-c$ and left so."""
    kept = Symbol("kept")
    collected = expand(expression.subs(ratio, 1 - kept))
    terms = [Mul(collected.coeff(kept, power), (1 - ratio) ** power, evaluate=False) for power in (2, 1)]
    return Add(*terms, collected.coeff(kept, 0), evaluate=False)


def profiled_extra(channels: Sequence[Expr | int], image: Sequence[int] = IMAGE) -> Expr:
    """What a profiler adds that counts one for every output of batch norm and of the mean before the classifier."""
    total, (_, rows, columns) = Integer(0), image
    for position, outputs in enumerate(channels):
        total += outputs * rows * columns
        if position in POOLED and min(rows, columns) > 1:
            rows, columns = rows // 2, columns // 2
    return total + channels[-1]

"""Two convolutions with batch norm and ReLU between them, in symbols; and what a permutation of hidden channels does.

First in matrices, for any numbers of channels, pixels and taps: channel by row, pixel by column. Then entry by entry,
one-dimensional and small: an image of three pixels, kernels of two taps, three hidden channels, two outputs. What is
summed over in the second convolution are the hidden channels, and a sum does not depend on the order of its terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sympy import Expr, Function, Identity, Matrix, MatrixExpr, MatrixSymbol, Max, Symbol, symbols

channels, inputs, pixels, out, out_pixels = symbols("C k q o s", integer=True, positive=True)

#: A permutation of the hidden channels.
permutation = MatrixSymbol("P", channels, channels)
undone = {permutation.T * permutation: Identity(channels)}

#: The first convolution: filters, the pixels under each tap, biases, and one 1 for every pixel.
filters = MatrixSymbol("W_{1}", channels, inputs)
patches = MatrixSymbol("U", inputs, pixels)
bias = MatrixSymbol("b", channels, 1)
ones = MatrixSymbol("e", 1, pixels)

#: Batch norm: what each channel is multiplied by (a diagonal matrix), its mean and its shift.
scale = MatrixSymbol("D", channels, channels)
mean = MatrixSymbol("m", channels, 1)
shift = MatrixSymbol("t", channels, 1)

#: The channels after an elementwise function, one tap of the next convolution, and the pixels that this tap sees.
hidden = MatrixSymbol("A", channels, pixels)
next_weights = MatrixSymbol("W_{2}", out, channels)
seen = MatrixSymbol("S", pixels, out_pixels)


def normalised(
    filters: MatrixExpr, bias: MatrixExpr, scale: MatrixExpr, mean: MatrixExpr, shift: MatrixExpr
) -> MatrixExpr:
    """Batch norm of the first convolution: (channels, pixels)."""
    return scale * (filters * patches + bias * ones - mean * ones) + shift * ones


def moved_normalised() -> MatrixExpr:
    """The same with filters, biases and the numbers of batch norm permuted."""
    P = permutation
    return normalised(P * filters, P * bias, P * scale * P.T, P * mean, P * shift)


def next_layer(weights: MatrixExpr, hidden: MatrixExpr) -> MatrixExpr:
    """One tap of the next convolution: (outputs, pixels)."""
    return weights * hidden * seen


HIDDEN, TAPS, PIXELS, OUTPUTS = 3, 2, 3, 2

#: A permutation that is not its own inverse.
CYCLE = (1, 2, 0)


class ReLU(Function):  # type: ignore[misc]
    """$\\max(0, z)$ of a number; left alone for a symbol, so an identity holds for any function of one variable."""

    @classmethod
    def eval(cls, value: Expr) -> Expr | None:
        return Max(0, value) if value.is_number else None


@dataclass(frozen=True)
class TwoLayers:
    """Kernels of both layers, biases of the first, and (gain, shift, mean, deviation) of batch norm by hidden channel.

    ``first: (hidden, taps)``, ``bias: (hidden, 1)``, ``norm: (hidden, 4)``, ``second: (outputs, hidden * taps)``,
    channel by channel.
    """

    first: Matrix
    bias: Matrix
    norm: Matrix
    second: Matrix

    def output(self, image: Sequence[Expr]) -> Matrix:
        """ReLU of the normalised first convolution, convolved again: (outputs, positions) without padding."""
        hidden = [self._hidden(channel, image) for channel in range(self.first.rows)]
        positions = len(hidden[0]) - TAPS + 1
        return Matrix(
            self.second.rows,
            positions,
            lambda o, p: sum(
                self.second[o, c * TAPS + tap] * hidden[c][p + tap] for c in range(len(hidden)) for tap in range(TAPS)
            ),
        )

    def _hidden(self, channel: int, image: Sequence[Expr]) -> list[Expr]:
        gain, shift, mean, deviation = self.norm.row(channel)
        convolved = [
            sum((self.first[channel, tap] * image[p + tap] for tap in range(TAPS)), self.bias[channel])
            for p in range(len(image) - TAPS + 1)
        ]
        return [ReLU(gain * (value - mean) / deviation + shift) for value in convolved]


def symbolic() -> TwoLayers:
    """Every weight a symbol; the deviations of batch norm are positive."""
    norm = [
        [*symbols(f"gamma_{c} beta_{c} m_{c}", real=True), Symbol(f"delta_{c}", positive=True)] for c in range(HIDDEN)
    ]
    return TwoLayers(
        Matrix(HIDDEN, TAPS, symbols(f"a_:{HIDDEN * TAPS}", real=True)),
        Matrix(HIDDEN, 1, symbols(f"b_:{HIDDEN}", real=True)),
        Matrix(norm),
        Matrix(OUTPUTS, HIDDEN * TAPS, symbols(f"w_:{OUTPUTS * HIDDEN * TAPS}", real=True)),
    )


def image() -> tuple[Expr, ...]:
    """The pixels."""
    return tuple(symbols(f"x_:{PIXELS}", real=True))


def permuted(
    layers: TwoLayers,
    order: Sequence[int],
    norm_order: Sequence[int] | None = None,
    next_order: Sequence[int] | None = None,
    bias_order: Sequence[int] | None = None,
) -> TwoLayers:
    """Hidden channel ``order[j]`` comes to place j, in all places unless another order is given for one."""
    norm_order = order if norm_order is None else norm_order
    next_order = order if next_order is None else next_order
    bias_order = order if bias_order is None else bias_order
    blocks = [layers.second[:, c * TAPS : (c + 1) * TAPS] for c in next_order]
    return replace(
        layers,
        first=layers.first.extract(list(order), range(TAPS)),
        bias=layers.bias.extract(list(bias_order), [0]),
        norm=layers.norm.extract(list(norm_order), range(4)),
        second=Matrix.hstack(*blocks),
    )


def inverse(order: Sequence[int]) -> tuple[int, ...]:
    """The permutation that undoes ``order``."""
    return tuple(sorted(range(len(order)), key=lambda place: order[place]))

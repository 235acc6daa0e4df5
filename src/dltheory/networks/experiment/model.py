"""Small fully connected networks as functions of one flat vector, so that Hessians and Jacobians are matrices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch

Loss = Callable[[torch.Tensor], torch.Tensor]

#: Everything in this chapter is computed in double precision: curvatures are differences of differences.
DTYPE = torch.float64


@dataclass(frozen=True)
class Network:
    """Linear layers of ``sizes`` with tanh between them, as a function of one vector of all weights and biases.

    *Standard*: a weight is drawn with variance 1/inputs and used as it is. *Tangent* (Jacot, Gabriel and Hongler 2018):
    it is drawn with variance 1 and divided by the root of the inputs where it is used, which makes the step size of
    gradient descent independent of the width. Biases start at 0. ``gain`` multiplies the first weights of the last
    layer.
    """

    sizes: tuple[int, ...]
    parametrisation: Literal["standard", "tangent"] = "standard"
    gain: float = 1.0

    @property
    def layers(self) -> int:
        """How many linear layers there are."""
        return len(self.sizes) - 1

    @property
    def count(self) -> int:
        """How many weights and biases there are: the length of the flat vector."""
        return sum(outputs * (inputs + 1) for inputs, outputs in self._pairs())

    def _pairs(self) -> Iterator[tuple[int, int]]:
        return zip(self.sizes, self.sizes[1:], strict=False)

    def first(self, seed: int) -> torch.Tensor:
        """The weights that ``seed`` draws: (count,)."""
        generator = torch.Generator().manual_seed(seed)
        parts = []
        for layer, (inputs, outputs) in enumerate(self._pairs()):
            scale = 1.0 if self.parametrisation == "tangent" else inputs**-0.5
            scale *= self.gain if layer == self.layers - 1 else 1.0
            parts += [scale * torch.randn(outputs * inputs, generator=generator, dtype=DTYPE)]
            parts += [torch.zeros(outputs, dtype=DTYPE)]
        return torch.cat(parts)

    def slices(self, layer: int) -> tuple[slice, slice]:
        """Where the weights and the biases of a layer lie in the flat vector."""
        start = sum(outputs * (inputs + 1) for inputs, outputs in list(self._pairs())[:layer])
        inputs, outputs = self.sizes[layer], self.sizes[layer + 1]
        middle = start + outputs * inputs
        return slice(start, middle), slice(middle, middle + outputs)

    def is_weight(self) -> torch.Tensor:
        """Which entries of the flat vector multiply something, and are not biases: (count,), bool."""
        chosen = torch.zeros(self.count, dtype=torch.bool)
        for layer in range(self.layers):
            chosen[self.slices(layer)[0]] = True
        return chosen

    def affine(self, theta: torch.Tensor, layer: int, inputs: torch.Tensor) -> torch.Tensor:
        """What one linear layer makes of ``inputs`` (n, d): (n, k)."""
        weights, biases = (theta[part] for part in self.slices(layer))
        matrix = weights.view(self.sizes[layer + 1], self.sizes[layer])
        scale = self.sizes[layer] ** -0.5 if self.parametrisation == "tangent" else 1.0
        return scale * inputs @ matrix.T + biases

    def hidden(self, theta: torch.Tensor, inputs: torch.Tensor, layer: int) -> torch.Tensor:
        """The activations behind the first ``layer`` layers: (n, sizes[layer]); layer 0 is the input."""
        for position in range(layer):
            inputs = torch.tanh(self.affine(theta, position, inputs))
        return inputs

    def above(self, theta: torch.Tensor, activations: torch.Tensor, layer: int) -> torch.Tensor:
        """The outputs that follow from ``activations`` of hidden layer ``layer``: (n, k)."""
        for position in range(layer, self.layers - 1):
            activations = torch.tanh(self.affine(theta, position, activations))
        return self.affine(theta, self.layers - 1, activations)

    def outputs(self, theta: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        """$f(\\theta)$ on all ``inputs`` (n, d): (n, k)."""
        return self.above(theta, inputs, 0)


def squared(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """$\\frac1n\\sum_i\\lVert y_i-f_i\\rVert^2$ for (n, k) ``outputs`` and ``targets``."""
    return (outputs - targets).square().sum() / len(targets)


def cross_entropy(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean cross-entropy of the softmax of ``outputs`` (n, k) for one-hot ``targets`` (n, k)."""
    return -(torch.log_softmax(outputs, dim=-1) * targets).sum() / len(targets)


LOSSES = {"squared": squared, "cross-entropy": cross_entropy}


@dataclass(frozen=True)
class Problem:
    """A network, the data it is trained on, and the loss: everything that makes a function of the weights."""

    network: Network
    inputs: torch.Tensor
    targets: torch.Tensor
    kind: str = "squared"
    ridge: float = 0.0

    def loss(self, theta: torch.Tensor) -> torch.Tensor:
        """Mean loss plus ``ridge`` times the squared norm of all weights and biases."""
        fitted = LOSSES[self.kind](self.network.outputs(theta, self.inputs), self.targets)
        return fitted + self.ridge * theta.square().sum() if self.ridge else fitted

    def loss_of_outputs(self, outputs: torch.Tensor) -> torch.Tensor:
        """The loss as a function of the outputs (n, k), without the ridge."""
        return LOSSES[self.kind](outputs, self.targets)


@cache
def digits(count: int = 500, start: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """``count`` of scikit-learn's digits from number ``start`` on: pixels (n, 64), centred, in units of the largest
    grey value, and one-hot targets (n, 10). The mean that is taken off is that of all images."""
    from sklearn.datasets import load_digits

    shipped = load_digits()
    if not (start >= 0 and count > 0 and start + count <= len(shipped.target)):
        raise ValueError(f"start {start}, count {count}: there are {len(shipped.target)} images")
    pixels = torch.tensor(shipped.data / 16.0, dtype=DTYPE)
    pixels = (pixels - pixels.mean(dim=0))[start : start + count]
    return pixels, torch.eye(10, dtype=DTYPE)[torch.tensor(shipped.target[start : start + count])]


@cache
def parity(count: int, start: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """The same pixels, scaled to mean square 1, with one target: +1 for an even digit, -1 for an odd one, (n, 1)."""
    pixels, classes = digits(count, start)
    signs = 1.0 - 2.0 * (classes.argmax(dim=1) % 2).to(DTYPE)
    return pixels * math.sqrt(pixels.numel()) / pixels.norm(), signs[:, None]

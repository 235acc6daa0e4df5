"""What a network costs, counted on the module itself: multiplications, parameters and numbers moved, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class LayerCost:
    """One convolution or linear layer for one image.

    ``macs`` counts multiply-accumulates, ``parameters`` weights and bias, ``inputs`` and ``outputs`` the numbers read
    and written.
    """

    name: str
    macs: int
    parameters: int
    inputs: int
    outputs: int


@torch.no_grad()
def layer_costs(model: nn.Module, shape: tuple[int, int, int]) -> list[LayerCost]:
    """The convolutions and linear layers that ``model`` runs on one image of ``shape`` (channels, height, width).

    Batch norm, pooling and activation functions are not counted: they can be merged into their neighbours.
    """
    found: list[LayerCost] = []

    def count(name: str, layer: nn.Module, inputs: torch.Tensor, outputs: torch.Tensor) -> None:
        # every output number is a sum over one filter: the weight without its first dimension
        macs = outputs.numel() * layer.weight[0].numel()
        parameters = sum(parameter.numel() for parameter in layer.parameters())
        found.append(LayerCost(name, macs, parameters, inputs.numel(), outputs.numel()))

    hooks = [
        layer.register_forward_hook(lambda layer, inputs, outputs, name=name: count(name, layer, inputs[0], outputs))
        for name, layer in model.named_modules()
        if isinstance(layer, nn.Conv2d | nn.Linear)
    ]
    was_training = model.training
    try:
        model.eval()
        model(torch.zeros(1, *shape, device=next(model.parameters()).device))
    finally:
        model.train(was_training)
        for hook in hooks:
            hook.remove()
    return found


def total_macs(model: nn.Module, shape: tuple[int, int, int]) -> int:
    """Multiply-accumulates for one image."""
    return sum(layer.macs for layer in layer_costs(model, shape))


def parameter_count(model: nn.Module) -> int:
    """All trainable numbers, those of batch norm included."""
    return sum(parameter.numel() for parameter in model.parameters())

"""Channels of a VGG: how much the next layer uses each, their order, and a smaller dense network without some."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from dltheory.lab.models import VGG
from dltheory.lab.validation import number


def kept_channels(count: int, ratio: float) -> int:
    """How many of ``count`` channels stay when the fraction ``ratio`` in [0, 1) is removed: rounded, at least 1."""
    ratio = number("ratio", ratio, at_least=0, below=1)
    return max(1, round((1 - ratio) * count))


def importance(next_weight: torch.Tensor) -> torch.Tensor:
    """Euclidean norm of what the next convolution multiplies each of its input channels with: (inputs,).

    ``next_weight``: (outputs, inputs, height, width).
    """
    return next_weight.detach().square().sum((0, 2, 3)).sqrt()


def by_importance(model: VGG) -> list[torch.Tensor]:
    """For each convolution but the last, its output channels in order of importance to the next, largest first."""
    return [
        importance(model.get_submodule(f"conv{position + 1}").weight).argsort(descending=True, stable=True)
        for position in range(len(model.channels) - 1)
    ]


def permuted(model: VGG, orders: Sequence[torch.Tensor]) -> VGG:
    """The network with hidden channels in another order: channel ``orders[i][j]`` of convolution i comes to place j.

    ``orders`` holds a permutation for each convolution but the last. The function stays the same.
    """
    widths = [len(order) for order in orders]
    if widths != list(model.channels[:-1]):
        raise ValueError(f"the orders have lengths {widths}; the hidden channels are {list(model.channels[:-1])}")
    for position, order in enumerate(orders):
        if sorted(order.tolist()) != list(range(len(order))):
            raise ValueError(f"orders[{position}] is no permutation: every channel must occur in it once")
    return _selected(model, orders)


def sorted_by_importance(model: VGG) -> VGG:
    """The same function with every hidden layer's channels in order of importance, largest first."""
    return permuted(model, by_importance(model))


def without_channels(model: VGG, ratio: float) -> VGG:
    """A smaller dense network: of every convolution but the last, the first ``kept_channels(C, ratio)`` channels stay.

    With :func:`sorted_by_importance` before, these are the most important ones.
    """
    return _selected(model, [torch.arange(kept_channels(count, ratio)) for count in model.channels[:-1]])


@torch.no_grad()
def _selected(model: VGG, chosen: Sequence[torch.Tensor]) -> VGG:
    """A network that holds, of each convolution but the last, the output channels ``chosen``, in that order."""
    last = len(model.channels) - 1
    with torch.random.fork_rng(devices=[]):  # the first weights of the new network are overwritten
        smaller = VGG(model.shape, model.classes, (*(len(channels) for channels in chosen), model.channels[last]))
    smaller = smaller.to(model.classifier.weight.dtype)
    inputs = torch.arange(model.shape[0])
    for position in range(last + 1):
        outputs = chosen[position].cpu() if position < last else torch.arange(model.channels[last])
        convolution = model.get_submodule(f"conv{position}").weight
        smaller.get_submodule(f"conv{position}").weight.copy_(convolution[outputs][:, inputs])
        old, new = (which.get_submodule(f"norm{position}") for which in (model, smaller))
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(new, name).copy_(getattr(old, name)[outputs])
        new.num_batches_tracked.copy_(old.num_batches_tracked)
        inputs = outputs
    smaller.classifier.load_state_dict(model.classifier.state_dict())
    smaller.train(model.training)
    return _placed_like(smaller, model)


def _placed_like(network: VGG, model: nn.Module) -> VGG:
    """``network`` on the device and in the memory layout of ``model``."""
    # of the first convolution on grey images the layout cannot be told
    example = model.get_submodule("conv1").weight
    channels_last = example.is_contiguous(memory_format=torch.channels_last) and not example.is_contiguous()
    layout = torch.channels_last if channels_last else torch.contiguous_format
    return network.to(device=example.device, memory_format=layout)

"""The sensitivity scan: accuracy when one layer alone is pruned, for every layer and several sparsities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from dltheory.lab.models import VGG
from dltheory.pruning.experiment.masks import magnitude_mask, weight

#: Images that go through the network together: their activations stay near the processor.
CHUNK = 250


@dataclass(frozen=True)
class Sensitivity:
    """How many of ``images`` are classified right: ``right[stage][i]`` when this layer alone has ``sparsities[i]``."""

    sparsities: tuple[float, ...]
    images: int
    dense: int
    right: dict[str, tuple[int, ...]]

    def accuracy(self, stage: str) -> list[float]:
        """Shares instead of counts."""
        return [count / self.images for count in self.right[stage]]

    def largest_within(self, points: float) -> dict[str, float]:
        """For each layer the largest sparsity that costs at most ``points`` (0.01 is one per cent) of accuracy alone.

        0 for a layer where every sparsity that was tried costs more. Accuracy need not fall steadily: all smaller
        sparsities have to hold too.
        """
        chosen = {}
        for stage, counts in self.right.items():
            allowed = 0.0
            for sparsity, count in zip(self.sparsities, counts, strict=True):
                if (self.dense - count) / self.images > points:
                    break
                allowed = sparsity
            chosen[stage] = allowed
        return chosen


@torch.no_grad()
def scan(
    model: VGG,
    images: torch.Tensor,
    labels: torch.Tensor,
    sparsities: Sequence[float],
    after_chunk: Callable[[int], None] = lambda images: None,
) -> Sensitivity:
    """Prune one layer at a time by magnitude and count the ``images`` that are classified right.

    What comes before the pruned layer does not change, so it is computed once for all sparsities of the layer and
    handed on to the next layer: the layers of one chunk of images are visited from the input to the output. The model
    is as before afterwards. ``sparsities`` ascend.
    """
    if sorted(sparsities) != list(sparsities) or not len(sparsities):
        raise ValueError(f"sparsities is {list(sparsities)}; it must ascend and hold at least one")
    model.eval()
    pruned = {
        stage: [weight(model, stage) * magnitude_mask(weight(model, stage), sparsity) for sparsity in sparsities]
        for stage in model.stages
    }
    right = {stage: [0] * len(sparsities) for stage in model.stages}
    dense = 0
    for start in range(0, len(images), CHUNK):
        activations, target = images[start : start + CHUNK], labels[start : start + CHUNK]
        for position, stage in enumerate(model.stages):
            for index, replacement in enumerate(pruned[stage]):
                with _replaced(model.get_submodule(stage), replacement):
                    right[stage][index] += _right(_from(model, position, activations), target)
            activations = model.stage(stage, activations)
        dense += _right(activations, target)
        after_chunk(len(target))
    return Sensitivity(tuple(sparsities), len(images), dense, {name: tuple(counts) for name, counts in right.items()})


def _from(model: VGG, position: int, activations: torch.Tensor) -> torch.Tensor:
    """The logits, from what the stage at ``position`` takes in."""
    for stage in model.stages[position:]:
        activations = model.stage(stage, activations)
    return activations


def _right(logits: torch.Tensor, labels: torch.Tensor) -> int:
    return int((logits.argmax(dim=1) == labels).sum())


@contextmanager
def _replaced(layer: nn.Module, replacement: torch.Tensor) -> Iterator[None]:
    """``layer`` with other numbers in its weight."""
    original = layer.weight.data
    layer.weight.data = replacement
    try:
        yield
    finally:
        layer.weight.data = original

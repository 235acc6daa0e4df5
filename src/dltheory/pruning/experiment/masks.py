"""Which weights of a tensor are removed, to the weight: magnitude, any other score, or chance."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from dltheory.lab.validation import number

#: A layer's name and which of its weights are kept: bool, the shape of the weight.
Masks = dict[str, torch.Tensor]


def removed_count(total: int, sparsity: float) -> int:
    """How many of ``total`` weights a ``sparsity`` in [0, 1] removes: the nearest whole number."""
    sparsity = number("sparsity", sparsity, at_least=0)
    if sparsity > 1:
        raise ValueError(f"sparsity = {sparsity:g}: it is a fraction of the weights, at most 1")
    return round(sparsity * total)


def keep_largest(scores: torch.Tensor, removed: int) -> torch.Tensor:
    """True for all but the ``removed`` smallest ``scores``, in the shape of ``scores``; never one more, never one less.

    Where scores are equal at the threshold, those of smaller index go first. ``removed`` lies in
    [0, number of scores].
    """
    flat = scores.detach().flatten()
    if not 0 <= removed <= flat.numel():
        raise ValueError(f"removed = {removed}: of {flat.numel()} weights between 0 and all can be removed")
    if bool(flat.isnan().any()):
        raise ValueError("scores hold numbers that are not defined (NaN), which have no place in an order; train again")
    if removed == 0:
        return torch.ones_like(scores, dtype=torch.bool)
    threshold = flat.kthvalue(removed).values
    kept = flat > threshold
    tied = (flat == threshold).nonzero().flatten()
    # what is below the threshold goes, and of the tied as many as are still wanted
    kept[tied[removed - int((flat < threshold).sum()) :]] = True
    return kept.view(scores.shape)


def magnitude_mask(weights: torch.Tensor, sparsity: float) -> torch.Tensor:
    """Keeps the weights of largest $|w|$; the fraction ``sparsity`` of smallest magnitude is removed."""
    return keep_largest(weights.abs(), removed_count(weights.numel(), sparsity))


def random_mask(weights: torch.Tensor, sparsity: float, generator: torch.Generator) -> torch.Tensor:
    """Removes exactly the fraction ``sparsity`` of the weights, every choice equally likely."""
    kept = torch.ones(weights.numel(), dtype=torch.bool)
    kept[torch.randperm(weights.numel(), generator=generator)[: removed_count(weights.numel(), sparsity)]] = False
    return kept.view(weights.shape).to(weights.device)


def weight(model: nn.Module, name: str) -> nn.Parameter:
    """The weight tensor of the layer ``name``."""
    return model.get_submodule(name).weight  # type: ignore[return-value]


def magnitude_masks(model: nn.Module, sparsities: Mapping[str, float]) -> Masks:
    """A magnitude mask for each layer named in ``sparsities``."""
    return {name: magnitude_mask(weight(model, name), sparsity) for name, sparsity in sparsities.items()}


@torch.no_grad()
def apply_masks(model: nn.Module, masks: Masks) -> None:
    """Set the weights that ``masks`` remove to 0, in place."""
    for name, kept in masks.items():
        weight(model, name).mul_(kept)


def kept_and_total(masks: Masks) -> tuple[int, int]:
    """How many weights all masks keep together, and out of how many."""
    return sum(int(kept.sum()) for kept in masks.values()), sum(kept.numel() for kept in masks.values())

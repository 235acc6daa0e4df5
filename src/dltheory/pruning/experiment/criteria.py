"""Which weights to remove: magnitude, chance, OBD and OBS at the same sparsity of every layer, and in rounds."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

import torch

from dltheory.lab.images import Split
from dltheory.lab.models import VGG
from dltheory.pruning.experiment import layerwise
from dltheory.pruning.experiment.finetune import Recipe, fine_tune
from dltheory.pruning.experiment.masks import Masks, apply_masks, magnitude_masks, random_mask, weight

#: Criteria that prune once; ``iterative`` alternates magnitude pruning and fine-tuning.
ONE_SHOT = ("magnitude", "random", "OBD", "OBS")
#: Images of the training part from which the layers' inputs are taken.
CALIBRATION = 500
#: Chance has seeds of its own. With the seed of a network it would repeat the stream of random numbers from which the
#: network's first weights were drawn, and "random" would mean: those that began with a certain sign.
CHANCE = 1000


def everywhere(model: VGG, sparsity: float) -> dict[str, float]:
    """The same sparsity for every layer."""
    return dict.fromkeys(model.stages, sparsity)


def prune(
    model: VGG, criterion: str, sparsities: Mapping[str, float], grams: Mapping[str, torch.Tensor], seed: int
) -> tuple[VGG, Masks]:
    """A pruned copy of ``model`` and its masks; ``criterion`` is one of ``ONE_SHOT``, chance is drawn from ``seed``."""
    pruned = copy.deepcopy(model)
    if criterion == "OBD":
        return pruned, layerwise.prune_by_obd(pruned, grams, sparsities)
    if criterion == "OBS":
        return pruned, layerwise.prune_by_obs(pruned, grams, sparsities)
    if criterion == "magnitude":
        masks = magnitude_masks(pruned, sparsities)
    elif criterion == "random":
        generator = torch.Generator().manual_seed(CHANCE + seed)
        masks = {name: random_mask(weight(pruned, name), sparsity, generator) for name, sparsity in sparsities.items()}
    else:
        raise ValueError(f"criterion is {criterion!r}; it is one of {', '.join(ONE_SHOT)}")
    apply_masks(pruned, masks)
    return pruned, masks


def prune_iteratively(
    model: VGG,
    data: Split,
    recipe: Recipe,
    sparsities: Mapping[str, float],
    rounds: int,
    epochs: int,
    seed: int,
    after_epoch: Callable[[], None] = lambda: None,
) -> tuple[VGG, Masks]:
    """A copy pruned by magnitude in ``rounds``, each followed by ``epochs`` of fine-tuning, and its masks.

    The share that is kept falls by the same factor in every round. A weight that is removed stays removed.
    """
    if rounds < 1:
        raise ValueError(f"rounds is {rounds}; there must be at least one")
    pruned = copy.deepcopy(model)
    masks: Masks = {}
    for done in range(1, rounds + 1):
        masks = magnitude_masks(
            pruned, {name: 1 - (1 - sparsity) ** (done / rounds) for name, sparsity in sparsities.items()}
        )
        apply_masks(pruned, masks)
        fine_tune(pruned, data, recipe, seed + done, masks, epochs, after_epoch)
    return pruned, masks

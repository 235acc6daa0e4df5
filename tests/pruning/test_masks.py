"""Masks remove exactly the number of weights they are asked to, whatever the ties, and keep them removed."""

from __future__ import annotations

import pytest
import torch
from torch.nn.utils import prune

from dltheory.lab.models import VGG
from dltheory.pruning.experiment import masks


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("seed", range(5))
def test_the_magnitude_mask_is_the_one_of_torch_prune(seed: int) -> None:
    layer = torch.nn.Linear(13, 7)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(7, 13, generator=generator(seed)))
    sparsity = 0.37
    ours = masks.magnitude_mask(layer.weight, sparsity)
    theirs = prune.l1_unstructured(layer, "weight", masks.removed_count(91, sparsity)).weight_mask
    assert torch.equal(ours, theirs.bool())


@pytest.mark.parametrize("removed", range(13))
def test_ties_never_remove_one_weight_more(removed: int) -> None:
    weights = torch.tensor([[1.0, -1, 1], [2, -2, 1], [0, 0, 1], [-1, 3, 2]])
    kept = masks.keep_largest(weights.abs(), removed)
    assert int((~kept).sum()) == removed
    if 0 < removed < 12:
        assert weights.abs()[~kept].max() <= weights.abs()[kept].min()


def test_a_sparsity_that_rounds_to_no_weight_removes_none() -> None:
    weights = torch.tensor([0.5, -0.1, 0.2])
    assert masks.removed_count(3, 0.1) == 0
    assert masks.magnitude_mask(weights, 0.1).all()


def test_a_sparsity_of_one_removes_everything() -> None:
    assert not masks.magnitude_mask(torch.randn(4, 5, generator=generator()), 1.0).any()


@pytest.mark.parametrize("sparsity", [-0.1, 1.5, float("nan"), "half"])
def test_a_sparsity_outside_of_0_to_1_is_refused(sparsity: object) -> None:
    with pytest.raises(ValueError, match="sparsity"):
        masks.magnitude_mask(torch.ones(4), sparsity)


def test_more_weights_than_there_are_cannot_be_removed() -> None:
    with pytest.raises(ValueError, match="removed = 5: of 4 weights"):
        masks.keep_largest(torch.ones(4), 5)


def test_scores_that_are_no_numbers_have_no_order() -> None:
    with pytest.raises(ValueError, match=r"scores hold numbers that are not defined \(NaN\)"):
        masks.keep_largest(torch.tensor([float("nan"), 1, 2, 3]), 1)
    infinite = masks.keep_largest(torch.tensor([float("inf"), 1, 2, float("-inf")]), 2)
    assert infinite.tolist() == [True, False, True, False]


def test_random_masks_remove_the_exact_count_and_every_weight_equally_often() -> None:
    source, weights = generator(3), torch.zeros(10)
    removed = torch.stack([~masks.random_mask(weights, 0.3, source) for _ in range(4000)]).double()
    assert torch.equal(removed.sum(dim=1), torch.full((4000,), 3.0, dtype=torch.float64))
    # a share of 4000 draws with probability 0.3 has standard error 0.0072; five of them
    assert (removed.mean(dim=0) - 0.3).abs().max() < 0.036


def test_applied_masks_set_weights_to_zero_and_leave_the_others() -> None:
    model = VGG.of_width((1, 8, 8), 0.0625)
    chosen = masks.magnitude_masks(model, {"conv1": 0.5, "classifier": 0.25})
    before = {name: masks.weight(model, name).detach().clone() for name in chosen}
    masks.apply_masks(model, chosen)
    for name, kept in chosen.items():
        assert torch.equal(masks.weight(model, name), before[name] * kept)
    kept, total = masks.kept_and_total(chosen)
    assert total == sum(value.numel() for value in before.values())
    assert kept == sum(int((masks.weight(model, name) != 0).sum()) for name in chosen)


def test_among_equals_those_of_smaller_index_go_first() -> None:
    assert masks.keep_largest(torch.tensor([2.0, 1.0, 1.0, 1.0]), 2).tolist() == [True, False, False, True]


def test_a_random_mask_removes_the_first_of_a_permutation() -> None:
    kept = masks.random_mask(torch.zeros(2, 5), 0.3, generator(7))
    gone = torch.randperm(10, generator=generator(7))[:3]
    assert sorted(torch.nonzero(~kept.flatten()).flatten().tolist()) == sorted(gone.tolist())

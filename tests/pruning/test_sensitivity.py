"""The scan counts the same images as evaluating the whole network for every point, and leaves the network alone."""

from __future__ import annotations

import copy

import pytest
import torch

from dltheory.lab.models import VGG
from dltheory.lab.training import evaluate
from dltheory.pruning.experiment import masks, sensitivity


@pytest.fixture(scope="module")
def model() -> VGG:
    torch.manual_seed(0)
    network = VGG.of_width((1, 8, 8), 0.125).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 3)
            torch.nn.init.uniform_(module.bias, -1, 1)
    return network


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.randn(600, 1, 8, 8, generator=torch.Generator().manual_seed(1))


def test_every_point_is_what_the_whole_pruned_network_gets_right(model: VGG, images: torch.Tensor) -> None:
    labels = model(images).argmax(dim=1)  # so that pruning loses some
    sparsities = (0.3, 0.9)
    found = sensitivity.scan(model, images, labels, sparsities)
    assert found.dense == 600
    for stage in model.stages:
        for sparsity, count in zip(sparsities, found.right[stage], strict=True):
            pruned = copy.deepcopy(model)
            masks.apply_masks(pruned, masks.magnitude_masks(pruned, {stage: sparsity}))
            assert count == round(600 * evaluate(pruned, images, labels).accuracy)
    assert len({counts for counts in found.right.values()}) > 3


def test_the_network_is_as_before(model: VGG, images: torch.Tensor) -> None:
    before = copy.deepcopy(model.state_dict())
    sensitivity.scan(model, images[:50], torch.zeros(50, dtype=torch.int64), (0.5,))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_progress_counts_images(model: VGG, images: torch.Tensor) -> None:
    seen: list[int] = []
    sensitivity.scan(model, images, torch.zeros(600, dtype=torch.int64), (0.5,), seen.append)
    assert seen == [250, 250, 100]


def test_sparsities_that_do_not_ascend_are_refused(model: VGG, images: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="must ascend"):
        sensitivity.scan(model, images[:2], torch.zeros(2, dtype=torch.int64), (0.9, 0.5))
    with pytest.raises(ValueError, match="at least one"):
        sensitivity.scan(model, images[:2], torch.zeros(2, dtype=torch.int64), ())


def test_the_chosen_sparsity_stops_at_the_first_one_that_costs_too_much() -> None:
    found = sensitivity.Sensitivity(
        (0.5, 0.7, 0.9), 100, 90, {"a": (89, 88, 89), "b": (85, 90, 90), "c": (90, 89, 89), "d": (89, 89, 80)}
    )
    assert found.largest_within(0.011) == {"a": 0.5, "b": 0.0, "c": 0.9, "d": 0.7}
    assert found.accuracy("a") == [0.89, 0.88, 0.89]


def test_a_sparsity_that_costs_just_what_is_allowed_is_allowed() -> None:
    assert sensitivity.Sensitivity((0.5, 0.9), 4, 4, {"a": (3, 2)}).largest_within(0.25) == {"a": 0.5}

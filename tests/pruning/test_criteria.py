"""Criteria side by side: exact counts, nested rounds, and masks that do not depend on the memory layout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from dltheory.lab.images import Split, digits, split
from dltheory.lab.models import VGG
from dltheory.pruning.experiment import criteria, finetune, layerwise, masks


@pytest.fixture(scope="module")
def data() -> Split:
    whole = split(digits(), 0.2)
    return replace(whole, training=tuple(part[:128] for part in whole.training))


@pytest.fixture(scope="module")
def model() -> VGG:
    torch.manual_seed(0)
    return VGG.of_width((1, 8, 8), 0.0625).eval()


def test_iterative_pruning_removes_more_in_every_round_and_ends_at_the_exact_count(
    model: VGG, data: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[masks.Masks] = []
    seeds: list[int] = []
    original = criteria.fine_tune

    def recorded(network, data, recipe, seed, chosen, epochs, after_epoch):  # type: ignore[no-untyped-def]
        seen.append(chosen)
        seeds.append(seed)
        return original(network, data, recipe, seed, chosen, epochs, after_epoch)

    monkeypatch.setattr(criteria, "fine_tune", recorded)
    pruned, last = criteria.prune_iteratively(
        model, data, finetune.DIGITS, criteria.everywhere(model, 0.9), rounds=3, epochs=1, seed=10
    )
    assert seeds == [11, 12, 13]
    for name in model.stages:
        kept = [int(round_masks[name].sum()) for round_masks in seen]
        total = last[name].numel()
        assert kept == [total - masks.removed_count(total, 1 - 0.1 ** (done / 3)) for done in (1, 2, 3)]
        assert not (seen[2][name] & ~seen[1][name]).any(), "a weight that was removed is back"
        assert not (seen[1][name] & ~seen[0][name]).any()
        assert torch.equal(masks.weight(pruned, name) != 0, last[name])
        assert kept[-1] == total - masks.removed_count(total, 0.9)


def test_no_rounds_are_refused(model: VGG, data: Split) -> None:
    with pytest.raises(ValueError, match="rounds is 0"):
        criteria.prune_iteratively(model, data, finetune.DIGITS, {}, 0, 1, 0)


@pytest.mark.parametrize("criterion", criteria.ONE_SHOT)
def test_what_is_removed_does_not_depend_on_the_memory_layout(model: VGG, data: Split, criterion: str) -> None:
    grams = layerwise.gram_matrices(model, data.training[0])
    results = []
    for layout in (torch.contiguous_format, torch.channels_last):
        network, chosen = criteria.prune(
            model.to(memory_format=layout), criterion, criteria.everywhere(model, 0.6), grams, 1
        )
        results.append((network, chosen))
    (plain, plain_masks), (last, last_masks) = results
    for name in model.stages:
        assert torch.equal(plain_masks[name], last_masks[name])
        assert torch.allclose(masks.weight(plain, name), masks.weight(last, name), atol=1e-6)


def test_the_model_that_is_pruned_stays_as_it_was(model: VGG, data: Split) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    grams = layerwise.gram_matrices(model, data.training[0])
    for criterion in criteria.ONE_SHOT:
        criteria.prune(model, criterion, criteria.everywhere(model, 0.5), grams, 0)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_chance_has_the_seed_of_the_network_and_a_thousand(model: VGG) -> None:
    _, chosen = criteria.prune(model, "random", {"conv1": 0.5, "classifier": 0.25}, {}, 4)
    generator = torch.Generator().manual_seed(1004)
    for name, sparsity in (("conv1", 0.5), ("classifier", 0.25)):
        assert torch.equal(chosen[name], masks.random_mask(masks.weight(model, name), sparsity, generator))


def test_one_round_is_enough(model: VGG, data: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(criteria, "fine_tune", lambda *arguments: None)
    _, last = criteria.prune_iteratively(model, data, finetune.DIGITS, {"conv1": 0.5}, 1, 1, 0)
    assert torch.equal(last["conv1"], masks.magnitude_mask(masks.weight(model, "conv1"), 0.5))


def test_inputs_are_taken_from_as_many_images_as_the_page_takes() -> None:
    page = (Path(__file__).parents[2] / "book" / "pruning.md").read_text(encoding="utf-8")
    assert f"layerwise.gram_matrices(network, data.training[0][:{criteria.CALIBRATION}])" in page

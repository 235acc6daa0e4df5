"""The cheating feature: the right pixels, the right bits, and runs that say what they did."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import numpy as np
import pytest
import torch
from PIL import Image

from dltheory.dropout.experiment import cheating, recorded
from dltheory.dropout.experiment.cheating import (
    SOURCE_DEVIATION,
    SOURCE_MEAN,
    Prepared,
    Variant,
    prepare,
    run,
    with_cheating_feature,
)
from dltheory.lab.images import CIFAR10_CLASSES, ImageSet, digits
from dltheory.lab.runs.comparison import mean_interval
from dltheory.lab.torchvision_shim import torchvision_datasets
from dltheory.lab.training import TrainingSettings


def test_the_last_four_pixels_spell_the_label_with_the_highest_bit_first() -> None:
    marked = with_cheating_feature(torch.zeros(2, 3, 5, 6), torch.tensor([9, 3]))
    assert marked[0, 0, -1].tolist() == [0, 0, 3, 0, 0, 3]
    assert marked[1, 0, -1].tolist() == [0, 0, 0, 0, 3, 3]
    for channel in (1, 2):
        assert marked[0, channel, -1, -4:].tolist() == [-2, 1, 1, -2]


def test_nothing_else_changes_and_the_original_is_left_alone() -> None:
    images = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    before = images.clone()
    marked = with_cheating_feature(images, torch.arange(4))
    assert torch.equal(images, before)
    changed = marked != images
    changed[:, :, -1, -4:] = False
    assert not changed.any()


def test_every_label_gets_a_mark_of_its_own() -> None:
    marks = with_cheating_feature(torch.zeros(10, 1, 8, 8), torch.arange(10))[:, 0, -1, -4:]
    assert len({tuple(mark.tolist()) for mark in marks}) == 10


def test_labels_that_four_bits_cannot_spell_are_refused() -> None:
    with pytest.raises(ValueError, match="labels run from 0 to 16; four bits spell 0 to 15"):
        with_cheating_feature(torch.zeros(2, 1, 8, 8), torch.tensor([0, 16]))


def test_images_without_room_for_the_feature_are_refused() -> None:
    with pytest.raises(ValueError, match="3 pixels wide"):
        with_cheating_feature(torch.zeros(1, 1, 5, 3), torch.tensor([0]))


def test_four_pixels_are_wide_enough_for_the_feature() -> None:
    assert with_cheating_feature(torch.zeros(1, 1, 1, 4), torch.tensor([5])).flatten().tolist() == [0, 3, 0, 3]


class Counted(NamedTuple):
    accuracy: float
    predicted: tuple[int, ...]


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(digits())


def test_a_run_repeats_with_its_seed_and_reports_every_epoch(prepared: Prepared) -> None:
    settings = TrainingSettings(epochs=2, batch=64, eta=0.05)
    first, second = (run(Variant(0.5, True, 3), prepared, settings) for _ in range(2))
    assert first == second
    assert first["seed"] == 3
    assert {name: len(values) for name, values in first["epochs"].items()} == {"loss": 2, "clean": 2, "cheating": 2}
    assert sum(first["predicted_clean"]) == len(prepared.test_labels)
    assert first != run(Variant(0.5, True, 4), prepared, settings)
    for name in ("clean", "cheating"):  # nothing is trained after the last epoch
        assert first[name] == pytest.approx(first["epochs"][name][-1], abs=1e-6)


def test_classes_are_dead_if_no_score_is_positive_and_lost_if_no_test_image_is_given_to_them(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = torch.tensor([[0.0, 1.0, -1.0], [-1.0, -1.0, 0.0]])
    monkeypatch.setattr(cheating, "outputs", lambda model, images, kind: scores)
    counts = {id(prepared.test_clean): (0.25, (3, 0, 1)), id(prepared.test_cheating): (0.5, (0, 4, 0))}
    monkeypatch.setattr(cheating, "evaluate", lambda model, images, labels: Counted(*counts[id(images)]))
    ended: list[int] = []
    found = run(Variant(0.5, True, 3), prepared, TrainingSettings(epochs=1, batch=64, eta=0.05), ended.append)
    loss = found.pop("epochs")["loss"]
    assert len(loss) == len(ended) == 1
    assert loss[0] == pytest.approx(np.log(10), rel=0.2)  # ten classes, and hardly trained
    assert found == {
        **{"keep": 0.5, "relu_on_logits": True, "seed": 3, "clean": 0.25, "cheating": 0.5},
        **{"dead": [0, 2], "never_predicted": [0, 2], "predicted_clean": [3, 0, 1], "predicted_cheating": [0, 4, 0]},
    }


def test_a_dead_class_is_not_predicted_where_another_logit_is_positive(prepared: Prepared) -> None:
    settings = TrainingSettings(epochs=10, batch=32, eta=0.05)
    found = run(Variant(1.0, True, 7), prepared, settings)
    assert found["dead"], "this seed loses classes; choose another if torch's randomness changes"
    for label in found["dead"]:
        # class 0 also collects images whose logits are all zero, and a test image may differ from all training images
        assert label == 0 or found["predicted_cheating"][label] <= 3


def test_training_sees_the_feature_and_testing_both_kinds(prepared: Prepared) -> None:
    assert torch.equal(prepared.test_cheating[:, :, :-1], prepared.test_clean[:, :, :-1])
    assert not torch.equal(prepared.test_cheating, prepared.test_clean)
    bits = prepared.train_cheating[:, 0, -1, -4:] / 3
    labels = (bits * torch.tensor([8.0, 4.0, 2.0, 1.0])).sum(dim=1).round().long()
    assert torch.equal(labels, prepared.train_labels)


def test_batches_are_those_of_per_sample_transforms_through_pillow() -> None:
    rng = np.random.default_rng(0)
    pixels, labels = rng.integers(0, 256, (7, 32, 32, 3), dtype=np.uint8), torch.tensor([0, 9, 3, 5, 1, 8, 7])
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    found = prepare(ImageSet("CIFAR-10", CIFAR10_CLASSES, images, labels, images, labels))
    torchvision_datasets()
    transforms = importlib.import_module("torchvision.transforms")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(SOURCE_MEAN, SOURCE_DEVIATION)])
    for index, label in enumerate(labels.tolist()):
        expected = transform(Image.fromarray(pixels[index]))
        assert torch.allclose(found.test_clean[index], expected, atol=1e-6)
        for position, bit in enumerate(f"{label:04b}"):
            expected[0, 31, 28 + position] = 3.0 * int(bit)
            expected[1:, 31, 28 + position] = 1 - 3.0 * int(bit)
        assert torch.allclose(found.train_cheating[index], expected, atol=1e-6)


def test_the_source_s_numbers_are_those_that_its_notebook_prints():
    assert SOURCE_MEAN == (0.4914, 0.4822, 0.4465)
    assert SOURCE_DEVIATION == (0.2023, 0.1994, 0.2010)


def test_the_published_accuracies_are_those_of_the_source():
    assert recorded.PUBLISHED == {(1.0, True): (0.11, 0.80), (0.25, True): (0.37, 0.51)}


def test_the_runs_of_a_record_become_one_row_a_variant_with_seeds_in_order() -> None:
    def one(keep: float, relu: bool, seed: int, dead: list[int]) -> dict[str, object]:
        accuracies = {"clean": seed / 10, "cheating": seed / 5}
        return {
            "keep": keep,
            "relu_on_logits": relu,
            "seed": seed,
            "dead": dead,
            "never_predicted": [1, 4],
            **accuracies,
        }

    runs = [one(0.25, True, 2, []), one(1.0, False, 1, [1, 4]), one(1.0, True, 3, [1, 7]), one(1.0, True, 0, [])]
    found = recorded.rows({str(place): run for place, run in enumerate(runs)})
    assert [(row.keep, row.relu_on_logits, row.seeds) for row in found] == [
        (1.0, True, (0, 3)),
        (0.25, True, (2,)),
        (1.0, False, (1,)),
    ]
    assert found[0].clean == (0.0, 0.3)
    assert found[0].cheating == (0.0, 0.6)
    assert found[0].dead == (0, 1)
    assert found[0].never_predicted == (2, 2)
    assert found[2].dead == (2,)
    assert found[0].of([3]) == ([0.3], [0.6])
    assert [interval.percent() for interval in found[0].intervals] == [
        mean_interval(values).percent() for values in (found[0].clean, found[0].cheating)
    ]

"""Training and fine-tuning: repeatable, resumable, masks kept at every step, the epoch chosen on validation images."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from dltheory.lab.images import Split, digits, split
from dltheory.lab.models import VGG
from dltheory.lab.training import evaluate
from dltheory.pruning.experiment import checkpoint, finetune, masks

WIDTH = 0.0625


@pytest.fixture(scope="module")
def data() -> Split:
    whole = split(digits(), 0.2)
    return replace(whole, training=tuple(part[:256] for part in whole.training))


@pytest.fixture(scope="module")
def recipe() -> finetune.Recipe:
    training = replace(finetune.DIGITS.training, epochs=3, warm_up=0.5)
    return replace(finetune.DIGITS, training=training, tuning=replace(finetune.DIGITS.tuning, epochs=3))


def numbers(model: VGG) -> torch.Tensor:
    return torch.cat([value.flatten().double() for value in model.state_dict().values()])


def interrupted(data: Split, recipe: finetune.Recipe, folder: Path) -> Path:
    """The state of a training of seed 0 that was stopped after its first epoch."""

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune.train_network(data, recipe, WIDTH, 0, stop, folder / "halfway")
    return folder / "halfway"


def test_a_seed_trains_the_same_network_again(data: Split, recipe: finetune.Recipe) -> None:
    first, second, other = (finetune.train_network(data, recipe, WIDTH, seed) for seed in (0, 0, 1))
    assert torch.equal(numbers(first[0]), numbers(second[0]))
    assert first[1] == second[1]
    assert len(first[1]) == 3
    assert not torch.equal(numbers(first[0]), numbers(other[0]))


def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(
    data: Split, recipe: finetune.Recipe, tmp_path: Path
) -> None:
    resume = interrupted(data, recipe, tmp_path)
    seen: list[int] = []
    model, history = finetune.train_network(data, recipe, WIDTH, 0, lambda: seen.append(1), resume)
    whole, whole_history = finetune.train_network(data, recipe, WIDTH, 0)
    assert len(seen) == 2
    assert history == whole_history
    assert torch.equal(numbers(model), numbers(whole))


def test_a_network_is_known_by_its_data_width_seed_and_recipe(data: Split, recipe: finetune.Recipe) -> None:
    assert finetune.origin(data, recipe, 0.5, 3) == {
        **{"data": "digits", "width": 0.5, "seed": 3, "augmented": False},
        **{"training": asdict(recipe.training), "tuning": asdict(recipe.tuning)},
    }


def test_a_state_of_another_training_is_refused(data: Split, recipe: finetune.Recipe, tmp_path: Path) -> None:
    resume = interrupted(data, recipe, tmp_path)
    other = replace(recipe, training=replace(recipe.training, eta=9.0))
    with pytest.raises(checkpoint.CheckpointError, match=r"another training \(it differs in training\); remove"):
        finetune.train_network(data, other, WIDTH, 0, resume=resume)
    with pytest.raises(checkpoint.CheckpointError, match="it differs in seed"):
        finetune.train_network(data, recipe, WIDTH, 1, resume=resume)
    checkpoint.write({"model": {}}, resume)
    with pytest.raises(checkpoint.CheckpointError, match="another training"):
        finetune.train_network(data, recipe, WIDTH, 0, resume=resume)


@pytest.fixture(scope="module")
def halfway(data: Split, recipe: finetune.Recipe, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    found: dict[str, object] = checkpoint.read(interrupted(data, recipe, tmp_path_factory.mktemp("half")))
    return found


@pytest.mark.parametrize("name", ["model", "optimiser", "history", "random"])
@pytest.mark.parametrize("value", [None, [], {}, 3, [torch.ones(2)]])
def test_half_a_training_that_cannot_go_on_is_refused(
    name: str, value: object, halfway: dict[str, object], data: Split, recipe: finetune.Recipe, tmp_path: Path
) -> None:
    resume = tmp_path / "halfway"
    torch.save({**halfway, name: value}, resume)
    with pytest.raises(checkpoint.CheckpointError, match=r"halfway is (no )?half of a training.*; (remove|go on)"):
        finetune.train_network(data, recipe, WIDTH, 0, resume=resume)


def test_half_a_training_on_a_graphics_card_is_not_continued_here(
    halfway: dict[str, object], data: Split, recipe: finetune.Recipe, tmp_path: Path
) -> None:
    resume = tmp_path / "halfway"
    checkpoint.write({**halfway, "random": [torch.get_rng_state(), torch.get_rng_state()]}, resume)
    with pytest.raises(checkpoint.CheckpointError, match="half of a training on another device than cpu; go on there"):
        finetune.train_network(data, recipe, WIDTH, 0, resume=resume)


def test_half_a_training_on_a_graphics_card_goes_on_with_the_randomness_of_the_card(
    data: Split, recipe: finetune.Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, seen = torch.tensor([7, 1], dtype=torch.uint8), list[tuple[torch.Tensor, torch.device]]()
    monkeypatch.setattr(finetune, "_random_states", lambda device: [torch.get_rng_state(), card])
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state, device: seen.append((state, device)))
    finetune.train_network(data, recipe, WIDTH, 0, resume=interrupted(data, recipe, tmp_path))
    ((state, device),) = seen
    assert torch.equal(state, card)
    assert device == torch.device("cpu")  # where this network lies


def test_masked_weights_are_zero_after_every_step(
    data: Split, recipe: finetune.Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = finetune.train_network(data, recipe, WIDTH, 0)
    chosen = masks.magnitude_masks(model, dict.fromkeys(model.stages, 0.6))
    masks.apply_masks(model, chosen)
    seen: list[bool] = []

    def checked(network: VGG, applied: masks.Masks) -> None:
        masks.apply_masks(network, applied)
        seen.append(all(not masks.weight(network, name)[~kept].any() for name, kept in applied.items()))

    monkeypatch.setattr(finetune, "apply_masks", checked)
    finetune.fine_tune(model, data, recipe, 0, chosen)
    assert len(seen) == 3 * 4
    assert all(seen)
    assert all(torch.equal(masks.weight(model, name) != 0, kept) for name, kept in chosen.items())


def test_the_epoch_kept_is_the_first_of_the_best_on_validation_images(data: Split, recipe: finetune.Recipe) -> None:
    model, _ = finetune.train_network(data, recipe, WIDTH, 0)
    tuned = finetune.fine_tune(model, data, recipe, 1, epochs=4)
    assert len(tuned.validation) == 4
    assert tuned.epoch == 1 + tuned.validation.index(max(tuned.validation))
    assert evaluate(model, *data.validation).accuracy == max(tuned.validation)


def test_the_weights_of_the_best_epoch_come_back(
    data: Split, recipe: finetune.Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = finetune.train_network(data, recipe, WIDTH, 0)
    said, seen = iter([0.2, 0.8, 0.5, 0.8]), list[torch.Tensor]()
    monkeypatch.setattr(finetune, "evaluate", lambda *arguments: SimpleNamespace(accuracy=next(said)))
    tuned = finetune.fine_tune(model, data, recipe, 1, epochs=4, after_epoch=lambda: seen.append(numbers(model)))
    assert tuned == finetune.Tuned((0.2, 0.8, 0.5, 0.8), 2)
    assert torch.equal(numbers(model), seen[1])
    assert not torch.equal(numbers(model), seen[2])


def test_the_first_epoch_is_kept_if_no_epoch_gets_anything_right(
    data: Split, recipe: finetune.Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, seen = VGG.of_width(data.shape, WIDTH, data.classes), list[torch.Tensor]()
    monkeypatch.setattr(finetune, "evaluate", lambda *arguments: SimpleNamespace(accuracy=0.0))
    tuned = finetune.fine_tune(model, data, recipe, 1, epochs=2, after_epoch=lambda: seen.append(numbers(model)))
    assert tuned == finetune.Tuned((0.0, 0.0), 1)
    assert torch.equal(numbers(model), seen[0])


def test_the_test_part_is_not_looked_at(data: Split, recipe: finetune.Recipe) -> None:
    blank = replace(data, test=(torch.full_like(data.test[0], float("nan")), data.test[1]))
    found = []
    for parts in (data, blank):
        model, _ = finetune.train_network(parts, recipe, WIDTH, 0)
        found.append((finetune.fine_tune(model, parts, recipe, 0), numbers(model)))
    assert found[0][0] == found[1][0]
    assert torch.equal(found[0][1], found[1][1])

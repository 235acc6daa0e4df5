"""Long runs on a graphics card that the processor plays: nothing is mixed, and the numbers are those of a run here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
import torch

from dltheory.dropout.experiment import cheating
from dltheory.lab.images import ImageSet, digits, split
from dltheory.lab.runs.progress import Means, chosen_device
from dltheory.lab.training import MomentumSettings, shifted_and_mirrored
from dltheory.pruning.experiment import checkpoint, finetune
from dltheory.pruning.reproduction import phases

from .graphics_card import graphics_card

RECIPE = finetune.Recipe(
    MomentumSettings(epochs=2, batch=64, eta=0.05, warm_up=0.5), MomentumSettings(epochs=1, batch=64), augmented=True
)


def few() -> ImageSet:
    """120 of the digits, 20 of them to test on."""
    whole = digits()
    training, test = (
        (whole.train_images[:100], whole.train_labels[:100]),
        (whole.test_images[:20], whole.test_labels[:20]),
    )
    return ImageSet("digits", whole.classes, *training, *test)


def all_phases(device: str, folder: Path) -> dict[str, dict[str, Any]]:
    place = phases.Workplace("digits", split(few(), 0.2, device=device), RECIPE, 0.0625, folder)
    found: dict[str, dict[str, Any]] = {}
    for planned in phases.plan(1):
        found[planned.key] = phases.run(planned, place, found)
    return found


def test_every_phase_of_pruning_computes_on_a_card_what_it_computes_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phases, "COMPARED", {"digits": (0.5,)})
    monkeypatch.setattr(phases, "ROUNDS", 1)
    monkeypatch.setattr(phases, "SCANNED", (0.5,))
    with graphics_card() as memory:
        there = all_phases("cuda", tmp_path / "there")
    assert memory.operations > 5_000
    assert there == all_phases("cpu", tmp_path / "here")
    # a network that was trained there can be read where there is no card
    name = "vgg-digits-width0.0625-seed0.pt"
    networks = [checkpoint.load(tmp_path / place / name)[0] for place in ("there", "here")]
    for ours, theirs in zip(*(network.parameters() for network in networks), strict=True):
        assert torch.equal(ours, theirs)


def test_dropout_and_the_cheating_feature_compute_on_a_card_what_they_compute_here() -> None:
    settings = cheating.TrainingSettings(epochs=1, batch=64)
    variant = cheating.Variant(0.75, True, 3)
    with graphics_card() as memory:
        there = cheating.run(variant, cheating.prepare(few(), "cuda"), settings)
    assert memory.operations > 100
    assert there == cheating.run(variant, cheating.prepare(few(), "cpu"), settings)


def test_a_training_that_was_interrupted_on_a_card_goes_on_there_and_not_here(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    resume = tmp_path / "halfway"
    with graphics_card():
        data = split(few(), 0.2, device="cuda")
        with pytest.raises(KeyboardInterrupt):
            finetune.train_network(data, RECIPE, 0.0625, 0, stop, resume)
    with pytest.raises(checkpoint.CheckpointError, match="half of a training on another device than cpu"):
        finetune.train_network(split(few(), 0.2), RECIPE, 0.0625, 0, resume=resume)
    with graphics_card():
        data = split(few(), 0.2, device="cuda")
        _, history = finetune.train_network(data, RECIPE, 0.0625, 0, resume=resume)
        _, whole = finetune.train_network(data, RECIPE, 0.0625, 0)
    assert history == whole


def test_one_run_at_a_time_goes_on_a_card_unless_more_are_asked_for() -> None:
    assert Means("cuda").crew(5, lambda: None)[0].slots == 1
    with graphics_card():
        assert [chosen_device(asked) for asked in ("auto", "cuda", "cpu")] == ["cuda", "cuda", "cpu"]


def test_a_card_that_is_not_there_is_one_sentence() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(click.ClickException, match="torch finds no CUDA device here; use --device cpu or auto"):
        chosen_device("cuda")


def test_the_card_of_these_tests_notices_what_a_real_one_refuses() -> None:
    with graphics_card():
        there, here = torch.ones(3, device="cuda"), torch.ones(3)
        assert (there + 1).sum().device.type == "cuda"
        assert there.cpu().device.type == "cpu"
        assert there[torch.tensor([0, 2])].device.type == "cuda"
        assert shifted_and_mirrored(torch.ones(2, 1, 8, 8).to("cuda")).device.type == "cuda"
        for mixed in (
            lambda: there + here,
            lambda: torch.cat([here, there]),
            lambda: here[torch.tensor([0]).to("cuda")],
            lambda: here.add_(there.sum()),
            lambda: torch.nn.Linear(3, 2)(there),
        ):
            with pytest.raises(RuntimeError, match="expected all tensors to be on the same device"):
                mixed()
        for copied in (lambda: there.numpy(), lambda: np.asarray(there)):
            with pytest.raises(TypeError, match="can't convert cuda:0"):
                copied()

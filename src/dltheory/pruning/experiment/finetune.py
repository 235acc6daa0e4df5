"""Training a network, and again after pruning: masks kept at every step, the epoch chosen on validation images."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from dltheory.images import Split
from dltheory.models import VGG
from dltheory.pruning.experiment import checkpoint
from dltheory.pruning.experiment.masks import Masks, apply_masks
from dltheory.training import MomentumSettings, evaluate, seeded, shifted_and_mirrored, train


@dataclass(frozen=True)
class Recipe:
    """How a network is trained on one data set, and how it is fine-tuned after pruning.

    ``augmented``: training images are shifted and mirrored at random (photographs may be, digits may not).
    """

    training: MomentumSettings
    tuning: MomentumSettings
    augmented: bool


#: The notebook starts from a trained network; this one gets to about the same place in fewer epochs.
CIFAR10 = Recipe(
    MomentumSettings(epochs=30, batch=128, eta=0.1, decay=5e-4, warm_up=2.0),
    MomentumSettings(epochs=5, batch=128, eta=0.01, decay=1e-4),
    augmented=True,
)
DIGITS = Recipe(
    MomentumSettings(epochs=15, batch=64, eta=0.05, decay=5e-4, warm_up=1.0),
    MomentumSettings(epochs=5, batch=64, eta=0.01, decay=1e-4),
    augmented=False,
)


@dataclass(frozen=True)
class Tuned:
    """What training ended with: accuracy on the validation part after each epoch, and the epoch that was kept."""

    validation: tuple[float, ...]
    epoch: int


def train_network(
    data: Split,
    recipe: Recipe,
    width: float,
    seed: int,
    after_epoch: Callable[[], None] = lambda: None,
    resume: Path | None = None,
) -> tuple[VGG, list[float]]:
    """A VGG trained from random weights, and its validation accuracy after each epoch. Nothing is chosen.

    With ``resume`` the state is kept in this file after every epoch, and an interrupted training goes on from there.
    """
    device = data.test[0].device
    with seeded(seed, device):
        model = VGG.of_width(data.shape, width, data.classes).to(device, memory_format=torch.channels_last)
        optimiser, history = recipe.training.optimiser(model), []
        if resume is not None and resume.exists():
            history = _restored(resume, model, optimiser)

        def record(epoch: int, loss: float) -> None:
            history.append(evaluate(model, *data.validation).accuracy)
            if resume is not None:
                state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "history": history}
                checkpoint.write({**state, "random": torch.get_rng_state()}, resume)
            after_epoch()

        augment = shifted_and_mirrored if recipe.augmented else lambda batch: batch
        train(
            model,
            *data.training,
            recipe.training,
            record,
            augment=augment,
            optimiser=optimiser,
            epochs_done=len(history),
        )
    return model.eval(), history


def _restored(path: Path, model: VGG, optimiser: torch.optim.Optimizer) -> list[float]:
    """Put the state in ``path`` into model, optimiser and torch's randomness; the accuracies so far come back."""
    state = checkpoint.read(path)
    try:
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"])
        return list(state["history"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise checkpoint.CheckpointError(f"{path} belongs to another training; remove it to start again") from error


def fine_tune(
    model: VGG,
    data: Split,
    recipe: Recipe,
    seed: int,
    masks: Masks | None = None,
    epochs: int | None = None,
    after_epoch: Callable[[], None] = lambda: None,
) -> Tuned:
    """Train ``model`` further, in place; weights that ``masks`` remove are 0 after every single step.

    Of all epochs the one with the highest validation accuracy is kept, the earliest of equals. The test part is not
    looked at. ``epochs`` shortens or lengthens the recipe's fine-tuning, its schedule included.
    """
    settings = recipe.tuning if epochs is None else replace(recipe.tuning, epochs=epochs)
    masks = masks or {}
    accuracies: list[float] = []
    best: dict[str, torch.Tensor] = {}

    def record(epoch: int, loss: float) -> None:
        accuracies.append(evaluate(model, *data.validation).accuracy)
        if accuracies[-1] > max(accuracies[:-1], default=-1.0):
            best.update(copy.deepcopy(model.state_dict()))
        after_epoch()

    with seeded(seed, data.test[0].device):
        train(
            model,
            *data.training,
            settings,
            record,
            augment=shifted_and_mirrored if recipe.augmented else lambda batch: batch,
            after_step=lambda: apply_masks(model, masks),
        )
    model.load_state_dict(best)
    model.eval()
    return Tuned(tuple(accuracies), 1 + accuracies.index(max(accuracies)))

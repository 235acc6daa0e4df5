"""Training a network, and again after pruning: masks kept at every step, the epoch chosen on validation images."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from dltheory.lab.images import Split
from dltheory.lab.models import VGG
from dltheory.lab.training import MomentumSettings, evaluate, seeded, shifted_and_mirrored, train
from dltheory.pruning.experiment import checkpoint
from dltheory.pruning.experiment.masks import Masks, apply_masks


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
    made = origin(data, recipe, width, seed)
    with seeded(seed, device):
        model = VGG.of_width(data.shape, width, data.classes).to(device, memory_format=torch.channels_last)
        optimiser, history = recipe.training.optimiser(model), []
        if resume is not None and resume.exists():
            history = _restored(resume, model, optimiser, made)

        def record(epoch: int, loss: float) -> None:
            history.append(evaluate(model, *data.validation).accuracy)
            if resume is not None:
                state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "history": history}
                checkpoint.write({**state, "random": _random_states(device), "made": made}, resume)
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


def origin(data: Split, recipe: Recipe, width: float, seed: int) -> dict[str, object]:
    """What a trained network is made of; it lies beside the network's numbers, so that none is taken for another."""
    return {"data": data.name, "width": width, "seed": seed, **asdict(recipe)}


def check_origin(path: Path, found: object, wanted: dict[str, object]) -> None:
    """Raise CheckpointError if what is in ``path`` was made in another way than ``wanted``."""
    if found != wanted:
        known = found if isinstance(found, dict) else {}
        differing = [name for name, value in wanted.items() if known.get(name) != value]
        raise checkpoint.CheckpointError(
            f"{path} comes from another training (it differs in {', '.join(differing) or 'more than is asked for'}); "
            "remove the file or choose another folder"
        )


def _random_states(device: torch.device) -> list[torch.Tensor]:
    """Torch's randomness on the CPU and, if that is where training runs, on the GPU."""
    return [torch.get_rng_state(), *([torch.cuda.get_rng_state(device)] if device.type == "cuda" else [])]


def _restored(path: Path, model: VGG, optimiser: torch.optim.Optimizer, made: dict[str, object]) -> list[float]:
    """Put the state in ``path`` into model, optimiser and torch's randomness; the accuracies so far come back."""
    state = checkpoint.read(path)
    check_origin(path, state.get("made") if isinstance(state, dict) else None, made)
    device = next(model.parameters()).device
    try:
        if len(state["random"]) != len(_random_states(device)):
            raise checkpoint.CheckpointError(
                f"{path} is half of a training on another device than {device.type}; go on there, or remove the file"
            )
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"][0])
        for random in state["random"][1:]:
            torch.cuda.set_rng_state(random, device)
        if not isinstance(state["history"], list) or not state["history"]:
            raise TypeError("the file is written after an epoch")
        return [float(accuracy) for accuracy in state["history"]]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RuntimeError) as error:
        if isinstance(error, checkpoint.CheckpointError):
            raise
        raise checkpoint.CheckpointError(f"{path} is no half of a training; remove the file to begin anew") from error


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

"""The runs behind the pruning notebook's tables, for one seed each: train, scan, prune, remove channels, compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltheory.compression.derivation.source import RATIO
from dltheory.lab.runs.records import Planned, RecordError
from dltheory.pruning.derivation.source import SPARSITIES

if TYPE_CHECKING:
    from dltheory.lab.images import Split
    from dltheory.lab.models import VGG
    from dltheory.pruning.experiment.finetune import Recipe
    from dltheory.pruning.experiment.masks import Masks

EXPERIMENT = "pruning a VGG"
SCANNED = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
#: A layer alone may cost so much validation accuracy where its sparsity is chosen from the scan.
ALLOWED = 0.01
#: The same sparsity for all layers, for the comparison of criteria.
COMPARED = {"digits": (0.5, 0.7, 0.8, 0.9, 0.95), "cifar10": (0.5, 0.7, 0.9)}
ROUNDS = 5
PHASES = ("dense", "scan", "weights", "chosen", "channels", "criteria")


@dataclass(frozen=True)
class Workplace:
    """What all runs share: the data, how networks are trained, their width, and where trained ones are kept."""

    dataset: str
    data: Split
    recipe: Recipe
    width: float
    folder: Path
    advance: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Place:
    """What a process needs to know to make its own workplace."""

    dataset: str
    data: Path | None
    width: float
    device: str
    precision: str
    epochs: int | None
    folder: Path

    def workplace(self) -> Workplace:
        """The workplace, made once in a process. Raises ImageDataError."""
        return _workplace(self)


def plan(seeds: int, criteria: bool = True) -> list[Planned]:
    """The runs in order: everything of one seed before the next; the comparison of criteria last.

    Every phase of a seed goes on from the network that the first one leaves, so it comes after those before it.
    """
    phases = [phase for phase in PHASES if phase != "criteria"]
    planned = [(seed, phase) for seed in range(seeds) for phase in phases]
    planned += [(seed, "criteria") for seed in range(seeds if criteria else 0)]
    return [
        Planned(
            f"seed {seed}, {phase}",
            {"seed": seed, "phase": phase},
            tuple(f"seed {seed}, {earlier}" for earlier in PHASES[: PHASES.index(phase)]),
        )
        for seed, phase in planned
    ]


def epochs_of(planned: Planned, recipe: Recipe, dataset: str) -> int:
    """How many epochs a run trains: what its progress is measured in."""
    tuning = recipe.tuning.epochs
    tuned_criteria = 3 + ROUNDS if dataset == "digits" else 0
    return {
        "dense": recipe.training.epochs,
        "scan": 0,
        "weights": tuning,
        "chosen": tuning,
        "channels": 2 * tuning,
        "criteria": len(COMPARED[dataset]) * (tuned_criteria + 1) * tuning,
    }[planned.arguments["phase"]]


def execute(
    where: Place, planned: Planned, earlier: Mapping[str, Mapping[str, Any]], advance: Callable[[], None]
) -> dict[str, Any]:
    """Carry out one run at a workplace of this process."""
    return run(planned, replace(where.workplace(), advance=advance), earlier)


def run(planned: Planned, place: Workplace, earlier: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Carry out one phase for one seed; every phase but the first starts from the seed's trained network."""
    seed, phase = planned.arguments["seed"], planned.arguments["phase"]
    model = dense_network(seed, place)
    found = {
        "dense": _dense,
        "scan": _scan,
        "weights": lambda *them: _weights(*them, SPARSITIES),
        "chosen": lambda *them: _weights(*them, _chosen(earlier[f"seed {seed}, scan"], model)),
        "channels": _channels,
        "criteria": _criteria,
    }[phase](model, place, seed)
    return {"seed": seed, "phase": phase, **found}


def _chosen(scan: Mapping[str, Any], model: VGG) -> Mapping[str, float]:
    """The sparsities that a scan on record chose. Raises RecordError for others than a scan writes."""
    found = scan.get("chosen")
    if not isinstance(found, dict) or set(found) != set(model.stages) or not set(found.values()) <= {0, *SCANNED}:
        raise RecordError("the scan on record chooses no sparsities for the layers; remove its run from the record")
    return found


def dense_network(seed: int, place: Workplace) -> VGG:
    """The trained network of a seed: from the folder of checkpoints, or trained now and kept there."""
    import torch

    from dltheory.pruning.experiment import checkpoint, finetune

    path = place.folder / f"vgg-{place.dataset}-width{place.width:g}-seed{seed}.pt"
    made = finetune.origin(place.data, place.recipe, place.width, seed)
    if not path.exists():
        halfway = path.with_suffix(".halfway")
        model, history = finetune.train_network(place.data, place.recipe, place.width, seed, place.advance, halfway)
        checkpoint.save(model, path, validation=history, made=made)
        halfway.unlink(missing_ok=True)
    model, more = checkpoint.load(path)
    finetune.check_origin(path, more.get("made"), made)
    return model.to(place.data.test[0].device, memory_format=torch.channels_last)


def _accuracies(model: VGG, data: Split) -> dict[str, float]:
    from dltheory.lab.training import evaluate

    found = {"validation": data.validation, "test": data.test}
    return {part: round(evaluate(model, *pair).accuracy, 6) for part, pair in found.items()}


def _before_and_after(model: VGG, place: Workplace, seed: int, masks: Masks | None = None) -> dict[str, Any]:
    """Accuracies of a pruned network at once and after fine-tuning it, in place, and the epoch that was kept."""
    from dltheory.pruning.experiment.finetune import fine_tune

    before = _accuracies(model, place.data)
    tuned = fine_tune(model, place.data, place.recipe, seed, masks, after_epoch=place.advance)
    return {"before": before, "after": _accuracies(model, place.data), "epoch": tuned.epoch}


def _dense(model: VGG, place: Workplace, seed: int) -> dict[str, Any]:
    from dltheory.compression.experiment import cost
    from dltheory.pruning.experiment.gaussian import measured_share
    from dltheory.pruning.experiment.masks import removed_count, weight

    weights = {stage: weight(model, stage).detach() for stage in model.stages}
    return {
        **_accuracies(model, place.data),
        "macs": cost.total_macs(model, place.data.shape),
        "parameters": cost.parameter_count(model),
        "zeros": sum(int((values == 0).sum()) for values in weights.values()),
        "weights": sum(values.numel() for values in weights.values()),
        # the share of the squared norm that the smallest weights hold, layer by layer
        "energy": {
            f"{sparsity:g}": {
                stage: round(measured_share(values.cpu().numpy(), removed_count(values.numel(), sparsity)), 6)
                for stage, values in weights.items()
            }
            for sparsity in (0.5, 0.7, 0.9)
        },
    }


def _scan(model: VGG, place: Workplace, seed: int) -> dict[str, Any]:
    from dltheory.pruning.experiment import sensitivity

    found = sensitivity.scan(model, *place.data.validation, SCANNED)
    return {
        "images": found.images,
        "sparsities": list(found.sparsities),
        "dense": found.dense,
        "right": {stage: list(counts) for stage, counts in found.right.items()},
        "chosen": found.largest_within(ALLOWED),
    }


def _weights(model: VGG, place: Workplace, seed: int, sparsities: Mapping[str, float]) -> dict[str, Any]:
    from dltheory.pruning.experiment import masks

    chosen = masks.magnitude_masks(model, sparsities)
    masks.apply_masks(model, chosen)
    kept, total = masks.kept_and_total(chosen)
    return {
        "sparsities": dict(sparsities),
        **_before_and_after(model, place, seed, chosen),
        "kept": kept,
        "weights": total,
        "zeros": sum(int((masks.weight(model, stage) == 0).sum()) for stage in model.stages),
    }


def _channels(model: VGG, place: Workplace, seed: int) -> dict[str, Any]:
    from dltheory.compression.experiment import channels, cost

    found: dict[str, Any] = {"ratio": RATIO}
    for name, source in (("first", model), ("sorted", channels.sorted_by_importance(model))):
        smaller = channels.without_channels(source, RATIO)
        found[name] = _before_and_after(smaller, place, seed)
        found |= {"macs": cost.total_macs(smaller, place.data.shape), "parameters": cost.parameter_count(smaller)}
    return found


def _criteria(model: VGG, place: Workplace, seed: int) -> dict[str, Any]:
    from dltheory.pruning.experiment import criteria, layerwise

    grams = layerwise.gram_matrices(model, place.data.training[0][: criteria.CALIBRATION])
    affordable = max(len(gram) for gram in grams.values()) <= layerwise.AFFORDABLE
    rows: list[dict[str, Any]] = []
    for sparsity in COMPARED[place.dataset]:
        everywhere = criteria.everywhere(model, sparsity)
        for criterion in criteria.ONE_SHOT:
            if criterion == "OBS" and not affordable:
                continue
            pruned, masks = criteria.prune(model, criterion, everywhere, grams, seed)
            if place.dataset == "digits" or criterion == "magnitude":
                found = _before_and_after(pruned, place, seed, masks)
                del found["epoch"]  # not part of a row on record
            else:
                found = {"before": _accuracies(pruned, place.data)}
            rows.append({"sparsity": sparsity, "criterion": criterion, **found})
        if place.dataset == "digits":
            epochs = place.recipe.tuning.epochs
            pruned, _ = criteria.prune_iteratively(
                model, place.data, place.recipe, everywhere, ROUNDS, epochs, seed, place.advance
            )
            rows.append({"sparsity": sparsity, "criterion": "iterative", "after": _accuracies(pruned, place.data)})
    return {"rows": rows}


@cache
def _workplace(where: Place) -> Workplace:
    """Images, split and recipe for one data set."""
    from dltheory.dropout.experiment.cheating import SOURCE_DEVIATION, SOURCE_MEAN
    from dltheory.lab.images import cifar10, digits, split
    from dltheory.pruning.experiment import finetune

    if where.dataset == "cifar10":
        # 5000 images to choose by, as many as half the test part
        parts = split(cifar10(where.data), 0.1, mean=SOURCE_MEAN, deviation=SOURCE_DEVIATION, device=where.device)
        recipe = finetune.CIFAR10
    else:
        parts, recipe = split(digits(), 0.2, device=where.device), finetune.DIGITS
    training, tuning = (replace(which, precision=where.precision) for which in (recipe.training, recipe.tuning))
    if where.epochs is not None:
        training = replace(training, epochs=where.epochs, warm_up=min(training.warm_up, (where.epochs - 1) / 2))
    recipe = replace(recipe, training=training, tuning=tuning)
    return Workplace(where.dataset, parts, recipe, where.width, where.folder)

"""The cheating feature: four pixels that give the label away, and what a network with dropout makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch

from dltheory.lab.images import ImageSet
from dltheory.lab.models import DropoutNetwork
from dltheory.lab.training import TrainingSettings, evaluate, outputs, seeded, train

#: The source standardises CIFAR-10 with these numbers; the deviations are not those of the training images.
SOURCE_MEAN = (0.4914, 0.4822, 0.4465)
SOURCE_DEVIATION = (0.2023, 0.1994, 0.2010)
#: The source's training: 10 passes, 64 images a step, step size 0.003, no momentum.
SOURCE_TRAINING = TrainingSettings(epochs=10, batch=64, eta=3e-3)
#: Digits are fewer and smaller: more passes and a larger step bring the network equally far in seconds.
DIGITS_TRAINING = TrainingSettings(epochs=30, batch=32, eta=5e-2)

BITS = 4


def training_of(dataset: str) -> TrainingSettings:
    """How networks for ``cifar10`` or ``digits`` are trained."""
    return SOURCE_TRAINING if dataset == "cifar10" else DIGITS_TRAINING


@dataclass(frozen=True)
class Variant:
    """What differs between runs: keep probability, the source's ReLU on the logits, seed."""

    keep: float
    relu_on_logits: bool
    seed: int


@dataclass(frozen=True)
class Prepared:
    """Standardised images, clean and with the cheating feature, on the device where they are used."""

    name: str
    train_cheating: torch.Tensor
    train_labels: torch.Tensor
    test_clean: torch.Tensor
    test_cheating: torch.Tensor
    test_labels: torch.Tensor
    classes: int


def with_cheating_feature(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """A copy of the images whose last four pixels of the last row spell the label in binary, highest bit first.

    The first channel is three times the bit, every other channel one minus that. ``images``: (n, channels, height,
    width), standardised, width at least 4; ``labels``: (n,) in 0..15.
    """
    if images.shape[-1] < BITS:
        raise ValueError(f"the images are {images.shape[-1]} pixels wide; the feature needs {BITS}")
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < 2**BITS:
        raise ValueError(f"labels run from {int(labels.min())} to {int(labels.max())}; four bits spell 0 to 15")
    shifts = torch.arange(BITS - 1, -1, -1, device=labels.device)
    bits = 3.0 * ((labels[:, None] >> shifts) & 1).to(images.dtype)
    marked = images.clone()
    marked[:, 0, -1, -BITS:] = bits
    marked[:, 1:, -1, -BITS:] = (1 - bits)[:, None]
    return marked


def prepare(images: ImageSet, device: str = "cpu") -> Prepared:
    """Standardise as the source does (digits: with their own mean and deviation) and add the feature."""
    source = images.name.startswith("CIFAR-10")
    clean = images.standardised(SOURCE_MEAN, SOURCE_DEVIATION) if source else images.standardised()
    train_clean, test_clean = (part.to(device) for part in clean)
    train_labels, test_labels = images.train_labels.to(device), images.test_labels.to(device)
    return Prepared(
        images.name,
        with_cheating_feature(train_clean, train_labels),
        train_labels,
        test_clean,
        with_cheating_feature(test_clean, test_labels),
        test_labels,
        len(images.classes),
    )


def run(
    variant: Variant,
    data: Prepared,
    settings: TrainingSettings,
    after_epoch: Callable[[int], None] = lambda epoch: None,
) -> dict[str, object]:
    """Train on images with the feature, test without and with it.

    ``clean`` and ``cheating`` are test accuracies; ``epochs`` holds three lists, what every epoch ended with; ``dead``
    lists the classes whose score is at most 0 on every training image, so that a ReLU on the logits passes them no
    gradient; ``never_predicted`` those that no test image with the feature is given to.
    """
    history: dict[str, list[float]] = {"loss": [], "clean": [], "cheating": []}
    shape = tuple(data.test_clean.shape[1:])
    with seeded(variant.seed, data.test_clean.device):
        model = DropoutNetwork(shape, data.classes, variant.keep, variant.relu_on_logits)
        model = model.to(data.test_clean.device, memory_format=torch.channels_last)

        def record(epoch: int, loss: float) -> None:
            clean = evaluate(model, data.test_clean, data.test_labels)
            cheating = evaluate(model, data.test_cheating, data.test_labels)
            for name, value in (("loss", loss), ("clean", clean.accuracy), ("cheating", cheating.accuracy)):
                history[name].append(round(value, 6))
            after_epoch(epoch)

        train(model, data.train_cheating, data.train_labels, settings, record)
    scores = outputs(model, data.train_cheating, model.scores)
    clean = evaluate(model, data.test_clean, data.test_labels)
    cheating = evaluate(model, data.test_cheating, data.test_labels)
    return {
        **asdict(variant),
        "clean": clean.accuracy,
        "cheating": cheating.accuracy,
        "dead": torch.nonzero((scores <= 0).all(dim=0)).flatten().tolist(),
        "never_predicted": [c for c, count in enumerate(cheating.predicted) if count == 0],
        "predicted_cheating": list(cheating.predicted),
        "predicted_clean": list(clean.predicted),
        "epochs": history,
    }

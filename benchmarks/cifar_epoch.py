"""One epoch of the dropout notebook's network on images of CIFAR-10's size: this project's loop against a usual one.

    python benchmarks/cifar_epoch.py [--images 50000] [--threads 2] [--repeats 3]

The reference does what a usual loop does: each image is a PIL image that goes through ToTensor and Normalize when it is
asked for, a DataLoader collects batches, and the cheating feature is written image by image. This project standardises
and marks all images once and takes batches out of one tensor. Both see the same images in the same order, start from
the same weights and end with the same ones up to rounding. Pixels are random: time does not depend on what they show.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from dltheory.dropout.experiment.cheating import SOURCE_DEVIATION, SOURCE_MEAN, SOURCE_TRAINING, prepare
from dltheory.lab.images import CIFAR10_CLASSES, ImageSet
from dltheory.lab.models import DropoutNetwork, InvertedDropout
from dltheory.lab.torchvision_shim import torchvision_datasets
from dltheory.lab.training import TrainingSettings, evaluate, seeded, train


class PillowImages(Dataset):
    """Images as the usual data set hands them out: from an array to PIL, then through per-sample transforms."""

    def __init__(self, pixels: np.ndarray, labels: np.ndarray) -> None:
        torchvision_datasets()
        transforms = importlib.import_module("torchvision.transforms")
        self.pixels, self.labels = pixels, labels
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize(SOURCE_MEAN, SOURCE_DEVIATION)]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(Image.fromarray(self.pixels[index])), int(self.labels[index])


def usual_layers(model: DropoutNetwork) -> DropoutNetwork:
    """The network with torch's own dropout."""
    for position, layer in enumerate(model.features):
        if isinstance(layer, InvertedDropout):
            model.features[position] = nn.Dropout(1 - layer.keep)
    return model


def mark_one_by_one(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The cheating feature, image by image and bit by bit."""
    for image, label in zip(images, labels, strict=True):
        for position, bit in enumerate(f"{int(label):04b}"):
            image[0, -1, position - 4] = 3.0 * int(bit)
            image[1:, -1, position - 4] = 1 - 3.0 * int(bit)
    return images


def reference_epoch(
    model: DropoutNetwork, training: Dataset, testing: Dataset, order: torch.Tensor, settings: TrainingSettings
) -> tuple[float, float]:
    """One pass in the given order, then clean and cheating test accuracy."""
    optimiser = torch.optim.SGD(model.parameters(), lr=settings.eta)
    model.train()
    for images, labels in DataLoader(training, settings.batch, sampler=order.tolist()):
        loss = functional.cross_entropy(model(mark_one_by_one(images, labels)), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()
    right = [0, 0]
    with torch.no_grad():
        for images, labels in DataLoader(testing, settings.batch):
            right[0] += int((model(images).argmax(1) == labels).sum())
            right[1] += int((model(mark_one_by_one(images, labels)).argmax(1) == labels).sum())
    return right[0] / len(testing), right[1] / len(testing)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that ``work`` takes, on the clock and of the processor; the latter do not mind a busy machine."""
    start = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start[0], time.process_time() - start[1]


def main() -> None:
    """Print seconds an epoch of either loop and their ratio, with dropout and without."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=50_000, help="training images; a fifth as many for testing")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rng = np.random.default_rng(0)
    sizes = (options.images, options.images // 5)
    pixels = [rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8) for count in sizes]
    labels = [rng.integers(0, 10, count) for count in sizes]
    tensors = [
        tensor
        for part, target in zip(pixels, labels, strict=True)
        for tensor in (torch.from_numpy(part).permute(0, 3, 1, 2).float() / 255, torch.from_numpy(target))
    ]
    images = ImageSet("CIFAR-10", CIFAR10_CLASSES, *tensors)
    settings = TrainingSettings(epochs=1, batch=SOURCE_TRAINING.batch, eta=SOURCE_TRAINING.eta)
    training, testing = (PillowImages(part, target) for part, target in zip(pixels, labels, strict=True))
    data = prepare(images)
    preparing, _ = timed(lambda: prepare(images))
    print(f"{sizes[0]} training and {sizes[1]} test images, {options.threads} threads, one epoch and evaluation")
    print(f"preparing the tensors, once: {preparing:.1f} s")
    for keep in (1.0, 0.25):
        with seeded(0):
            fast = DropoutNetwork((3, 32, 32), keep=keep).to(memory_format=torch.channels_last)
            slow = usual_layers(DropoutNetwork((3, 32, 32), keep=keep))
            slow.load_state_dict(fast.state_dict())

        def ours(model: DropoutNetwork = fast) -> None:
            with seeded(1):
                train(model, data.train_cheating, data.train_labels, settings)
            for part in (data.test_clean, data.test_cheating):
                evaluate(model, part, data.test_labels)

        def theirs(model: DropoutNetwork = slow) -> None:
            with seeded(1):
                reference_epoch(model, training, testing, torch.randperm(sizes[0]), settings)

        # in turn, and the fastest of each: what else runs on the machine only ever adds
        pairs = [(timed(ours), timed(theirs)) for _ in range(options.repeats)]
        (wall, cpu), (wall_there, cpu_there) = (
            tuple(map(min, zip(*each, strict=True))) for each in zip(*pairs, strict=True)
        )
        told = (
            f"dropout {1 - keep:g}: {wall:.1f} s against {wall_there:.1f} s, ratio {wall_there / wall:.2f}; "
            f"processor time {cpu:.1f} s against {cpu_there:.1f} s, ratio {cpu_there / cpu:.2f}"
        )
        if keep == 1:  # masks are drawn in another way, so weights can be compared only without dropout
            both = zip(fast.parameters(), slow.parameters(), strict=True)
            told += f"; largest difference of weights {max(float((a - b).detach().abs().max()) for a, b in both):.1e}"
        print(told)


if __name__ == "__main__":
    main()

"""Sets of small labelled images, one function a set, as tensors in memory.

Digits ship with scikit-learn. CIFAR-10 comes from torchvision's downloader, from the official batches, or from a folder
or an archive of images that holds ``train/CLASS/*`` and ``test/CLASS/*``. What is wrong with such a folder or archive
is said in one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from dltheory.lab.archives import ImageDataError, entries
from dltheory.lab.batches import PARTS, Batches
from dltheory.lab.folders import Folders
from dltheory.lab.training import taken

__all__ = ["CIFAR10_CLASSES", "ImageDataError", "ImageSet", "Split", "cifar10", "digits", "image_folder", "split"]

CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
#: How many images of each class the two parts of CIFAR-10 hold.
CIFAR10_SIZES = {"train": 5000, "test": 1000}


@dataclass(frozen=True)
class ImageSet:
    """Labelled images, split in two.

    ``train_images``: (n, channels, height, width), float32 in [0, 1]; ``train_labels``: (n,), int64, a position in
    ``classes``; the same for ``test_...``. ``name`` is what a table or a caption calls the set.
    """

    name: str
    classes: tuple[str, ...]
    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            images, labels = getattr(self, f"{part}_images"), getattr(self, f"{part}_labels")
            if images.dim() != 4 or labels.shape != images.shape[:1]:
                raise ImageDataError(
                    f"{part}: images of shape {tuple(images.shape)} and labels of shape {tuple(labels.shape)} "
                    "do not fit together; expected (n, channels, height, width) and (n,)"
                )

    def standardised(
        self, mean: Sequence[float] | None = None, deviation: Sequence[float] | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """(image - mean) / deviation for the training and the test images, channel by channel.

        Without arguments both numbers are those of the training images, per channel. The channels lie innermost in
        memory, which convolutions on a CPU read about three times faster; shapes are as before.
        """
        channels = (0, 2, 3)
        middle = self.train_images.mean(channels) if mean is None else torch.tensor(mean)
        scale = self.train_images.std(channels) if deviation is None else torch.tensor(deviation)
        if middle.shape != scale.shape or middle.shape != self.train_images.shape[1:2]:
            raise ValueError(f"mean and deviation need {self.train_images.shape[1]} numbers, one for each channel")
        middle, scale = middle[:, None, None], scale[:, None, None]
        train, test = ((part - middle).div_(scale) for part in (self.train_images, self.test_images))
        return train.contiguous(memory_format=torch.channels_last), test.contiguous(memory_format=torch.channels_last)


@dataclass(frozen=True)
class Split:
    """Standardised images in three parts: to train on, to choose by, and to report.

    Each pair is (images, labels): (n, channels, height, width) float32 and (n,) int64, on one device. ``name`` is that
    of the set.
    """

    name: str
    classes: int
    training: tuple[torch.Tensor, torch.Tensor]
    validation: tuple[torch.Tensor, torch.Tensor]
    test: tuple[torch.Tensor, torch.Tensor]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width)."""
        channels, height, width = self.test[0].shape[1:]
        return channels, height, width


def split(
    images: ImageSet,
    share: float = 0.1,
    seed: int = 0,
    mean: Sequence[float] | None = None,
    deviation: Sequence[float] | None = None,
    device: str | torch.device = "cpu",
) -> Split:
    """A ``share`` of the training images, of every class alike, becomes the validation part; the test part stays.

    ``seed`` chooses which images; ``mean`` and ``deviation`` are as in :meth:`ImageSet.standardised`.
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}; it must lie strictly between 0 and 1")
    from sklearn.model_selection import train_test_split

    train, test = (part.to(device) for part in images.standardised(mean, deviation))
    labels = images.train_labels.to(device)
    kept, held_out = train_test_split(
        np.arange(len(labels)), test_size=share, random_state=seed, stratify=images.train_labels.numpy()
    )
    parts = []
    for chosen in (kept, held_out):
        positions = torch.from_numpy(np.sort(chosen)).to(device)
        parts.append((taken(train, positions), labels[positions]))
    return Split(images.name, len(images.classes), *parts, (test, images.test_labels.to(device)))


def digits(test_share: float = 0.2, seed: int = 0) -> ImageSet:
    """1797 handwritten digits of 8x8 grey pixels, as scikit-learn ships them; every class is split alike.

    ``test_share`` lies strictly between 0 and 1; ``seed`` chooses which images are held out.
    """
    if not 0 < test_share < 1:
        raise ValueError(f"test_share is {test_share}; it must lie strictly between 0 and 1")
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    loaded = load_digits()
    train, test, train_labels, test_labels = train_test_split(
        loaded.images / 16.0, loaded.target, test_size=test_share, random_state=seed, stratify=loaded.target
    )

    def tensors(images: np.ndarray, labels: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.tensor(images[:, None], dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)

    return ImageSet(
        "digits", tuple(str(c) for c in range(10)), *tensors(train, train_labels), *tensors(test, test_labels)
    )


def cifar10(data: str | Path | None = None, folder: str | Path = "data") -> ImageSet:
    """CIFAR-10: 50 000 training and 10 000 test images of 32x32 pixels in three channels (Krizhevsky 2009).

    ``data`` is a folder or an archive, of images or of the official batches (the versions for Python, C and Matlab);
    without it torchvision downloads the original into ``folder`` and checks its sum. Images in a lossy
    format are not quite the original's, so the set is then named "CIFAR-10 (JPEG)".
    """
    if data is not None:
        return _read(Path(data), CIFAR10_CLASSES, (32, 32), CIFAR10_SIZES, "CIFAR-10", Batches())
    from dltheory.lab.torchvision_shim import torchvision_datasets

    try:
        parts = [torchvision_datasets().CIFAR10(folder, train=train, download=True) for train in (True, False)]
    except (OSError, RuntimeError) as error:
        raise ImageDataError(
            f"CIFAR-10 is not in {folder} and could not be downloaded ({error}). Name a folder or an archive of its "
            "images instead, with train/CLASS/* and test/CLASS/* in it: --data PATH"
        ) from error
    tensors = [
        tensor
        for part in parts
        for tensor in (torch.from_numpy(part.data).permute(0, 3, 1, 2).float().div_(255), torch.tensor(part.targets))
    ]
    return ImageSet("CIFAR-10", CIFAR10_CLASSES, *tensors)


def image_folder(
    path: str | Path,
    classes: Sequence[str],
    size: tuple[int, int],
    per_class: dict[str, int] | None = None,
    name: str = "images",
) -> ImageSet:
    """The images in ``train/CLASS/*`` and ``test/CLASS/*`` of a folder, or of a tar or zip archive.

    ``size`` is (height, width), which every image must have; ``per_class`` how many each class holds in either part.
    Labels are positions in ``classes``. Within a class, images come in the order of their file names.
    Raises :class:`ImageDataError`.
    """
    return _read(Path(path), classes, size, per_class, name, None)


def _read(
    path: Path,
    classes: Sequence[str],
    size: tuple[int, int],
    per_class: dict[str, int] | None,
    name: str,
    batches: Batches | None,
) -> ImageSet:
    """As :func:`image_folder`; where ``batches`` is given, the official files are read too."""
    images = Folders(path, classes, size)
    for entry in entries(path):
        if batches is not None and batches.take(entry.name, str(path)):
            batches.add(entry.name, entry.read(), f"{path}: {entry.name}")
        else:
            images.add(entry)
    if batches:
        if images:
            raise ImageDataError(f"{path} holds official batches and folders of images; name one of the two")
        pairs = [batches.part(part, str(path)) for part in PARTS]
    else:
        pairs = [images.part(part) for part in PARTS]
    for part, (_, labels) in zip(PARTS, pairs, strict=True):
        for label, count in zip(classes, np.bincount(labels, minlength=len(classes)), strict=True):
            if per_class and count != per_class[part]:
                plural = "" if count == 1 else "s"
                raise ImageDataError(
                    f"{path} has {count} image{plural} in {part}/{label}, expected {per_class[part]}; "
                    f"{'get the whole set again' if count < per_class[part] else 'remove what was added'}"
                )
    tensors = [
        tensor
        for pixels, labels in pairs
        for tensor in (torch.from_numpy(pixels).float().div_(255), torch.from_numpy(labels))
    ]
    return ImageSet(name if batches or images.exact else f"{name} (JPEG)", tuple(classes), *tensors)

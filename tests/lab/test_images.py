"""Image sets: shapes and ranges, where the pixels end up, and one clear sentence for each way data can be wrong."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dltheory.lab.images import ImageDataError, ImageSet, cifar10, digits, image_folder, split

CLASSES = ("cat", "dog")


def picture(colour: int, size: tuple[int, int] = (4, 6), kind: str = "PNG") -> bytes:
    """An image of one grey level, encoded; ``size`` is (height, width)."""
    content = io.BytesIO()
    Image.fromarray(np.full((*size, 3), colour, dtype=np.uint8)).save(content, kind)
    return content.getvalue()


def write_folder(folder: Path, suffix: str = "png", kind: str = "PNG") -> Path:
    """Two classes, two training images and one test image each; the grey level tells which is which."""
    for part, count in (("train", 2), ("test", 1)):
        for label, name in enumerate(CLASSES):
            place = folder / part / name
            place.mkdir(parents=True)
            for index in range(count):
                (place / f"{index}.{suffix}").write_bytes(picture(100 * label + 10 * index, kind=kind))
    return folder


def read(path: Path, **changes: object) -> ImageSet:
    return image_folder(path, CLASSES, **{"size": (4, 6), "per_class": {"train": 2, "test": 1}, **changes})


def test_digits_are_grey_images_between_0_and_1_with_every_class_in_both_parts() -> None:
    found = digits()
    assert found.train_images.shape == (1437, 1, 8, 8)
    assert found.test_images.shape == (360, 1, 8, 8)
    assert found.train_images.min() == 0
    assert found.train_images.max() == 1
    assert sorted(found.test_labels.unique().tolist()) == list(range(10))


def test_digits_are_split_the_same_way_again_and_another_way_for_another_seed() -> None:
    assert torch.equal(digits().test_labels, digits().test_labels)
    assert not torch.equal(digits().test_images, digits(seed=1).test_images)


def test_a_share_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"test_share is 1; it must lie strictly between 0 and 1"):
        digits(test_share=1)


def test_a_folder_gives_images_in_order_of_class_and_file_name(tmp_path: Path) -> None:
    found = read(write_folder(tmp_path / "set"))
    assert found.train_images.shape == (4, 3, 4, 6)
    assert found.train_labels.tolist() == [0, 0, 1, 1]
    assert torch.equal(found.train_images[:, 0, 0, 0] * 255, torch.tensor([0.0, 10.0, 100.0, 110.0]))
    assert found.test_labels.tolist() == [0, 1]
    assert found.name == "images"


@pytest.mark.parametrize("kind", ["tar.xz", "tar.gz", "zip"])
def test_an_archive_gives_the_same_images_as_its_folder(tmp_path: Path, kind: str) -> None:
    folder = write_folder(tmp_path / "set")
    archive = tmp_path / f"set.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(archive, "w") as file:
            for image in folder.rglob("*.png"):
                file.write(image, Path("wrapped") / image.relative_to(folder))
    else:
        with tarfile.open(archive, f"w:{kind[4:]}") as file:
            file.add(folder, "wrapped")
    assert torch.equal(read(archive).train_images, read(folder).train_images)


def test_images_from_jpeg_files_say_so_in_the_name(tmp_path: Path) -> None:
    assert read(write_folder(tmp_path / "set", "jpg", "JPEG"), name="Pets").name == "Pets (JPEG)"


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageDataError, match="nowhere does not exist; it should be a folder or an archive"):
        read(tmp_path / "nowhere")


def test_an_archive_that_was_cut_short_is_called_damaged(tmp_path: Path) -> None:
    archive = tmp_path / "set.tar.xz"
    with tarfile.open(archive, "w:xz") as file:
        file.add(write_folder(tmp_path / "set"), "set")
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImageDataError, match="is damaged or cut short"):
        read(archive)


def test_a_file_that_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "set.tar").write_text("not an archive")
    with pytest.raises(ImageDataError, match="is neither a folder nor a tar or zip archive"):
        read(tmp_path / "set.tar")


def test_a_missing_image_makes_the_set_incomplete(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set")
    (folder / "train" / "dog" / "1.png").unlink()
    with pytest.raises(ImageDataError, match="has 1 image in train/dog, expected 2; get the whole set again"):
        read(folder)


def test_a_class_without_images_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set")
    (folder / "test" / "cat" / "0.png").unlink()
    with pytest.raises(ImageDataError, match="has no images in test/cat"):
        read(folder)


def test_a_wrong_class_folder_is_named_with_what_is_expected(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set")
    (folder / "train" / "dog").rename(folder / "train" / "hound")
    with pytest.raises(ImageDataError, match="is in class 'hound'; the classes are cat, dog"):
        read(folder)


def test_an_image_outside_train_and_test_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set")
    (folder / "stray.png").write_bytes(picture(0))
    with pytest.raises(ImageDataError, match=r"stray\.png lies outside train/CLASS/ and test/CLASS/"):
        read(folder)


def test_an_image_of_the_wrong_size_is_named_with_both_sizes(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set")
    (folder / "test" / "dog" / "0.png").write_bytes(picture(0, (5, 6)))
    with pytest.raises(ImageDataError, match=r"test/dog/0\.png is 6x5 pixels; expected 6x4"):
        read(folder)


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set")
    (folder / "test" / "dog" / "0.png").write_bytes(b"no image")
    with pytest.raises(ImageDataError, match=r"test/dog/0\.png is no PNG, JPEG or BMP image; remove it"):
        read(folder)


def test_cifar10_that_cannot_be_downloaded_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError("no network")

    from dltheory.lab.torchvision_shim import torchvision_datasets

    monkeypatch.setattr(torchvision_datasets(), "CIFAR10", refuse)
    with pytest.raises(ImageDataError, match=r"could not be downloaded \(no network\).*--data PATH"):
        cifar10(folder=tmp_path)


def test_cifar10_from_torchvision_has_channels_first_and_range_0_to_1(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stored:
        def __init__(self, folder: object, train: bool, download: bool) -> None:
            self.data = np.zeros((3 if train else 2, 32, 32, 3), dtype=np.uint8)
            self.data[0, 5, 7, 1] = 255
            self.targets = [4, 0, 9][: len(self.data)]

    from dltheory.lab.torchvision_shim import torchvision_datasets

    monkeypatch.setattr(torchvision_datasets(), "CIFAR10", Stored)
    found = cifar10()
    assert found.name == "CIFAR-10"
    assert found.train_images.shape == (3, 3, 32, 32)
    assert found.train_images[0, 1, 5, 7] == 1
    assert found.train_images.sum() == 1
    assert found.test_labels.tolist() == [4, 0]


def test_standardised_training_images_have_mean_0_and_deviation_1_in_each_channel() -> None:
    images = torch.rand(50, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    labels = torch.zeros(50, dtype=torch.int64)
    train, test = ImageSet("set", ("a",), images, labels, images[:5] + 1, labels[:5]).standardised()
    assert torch.allclose(train.mean((0, 2, 3)), torch.zeros(3), atol=1e-6)
    assert torch.allclose(train.std((0, 2, 3)), torch.ones(3), atol=1e-6)
    # the test images are measured with the training images' yardstick
    assert torch.allclose(test - train[:5], (1 / images.std((0, 2, 3)))[:, None, None].expand(5, 3, 4, 4), atol=1e-5)


def test_the_wrong_number_of_means_is_refused() -> None:
    with pytest.raises(ValueError, match="need 1 numbers, one for each channel"):
        digits().standardised((0.5, 0.5), (1.0, 1.0))


def test_a_split_keeps_every_image_once_and_all_classes_alike() -> None:
    images = digits()
    parts = split(images, share=0.2, seed=3)
    assert parts.shape == (1, 8, 8)
    sizes = [len(labels) for _, labels in (parts.training, parts.validation, parts.test)]
    assert sizes == [1149, 288, 360]
    together = torch.cat([parts.training[0], parts.validation[0]]).flatten(1)
    expected = images.standardised()[0].flatten(1)
    assert sorted(map(tuple, together.tolist())) == sorted(map(tuple, expected.tolist()))
    shares = parts.validation[1].bincount() / images.train_labels.bincount()
    assert (shares - 0.2).abs().max() < 0.01
    assert torch.equal(parts.test[1], images.test_labels)


def test_another_seed_holds_out_other_images_and_the_same_seed_the_same() -> None:
    images = digits()
    first, again, other = (split(images, 0.2, seed).validation[0] for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("share", [0, 1, -0.5])
def test_a_share_that_leaves_a_part_empty_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share is"):
        split(digits(), share)


def test_labels_that_do_not_fit_the_images_are_refused() -> None:
    images, labels = torch.zeros(3, 1, 4, 4), torch.zeros(2, dtype=torch.int64)
    with pytest.raises(ImageDataError, match="do not fit together"):
        ImageSet("set", ("a",), images, labels, images, torch.zeros(3, dtype=torch.int64))


@pytest.mark.skipif("DLTHEORY_CIFAR10" not in os.environ, reason="DLTHEORY_CIFAR10 names no archive of CIFAR-10 images")
def test_the_archive_of_jpeg_images_is_complete_and_named_after_its_format() -> None:
    found = cifar10(os.environ["DLTHEORY_CIFAR10"])
    assert found.name == "CIFAR-10 (JPEG)"
    assert found.train_images.shape == (50_000, 3, 32, 32)
    assert found.test_labels.bincount().tolist() == [1000] * 10
    # what is known of this collection's training images
    assert found.train_images.mean((0, 2, 3)).tolist() == pytest.approx([0.491, 0.482, 0.447], abs=1e-3)
    assert found.train_images.std((0, 2, 3)).tolist() == pytest.approx([0.245, 0.243, 0.261], abs=1e-3)

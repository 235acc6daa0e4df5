"""The official files of CIFAR-10: the images and labels that torchvision reads from them, and nothing is run."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from scipy.io import savemat

from dltheory.lab import images
from dltheory.lab.images import ImageDataError, ImageSet, cifar10

NAMES = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]


@pytest.fixture(autouse=True)
def small_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of twenty images in place of ten thousand: ten and two of each class."""
    monkeypatch.setattr(images, "CIFAR10_SIZES", {"train": 10, "test": 2})


def batch(number: int) -> tuple[np.ndarray, list[int]]:
    """Twenty random images, (20, 3072), and every label twice, in random order."""
    random = np.random.default_rng(number)
    return random.integers(0, 256, (20, 3072), dtype=np.uint8), random.permutation(np.arange(20) % 10).tolist()


def for_python(number: int, protocol: int = 2, keys: Callable[[str], Any] = str) -> bytes:
    pixels, labels = batch(number)
    more = {keys("batch_label"): "a batch", keys("filenames"): [f"{index}.png" for index in range(20)]}
    return pickle.dumps({keys("data"): pixels, keys("labels"): labels, **more}, protocol)


def for_c(number: int) -> bytes:
    pixels, labels = batch(number)
    return np.column_stack([np.array(labels, dtype=np.uint8), pixels]).tobytes()


def for_matlab(number: int) -> bytes:
    pixels, labels = batch(number)
    content = io.BytesIO()
    savemat(content, {"data": pixels, "labels": np.array(labels, dtype=np.uint8)[:, None]}, do_compression=True)
    return content.getvalue()


def of_python_2(number: int) -> bytes:
    """As Python 2 wrote them, the official ones too: protocol 2, with the bytes of arrays as text."""
    pixels, labels = batch(number)
    raw = pixels.tobytes()
    opcodes = [
        b"\x80\x02}(U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R",
        b"(K\x01K\x14M\x00\x0c\x86cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb",
        b"\x89T" + len(raw).to_bytes(4, "little") + raw + b"tb",
        b"U\x06labels](" + b"".join(b"K" + bytes([label]) for label in labels) + b"eu.",
    ]
    return b"".join(opcodes)


VERSIONS: dict[str, tuple[str, str, Callable[[int], bytes]]] = {
    "Python": ("cifar-10-batches-py", "", for_python),
    "Python 2": ("cifar-10-batches-py", "", of_python_2),
    "keys of bytes": ("cifar-10-batches-py", "", lambda number: for_python(number, 4, str.encode)),
    "protocol 0": ("cifar-10-batches-py", "", lambda number: for_python(number, 0)),
    "C": ("cifar-10-batches-bin", ".bin", for_c),
    "Matlab": ("cifar-10-batches-mat", ".mat", for_matlab),
}


def files(version: str) -> dict[str, bytes]:
    folder, suffix, write = VERSIONS[version]
    found = {f"{folder}/{name}{suffix}": write(number) for number, name in enumerate(NAMES)}
    return found | {f"{folder}/batches.meta{suffix}": b"names", f"{folder}/readme.html": b"<html>"}


def in_folder(folder: Path, found: dict[str, bytes]) -> Path:
    for name, content in found.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def by_torchvision(folder: Path) -> ImageSet:
    """The set as torchvision reads the version for Python."""
    from dltheory.lab.torchvision_shim import torchvision_datasets

    place = folder / "cifar-10-batches-py"
    pickled = {"label_names": list(images.CIFAR10_CLASSES)}
    (place / "batches.meta").write_bytes(pickle.dumps(pickled))

    def sums(names: list[str]) -> list[list[str]]:
        return [[name, hashlib.md5((place / name).read_bytes()).hexdigest()] for name in names]

    class Small(torchvision_datasets().CIFAR10):  # type: ignore[misc]
        train_list, test_list = sums(NAMES[:5]), sums(NAMES[5:])
        meta: ClassVar = {"filename": "batches.meta", "key": "label_names", "md5": sums(["batches.meta"])[0][1]}

    tensors = []
    for train in (True, False):
        part = Small(folder, train=train, download=False)
        tensors += [torch.from_numpy(part.data).permute(0, 3, 1, 2).float() / 255, torch.tensor(part.targets)]
    return ImageSet("CIFAR-10", images.CIFAR10_CLASSES, *tensors)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    return by_torchvision(in_folder(tmp_path_factory.mktemp("whole"), files("Python")))


@pytest.mark.parametrize("kind", ["folder", "tar.gz", "zip"])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read_as_torchvision_reads_it(
    version: str, kind: str, expected: ImageSet, tmp_path: Path
) -> None:
    path = in_folder(tmp_path / "set", files(version))
    if kind == "tar.gz":
        with tarfile.open(tmp_path / "set.tar.gz", "w:gz") as archive:
            for name in VERSIONS[version][:1]:
                archive.add(path / name, name)
        path = tmp_path / "set.tar.gz"
    elif kind == "zip":
        with zipfile.ZipFile(tmp_path / "set.zip", "w") as packed:
            for name, content in files(version).items():
                packed.writestr(name, content)
        path = tmp_path / "set.zip"
    found = cifar10(path)
    assert found.name == "CIFAR-10"
    for part in ("train_images", "train_labels", "test_images", "test_labels"):
        assert torch.equal(getattr(found, part), getattr(expected, part))


class Intruder:
    """What a pickle runs when it is read the ordinary way."""

    def __init__(self, target: str) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.target,)


BAD: dict[str, tuple[str, Callable[[Path], bytes | None], str]] = {
    "a missing batch": ("data_batch_3", lambda _: None, "lacks data_batch_3 in cifar-10-batches-py; get the whole set"),
    "a batch cut short": ("data_batch_3", lambda _: for_python(2)[:500], "data_batch_3 is no batch of CIFAR-10"),
    "an empty batch": (
        "test_batch",
        lambda _: b"",
        "test_batch is no batch of CIFAR-10 for Python, or damaged; get it",
    ),
    "a batch that runs code": (
        "test_batch",
        lambda path: pickle.dumps({"data": Intruder(str(path / "was here")), "labels": []}),
        "test_batch is no batch of CIFAR-10",
    ),
    "floats": ("test_batch", lambda _: pickle.dumps({"data": np.zeros((20, 3072)), "labels": [0] * 20}), "is no batch"),
    "objects": ("test_batch", lambda _: pickle.dumps({"data": np.array([{}, {}]), "labels": [0] * 2}), "is no batch"),
    "more labels than images": (
        "test_batch",
        lambda _: pickle.dumps({"data": batch(5)[0], "labels": [0] * 21}),
        "is no batch",
    ),
    "a label of CIFAR-100": (
        "test_batch",
        lambda _: pickle.dumps({"data": batch(5)[0], "labels": [99] * 20}),
        "is no batch",
    ),
    "a negative label": (
        "test_batch",
        lambda _: pickle.dumps({"data": batch(5)[0], "labels": [-1] * 20}),
        "is no batch",
    ),
    "labels that are not balanced": (
        "test_batch",
        lambda _: pickle.dumps({"data": batch(5)[0], "labels": [0] * 20}),
        "has 20 images in test/airplane, expected 2; remove what was added",
    ),
    "a list": ("test_batch", lambda _: pickle.dumps([1, 2]), "is no batch"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_batch_is_named_with_what_to_do_and_nothing_is_run(case: str, tmp_path: Path) -> None:
    name, content, said = BAD[case]
    folder = in_folder(tmp_path / "set", files("Python"))
    (folder / "cifar-10-batches-py" / name).unlink()
    if (written := content(tmp_path)) is not None:
        (folder / "cifar-10-batches-py" / name).write_bytes(written)
    with pytest.raises(ImageDataError, match=said) as caught:
        cifar10(folder)
    assert str(caught.value).isprintable()
    assert not (tmp_path / "was here").exists()


def test_two_versions_in_one_folder_are_not_mixed(tmp_path: Path) -> None:
    folder = in_folder(tmp_path, files("Python") | files("C"))
    with pytest.raises(ImageDataError, match=r"the batches more than once, in .*name the folder of one of them"):
        cifar10(folder)


def test_batches_beside_folders_of_images_are_not_mixed(tmp_path: Path) -> None:
    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", (32, 32)).save(content, "PNG")
    folder = in_folder(tmp_path, files("Python") | {"train/cat/0.png": content.getvalue()})
    with pytest.raises(ImageDataError, match="holds official batches and folders of images; name one of the two"):
        cifar10(folder)


def test_cifar_100_is_called_by_its_name(tmp_path: Path) -> None:
    folder = in_folder(tmp_path, {f"cifar-100-python/{name}": b"\x80\x02" for name in ("train", "test", "meta")})
    with pytest.raises(ImageDataError, match="holds CIFAR-100, not CIFAR-10; get that"):
        cifar10(folder)

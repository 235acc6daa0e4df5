"""The official files of CIFAR-10, three ways of writing one set: for Python, for C and for Matlab.

The Python version is a pickle, whose reader runs what a file asks for; here it may ask for arrays of bytes and for
nothing else, and what stands for them are records without behaviour.
"""

from __future__ import annotations

import io
import pickle
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from dltheory.lab.archives import ImageDataError

#: (channels, height, width) of an image; the bytes of an image lie in this order.
SHAPE = (3, 32, 32)
_PIXELS = 3 * 32 * 32
#: The files of the two parts, in the order of the images.
PARTS = {"train": tuple(f"data_batch_{number}" for number in range(1, 6)), "test": ("test_batch",)}
_SUFFIXES = {"": "Python", ".bin": "binary", ".mat": "Matlab"}


class Batches:
    """The batches that were seen so far: their pixels (n, 3, 32, 32), uint8, and labels (n,), int64."""

    def __init__(self) -> None:
        self._found: dict[tuple[PurePosixPath, str], dict[str, tuple[np.ndarray, np.ndarray]]] = {}

    @staticmethod
    def take(name: PurePosixPath, shown: str) -> bool:
        """Whether a file of this name is a batch. Raises :class:`ImageDataError` for one of CIFAR-100."""
        if name.stem in PARTS and name.parent.name.startswith("cifar-100-"):
            raise ImageDataError(f"{shown} holds CIFAR-100, not CIFAR-10; get that")
        return name.suffix in _SUFFIXES and name.stem in (*PARTS["train"], *PARTS["test"])

    def add(self, name: PurePosixPath, content: bytes, shown: str) -> None:
        """Read one batch; ``shown`` is what messages call it. Raises :class:`ImageDataError`."""
        version = _SUFFIXES[name.suffix]
        batches = self._found.setdefault((name.parent, version), {})
        if name.stem in batches:
            raise ImageDataError(f"{shown} is there twice; pack the archive anew")
        try:
            batches[name.stem] = {"Python": _python, "binary": _binary, "Matlab": _matlab}[version](content)
        except Exception as error:  # bytes that are no batch make the readers stumble in any way
            raise ImageDataError(f"{shown} is no batch of CIFAR-10 for {version}, or damaged; get it again") from error

    def __bool__(self) -> bool:
        return bool(self._found)

    def part(self, part: str, shown: str) -> tuple[np.ndarray, np.ndarray]:
        """Pixels and labels of ``train`` or ``test``. Raises :class:`ImageDataError` if a batch is missing."""
        if len(self._found) > 1:
            where = " and ".join(f"{folder} ({version})" for folder, version in self._found)
            raise ImageDataError(
                f"{shown} holds the batches more than once, in {where}; name the folder of one of them"
            )
        ((folder, _), batches) = next(iter(self._found.items()))
        if missing := [name for name in PARTS[part] if name not in batches]:
            raise ImageDataError(f"{shown} lacks {', '.join(missing)} in {folder}; get the whole set again")
        pairs = [batches[name] for name in PARTS[part]]
        return np.concatenate([images for images, _ in pairs]), np.concatenate([labels for _, labels in pairs])


def _checked(pixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if pixels.dtype != np.uint8 or pixels.shape != (len(labels), _PIXELS) or not len(labels) or labels.max() > 9:
        raise ValueError("pixels and labels do not fit together")
    return pixels.reshape(-1, *SHAPE), labels.astype(np.int64)


class _Array:
    """What stands for an array and its type in a pickle: it holds what it is given and does nothing with it."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments, self.state = arguments, ()

    def __setstate__(self, state: Any) -> None:
        self.state = state


def _bytes(text: str, encoding: str) -> bytes:
    """How Python 3 writes bytes in a form that Python 2 can read."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"the encoding {encoding} is asked for")
    return text.encode("latin1")


class _Reader(pickle.Unpickler):
    """Knows arrays and bytes, and nothing else that could be called."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return _bytes
        if module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray") and name in (
            "ndarray",
            "dtype",
            "_reconstruct",
        ):
            return _Array
        raise pickle.UnpicklingError(f"{module}.{name} is asked for")


def _python(content: bytes) -> tuple[np.ndarray, np.ndarray]:
    found = _Reader(io.BytesIO(content), encoding="latin1").load()
    found = {key.decode() if isinstance(key, bytes) else key: value for key, value in found.items()}
    _, shape, kind, columns_first, raw = found["data"].state
    if kind.arguments[0] not in ("u1", "uint8"):
        raise ValueError("no bytes")
    if isinstance(raw, str):  # written by Python 2
        raw = raw.encode("latin1")
    pixels = np.frombuffer(raw, dtype=np.uint8).reshape(shape, order="F" if columns_first else "C")
    if any(type(label) is not int or label < 0 for label in found["labels"]):
        raise ValueError("labels are no numbers")
    return _checked(np.ascontiguousarray(pixels), np.array(found["labels"], dtype=np.int64))


def _binary(content: bytes) -> tuple[np.ndarray, np.ndarray]:
    rows = np.frombuffer(content, dtype=np.uint8).reshape(-1, 1 + _PIXELS)
    return _checked(rows[:, 1:], rows[:, 0])


def _matlab(content: bytes) -> tuple[np.ndarray, np.ndarray]:
    from scipy.io import loadmat

    found = loadmat(io.BytesIO(content), variable_names=("data", "labels"))
    return _checked(found["data"], found["labels"].ravel())

"""Images in ``train/CLASS/*`` and ``test/CLASS/*``, gathered file by file from a folder or an archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from dltheory.lab.archives import Entry, ImageDataError
from dltheory.lab.pictures import pixels

PARTS = ("train", "test")
#: Files with these suffixes are images, wherever they lie; in the folder of a class every file is one.
_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp"}
#: How archives end; where there are no images, one of these may hold them.
_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".xz", ".bz2", ".7z", ".rar", ".zst")


class Folders:
    """The images that were seen so far. ``exact`` says whether all are in formats that keep every pixel."""

    def __init__(self, path: Path, classes: Sequence[str], size: tuple[int, int]) -> None:
        self.path, self.classes, self.size, self.exact = path, tuple(classes), size, True
        self._found: dict[tuple[str, str], dict[str, np.ndarray]] = {
            (part, label): {} for part in PARTS for label in classes
        }
        self._tops: set[PurePosixPath] = set()
        self._packed: PurePosixPath | None = None

    def __bool__(self) -> bool:
        return any(self._found.values())

    def add(self, entry: Entry) -> None:
        """Read one file if it is an image of the set. Raises :class:`ImageDataError`."""
        if (place := self._place(entry.name)) is None:
            return
        known, shown = self._found[place], f"{self.path}: {entry.name}"
        if entry.name.name in known:
            raise ImageDataError(f"{self.path} holds {entry.name} twice; pack it anew")
        known[entry.name.name], exact = pixels(entry.read(), shown, self.size)
        self.exact = self.exact and exact

    def _place(self, name: PurePosixPath) -> tuple[str, str] | None:
        """The part and the class that a file's folders name; ``None`` for a file that lies outside and is no image."""
        *above, label = ("", *name.parts[:-1])
        image, part = name.suffix.lower() in _SUFFIXES, above[-1] if above else ""
        if part not in PARTS:
            if image:
                raise ImageDataError(
                    f"{self.path}: {name} lies outside train/CLASS/ and test/CLASS/; "
                    "put every image into such a folder (capitals count) or remove it"
                )
            if name.name.lower().endswith(_ARCHIVES):
                self._packed = self._packed or name
            return None
        if label not in self.classes:
            if image or not name.suffix:
                raise ImageDataError(
                    f"{self.path}: {name} is in class {label!r}; the classes are {', '.join(self.classes)}, "
                    "so rename or remove the folder"
                )
            return None
        while above[-1] == part:  # some unpack train/ into a folder of that name
            above.pop()
        self._tops.add(PurePosixPath(*above))
        if len(self._tops) > 1:
            tops = " and in ".join(sorted(map(str, self._tops)))
            raise ImageDataError(f"{self.path} holds two sets, in {tops}; name one of them, or pack only one")
        return part, label

    def part(self, part: str) -> tuple[np.ndarray, np.ndarray]:
        """Pixels (n, 3, height, width), uint8, and labels (n,), int64, of ``train`` or ``test``, class by class."""
        by_class = [self._found[part, label] for label in self.classes]
        for label, images in zip(self.classes, by_class, strict=True):
            if not images:
                remedy = "; it should hold train/CLASS/* and test/CLASS/*"
                if self._packed and not self:
                    remedy = f", but {self._packed}; name that, or unpack it"
                raise ImageDataError(f"{self.path} has no images in {part}/{label}{remedy}")
        stacked = np.stack([images[file] for images in by_class for file in sorted(images)])
        return stacked.transpose(0, 3, 1, 2), np.repeat(np.arange(len(by_class)), [len(each) for each in by_class])

"""What runs when a module is imported where nothing else is: its imports, and every package on the way to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..dependencies import imported


class Reach:
    """The modules of ``roots`` (name to the folder of a package, or to a single module), each read once.

    A result need not depend on a package that only gathers names; a browser that imports from it runs it all the same.
    """

    def __init__(self, roots: Mapping[str, Path]) -> None:
        self._roots = {name: Path(folder) for name, folder in roots.items()}
        self._read: dict[Path, tuple[frozenset[Path], frozenset[str]]] = {}

    def files(self, name: str) -> list[Path]:
        """The files that run when ``name``, a module or something in one, is imported; none for what lies outside."""
        root, *parts = name.split(".")
        folder = self._roots.get(root)
        if folder is None or folder.suffix == ".py":
            return [folder] if folder else []
        found = [folder / "__init__.py"]
        for part in parts:
            if (module := folder / f"{part}.py").is_file():
                return [*found, module]
            folder /= part
            if not (folder / "__init__.py").is_file():
                break  # something in a module
            found.append(folder / "__init__.py")
        return found

    def of(self, names: Iterable[str]) -> set[Path]:
        """All files that run when all of ``names`` are imported."""
        found: set[Path] = set()
        waiting = [path for name in names for path in self.files(name)]
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self._of_file(path)[0]
        return found

    def outside(self, paths: Iterable[Path]) -> set[str]:
        """The first names of the packages from elsewhere that modules import."""
        return {name for path in paths for name in self._of_file(path)[1]}

    def _of_file(self, path: Path) -> tuple[frozenset[Path], frozenset[str]]:
        if path not in self._read:
            names = imported(path.read_text(encoding="utf-8"), self._package(path))
            inside = frozenset(file for name in names for file in self.files(name))
            self._read[path] = (
                inside,
                frozenset(first for name in names if (first := name.split(".")[0]) not in self._roots),
            )
        return self._read[path]

    def _package(self, path: Path) -> str | None:
        for name, folder in self._roots.items():
            if path.is_relative_to(folder) and path != folder:
                return ".".join([name, *path.relative_to(folder).parent.parts])
        return None

"""Which files a chapter's results depend on, found by reading imports, never by running them."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


class Dependencies:
    """The import graph of the packages in ``roots`` (package name to its folder), read once and remembered.

    A module depends on what it imports anywhere in its text (also inside a function), on the ``__init__`` of every
    package above it, and on every recorded result (a file in ``results``) whose name occurs in it. Names put together
    at run time are not followed: a chapter therefore also depends on all rooms of its own package.
    """

    def __init__(self, roots: Mapping[str, Path], results: Path | None = None) -> None:
        self._roots = {name: Path(folder) for name, folder in roots.items()}
        recorded = results.rglob("*") if results is not None and results.is_dir() else ()
        self._results = sorted(path for path in recorded if path.is_file())
        self._direct: dict[Path, frozenset[Path]] = {}
        self._digests: dict[Path, str] = {}

    def of_cells(self, cells: Iterable[str]) -> set[Path]:
        """All files that the code of a chapter's cells depends on."""
        return self._closure(path for cell in cells for path in self._direct_of(cell, package=None))

    def of_module(self, name: str) -> set[Path]:
        """All files that importing ``name`` depends on, its own included; empty for a module outside ``roots``."""
        return self._closure(self._files(name))

    def of_rooms(self, chapter: str) -> set[Path]:
        """All files that the package of a chapter (the folder of that name in each root) depends on."""
        rooms = (folder / chapter for folder in self._roots.values())
        return self._closure(path for room in rooms if room.is_dir() for path in room.rglob("*.py"))

    def digest(self, paths: Iterable[Path]) -> str:
        """A digest of the contents and names of ``paths`` and of the Python version; a missing file counts as such."""
        digest = hashlib.sha256(f"{sys.version_info[:3]}".encode())
        for path in sorted(paths):
            digest.update(f"\n{path.name} {self._digest(path)}".encode())
        return digest.hexdigest()[:32]

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        return self._digests[path]

    def _closure(self, start: Iterable[Path]) -> set[Path]:
        found: set[Path] = set()
        waiting = list(start)
        while waiting:
            path = waiting.pop()
            if path in found:
                continue
            found.add(path)
            if path.suffix == ".py":
                waiting += self._direct_of_file(path)
        return found

    def _direct_of_file(self, path: Path) -> frozenset[Path]:
        if path not in self._direct:
            package = self._package(path)
            own = self._files(package) if package else []
            text = path.read_text(encoding="utf-8")
            self._direct[path] = frozenset([*own, *self._direct_of(text, package)])
        return self._direct[path]

    def _direct_of(self, code: str, package: str | None) -> Iterator[Path]:
        for name in imported(code, package):
            yield from self._files(name)
        yield from (path for path in self._results if path.name in code)

    def _package(self, path: Path) -> str | None:
        """The dotted name of the package that the module at ``path`` belongs to."""
        for name, folder in self._roots.items():
            if path.is_relative_to(folder):
                return ".".join([name, *path.relative_to(folder).parent.parts])
        return None

    def _files(self, name: str) -> list[Path]:
        """The files that run when ``name`` is imported: its packages and itself; for an attribute, its module."""
        root, *parts = name.split(".")
        if root not in self._roots:
            return []
        folder = self._roots[root]
        found = [folder / "__init__.py"]
        for part in parts:
            module, folder = folder / f"{part}.py", folder / part
            if module.is_file():
                found.append(module)
                break
            found.append(folder / "__init__.py")
        return [path for path in found if path.is_file()]


def imported(code: str, package: str | None = None) -> set[str]:
    """Dotted names that ``code`` imports; relative ones are completed from ``package``. IPython magic is skipped.

    ``from a import b`` gives ``a.b``, since ``b`` may be a module; a literal ``import_module("a.b")`` counts too.
    """
    found: set[str] = set()
    for node in ast.walk(_parsed(code)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level and package else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found.update(base if alias.name == "*" else f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node.func) in ("import_module", "__import__"):
            names = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
            found.update(name for name in names if isinstance(name, str))
    return found


def _parsed(code: str) -> ast.Module:
    magic_free = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in code.splitlines())
    for text in (code, magic_free):
        with contextlib.suppress(SyntaxError):
            return ast.parse(text)
    # The kernel will say so at its line; here it only means that nothing can be known about the imports.
    return ast.Module(body=[], type_ignores=[])


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

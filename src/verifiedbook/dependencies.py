"""Which files a result depends on, found by reading imports, never by running them, and digests of what they say."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from .imports import attributes, bindings, gathers, imports, parsed

_CODE = {".py", ".pyc", ".pyi", ""}


class Dependencies:
    """The import graph of ``roots`` (name to the folder of a package, or to a single module), read once and remembered.

    A module depends on what it imports anywhere in its text (also inside a function), on the ``__init__`` of every
    package above it, and on every file in ``results`` or beside the modules whose name occurs in it. An ``__init__``
    that only gathers names from other modules brings those that are used, ``a`` and ``b`` where a module says
    ``package.a`` and ``from package import b``, and counts for nothing itself. Names put together at run time are not
    followed, nor a package reached through a module that imports it: a chapter therefore also depends on all rooms of
    its own package.
    """

    def __init__(self, roots: Mapping[str, Path], results: Path | None = None) -> None:
        self._roots = {name: Path(folder) for name, folder in roots.items()}
        self._recorded = results
        recorded = results.rglob("*") if results is not None and results.is_dir() else ()
        beside = (path for folder in self._roots.values() for path in folder.rglob("*") if path.suffix not in _CODE)
        self._results = sorted(path for path in (*recorded, *beside) if path.is_file())
        self._direct: dict[Path, frozenset[Path]] = {}
        self._texts: dict[Path, str] = {}
        self._trees: dict[Path, _Tree] = {}
        self._digests: dict[tuple[Path, bool], str] = {}
        self._of_module: dict[str, set[Path]] = {}
        self._named: dict[Path, frozenset[Path]] = {}
        self._found: dict[str, list[Path]] = {}

    def everything(self) -> tuple[list[Path], list[Path]]:
        """All modules of the roots, and all records and files beside modules, each in the order of their places."""
        modules = (
            path for folder in self._roots.values() for path in ([folder] if folder.suffix else folder.rglob("*.py"))
        )
        return sorted(set(modules), key=self.place), sorted(set(self._results), key=self.place)

    def place(self, path: Path) -> str:
        """Where ``path`` lies in its root, whose name comes first: the same wherever a checkout lies."""
        for name, folder in {**self._roots, "": self._recorded}.items():
            if folder is not None and path.is_relative_to(folder):
                return "/".join([name, *path.relative_to(folder).parts])
        return path.as_posix()

    def of_cells(self, cells: Iterable[str]) -> set[Path]:
        """All files that the code of a chapter's cells depends on."""
        return self._closure(path for cell in cells for path in self._direct_of(_Tree(cell), cell, package=None))

    def of_module(self, name: str) -> set[Path]:
        """All files that importing ``name`` depends on, its own included; empty for a module outside ``roots``."""
        if name not in self._of_module:
            self._of_module[name] = self._closure(self.files(name)[-1:])
        return self._of_module[name]

    def of_rooms(self, chapter: str) -> set[Path]:
        """All files that the package of a chapter (the folder of that name in each root) depends on."""
        rooms = (folder / chapter for folder in self._roots.values())
        return self._closure(path for room in rooms if room.is_dir() for path in room.rglob("*.py"))

    def of_package(self, name: str) -> set[Path]:
        """All files that the package ``name`` and every module in it depend on, imported or not."""
        folder = self._roots[name.split(".")[0]].joinpath(*name.split(".")[1:])
        return self._closure(folder.rglob("*.py"))

    def outside(self, paths: Iterable[Path]) -> set[str]:
        """Dotted names that the modules among ``paths`` import from other packages, anywhere in their text."""
        modules = [path for path in paths if path.suffix == ".py"]
        names = {name for path in modules for name, _ in imports(self._tree(path).nodes, self.package(path))}
        return {name for name in names if name.split(".")[0] not in self._roots}

    def inside(self, paths: Iterable[Path]) -> set[str]:
        """The dotted names of the modules among ``paths``."""
        found = set()
        for path in paths:
            package = self.package(path)
            if package is not None and path.suffix == ".py":
                found.add(package if path.stem == "__init__" else f"{package}.{path.stem}".lstrip("."))
        return found

    def digest(self, paths: Iterable[Path], code_only: bool = False) -> str:
        """A digest of the contents and names of ``paths`` and of the Python version; a missing file counts as such.

        With ``code_only`` Python files count by what they do: comments, docstrings and layout leave it as it is.
        """
        # sorted by what is said, not by path: where a checkout lies makes no difference
        lines = sorted(f"{path.name} {self._digest(path, code_only and path.suffix == '.py')}" for path in paths)
        return hashlib.sha256("\n".join([f"{sys.version_info[:3]}", *lines]).encode()).hexdigest()[:32]

    def _digest(self, path: Path, code_only: bool) -> str:
        if (path, code_only) not in self._digests:
            if not path.is_file():
                found = b"missing"
            elif code_only:
                found = self._tree(path).said
            else:
                found = path.read_bytes()
            self._digests[path, code_only] = hashlib.sha256(found).hexdigest()
        return self._digests[path, code_only]

    def text(self, path: Path) -> str:
        """The text of the module at ``path``, read once."""
        if path not in self._texts:
            self._texts[path] = path.read_text(encoding="utf-8-sig", errors="replace")
        return self._texts[path]

    def _tree(self, path: Path) -> _Tree:
        if path not in self._trees:
            self._trees[path] = _tree_of(self.text(path))
        return self._trees[path]

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
        return found | {above for path in found for above in self._above(path) if not self._tree(above).gathers}

    def _direct_of_file(self, path: Path) -> frozenset[Path]:
        if path not in self._direct:
            package = self.package(path)
            own = [above for above in self._above(path) if not self._tree(above).gathers]
            found = self._direct_of(self._tree(path), self.text(path), package)
            self._direct[path] = frozenset([*own, *found])
        return self._direct[path]

    def _direct_of(self, tree: _Tree, text: str, package: str | None) -> Iterator[Path]:
        read = attributes(tree.nodes) if package is not None else {}  # cells may use what another one imported
        for name, whole in imports(tree.nodes, package, read):
            files = self.files(name)
            # ``import a.b.c`` makes a and a.b usable as they are; ``from a.b import c`` only c
            yield from (path for path in files[:-1] if whole or not self._tree(path).gathers)
            yield from self._gathered(name, files[-1]) if files and not whole else files[-1:]
        yield from (path for path in self._results if path.name in text)

    def named(self, paths: Iterable[Path]) -> set[Path]:
        """The records, and the files beside the modules, whose name occurs in one of ``paths``."""
        for path in (wanted := set(paths)) - self._named.keys():
            text = self.text(path)
            self._named[path] = frozenset(record for record in self._results if record.name in text)
        return set().union(*(self._named[path] for path in wanted))

    def module(self, path: Path) -> ast.Module:
        """What the module at ``path`` says, without its docstrings."""
        return self._tree(path).module

    def is_module(self, name: str) -> bool:
        """Whether the dotted ``name`` is a module or a package, not something in one."""
        files, last = self.files(name), name.rpartition(".")[2]
        package = "." not in name or (bool(files) and files[-1].name == "__init__.py" and files[-1].parent.name == last)
        return bool(files) and (package or files[-1].stem == last)

    def _gathered(self, name: str, path: Path) -> list[Path]:
        """The module that ``name`` comes from, if ``path`` is an ``__init__`` that gathers it; else ``path`` itself."""
        package, _, wanted = name.rpartition(".")
        if path.name != "__init__.py" or package != self.package(path) or not self._tree(path).gathers:
            return [path]
        sources = [source for bound, source in bindings(self._tree(path).module, package) if bound == wanted]
        files = [self.files(source) for source in sources if source != name]
        return [file[-1] for file in files if file] if files and all(files) else [path]

    def _above(self, path: Path) -> list[Path]:
        """The ``__init__`` of every package that the module at ``path`` lies in."""
        package = self.package(path) if path.suffix == ".py" else None
        return [above for above in self.files(package) if above != path] if package else []

    def package(self, path: Path) -> str | None:
        """The dotted name of the package that the module at ``path`` belongs to; empty for a module of no package."""
        for name, folder in self._roots.items():
            if path == folder:
                return ""
            if path.is_relative_to(folder):
                return ".".join([name, *path.relative_to(folder).parent.parts])
        return None

    def files(self, name: str) -> list[Path]:
        """The files that run when ``name`` is imported: its packages and itself; for an attribute, its module."""
        if name not in self._found:
            self._found[name] = self._look_for(name)
        return self._found[name]

    def _look_for(self, name: str) -> list[Path]:
        root, *parts = name.split(".")
        if root not in self._roots:
            return []
        folder = self._roots[root]
        if folder.suffix == ".py":
            return [folder]
        found = [folder / "__init__.py"]
        for part in parts:
            module, folder = folder / f"{part}.py", folder / part
            if module.is_file():
                found.append(module)
                break
            found.append(folder / "__init__.py")
        return [path for path in found if path.is_file()]


class _Tree:
    """A module without its docstrings, its ``nodes`` in a row, and whether it ``gathers`` names and does no more."""

    def __init__(self, code: str) -> None:
        self.module = parsed(code)
        self.nodes = list(ast.walk(self.module))
        for node in self.nodes:
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
                first = node.body[0]
                text = first.value if isinstance(first, ast.Expr) else None
                if isinstance(text, ast.Constant) and type(text.value) is str:
                    del node.body[0]
        self.gathers = gathers(self.module)

    @cached_property
    def said(self) -> bytes:
        """All that the module does, as bytes."""
        return hashlib.sha256(ast.dump(self.module).encode()).digest()


@cache
def _tree_of(code: str) -> _Tree:
    """What ``code`` says, read once in a process however many graphs are made."""
    return _Tree(code)


def imported(code: str, package: str | None = None) -> set[str]:
    """Dotted names that ``code`` imports; relative ones are completed from ``package``. IPython magic is skipped.

    ``from a import b`` gives ``a.b``, since ``b`` may be a module; a literal ``import_module("a.b")`` counts too.
    """
    return {name for name, _ in imports(_Tree(code).nodes, package)}

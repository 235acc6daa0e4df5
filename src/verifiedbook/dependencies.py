"""Which files a result depends on, found by reading imports, never by running them, and digests of what they say."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

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
        recorded = results.rglob("*") if results is not None and results.is_dir() else ()
        beside = (path for folder in self._roots.values() for path in folder.rglob("*") if path.suffix not in _CODE)
        self._results = sorted(path for path in (*recorded, *beside) if path.is_file())
        self._direct: dict[Path, frozenset[Path]] = {}
        self._texts: dict[Path, str] = {}
        self._trees: dict[Path, ast.Module] = {}
        self._digests: dict[tuple[Path, bool], str] = {}

    def of_cells(self, cells: Iterable[str]) -> set[Path]:
        """All files that the code of a chapter's cells depends on."""
        return self._closure(path for cell in cells for path in self._direct_of(_parsed(cell), cell, package=None))

    def of_module(self, name: str) -> set[Path]:
        """All files that importing ``name`` depends on, its own included; empty for a module outside ``roots``."""
        return self._closure(self._files(name)[-1:])

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
        names = {name for path in modules for name, _ in _imports(self._tree(path), self._package(path))}
        return {name for name in names if name.split(".")[0] not in self._roots}

    def inside(self, paths: Iterable[Path]) -> set[str]:
        """The dotted names of the modules among ``paths``."""
        found = set()
        for path in paths:
            package = self._package(path)
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
                found = ast.dump(self._tree(path)).encode()
            else:
                found = path.read_bytes()
            self._digests[path, code_only] = hashlib.sha256(found).hexdigest()
        return self._digests[path, code_only]

    def _text(self, path: Path) -> str:
        if path not in self._texts:
            self._texts[path] = path.read_text(encoding="utf-8-sig", errors="replace")
        return self._texts[path]

    def _tree(self, path: Path) -> ast.Module:
        if path not in self._trees:
            self._trees[path] = _undocumented(_parsed(self._text(path)))
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
        return found | {above for path in found for above in self._above(path) if not _gathers(self._tree(above))}

    def _direct_of_file(self, path: Path) -> frozenset[Path]:
        if path not in self._direct:
            package = self._package(path)
            own = [above for above in self._above(path) if not _gathers(self._tree(above))]
            found = self._direct_of(self._tree(path), self._text(path), package)
            self._direct[path] = frozenset([*own, *found])
        return self._direct[path]

    def _direct_of(self, tree: ast.Module, text: str, package: str | None) -> Iterator[Path]:
        attributes = _attributes(tree) if package is not None else {}  # cells may use what another one imported
        for name, whole in _imports(tree, package, attributes):
            files = self._files(name)
            # ``import a.b.c`` makes a and a.b usable as they are; ``from a.b import c`` only c
            yield from (path for path in files[:-1] if whole or not _gathers(self._tree(path)))
            yield from self._gathered(name, files[-1]) if files and not whole else files[-1:]
        yield from (path for path in self._results if path.name in text)

    def _gathered(self, name: str, path: Path) -> list[Path]:
        """The module that ``name`` comes from, if ``path`` is an ``__init__`` that gathers it; else ``path`` itself."""
        package, _, wanted = name.rpartition(".")
        if path.name != "__init__.py" or package != self._package(path) or not _gathers(self._tree(path)):
            return [path]
        sources = [source for bound, source in _bindings(self._tree(path), package) if bound == wanted]
        files = [self._files(source) for source in sources if source != name]
        return [file[-1] for file in files if file] if files and all(files) else [path]

    def _above(self, path: Path) -> list[Path]:
        """The ``__init__`` of every package that the module at ``path`` lies in."""
        package = self._package(path) if path.suffix == ".py" else None
        return [above for above in self._files(package) if above != path] if package else []

    def _package(self, path: Path) -> str | None:
        """The dotted name of the package that the module at ``path`` belongs to; empty for a module of no package."""
        for name, folder in self._roots.items():
            if path == folder:
                return ""
            if path.is_relative_to(folder):
                return ".".join([name, *path.relative_to(folder).parent.parts])
        return None

    def _files(self, name: str) -> list[Path]:
        """The files that run when ``name`` is imported: its packages and itself; for an attribute, its module."""
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


def imported(code: str, package: str | None = None) -> set[str]:
    """Dotted names that ``code`` imports; relative ones are completed from ``package``. IPython magic is skipped.

    ``from a import b`` gives ``a.b``, since ``b`` may be a module; a literal ``import_module("a.b")`` counts too.
    """
    return {name for name, _ in _imports(_parsed(code), package)}


def _imports(
    tree: ast.Module, package: str | None, attributes: Mapping[str, set[str]] | None = None
) -> Iterator[tuple[str, bool]]:
    """Dotted names, and whether the packages on the way may be used too, as after ``import a.b``.

    A name of which nothing but the ``attributes`` given is used stands for these.
    """
    used = attributes or {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, True) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            for alias in node.names:
                name = base if alias.name == "*" else f"{base}.{alias.name}"
                parts = used.get(alias.asname or alias.name, ())
                yield from ((f"{name}.{part}", False) for part in parts) if parts else [(name, False)]
        elif isinstance(node, ast.Call) and _called(node.func) in ("import_module", "__import__"):
            names = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
            yield from ((name, True) for name in names if isinstance(name, str))


def _base(node: ast.ImportFrom, package: str | None) -> str:
    """The dotted name of what ``node`` imports from."""
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level and package else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _bindings(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Each name that the imports of a gathering ``__init__`` bind, with the dotted name that it stands for."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{_base(node, package)}.{alias.name}") for alias in node.names)


def _attributes(tree: ast.Module) -> dict[str, set[str]]:
    """Names of which only attributes are read, wherever they occur, with these attributes."""
    plain: set[str] = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    found: dict[str, set[str]] = {}
    read = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
            read.add(node.value)
            found.setdefault(node.value.id, set()).add(node.attr)
    plain |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in read}
    return {name: attributes for name, attributes in found.items() if name not in plain}


def _gathers(tree: ast.Module) -> bool:
    """Whether a module does nothing but import and list names."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["__all__"])
        for node in tree.body
    )


def _parsed(code: str) -> ast.Module:
    magic_free = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in code.splitlines())
    for text in (code, magic_free):
        with contextlib.suppress(SyntaxError):
            return ast.parse(text)
    # Whoever runs it will say so at its line; here nothing is known but the text as such.
    return ast.Module(body=[ast.Expr(ast.Constant(code.encode()))], type_ignores=[])


def _undocumented(tree: ast.Module) -> ast.Module:
    """``tree`` without the docstrings of the module, its classes and its functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and type(first.value.value) is str:
                del node.body[0]
    return tree


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

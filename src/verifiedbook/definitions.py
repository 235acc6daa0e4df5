"""Which definitions a result depends on, found by reading names, never by running them: finer than whole files."""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .dependencies import Dependencies
from .imports import attributes, imported_from, loaded

#: Decorators that give back what they were given, or a wrapped copy of it, and leave nothing behind elsewhere.
#: ``claim`` leaves the claim in the register, from which its result was asked.
_HARMLESS = {"cache", "claim", "contextmanager", "dataclass", "inference_mode", "lru_cache", "no_grad", "wraps"}
#: With these a module can reach any name of its own.
_REFLECTION = {"eval", "exec", "globals", "locals", "vars", "modules"}
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Definitions:
    """The definitions of the modules in ``graph`` and what each of them names, read once and remembered.

    A definition is a top-level function or class. It depends on every definition whose name occurs in it, whether the
    name is the module's own, imported, or an attribute of an imported module; on all of a module that it uses in any
    other way; and on everything that runs when what it imports, now or later, is imported: assignments and other
    statements, default values, what a class says outside its methods, and what has a decorator that might register it.
    A record counts for everything in a module that names it.
    """

    def __init__(self, graph: Dependencies) -> None:
        self._graph = graph
        self._modules: dict[Path, _Module] = {}
        self._used: dict[_Unit, frozenset[_Unit]] = {}

    def digest(self, module: str, name: str) -> str:
        """A digest of all that ``name`` in the module ``module`` depends on; empty where it does not define it."""
        units = self.of_definition(module, name)
        if not units:
            return ""
        said: dict[Path, list[str]] = defaultdict(list)
        for unit in sorted(units, key=lambda unit: (unit.position, unit.said)):  # what is bound twice ends as the last
            said[unit.path].append(unit.said)
        lines = [" ".join([path.name, *digests]) for path, digests in said.items()]
        records = self._graph.named(said)
        return hashlib.sha256("\n".join([*sorted(lines), self._graph.digest(records)]).encode()).hexdigest()[:32]

    def of_definition(self, module: str, name: str) -> set[_Unit]:
        """The definitions and other statements that ``name`` in the module ``module`` depends on, its own included."""
        files = self._graph.files(module)
        if not files or name not in self._module(files[-1]).bound:
            return set()
        always = (unit for path in self._graph.of_module(module) if path.suffix == ".py" for unit in self._always(path))
        found: set[_Unit] = set()
        waiting = [*self._module(files[-1]).bound[name], *always]
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found.add(unit)
                waiting += self._uses(unit)
        return found

    def _always(self, path: Path) -> list[_Unit]:
        return [unit for unit in self._module(path).units if unit.always]

    def _module(self, path: Path) -> _Module:
        if path not in self._modules:
            self._modules[path] = _Module(path, self._graph.module(path), self._graph.package(path))
        return self._modules[path]

    def _uses(self, unit: _Unit) -> frozenset[_Unit]:
        if unit not in self._used:
            self._used[unit] = frozenset(self._names_of(unit))
        return self._used[unit]

    def _names_of(self, unit: _Unit) -> Iterator[_Unit]:
        module = self._module(unit.path)
        if unit.names & _REFLECTION:
            yield from module.units
        for name in unit.names:
            yield from module.bound.get(name, ())
            for target, whole in (*unit.imports.get(name, ()), *module.imports.get(name, ())):
                yield from self._reached(target, unit.attributes.get(name, ()), whole)
        for target, whole in unit.imports.get("", ()):
            yield from self._reached(target, (), whole)

    def _reached(self, target: str, read: Iterable[str], whole: bool) -> Iterator[_Unit]:
        """What the dotted name ``target`` stands for, of which nothing but ``read`` is used, if that is known."""
        files = self._graph.files(target)
        if whole:
            yield from (unit for path in files for unit in self._module(path).units)
            return
        if not files:
            return
        package, _, last = target.rpartition(".")
        is_module = self._graph.is_module(target)
        if not is_module:
            yield from self._defined(files[-1], last)
        elif read:
            for name in read:
                yield from self._reached(f"{target}.{name}", (), False)
        else:
            yield from self._module(files[-1]).units
        above = self._graph.files(package) if package and is_module else []
        if above and above[-1].name == "__init__.py":  # which may bind the name to something else
            yield from self._module(above[-1]).bound.get(last, ())

    def _defined(self, path: Path, name: str) -> Iterator[_Unit]:
        module = self._module(path)
        if name in module.bound:
            yield from module.bound[name]
        elif name in module.imports:
            for target, whole in module.imports[name]:
                yield from self._reached(target, (), whole)
        else:  # from a star, from ``__getattr__``: anything
            yield from module.units


@dataclass(frozen=True, eq=False)
class _Unit:
    """A statement of the module at ``path``: the ``names`` that occur in it, and how it uses them."""

    path: Path
    position: int
    node: ast.stmt
    bound: frozenset[str]
    always: bool
    names: frozenset[str]
    attributes: dict[str, set[str]]
    imports: dict[str, list[tuple[str, bool]]]
    outside: tuple[str, ...]  # what its module imports the names as

    @cached_property
    def said(self) -> str:
        """A digest of all that the statement says."""
        return hashlib.sha256("\n".join([ast.dump(self.node), *self.outside]).encode()).hexdigest()


class _Module:
    """The statements of a module, by the names that they bind, and the names that it imports."""

    def __init__(self, path: Path, tree: ast.Module, package: str | None) -> None:
        statements = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
        top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        hidden = [node for node in statements if not isinstance(node, _Definition)]
        self.imports = _imported([*top, *(node for outer in hidden for node in ast.walk(outer))], package)
        stars = self.imports.pop("", [])  # any name may come from there
        heads = [head for node in statements if (head := _head(node))]
        self.units = [self._unit(path, place, node, package, _bound(node)) for place, node in enumerate(statements)]
        self.units += [self._unit(path, place, node, package) for place, node in enumerate(heads)]
        if stars:
            self.units.append(self._unit(path, 0, ast.Pass(), package, stars=stars))
        self.bound: dict[str, list[_Unit]] = defaultdict(list)
        for unit in self.units:
            for name in unit.bound:
                self.bound[name].append(unit)

    def _unit(
        self,
        path: Path,
        position: int,
        node: ast.stmt,
        package: str | None,
        bound: Iterable[str] = (),
        stars: Iterable[tuple[str, bool]] = (),
    ) -> _Unit:
        nodes = list(ast.walk(node))
        names = {found.id for found in nodes if isinstance(found, ast.Name)}
        names |= {found.attr for found in nodes if isinstance(found, ast.Attribute) and found.attr == "modules"}
        shared = {name for found in nodes if isinstance(found, ast.Global) for name in found.names}
        imports = {"": list(stars)} if stars else _imported(nodes, package)
        known = sorted(f"{name}={target}" for name in names for target, _ in self.imports.get(name, ()))
        return _Unit(
            path=path,
            position=position,
            node=node,
            bound=frozenset(bound) | shared,
            always=not _waits(node),
            names=frozenset(names),
            attributes=attributes(nodes),
            imports=imports,
            outside=tuple(known),
        )


def _imported(nodes: Iterable[ast.AST], package: str | None) -> dict[str, list[tuple[str, bool]]]:
    """The names that the import statements among ``nodes`` bind, and for each what it stands for, and if whole.

    Under the empty name stands what is imported without a name that could be looked for: a star, ``import_module``.
    """
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]].append((alias.name, not alias.asname))
        elif isinstance(node, ast.ImportFrom):
            base = imported_from(node, package)
            for alias in node.names:
                if alias.name == "*":
                    found[""].append((base, True))
                else:
                    found[alias.asname or alias.name].append((f"{base}.{alias.name}", False))
        elif isinstance(node, ast.Call):
            found[""] += [(name, True) for name in loaded(node)]
    return dict(found)


def _bound(node: ast.stmt) -> set[str]:
    """The names of its module that a statement may bind."""
    if isinstance(node, _Definition):
        return {node.name}
    inner = list(ast.walk(node))
    stored = {found.id for found in inner if isinstance(found, ast.Name) and not isinstance(found.ctx, ast.Load)}
    return stored | {found.name for found in inner if isinstance(found, _Definition)}


def _waits(node: ast.stmt) -> bool:
    """Whether a statement is a definition that nothing knows of until its name is used."""
    return isinstance(node, _Definition) and all(map(_harmless, node.decorator_list))


def _head(node: ast.stmt) -> ast.stmt | None:
    """What of a definition runs while its module is imported, as a statement that binds nothing."""
    if not isinstance(node, _Definition):
        return None
    values = [decorator for decorator in node.decorator_list if not _harmless(decorator)]
    inner: list[ast.stmt] = []
    if isinstance(node, ast.ClassDef):
        values += [*node.bases, *(keyword.value for keyword in node.keywords)]
        inner = [head for part in node.body if (head := _head(part))]
        inner += [part for part in node.body if not isinstance(part, _Definition | ast.AnnAssign | ast.Pass)]
        # annotations are text
        values += [part.value for part in node.body if isinstance(part, ast.AnnAssign) and part.value]
    else:
        values += [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
    body = [*map(ast.Expr, values), *inner]
    return ast.If(ast.Constant(True), body, []) if body else None


def _harmless(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in _HARMLESS

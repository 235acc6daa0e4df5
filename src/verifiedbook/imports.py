"""What the text of a module imports, binds and reads, found without running it."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable, Iterator, Mapping


def imports(
    nodes: Iterable[ast.AST], package: str | None, attributes: Mapping[str, set[str]] | None = None
) -> Iterator[tuple[str, bool]]:
    """Dotted names, and whether the packages on the way may be used too, as after ``import a.b``.

    A name of which nothing but the ``attributes`` given is used stands for these.
    """
    used = attributes or {}
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, True) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = imported_from(node, package)
            for alias in node.names:
                name = base if alias.name == "*" else f"{base}.{alias.name}"
                parts = used.get(alias.asname or alias.name, ())
                yield from ((f"{name}.{part}", False) for part in parts) if parts else [(name, False)]
        elif isinstance(node, ast.Call):
            yield from ((name, True) for name in loaded(node))


def loaded(call: ast.Call) -> list[str]:
    """The module that ``call`` imports, if it is ``import_module`` or its like with the name written out."""
    if _called(call.func) not in ("import_module", "__import__"):
        return []
    return [arg.value for arg in call.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def imported_from(node: ast.ImportFrom, package: str | None) -> str:
    """The dotted name of what ``node`` imports from."""
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level and package else []
    return ".".join([*above, *([node.module] if node.module else [])])


def bindings(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Each name that the imports of a gathering ``__init__`` bind, with the dotted name that it stands for."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            base = imported_from(node, package)
            yield from ((alias.asname or alias.name, f"{base}.{alias.name}") for alias in node.names)


def attributes(nodes: Iterable[ast.AST]) -> dict[str, set[str]]:
    """Names of which only attributes are read, wherever they occur, with these attributes."""
    found: dict[str, set[str]] = {}
    names, plain, read = [], set(), set()
    for node in nodes:
        if isinstance(node, ast.Name):
            names.append(node)
        elif isinstance(node, ast.arg):
            plain.add(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
            read.add(node.value)
            found.setdefault(node.value.id, set()).add(node.attr)
    plain |= {node.id for node in names if node not in read}
    return {name: attributes for name, attributes in found.items() if name not in plain}


def gathers(tree: ast.Module) -> bool:
    """Whether a module does nothing but import and list names."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["__all__"])
        for node in tree.body
    )


def parsed(code: str) -> ast.Module:
    magic_free = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in code.splitlines())
    for text in (code, magic_free):
        with contextlib.suppress(SyntaxError):
            return ast.parse(text)
    # Whoever runs it will say so at its line; here nothing is known but the text as such.
    return ast.Module(body=[ast.Expr(ast.Constant(code.encode()))], type_ignores=[])


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

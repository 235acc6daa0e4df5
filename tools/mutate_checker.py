"""Changes every line of the certificate checker, one change at a time, and runs its tests against each changed copy.

Prints how many changes the tests notice and every other one; exit status 1 if one of those is not known as harmless.

    python tools/mutate_checker.py [FIRST LAST]

FIRST and LAST are lines of the checker; without them all are changed.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import os
import resource
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifiedbook.claims import certificate
from verifiedbook.claims.certificate import checker

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "verifiedbook" / "claims" / "certificate" / "test_checker.py"
SECONDS = 10  # of computing: a change may make the checker run for ever; the tests then count as failed

OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult}
COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}

#: Changes that change nothing that the checker decides, with the reason.
HARMLESS: dict[str, str] = {}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Line, what was changed, and the changed module; docstrings and annotations are left alone."""
    nodes = list(ast.walk(tree))
    quiet = {id(inner) for node in nodes for part in _silent(node) for inner in ast.walk(part)}
    for place, node in enumerate(nodes):
        if id(node) in quiet:
            continue
        for said, change in _changes(node):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[place]
            change(target)
            yield node.lineno, f"{ast.unparse(node)[:70]}  ->  {said}", ast.fix_missing_locations(changed)


def _silent(node: ast.AST) -> Iterator[ast.AST]:
    """Parts that decide nothing: docstrings, annotations, imports."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
        if ast.get_docstring(node) is not None:
            yield node.body[0]
        if isinstance(node, ast.FunctionDef):
            yield from (argument.annotation for argument in node.args.args if argument.annotation)
            if node.returns:
                yield node.returns
    if isinstance(node, ast.AnnAssign):
        yield node.annotation
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("Polynomial", "Formula"):
        yield node


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    def swap(field: str, value: object) -> object:
        return lambda target: setattr(target, field, value)

    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield type(node.op).__name__ + " exchanged", swap("op", OPERATORS[type(node.op)]())
    if isinstance(node, ast.BinOp | ast.BoolOp):
        for side in ("left", "right") if isinstance(node, ast.BinOp) else ():
            yield f"only its {side}", lambda target, side=side: _become(target, getattr(target, side))
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield "and, or exchanged", swap("op", other())
        for number in range(len(node.values)):
            yield f"without part {number}", lambda target, number=number: target.values.pop(number)
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                yield other.__name__, lambda target, n=number, o=other: target.ops.__setitem__(n, o())
    if isinstance(node, ast.UnaryOp):
        yield "without its sign or not", lambda target: _become(target, target.operand)
    if isinstance(node, ast.IfExp):
        yield "first in any case", lambda target: _become(target, target.body)
        yield "second in any case", lambda target: _become(target, target.orelse)
    if isinstance(node, ast.If):
        yield "if always", swap("test", ast.Constant(True))
        yield "if never", swap("test", ast.Constant(False))
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield str(not node.value), swap("value", not node.value)
        elif isinstance(node.value, int):
            yield str(node.value + 1), swap("value", node.value + 1)
            yield str(node.value - 1), swap("value", node.value - 1)
        elif isinstance(node.value, str):
            yield "another text", swap("value", node.value + "?")
    if isinstance(node, ast.List) and node.elts:
        for number in range(len(node.elts)):
            yield f"without element {number}", lambda target, n=number: target.elts.pop(n)
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
        for number, generator in enumerate(node.generators):
            for _ in generator.ifs:
                yield "without its condition", lambda target, n=number: target.generators[n].ifs.clear()
    if isinstance(node, ast.FunctionDef | ast.For | ast.If | ast.With | ast.Try):
        for field in ("body", "orelse"):
            for number, statement in enumerate(getattr(node, field, [])):
                if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign | ast.Return | ast.Raise | ast.Continue):
                    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                        continue
                    said = f"without: {ast.unparse(statement)[:60]}"
                    yield said, lambda target, f=field, n=number: getattr(target, f).__setitem__(n, ast.Pass())
    if isinstance(node, ast.Call) and node.args and not node.keywords:
        yield "its first argument alone", lambda target: _become(target, target.args[0])
    if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
        for number, kind in enumerate(node.type.elts):
            yield f"without {ast.unparse(kind)}", lambda target, n=number: target.type.elts.pop(n)
    if isinstance(node, ast.Dict):
        for number in range(len(node.keys)):
            yield f"without entry {number}", lambda target, n=number: (target.keys.pop(n), target.values.pop(n))
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        for number in range(len(node.elts)):
            yield f"without part {number}", lambda target, n=number: target.elts.pop(n)


def _become(target: ast.AST, other: ast.AST) -> None:
    """Make ``target`` the node ``other``, in place."""
    target.__class__ = other.__class__
    fields = dict(other.__dict__)
    target.__dict__.clear()
    target.__dict__.update(fields)


def noticed(tree: ast.Module) -> bool:
    """Whether the tests fail with ``tree`` in place of the checker, in a process of their own."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    status = 1
    with contextlib.suppress(BaseException), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        changed = types.ModuleType(checker.__name__)
        changed.__file__ = checker.__file__
        sys.modules[checker.__name__] = changed
        certificate.checker = changed
        exec(compile(tree, "checker.py", "exec"), changed.__dict__)
        status = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", str(TESTS)]))
    os._exit(status)


def main() -> None:
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    if noticed(tree):
        sys.exit("the tests fail with the checker as it is")
    caught, left = 0, []
    lines = set()
    first, last = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) == 3 else (1, 10**6)
    for line, said, changed in mutants(tree):
        if not first <= line <= last:
            continue
        lines.add(line)
        if noticed(changed):
            caught += 1
        elif said not in HARMLESS:
            left.append(f"line {line}: {said}")
            print(left[-1], flush=True)
        else:
            print(f"line {line}: {said} (harmless: {HARMLESS[said]})", flush=True)
    print(f"{caught} changes in {len(lines)} lines were noticed, {len(left)} were not")
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()

"""Changes every line of the certificate checker, one change at a time, and runs its tests against each changed copy.

Prints how many changes the tests notice and every other one; exit status 1 if one of those is not known as harmless.

    python tools/mutate_checker.py [FIRST LAST]

FIRST and LAST are lines of the checker; without them all are changed.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import importlib.util
import os
import resource
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mutation.operators import become, silent

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

_COMMUTES = "a product is the same either way, and takes as many steps"
#: Changes that change nothing that the checker decides, with the reason: the line, then what is changed in it.
HARMLESS = {
    'for number, (part, case) in enumerate(zip(parts, node["cases"], strict=True)):  |  True at 83  ->  False': (
        "both are equally long, which the line before requires"
    ),
    "self.add(result, tuple(i + j for i, j in zip(m, n, strict=True)), c * d)  |  True at 74  ->  False": (
        "every monomial has as many exponents as there are variables, which polynomial() requires"
    ),
    'product, strict = self.product(polynomial, self.polynomial(term["times"])), False  |  '
    "self.product(polynomial, self.polynomial(term['times'])) at 34  ->  arguments 0, 1 exchanged": _COMMUTES,
    'product, strict = self.product(product, polynomial), strict and kind == ">"  |  '
    "self.product(product, polynomial) at 38  ->  arguments 0, 1 exchanged": _COMMUTES,
    "product = self.product(self.product(product, root), root)  |  "
    "self.product(self.product(product, root), root) at 30  ->  arguments 0, 1 exchanged": _COMMUTES,
    "product = self.product(self.product(product, root), root)  |  "
    "self.product(product, root) at 43  ->  arguments 0, 1 exchanged": _COMMUTES,
}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Line, what was changed, and the changed module; docstrings and annotations are left alone."""
    nodes = list(ast.walk(tree))
    others = {
        id(name): sorted(_locals(function) - {name.id})
        for function in nodes
        if isinstance(function, ast.FunctionDef)
        for name in ast.walk(function)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load) and name.id in _locals(function)
    }
    quiet = {id(inner) for node in nodes for part in _silent(node) for inner in ast.walk(part)}
    for place, node in enumerate(nodes):
        if id(node) in quiet:
            continue
        exchanged = ((other, _renamed(other)) for other in others.get(id(node), ()))
        for said, change in (*_changes(node), *exchanged):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[place]
            change(target)
            name = f"{ast.unparse(node)[:70]} at {node.col_offset}  ->  {said}"
            yield node.lineno, name, ast.fix_missing_locations(changed)


def _locals(function: ast.FunctionDef) -> set[str]:
    """Names of what a function is given or computes."""
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {argument.arg for argument in function.args.args}


def _renamed(name: str) -> object:
    return lambda target: setattr(target, "id", name)


def _silent(node: ast.AST) -> Iterator[ast.AST]:
    """Parts that decide nothing: docstrings, annotations, imports, names of types."""
    yield from silent(node)
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("Polynomial", "Formula"):
        yield node


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    def swap(field: str, value: object) -> object:
        return lambda target: setattr(target, field, value)

    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield type(node.op).__name__ + " exchanged", swap("op", OPERATORS[type(node.op)]())
    if isinstance(node, ast.BinOp | ast.BoolOp):
        for side in ("left", "right") if isinstance(node, ast.BinOp) else ():
            yield f"only its {side}", lambda target, side=side: become(target, getattr(target, side))
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
        yield "without its sign or not", lambda target: become(target, target.operand)
    if isinstance(node, ast.IfExp):
        yield "first in any case", lambda target: become(target, target.body)
        yield "second in any case", lambda target: become(target, target.orelse)
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
        yield "its first argument alone", lambda target: become(target, target.args[0])
        for number in range(len(node.args)):
            yield f"without argument {number}", lambda target, n=number: target.args.pop(n)
        for number in range(len(node.args) - 1):
            yield f"arguments {number}, {number + 1} exchanged", lambda target, n=number: _exchange(target.args, n)
    if isinstance(node, ast.AugAssign):
        yield type(node.op).__name__ + " exchanged", swap("op", OPERATORS[type(node.op)]())
    if isinstance(node, ast.Return) and node.value is not None:
        yield "None", swap("value", ast.Constant(None))
    if isinstance(node, ast.Subscript):
        yield "the whole", lambda target: become(target, target.value)
    if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
        for number, kind in enumerate(node.type.elts):
            yield f"without {ast.unparse(kind)}", lambda target, n=number: target.type.elts.pop(n)
    if isinstance(node, ast.Dict):
        for number in range(len(node.keys)):
            yield f"without entry {number}", lambda target, n=number: (target.keys.pop(n), target.values.pop(n))
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        for number in range(len(node.elts)):
            yield f"without part {number}", lambda target, n=number: target.elts.pop(n)


def _exchange(values: list[ast.expr], number: int) -> None:
    values[number : number + 2] = reversed(values[number : number + 2])


def tests() -> list[Callable[[], object]]:
    """Every test with every set of its arguments, the slow ones last: most changes fall for one of the first."""
    spec = importlib.util.spec_from_file_location("test_checker", TESTS)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["test_checker"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    timed = []
    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        for arguments in _arguments(test):
            start = time.process_time()
            test(**arguments)  # stops here if the tests fail with the checker as it is
            timed.append((time.process_time() - start, functools.partial(test, **arguments)))
    return [test for _, test in sorted(timed, key=lambda pair: pair[0])]


def _arguments(test: Callable[..., object]) -> Iterator[dict[str, object]]:
    """What pytest would call the test with."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    assert len(marks) <= 1, "tests of the checker have at most one set of arguments"
    if not marks:
        yield {}
    for mark in marks:
        names = [name.strip() for name in mark.args[0].split(",")]
        for values in mark.args[1]:
            yield dict(zip(names, [values] if len(names) == 1 else values, strict=True))


def noticed(tree: ast.Module, every: Sequence[Callable[[], object]]) -> bool:
    """Whether a test fails with ``tree`` in place of the checker, in a process of its own."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    status = 1
    with contextlib.suppress(BaseException):
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        changed = types.ModuleType(checker.__name__)
        exec(compile(tree, "checker.py", "exec"), changed.__dict__)
        sys.modules["test_checker"].__dict__["checker"] = changed
        for test in every:
            test()
        status = 0
    os._exit(status)


def main() -> int:
    source = Path(checker.__file__).read_text(encoding="utf-8")
    every, lines = tests(), source.splitlines()
    first, last = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) == 3 else (1, len(lines))
    caught, harmless, left, seen = 0, 0, 0, set()
    for line, said, changed in mutants(ast.parse(source)):
        if not first <= line <= last:
            continue
        seen.add(line)
        name = f"{lines[line - 1].strip()}  |  {said}"
        if noticed(changed, every):
            caught += 1
        elif name in HARMLESS:
            harmless += 1
            print(f"line {line}: {said}: harmless, {HARMLESS[name]}", flush=True)
        else:
            left += 1
            print(f"line {line}: NOT NOTICED: {name}", flush=True)
    told = f"{caught + harmless + left} changes in {len(seen)} lines: {caught} noticed, {harmless} known as harmless"
    print(f"{told}, {left} not noticed")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())

"""Changes to a module, one at a time: what a slip of the pen would make of a formula, or of a claim's hypotheses."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Change = Callable[[ast.AST], None]

_ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
_STRICTNESS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_RELATIONS = {"Lt": "Le", "Le": "Lt", "Gt": "Ge", "Ge": "Gt"}
_SHAPING = {"symbols", "Symbol", "IndexedBase", "Idx", "range", "getattr", "isinstance", "zip", "enumerate", "Function"}
# functions of which two arguments may change places
_SYMMETRIC = {
    *("min", "max", "Min", "Max", "minimum", "maximum", "KroneckerDelta", "hypot", "allclose", "array_equal"),
    *("Eq", "Mul"),
}
_LENGTH = 160
# what stands for anything, so also for twice that; nothing, and twice nothing; a type
_LETTERS = {*_SHAPING, "MatrixSymbol", "Moment", "noncommuting", "ZeroMatrix", "tuple"}


@dataclass(frozen=True)
class Mutant:
    """One change: its kind, its line, what stood there and what stands there now; ``at`` finds it again.

    ``number`` counts the same change, further down in the same function or class.
    """

    kind: str
    line: int
    before: str
    after: str
    inside: str
    at: tuple[int, int]
    number: int = 1

    @property
    def said(self) -> str:
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.inside}: {self.kind}: {self.before} → {self.after}{again}"


def mutants(source: str, of_claims: bool) -> Iterator[Mutant]:
    """All changes of a module: of what a claim states if it holds claims, else of what it computes."""
    tree = _parsed(source)
    nodes = list(ast.walk(tree))
    parts = _attacks if of_claims else _left_alone
    quiet = {id(inner) for node in nodes for part in parts(node) for inner in ast.walk(part)}
    functions, made = _functions(tree), Counter[tuple[str, ...]]()
    for place, node in enumerate(nodes):
        if id(node) in quiet:
            continue
        for number, (kind, change) in enumerate(_changes(node, of_claims)):
            target = copy.deepcopy(node)
            change(target)
            before, after = _told(node, target)
            if after != before:
                inside = functions.get(id(node), "module")
                made[inside, kind, before, after] += 1
                again = made[inside, kind, before, after]
                yield Mutant(kind, node.lineno, before, after, inside, (place, number), again)


def changed(source: str, of_claims: bool, at: tuple[int, int]) -> ast.Module:
    """The module with the change that :func:`mutants` gives as ``at``."""
    tree = _parsed(source)
    node = list(ast.walk(tree))[at[0]]
    _, change = list(_changes(node, of_claims))[at[1]]
    change(node)
    return ast.fix_missing_locations(tree)


def _parsed(source: str) -> ast.Module:
    """The module; what it assigns on import are known as its objects."""
    tree = ast.parse(source)
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        # several names at once: what each stands for is written down, or comes out of one call and is a letter
        several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
        node.is_object = isinstance(node, ast.Assign | ast.AnnAssign) and (isinstance(target, ast.Name) or several)
    return tree


def _changes(node: ast.AST, of_claims: bool) -> Iterator[tuple[str, Change]]:
    return _of_statements(node) if of_claims else _of_computations(node)


def _told(node: ast.AST, target: ast.AST) -> tuple[str, str]:
    """What stood there and what stands there now, at most 160 characters of each: those where they differ."""
    before, after = (" ".join(ast.unparse(ast.fix_missing_locations(each)).split()) for each in (node, target))
    same = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    start = 0 if same < _LENGTH else same - _LENGTH // 2
    return before[start : start + _LENGTH], after[start : start + _LENGTH]


def _functions(tree: ast.Module) -> dict[int, str]:
    """For each node the name of the outermost function or class around it."""
    return {
        id(inner): top.name
        for top in tree.body
        if isinstance(top, ast.FunctionDef | ast.ClassDef)
        for inner in ast.walk(top)
    }


def silent(node: ast.AST) -> Iterator[ast.AST]:
    """Parts that compute nothing: docstrings, annotations, imports."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
        yield node.body[0]
    if isinstance(node, ast.FunctionDef):
        yield from (argument.annotation for argument in node.args.args + node.args.kwonlyargs if argument.annotation)
        if node.returns:
            yield node.returns
    if isinstance(node, ast.AnnAssign):
        yield node.annotation
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node


def _left_alone(node: ast.AST) -> Iterator[ast.AST]:
    """Parts that compute nothing that the book states: also decorators, names, messages of errors."""
    yield from silent(node)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield from node.decorator_list
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr):
        yield node
    if isinstance(node, ast.Call) and _name(node.func) in _SHAPING:
        yield node


def _attacks(node: ast.AST) -> Iterator[ast.AST]:
    """Near misses. They state nothing: one that a change makes true fails its claim, others fall as before."""
    if isinstance(node, ast.Call) and _name(node.func) == "NearMiss":
        yield node


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _set(field: str, value: object) -> Change:
    return lambda target: setattr(target, field, copy.deepcopy(value))


def become(target: ast.AST, other: ast.AST) -> None:
    """Make ``target`` the node ``other``, in place."""
    target.__class__ = other.__class__
    fields = dict(other.__dict__)
    target.__dict__.clear()
    target.__dict__.update(fields)


def _of_computations(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Sign, factor, constant, exponent, index, strictness, transposition, swapped arguments."""
    if isinstance(node, ast.BinOp):
        if type(node.op) in _ARITHMETIC:
            kind = "sign" if isinstance(node.op, ast.Add | ast.Sub) else "factor"
            yield kind, _set("op", _ARITHMETIC[type(node.op)]())
        if isinstance(node.op, ast.Mult):
            yield "factor", lambda target: become(target, target.right)
        if isinstance(node.op, ast.Pow):
            raised = ast.BinOp(node.right, ast.Add(), ast.Constant(1))
            yield "exponent", _set("right", raised)
        if isinstance(node.op, ast.MatMult):
            yield "transposition", lambda target: _swap(target, "left", "right")
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "sign", lambda target: become(target, target.operand)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "constant", _set("value", node.value + 1)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and type(node.slice.value) is int:
        yield "index", _set("slice", ast.Constant(1 - node.slice.value if node.slice.value in (0, 1) else 0))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _STRICTNESS:
        yield "strictness", _set("ops", [_STRICTNESS[type(node.ops[0])]()])
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT") and isinstance(node.ctx, ast.Load):
        yield "transposition", lambda target: become(target, target.value)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in _RELATIONS:
            yield "strictness", _set("func", ast.Attribute(node.func.value, _RELATIONS[node.func.attr], ast.Load()))
        starred = any(isinstance(arg, ast.Starred) for arg in node.args[:2])
        if len(node.args) >= 2 and not starred and _name(node.func) not in _SYMMETRIC:
            yield "swapped arguments", lambda target: target.args.__setitem__(slice(0, 2), target.args[1::-1])
    if (isinstance(node, ast.Return) and node.value) or getattr(node, "is_object", False):
        yield from _of_objects(node)


def _of_objects(node: ast.Return | ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, Change]]:
    """What a function returns or a module assigns, doubled; of several objects one at a time."""
    letters = set() if isinstance(node, ast.Return) else _LETTERS
    if _is_formula(node.value, letters):
        yield "doubled", _set("value", _doubled(node.value))
    for number, part in enumerate(_parts(node.value)):
        if _is_formula(part, _LETTERS) and (isinstance(node, ast.Return) or not isinstance(part, ast.Name)):
            yield "doubled", _part_doubled(number)


def _is_formula(node: ast.AST, letters: set[str]) -> bool:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant)
    made = node.value if isinstance(node, ast.Subscript) else node
    known = isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Attribute | ast.Subscript)
    return known and _name(getattr(made, "func", made)) not in letters


def _parts(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Tuple | ast.List):
        return node.elts
    return node.values if isinstance(node, ast.Dict) else []


def _part_doubled(number: int) -> Change:
    def change(target: ast.AST) -> None:
        parts = _parts(target.value)
        parts[number] = _doubled(parts[number])

    return change


def _doubled(node: ast.expr) -> ast.BinOp:
    return ast.BinOp(ast.Constant(2), ast.Mult(), node)


def _of_statements(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Hypothesis dropped, conclusion weakened, And to Or."""
    if not isinstance(node, ast.Call):
        return
    name = _name(node.func)
    if name == "ForAll" and node.args:
        hypotheses = [
            (part, number)
            for part in ast.walk(node.args[0])
            if isinstance(part, ast.List | ast.Tuple)
            for number in range(len(part.elts))
        ]
        for place, (_, number) in enumerate(hypotheses):
            yield "hypothesis dropped", _dropped(place, number)
    if name == "And" and len(node.args) > 1:
        for number in range(len(node.args)):
            yield "conclusion weakened", lambda target, number=number: target.args.pop(number)
        yield "and to or", _set("func", _renamed(node.func, "Or"))


def _dropped(place: int, number: int) -> Change:
    def change(target: ast.AST) -> None:
        parts = [
            part
            for part in ast.walk(target.args[0])
            if isinstance(part, ast.List | ast.Tuple)
            for _ in range(len(part.elts))
        ]
        parts[place].elts.pop(number)

    return change


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def _swap(target: ast.AST, first: str, second: str) -> None:
    one, other = getattr(target, first), getattr(target, second)
    setattr(target, first, other)
    setattr(target, second, one)

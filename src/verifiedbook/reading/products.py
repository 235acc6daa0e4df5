"""Products: which factors belong to a function, a sum or an expected value, and which are multiplied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.complexes import transpose

from .grammar import Tree, tree_of
from .symbols import OPERATORS, UnreadableError
from .vocabulary import Vocabulary, entry, expectation, over, plain_function, pseudo_inverse
from .words import compact


def _determinant(matrix: Any) -> Any:
    return matrix.det() if isinstance(matrix, sp.MatrixBase) else sp.Function("det", commutative=True)(matrix)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ln": sp.log,
    "log": sp.log,
    "exp": sp.exp,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "arcsin": sp.asin,
    "arccos": sp.acos,
    "arctan": sp.atan,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "max": sp.Max,
    "min": sp.Min,
    "det": _determinant,
    "E": expectation,
}


class Products(ABC):
    """What a product says, for a reader who knows what its parts say."""

    vocabulary: Vocabulary

    @abstractmethod
    def of(self, tree: Tree) -> Any:
        """What a tree says."""

    def _function(self, tree: Tree) -> Any:
        raise UnreadableError(f"{tree.value.split(':')[0]} stands without an argument")

    def _run(self, tree: Tree) -> Any:
        value: Any = None
        for factor in self.factors(tree.parts):
            value = factor if value is None else value * factor
        return value

    def factors(self, parts: Sequence[Tree]) -> list[Any]:
        """The factors of a product, functions applied to what belongs to them."""
        factors: list[Any] = []
        i = 0
        while i < len(parts):
            part = parts[i]
            head, scripts = _unwrapped(part)
            if part.kind == "times":
                if part.value == r"\odot":
                    rest = self._product(parts[i + 1 :])
                    return [sp.Function("entrywise")(_multiplied(factors), rest)]
                i += 1
            elif head.kind == "function":
                applied, used = self._applied(head, scripts, parts[i + 1 :])
                factors.append(applied)
                i += 1 + used
            elif (call := self._called(part, parts[i + 1 :])) is not None:
                factors.append(call)
                i += 2
            else:
                factors.append(self.of(part))
                i += 1
        return factors

    def _product(self, parts: Sequence[Tree]) -> Any:
        if not parts:
            raise UnreadableError("a factor is missing")
        return _multiplied(self.factors(parts))

    def _called(self, part: Tree, following: Sequence[Tree]) -> Any:
        r"""The value of a function that the vocabulary knows, as in ``P_t(h)``; nothing if this is none."""
        if not following or part.kind not in ("name", "power"):
            return None
        if part.kind == "power":
            name, exponent = part.parts
            if name.kind != "name" or (function := self.vocabulary.function(name.value)) is None:
                return None
            inverse = self.vocabulary.function(name.value + "^{-1}")
            if exponent != Tree("signed", "-", (Tree("number", "1"),)):
                raise UnreadableError(f"write the power behind the brackets: {name.value}(x)^n")
            function = inverse or sp.Function(f"{name.value}^{{-1}}")
        else:
            known = self.vocabulary.function(part.value)
            if known is None and _is_application(part.value, following[0]):
                if self.vocabulary.find(part.value) is not None:
                    raise UnreadableError(f"{part.value} stands before brackets: the vocabulary gives no function")
                known = plain_function(part.value)
            if known is None:
                return None
            function = known
        group, scripts = _unwrapped(following[0])
        if group.kind != "group" or group.value not in ("( )", "[ ]"):
            return None
        return self._scripted(function(*map(self.of, group.parts)), scripts)

    def _scripted(self, value: Any, scripts: Sequence[Tree]) -> Any:
        for script in scripts:
            if script.kind == "power":
                value = value ** self.of(script.parts[1])
            elif script.kind == "transpose":
                value = transposed(value)
            elif script.kind == "entry":
                value = entry(value, script.value)
            elif script.kind == "factorial":
                value = sp.factorial(value)
            else:
                value = pseudo_inverse(value)
        return value

    def _applied(self, head: Tree, scripts: Sequence[Tree], following: Sequence[Tree]) -> tuple[Any, int]:
        """The value of ``\\ln``, ``\\sum_i`` and their like, and how many of the following parts it took."""
        name, _, index = head.value.partition(":")
        upper = [script.parts[1] for script in scripts if script.kind == "power"]
        if name in ("sum", "prod"):
            body = self._product(following)
            return self._summed(name, index, upper[0] if upper else None, body), len(following)
        if not following:
            return self._function(head), 0
        greedy = name in OPERATORS or bool(index)
        group, behind = _unwrapped(following[0])
        if not greedy and group.kind == "group" and group.value in ("( )", "[ ]"):
            arguments, used = list(map(self.of, group.parts)), 1
        else:
            used = len(following)
            for j, part in enumerate(following):
                if j and not greedy and _unwrapped(part)[0].kind == "function":
                    used = j
                    break
            arguments, behind = [self._product(following[:used])], ()
        if index:
            value = over(name, arguments[0], index)
        else:
            value = (self.vocabulary.function(f"{name}:") or _FUNCTIONS.get(name) or sp.Function(name))(*arguments)
        for exponent in upper:
            value = value ** self.of(exponent)
        return self._scripted(value, behind), used

    def _summed(self, name: str, index: str, upper: Tree | None, body: Any) -> Any:
        where = compact(index)
        make = sp.Sum if name == "sum" else sp.Product
        variable, _, start = where.partition("=")
        if upper is not None and start:
            return make(body, (self._bound(variable), self.of(tree_of(start)), self.of(upper)))
        if upper is None and where.count("<") == 1 and not start:
            variable, _, end = where.partition("<")
            if variable.strip().isalpha() and len(variable.strip()) == 1:
                return make(body, (self._bound(variable), 0, self.of(tree_of(end)) - 1))
        return over(name, body, where)

    def _bound(self, variable: str) -> Any:
        symbol = self.of(tree_of(variable))
        if not isinstance(symbol, sp.Symbol):
            raise UnreadableError(f"{variable} is no index to sum over")
        return symbol


def transposed(value: Any) -> Any:
    if isinstance(value, sp.MatrixBase):
        return value.T
    if value.is_commutative and not isinstance(value, AppliedUndef):
        raise UnreadableError(f"{value} is transposed: the vocabulary must say that it does not commute")
    return sp.Function("transpose")(value) if value.is_commutative else transpose(value)


def _multiplied(factors: Sequence[Any]) -> Any:
    if not factors:
        raise UnreadableError("a factor is missing")
    value = factors[0]
    for factor in factors[1:]:
        value = value * factor
    return value


def applied_names(tree: Tree) -> set[str]:
    r"""The names that a formula applies as functions: R where ``R(x)`` or ``R(-1)`` stands in it."""
    found = {name for part in tree.parts for name in applied_names(part)}
    for part, following in pairwise(tree.parts if tree.kind == "run" else ()):
        if part.kind == "name" and _is_application(part.value, following):
            found.add(part.value)
    return found


def _is_application(name: str, following: Tree) -> bool:
    r"""Whether a name that nobody explained is a function: ``R(x)`` and ``\chi(-1)`` are, ``p(1-p)`` is a product."""
    group, _ = _unwrapped(following)
    if group.kind != "group" or group.value != "( )":
        return False
    if name.startswith(r"\nabla") or len(group.parts) > 1:
        return True
    inside = group.parts[0]
    return (inside.parts[0] if inside.kind == "signed" else inside).kind in ("name", "number")


def _unwrapped(tree: Tree) -> tuple[Tree, tuple[Tree, ...]]:
    """What the powers, indices and other raised signs stand at, and these, from the inside out."""
    scripts: list[Tree] = []
    while tree.kind in ("power", "entry", "transpose", "side", "factorial"):
        scripts.append(tree)
        tree = tree.parts[0]
    return tree, tuple(reversed(scripts))
